"""What a local model says of questions and what it reads, in a file: some seconds each.

It is asked what `assistant.finding` asks it, about the paragraph that the search finds. To folders that hold all
paragraphs, half of the questions are those that people wrote to look answerable by one (SQuAD 2.0, Rajpurkar et al.
2018). Some paragraphs are read in German, in XQuAD's translation, and in Portuguese; of the latter, half of the
questions are Portuguese too. Of other folders, half of the paragraphs asked about are left out (XQuAD).
"""

import hashlib
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from assistant import evidence, likeness, sources
from assistant.composing import look_up
from assistant.drafting import Drafter
from assistant.models import QUOTING, load_chat_model
from assistant.models.chat_model import ChatModel
from assistant.reading import Reading
from assistant.selection import Selection
from assistant.settings import Settings
from index.embedding import Embedder
from index.search import Index
from index.sync import sync
from scripts.fit.data import Asked, all_articles, article_of, articles, as_files, file_of, translations
from scripts.fit.teaching import Sources

OF_EACH = 2
"""Questions of a paragraph that it answers, and that it does not."""
SEED = 5

_Folder = tuple[dict[str, str], list[tuple[str, Asked]]]
"""Files, and questions with the file of their paragraph, which may be left out."""

_Kind = tuple[str, bool]
"""Languages of question and paragraph, and whether paragraphs are left out."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what the model said of it, and the truth."""

    id: str
    article: str
    languages: str
    """Of question and paragraph, "en-de" say."""
    left_out: bool
    """Of the paragraphs, some were."""
    answerable: bool
    """And its paragraph was read."""
    adapter: str
    """That was at work: how the SHA-256 of its file begins; "" where none was."""
    stated: float
    """Log-odds that all that was read answers."""
    stated_alone: float
    """The same of the sentence that was quoted."""
    cosine: float
    """Of the question and the sentence of the folder that is most like it."""

    @property
    def adapted(self) -> bool:
        """Was the adapter at work?"""
        return bool(self.adapter)

    @property
    def other_language(self) -> bool:
        """Is the paragraph in another language than the question?"""
        one, other = self.languages.split("-")
        return one != other


def collect(embedder: Embedder, folder: Path, sources: Sources, rows_file: Path, limit: int) -> list[Row]:
    """Ask the model with its adapter until there are about `limit` rows, as many of each kind, and as many without it.

    Those in the file are kept, but for another adapter's, and new ones appended as they come.
    """
    adapter = hashlib.sha256(QUOTING.read_bytes()).hexdigest()[:12]
    kept = [Row(**json.loads(line)) for line in rows_file.read_text().splitlines()] if rows_file.exists() else []
    rows = [row for row in kept if row.adapter in ("", adapter)]
    folders: dict[_Kind, _Folder] = {
        ("en-en", False): _english(folder),
        ("en-de", False): _german(folder),
        ("en-pt", False): _portuguese(folder, sources, asked_in_english=True),
        ("pt-pt", False): _portuguese(folder, sources, asked_in_english=False),
        ("en-en", True): left_out(folder, "en", "en"),
        ("de-de", True): left_out(folder, "de", "de"),
        ("en-de", True): left_out(folder, "en", "de"),
    }
    chat = load_chat_model(Settings.load(chat_model="embedded"))
    assert chat
    assert chat.runtime
    taught = chat.runtime.adapted
    with rows_file.open("a") as file:
        for at_work in (adapter, ""):
            chat.runtime.adapted = taught if at_work else {}
            for kind, (texts, asked) in folders.items():
                known = {row.id for row in rows if (row.adapter, row.languages, row.left_out) == (at_work, *kind)}
                todo = [(source, each) for source, each in asked if each.id not in known]
                wanted = max(0, limit // len(folders) - len(known))
                for row in islice(_rows(chat, embedder, texts, todo, kind, at_work), wanted):
                    rows.append(row)
                    print(json.dumps(asdict(row)), file=file, flush=True)
    chat.close()
    return rows


def _rows(
    chat: ChatModel,
    embedder: Embedder,
    texts: Mapping[str, str],
    todo: Iterable[tuple[str, Asked]],
    kind: _Kind,
    adapter: str,
) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        corpus = Path(name) / "corpus"
        corpus.mkdir()
        for source, text in texts.items():
            (corpus / source).write_text(text, encoding="utf-8")
        sync(corpus, Path(name) / "index", embedder)
        with Index.open(Path(name) / "index", embedder) as index:
            asker = _Asker(index, Drafter(chat))
            for source, asked in todo:
                if row := asker.row(source, asked, kind, adapter):
                    yield row


def _english(folder: Path) -> _Folder:
    """Each paragraph as a document."""
    texts, chosen = {}, []
    rng = random.Random(SEED)
    for source, paragraph in as_files(articles(folder / "squad2.en.json")).items():
        texts[source] = paragraph.text
        chosen.append(_drawn(source, paragraph.questions, rng))
    rng.shuffle(chosen)
    return texts, [each for paragraph in chosen for each in paragraph]


def _german(folder: Path) -> _Folder:
    """Each paragraph that XQuAD has as a document, and the English questions of those that SQuAD 2.0 has as well."""
    there = translations(folder / "xquad.en.json", folder / "xquad.de.json")
    sources = {paragraph.text: source for source, paragraph in as_files(all_articles(folder / "xquad.de.json")).items()}
    rng = random.Random(SEED)
    chosen = [
        _drawn(sources[there[paragraph.text][1].text], paragraph.questions, rng)
        for article in articles(folder / "squad2.en.json")
        for paragraph in article.paragraphs
        if paragraph.text in there
    ]
    rng.shuffle(chosen)
    return {source: text for text, source in sources.items()}, [each for paragraph in chosen for each in paragraph]


def _portuguese(folder: Path, sources: Sources, *, asked_in_english: bool) -> _Folder:
    """The paragraphs of the same articles in Portuguese."""
    texts, chosen = {}, []
    rng = random.Random(SEED)
    for article in articles(folder / "squad2.en.json"):
        for number, (text, asked) in enumerate(sources.portuguese(article.title)):
            source = file_of(article.title, number)
            texts[source] = text
            questions = [
                Asked(f"{source}-{at}", english if asked_in_english else portuguese, answered, (), ())
                for at, (english, portuguese, answered) in enumerate(asked)
            ]
            chosen.append(_drawn(source, questions, rng))
    rng.shuffle(chosen)
    return texts, [each for paragraph in chosen for each in paragraph]


def left_out(folder: Path, asked_in: str, language: str) -> _Folder:
    """XQuAD's paragraphs in a language but half of those asked about, which are of articles that SQuAD 2.0 has too: the
    model was not taught by these.
    """
    paragraphs, askers = (as_files(articles(folder / f"xquad.{code}.json")) for code in (language, asked_in))
    untaught = {article.title for article in articles(folder / "squad2.en.json")}
    questions = {source: asker.questions for source, asker in askers.items() if article_of(source) in untaught}
    rng = random.Random(SEED)
    missing = rng.sample(sorted(questions), len(questions) // 2)
    asked = [(source, question) for source, own in questions.items() for question in own]
    rng.shuffle(asked)
    return {source: paragraph.text for source, paragraph in paragraphs.items() if source not in missing}, asked


def _drawn(source: str, questions: Sequence[Asked], rng: random.Random) -> list[tuple[str, Asked]]:
    """As many that the paragraph answers as others."""
    kinds = [[question for question in questions if question.answerable == kind] for kind in (True, False)]
    count = min(OF_EACH, *map(len, kinds))
    return [(source, question) for kind in kinds for question in rng.sample(kind, count)]


class _Asker:
    """Asks what the product asks before it decides."""

    def __init__(self, index: Index, drafter: Drafter) -> None:
        self._index = index
        self._drafter = drafter
        self._selection = Selection(index, local=True)

    def row(self, source: str, asked: Asked, kind: _Kind, adapter: str) -> Row | None:
        """None where the model says neither yes nor no."""
        hits = self._index.search(asked.text, 8)
        nearest = likeness.nearest(self._index, hits, asked.text)
        passages, _ = next(self._selection.readings(hits))
        said: list[float | None] = []

        def readings(reading: Reading) -> Any:
            basis = yield from look_up(reading, asked.text, lambda: "en")
            quoted = next(iter(sources.carriers(self._index, passages, basis.quote, asked.text)), None)
            text = sources.in_context(self._index, passages, quoted, asked.text) if quoted else ""
            alone = yield from reading.stated_by(text, asked.text)
            said.extend((basis.stated, alone))

        with self._drafter.visit() as visit:
            for _ in visit.read(evidence.as_prompt(passages), readings):
                pass
        stated, alone = said
        if stated is None or alone is None or nearest is None:
            return None
        read = any(passage.source == source for passage in passages)
        return Row(
            id=asked.id,
            article=article_of(source),
            languages=kind[0],
            left_out=kind[1],
            answerable=asked.answerable and read,
            adapter=adapter,
            stated=stated,
            stated_alone=alone,
            cosine=nearest.cosine,
        )
