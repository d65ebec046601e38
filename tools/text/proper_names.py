"""Find proper names in English: where one begins, how far it goes, and the title before it."""

from __future__ import annotations

from .gazetteer import is_code, is_person_word, name_type, words
from .sentence_pieces import Piece
from .tagger import lexicon, tokens

MAX_NAME = 12
"""Words a name may have; a longer run of capitals is a heading or noise and is cut."""
_CLOSED = frozenset("DT PDT PRP PRP$ IN CC MD WP WP$ WRB WDT TO EX UH RB RBR RBS POS VBZ VBP".split())
_LINKS = frozenset("of de la du von van der den bin al del di da el for the and".split())
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


class NameReader:
    """The tokens of one sentence, and where its names are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.shouting = text.isupper()

    def _piece(self, kind: str, first: int, last: int, type_: str = "", lemma: str = "") -> Piece:
        start, end = self.tokens[first].start, self.tokens[last].end
        return Piece(kind, self.text[start:end], start, end, type_, lemma)

    def _begins_name(self, i: int) -> bool:
        token = self.tokens[i]
        word, low = token.text, token.text.lower()
        if token.tag in ("URL", "SYM", "DATE", "QUANTITY") or not (word[0].isupper() or is_code(word)):
            return False
        if low in PRONOUNS and not (len(word) > 1 and word.isupper() and low in ("us", "who", "it")):
            return False
        if (low in words("demonym") or (token.tag == "JJ" and "-" in low)) and not self._capital(i + 1):
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
        if not tag or tag in ("NNP", "NNPS"):
            return True
        if _lexicon_tag(word) in ("NNP", "NNPS") and tag not in _CLOSED:
            # `Apple makes phones`, but `Open the valve`: a common noun wants its article.
            following = self.tokens[i + 1].tag if i + 1 < len(self.tokens) else ""
            if low in words("first") or following in ("VBZ", "VBD", "MD", "POS"):
                return True
        if tag in ("VBZ", "VBP", "RB", "MD") and _lexicon_tag(word) in ("NNP", "NNPS") and self._capital(i + 1):
            return True
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
            last = i + office - 1
            return self._piece("noun", i, last, "", self.tokens[last].text.lower().rstrip(".")), last + 1
        last = self._name_end(i)
        parts = tuple(t.text for t in self.tokens[i : last + 1])
        if len(parts) == 1 and parts[0] in _WEEKDAYS:
            return self._piece("date", i, i), i + 1
        kind = name_type(parts)
        if len(parts) == 1 and parts[0].lower() in words("role") and kind in ("NAME", "ORGANIZATION"):
            return self._piece("noun", i, i, "TERM", parts[0].lower()), i + 1
        if kind == "NAME" and i and is_person_word(self.tokens[i - 1].text) and not {"of", "the"} & set(parts):
            kind = "PERSON"
        return self._piece("name", i, last, kind), last + 1

    def _office(self, i: int) -> int:
        """How many words of title stand here before a person's name: `Dr.`, `Prime Minister`; 0 for none."""
        j = i
        while j < i + 2 and self._word(j) in words("before") and self._goes_on(j):
            j += 1
        start = j
        while j < start + 3 and j < len(self.tokens) and is_person_word(self.tokens[j].text) and self._goes_on(j):
            j += 1
        if j == start:
            return 0
        last = self._name_end(j, offices=False)
        whole = tuple(t.text for t in self.tokens[i : last + 1])
        # `General Motors`, `Prince Edward Island` are no persons.
        return 0 if name_type(whole) in ("ORGANIZATION", "PLACE") and "of" not in whole else j - i

    def _goes_on(self, i: int) -> bool:
        return self._capital(i + 1) and self._joined(i + 1)

    def _name_end(self, first: int, offices: bool = True) -> int:
        """The name's last token; with `offices` it ends before a title (`New York Governor Cuomo`)."""
        last = first
        while last + 1 < len(self.tokens) and last - first < MAX_NAME and self._joined(last + 1):
            if offices and self._office(last + 1):
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
            return 0 if self._breaks(last + 1) else 1
        if token.tag == "CD" and token.text.isdigit() and len(token.text) < 4:
            following = self.tokens[last + 2].tag if last + 2 < len(self.tokens) else ""
            return 0 if following in ("NNS", "NN", "JJ") else 1
        if token.text == "&":
            return 2 * self._capital(last + 2)
        if token.tag == "POS":
            return self._over_possessive(first, last)
        return self._over_link(first, last, low) if low in _LINKS else 0

    def _breaks(self, i: int) -> bool:
        """Whether another name begins at i: a title (`Gov.`), a word in capitals after one that is not."""
        word, before = self.tokens[i].text, self.tokens[i - 1].text
        if is_person_word(word) and word[-1:] == "." and self._capital(i + 1):
            return True
        shout = word.isupper() and len(word) > 4 and word.isalpha() and not before.isupper()
        return shout or (len(before) > 9 and any(c.isdigit() for c in before))

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


def _lexicon_tag(word: str) -> str:
    return lexicon().get(word, "")
