"""How evidence is found, by name: each strategy is one way through the graph and the text."""

from __future__ import annotations

from collections.abc import Callable

from ...registry import Registry
from .candidates import adaptive, fused, section, walked, window
from .explorer import Hops, Kag, KgRag
from .strategy import Way

strategies: Registry[Callable[[], Way]] = Registry(
    "strategy",
    {
        "window": lambda: Way(window, walks=False, powers=(0.0, 0.0)),
        "section": lambda: Way(section, walks=False, powers=(0.0, 0.0)),
        "adaptive": lambda: Way(adaptive, walks=False, powers=(0.0, 0.0)),
        "walk": lambda: Way(walked, walks=True, powers=(0.9, 0.9)),
        "hybrid": lambda: Way(fused, walks=True, powers=(0.3, 0.9)),
        "hops": lambda: Way(fused, walks=True, powers=(0.3, 0.9), explorer=Hops()),
        "kg-rag": lambda: Way(fused, walks=True, powers=(0.3, 0.9), explorer=KgRag()),
        "kag": lambda: Way(fused, walks=True, powers=(0.3, 0.9), explorer=Kag()),
    },
)
"""`KGQA_QA__STRATEGY` → the way. Those that go step by step fall back to `hybrid`'s evidence where a step fails."""
strategies.names()  # Now, while modules load: a node on the event loop may not look through what is installed.
