"""Analyse a question: its names, its relation words, and the kind of answer it wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...model import Mention
from . import english, gazetteer, korean
from .late_pattern import late
from .sentence_pieces import Piece
from .words import language

_QUOTED = late(r"[\"“”「『《〈]([^\"“”「」『』《》〈〉]{1,200})[\"“”」』》〉]|(?<!\w)['‘]([^'‘’]{1,200})['’](?!\w)")
_ASKING = frozenset(
    "be do have name tell give list mention know call state identify explain describe say find show".split()
)
_NUMBER_NOUN = (
    r"(?:percent(?:age)?|number|amount|price|cost|size|height|weight|length|age|pressure|temperature|population)"
)
_ENGLISH_TYPES = (
    ("boolean", r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b"
     r"|^(?:if|whether)\b(?!.*\b(?:who|what|when|where|which|why|how)\b)"),
    ("number", r"\bhow (?:many|much|long|old|far|tall|high|deep|big|large|often|fast|heavy)\b"),
    ("date", r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century|time)\b|\bsince what\b"),
    ("number", rf"\bwhat(?: is| was| are)? (?:the )?(?:\w+ )?{_NUMBER_NOUN}\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:\w+ )?(?:city|country|place|town|state|region|county|continent|"
     r"location|province|district|village|river|street|building|room|capital)\b|\bwhat is the capital\b"),
    ("organization", r"\b(?:what|which) (?:\w+ )?(?:company|organi[sz]ation|team|university|school|agency|department|"
     r"club|firm|institution|party|band|group)\b"),
    ("person", r"\bwho(?:m|se)?\b|\b(?:what|which) (?:\w+ )?(?:person|man|woman|actor|actress|author|director|"
     r"president|player|singer|scientist|officer|manager|king|queen|leader|engineer|composer|writer|artist|inventor)\b"),
    ("reason", r"\bwhy\b|\bfor what reason\b"),
    ("manner", r"\bhow\b"),
    ("entity", r"\b(?:what|which)\b|^(?:name|list|give)\b"),
)  # fmt: skip
_KOREAN_TYPES = (
    ("number", r"몇(?!\s?(?:년|월|일|시|세기))|얼마|며칠 동안"),
    ("date", r"언제|몇\s?(?:년|월|일|시|세기)|며칠|무슨 요일|어느 해|어느 시기"),
    ("place", r"어디|(?:어느|어떤|무슨) (?:\S+ )?(?:도시|나라|국가|지역|곳|장소|마을|강|섬)"),
    ("organization", r"(?:어느|어떤|무슨) (?:\S+ )?(?:회사|기업|기관|단체|팀|대학|학교|부서|조직)"),
    ("person", r"누가|누구|누굴|누군|(?:어느|어떤) (?:\S+ )?(?:사람|인물|배우|가수|감독|작가|선수|과학자)"),
    ("reason", r"왜|이유|까닭"),
    ("manner", r"어떻게|방법"),
    ("entity", r"무엇|무슨|뭐|뭘|뭔|어느|어떤"),
    ("boolean", r"(?:습니까|ㅂ니까|나요|까요|는가|은가|인가요|합니까|입니까|있어|니)\s*\??\s*$"),
)
_types = {
    "en": tuple((kind, late(pattern, re.IGNORECASE)) for kind, pattern in _ENGLISH_TYPES),
    "ko": tuple((kind, late(pattern)) for kind, pattern in _KOREAN_TYPES),
}


def answer_type(question: str) -> str:
    """`person`, `place`, `date`, `number`, `organization`, `entity`, `reason`, `manner`, `boolean` or `unknown`."""
    text = question.strip()
    for kind, pattern in _types["ko" if language(text) == "ko" else "en"]:
        if pattern.search(text):
            return kind
    return "unknown"


def question_words(question: str) -> tuple[list[Mention], list[str]]:
    """The question's mentions in order of place, and its relation words as lemmas, each once.

    Mentions are names, quoted strings, codes, dates, quantities and noun phrases, none overlapping; the kind of thing
    asked for (`which valve`) is none of them. Relation words are verbs, with their preposition where it stands next
    (`work at`, `인수하다`), participles of passives beside them (`found`, `founded`), and role nouns (`mother`).
    Wh-words, auxiliaries and pronouns are never in either.
    """
    quoted = [
        Mention(m.group(m.lastindex or 0), "NAME", m.start(m.lastindex or 0), m.end(m.lastindex or 0))
        for m in _QUOTED.finditer(question)
    ]
    if language(question) == "ko":
        mentions, relations = _korean(korean.pieces(question))
    else:
        mentions, relations = _english(english.pieces(question))
    kept = [m for m in mentions if not any(m.start < q.end and q.start < m.end for q in quoted)]
    return sorted(kept + quoted, key=lambda m: m.start), list(dict.fromkeys(relations))


def _mentions(found: Iterable[Piece]) -> list[Mention]:
    return [Mention(p.text, p.type, p.start, p.end) for p in found]


# ── English
def _english(parts: Sequence[Piece]) -> tuple[list[Mention], list[str]]:
    named, relations = [], []
    for i, piece in enumerate(parts):
        after = parts[i + 1] if i + 1 < len(parts) else None
        if piece.kind == "verb":
            turned = any(p.kind == "be" for p in parts[:i])
            relations += _verb_words(piece, after, turned)
        elif piece.kind == "noun":
            role = piece.lemma in gazetteer.roles()
            asked = i > 0 and _asks(parts[i - 1])
            if role or _has_owner(parts, i):
                relations += [piece.text.lower()] if role and piece.text.lower() == piece.lemma else _noun_words(piece)
            if piece.type and not asked and not (role and " " not in piece.text):
                named.append(piece)
        elif piece.type:
            named.append(piece)
    return _mentions(named), relations


def _asks(piece: Piece) -> bool:
    return piece.kind == "wh" or piece.lemma in ("many", "much")


def _verb_words(piece: Piece, after: Piece | None, turned: bool) -> list[str]:
    """`turned`: a form of be stands before the subject, as in `where was she born`."""
    if piece.lemma in _ASKING:
        return []
    last = piece.text.split()[-1].lower()
    preposition = after.lemma if after is not None and after.kind == "prep" and after.lemma != "by" else ""
    passive = (piece.passive or turned) and last != piece.lemma and not last.endswith(("s", "ing"))
    stems = [piece.lemma, last] if passive else [piece.lemma]
    return [f"{stem} {preposition}".rstrip() for stem in stems]


def _noun_words(piece: Piece) -> list[str]:
    return list(dict.fromkeys([piece.text.lower(), piece.lemma]))


def _has_owner(parts: Sequence[Piece], i: int) -> bool:
    """Whether the noun is somebody's: `the pressure of the pump`, `the pump's pressure`."""
    before = parts[i - 1].kind if i else ""
    after = parts[i + 1].lemma if i + 1 < len(parts) else ""
    return (before == "poss" or after == "of") and bool(parts[i].type)


# ── Korean
def _korean(parts: Sequence[Piece]) -> tuple[list[Mention], list[str]]:
    named, relations = [], []
    for i, piece in enumerate(parts):
        if piece.kind == "verb" and piece.lemma not in (
            "하다",
            "되다",
            "있다",
            "없다",
            "의하다",
            "대하다",
            "위하다",
            "말하다",
            "알리다",
        ):
            relations.append(piece.lemma)
        elif piece.kind == "noun" and piece.type:
            owned = i > 1 and parts[i - 1].lemma == "의"
            if owned or piece.lemma in korean.words("role"):
                relations += list(dict.fromkeys([piece.text, piece.lemma] if owned else [piece.lemma]))
            asked = i > 0 and parts[i - 1].text in ("어느", "어떤", "무슨", "몇")
            if not asked and piece.text not in korean.words("role"):
                named.append(piece)
        elif piece.type:
            named.append(piece)
    return _mentions(named), relations
