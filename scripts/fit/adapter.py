"""Teach the embedded chat model to quote what answers a question, or to say that nothing does: a low-rank adapter that
llama.cpp loads.

    python -m scripts.fit.adapter SOURCES FOLDER

SOURCES holds the files that scripts/fit/teaching.py names. FOLDER is that of scripts.fit: articles of its SQuAD 2.0 are
left out, those for fitting to tell how well it does, the others for reporting; so is all that XQuAD alone has. Writes
assistant/models/quoting.gguf, and with --further ROUND goes on from the one there is, with texts drawn anew. About an
hour on two cores.
"""

import argparse
import random
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import torch
from sklearn.metrics import roc_auc_score

from assistant import prompting
from assistant.models import QUOTING
from assistant.models.files import EMBEDDED
from assistant.models.runtime import LlamaRuntime
from assistant.prompting import DECLINE_WORD
from assistant.settings import Settings
from scripts.fit.data import FITTED_ON, all_articles
from scripts.fit.learner import Learner, Text, last, write
from scripts.fit.teaching import Lesson, Sources

RATE = 4e-4
RATE_FURTHER = 2e-4
OF_EACH = {"english": 4, "windows": 3, "portuguese": 2}
"""Texts of each article, and sentences."""
ACROSS = 3
"""Texts of each article with questions in other languages."""
FRENCH = {"texts": 45, "windows": 25}
TESTED = 2
"""Texts of each article that tells how well it does, in English and in translations."""
SEED = 5
INVOCATION = " that answer the following question"
"""Stands in the prompt before the question."""


def main() -> None:
    """Parse, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("shared", type=Path, help="FOLDER of scripts.fit: squad2.en.json")
    parser.add_argument(
        "--further", type=int, default=0, metavar="ROUND", help="go on from the adapter of the last one"
    )
    arguments = parser.parse_args()
    seed = SEED + arguments.further
    torch.manual_seed(seed)
    rng = random.Random(seed)
    sources = Sources(arguments.sources)
    kept = [article.title for article in all_articles(arguments.shared / "squad2.en.json")]
    taught = sources.titles(but=kept)
    learnt = [each for title in taught for each in sources.lessons(title, rng, **OF_EACH)]
    learnt += [each for title in taught for each in islice(sources.across(title, rng), ACROSS)]
    learnt += sources.french(rng, **FRENCH)
    print(f"{len(learnt)} texts with {sum(len(each.asked) for each in learnt)} questions", flush=True)
    known = [title for title in kept if title in FITTED_ON]
    tested = [each for title in known for each in sources.lessons(title, rng, english=TESTED)]
    across = [each for title in sorted(known) for each in list(sources.across(title, rng, ("de", "es")))[:TESTED]]
    model_file = Settings.load().models_dir / EMBEDDED.name
    runtime = LlamaRuntime(model_file)
    prompts = Prompts(runtime)
    texts, tests, across_tests = ([prompts.text(each) for each in part] for part in (learnt, tested, across))
    runtime.close()
    rng.shuffle(texts)
    reader = Learner(model_file)
    if arguments.further:
        reader.know(QUOTING)
    for number, loss in enumerate(reader.learn(texts, RATE_FURTHER if arguments.further else RATE), start=1):
        if number % 10 == 0:
            print(number, round(loss, 3), flush=True)
        if number % 100 == 0:
            _write(reader, prompts.invocation)
    _write(reader, prompts.invocation)
    for with_it in (False, True):
        figures = [_figures(reader, sample, prompts.none, taught=with_it) for sample in (tests, across_tests)]
        print(f"{'with' if with_it else 'without'} it, English and across languages: {figures}", flush=True)


class Prompts:
    """Tokens of the prompts, as the product's."""

    def __init__(self, runtime: LlamaRuntime) -> None:
        self._runtime = runtime
        self.invocation = runtime.tokens(INVOCATION)
        self.none = runtime.tokens(DECLINE_WORD)[0]
        self._end = runtime.tokens("<|im_end|>")

    def text(self, lesson: Lesson) -> Text:
        beginning: list[int] = []
        asked = []
        for question, words in lesson.asked:
            messages = prompting.quote_prompt().template().format_messages(documents=lesson.text, question=question)
            read = self._runtime.tokens(self._runtime.render(messages), add_special=True)
            at = last(read, self.invocation)
            beginning = read[:at]
            asked.append((read[at:], self._runtime.tokens(words) + self._end))
        return Text(beginning, asked)


def _figures(reader: Learner, texts: Sequence[Text], none: int, *, taught: bool) -> dict[str, float]:
    """How well it tells what is answered from what is not, and how often each token of an answer is the likeliest."""
    odds, answered, exact = list[float](), list[bool](), list[bool]()
    with torch.no_grad():
        for text in texts:
            logits, start = reader.logits(text, taught=taught), 0
            for _, reply in text.asked:
                own = logits[start : start + len(reply)]
                start += len(reply)
                odds.append(-float(torch.log_softmax(own[0], -1)[none]))
                answered.append(reply[0] != none)
                if answered[-1]:
                    exact.append(own.argmax(-1).tolist() == reply)
    return {"AUC": round(float(roc_auc_score(answered, odds)), 3), "exact": round(sum(exact) / len(exact), 3)}


def _write(learner: Learner, invocation: list[int]) -> None:
    write(
        learner,
        QUOTING,
        invocation,
        "CC-BY-SA-4.0",
        "Made by scripts.fit.adapter of SQuAD 2.0's development set, a Portuguese translation of it and XQuAD, "
        "all CC BY-SA 4.0, and of PIAF, MIT.",
    )


if __name__ == "__main__":
    main()
