"""kgqa: questions over your own documents, answered from a knowledge graph with citations down to the page and box."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .graph.chat import build_chat_graph as build_chat_graph
    from .graph.ingest import build_ingestion_graph as build_ingestion_graph
    from .graph.ports import Ports as Ports
    from .graph.ports import open_ports as open_ports
    from .graph.qa import build_qa_graph as build_qa_graph
    from .settings import Settings as Settings
    from .settings import load_settings as load_settings
    from .tools.chat.usage import counting as counting

__version__ = "0.1.0"
_FACE = {
    "Ports": "graph.ports",
    "Settings": "settings",
    "build_chat_graph": "graph.chat",
    "build_ingestion_graph": "graph.ingest",
    "build_qa_graph": "graph.qa",
    "counting": "tools.chat.usage",
    "load_settings": "settings",
    "open_ports": "graph.ports",
}
__all__ = [*_FACE, "__version__"]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that `import kgqa.errors` loads no LangGraph."""
    if name not in _FACE:
        raise AttributeError(f"module 'kgqa' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_FACE[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
