"""kgqa: questions over your own documents, answered from a knowledge graph with citations down to the page and box."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import BackendError as BackendError
    from .errors import ConfigError as ConfigError
    from .errors import ContractError as ContractError
    from .errors import EmptyLibrary as EmptyLibrary
    from .errors import ExhaustedError as ExhaustedError
    from .errors import InputError as InputError
    from .errors import KgqaError as KgqaError
    from .errors import TransientError as TransientError
    from .graph.chat import build_chat_graph as build_chat_graph
    from .graph.checkpoints import checkpoint_serializer as checkpoint_serializer
    from .graph.ingest import build_ingestion_graph as build_ingestion_graph
    from .graph.page_images import BoxedPage as BoxedPage
    from .graph.page_images import box_pages as box_pages
    from .graph.ports import Ports as Ports
    from .graph.ports import open_ports as open_ports
    from .graph.qa import build_qa_graph as build_qa_graph
    from .ingestion.state import IngestContext as IngestContext
    from .ingestion.state import Report as Report
    from .model import Answer as Answer
    from .model import Box as Box
    from .model import Citation as Citation
    from .model import Document as Document
    from .model import Entity as Entity
    from .model import Evidence as Evidence
    from .model import Failure as Failure
    from .model import Match as Match
    from .model import Page as Page
    from .model import Sentence as Sentence
    from .model import Statement as Statement
    from .model import Triple as Triple
    from .model import Usage as Usage
    from .nodes.state import QAContext as QAContext
    from .settings import Settings as Settings
    from .settings import load_settings as load_settings
    from .tools.chat.usage import counting as counting

__version__ = "0.1.0"
_FACE = {
    "Answer": "model",
    "BackendError": "errors",
    "Box": "model",
    "BoxedPage": "graph.page_images",
    "Citation": "model",
    "ConfigError": "errors",
    "ContractError": "errors",
    "Document": "model",
    "EmptyLibrary": "errors",
    "Entity": "model",
    "Evidence": "model",
    "ExhaustedError": "errors",
    "Failure": "model",
    "IngestContext": "ingestion.state",
    "InputError": "errors",
    "KgqaError": "errors",
    "Match": "model",
    "Page": "model",
    "Ports": "graph.ports",
    "QAContext": "nodes.state",
    "Report": "ingestion.state",
    "Sentence": "model",
    "Settings": "settings",
    "Statement": "model",
    "TransientError": "errors",
    "Triple": "model",
    "Usage": "model",
    "box_pages": "graph.page_images",
    "build_chat_graph": "graph.chat",
    "checkpoint_serializer": "graph.checkpoints",
    "build_ingestion_graph": "graph.ingest",
    "build_qa_graph": "graph.qa",
    "counting": "tools.chat.usage",
    "load_settings": "settings",
    "open_ports": "graph.ports",
}
"""Public name → the module that holds it."""
__all__ = [*_FACE, "__version__"]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that `import kgqa.errors` loads no LangGraph."""
    if name not in _FACE:
        raise AttributeError(f"module 'kgqa' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_FACE[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
