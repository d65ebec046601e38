"""Korean claims: one walk over a sentence's pieces; the particle says what a noun is to the verb at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...tools.text.korean import words
from ...tools.text.sentence_pieces import Piece
from .arguments import Found

_ARGUMENTS = frozenset("name noun date quantity".split())
_LIGHT = frozenset("하다 되다 의하다 대하다 위하다 통하다 따르다 관하다 있다 없다 이다 보다 같다 말하다 아니다".split())
_TOPIC = frozenset("은 는 이 가 께서 란 이란".split())
_OBJECT = frozenset("을 를".split())
_QUOTES = frozenset("「『《〈“‘\"'")
_MOST = 24


def claims(parts: Sequence[Piece]) -> list[Found]:
    """What the sentence's pieces say, in order of place, each once."""
    walk = _Walk(_without_brackets(parts))
    return list(dict.fromkeys(walk.run()))[:_MOST]


def _without_brackets(parts: Sequence[Piece]) -> list[Piece]:
    """The pieces without what stands in brackets; of a quoted name, 「바람」, only the marks go."""
    kept, depth = [], 0
    for i, piece in enumerate(parts):
        quoted = i > 0 and parts[i - 1].text in _QUOTES and i + 1 < len(parts) and parts[i + 1].kind == "close"
        if piece.kind == "open":
            depth += 1
        elif piece.kind == "close":
            depth = max(0, depth - 1)
        elif not depth or (depth == 1 and quoted and piece.kind in _ARGUMENTS):
            kept.append(piece)
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class _Argument:
    """A noun or name, who owns it (한빛의 대표), and the particle after it."""

    piece: Piece
    owner: Piece | None
    particle: str


@dataclass
class _Clause:
    """What a verb has had so far."""

    subject: list[_Argument] = field(default_factory=list)
    objects: list[_Argument] = field(default_factory=list)
    others: list[_Argument] = field(default_factory=list)


class _Walk:
    def __init__(self, parts: Sequence[Piece]) -> None:
        self.parts = parts
        self.clause = _Clause()
        self.topic: list[_Argument] = []
        self.pending: list[_Argument] = []
        self.agent = False
        self.relative: tuple[Piece, _Clause] | None = None

    def run(self) -> Iterator[Found]:
        i = 0
        while i < len(self.parts):
            piece = self.parts[i]
            if piece.kind in _ARGUMENTS:
                argument, i = self._argument(i)
                yield from self._beside(argument)
                yield from self._described(argument)
                self._place(argument, i)
                continue
            if piece.tag == "VCN":
                self._denied()
            elif piece.negated:
                self.clause, self.agent = _Clause(), False
            elif piece.kind == "verb":
                yield from self._verb(piece, self._ending(i))
            elif piece.kind == "copula":
                yield from self._copula()
            i += 1

    # ── arguments
    def _argument(self, i: int) -> tuple[_Argument, int]:
        """The noun at i with the owner that stands before it by 의, or right before it (한빛정밀 대표)."""
        owner: Piece | None = None
        piece = self.parts[i]
        if piece.type == "PRODUCT" and self._touching_noun(i):
            i += 1  # PX-200 펌프: the code is the name
        while self._follows(i, "의") and i + 2 < len(self.parts) and self.parts[i + 2].kind in _ARGUMENTS:
            owner, i = piece if piece.type else owner, i + 2
            piece = self.parts[i]
        after = self.parts[i + 1] if i + 1 < len(self.parts) else None
        if piece.kind == "name" and piece.type != "PRODUCT" and after is not None and self._touching_noun(i):
            role = after.lemma in words("role")
            if piece.type == "PERSON" and role:
                return self._particled(piece, after, i + 1)
            if owner is None and piece.type != "PERSON":
                owner, piece, i = piece, after, i + 1
        return self._particled(piece, owner, i)

    def _touching_noun(self, i: int) -> bool:
        after = self.parts[i + 1] if i + 1 < len(self.parts) else None
        return after is not None and after.kind == "noun" and after.start - self.parts[i].end <= 1

    def _particled(self, piece: Piece, owner: Piece | None, i: int) -> tuple[_Argument, int]:
        particle, j = "", i + 1
        while j < len(self.parts) and self.parts[j].kind == "particle" and self.parts[j].tag.startswith("J"):
            particle = particle if particle in ("에게", "에서", "에", "로", "으로") else self.parts[j].lemma
            j += 1
        return _Argument(piece, owner, particle), j

    def _follows(self, i: int, particle: str) -> bool:
        return i + 1 < len(self.parts) and self.parts[i + 1].lemma == particle and self.parts[i + 1].tag == "JKG"

    def _place(self, argument: _Argument, after: int) -> None:
        particle = argument.particle
        joined = particle in ("와", "과", "랑", "하고", "이랑") or (not particle and self._comma(after))
        if joined:
            self.pending.append(argument)
            return
        group, self.pending = [*self.pending, argument], []
        if particle in _TOPIC:
            self.clause.subject = group
            self.topic = self.topic if particle in ("이", "가") and self.topic else group
        elif particle in _OBJECT:
            self.clause.objects = group
        else:
            self.clause.others += group

    def _comma(self, i: int) -> bool:
        return i < len(self.parts) and (self.parts[i].kind == "comma" or self.parts[i].text == "·")

    # ── claims
    def _described(self, argument: _Argument) -> Iterator[Found]:
        """A clause before its noun: 한결조선이 건조한 코리호, 머리를 보호하는 안전모."""
        relative, self.relative = self.relative, None
        if relative is None:
            return
        verb, clause = relative
        if clause.subject and not clause.objects and not verb.passive:
            for one in clause.subject:
                yield from _say(one, verb.lemma, argument, 0.7)
        elif clause.objects and not clause.subject:
            for other in clause.objects:
                yield from _say(argument, verb.lemma, other, 0.7)
        for other in clause.others:
            if other.particle and not clause.subject and not clause.objects:
                yield from _say(argument, verb.lemma, other, 0.6)

    def _beside(self, argument: _Argument) -> Iterator[Found]:
        """한빛정밀 대표 김지우: a role noun with its owner right before a name; 김지우 대표: a name with its office."""
        last = self.clause.others[-1] if self.clause.others else None
        if argument.piece.type == "PERSON" and argument.owner is not None and argument.owner.lemma in words("role"):
            yield Found(argument.piece, "이다", argument.owner, 0.6)
        if last is None or last.particle or argument.piece.kind != "name" or argument.piece.start - last.piece.end > 1:
            return
        if last.owner is not None and last.piece.lemma in words("role") and argument.piece.type in ("PERSON", "NAME"):
            yield Found(argument.piece, last.piece.text, last.owner, 0.8)

    def _ending(self, i: int) -> str:
        """The tag of the ending that closes the verb at i: ETM before a noun it describes, else EF or EC."""
        for piece in self.parts[i + 1 : i + 5]:
            if piece.tag in ("ETM", "EF", "EC", "ETN"):
                return piece.tag
            if piece.kind not in ("particle", "other"):
                break
        return ""

    def _verb(self, verb: Piece, ending: str) -> Iterator[Found]:
        if verb.lemma == "의하다":
            # X에 의해: X, taken so far for a place, is who does it.
            self.agent = bool(self.clause.others)
            return
        if ending == "ETM":
            if verb.lemma not in _LIGHT:
                self.relative = (
                    verb,
                    replace(self.clause, subject=[a for a in self.clause.subject if a not in self.topic]),
                )
            self.clause = _Clause(subject=[a for a in self.clause.subject if a in self.topic])
            return
        subject = self.clause.subject or self.topic
        if verb.lemma not in _LIGHT:
            yield from self._claims(verb, subject)
        elif verb.lemma == "있다" and verb.tag != "VX":
            yield from self._existence(verb, subject)
        elif verb.lemma == "말하다" and any(a.particle in ("란", "이란") for a in subject):
            yield from self._definition(subject)
        self.clause, self.agent = _Clause(), False

    def _existence(self, verb: Piece, subject: Sequence[_Argument]) -> Iterator[Found]:
        for one in subject[:4]:
            for other in self.clause.others:
                if other.particle == "에":
                    yield from _say(one, verb.lemma, other, 0.7)

    def _definition(self, subject: Sequence[_Argument]) -> Iterator[Found]:
        for one in subject[:1]:
            for other in self.clause.objects[:1]:
                if one.piece.type and other.piece.type:
                    yield Found(one.piece, "의미하다", other.piece, 0.7)

    def _claims(self, verb: Piece, subject: Sequence[_Argument]) -> Iterator[Found]:
        others = list(self.clause.others)
        if verb.passive and self.agent and others:
            agent = others.pop()
            for patient in subject:
                yield from _say(agent, verb.lemma, patient, 0.8)
        objects = self.clause.objects
        if not objects and self.topic and subject is not self.topic and not verb.passive:
            objects = self.topic  # 한결조선은 김상호가 설립했다: the topic is what was founded
        if verb.lemma == "두다" and any(o.particle == "에" for o in others):
            objects = []  # 서울에 본사를 두다: the place is what matters
        targets = [(o, 0.9) for o in objects] + [(o, 0.6) for o in others if o.particle]
        for one in subject[:4]:
            for other, sure in targets[:6]:
                yield from _say(one, verb.lemma, other, sure)
        for target in self.clause.objects:
            for other in others if not subject else ():
                yield from _say(target, verb.lemma, other, 0.4)

    def _denied(self) -> None:
        """김철수는 서울이 아니라 부산에서 태어났다: what stands before 아니다 is no part of the claim."""
        if self.topic is self.clause.subject:
            self.topic = [a for a in self.topic if a.particle not in ("이", "가")]
        self.clause.subject = self.topic

    def _copula(self) -> Iterator[Found]:
        """X는 Y의 대표이다, 한국의 수도는 서울이다, X는 Y이다."""
        subject, value = self.clause.subject or self.topic, self.clause.others[-1:]
        self.clause = _Clause()
        for one in subject[:4]:
            for other in value:
                yield from _is(one, other)


def _say(one: _Argument, wording: str, other: _Argument, sure: float) -> Iterator[Found]:
    left, right = one.piece, other.piece
    prefix = ""
    if one.owner is not None and left.kind == "noun":
        left, prefix = one.owner, f"{left.text} "
    if (
        not left.type
        or not right.type
        or (left.kind == "noun" and right.kind == "noun" and " " not in left.text + right.text)
    ):
        return
    yield Found(left, prefix + wording, right, round(sure - 0.2 * (left.kind == "noun") - 0.2 * bool(prefix), 2))


def _is(one: _Argument, other: _Argument) -> Iterator[Found]:
    role = other.piece.lemma in words("role")
    if other.owner is not None and one.piece.type and other.piece.kind == "noun":
        yield Found(one.piece, other.piece.text, other.owner, 0.9 if role else 0.7)
    elif one.owner is not None and one.piece.kind == "noun" and other.piece.type:
        if one.piece.lemma in words("role") and other.piece.kind == "name":
            yield Found(other.piece, one.piece.text, one.owner, 0.9)
        else:
            yield Found(one.owner, one.piece.text, other.piece, 0.7)
    elif one.piece.type and other.piece.type and one.piece.kind == "name":
        yield Found(one.piece, "이다", other.piece, 0.7)
    elif one.piece.type and other.piece.type and " " in one.piece.text + other.piece.text:
        yield Found(one.piece, "이다", other.piece, 0.5)
