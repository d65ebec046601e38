"""The builtin planner: a question's nested phrases as a chain of retrievals, its comparisons as forms over them.

"The director of the film that X wrote" is asked from the inside out: what X wrote, then its director. What it cannot
take apart it leaves alone: no plan is no error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...tools.text import english, korean
from ...tools.text.pieces import Piece
from ...tools.text.questions import answer_type
from ...tools.text.words import language
from .forms import KINDS, Deduce, Form, Math, Output, Retrieval

_MOST = 5
"""Retrievals in one chain."""
_TAKEN = "Ent{}"
_TOKEN = re.compile(r"Ent(\d+)")
_BESIDE = re.compile(r"Ent\d+ ?(?:'s \w+ )?,? ?(?:or|and|than) (?:the |that of )*Ent\d+")
_EARLIER = re.compile(r"\b(?:first|earlier|earliest|older|oldest|before)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:later|latest|last|younger|youngest|newer|newest|more recently)\b", re.IGNORECASE)
_LARGER = re.compile(
    r"\b(?:larger|largest|bigger|biggest|longer|longest|higher|highest|taller|tallest|more|most|greater|faster|"
    r"heavier|deeper)\b",
    re.IGNORECASE,
)
_SMALLER = re.compile(
    r"\b(?:smaller|smallest|shorter|shortest|lower|lowest|fewer|fewest|less|least|slower|lighter)\b", re.IGNORECASE
)
_SPAN = re.compile(r"\bhow many (years|days)\b", re.IGNORECASE)
_DIFFERENCE = re.compile(
    r"\b(?:difference|how (?:much|many) (?:\w+ )?(?:more|less|fewer|longer|larger))\b", re.IGNORECASE
)
_TOTAL = re.compile(r"\b(?:in total|altogether|sum of|total)\b", re.IGNORECASE)
_SAME = re.compile(r"\b(?:the same|both)\b", re.IGNORECASE)
_COUNT = re.compile(r"\bhow many (?!years|days)([a-z]+s|people)\b", re.IGNORECASE)
_IDLE = frozenset("be do have name tell give know call say find show more most first last later earlier".split())
_SMALL = frozenset("of in at on for by to do with".split())
_COMPARING = frozenset(
    "first last later latest earlier earliest older oldest younger youngest newer newest larger largest bigger biggest "
    "longer longest higher highest taller tallest more most greater smaller smallest shorter shortest lower lowest "
    "fewer less least difference total sum altogether years days year day same both".split()
)


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


def plan(question: str, names: Sequence[str]) -> list[Form]:
    """Forms that answer the question, with Output last; empty where it has no shape known here.

    `names` are those of the question that the graph knows.
    """
    if language(question) == "ko":
        return _forms(_korean(question, names))
    text, taken = _named(question, names)
    several = list(dict.fromkeys(_TOKEN.findall(text)))
    if len(several) == 2 and (_BESIDE.search(text) or _SPAN.search(text)):
        compared = _compared(text, taken, [int(n) for n in several])
        if compared:
            return compared
    chain = _english(text, taken)
    return _counted(question, _forms(chain)) if chain else []


def chained(question: str, names: Sequence[str]) -> list[Retrieval]:
    """The same without reckoning: the retrievals of its one chain, the last one answering."""
    chain = _korean(question, names) if language(question) == "ko" else _english(*_named(question, names))
    return [form for form in _forms(chain) if isinstance(form, Retrieval)]


def kind_of(noun: str) -> str:
    """The kind of thing a noun asks for: `association` an organization, `도시` a place."""
    found = answer_type(f"어느 {noun}" if language(noun) == "ko" else f"which {noun}")
    return found if found in KINDS else "entity"


# ── forms
def _forms(chain: Chain | None, first: int = 1) -> list[Form]:
    if chain is None or not chain.links:
        return []
    forms: list[Form] = []
    if any(all(word in _SMALL for word in link.relation.split()) for link in chain.links):
        return []
    for place, link in enumerate(chain.links[:_MOST]):
        known = f"${first + place - 1}" if place else chain.name
        forms.append(Retrieval(f"${first + place}", known, link.relation, link.kind, link.asks))
    return [*forms, Output(f"${first + len(forms) - 1}")]


def _counted(question: str, forms: list[Form]) -> list[Form]:
    """`How many films did X direct`: what the chain leads to is counted, not read."""
    last = forms[-2] if len(forms) > 1 else None
    if not _COUNT.search(question) or not isinstance(last, Retrieval):
        return forms
    counted = Retrieval(last.variable, last.known, last.relation, "entity", last.asks)
    return [*forms[:-2], counted, Math(f"${len(forms)}", f"count({last.variable})"), Output(f"${len(forms)}")]


def _compared(text: str, taken: Sequence[str], several: Sequence[int]) -> list[Form]:
    """Two things side by side, asked about in the same words."""
    operation, kind = _operation(text)
    relation = _common(text)
    if not operation or not relation:
        return []
    one, other = (Retrieval(f"${n + 1}", taken[i], relation, kind) for n, i in enumerate(several))
    if operation in ("years", "days", "difference"):
        return [one, other, Math("$3", f"{operation}($1, $2)"), Output("$3")]
    if operation == "sum":
        return [one, other, Math("$3", "$1 + $2"), Output("$3")]
    return [one, other, Deduce("$3", operation, "$1", "$2"), Output("$3")]


def _operation(text: str) -> tuple[str, str]:
    """(what is done with the two, the kind of what is found of each); empty where nothing is."""
    span = _SPAN.search(text)
    if span:
        return span[1].casefold(), "date"
    for pattern, operation, kind in (
        (_DIFFERENCE, "difference", "number"),
        (_TOTAL, "sum", "number"),
        (_EARLIER, "earlier", "date"),
        (_LATER, "later", "date"),
        (_LARGER, "larger", "number"),
        (_SMALLER, "smaller", "number"),
        (_SAME, "same", "entity"),
    ):
        if pattern.search(text):
            return operation, kind
    return "", ""


def _common(text: str) -> str:
    """The words that the comparison is about: verbs with their preposition, else its nouns; an age is from birth."""
    parts = english.pieces(text)
    verbs = [_verb(parts, i) for i, piece in enumerate(parts) if piece.kind == "verb" and piece.lemma not in _IDLE]
    nouns = [
        word
        for i, piece in enumerate(parts)
        if piece.kind == "noun" and not (i and parts[i - 1].kind == "wh" and verbs)
        for word in piece.text.casefold().split()
        if word not in _COMPARING
    ]
    if verbs or nouns:
        return verbs[0] if verbs else " ".join(nouns)
    return "born" if re.search(r"\b(?:older|oldest|younger|youngest)\b", text, re.IGNORECASE) else ""


# ── English
def _named(question: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """The question with each known name as one word that no grammar can break, and the names by number."""
    taken: list[str] = []
    text = question
    plain = [re.sub(r"['’]s?$", "", name) for name in names]
    for name in sorted(dict.fromkeys(plain), key=lambda n: (-len(n), n)):
        if any(c.isupper() or c.isdigit() for c in name) and name in text and not _TOKEN.search(name):
            text = re.sub(rf"(?<!\w)[\"'“‘]?{re.escape(name)}[\"”]?(?!\w)", f" {_TAKEN.format(len(taken))} ", text)
            taken.append(name)
    return re.sub(r" {2,}", " ", text).replace(" '", "'").replace(" ’", "’"), taken


def _english(text: str, taken: Sequence[str]) -> Chain | None:
    """The chain of the first phrase that is anchored in a name, then what the rest of the question asks of it."""
    parts = [p for p in english.pieces(text) if p.lemma not in ("the", "a", "an")]
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
        (_verb(parts, i), i)
        for i, piece in enumerate(parts)
        if not start <= i < end and piece.kind == "verb" and piece.lemma not in _IDLE
    ]
    nouns = [p.text.casefold() for i, p in enumerate(parts[:start]) if p.kind == "noun" and not _is_asked(parts, i)]
    wanted = kind if kind in KINDS else "entity"
    if outer:
        relation, place = outer[0]
        return chain.then(Link(relation, wanted, "s" if place < start and not _passive(parts, place) else "o"))
    if nouns and _leads_to(parts, start):
        return chain.then(Link(nouns[-1], wanted))
    asked = [p.text.casefold() for i, p in enumerate(parts[:start]) if p.kind == "noun" and _is_asked(parts, i)]
    if asked and chain.links and asked[0] not in _COMPARING:
        return chain.then(Link(asked[0], wanted))
    if not chain.links or wanted == "entity":
        return chain
    return Chain(chain.name, (*chain.links[:-1], Link(chain.links[-1].relation, wanted, chain.links[-1].asks)))


def _leads_to(parts: Sequence[Piece], start: int) -> bool:
    return start > 1 and parts[start - 1].kind in ("prep", "be")


def _passive(parts: Sequence[Piece], i: int) -> bool:
    return parts[i].passive


def _verb(parts: Sequence[Piece], i: int) -> str:
    """A verb with the preposition that stands next to it."""
    after = parts[i + 1] if i + 1 < len(parts) else None
    preposition = after.lemma if after is not None and after.kind == "prep" and after.lemma != "by" else ""
    return f"{parts[i].lemma} {preposition}".rstrip()


def _phrase(parts: Sequence[Piece], i: int, taken: Sequence[str], depth: int) -> tuple[Chain, int] | None:
    """The phrase that begins here and where it ends, if a name anchors it."""
    if i >= len(parts) or depth > _MOST:
        return None
    if parts[i].kind == "name":
        return _owned(Chain(_name(parts[i].text, taken)), parts, i + 1)
    if parts[i].kind == "noun":
        return _after_noun(parts, i, taken, depth)
    return None


def _name(text: str, taken: Sequence[str]) -> str:
    """The name as the question has it; a known one may be part of a longer one that is not."""
    return _TOKEN.sub(lambda found: taken[int(found[1])] if int(found[1]) < len(taken) else found[0], text)


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
        verb, k = _verb(parts, j), j + 1
        while k < len(parts) and parts[k].kind in ("prep", "other"):
            k += 1
        return _phrase(parts, k, taken, depth + 1), Link(verb, kind, "o" if parts[j].passive else "s")
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
        relation = _verb(parts, end)
        return (chain, end + 1 + (" " in relation)), Link(relation, kind)
    if end + 1 < len(parts) and parts[end].kind == "be" and parts[end + 1].kind == "prep":
        return (chain, end + 2), Link(parts[end + 1].lemma, kind)
    return None, Link("", kind)


# ── Korean: the head comes last, so that the words after the name are the chain in order
def _korean(question: str, names: Sequence[str]) -> Chain | None:
    parts = korean.pieces(question)
    start = next((i for i, p in enumerate(parts) if _is_known(p, question, names)), None)
    if start is None:
        return None
    name = max((n for n in names if parts[start].text in n or n in parts[start].text), key=len, default="")
    chain = Chain(name or parts[start].text)
    for i in range(start + 1, len(parts)):
        chain = _onward(chain, parts, i, names)
    last = answer_type(question)
    if chain.links and last in KINDS and last != "entity":
        chain = Chain(chain.name, (*chain.links[:-1], Link(chain.links[-1].relation, last, chain.links[-1].asks)))
    return chain


def _is_known(piece: Piece, question: str, names: Sequence[str]) -> bool:
    return piece.kind in ("name", "noun") and any(piece.text in name or name in piece.text for name in names)


def _onward(chain: Chain, parts: Sequence[Piece], i: int, names: Sequence[str]) -> Chain:
    piece = parts[i]
    if piece.kind == "verb" and piece.lemma not in ("하다", "되다", "있다", "없다", "이다"):
        return chain.then(Link(piece.lemma, "entity"))
    if piece.kind != "noun" or any(piece.text in name for name in names):
        return chain
    before = parts[i - 1]
    if before.kind == "verb" and chain.links:
        return Chain(
            chain.name, (*chain.links[:-1], Link(chain.links[-1].relation, kind_of(piece.lemma or piece.text)))
        )
    owned = before.lemma == "의" or before.text == "의"
    return chain.then(Link(piece.text, kind_of(piece.lemma or piece.text))) if owned else chain
