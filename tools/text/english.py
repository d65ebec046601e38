"""English sentences as pieces: names, noun phrases, verb groups and the small words between, with exact offsets."""

from __future__ import annotations

from functools import lru_cache

from lemminflect import getLemma

from .gazetteer import all_generic, is_code, is_person_word, name_type, words
from .pieces import Piece
from .tagger import Token, lexicon, tokens

MAX_NAME = 12
"""Words a name may have; a longer run of capitals is a heading or noise and is cut."""
_CLOSED = frozenset("DT PDT PRP PRP$ IN CC MD WP WP$ WRB WDT TO EX UH RB RBR RBS POS VBZ VBP".split())
_NOUN = frozenset("NN NNS NNP NNPS".split())
_MODIFIER = frozenset("JJ JJR JJS VBN VBG CD NN NNS NNP NNPS".split())
_VERB = frozenset("VB VBD VBG VBN VBP VBZ MD".split())
_LINKS = frozenset("of de la du von van der den bin al del di da el for the and".split())
_BE = frozenset("be is are was were been being am 's 're 'm".split())
_AUX = frozenset("have has had having do does did 've 'll 'd".split())
_WEEKDAYS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Mondays Tuesdays Wednesdays Thursdays Fridays Saturdays Sundays".split()
)
PRONOUNS = frozenset(
    "i me my mine myself you your yours yourself he him his himself she her hers herself it its itself we us our ours "
    "ourselves they them their theirs themselves this that these those who whom whose which what one ones none "
    "everyone everybody everything someone somebody something anyone anybody anything nobody nothing each both all "
    "any some many few several most other others another such there here same so".split()
)


@lru_cache(maxsize=65536)
def verb_lemma(word: str) -> str:
    """The infinitive: `founded` → `found`."""
    low = word.lower()
    found = getLemma(low, upos="VERB") if low.isascii() and len(low) < 40 else ()
    return str(found[0]) if found else low


@lru_cache(maxsize=65536)
def noun_lemma(word: str) -> str:
    """The singular: `officers` → `officer`."""
    low = word.lower()
    found = getLemma(low, upos="NOUN") if low.isascii() and len(low) < 40 else ()
    return str(found[0]) if found else low


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[Piece, ...]:
    """The sentence's pieces in order; every token belongs to at most one. Never raises, time linear in the text."""
    return tuple(_Reader(text).read())


class _Reader:
    """Walks the tokens once, left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.shouting = text.isupper()

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

    def _piece(self, kind: str, first: int, last: int, type_: str = "", lemma: str = "") -> Piece:
        start, end = self.tokens[first].start, self.tokens[last].end
        return Piece(kind, self.text[start:end], start, end, type_, lemma)

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
        if (
            counted
            and token.tag == "QUANTITY"
            and token.text.split()[-1] in ("hundred", "thousand", "million", "billion")
        ):
            return self._piece("quantity", i, i + 1, "QUANTITY", noun_lemma(self.tokens[i + 1].text)), i + 2
        return self._piece(token.tag.lower(), i, i, token.tag), i + 1

    # ── names
    def _begins_name(self, i: int) -> bool:
        token = self.tokens[i]
        word, low = token.text, token.text.lower()
        if token.tag in ("URL", "SYM", "DATE", "QUANTITY") or not (word[0].isupper() or is_code(word)):
            return False
        if low in PRONOUNS and not (len(word) > 1 and word.isupper() and low in ("us", "who", "it")):
            return False
        if (low in words("demonym") or token.tag == "JJ" and "-" in low) and not self._capital(i + 1):
            return False
        if self._opens(i):
            return self._name_at_start(i, word, low)
        if low in ("will", "may", "art", "see", "so") and self._capital(i + 1):
            return True
        return token.tag not in _CLOSED or (word.isupper() and len(word) > 1 and not self.shouting)

    def _opens(self, i: int) -> bool:
        """Whether a capital here may be the sentence's own."""
        return i == 0 or self.tokens[i - 1].tag in ("``", "''", ":", "SYM", ".", "(") or self.shouting

    def _name_at_start(self, i: int, word: str, low: str) -> bool:
        if is_code(word) or "." in word or (word.isupper() and len(word) > 1 and not self.shouting):
            return True
        tag = _lexicon_tag(low)
        if not tag or tag in ("NNP", "NNPS") or _lexicon_tag(word) in ("NNP", "NNPS"):
            return tag not in _CLOSED or (tag in ("VBZ", "VBP", "RB", "MD") and self._capital(i + 1))
        return tag not in _CLOSED and tag not in ("VBD", "VBN", "VBG", "VB", "CD") and self._capital(i + 1)

    def _capital(self, i: int) -> bool:
        """Whether token i goes on with a name."""
        if i >= len(self.tokens):
            return False
        token = self.tokens[i]
        if token.tag in ("DATE", "QUANTITY", "URL", "SYM") or token.text.lower() in PRONOUNS:
            return False
        return token.text[0].isupper() or is_code(token.text)

    def _joined(self, i: int) -> bool:
        """Whether token i stands right after the one before, at most a space between."""
        return self.tokens[i].start - self.tokens[i - 1].end <= 1

    def _name(self, i: int) -> tuple[Piece, int]:
        office = self._office(i)
        if office:
            return self._piece(
                "noun", i, i + office - 1, "", self.tokens[i + office - 1].text.lower().rstrip(".")
            ), i + office
        last = self._name_end(i)
        parts = tuple(t.text for t in self.tokens[i : last + 1])
        kind = name_type(parts)
        if kind == "NAME" and i and is_person_word(self.tokens[i - 1].text) and not {"of", "the"} & set(parts):
            kind = "PERSON"
        if len(parts) == 1 and parts[0].lower() in words("role") and kind in ("NAME", "ORGANIZATION"):
            return self._noun(i) if kind == "NAME" else (self._piece("noun", i, i, "TERM", parts[0].lower()), i + 1)
        if len(parts) == 1 and parts[0] in _WEEKDAYS:
            return self._piece("date", i, i), i + 1
        return self._piece("name", i, last, kind), last + 1

    def _office(self, i: int) -> int:
        """How many words of title stand here before a person's name: `Dr.`, `Prime Minister`; 0 for none."""
        j = i
        while (
            j < len(self.tokens) and self._word(j) in words("before") and self._capital(j + 1) and self._joined(j + 1)
        ):
            j += 1
        while (
            j < len(self.tokens)
            and is_person_word(self.tokens[j].text)
            and self._capital(j + 1)
            and self._joined(j + 1)
        ):
            j += 1
        if j == i or not is_person_word(self.tokens[j - 1].text):
            return 0
        last = self._name_end(j)
        whole = tuple(t.text for t in self.tokens[i : last + 1])
        # `General Motors`, `Prince Edward Island` are no persons.
        return 0 if name_type(whole) in ("ORGANIZATION", "PLACE") and "of" not in whole else j - i

    def _name_end(self, first: int) -> int:
        last = first
        while last + 1 < len(self.tokens) and last - first < MAX_NAME:
            if not self._joined(last + 1):
                break
            step = self._step(first, last)
            if not step:
                break
            last += step
        return last

    def _step(self, first: int, last: int) -> int:
        """How many tokens the name grows by, 0 at its end."""
        token = self.tokens[last + 1]
        low = token.text.lower()
        if self._capital(last + 1) and token.tag != ".":
            return 0 if self._breaks(first, last + 1) else 1
        if token.tag == "CD" and token.text.isdigit() and len(token.text) < 4:
            following = self.tokens[last + 2].tag if last + 2 < len(self.tokens) else ""
            return 0 if following in ("NNS", "NN", "JJ") else 1
        if token.text == "&" and self._capital(last + 2):
            return 2
        if token.tag == "POS" and low in ("'s", "’s", "'", "’"):
            return self._over_possessive(first, last)
        return self._over_link(first, last, low) if low in _LINKS else 0

    def _breaks(self, first: int, i: int) -> bool:
        """Whether another name begins at i: an office (`New York Gov. Cuomo`), a word in capitals after one that is not."""
        word, before = self.tokens[i].text, self.tokens[i - 1].text
        if is_person_word(word) and word[-1:] == "." and self._capital(i + 1):
            return word not in ("St.",)
        shout = word.isupper() and len(word) > 4 and word.isalpha() and not before.isupper()
        return shout or len(before) > 9 and any(c.isdigit() for c in before) or bool(i > first and self._office(i))

    def _over_link(self, first: int, last: int, low: str) -> int:
        step = 2 if low == "of" and self._word(last + 2) == "the" else 1
        if not self._capital(last + 1 + step) or is_person_word(self.tokens[last + 1 + step].text):
            return 0
        left = self.tokens[last].text.lower()
        if low in ("of", "for", "the"):
            common = _lexicon_tag(left) in ("NN", "NNS", "JJ") or left in words("orgfirst")
            return step + 1 if low != "the" and common and left not in words("role") else 0
        if low == "and":
            return step + 1 if self._organization_over_and(first, last) else 0
        return step + 1

    def _organization_over_and(self, first: int, last: int) -> bool:
        """`Department of Housing and Urban Development`, `Johnson and Johnson Inc.`."""
        if self.tokens[first].text.lower() in words("orgfirst") and last > first:
            return True
        tail = last + 2
        while self._capital(tail + 1) and tail < last + 5:
            tail += 1
        head = self.tokens[tail].text.lower().rstrip(".")
        if last == first and tail > last + 2 and head in ("company", "co", "inc", "corp", "sons", "brothers"):
            return True
        plain = [self._word(j) for j in range(first, tail + 1) if j != last + 1]
        return head in words("org") and all(_lexicon_tag(w) in ("NN", "NNS", "JJ") for w in plain)

    def _over_possessive(self, first: int, last: int) -> int:
        """`St. Mary's Hospital` is one name; `Hanbit's PX-200` are two."""
        if last - first > 1 or not self._capital(last + 2):
            return 0
        head = self._word(last + 2)
        saint = self.tokens[first].text in ("St.", "Saint")
        return 2 if saint or head in ("hospital", "church", "college", "school", "cathedral", "day") else 0

    def _word(self, i: int) -> str:
        return self.tokens[i].text.lower() if i < len(self.tokens) else ""

    # ── noun phrases
    def _noun(self, i: int) -> tuple[Piece, int]:
        first = i
        while first < len(self.tokens) and self._skipped(first):
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
        return self._piece("noun", first, head, type_, noun_lemma(parts[-1])), head + 1

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
        last, main, be, negated = i, -1, False, False
        for j in range(i, min(i + 8, len(self.tokens))):
            token, low = self.tokens[j], self.tokens[j].text.lower()
            if low in ("not", "n't", "never", "n’t"):
                negated = True
            elif low in _BE and (token.tag != "POS" or j == i):
                be, last = True, j
            elif low in _AUX or token.tag == "MD":
                main, last = (j if low not in ("'ll", "'d", "'ve") and token.tag != "MD" else main), j
            elif token.tag in _VERB and not (main >= 0 and self.tokens[main].text.lower() not in _AUX):
                main, last = j, j
            elif token.tag not in ("RB", "RBR"):
                break
        return self._verb_piece(i, last, main, be, negated), last + 1

    def _verb_piece(self, first: int, last: int, main: int, be: bool, negated: bool) -> Piece:
        start, end = self.tokens[first].start, self.tokens[last].end
        if main < 0:
            low = self.tokens[last].text.lower()
            kind = "be" if low in _BE else "other"
            return Piece(kind, self.text[start:end], start, end, "", "be", False, negated)
        word, tag = self.tokens[main].text, self.tokens[main].tag
        alone = not be and first == main
        passive = (tag in ("VBN", "VBD") and be) or (tag == "VBN" and alone)
        return Piece("verb", self.text[start:end], start, end, "", verb_lemma(word), passive, negated)


def _lexicon_tag(word: str) -> str:
    return lexicon().get(word, "")
