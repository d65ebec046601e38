"""Score sentences by words alone: BM25 of sentence, passage and neighbours, and the kind of answer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...model import Sentence
from ...tools.text.words import terms

_K1, _B = 1.2, 0.75
PASSAGE = 0.5
"""Weight of the passage's score beside the sentence's own; calibrated on XQuAD, as the next two."""
NEIGHBOUR = 0.15
BEFORE = 0.3
"""The same of the sentence before one that goes on about what that one names: “she”, “the company”."""
UNTYPED = 0.3
"""What a sentence loses that holds nothing of the kind asked for."""
HEADING = 0.5
"""What is left of the score of a heading, and of its line in a table of contents: it repeats the question's words and
answers none."""
_CONTENTS = frozenset({"contents", "table of contents", "차례", "목차"})
EMPTY = 0.5
"""What is left of a sentence's score that says nothing beside the question's own words, as a title page does."""
NAME = 0.25
"""How much the words of one name share their weight: a name of k words weighs k^(1 - NAME)."""
RELATION = 1.5
"""What a word gains that says what is asked: a name stands in many sentences, the answer where this stands too."""
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|"
    "billion|half|dozen|third|quarter|couple|single|double|first|second"
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_GOES_ON = re.compile(
    r"^(?:He|She|It|They|His|Her|Its|Their|This|These)\b|"
    r"\b[Tt]he (?:company|firm|group|organi[sz]ation|institute|school|university|club|band|team|ship|vessel|station|"
    r"city|town|village|island|river|building|book|novel|film|song|album|game|series|project|system|machine)\b"
)
_SHORT_FORM = re.compile(r"\([A-Z]{2,8}\)")
_CAPITAL = re.compile(r"(?<![.“\"!?] )(?<!^)\b[A-Z][\w’'-]+")
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE),
    "date": re.compile(rf"\b1\d{{3}}\b|\b20\d\d\b|\b(?:{_MONTHS})\b|century|\b\d{{3}}s?\b|\d\s?[년월일]|세기"),
}
_NAMED = ("person", "place", "organization")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question as words with their rarity."""

    idf: Mapping[str, float]
    kind: str

    @property
    def most(self) -> float:
        """The score of a text that is the question itself, about."""
        return sum(self.idf.values()) or 1.0

    def covered(self, words: set[str]) -> float:
        """0 to 1: the share of the question that these words hold, each word by its rarity."""
        return sum(weight for word, weight in self.idf.items() if word in words) / self.most


def wanted(
    search: str,
    kind: str,
    counted: tuple[int, Mapping[str, int]],
    names: Iterable[str] = (),
    relation_words: Iterable[str] = (),
) -> Wanted:
    """The words searched for; one that stands nowhere is the rarest of all.

    `counted` is what `TextIndex.frequencies` says of them. The words of one of the `names` share some of their weight,
    and those that say what is asked of it gain.
    """
    rows, frequencies = counted
    idf = {
        word: math.log(1 + (rows - count + 0.5) / (count + 0.5))
        for word in dict.fromkeys(terms(search))
        for count in [frequencies.get(word, 0)]
    }
    shared = {word: len(words) ** -NAME for name in names for words in [set(terms(name))] for word in words}
    asked = {word for phrase in relation_words for word in terms(phrase)}
    return Wanted({w: v * shared.get(w, 1.0) * (RELATION if w in asked else 1.0) for w, v in idf.items()}, kind)


def lexical(sentences: Sequence[Sentence], question: Wanted, passages: Sequence[float]) -> list[float]:
    """A score for each sentence, the larger the better, at about `question.most` for a perfect one.

    `sentences` come by document, then place; `passages` holds the BM25 score of the passage each stands in.
    """
    words = [terms(sentence.text) for sentence in sentences]
    average = sum(map(len, words)) / max(1, len(words)) or 1.0
    own = [_bm25(said, question.idf, average) for said in words]
    raw = [score + PASSAGE * passages[i] + _beside(sentences, own, i) for i, score in enumerate(own)]
    return [score and score * fit(sentences[i], words[i], question) for i, score in enumerate(raw)]


def fit(sentence: Sentence, words: Sequence[str], question: Wanted) -> float:
    """1 for a sentence that may answer; less for a heading, and for one that holds nothing new or of the kind asked."""
    factor = HEADING if sentence.kind == "heading" or _is_listed(sentence) else 1.0
    factor *= EMPTY if question.idf.keys() >= set(words) - _short_forms(sentence.text) else 1.0
    return factor * (1.0 if _holds(sentence.text, question) else 1 - UNTYPED)


def _short_forms(text: str) -> set[str]:
    """What stands in brackets behind a name that it shortens: `(BSF)`."""
    return {word for short in _SHORT_FORM.findall(text) for word in terms(short)} if "(" in text else set()


def _is_listed(sentence: Sentence) -> bool:
    return sentence.text[-1:].isdigit() and sentence.section.rpartition(" › ")[2].casefold() in _CONTENTS


def _holds(text: str, question: Wanted) -> bool:
    if question.kind in _SHAPES:
        return bool(_SHAPES[question.kind].search(text))
    if question.kind in _NAMED and text.isascii():
        return any(not set(terms(name)) <= question.idf.keys() for name in _CAPITAL.findall(text))
    return True


def _bm25(words: Sequence[str], idf: Mapping[str, float], average: float) -> float:
    length = _K1 * (1 - _B + _B * len(words) / average)
    if idf.keys().isdisjoint(words):
        return 0.0
    return sum(w * n * (_K1 + 1) / (n + length) for word, w in idf.items() if (n := words.count(word)))


def _beside(sentences: Sequence[Sentence], own: Sequence[float], i: int) -> float:
    """What the sentences before and after lend it."""
    if not (any(own[max(0, i - 1) : i]) or any(own[i + 1 : i + 2])):
        return 0.0
    document, index = sentences[i].document_id, sentences[i].index
    before = BEFORE if own[i] and _GOES_ON.search(sentences[i].text) else NEIGHBOUR
    return sum(
        weight * own[j]
        for j, away, weight in ((i - 1, -1, before), (i + 1, 1, NEIGHBOUR))
        if 0 <= j < len(own) and (sentences[j].document_id, sentences[j].index) == (document, index + away)
    )
