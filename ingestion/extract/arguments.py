"""Find names and nouns with their owners (`Hanbit's pump`), and the claims that owning makes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...tools.text.gazetteer import roles
from ...tools.text.sentence_pieces import Piece

NAMES = frozenset("name date quantity".split())
FINITE = frozenset("verb be".split())
_PLACING = frozenset("in at near on".split())


class Found(NamedTuple):
    """A claim over pieces, before ids and types."""

    subject: Piece
    phrase: str
    object: Piece
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """A piece that a verb can take, with its owner where it has one."""

    piece: Piece
    owner: Piece | None = None
    link: str = ""
    """How the owner is joined: `of`, `at`, `'s`, or empty for `Hanbit CEO`."""

    @property
    def role(self) -> bool:
        """Whether its head is a role noun: director, capital, mother."""
        return self.piece.kind == "noun" and self.piece.lemma in roles()

    @property
    def wording(self) -> str:
        """The noun as relation: its words in lower case, the head in the singular."""
        return " ".join([*self.piece.text.lower().split()[:-1], self.piece.lemma])

    def named(self, wording: str) -> tuple[Piece | None, str]:
        """Who a claim about it is about, and what of theirs it is (a prefix to the wording)."""
        if self.owner is not None and self.piece.kind == "noun":
            return self.owner, f"{self.wording} "
        return (self.piece if self.piece.type else None), ""


Item = Argument | Piece


def arguments(parts: Sequence[Piece]) -> list[Item]:
    """The pieces with names and nouns made into arguments: owners taken in, a product's kind noun dropped."""
    items: list[Item] = []
    i = 0
    while i < len(parts):
        if parts[i].kind in ("date", "quantity") and _is(parts, i + 1, "noun") and _adjacent(parts, i):
            i += 1  # `a 1997 film`: the noun is meant
        elif parts[i].kind in ("name", "noun", "date", "quantity"):
            argument, i = _argument(parts, i)
            items.append(argument)
        else:
            items.append(parts[i])
            i += 1
    return items


def _argument(parts: Sequence[Piece], i: int) -> tuple[Argument, int]:
    piece = parts[i]
    if piece.kind == "name" and _is(parts, i + 1, "poss") and _is(parts, i + 2, "noun"):
        return _chained(parts, i + 2, piece, "'s")
    if piece.kind == "name" and piece.type != "PERSON" and _is(parts, i + 1, "noun") and _adjacent(parts, i):
        if piece.type == "PRODUCT":
            return Argument(piece), i + 2
        return _chained(parts, i + 1, piece, "")
    if piece.kind == "noun" and _owned(parts, i):
        return Argument(piece, _owner(parts, i + 2), parts[i + 1].lemma), _after_owner(parts, i + 2)
    return Argument(piece), i + 1


def _chained(parts: Sequence[Piece], i: int, owner: Piece, link: str) -> tuple[Argument, int]:
    return Argument(parts[i], owner, link), i + 1


def _owned(parts: Sequence[Piece], i: int) -> bool:
    """noun + of + name or noun; a role noun also takes at, for, in with a name."""
    if not (_is(parts, i + 1, "prep") and i + 2 < len(parts) and _owner(parts, i + 2) is not None):
        return False
    link, target = parts[i + 1].lemma, parts[i + 2]
    role = parts[i].lemma in roles()
    return link == "of" or (role and link in ("at", "for", "with") and target.kind == "name")


def _owner(parts: Sequence[Piece], i: int) -> Piece | None:
    """The owner standing at i: a name, the name after its kind noun (`the film Titanic`), or a noun phrase."""
    piece = parts[i]
    if piece.kind == "noun" and _is(parts, i + 1, "name") and _adjacent(parts, i):
        return parts[i + 1]
    return piece if piece.kind in ("name", "noun") and piece.type else None


def _after_owner(parts: Sequence[Piece], i: int) -> int:
    return i + 2 if _owner(parts, i) is not parts[i] else i + 1


def _is(parts: Sequence[Piece], i: int, kind: str) -> bool:
    return 0 <= i < len(parts) and parts[i].kind == kind


def _adjacent(parts: Sequence[Piece], i: int) -> bool:
    """Whether only a space stands between piece i and the next."""
    return parts[i + 1].start - parts[i].end <= 1


# ── what arguments say without a verb
def inner_claims(items: Sequence[Item]) -> Iterator[Found]:
    """Appositions, owners and places: `Kim, the safety officer of Hanbit,`, `Hanbit CEO Kim`, `Paris, France`."""
    for i, item in enumerate(items):
        if isinstance(item, Argument):
            yield from _beside(item, items, i)
            yield from _apposed(item, items, i)
            yield from _placed(item, items, i)


def _beside(item: Argument, items: Sequence[Item], i: int) -> Iterator[Found]:
    """A noun right before a name: `actor Tom Hanks`, `Hanbit CEO Kim Ji-woo`, `Hanbit's founder Kim`."""
    after = items[i + 1] if i + 1 < len(items) else None
    if item.piece.kind != "noun" or not isinstance(after, Argument) or after.piece.kind != "name":
        return
    if item.owner is not None and item.link != "of":
        yield Found(after.piece, f"{item.wording} of", item.owner, 0.8)
    elif item.owner is None and item.piece.type == "TERM" and after.piece.start - item.piece.end <= 1:
        yield Found(after.piece, "be", item.piece, 0.6)


def _apposed(item: Argument, items: Sequence[Item], i: int) -> Iterator[Found]:
    """`name, noun of owner,` and `noun of owner, name,`: the comma must close again, or the sentence end."""
    if i + 2 >= len(items) or not _comma(items[i + 1]):
        return
    other = items[i + 2]
    if not isinstance(other, Argument) or _list_follows(items, i + 3):
        return
    if item.piece.kind == "name" and other.piece.kind == "noun":
        yield from _office(item.piece, other)
    elif item.piece.kind == "noun" and item.role and item.owner is not None and other.piece.type == "PERSON":
        yield from _office(other.piece, item)


def _office(name: Piece, noun: Argument) -> Iterator[Found]:
    if noun.owner is not None:
        yield Found(name, f"{noun.wording} of", noun.owner, 0.8)
    elif noun.piece.type == "TERM" and noun.piece.lemma in roles():
        yield Found(name, "be", noun.piece, 0.6)


def _placed(item: Argument, items: Sequence[Item], i: int) -> Iterator[Found]:
    """`Austin, Texas`; `Hanbit of Seoul`, `the plant in Busan` only for names."""
    if item.piece.kind != "name" or i + 2 >= len(items):
        return
    middle, other = items[i + 1], items[i + 2]
    if _comma(middle) and i + 3 < len(items) and isinstance(other, Piece) and other.lemma == "of":
        middle, other = other, items[i + 3]
    if not isinstance(other, Argument) or other.piece.kind != "name" or isinstance(middle, Argument):
        return
    place, person = other.piece.type == "PLACE", item.piece.type == "PERSON"
    if middle.kind == "comma" and place and not person and not _list_follows(items, i + 3):
        yield Found(item.piece, "be located in", other.piece, 0.7)
    elif middle.kind == "prep" and middle.lemma in _PLACING and not person and other.piece.type in ("PLACE", "NAME"):
        yield Found(item.piece, "be in", other.piece, 0.6 if place else 0.4)
    elif (
        middle.kind == "prep" and middle.lemma in ("of", "from", "at", "with") and item.piece.type in ("PERSON", "NAME")
    ):
        yield Found(item.piece, "be from" if place else middle.lemma, other.piece, 0.5)


def _comma(item: Item) -> bool:
    return isinstance(item, Piece) and item.kind == "comma"


def _list_follows(items: Sequence[Item], i: int) -> bool:
    """Whether `and B` or `, C and` goes on here: a list, no apposition."""
    kinds = [item.kind if isinstance(item, Piece) else "argument" for item in items[i : i + 3]]
    return kinds[:1] == ["and"] or kinds[:2] == ["comma", "and"]
