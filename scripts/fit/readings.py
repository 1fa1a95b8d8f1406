"""What a local model says of questions and what it reads, in a file: some seconds each.

It is asked what `assistant.drafting` asks it, about the paragraph that the search finds; half of the questions are
those that people wrote to look answerable by it (SQuAD 2.0, Rajpurkar et al. 2018). Some paragraphs are read in German,
in XQuAD's translation.
"""

import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant import evidence, sources
from assistant.composing import look_up
from assistant.drafting import Drafter, Reading
from assistant.models import load_chat_model
from assistant.models.chat_model import ChatModel
from assistant.models.runtime import LlamaRuntime
from assistant.selection import Selection
from assistant.settings import Settings
from index.embedding import Embedder
from index.search import Index
from index.sync import sync
from scripts.fit.data import Asked, all_articles, articles, translations

OF_EACH = 2
"""Questions of a paragraph that it answers, and that it does not."""
ACROSS = 1 / 3
"""Of the questions, those whose paragraphs are read in German."""
SEED = 5

_Folder = tuple[dict[str, str], list[tuple[str, Asked]]]
"""Files, and questions with the file of their paragraph."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what the model said of it, and the truth."""

    id: str
    article: str
    other_language: bool
    """Than the paragraph's."""
    answerable: bool
    """And its paragraph was read."""
    stated: float
    """With the adapter."""
    plain: float
    """Without it."""
    plain_alone: float
    """The same of the quoted sentence."""


def collect(embedder: Embedder, folder: Path, rows_file: Path, limit: int) -> list[Row]:
    """Ask the model until there are `limit` rows; those in the file are kept, new ones appended as they come."""
    rows = [Row(**json.loads(line)) for line in rows_file.read_text().splitlines()] if rows_file.exists() else []
    if len(rows) >= limit:
        return rows[:limit]
    chat = load_chat_model(Settings.load(chat_model="embedded"))
    assert chat
    with rows_file.open("a") as file:
        for other_language, (texts, asked) in ((False, _english(folder)), (True, _german(folder))):
            wanted = round(limit * (ACROSS if other_language else 1 - ACROSS))
            known = {row.id for row in rows if row.other_language == other_language}
            todo = [(source, each) for source, each in asked if each.id not in known]
            for row in _rows(chat, embedder, texts, todo, other_language=other_language):
                if sum(row.other_language == other_language for row in rows) >= wanted:
                    break
                rows.append(row)
                print(json.dumps(asdict(row)), file=file, flush=True)
    chat.close()
    return rows


def _rows(
    chat: ChatModel,
    embedder: Embedder,
    texts: Mapping[str, str],
    todo: Iterable[tuple[str, Asked]],
    *,
    other_language: bool,
) -> Iterator[Row]:
    assert chat.runtime
    with tempfile.TemporaryDirectory() as name:
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for source, text in texts.items():
            (corpus / source).write_text(text, encoding="utf-8")
        sync(corpus, Path(name) / "index", embedder)
        with Index.open(Path(name) / "index", embedder) as index:
            asker = _Asker(index, Drafter(chat), chat.runtime)
            for source, asked in todo:
                if row := asker.row(source, asked, other_language=other_language):
                    yield row


def _english(folder: Path) -> _Folder:
    """Each paragraph as a document."""
    texts, chosen = {}, []
    rng = random.Random(SEED)
    for article in articles(folder / "squad2.en.json"):
        for number, paragraph in enumerate(article.paragraphs):
            source = f"{article.title}_{number:03d}.txt"
            texts[source] = paragraph.text
            chosen.append(_drawn(source, paragraph.questions, rng))
    rng.shuffle(chosen)
    return texts, [each for paragraph in chosen for each in paragraph]


def _german(folder: Path) -> _Folder:
    """Each paragraph that XQuAD has as a document, and the English questions of those that SQuAD 2.0 has as well."""
    there = translations(folder / "xquad.en.json", folder / "xquad.de.json")
    sources = {
        paragraph.text: f"{article.title}_{number:03d}.txt"
        for article in all_articles(folder / "xquad.de.json")
        for number, paragraph in enumerate(article.paragraphs)
    }
    rng = random.Random(SEED)
    chosen = [
        _drawn(sources[there[paragraph.text][1].text], paragraph.questions, rng)
        for article in articles(folder / "squad2.en.json")
        for paragraph in article.paragraphs
        if paragraph.text in there
    ]
    rng.shuffle(chosen)
    return {source: text for text, source in sources.items()}, [each for paragraph in chosen for each in paragraph]


def _drawn(source: str, questions: Sequence[Asked], rng: random.Random) -> list[tuple[str, Asked]]:
    """As many that the paragraph answers as others."""
    kinds = [[question for question in questions if question.answerable == kind] for kind in (True, False)]
    count = min(OF_EACH, *map(len, kinds))
    return [(source, question) for kind in kinds for question in rng.sample(kind, count)]


class _Asker:
    """Asks what the product asks before it decides."""

    def __init__(self, index: Index, drafter: Drafter, runtime: LlamaRuntime) -> None:
        self._index = index
        self._drafter = drafter
        self._runtime = runtime
        self._selection = Selection(index, local=True)

    def row(self, source: str, asked: Asked, *, other_language: bool) -> Row | None:
        """None where the model says neither yes nor no."""
        passages, _ = self._selection.passages(self._index.search(asked.text, 8))
        said: list[float | None] = []

        def readings(reading: Reading) -> Any:
            basis = yield from look_up(reading, asked.text, lambda: "en")
            quoted = sources.place(self._index, passages, basis.quote, asked.text).sentence
            text = sources.in_context(self._index, passages, quoted, asked.text)
            said.extend((basis.stated, (yield from reading.stated_by(text, asked.text))))
            adapted, self._runtime.adapted = self._runtime.adapted, {}
            said.append((yield from reading.stated(asked.text)))
            self._runtime.adapted = adapted

        with self._drafter.visit() as visit:
            for _ in visit.read(evidence.as_prompt(passages), readings):
                pass
        known = [odds for odds in said if odds is not None]
        if len(known) < len(said):
            return None
        stated, plain_alone, plain = known
        read = any(passage.source == source for passage in passages)
        return Row(
            id=asked.id,
            article=source.rpartition("_")[0],
            other_language=other_language,
            answerable=asked.answerable and read,
            stated=stated,
            plain=plain,
            plain_alone=plain_alone,
        )
