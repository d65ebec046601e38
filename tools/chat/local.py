"""Chat with a Hugging Face model on this machine, with an adapter (PEFT) and 4-bit weights where asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from ...errors import BackendError, ConfigError
from ...settings import ChatOptions
from .presets import Preset, full_name

if TYPE_CHECKING:
    from .hf_weights import Loaded

_ROLES = {"human": "user", "ai": "assistant", "system": "system", "tool": "user"}


class LocalChat(BaseChatModel):
    """Loads at the first call; one reply at a time. Counts its tokens exactly."""

    options: ChatOptions
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _loaded: Loaded | None = PrivateAttr(default=None)

    @property
    def _llm_type(self) -> str:
        return "kgqa-local"

    @property
    def model_name(self) -> str:
        """The name or folder after `hf:`, presets in full."""
        return _name(self.options)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        with self._lock:
            loaded = self._load()
            prompt, opening = _prompt(loaded, messages, self.options.max_tokens)
            ids = loaded.generate(prompt, self.options, stop)
        text = loaded.tokenizer.decode(ids, skip_special_tokens=True)
        message = AIMessage(
            content=_cut(opening + text, stop),
            usage_metadata=_usage(len(prompt), len(ids)),
            response_metadata={"finish_reason": "length" if len(ids) >= self.options.max_tokens else "stop"},
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        with self._lock:
            loaded = self._load()
            prompt, opening = _prompt(loaded, messages, self.options.max_tokens)
            chunks = [AIMessageChunk(content=opening)] if opening else []
            written = ""
            for piece in loaded.stream(prompt, self.options, stop):
                written += piece
                chunks.append(AIMessageChunk(content=piece))
                yield from (ChatGenerationChunk(message=chunk) for chunk in chunks)
                chunks.clear()
            counted = len(loaded.tokenizer.encode(written, add_special_tokens=False))
            last = AIMessageChunk(
                content="",
                usage_metadata=_usage(len(prompt), counted),
                response_metadata={"finish_reason": "length" if counted >= self.options.max_tokens else "stop"},
            )
            yield from (ChatGenerationChunk(message=chunk) for chunk in [*chunks, last])

    def _load(self) -> Loaded:
        if self._loaded is None:
            from .hf_weights import load

            self._loaded = load(self.model_name, self.options)
        return self._loaded


_made: WeakValueDictionary[tuple[object, ...], LocalChat] = WeakValueDictionary()
_making = threading.Lock()


def local(options: ChatOptions) -> LocalChat:
    """The model of these options, the same one to all in this process: its weights are read in once.

    Raises:
        ConfigError: no model is named.
    """
    if not _name(options):
        raise ConfigError(
            f"KGQA_CHAT__MODEL {options.model!r} names no model: give a name or a folder, as in "
            "'hf:Qwen/Qwen2.5-1.5B-Instruct'"
        )
    # Files that changed since are another model.
    key = (options, fingerprint(options))
    with _making:
        model = _made.get(key) or LocalChat(options=options)
        _made[key] = model
        return model


def _name(options: ChatOptions) -> str:
    return full_name((options.model or "").partition(":")[2].strip())


def fingerprint(options: ChatOptions) -> str:
    """Changes when the files of a local model or adapter do, so that replies of the old ones are not given again."""
    folders = [Path(_name(options)), *([options.adapter] if options.adapter else [])]
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.glob("*.*"))]
    return ";".join(f"{file}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)


def turns(messages: Sequence[BaseMessage], preset: Preset) -> list[dict[str, str]]:
    """Messages as templates take them: known roles, no two in a row of one role, no system role where there is none."""
    found: list[dict[str, str]] = []
    for message in messages:
        role = _ROLES.get(message.type)
        if role is None:
            raise BackendError(
                f"a local model takes no message of type {message.type!r}; choose one of {sorted(_ROLES)}"
            )
        role = "user" if role == "system" and not preset.system_role else role
        if found and found[-1]["role"] == role:
            found[-1]["content"] += "\n\n" + str(message.text)
        else:
            found.append({"role": role, "content": str(message.text)})
    return found


def _prompt(loaded: Loaded, messages: Sequence[BaseMessage], reply: int) -> tuple[list[int], str]:
    """The prompt's tokens, and what of the reply the template has put into it already (`<think>`)."""
    text = loaded.render(turns(messages, loaded.preset))
    ids: list[int] = loaded.tokenizer.encode(text, add_special_tokens=False)
    if len(ids) + reply > loaded.context:
        raise BackendError(
            f"a prompt of {len(ids)} tokens and a reply of {reply} (KGQA_CHAT__MAX_TOKENS) do not fit the "
            f"{loaded.context} tokens of the model"
        )
    return ids, "<think>\n" if text.rstrip().endswith("<think>") else ""


def _cut(text: str, stop: list[str] | None) -> str:
    """The text before the first stop string."""
    ends = [text.find(s) for s in stop or [] if s in text]
    return text[: min(ends)] if ends else text


def _usage(inward: int, outward: int) -> UsageMetadata:
    return {"input_tokens": inward, "output_tokens": outward, "total_tokens": inward + outward}
