"""English sentences as pieces: names, noun phrases, verb groups and the small words between, with exact offsets."""

from __future__ import annotations

from functools import lru_cache

from . import word_forms
from .gazetteer import all_generic, words
from .negation import negated_before, negates
from .proper_names import PRONOUNS, NameReader
from .sentence_pieces import Piece
from .tagger import Token

_NOUN = frozenset("NN NNS NNP NNPS".split())
_MODIFIER = frozenset("JJ JJR JJS VBN VBG CD NN NNS NNP NNPS".split())
_VERB = frozenset("VB VBD VBG VBN VBP VBZ MD".split())
_BE = frozenset("be is are was were been being am 's 're 'm".split())
_AUX = frozenset("have has had having do does did 've 'll 'd".split())
_NAMING = frozenset("called named titled entitled nicknamed dubbed termed born".split())
_SCALES = frozenset("hundred thousand million billion trillion".split())


@lru_cache(maxsize=16384)
def in_dictionary(word: str) -> bool:
    """Whether the dictionary has this word, in small letters, or a form of it; names are in none."""
    return word_forms.is_word(word)


@lru_cache(maxsize=65536)
def verb_lemma(word: str) -> str:
    """The infinitive: `founded` → `found`."""
    low = word.lower()
    return (word_forms.lemma(low, "VERB") if low.isascii() and len(low) < 40 else "") or low


@lru_cache(maxsize=65536)
def participle(infinitive: str) -> str:
    """The past participle: `found` → `founded`, `find` → `found`; empty for what is no infinitive."""
    low = infinitive.lower()
    return word_forms.participle(low) if low.isascii() and len(low) < 40 else ""


@lru_cache(maxsize=65536)
def noun_lemma(word: str) -> str:
    """The singular: `officers` → `officer`."""
    low = word.lower()
    return (word_forms.lemma(low, "NOUN") if low.isascii() and len(low) < 40 else "") or low


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[Piece, ...]:
    """The sentence's pieces in order; every token belongs to at most one. Never raises, time linear in the text."""
    return tuple(_Reader(text).read())


class _Reader(NameReader):
    """Walks the tokens once, left to right."""

    denied = False
    """Whether the last verb was, as one that follows it by `or` is then too."""

    def read(self) -> list[Piece]:
        found: list[Piece] = []
        i = 0
        while i < len(self.tokens):
            piece, i = self._next(i)
            found.append(piece)
        return found

    def _next(self, i: int) -> tuple[Piece, int]:
        token = self.tokens[i]
        if token.tag in ("DATE", "QUANTITY"):
            return self._measure(i)
        low = token.text.lower()
        if token.tag == "POS" and i and self.tokens[i - 1].tag in _NOUN and self._joined(i):
            return self._small(token, low), i + 1
        if low in PRONOUNS and not self._begins_name(i):
            return self._pronoun(i, low)
        if self._begins_name(i):
            return self._name(i)
        if token.tag in _VERB or low in _BE or low in _AUX:
            return self._verb(i)
        if token.tag in _MODIFIER or token.tag in ("DT", "PRP$", "PDT"):
            return self._noun(i)
        return self._small(token, low), i + 1

    # ── small things
    def _small(self, token: Token, low: str) -> Piece:
        kinds = {"IN": "prep", "TO": "prep", "CC": "and", ",": "comma", "(": "open", ")": "close", "POS": "poss",
                 "WP": "wh", "WDT": "wh", "WRB": "wh", "WP$": "wh"}  # fmt: skip
        return Piece(kinds.get(token.tag, "other"), token.text, token.start, token.end, "", low)

    def _pronoun(self, i: int, low: str) -> tuple[Piece, int]:
        """A pronoun by itself, or the determiner of a noun phrase."""
        if low in ("his", "her", "its", "their", "our", "my", "your") or self._determines(i):
            piece, after = self._noun(i)
            if piece.kind == "noun":
                return piece, after
        if low in ("who", "whom", "whose", "which", "what") or self.tokens[i].tag in ("IN", "WDT", "WP", "WRB", "WP$"):
            kind = "wh" if low in ("who", "whom", "whose", "which", "what", "that") else "other"
            return self._piece(kind, i, i, "", low), i + 1
        return self._piece("pronoun", i, i, "", low), i + 1

    def _determines(self, i: int) -> bool:
        return self.tokens[i].tag in ("DT", "JJ", "PDT") and i + 1 < len(self.tokens)

    def _measure(self, i: int) -> tuple[Piece, int]:
        token = self.tokens[i]
        counted = i + 1 < len(self.tokens) and self.tokens[i + 1].tag in ("NN", "NNS")
        if counted and token.text[0].isdigit() and token.text.split()[-1] in _SCALES:
            return self._piece("quantity", i, i + 1, "QUANTITY", noun_lemma(self.tokens[i + 1].text)), i + 2
        return self._piece(token.tag.lower(), i, i, token.tag), i + 1

    # ── noun phrases
    def _noun(self, i: int) -> tuple[Piece, int]:
        first = i
        while first < min(i + 4, len(self.tokens)) and self._skipped(first):
            first += 1
        last, head = first - 1, -1
        while last + 1 < len(self.tokens) and last - first < 7 and self._in_noun(last + 1):
            last += 1
            if self.tokens[last].tag in _NOUN or self.tokens[last].tag == "VBG":
                head = last
        if head < first:
            return self._piece("other", i, i, "", self.tokens[i].text.lower()), i + 1
        while first < head and self._weak(first):
            first += 1
        parts = [t.text for t in self.tokens[first : head + 1]]
        counted = self.tokens[first].tag == "CD" and first < head
        type_ = "QUANTITY" if counted else "TERM"
        if all_generic(parts) or len(parts[-1]) < 2:
            type_ = ""
        piece = self._piece("noun", first, head, type_, noun_lemma(parts[-1]))
        return piece._replace(negated="no" in self._lows(i, first)), head + 1

    def _skipped(self, i: int) -> bool:
        token = self.tokens[i]
        return token.tag in ("DT", "PRP$", "PDT") or token.text.lower() in PRONOUNS

    def _in_noun(self, i: int) -> bool:
        token = self.tokens[i]
        if token.tag not in _MODIFIER or self._begins_name(i) or token.text.lower() in PRONOUNS:
            return False
        if token.tag == "VBN" or token.tag == "VBG":
            return i + 1 < len(self.tokens) and self.tokens[i + 1].tag in _NOUN and not self._begins_name(i + 1)
        return True

    def _weak(self, i: int) -> bool:
        low = self.tokens[i].text.lower()
        return low in words("generic") or low in ("more", "own", "new", "main", "certain", "various", "different")

    # ── verbs
    def _verb(self, i: int) -> tuple[Piece, int]:
        """A verb group as one piece: auxiliaries and adverbs inside it dropped."""
        last, main, be = i, -1, False
        before, own = self._lows(max(0, i - 4), i), self._lows(i, i + 9)
        negated = negated_before(before) or (self.denied and before[-1:] == ["or"])
        for j in range(i, min(i + 8, len(self.tokens))):
            token, low = self.tokens[j], own[j - i]
            if negates(own, j - i):
                negated = True
            elif low in _BE and (token.tag != "POS" or j == i):
                be, last = True, j
            elif low in _AUX or token.tag == "MD":
                main, last = (j if low not in ("'ll", "'d", "'ve") and token.tag != "MD" else main), j
            elif token.tag in _VERB and not (main >= 0 and self.tokens[main].text.lower() not in _AUX):
                main, last = j, j
            elif token.tag not in ("RB", "RBR"):
                break
        self.denied = negated
        return self._verb_piece(i, last, main, be, negated), last + 1

    def _lows(self, start: int, end: int) -> list[str]:
        return [token.text.lower() for token in self.tokens[start:end]]

    def _takes_object(self, i: int) -> bool:
        """Whether a noun follows: `TPS supplied 20 strings` is no passive, `a lake called Erie` is."""
        if i >= len(self.tokens) or self.tokens[i - 1].text.lower() in _NAMING:
            return False
        return self.tokens[i].tag in _NOUN or self.tokens[i].tag in ("DT", "CD", "QUANTITY", "PRP$", "JJ", "PRP")

    def _verb_piece(self, first: int, last: int, main: int, be: bool, negated: bool) -> Piece:
        start, end = self.tokens[first].start, self.tokens[last].end
        if main < 0:
            low = self.tokens[last].text.lower()
            kind = "be" if low in _BE else "other"
            return Piece(kind, self.text[start:end], start, end, "", "be", False, negated)
        word, tag = self.tokens[main].text, self.tokens[main].tag
        passive = (tag in ("VBN", "VBD") and be) or (
            tag == "VBN" and first == main and not self._takes_object(last + 1)
        )
        return Piece("verb", self.text[start:end], start, end, "", verb_lemma(word), passive, negated)
