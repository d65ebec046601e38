"""English claims: one walk over a sentence's pieces, subject by verb by object, and the links inside noun phrases.

A passive is turned around: `X was founded by Y` gives Y –FOUND→ X, and its other prepositions keep the participle:
`X was founded in 1998` gives X –FOUNDED_IN→ 1998 (`be founded in`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...tools.text.gazetteer import words
from ...tools.text.sentence_pieces import Piece
from .arguments import FINITE, NAMES, Argument, Found, arguments, inner_claims

_SPEECH = frozenset(
    "say tell think believe claim argue state announce note add feel hope suggest deny know let ask want try seem "
    "appear get go come be".split()
)
_OFFICE = frozenset("serve work act be become remain name appoint elect choose select hire".split())
_OPENS = frozenset("who which that".split())
_MOST = 24
"""Claims a sentence may give; a longer one is a list, which the pattern reads badly."""


def claims(parts: Sequence[Piece]) -> list[Found]:
    """What the sentence's pieces say, in order of place, each once."""
    items = arguments(_plain(parts))
    found = [*inner_claims(items), *_Walk(items).run()]
    return list(dict.fromkeys(found))[:_MOST]


def _plain(parts: Sequence[Piece]) -> list[Piece]:
    """The pieces without stray words (articles before names, adverbs, ages), without asides in brackets and denials.

    A denial stands between commas: `Hanbit, not Harman, makes it`.
    """
    kept: list[Piece] = []
    depth, denied = 0, False
    for piece in parts:
        denied = piece.kind != "comma" and (denied or _denies(piece, kept))
        if denied:
            continue
        if piece.kind == "open":
            depth += 1
        elif piece.kind == "close":
            depth = max(0, depth - 1)
        elif not depth and not (piece.kind == "other" and piece.text[0].isalnum()):
            kept.append(piece)
            if len(kept) > 1 and piece.kind == kept[-2].kind == "comma":
                kept.pop()  # `Daniel Sullivan, 30, of Boothbay`
    return kept


def _denies(piece: Piece, kept: Sequence[Piece]) -> bool:
    return piece.text.lower() == "not" and kept[-1:] != [] and kept[-1].kind == "comma"


class _Walk:
    """The state of one walk: who is spoken of, by which verb, and what the preposition is."""

    def __init__(self, items: Sequence[Argument | Piece]) -> None:
        self.items = items
        self.first: list[Argument] = []
        self.subject: list[Argument] = []
        self.verb: Piece | None = None
        self.preposition = ""
        self.loose = False
        """The preposition is an `of` that belongs to a noun, not to the verb."""
        self.objects: list[Argument] = []
        self.adjuncts: list[tuple[str, Argument]] = []
        self.found: list[Found] = []

    def run(self) -> list[Found]:
        i = 0
        while i < len(self.items) and len(self.found) <= _MOST:
            item = self.items[i]
            if isinstance(item, Argument):
                group, i = self._group(i)
                self._argument(group)
                continue
            self._word(item, i)
            i += 1
        self._close()
        return self.found

    # ── reading
    def _group(self, i: int) -> tuple[list[Argument], int]:
        """`A`, or `A, B and C` where `and` stands before the last, and the place after it."""
        group, j, joined = [self.items[i]], i + 1, i + 1
        size = 1
        while j < len(self.items) - 1:
            k = j
            while k < len(self.items) and k < j + 2 and _kind(self.items[k]) in ("comma", "and"):
                k += 1
            if k == j or k >= len(self.items) or not isinstance(self.items[k], Argument):
                break
            group.append(self.items[k])
            if any(_kind(x) == "and" for x in self.items[j:k]):
                size, joined = len(group), k + 1
            j = k + 1
        if size > 1 and self.verb is not None and self._finite(joined):
            return [a for a in group[:1] if isinstance(a, Argument)], i + 1
        return [a for a in group[:size] if isinstance(a, Argument)], joined

    def _finite(self, i: int) -> bool:
        """Whether a verb that needs a subject stands here."""
        if i >= len(self.items):
            return False
        item = self.items[i]
        return isinstance(item, Piece) and item.kind in FINITE and not _reduced(item)

    def _argument(self, group: list[Argument]) -> None:
        if self.verb is None:
            if self.subject and self._stands_beside(group[0]):
                pass
            elif self.preposition and not self.subject:
                self.adjuncts += [(self.preposition, a) for a in group]
            elif not self.preposition:
                self.subject = group
        elif self._begins_clause(group):
            self._close()
            self.subject = group
        elif self._follows_and(group[0]):
            self._close()
            self.subject, self.first = group, group
        elif len(group) == 1 and self._follows_comma(group[0]):
            pass  # `in Dallas, Texas`: it describes what stands before the comma
        else:
            self._emit(group)
            if not self.preposition:
                self.objects = group
        self.preposition = ""

    def _follows_and(self, argument: Argument) -> bool:
        """After `and` without being one of a list: a clause of its own, `…, and the change takes 14 seconds`."""
        place = next(i for i, item in enumerate(self.items) if item is argument)
        return place > 0 and _kind(self.items[place - 1]) == "and"

    def _follows_comma(self, argument: Argument) -> bool:
        place = next(i for i, item in enumerate(self.items) if item is argument)
        return place > 1 and _kind(self.items[place - 1]) == "comma" and isinstance(self.items[place - 2], Argument)

    def _stands_beside(self, argument: Argument) -> bool:
        """Whether this is an apposition to the subject, which stays: `Kim, the officer of Hanbit,`, `Dallas, Texas`."""
        place = next(i for i, item in enumerate(self.items) if item is argument)
        if place < 2 or _kind(self.items[place - 1]) != "comma" or self.items[place - 2] is not self.subject[-1]:
            return False
        return self.subject[-1].piece.kind == "name" and (
            argument.piece.kind == "noun" or argument.piece.type == "PLACE"
        )

    def _begins_clause(self, group: list[Argument]) -> bool:
        place = next(i for i, item in enumerate(self.items) if item is group[-1]) + 1
        return self._finite(place) and not self.preposition

    def _word(self, item: Piece, i: int) -> None:
        if item.kind in FINITE:
            self._verb(item, i)
        elif item.kind == "prep":
            self.preposition = item.lemma
            self.loose = item.lemma == "of" and (i == 0 or self.items[i - 1] is not self.verb)
        elif item.kind == "pronoun":
            if self.verb is None or self._finite(i + 1):
                self._close()
                self.subject, self.verb = [], None
            self.preposition = ""
        elif item.kind == "wh":
            before = self.items[i - 1] if i else None
            if _kind(before) == "comma" and i > 1:
                before = self.items[i - 2]
            self.subject = [before] if isinstance(before, Argument) and item.lemma in _OPENS else []
            self.verb, self.objects, self.preposition = None, [], ""
        elif item.text in (";", ":", "--", "—", "–"):
            self._close()
            self.subject, self.first = [], []

    def _verb(self, item: Piece, i: int) -> None:
        before = self.items[i - 1] if i else None
        defined = self.verb is not None and self.verb.kind == "be" and _reduced(item)
        if isinstance(before, Argument) and not defined and (self.verb is not None or not self.subject):
            self.subject = [before]
        elif _kind(before) == "comma" and self.first and self.verb is not None:
            self.subject = self.first
        if not self.first:
            self.first = self.subject
        self.verb, self.preposition, self.objects = item, "", []

    def _close(self) -> None:
        """End of a clause: what stood before it, `In 1998, …`, belongs to its verb."""
        for preposition, argument in self.adjuncts if self.verb is not None else ():
            self.preposition = preposition
            self._emit([argument])
        self.adjuncts = [] if self.verb is not None else self.adjuncts
        self.verb, self.preposition, self.objects = None, "", []

    # ── claims
    def _emit(self, group: list[Argument]) -> None:
        verb = self.verb
        if verb is None or verb.negated or not self.subject or (self.loose and self.preposition == "of"):
            return
        for subject in self.subject[:4]:
            for other in group[:8]:
                if subject is not other and not (subject.piece.negated or other.piece.negated):
                    self.found.extend(self._claims(subject, verb, other))

    def _claims(self, subject: Argument, verb: Piece, other: Argument) -> Iterator[Found]:
        if verb.kind == "be":
            yield from _copula(subject, self.preposition, other)
        elif verb.passive and self.preposition == "by":
            yield from _say(other, verb.lemma, subject, 0.9)
        elif verb.lemma in _OFFICE and other.role and self.preposition in ("", "as"):
            yield from _copula(subject, "", other)
        elif verb.lemma == "star" and not self.preposition and other.piece.kind == "name":
            yield from _say(other, "star in", subject, 0.8)
        elif verb.lemma not in _SPEECH or self.preposition not in ("", "that"):
            yield from _say(subject, self._wording(verb), other, 0.6 if self.objects and self.preposition else 0.9)

    def _wording(self, verb: Piece) -> str:
        participle = verb.text.split()[-1].lower()
        stem = f"be {participle}" if verb.passive else verb.lemma
        return f"{stem} {self.preposition}".rstrip()


def _kind(item: Argument | Piece | None) -> str:
    return item.kind if isinstance(item, Piece) else ""


def _reduced(verb: Piece) -> bool:
    """A participle by itself: `a company based in Seoul`, `the man running it`."""
    return verb.kind == "verb" and " " not in verb.text and (verb.passive or verb.text.lower().endswith("ing"))


def _say(subject: Argument, wording: str, other: Argument, confidence: float) -> Iterator[Found]:
    """One claim; `Hanbit's pump delivers 12 bar` is said of Hanbit, with the noun in the wording."""
    if other.owner is not None and other.owner is subject.piece:
        return
    left, prefix = subject.named(wording)
    right = other.piece
    if (
        left is None
        or not right.type
        or (left.kind == "noun" and right.kind == "noun" and _bare(left) and _bare(right))
    ):
        return
    sure = confidence - 0.2 * (left.kind == "noun" or right.kind == "noun") - 0.2 * bool(prefix)
    yield Found(left, prefix + wording, right, round(sure, 2))


def _bare(piece: Piece) -> bool:
    return " " not in piece.text and piece.text.lower() not in words("term")


def _copula(subject: Argument, preposition: str, other: Argument) -> Iterator[Found]:
    """`X is the director of Y`, `the director of Y is X`, `X is a Y`, `X is in Y`, `the pressure of X is 12 bar`."""
    if preposition:
        yield from _say(subject, f"be {preposition}", other, 0.8)
    elif other.owner is not None and subject.piece.type:
        yield Found(subject.piece, f"{other.wording} of", other.owner, 0.9 if other.role else 0.7)
    elif subject.owner is not None and other.piece.type:
        if subject.role and other.piece.kind in NAMES:
            yield Found(other.piece, f"{subject.wording} of", subject.owner, 0.9)
        else:
            yield Found(subject.owner, subject.wording, other.piece, 0.7)
    elif subject.piece.type and other.piece.type and other.owner is None and subject.piece.kind in NAMES:
        yield Found(subject.piece, "be", other.piece, 0.8 if other.piece.kind == "noun" else 0.6)
    elif other.piece.kind == "name" and subject.piece.kind == "noun" and subject.piece.type and other.owner is None:
        yield Found(other.piece, "be", subject.piece, 0.5)
    elif subject.piece.type and other.piece.type and not (_bare(subject.piece) and _bare(other.piece)):
        yield Found(subject.piece, "be", other.piece, 0.6)
