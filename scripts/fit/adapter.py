"""Teach the embedded chat model to quote what answers a question, or to say that nothing does: a low-rank adapter that
llama.cpp loads.

    python -m scripts.fit.adapter SOURCES FOLDER

SOURCES holds the files that scripts/fit/teaching.py names. FOLDER is that of scripts.fit: articles of its SQuAD 2.0 are
left out, those for fitting to tell how well it does, the others for reporting; so is all that XQuAD alone has. Writes
assistant/models/quoting.gguf, and with --further ROUND goes on from the one there is, with texts drawn anew: LoRA (Hu
et al. 2021) that is at work from an invocation on (Greenewald et al. 2025, arXiv:2504.12397), so that what the model
has read of the documents stays as it is. About an hour on two cores.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import gguf
import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from sklearn.metrics import roc_auc_score
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, DynamicCache, GgufConfig, get_cosine_schedule_with_warmup

from assistant import prompting
from assistant.models import QUOTING
from assistant.models.files import EMBEDDED
from assistant.models.runtime import LlamaRuntime
from assistant.prompting import DECLINE_WORD
from assistant.settings import Settings
from scripts.fit.data import FITTED_ON, all_articles
from scripts.fit.teaching import Lesson, Sources

RANK = 4
LAYERS = range(14, 28)
"""The upper half: what a text means is read off there, and the lower half needs no gradient."""
MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
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
PLACES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
"""Modules as transformers names them, and as llama.cpp does."""


@dataclass(frozen=True, slots=True)
class Text:
    """Tokens of a prompt up to the invocation, and those of each question with the reply's."""

    beginning: list[int]
    asked: list[tuple[list[int], list[int]]]


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
    reader = _Reader(model_file)
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
            at = _last(read, self.invocation)
            beginning = read[:at]
            asked.append((read[at:], self._runtime.tokens(words) + self._end))
        return Text(beginning, asked)


class _Reader:
    """The chat model in torch, with an adapter that can be taught."""

    def __init__(self, path: Path) -> None:
        model = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
        self._body, self._head = model.model, model.lm_head
        self.adapted = get_peft_model(
            model,
            LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=list(MODULES), layers_to_transform=list(LAYERS)),
        )

    def know(self, adapter: Path) -> None:
        """Begin with what was learnt before."""
        tensors = {tensor.name: tensor.data for tensor in gguf.GGUFReader(adapter).tensors}
        with torch.no_grad():
            for name, weight in self.taught():
                weight.copy_(torch.from_numpy(tensors[name].astype(np.float32)))

    def taught(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        """The adapter's weights with llama.cpp's names."""
        for name, weight in self.adapted.named_parameters():
            if weight.requires_grad:
                layer, _, rest = name.partition(".layers.")[2].partition(".")
                module, _, part = rest.rpartition(".lora_")
                yield f"blk.{layer}.{PLACES[module]}.weight.lora_{part[0].lower()}", weight

    def learn(self, texts: Sequence[Text], rate: float) -> Iterator[float]:
        """One step a text; yields the loss, smoothed."""
        weights = [weight for _, weight in self.taught()]
        optimizer = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
        schedule = get_cosine_schedule_with_warmup(optimizer, len(texts) // 20, len(texts))
        smooth = None
        for text in texts:
            loss = self.loss(text)
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no types for it
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            smooth = loss.item() if smooth is None else smooth + (loss.item() - smooth) / 20
            yield smooth

    def loss(self, text: Text) -> torch.Tensor:
        """Cross entropy of the replies' tokens, each reply with the same weight."""
        said = torch.tensor([token for _, reply in text.asked for token in reply])
        weights = torch.tensor([1 / len(reply) for _, reply in text.asked for _ in reply]) / len(text.asked)
        return (cross_entropy(self.logits(text), said, reduction="none") * weights).sum()

    def logits(self, text: Text, *, taught: bool = True) -> torch.Tensor:
        """Of each token of the replies, one behind the other.

        The questions are read in one row, each of them as if it stood behind the text alone.
        """
        read = len(text.beginning)
        with torch.no_grad(), self.adapted.disable_adapter():
            cache = DynamicCache()
            self._body(torch.tensor([text.beginning]), past_key_values=cache, use_cache=True)
        tokens, positions, ends = list[int](), list[int](), list[int]()
        lengths = [len(asked) + len(reply) for asked, reply in text.asked]
        hidden = torch.full((sum(lengths), read + sum(lengths)), torch.finfo(torch.bfloat16).min, dtype=torch.bfloat16)
        hidden[:, :read] = 0
        for asked, reply in text.asked:
            start, length = read + len(tokens), len(asked) + len(reply)
            own = hidden[len(tokens) : len(tokens) + length, start : start + length]
            own.copy_(own.triu(1))
            ends += [len(tokens) + len(asked) - 1 + at for at in range(len(reply))]
            tokens += asked + reply
            positions += range(read, read + length)
        with nullcontext() if taught else self.adapted.disable_adapter():
            states = self._body(
                torch.tensor([tokens]),
                attention_mask=hidden[None, None],
                position_ids=torch.tensor([positions]),
                past_key_values=cache,
                use_cache=True,
            ).last_hidden_state
        logits: torch.Tensor = self._head(states[0, ends]).float()
        return logits


def _figures(reader: _Reader, texts: Sequence[Text], none: int, *, taught: bool) -> dict[str, float]:
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


def _last(tokens: list[int], part: list[int]) -> int:
    """Where a part begins that stands in them, the last time."""
    return next(at for at in range(len(tokens) - len(part), -1, -1) if tokens[at : at + len(part)] == part)


def _write(reader: _Reader, invocation: list[int]) -> None:
    """In llama.cpp's format; F16 halves the file, and no more is needed of weights that small."""
    written = QUOTING.with_suffix(".tmp")
    writer = gguf.GGUFWriter(str(written), "qwen2")
    writer.add_string(gguf.Keys.General.TYPE, gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(2 * RANK))
    writer.add_key_value(
        "adapter.alora.invocation_tokens", invocation, gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.UINT32
    )
    writer.add_license("CC-BY-SA-4.0")
    writer.add_description(
        "Made by scripts.fit.adapter of SQuAD 2.0's development set, a Portuguese translation of it and XQuAD, "
        "all CC BY-SA 4.0, and of PIAF, MIT."
    )
    for name, weight in reader.taught():
        writer.add_tensor(name, weight.detach().numpy().astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    written.replace(QUOTING)


if __name__ == "__main__":
    main()
