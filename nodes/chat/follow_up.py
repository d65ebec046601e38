"""Rewrite a follow-up by rule: put names in place of its pronouns and of what it leaves unsaid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...model import Mention
from ...tools.text import korean
from ...tools.text.questions import answer_type, question_words
from ...tools.text.words import STOP, language
from ..matching.homonyms import chosen_bearer
from .is_question import is_question

TURNS = 12
"""How many turns back a follow-up may lead."""

_LEAD = re.compile(r"^(?:(?:and|so|then|but|also|ok(?:ay)?|well|now|plus)\b[\s,]*)+(?=\S)", re.IGNORECASE)
_LEAD_KO = re.compile(r"^(?:(?:그럼|그러면|그렇다면|그리고|그런데|근데|또한|또|그래서|자)(?=[\s,])[\s,]*)+(?=\S)")
_ABOUT = re.compile(r"^(?:what|how) about\s+|^(?:for|in|of)\s+(?=(?:the\s+)?[A-Z0-9])", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_OWNED = re.compile(r"\b(?:its|their|his|her(?=\s+(?!is\b|was\b|be\b)[a-z]))\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|its|this(?! \w)|that(?=\s*(?:\?|$)))\b", re.IGNORECASE)
_MANY = re.compile(r"\b(?:they|them|their)\b|\b(?:these|those)\b(?! \w)", re.IGNORECASE)
_THERE = re.compile(r"(?<=[\w] )there\b(?=\s*(?:\?|$))", re.IGNORECASE)
_NO_IT = re.compile(r"\bis it (?:true|possible|that)\b|\bthat (?=\w)", re.IGNORECASE)
_WH = re.compile(
    r"\b(?:how (?:long|many|much|old|far|often|big|tall|deep)|who(?:m|se)?|what|when|where|which|why|how)\b",
    re.IGNORECASE,
)
_WHO_KO = r"(?:그녀|그분|그이|그자|(?:그|이)\s?(?:사람|분|인물|남자|여자)|그(?=(?:는|가|의|를|에게|와|도)[\s,?]))"
_WHAT_KO = (
    r"(?:(?:그|이)것|그거|이거|그들"
    r"|(?:그|이)\s(?:회사|배|선박|장치|제품|기관|단체|건물|기업|보고서|문서|설비|프로젝트))"
)
_WHERE_KO = r"(?:거기|그곳|이곳|그\s장소)"
_KO = re.compile(
    rf"(?<![가-힣])(?:(?P<who>{_WHO_KO})|(?P<what>{_WHAT_KO})|(?P<where>{_WHERE_KO}))"
    r"(?P<particle>은|는|이|가|을|를|과|와|의|에게|에서|에|도|로|으로)?(?![가-힣])"
)
_TOPIC_KO = re.compile(r"^(?P<name>.{1,60}?)(?:은|는)(?:\s(?:어때|어떤가|어떻습니까|어떤가요))?(?:요)?\s*\?*$")
_AGENTS = ("자", "장", "사", "원", "관", "수", "인")
"""What Korean nouns of people who do something end in."""
_PAIRS = {"은": "는", "이": "가", "을": "를", "과": "와", "으로": "로"}
_MEASURES = ("DATE", "QUANTITY")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of the conversation as asked, and what was answered."""

    question: str
    short: str = ""
    """The answer in a word or two; empty where it has none."""
    standalone: str = ""
    """What was looked up for it, where that is known."""
    bearers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Name → whom it was taken for, where several bear it: one who was meant, or several who may be."""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with the names that its history gives it; as it is where it needs none. Blocking.

    A pronoun becomes the name it stands for: `he` and `she` the person asked about or answered, `it` the thing. Where a
    question has neither name nor pronoun it is about what the last one was about. A bare name or question word (`And MV
    Dunlin?`, `When?`) takes its place in the last question.
    """
    before: list[Turn] = []
    for turn in history[-TURNS:]:
        asked = turn.standalone or _condensed(turn.question, before)
        before.append(replace(turn, standalone=asked))
    return _condensed(question, before)


def _condensed(question: str, before: Sequence[Turn]) -> str:
    if not before:
        return question
    if chosen := _choice(question, before[-1]):
        return chosen
    text = (_korean if language(question) == "ko" else _english)(question.strip(), before)
    return text if text == question.strip() else _as_meant(text, before)


# ── of several of one name
def _choice(text: str, last: Turn) -> str:
    """The last question about the one of several bearers of a name whom this tells: `The surgeon.`; empty if none."""
    if is_question(text.rstrip(" ?？")) or _names_other(text, last):
        return ""
    for name, some in last.bearers.items():
        if len(some) > 1 and name in last.standalone and (chosen := chosen_bearer(text, some)):
            return last.standalone.replace(name, chosen, 1)
    return ""


def _names_other(text: str, last: Turn) -> bool:
    """Whether it names somebody or something that the last question does not."""
    return any(mention.type != "TERM" and mention.text not in last.standalone for mention in _names(text))


def _as_meant(text: str, before: Sequence[Turn]) -> str:
    """A name that came from the history is that bearer's whom the history was about."""
    for name, some in ((name, some) for turn in reversed(before) for name, some in turn.bearers.items()):
        if len(some) == 1 and name in text:
            return text if some[0] in text else text.replace(name, some[0], 1)
    return text


# ── what the conversation is about
def _names(text: str) -> list[Mention]:
    """Its mentions, names before common nouns."""
    mentions = [mention for mention in question_words(text)[0] if mention.type not in _MEASURES]
    return sorted(mentions, key=lambda mention: mention.type == "TERM")


def _person(before: Sequence[Turn]) -> str:
    """Whom `he` or `she` means: the last who was answered, or asked about.

    A name of no known kind may be a person's; not one about which a person was asked for and answered.
    """
    may_be: list[str] = []
    for turn in reversed(before):
        named = _names(turn.standalone)
        if turn.short and answer_type(turn.standalone) == "person":
            others = {mention.text for mention in named}
            return next((name for name in may_be if name not in others), turn.short)
        if people := [mention.text for mention in named if mention.type == "PERSON"]:
            return people[0]
        may_be += [mention.text for mention in named if mention.type == "NAME"]
    return next(iter([*may_be, *(mention.text for mention in _names(before[-1].standalone))]), before[-1].short)


def _thing(before: Sequence[Turn]) -> str:
    """What `it` means: what was asked about, else what was answered."""
    named = _names(before[-1].standalone)
    things = [mention.text for mention in named if mention.type != "PERSON"]
    return next(iter([*things, *(mention.text for mention in named)]), before[-1].short)


def _body(before: Sequence[Turn]) -> str:
    """Of what somebody is the head or a member: the last that was asked about and is no person."""
    for turn in reversed(before):
        if things := [mention.text for mention in _names(turn.standalone) if mention.type not in ("PERSON", "TERM")]:
            return things[0]
    return _thing(before)


def _several(before: Sequence[Turn]) -> str:
    """What `they` means: the names of one type that were asked about together, else what `it` would."""
    named = [mention for mention in _names(before[-1].standalone) if mention.type != "TERM"]
    alike = [mention.text for mention in named if mention.type == named[0].type]
    return f"{', '.join(alike[:-1])} and {alike[-1]}" if len(alike) > 1 else _thing(before)


def _place(before: Sequence[Turn]) -> str:
    if before[-1].short and answer_type(before[-1].standalone) == "place":
        return before[-1].short
    places = [mention.text for mention in _names(before[-1].standalone) if mention.type == "PLACE"]
    return places[0] if places else _thing(before)


# ── English
def _english(question: str, before: Sequence[Turn]) -> str:
    text = _LEAD.sub("", question)
    text = text[:1].upper() + text[1:] if text != question else question
    for pattern, meant in ((_PERSON, _person), (_THERE, _place), (_MANY, _several), (_THING, _thing)):
        if pattern.search(text) and not (pattern is _THING and _NO_IT.search(text)):
            name = meant(before)
            return _replaced(text, pattern, name) if name else text
    mentions = _names(text)
    bare = _ABOUT.sub("", text)
    if mentions and not question_words(bare)[1] and (bare != text or not _WH.search(text)):
        return _instead(before[-1].standalone, mentions[0])
    if mentions or not _WH.search(text):
        return text
    if _only_asks(text):
        return _asked_otherwise(before[-1].standalone, text)
    name = _thing(before)
    return f"{text.rstrip(' ?')} – {name}?" if name else text


def _replaced(text: str, pattern: re.Pattern[str], name: str) -> str:
    """Every pronoun of one kind; a possessive becomes one."""

    def instead(match: re.Match[str]) -> str:
        owned = _OWNED.match(text, match.start())
        if pattern is _THERE:
            return f"in {name}"
        return f"{name}'s" if owned and owned.end() == match.end() else name

    return pattern.sub(instead, text)


def _only_asks(text: str) -> bool:
    words = re.findall(r"\w+", text.casefold())
    asking = {word for found in _WH.findall(text) for word in found.casefold().split()}
    return all(word in STOP or word in asking for word in words)


def _asked_otherwise(last: str, text: str) -> str:
    """The last question with another question word."""
    asked = _WH.search(text)
    return _WH.sub(asked[0].capitalize() if asked else "", last, count=1) if _WH.search(last) else last


def _instead(last: str, new: Mention) -> str:
    """The last question about something else: the name of the same type gives way, else the last name."""
    named = [m for m in question_words(last)[0] if m.type not in _MEASURES]
    if not named or new.text in last:
        return f"{last.rstrip(' ?')} – {new.text}?"
    names = [m for m in named if m.type != "TERM"] or named
    old = next((m for m in names if m.type == new.type), names[-1])
    return last[: old.start] + new.text + last[old.end :]


# ── Korean
def _korean(question: str, before: Sequence[Turn]) -> str:
    text = _LEAD_KO.sub("", question)
    if found := _KO.search(text):
        name = (_person if found["who"] else _place if found["where"] else _thing)(before)
        return (
            text[: found.start()] + name + _fitting(name, found["particle"] or "") + text[found.end() :]
            if name
            else text
        )
    topic = _TOPIC_KO.match(text)
    named = _names(text)
    if topic and (not named or named[0].type == "TERM") and not _asks_of_a_term(before[-1].standalone):
        return _of_body(topic["name"], _body(before))
    if topic and named and not question_words(text)[1]:
        return _instead_korean(before[-1].standalone, named[0])
    if named:
        return text
    name = _thing(before)
    return f"{name}{_fitting(name, '은')} {text}" if name else text


def _asks_of_a_term(question: str) -> bool:
    return any(mention.type == "TERM" for mention in question_words(question)[0])


def _of_body(noun: str, body: str) -> str:
    """What or who somebody's noun is: `한빛악단의 지휘자는 누구인가?`."""
    asked = "누구" if noun in korean.words("role") or noun.endswith(_AGENTS) else "무엇"
    return f"{body}의 {noun}{_fitting(noun, '은')} {asked}인가?"


def _instead_korean(last: str, new: Mention) -> str:
    named = [m for m in question_words(last)[0] if m.type not in _MEASURES]
    if not named or new.text in last:
        return f"{new.text}{_fitting(new.text, '은')} {last}"
    old = next((m for m in named if m.type == new.type), named[0])
    rest = last[old.end :]
    particle = next((p for p in ("으로", "로", *"은는이가을를과와") if rest.startswith(p)), "")
    return last[: old.start] + new.text + _fitting(new.text, particle) + rest[len(particle) :]


def _fitting(name: str, particle: str) -> str:
    """The particle's form after this name: `은` after a consonant, `는` after a vowel."""
    closed = {**{p: p for p in _PAIRS}, **{v: k for k, v in _PAIRS.items()}}.get(particle)
    if closed is None:
        return particle
    last = name[-1:]
    final = (ord(last) - 0xAC00) % 28 if "가" <= last <= "힣" else int(last not in "aeiouyAEIOUY24 59")
    plain = final == 0 or (closed == "으로" and final == 8)
    return _PAIRS[closed] if plain else closed
