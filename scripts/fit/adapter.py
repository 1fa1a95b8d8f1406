"""Teach the embedded chat model to tell whether documents state an answer: a low-rank adapter that llama.cpp loads.

    python -m scripts.fit.adapter SQUAD FOLDER

SQUAD is a file in SQuAD 2.0's format (Rajpurkar et al. 2018, CC BY-SA 4.0) with as many of its development set's
articles as can be had. FOLDER is that of scripts.fit: its articles are left out, and its two files of XQuAD (CC BY-SA
4.0) have some of the others' paragraphs in German, of which the English questions are asked too. Writes
assistant/models/stated.gguf: LoRA (Hu et al. 2021) that is at work from an invocation on (Greenewald et al. 2025,
arXiv:2504.12397), so that what the model has read of the documents stays as it is. An hour on two cores.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from sklearn.metrics import roc_auc_score
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import AutoModelForCausalLM, DynamicCache, GgufConfig, get_cosine_schedule_with_warmup

from assistant import prompting
from assistant.models.files import EMBEDDED
from assistant.models.runtime import LlamaRuntime
from assistant.settings import Settings
from index.chunking import segment
from index.types import Span
from scripts.fit.data import Article, Paragraph, articles, translations

RANK = 4
LAYERS = range(14, 28)
"""The upper half: what a text means is read off there, and the lower half needs no gradient."""
MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
RATE = 3e-4
ASKED_AT_ONCE = 12
"""Questions about one text; one of another is added."""
AROUND = ((0, 0), (0, 0), (0, 0), (1, 0), (0, 1), (1, 1))
"""Paragraphs before and after, of which one is drawn."""
LONGEST = 2_400
"""Characters of paragraphs together."""
WINDOWS = 0.7
"""Of the paragraphs that stand alone, this share is read in part."""
SEED = 11
TESTED = 20
"""Texts that tell how well it does in the end."""
INVOCATION = " exact answer to the following question written in the documents above?"
"""Stands in the prompt before the question."""
WRITTEN = Path(__file__).parents[2] / "assistant" / "models" / "stated.gguf"
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
    """Tokens of a prompt up to the question, and those of each question with whether the text answers it."""

    beginning: list[int]
    asked: list[tuple[list[int], bool]]


def main() -> None:
    """Parse, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("shared", type=Path, help="FOLDER of scripts.fit: squad2.en.json, xquad.en.json, xquad.de.json")
    parser.add_argument("--epochs", type=float, default=1.0)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    model_file = Settings.load().models_dir / EMBEDDED.name
    kept = {article.title for article in articles(arguments.shared / "squad2.en.json")}
    teaching = [each for each in articles(arguments.squad) if each.title not in kept]
    german = translations(arguments.shared / "xquad.en.json", arguments.shared / "xquad.de.json")
    rng = random.Random(SEED)

    def whole(text: str, paragraph: Paragraph) -> tuple[str, list[tuple[str, bool]]]:
        return text, _asked(paragraph, Span(0, len(paragraph.text)), rng)

    learnt = [read for article in teaching for read in _read(article, rng)]
    learnt += [whole(german[p.text][1].text, p) for a in teaching for p in a.paragraphs if p.text in german]
    others = [p for a in articles(arguments.squad) if a.title in kept for p in a.paragraphs]
    tested = [whole(p.text, p) for p in rng.sample(others, TESTED)]
    tested_german = [whole(german[p.text][1].text, p) for p in others if p.text in german][:TESTED]
    runtime = LlamaRuntime(model_file)
    prompts = _Prompts(runtime)
    texts, tests, german_tests = ([prompts.text(*read) for read in part] for part in (learnt, tested, tested_german))
    invocation, yes, no = prompts.invocation, *(runtime.tokens(word)[0] for word in ("Yes", "No"))
    runtime.close()
    rng.shuffle(texts)
    reader = _Reader(model_file, yes, no)
    for number, loss in enumerate(reader.learn(texts[: round(arguments.epochs * len(texts))]), start=1):
        if number % 10 == 0:
            print(number, round(loss, 3), flush=True)
        if number % 100 == 0:
            _write(reader, invocation)
    _write(reader, invocation)
    for taught in (False, True):
        aucs = [_auc(reader, sample, taught=taught) for sample in (tests, german_tests)]
        print(f"AUC {'with' if taught else 'without'} it, English and German: {aucs}", flush=True)


def _read(article: Article, rng: random.Random) -> Iterator[tuple[str, list[tuple[str, bool]]]]:
    """What is read for each paragraph, and what is asked of it.

    It stands alone, or among others, or only some sentences of it are read: with a title or without one.
    """
    paragraphs = article.paragraphs
    for at, paragraph in enumerate(paragraphs):
        before, after = rng.choice(AROUND)
        title = rng.choice(("", f"Title: {article.title.replace('_', ' ')}\n\n"))
        longer = "\n\n".join(p.text for p in paragraphs[max(0, at - before) : at + after + 1])
        text = longer if len(longer) <= LONGEST else paragraph.text
        window = Span(0, len(paragraph.text))
        if (before, after) == (0, 0) and rng.random() < WINDOWS:
            window = _window(paragraph, rng)
            text = paragraph.text[window.start : window.end]
        far = rng.choice(rng.choice(paragraphs).questions).text
        yield title + text, [*_asked(paragraph, window, rng), (far, False)]


def _window(paragraph: Paragraph, rng: random.Random) -> Span:
    """A sentence that answers some question, with the one before it or without."""
    spans = list(segment(paragraph.text, Span(0, len(paragraph.text)), "en"))
    starts = [question.starts[0] for question in paragraph.questions if question.answerable]
    start = rng.choice(starts) if starts else 0
    at = max((number for number, span in enumerate(spans) if span.start <= start), default=0)
    return Span(spans[max(0, at - rng.choice((0, 1)))].start, spans[at].end)


def _asked(paragraph: Paragraph, window: Span, rng: random.Random) -> list[tuple[str, bool]]:
    """Questions of a paragraph, and whether this part of it answers them; in a random order."""
    asked = []
    for question in paragraph.questions:
        spans = zip(question.starts, question.golds, strict=True)
        held = any(window.start <= start and start + len(gold) <= window.end for start, gold in spans)
        asked.append((question.text, question.answerable and held))
    return rng.sample(asked, min(len(asked), ASKED_AT_ONCE))


class _Prompts:
    """Tokens of the prompts, as the product's."""

    def __init__(self, runtime: LlamaRuntime) -> None:
        self._runtime = runtime
        self.invocation = runtime.tokens(INVOCATION)

    def text(self, documents: str, asked: Sequence[tuple[str, bool]]) -> Text:
        beginning: list[int] = []
        tokens = []
        for question, answered in asked:
            messages = prompting.stated_prompt().template().format_messages(documents=documents, question=question)
            read = self._runtime.tokens(self._runtime.render(messages), add_special=True)
            at = _last(read, self.invocation)
            beginning = read[:at]
            tokens.append((read[at:], answered))
        return Text(beginning, tokens)


class _Reader:
    """The chat model in torch, with an adapter that can be taught."""

    def __init__(self, path: Path, yes: int, no: int) -> None:
        model = AutoModelForCausalLM.from_pretrained(
            path.parent, gguf_file=path.name, quantization_config=GgufConfig(dequantize=True), dtype=torch.bfloat16
        )
        self._direction = (model.lm_head.weight[yes] - model.lm_head.weight[no]).detach().float()
        self._body = model.model
        self.adapted = get_peft_model(
            model,
            LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=list(MODULES), layers_to_transform=list(LAYERS)),
        )

    def learn(self, texts: Sequence[Text]) -> Iterator[float]:
        """One step a text; yields the loss, smoothed."""
        weights = [weight for weight in self.adapted.parameters() if weight.requires_grad]
        optimizer = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.01)
        schedule = get_cosine_schedule_with_warmup(optimizer, len(texts) // 20, len(texts))
        smooth = 0.7
        for text in texts:
            odds, truth = self.odds(text), torch.tensor([float(answered) for _, answered in text.asked])
            loss = binary_cross_entropy_with_logits(odds, truth)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            smooth += (loss.item() - smooth) / 20
            yield smooth

    def odds(self, text: Text, *, taught: bool = True) -> torch.Tensor:
        """Log-odds of Yes against No to each question."""
        read = len(text.beginning)
        with torch.no_grad(), self.adapted.disable_adapter():
            cache = DynamicCache()
            self._body(torch.tensor([text.beginning]), past_key_values=cache, use_cache=True)
        cache.batch_repeat_interleave(len(text.asked))
        longest = max(len(tokens) for tokens, _ in text.asked)
        tokens = torch.zeros((len(text.asked), longest), dtype=torch.long)
        seen = torch.zeros((len(text.asked), read + longest), dtype=torch.long)
        for row, (asked, _) in enumerate(text.asked):
            tokens[row, : len(asked)] = torch.tensor(asked)
            seen[row, : read + len(asked)] = 1
        with nullcontext() if taught else self.adapted.disable_adapter():
            states = self._body(tokens, attention_mask=seen, past_key_values=cache, use_cache=True).last_hidden_state
        last = torch.tensor([len(asked) - 1 for asked, _ in text.asked])
        return torch.mv(states[torch.arange(len(last)), last].float(), self._direction)


def _auc(reader: _Reader, texts: Sequence[Text], *, taught: bool) -> float:
    with torch.no_grad():
        odds = np.concatenate([reader.odds(text, taught=taught).numpy() for text in texts])
    return float(roc_auc_score([answered for text in texts for _, answered in text.asked], odds))


def _last(tokens: list[int], part: list[int]) -> int:
    """Where a part begins that stands in them, the last time."""
    return next(at for at in range(len(tokens) - len(part), -1, -1) if tokens[at : at + len(part)] == part)


def _write(reader: _Reader, invocation: list[int]) -> None:
    """In llama.cpp's format; F16 halves the file, and no more is needed of weights that small."""
    writer = gguf.GGUFWriter(str(WRITTEN.with_suffix(".tmp")), "qwen2")
    writer.add_string(gguf.Keys.General.TYPE, gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(2 * RANK))
    writer.add_key_value(
        "adapter.alora.invocation_tokens", invocation, gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.UINT32
    )
    writer.add_license("CC-BY-SA-4.0")
    writer.add_description("Made by scripts.fit.adapter of SQuAD 2.0's development set and XQuAD, both CC BY-SA 4.0.")
    for name, weight in reader.adapted.named_parameters():
        if weight.requires_grad:
            _, _, rest = name.partition(".layers.")
            layer, _, rest = rest.partition(".")
            module, _, part = rest.rpartition(".lora_")
            tensor = f"blk.{layer}.{PLACES[module]}.weight.lora_{part[0].lower()}"
            writer.add_tensor(tensor, weight.detach().numpy().astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    WRITTEN.with_suffix(".tmp").replace(WRITTEN)


if __name__ == "__main__":
    main()
