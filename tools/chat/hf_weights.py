"""Load a Hugging Face model into memory as its preset and the settings say, and generate with it."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import BackendError, ConfigError
from ...settings import ChatOptions
from .presets import PLAIN_TURNS, Preset, preset

_FOLDERS = (".", "/", "~")
"""What a name that can be no model's begins with."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Tokenizer, model and what is known of them."""

    tokenizer: Any
    model: Any
    preset: Preset
    context: int
    ends: tuple[int, ...]
    """Token ids that end a reply."""

    def render(self, turns: list[dict[str, str]]) -> str:
        """The prompt as the model was taught it. Raises: BackendError where the template refuses the turns."""
        from jinja2.exceptions import TemplateError

        try:
            return str(self.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))
        except TemplateError as error:
            raise BackendError(f"the model's chat template refuses the messages: {error}") from error

    def generate(self, prompt: list[int], options: ChatOptions, stop: list[str] | None) -> list[int]:
        """The reply's token ids, its ending ones left out."""
        import torch

        ids = torch.tensor([prompt], device=self.model.device)
        with torch.inference_mode():
            whole = self.model.generate(ids, attention_mask=torch.ones_like(ids), **self._how(options, stop))
        reply: list[int] = whole[0, len(prompt) :].tolist()
        while reply and reply[-1] in self.ends:
            reply.pop()
        return reply

    def stream(self, prompt: list[int], options: ChatOptions, stop: list[str] | None) -> Iterator[str]:
        """The reply's text in pieces, as it is made; leaving off early ends it."""
        import torch
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        left = threading.Event()

        class Left(StoppingCriteria):  # type: ignore[misc]  # the vendor's class has no types here
            def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
                return torch.full((input_ids.shape[0],), left.is_set(), dtype=torch.bool, device=input_ids.device)

        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        ids = torch.tensor([prompt], device=self.model.device)
        failed: list[BaseException] = []
        how = {**self._how(options, stop), "streamer": streamer, "stopping_criteria": StoppingCriteriaList([Left()])}

        def work() -> None:
            try:
                with torch.inference_mode():
                    self.model.generate(ids, attention_mask=torch.ones_like(ids), **how)
            except BaseException as error:  # noqa: BLE001 - carried over to the reader's thread, below
                failed.append(error)
            finally:
                streamer.end()

        maker = threading.Thread(target=work, daemon=True)
        maker.start()
        try:
            yield from streamer
        finally:
            left.set()
            maker.join()
        if failed:
            raise failed[0]

    def _how(self, options: ChatOptions, stop: list[str] | None) -> dict[str, Any]:
        how: dict[str, Any] = {
            "max_new_tokens": options.max_tokens,
            "max_time": options.timeout_seconds,
            "eos_token_id": list(self.ends) or None,
            "pad_token_id": self.tokenizer.pad_token_id if self.tokenizer.pad_token_id is not None else 0,
            "do_sample": bool(options.temperature),
        }
        if options.temperature:
            how["temperature"] = options.temperature
        if stop:
            how.update(stop_strings=stop, tokenizer=self.tokenizer)
        return how


def look(name: str, options: ChatOptions) -> None:
    """See what can be seen without reading anything in.

    Raises:
        ConfigError: the extra, the model's folder or the adapter's is missing; names the setting.
    """
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        raise ConfigError(f"KGQA_CHAT__MODEL 'hf:{name}' needs the extra `local`: pip install 'kgqa[local]'")
    if name.startswith(_FOLDERS) and not Path(name).is_dir():
        raise ConfigError(f"KGQA_CHAT__MODEL 'hf:{name}' names a folder that is not there")
    if options.adapter is not None and not (options.adapter / "adapter_config.json").is_file():
        raise ConfigError(f"KGQA_CHAT__ADAPTER {str(options.adapter)!r} is no folder with an adapter_config.json")


def load(name: str, options: ChatOptions) -> Loaded:
    """Read a model in, by name (fetched where it is not there yet) or from a folder. Takes seconds to minutes.

    Raises:
        ConfigError: the extra, the model, the adapter, the device or 4-bit support is missing; names the setting.
    """
    look(name, options)
    from transformers import AutoConfig, AutoTokenizer

    try:
        configuration = AutoConfig.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise ConfigError(_missing(name, error)) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise ConfigError(_missing(name, error)) from error
    known = preset(name, str(configuration.model_type))
    if not tokenizer.chat_template:
        tokenizer.chat_template = known.template or PLAIN_TURNS
    model = _model(name, options, known)
    return Loaded(tokenizer, model, known, _context(configuration, known), _ends(tokenizer, model, known))


def _model(name: str, options: ChatOptions, known: Preset) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    device = _device(options.device)
    how: dict[str, Any] = {"dtype": _dtype(options.dtype, known, device)}
    if options.quantize == "nf4":
        how["quantization_config"] = _four_bit(how["dtype"])
        how["device_map"] = {"": device}
    try:
        model = AutoModelForCausalLM.from_pretrained(name, **how)
    except (OSError, ValueError) as error:
        raise ConfigError(_missing(name, error)) from error
    if options.quantize == "none":
        model = model.to(torch.device(device))
    return _with_adapter(model, options).eval()


def _with_adapter(model: Any, options: ChatOptions) -> Any:
    if options.adapter is None:
        return model
    if importlib.util.find_spec("peft") is None:
        raise ConfigError("KGQA_CHAT__ADAPTER needs the extra `local`: pip install 'kgqa[local]'")
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, str(options.adapter))
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise ConfigError(f"KGQA_CHAT__ADAPTER {str(options.adapter)!r} does not fit the model: {reason}") from error


def _device(wanted: str) -> str:
    import torch

    if wanted == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        torch.empty(0, device=wanted)
    except (RuntimeError, AssertionError) as error:
        raise ConfigError(
            f"KGQA_CHAT__DEVICE {wanted!r} is not to be had here: {str(error).partition(chr(10))[0]}"
        ) from error
    return wanted


def _dtype(wanted: str, known: Preset, device: str) -> Any:
    import torch

    name = known.dtype if wanted == "auto" else wanted
    if wanted == "auto" and device == "cpu" and name == "bfloat16" and not torch.backends.mkldnn.is_available():
        return torch.float32
    return name if name == "auto" else getattr(torch, name)


def _four_bit(dtype: Any) -> Any:
    if importlib.util.find_spec("bitsandbytes") is None:
        raise ConfigError(
            "KGQA_CHAT__QUANTIZE 'nf4' needs bitsandbytes, of the extra `local`: pip install 'kgqa[local]'"
        )
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16 if dtype == "auto" else dtype,
    )


def _context(configuration: Any, known: Preset) -> int:
    stated = int(getattr(configuration, "max_position_embeddings", 0) or 0)
    return min(known.context or stated, stated) or known.context or 4096


def _ends(tokenizer: Any, model: Any, known: Preset) -> tuple[int, ...]:
    vocabulary = tokenizer.get_vocab()
    own = model.generation_config.eos_token_id
    found = {*(own if isinstance(own, list) else [own]), tokenizer.eos_token_id}
    found |= {vocabulary[token] for token in known.ends if token in vocabulary}
    return tuple(sorted(i for i in found if i is not None))


def _missing(name: str, error: Exception) -> str:
    reason = str(error).strip().partition("\n")[0]
    kind = "folder" if Path(name).exists() or name.startswith(_FOLDERS) else "name"
    return f"KGQA_CHAT__MODEL 'hf:{name}' cannot be loaded from this {kind}: {reason}"
