"""The colour of each type of entity, and the size of each node."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from .drawing import Node

KINDS = ("PERSON", "ORGANIZATION", "PLACE", "NAME", "PRODUCT")
"""Types that have the same colour on every picture."""
COLOURS = ("#1f5fa8", "#c2571a", "#2f7d4f", "#7b4a9c", "#a8324a", "#5c6b73", "#8a6d1d", "#0f7c85")


def colours(nodes: Sequence[Node]) -> dict[str, str]:
    """A colour for each entity type: the usual ones have their own, of others the commonest; the rest share one."""
    counted = Counter(node.type for node in nodes if node.type not in KINDS)
    others = [kind for kind, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    found = {kind: COLOURS[min(i, len(COLOURS) - 1)] for i, kind in enumerate([*KINDS, *others])}
    return {kind: found[kind] for kind in found if kind in {node.type for node in nodes}}


def radius(node: Node) -> float:
    """In pixels; the more neighbours, the larger."""
    return min(4 + math.sqrt(node.degree) * 1.5, 14)
