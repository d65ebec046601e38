"""A chain of relations to follow from a name, and the same as retrievals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...tools.text.questions import answer_type
from ...tools.text.words import language
from .logical_forms import KINDS, Form, Output, Retrieval, is_variable

MOST = 5
"""Retrievals in one chain."""
_SMALL = frozenset("of in at on for by to do with".split())


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: a relation, what kind of thing it leads to, and which end of the fact that is."""

    relation: str
    kind: str
    asks: Literal["s", "o"] = "o"


@dataclass(frozen=True, slots=True)
class Chain:
    """A name and the relations to follow from it, in order."""

    name: str
    links: tuple[Link, ...] = ()

    def then(self, link: Link) -> Chain:
        """The chain, one step longer."""
        return Chain(self.name, (*self.links, link))


def kind_of(noun: str) -> str:
    """The kind of thing a noun asks for: `association` an organization, `도시` a place."""
    found = answer_type(f"어느 {noun}" if language(noun) == "ko" else f"which {noun}")
    return found if found in KINDS else "entity"


def retrievals(chain: Chain | None) -> list[Form]:
    """The chain as forms, Output last; none where a link says nothing but a preposition, or a step's variable is the
    name."""
    if chain is None or not chain.links or is_variable(chain.name):
        return []
    forms: list[Form] = []
    if any(all(word in _SMALL for word in link.relation.split()) for link in chain.links):
        return []
    for place, link in enumerate(chain.links[:MOST]):
        known = f"${place}" if place else chain.name
        forms.append(Retrieval(f"${place + 1}", known, link.relation, link.kind, link.asks))
    return [*forms, Output(f"${len(forms)}")]
