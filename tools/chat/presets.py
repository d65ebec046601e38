"""Local models known by name: what loading and prompting them right takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

GEMMA_TURNS = (
    "{{ bos_token }}{% for message in messages %}"
    "<start_of_turn>{{ 'model' if message['role'] == 'assistant' else message['role'] }}\n"
    "{{ message['content'] | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
"""The turns of the Gemma family, for its base models, whose tokenizer has no template."""

PLAIN_TURNS = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ {'system': 'System', 'user': 'User', 'assistant': 'Assistant'}[message['role']] }}: "
    "{{ message['content'] | trim }}\n\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""For a model of which nothing is known but that its tokenizer has no template."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of a model; what its own files say wins over `template`."""

    dtype: str = "auto"
    """The type its weights were published in; a CPU without bfloat16 gets float32 all the same."""
    context: int | None = None
    """Tokens of prompt and reply together; None leaves it to the model's own file."""
    system_role: bool = True
    """Whether its template takes a system message; else it goes before the first thing the user says."""
    thinks: bool = False
    """Whether it thinks aloud, up to `</think>`, before it answers."""
    template: str | None = None
    ends: tuple[str, ...] = ()
    """Tokens that end a turn beside the tokenizer's own."""


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "google/gemma-7b": Preset(
            dtype="bfloat16", context=8192, system_role=False, template=GEMMA_TURNS, ends=("<end_of_turn>",)
        ),
        "microsoft/Phi-mini-MoE-instruct": Preset(dtype="bfloat16", context=4096, ends=("<|end|>", "<|endoftext|>")),
        "Qwen/Qwen2.5-1.5B-Instruct": Preset(dtype="bfloat16", context=32768, ends=("<|im_end|>", "<|endoftext|>")),
        "UNIVA-Bllossom/DeepSeek-qwen-Bllossom-32B": Preset(
            dtype="bfloat16", context=131072, system_role=False, thinks=True, ends=("<｜end▁of▁sentence｜>",)
        ),
    }
)

_BY_NAME = {name.rpartition("/")[2].casefold(): preset for name, preset in PRESETS.items()}
_THINKING = re.compile(r"(?i)(?<![a-z0-9])(?:r1|qwq|thinking)(?![a-z0-9])")
_BY_KIND = {
    "gemma": Preset(system_role=False, template=GEMMA_TURNS, ends=("<end_of_turn>",)),
    "gemma2": Preset(system_role=False, template=GEMMA_TURNS, ends=("<end_of_turn>",)),
    "phimoe": Preset(ends=("<|end|>", "<|endoftext|>")),
}


def full_name(name: str) -> str:
    """A preset's full name for its last part in any case (`gemma-7b`); anything else, and a folder here, as it is."""
    if Path(name).is_dir():
        return name
    for full in PRESETS:
        if name.casefold() in (full.casefold(), full.rpartition("/")[2].casefold()):
            return full
    return name


def thinks(model: str) -> bool:
    """Whether a model of this name is likely to think aloud, as one does whose template opens the thinking already."""
    known = _BY_NAME.get(model.rpartition("/")[2].casefold())
    return bool(_THINKING.search(model)) if known is None else known.thinks


def preset(name: str, kind: str) -> Preset:
    """By the model's name or its folder's, else by its architecture (`model_type` of its configuration)."""
    last = name.rstrip("/").rpartition("/")[2].casefold()
    return _BY_NAME.get(last) or _BY_KIND.get(kind) or Preset()
