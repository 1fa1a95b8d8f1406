"""Low-rank adaptation of the embedded chat model, in torch: LoRA (Hu et al. 2021) that is at work from an invocation on
(Greenewald et al. 2025, arXiv:2504.12397), so that what the model has read before that stays as it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, DynamicCache, GgufConfig, get_cosine_schedule_with_warmup

RANK = 4
LAYERS = range(14, 28)
"""The upper half: what a text means is read off there, and the lower half needs no gradient."""
MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
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


class Learner:
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

    def loss(self, text: Text, *, taught: bool = True) -> torch.Tensor:
        """Cross entropy of the replies' tokens, each reply with the same weight."""
        said = torch.tensor([token for _, reply in text.asked for token in reply])
        weights = torch.tensor([1 / len(reply) for _, reply in text.asked for _ in reply]) / len(text.asked)
        return (cross_entropy(self.logits(text, taught=taught), said, reduction="none") * weights).sum()

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


def last(tokens: list[int], part: list[int]) -> int:
    """Where a part begins that stands in them, the last time."""
    return next(at for at in range(len(tokens) - len(part), -1, -1) if tokens[at : at + len(part)] == part)


def write(learner: Learner, path: Path, invocation: list[int], licence: str, description: str) -> None:
    """In llama.cpp's format; F16 halves the file, and no more is needed of weights that small."""
    written = path.with_suffix(".tmp")
    writer = gguf.GGUFWriter(str(written), "qwen2")
    writer.add_string(gguf.Keys.General.TYPE, gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(2 * RANK))
    writer.add_key_value(
        "adapter.alora.invocation_tokens", invocation, gguf.GGUFValueType.ARRAY, gguf.GGUFValueType.UINT32
    )
    writer.add_license(licence)
    writer.add_description(description)
    for name, weight in learner.taught():
        writer.add_tensor(name, weight.detach().numpy().astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    written.replace(path)
