"""Chat models: none by default, a provider's, a local one, or a scripted one; all behind one gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ...registry import Registry

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ...settings import ChatOptions
    from .chat import Chat


def _local(options: ChatOptions) -> BaseChatModel:
    from .local import local

    return local(options)


def _scripted(options: ChatOptions) -> BaseChatModel:
    from .scripted import from_file

    return from_file(Path((options.model or "").partition(":")[2]))


def _remote(options: ChatOptions) -> BaseChatModel:
    from .remote import remote

    return remote(options)


chats: Registry[Callable[[ChatOptions], BaseChatModel]] = Registry(
    "chat", {"hf": _local, "scripted": _scripted, "provider": _remote}
)
"""What stands before the colon of `KGQA_CHAT__MODEL` → factory; `provider` is for all that LangChain knows."""


def make_model(options: ChatOptions) -> BaseChatModel | None:
    """The LangChain model of these settings, bare; None where none is set.

    Raises:
        ConfigError: model, key, package or file is missing; the message names the setting. Reads no weights yet.
    """
    if not options.model:
        return None
    kind = options.model.partition(":")[0]
    return chats.get(kind if kind in chats.names() else "provider")(options)


def make_chat(options: ChatOptions, home: Path | None) -> Chat | None:
    """The chat of these settings, not yet open; None where no model is set. Without `home` nothing is kept.

    Raises:
        ConfigError: as `make_model`.
    """
    model = make_model(options)
    if model is None:
        return None
    from .cache import Replies
    from .chat import Chat

    return Chat(model, options, Replies(home / "replies.sqlite") if options.cache and home else None)


def look(options: ChatOptions) -> None:
    """See whether the model of these settings can be asked, without asking it or reading its weights.

    Raises:
        ConfigError: as `make_model`; also where weights, an adapter or a price table are missing.
    """
    from .hf_weights import look
    from .local import LocalChat
    from .remote import release
    from .usage import load_prices

    load_prices(options.prices)
    model = make_model(options)
    if isinstance(model, LocalChat):
        look(model.model_name, options)
    elif model is not None:
        release(model)
