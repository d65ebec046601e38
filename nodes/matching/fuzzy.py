"""Match misspelt names: other spellings to look up, and how close two spellings are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ...tools.text.names import name_key, other_keys

STEEP = 2.4
"""How fast closeness falls: a sixth of the letters mistyped gives 0.6."""
SWAPPED, INITIALED = 0.95, 0.85
"""Closeness of the same words in another order, and of a name to itself with initials."""
_GLUED = re.compile(
    r"(?<=[A-Za-z0-9)\]'’\"”.])(?:에게서|으로부터|에서는|에게|에서|으로|부터|까지|이란|은|는|이|가|을|를|의|에|와|과|도|로|란|만)$"
)
_INDEXED = re.compile(r"([^,]+),\s*([^,]+)")
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?(?= \d|,|$)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_INITIAL_A = re.compile(r"[Aa]\.\s*\w")
_CUT = re.compile(r"(?<!\w)([^\W\d_]{2,})\.(?=\s)")
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v|x))")
_SHORTEST = 5
"""Letters of the shortest name in which a slip is looked for."""
_LONG = 8
"""Letters from which a word may have two."""


# ── other spellings
def spellings(text: str, thorough: bool = False) -> list[str]:
    """What a span of a question may be looked up as, its own wording first.

    Without a Korean particle stuck on to Latin letters, with words run together taken apart, an index entry
    (`Lindqvist, Mira`) turned round, months written out; `thorough`: in the other number, without `Inc.` or particle.
    """
    if _INITIAL_A.match(text):
        return []  # its key is the surname's alone
    bare = unglued(text)
    found = [text, bare, _HUMP.sub(" ", bare), _MONTH.sub(lambda cut: _month(cut[1]), bare)]
    indexed = _INDEXED.fullmatch(bare)
    if indexed:
        found.append(f"{indexed[2]} {indexed[1]}")
    if thorough:
        found += other_keys(bare)
    return list(dict.fromkeys(found))


def _month(short: str) -> str:
    return next(month for month in _MONTHS if month.startswith(short))


def unglued(text: str) -> str:
    """Without a Korean particle stuck on to Latin letters: `James Orr는` is James Orr."""
    return _GLUED.sub("", text)


# ── closeness
def closest(
    spans: Sequence[str],
    names: Sequence[str],
    threshold: float,
    known: Sequence[str] = (),
    real: Collection[str] = frozenset(),
) -> dict[int, tuple[int, float]]:
    """For each of the names (by place) the span it is closest to, and how close, where that reaches the threshold.

    Of spans as close the first is taken. What is closest to one that is `known` already is left out: that one is
    meant by it, whatever stands around. A word of `real` ones, in small letters, is no slip of another.
    """
    asked = [*known, *spans]
    texts, others = [_bare(span) for span in asked], [_bare(name) for name in names]
    cut = {place: words for place, span in enumerate(asked) if (words := _shortened(span))}
    likely = {*_likely(texts, others, threshold), *((place, other) for place in cut for other in range(len(others)))}
    best: dict[int, tuple[int, float]] = {}
    for place, other in sorted(likely):
        score = closeness(texts[place], others[other], real, cut.get(place, frozenset()))
        if score >= threshold and score > best.get(other, (0, 0.0))[1]:
            best[other] = (place, score)
    return {other: (place - len(known), score) for other, (place, score) in best.items() if place >= len(known)}


def _bare(span: str) -> str:
    """The name key, but that an initial A is no article."""
    bare = unglued(span)
    return f"a {name_key(bare[2:])}" if _INITIAL_A.match(bare) else name_key(bare)


def _likely(texts: Sequence[str], others: Sequence[str], threshold: float) -> Iterable[tuple[int, int]]:
    """Pairs that may be close: by letters in either order, or by initials."""
    if not texts or not others:
        return []
    cutoff = 1 - (1 - threshold) / STEEP
    pairs: set[tuple[int, int]] = set()
    for form in (_joined, _sorted):
        table = process.cdist(
            [form(t) for t in texts], [form(o) for o in others], scorer=OSA.normalized_similarity, score_cutoff=cutoff
        )
        rows, columns = table.nonzero()
        pairs.update(zip(rows.tolist(), columns.tolist(), strict=True))
    surnames: dict[str, list[int]] = {}
    for place, other in enumerate(others):
        surnames.setdefault(other.rpartition(" ")[2], []).append(place)
    short = [place for place, text in enumerate(texts) if any(len(word) <= 3 for word in text.split()[:-1])]
    pairs.update((place, other) for place in short for other in surnames.get(texts[place].rpartition(" ")[2], ()))
    return sorted(pairs)


def _shortened(span: str) -> frozenset[str]:
    """Its words that end in a period and are cut short: `univ` of `Univ. of Paris`."""
    return frozenset(word.casefold() for word in _CUT.findall(span))


def closeness(one: str, other: str, real: Collection[str] = frozenset(), cut: Collection[str] = frozenset()) -> float:
    """How surely two name keys are one name, 0 to 1: slips of the pen against length, order and initials.

    Numbers, Roman ones too, must be the same: what is near to `Henry IV` is another king. So must words of `one` that
    are `real`: who writes `southern` does not mean `northern`. Those of `cut` may go on.
    """
    if one == other:
        return 1.0
    if initialed(one, other) or initialed(other, one) or (cut and _goes_on(one.split(), other.split(), cut)):
        return INITIALED
    if _numbers(one) != _numbers(other):
        return 0.0
    straight, turned = one.split(), sorted(one.split())
    if "".join(straight) != "".join(other.split()) and _is_meant(straight, other, real):
        return 0.0
    return max(_slips(straight, other.split()), _slips(turned, sorted(other.split())) - (1 - SWAPPED), 0.0)


def _is_meant(words: Sequence[str], other: str, real: Collection[str]) -> bool:
    """Whether a real word is among these that the other name has in neither number."""
    odd = [word for word in words if word in real and word not in other]
    return any(set(other_keys(word)).isdisjoint(other.split()) for word in odd)


def _goes_on(some: Sequence[str], others: Sequence[str], cut: Collection[str]) -> bool:
    """Whether these words are the others, but for the ends of those cut short."""
    return len(some) == len(others) and all(
        a == b or (a in cut and b.startswith(a)) for a, b in zip(some, others, strict=True)
    )


def _slips(some: Sequence[str], others: Sequence[str]) -> float:
    """Optimal string alignment (a swap of neighbours is one slip) against the longer; 0 where it is no mere slip."""
    one, other = "".join(some), "".join(others)
    length = max(len(one), len(other))
    if min(len(one), len(other)) < _SHORTEST or one[0] != other[0]:
        return 0.0
    slips = OSA.distance(one, other)
    if not slips:
        return 0.99
    if slips > 1 and len(some) != len(others):
        return 0.0
    if len(some) == len(others) and not all(map(_mistyped, some, others)):
        return 0.0
    return 1 - STEEP * slips / length


def _mistyped(word: str, other: str) -> bool:
    """Whether a word may be the other with one slip, two in a long one: not in its first letter, and a letter alone is
    itself."""
    length = max(len(word), len(other))
    if word == other:
        return True
    return length > 2 and word[0] == other[0] and OSA.distance(word, other) <= (1 if length < _LONG else 2)


def _joined(key: str) -> str:
    return key.replace(" ", "")


def _sorted(key: str) -> str:
    return "".join(sorted(key.split()))


def _numbers(key: str) -> list[str]:
    return sorted([*_NUMBER.findall(key), *(word for word in key.split() if _ROMAN.fullmatch(word))])


def initialed(short: str, full: str) -> bool:
    """Whether `short` is `full` with first names as initials: `j smith`, `john f kennedy`, `jk rowling`."""
    some, whole = short.split(), full.split()
    if len(some) < 2 or len(whole) < 2 or some[-1] != whole[-1] or len(some[-1]) < 3:
        return False
    if len(some) == len(whole):
        pairs = list(zip(some, whole, strict=True))
        return all(a == b or (len(a) == 1 and b.startswith(a)) for a, b in pairs)
    return len(some) == 2 and some[0] == "".join(word[0] for word in whole[:-1])
