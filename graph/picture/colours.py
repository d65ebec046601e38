"""The colour of each type of entity, and the size of each node."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from .drawing import Node

COLOURS = ("#1f5fa8", "#c2571a", "#2f7d4f", "#7b4a9c", "#a8324a", "#5c6b73", "#8a6d1d", "#0f7c85")


def colours(nodes: Sequence[Node]) -> dict[str, str]:
    """A colour for each entity type, the commonest first; what is left over shares the last."""
    ranked = [kind for kind, _ in sorted(Counter(n.type for n in nodes).items(), key=lambda item: (-item[1], item[0]))]
    return {kind: COLOURS[min(i, len(COLOURS) - 1)] for i, kind in enumerate(ranked)}


def radius(node: Node) -> float:
    """In pixels; the more neighbours, the larger."""
    return min(4 + math.sqrt(node.degree) * 1.5, 14)
