"""Parse nested English phrases, `the director of the film that X wrote`, into a chain of relations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...tools.text import english as grammar
from ...tools.text.questions import answer_type
from ...tools.text.sentence_pieces import Piece
from .logical_forms import KINDS, is_variable
from .relation_chain import MOST, Chain, Link, kind_of

_TAKEN = "Ent{}"
TOKEN = re.compile(r"\bEnt(\d+)\b")
"""What stands for a known name."""
IDLE = frozenset("be do have name tell give know call say find show more most first last later earlier".split())
"""Verbs that say nothing of what is asked."""
COMPARING = frozenset(
    "first last later latest earlier earliest older oldest younger youngest newer newest larger largest bigger biggest "
    "longer longest higher highest taller tallest more most greater smaller smallest shorter shortest lower lowest "
    "fewer less least difference total sum altogether years days year day same both".split()
)
"""Words that compare, and are no relation."""


def named(question: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """The question with each known name as one word that no grammar can break, and the names by number.

    What looks like such a word in the question itself is taken for a name, lest it stand for another.
    """
    taken: list[str] = []

    def token(found: re.Match[str]) -> str:
        if found[1] not in taken:
            taken.append(found[1])
        return f" {_TAKEN.format(taken.index(found[1]))} "

    plain = {re.sub(r"['’]s?$", "", name) for name in names} - {""}
    proper = [n for n in plain if any(c.isupper() or c.isdigit() for c in n) and not is_variable(n)]
    known = [re.escape(name) for name in sorted(proper, key=lambda n: (-len(n), n))]
    text = re.sub(
        rf"(?<!\w)[\"'“‘]?({'|'.join([*known, TOKEN.pattern.replace('(', '(?:')])})[\"”]?(?!\w)", token, question
    )
    return re.sub(r" {2,}", " ", text).replace(" '", "'").replace(" ’", "’"), taken


def english(text: str, taken: Sequence[str]) -> Chain | None:
    """The chain of the first phrase that is anchored in a name, then what the rest of the question asks of it."""
    parts = [p for p in grammar.pieces(text) if p.lemma not in ("the", "a", "an")]
    for start in range(len(parts)):
        if parts[start].kind not in ("name", "noun") or _is_asked(parts, start):
            continue
        found = _phrase(parts, start, taken, 0)
        if found:
            chain, end = found
            return _asked_of(chain, parts, start, end, text)
    return None


def _is_asked(parts: Sequence[Piece], i: int) -> bool:
    """`film` in `which film`: what is looked for, no phrase of its own."""
    return i > 0 and parts[i - 1].kind == "wh"


def _asked_of(chain: Chain, parts: Sequence[Piece], start: int, end: int, text: str) -> Chain:
    kind = answer_type(text)
    outer = [
        (verb(parts, i), i)
        for i, piece in enumerate(parts)
        if not start <= i < end and piece.kind == "verb" and piece.lemma not in IDLE
    ]
    nouns = [p.text.casefold() for i, p in enumerate(parts[:start]) if p.kind == "noun" and not _is_asked(parts, i)]
    wanted = kind if kind in KINDS else "entity"
    if outer:
        relation, place = outer[0]
        return chain.then(Link(relation, wanted, "s" if place < start and not _passive(parts, place) else "o"))
    if nouns and _leads_to(parts, start):
        return chain.then(Link(nouns[-1], wanted))
    asked = [p.text.casefold() for i, p in enumerate(parts[:start]) if p.kind == "noun" and _is_asked(parts, i)]
    if asked and chain.links and asked[0] not in COMPARING:
        return chain.then(Link(asked[0], wanted))
    if not chain.links or wanted == "entity":
        return chain
    return Chain(chain.name, (*chain.links[:-1], Link(chain.links[-1].relation, wanted, chain.links[-1].asks)))


def _leads_to(parts: Sequence[Piece], start: int) -> bool:
    return start > 1 and parts[start - 1].kind in ("prep", "be")


def _passive(parts: Sequence[Piece], i: int) -> bool:
    return parts[i].passive


def verb(parts: Sequence[Piece], i: int) -> str:
    """A verb with the preposition that stands next to it."""
    after = parts[i + 1] if i + 1 < len(parts) else None
    preposition = (
        after.lemma if after is not None and after.kind == "prep" and after.lemma not in ("by", "than") else ""
    )
    return f"{parts[i].lemma} {preposition}".rstrip()


def _phrase(parts: Sequence[Piece], i: int, taken: Sequence[str], depth: int) -> tuple[Chain, int] | None:
    """The phrase that begins here and where it ends, if a name anchors it."""
    if i >= len(parts) or depth > MOST:
        return None
    if parts[i].kind == "name":
        return _owned(Chain(_name(parts[i].text, taken)), parts, i + 1)
    if parts[i].kind == "noun":
        return _after_noun(parts, i, taken, depth)
    return None


def _name(text: str, taken: Sequence[str]) -> str:
    """The name as the question has it; a known one may be part of a longer one that is not."""
    return TOKEN.sub(lambda found: taken[int(found[1])] if int(found[1]) < len(taken) else found[0], text)


def _owned(chain: Chain, parts: Sequence[Piece], i: int) -> tuple[Chain, int]:
    """`X's director's mother`."""
    while i + 1 < len(parts) and parts[i].kind == "poss" and parts[i + 1].kind == "noun":
        noun = parts[i + 1].text.casefold()
        chain, i = chain.then(Link(noun, kind_of(parts[i + 1].lemma))), i + 2
    return chain, i


def _after_noun(parts: Sequence[Piece], i: int, taken: Sequence[str], depth: int) -> tuple[Chain, int] | None:
    noun = parts[i]
    nxt = parts[i + 1] if i + 1 < len(parts) else None
    if nxt is None:
        return None
    if nxt.kind == "name" and not (i + 2 < len(parts) and parts[i + 2].kind in ("verb", "be")):
        return _phrase(parts, i + 1, taken, depth + 1)
    if nxt.kind == "prep" and nxt.lemma in ("of", "for", "in", "at", "from") and not _wh(parts, i + 2):
        inner = _phrase(parts, i + 2, taken, depth + 1)
        if noun.lemma in ("name", "kind", "type"):
            return inner
        link = Link(noun.text.casefold(), kind_of(noun.lemma))
    else:
        inner, link = _clause(parts, i, taken, depth)
    return (inner[0].then(link), inner[1]) if inner else None


def _wh(parts: Sequence[Piece], i: int) -> bool:
    return i < len(parts) and (parts[i].kind == "wh" or parts[i].lemma in ("where", "when", "that"))


def _clause(parts: Sequence[Piece], i: int, taken: Sequence[str], depth: int) -> tuple[tuple[Chain, int] | None, Link]:
    """What a relative clause says of the noun before it: `film that X wrote`, `city where X was born`."""
    kind = kind_of(parts[i].lemma)
    j = i + 1
    while j < len(parts) and (_wh(parts, j) or parts[j].kind in ("prep", "comma", "be")):
        j += 1
    if j < len(parts) and parts[j].kind == "verb":
        relation, k = verb(parts, j), j + 1
        while k < len(parts) and parts[k].kind in ("prep", "other"):
            k += 1
        return _phrase(parts, k, taken, depth + 1), Link(relation, kind, "o" if parts[j].passive else "s")
    inner = _phrase(parts, j, taken, depth + 1) if j < i + 4 else None
    return _active(inner, parts, kind)


def _active(
    inner: tuple[Chain, int] | None, parts: Sequence[Piece], kind: str
) -> tuple[tuple[Chain, int] | None, Link]:
    """The verb after the name that is its subject: `X wrote`, `X was born in`, `X is from`."""
    if inner is None:
        return None, Link("", kind)
    chain, end = inner
    if end < len(parts) and parts[end].kind == "verb" and parts[end].lemma not in ("do", "have"):
        relation = verb(parts, end)
        return (chain, end + 1 + (" " in relation)), Link(relation, kind)
    if end + 1 < len(parts) and parts[end].kind == "be" and parts[end + 1].kind == "prep":
        return (chain, end + 2), Link(parts[end + 1].lemma, kind)
    return None, Link("", kind)
