"""Write the abstention: the documents do not say it, what was looked for, and what of that they hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ...model import Answer, Match
from ...tools.text.questions import question_words
from ...tools.text.words import HANGUL, terms
from ..state import ToCheck
from .demands import reason

_MOST, _LONGEST = 8, 80
_KOREAN_VERB = re.compile(r"[가-힣]다$")
_SAID = {
    "en": (
        "Not in these documents.",
        "Looked for: {}.",
        "Nowhere to be found: {}.",
        "Found, but without an answer: {}.",
    ),
    "ko": ("이 문서들에는 없습니다.", "찾아본 말: {}.", "어디에도 없는 말: {}.", "나오지만 답이 없는 말: {}."),
}
"""What an abstention says, and of what was looked for, of what is absent, of what is there."""
_EMPTY = {"en": "There are no documents yet: nothing was ingested.", "ko": "아직 문서가 없습니다: 넣은 것이 없습니다."}


def no_documents(language: str) -> Answer:
    """An abstention over a library that holds nothing: what was looked for matters little."""
    return Answer(text=_EMPTY.get(language, _EMPTY["en"]), confidence=0.0, abstained=True)


def abstention(state: ToCheck, several: str = "") -> Answer:
    """Not in these documents: what was looked for, what of it is there, what is not, and which names `several` bear.

    Blocking: the question is taken apart by rule.
    """
    looked, nowhere = looked_for(state), {term for word in state["unknown"] for term in terms(word)}
    missed = [name for name in looked if not _is_bound(name, state["matches"]) and nowhere & {*terms(name)}]
    # Of a Korean verb only its dictionary form is looked for: another form may well be there.
    absent = [name for name in missed if not _KOREAN_VERB.search(name)]
    asked = {*terms(state["asked"])}
    there = [
        name for name in looked if name not in missed and (_is_bound(name, state["matches"]) or _is_asked(name, asked))
    ]
    named = ([*map(_cut, names)] for names in (looked, absent, there if state["evidence"] else ()))
    text = _told(state["language"], reason(state["demand"], state["language"]), *named)
    return Answer(text=" ".join(filter(None, [text, several])), confidence=0.0, abstained=True)


def looked_for(state: ToCheck) -> list[str]:
    """The names and relation words of the question, each once; its unknown words where it has none. Blocking.

    A model words the relations as it likes: of its words only those that the question has, or the rules find in it.
    """
    names = [mention.text for mention in state["mentions"]]
    if not names:
        return list(dict.fromkeys(state["unknown"]))[:_MOST]
    asked, ruled = {*terms(state["asked"])}, question_words(state["asked"])[1]
    relations = [word for word in state["relation_words"] if word in ruled or _is_asked(word, asked)]
    return list(dict.fromkeys([*names, *relations]))[:_MOST]


def _is_asked(word: str, asked: Collection[str]) -> bool:
    """Whether the question has it, by stem; of a Korean verb, whose ending may be any, a part."""
    stems = terms(word)
    return bool(stems) and (any if HANGUL.search(word) else all)(stem in asked for stem in stems)


def _is_bound(name: str, matches: Sequence[Match]) -> bool:
    return any(match.how != "vector" and (match.mention == name or name in match.mention) for match in matches)


def _cut(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _told(language: str, why: str, *named: Sequence[str]) -> str:
    first, *shapes = _SAID.get(language, _SAID["en"])
    parts = (shape.format(_listed(some)) for shape, some in zip(shapes, named, strict=True) if some)
    return " ".join([why or first, *parts])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
