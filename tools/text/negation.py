"""Decide whether a verb is negated: `not`, `no longer`, `failed to`, 안, -지 않다, -ㄴ 적이 없다."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Token as Morpheme

_NOT = frozenset("not n't n’t never neither nor cannot without".split())
_BEFORE = frozenset({("no", "longer"), ("instead", "of"), ("rather", "than")})
_FAILING = re.compile(r"(?:fail|refus|declin|neglect)(?:e|s|ed|es|ing)? to|unable to")
_ONLY = frozenset("only just merely simply solely".split())
_DENYING = frozenset("않 못하 아니하 말 안 못 아니".split())
_UNREAL = re.compile(r"으?려(?:고|다|다가|던|는)?|고자|(?:[은는을던]|[ᆫᆯ])지|[을ᆯ]까")
"""Endings of what is meant, asked or not known: 인수하려다, 인수하고자, 인수했는지."""
_FAR = 12
"""Morphemes after a verb's stem that are looked at."""


def negates(words: Sequence[str], i: int) -> bool:
    """Whether the English word at i, in a verb group, turns it around; `not only` and `not just` do not."""
    after = words[i + 1] if i + 1 < len(words) else ""
    return (words[i] in _NOT and not (words[i] == "not" and after in _ONLY)) or (words[i], after) == ("no", "longer")


def negated_before(words: Sequence[str]) -> bool:
    """Whether these English words deny the verb that they stand right before: `failed to`, `instead of`, `never`."""
    said = list(words)
    while said and said[-1].endswith("ly") and said[-1] not in _ONLY:
        said.pop()
    if not said:
        return False
    return said[-1] in _NOT or tuple(said[-2:]) in _BEFORE or bool(_FAILING.fullmatch(" ".join(said[-2:])))


def negated(morphemes: Sequence[Morpheme], first: int, after: int) -> bool:
    """Whether the Korean verb whose stem is `morphemes[first:after]` is denied, or only meant or asked.

    Two denials are none: 설계하지 않을 수 없었다.
    """
    denials = int(first > 0 and _is(morphemes, first - 1, "안", "못") and morphemes[first - 1].tag == "MAG")
    i = after
    while i < min(len(morphemes), after + _FAR):
        if _UNREAL.fullmatch(morphemes[i].form):
            return True
        if morphemes[i].tag == "ETM":
            return (denials + _is_denied_noun(morphemes, i + 1)) % 2 == 1
        following = _past_particles(morphemes, i + 1)
        if morphemes[i].form == "지" and _is(morphemes, following, *_DENYING):
            denials, i = denials + 1, following
        elif morphemes[i].tag not in ("EP", "VX", "MAG", "IC") and not _goes_on(morphemes, i):
            break
        i += 1
    return denials % 2 == 1


def _goes_on(morphemes: Sequence[Morpheme], i: int) -> bool:
    """Whether an auxiliary follows this ending: 두고 있지 않다. After 못 and 안 하다 is one, whatever its tag."""
    after = morphemes[i + 1] if i + 1 < len(morphemes) else None
    if morphemes[i].tag == "EC":
        return after is not None and after.tag == "VX"
    return morphemes[i].form == "하" and morphemes[i - 1].tag in ("MAG", "IC")


def _is_denied_noun(morphemes: Sequence[Morpheme], i: int) -> bool:
    """Whether a clause's noun is denied here: 것이 아니다, 적이 없다, 수 없다, 데 실패하다."""
    if i >= len(morphemes) or morphemes[i].tag != "NNB":
        return False
    after = _past_particles(morphemes, i + 1)
    return after < len(morphemes) and (
        morphemes[after].tag == "VCN" or morphemes[after].lemma == "없다" or morphemes[after].form == "실패"
    )


def _past_particles(morphemes: Sequence[Morpheme], i: int) -> int:
    while i < len(morphemes) and morphemes[i].tag.startswith("J"):
        i += 1
    return i


def _is(morphemes: Sequence[Morpheme], i: int, *forms: str) -> bool:
    return i < len(morphemes) and morphemes[i].form in forms
