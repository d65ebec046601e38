"""The strategies by name: each is one way to find evidence in the graph and the text."""

from __future__ import annotations

from collections.abc import Callable

from ...registry import Registry
from .candidates import adaptive, fused, section, walked, window
from .explorer import Hops, Kag, KgRag
from .strategy import Strategy

strategies: Registry[Callable[[], Strategy]] = Registry(
    "strategy",
    {
        "window": lambda: Strategy(window, walks=False, powers=(0.0, 0.0)),
        "section": lambda: Strategy(section, walks=False, powers=(0.0, 0.0)),
        "adaptive": lambda: Strategy(adaptive, walks=False, powers=(0.0, 0.0)),
        "walk": lambda: Strategy(walked, walks=True, powers=(0.9, 0.9)),
        "hybrid": lambda: Strategy(fused, walks=True, powers=(0.3, 0.9)),
        "hops": lambda: Strategy(fused, walks=True, powers=(0.3, 0.9), explorer=Hops()),
        "kg-rag": lambda: Strategy(fused, walks=True, powers=(0.3, 0.9), explorer=KgRag()),
        "kag": lambda: Strategy(fused, walks=True, powers=(0.3, 0.9), explorer=Kag()),
    },
)
"""By `KGQA_QA__STRATEGY`. Those that go step by step fall back to `hybrid`'s evidence where a step fails."""
strategies.names()  # Now, while modules load: a node on the event loop may not look through what is installed.
