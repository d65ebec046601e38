"""English tokens with exact offsets and parts of speech: Brill's rules over the lexicon that textblob ships.

Only textblob's data files are read (its package would import nltk): a word's commonest tag, suffix rules for unknown
words, then rules over neighbouring tags. E. Brill (1992), "A simple rule-based part of speech tagger".
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ...errors import ConfigError

LONGEST = 64
"""A longer word is noise (base64, a hash, hostile text) and is tagged SYM."""

MONTH = (
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_NUMBER = r"\d{1,15}(?:[.,]\d{1,9}){0,6}"
_SCALE = r"(?:hundred|thousand|million|billion|trillion|bn|k)"
_INCHES = r"in(?!\s+(?!(?:long|wide|high|deep|tall|thick|across|by|of|diameter)\b)\w)"
"""Not the preposition: `in 1998 in Uppsala`."""
_UNIT = (
    r"(?:%|percent|per\ cent|°\s?[CF]|[kKMGT]i?[Bb]|[kMG]?Hz|[kM]?Pa|bar|psi|[kmMG]?W(?:h)?|[km]?V|m?A(?:h)?|rpm"
    rf"|[kmcn]?m(?:[²³23])?|[mk]?g|tons?|tonnes?|m?[lL]|km/h|mph|dB|lb|oz|ft|{_INCHES}|°"
    r"|(?:hours?|minutes?|seconds?|days?|weeks?|months?|years?|miles?|met(?:re|er)s?|kilomet(?:re|er)s?|feet|inches"
    r"|dollars?|euros?|pounds?|won|yen|kilograms?|grams?|lit(?:re|er)s?|acres|hectares|degrees?|cents?|points?))"
)
_TOKEN = re.compile(
    rf"""
    (?P<URL>(?:https?://|www\.)[^\s<>"]{{1,500}}|[\w.+-]{{1,64}}@[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{1,8}})
  | (?P<DATE>\b(?:{MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?(?:\ ?,?\ \d{{4}})?\b
      |\d{{1,2}}(?:st|nd|rd|th)?\ (?:of\ )?{MONTH}(?:,?\ \d{{4}}\b|\ \d{{2}}\b(?!\ ?{_UNIT}\b))?
      |{MONTH}(?:\ of)?\ \d{{4}}\b
      |\d{{4}}-\d{{2}}(?:-\d{{2}})?\b|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}\b|\d{{1,2}}(?:st|nd|rd|th)\ century\b
      |\d{{1,2}}(?::\d{{2}})?\ ?[ap]\.?m\b\.?|\d{{4}}\ (?:GMT|UTC|hours)\b|\d{{1,2}}:\d{{2}}\b
      |(?:1[0-9]|20)\d{{2}}s?\b(?:\ (?:BC|AD|BCE|CE)\b)?(?![.,]\d|\ ?{_UNIT}\b)))
  | (?P<QUANTITY>(?:US)?[$€£¥₩]\ ?{_NUMBER}(?:\ ?{_SCALE}\b)?
      |\b{_NUMBER}(?:\ {_SCALE})?[\ -]?{_UNIT}(?!\w)|\b{_NUMBER}\ {_SCALE}\b)
  | (?P<ABBR>\b(?:[A-Z]\.){{2,8}}|\b(?:Mr|Mrs|Ms|Dr|St|Prof|Sen|Rep|Gov|Gen|Lt|Col|Capt|Sgt|Maj|Rev|Hon|Jr|Sr|Inc
      |Co|Corp|Ltd|Mt|Ft|No
      |Ala|Ariz|Ark|Calif|Colo|Conn|Fla|Ill|Ind|Kan|Mass|Mich|Minn|Mo|Okla|Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Md|Ky|La|Ga|Neb|Nev
      |Miss)\.(?=[\s,;:)]|$)|\b[A-Z]\.(?=\ ?[A-Z]))
  | (?P<CD>\b\d{{1,15}}(?:[.,]\d{{1,9}}){{1,6}}(?!\w))
  | (?P<WORD>[^\W\d_]\.(?![^\W\d_])(?=\ [a-z])|[^\W_]+(?:[-‐‑/'’&+][^\W_]+)*)
  | (?P<PUNCT>\.\.\.|--|[^\w\s]|_)
    """,
    re.VERBOSE,
)
_CLITIC = re.compile(r"(?<=\w)(?:['’](?:s|re|ve|ll|d|m)|n['’]t)$", re.IGNORECASE)
_PUNCT_TAGS = {
    ".": ".", "!": ".", "?": ".", ",": ",", ";": ":", ":": ":", "-": ":", "–": ":", "—": ":", "--": ":", "...": ":",
    "(": "(", ")": ")", "[": "(", "]": ")", '"': "''", "“": "``", "”": "''", "'": "POS", "’": "POS", "‘": "``",
    "&": "CC", "%": "NN", "$": "$", "/": ":", "*": "SYM", "#": "SYM", "_": ":", "|": ":",
}  # fmt: skip


class Token(NamedTuple):
    """One word or mark: `text == source[start:end]`, `tag` a Penn Treebank tag, or DATE, QUANTITY, URL, SYM."""

    text: str
    start: int
    end: int
    tag: str


_VERBS = ("VB", "VBP")
_DO = frozenset("do does did".split())
_WHICH = frozenset("which what whose many".split())
_ASKED = frozenset(f(word) for word in _DO | _WHICH for f in (str.lower, str.title))
Rule = tuple[str, Callable[[list[str], list[str], int], bool]]


@cache
def _folder() -> Path:
    spec = importlib.util.find_spec("textblob")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError("the package 'textblob' is not installed; it holds the English lexicon")
    return Path(next(iter(spec.submodule_search_locations))) / "en"


def _lines(name: str) -> Iterable[list[str]]:
    text = (_folder() / name).read_text(encoding="utf-8-sig")
    return (line.split() for line in text.splitlines() if line.strip() and not line.startswith(";;;"))


@cache
def lexicon() -> dict[str, str]:
    """Word, as spelt, to its commonest tag: 94,000 entries."""
    # Twitter's words bring "THE" as a name and the like; capitals alone are left to the shape rules.
    text = (_folder() / "en-lexicon.txt").read_text(encoding="utf-8-sig")
    comment, _, rest = text.rpartition(";;;")
    # A word, its tag, a word …: all at once, not by lines.
    rows = (rest.partition("\n")[2] if comment else rest).split()
    found = dict(zip(rows[::2], rows[1::2], strict=True))
    found.update(_MENDS)
    return found


_MENDS = {
    "headquartered": "VBN", "based": "VBN", "located": "VBN", "said": "VBD", "that": "IN", "which": "WDT", "who": "WP",
    "whose": "WP$", "what": "WP", "where": "WRB", "when": "WRB", "won": "VBD", "born": "VBN", "left": "VBD",
    "founded": "VBN", "employed": "VBN", "works": "VBZ", "leads": "VBZ", "reports": "VBZ", "makes": "VBZ",
    "uses": "VBZ", "means": "VBZ", "covers": "VBZ", "supplies": "VBZ", "houses": "VBZ", "serves": "VBZ", "needs": "VBZ",
    "runs": "VBZ", "pump": "NN", "valve": "NN", "shot": "VBD",
    "today": "RB", "yesterday": "RB", "tomorrow": "RB", "inc": "NNP", "co": "NNP",
    "plays": "VBZ", "lives": "VBZ", "stars": "VBZ", "features": "VBZ",
    "contains": "VBZ", "manages": "VBZ", "owns": "VBZ", "operates": "VBZ", "led": "VBN", "an": "DT", "no": "DT",
}  # fmt: skip


@cache
def _suffixes() -> list[tuple[str | None, str, str, str]]:
    """(tag it must have or None, command, argument, new tag) of each rule for unknown words."""
    rules: list[tuple[str | None, str, str, str]] = []
    for row in _lines("en-morphology.txt"):
        if row[1] in _AFFIX:
            rules.append((None, row[1], row[0], row[-2]))
        elif len(row) > 4 and row[2].lstrip("f") in _AFFIX:
            rules.append((row[0], row[2].lstrip("f"), row[1], row[-2]))
    return rules


_AFFIX: dict[str, Callable[[str, str, dict[str, str]], bool]] = {
    "char": lambda w, x, known: x in w,
    "haspref": lambda w, x, known: w.startswith(x),
    "hassuf": lambda w, x, known: w.endswith(x),
    "addpref": lambda w, x, known: x + w in known,
    "addsuf": lambda w, x, known: w + x in known,
    "deletepref": lambda w, x, known: w.startswith(x) and w[len(x) :] in known,
    "deletesuf": lambda w, x, known: w.endswith(x) and w[: -len(x)] in known,
}


def _tags(test: str, x: str, y: str) -> Callable[[list[str], list[str], int], bool] | None:
    """The rule's condition over (tags, words, place); both lists carry three blanks at each end."""
    near: dict[str, Callable[[list[str], list[str], int], bool]] = {
        "prevtag": lambda t, w, i: t[i - 1] == x,
        "nexttag": lambda t, w, i: t[i + 1] == x,
        "prev2tag": lambda t, w, i: t[i - 2] == x,
        "next2tag": lambda t, w, i: t[i + 2] == x,
        "prev1or2tag": lambda t, w, i: t[i - 1] == x or t[i - 2] == x,
        "next1or2tag": lambda t, w, i: t[i + 1] == x or t[i + 2] == x,
        "prev1or2or3tag": lambda t, w, i: t[i - 1] == x or t[i - 2] == x or t[i - 3] == x,
        "next1or2or3tag": lambda t, w, i: t[i + 1] == x or t[i + 2] == x or t[i + 3] == x,
        "surroundtag": lambda t, w, i: t[i - 1] == x and t[i + 1] == y,
        "prevbigram": lambda t, w, i: t[i - 2] == x and t[i - 1] == y,
        "nextbigram": lambda t, w, i: t[i + 1] == x and t[i + 2] == y,
        "curwd": lambda t, w, i: w[i] == x,
        "prevwd": lambda t, w, i: w[i - 1] == x,
        "nextwd": lambda t, w, i: w[i + 1] == x,
        "prev1or2wd": lambda t, w, i: w[i - 1] == x or w[i - 2] == x,
        "next1or2wd": lambda t, w, i: w[i + 1] == x or w[i + 2] == x,
        "wdprevtag": lambda t, w, i: t[i - 1] == x and w[i] == y,
        "wdnexttag": lambda t, w, i: w[i] == x and t[i + 1] == y,
        "wdand2aft": lambda t, w, i: w[i] == x and w[i + 2] == y,
        "wdand2tagbfr": lambda t, w, i: t[i - 2] == x and w[i] == y,
        "wdand2tagaft": lambda t, w, i: w[i] == x and t[i + 2] == y,
        "lbigram": lambda t, w, i: w[i - 1] == x and w[i] == y,
        "rbigram": lambda t, w, i: w[i] == x and w[i + 1] == y,
    }
    return near.get(test)


@cache
def _contexts() -> dict[str, list[Rule]]:
    """Tag → its rules, last first: of several that hold, Brill's order lets the last win."""
    rules: dict[str, list[Rule]] = {}
    for row in _lines("en-context.txt"):
        test = _tags(row[2].lower(), row[3], row[4] if len(row) > 4 else "")
        if test:
            rules.setdefault(row[0], []).insert(0, (row[1], test))
    return rules


@lru_cache(maxsize=65536)
def _word_tag(word: str, first: bool) -> str:
    """The tag of a word by itself."""
    if len(word) > LONGEST:
        return "SYM"
    known = lexicon()
    tag = known.get(word) or (known.get(word.lower()) if first else None)
    if tag:
        return tag
    if word[0].isdigit() and not any(c.isalpha() for c in word):
        return "CD"
    if word[0].isupper() or (any(c.isupper() for c in word[1:]) and word.isalnum()):
        return "NNP"
    if word.endswith("s") and (known.get(word[:-1]) in _VERBS or known.get(word[:-2]) in _VERBS):
        return "VBZ"
    tag = "NN"
    for must, command, affix, new in _suffixes():
        if (must is None or must == tag) and _AFFIX[command](word, affix, known):
            tag = new
    return tag


def _raw(text: str) -> Iterable[tuple[str, int, int, str]]:
    """(text, start, end, tag or empty where the word decides)."""
    for match in _TOKEN.finditer(text):
        kind, word, start, end = match.lastgroup, match.group(), match.start(), match.end()
        if kind == "WORD":
            clitic = _CLITIC.search(word) if "'" in word or "’" in word else None
            if clitic:
                cut = start + clitic.start()
                yield text[start:cut], start, cut, ""
                yield clitic.group(), cut, end, _clitic_tag(clitic.group())
            else:
                yield word, start, end, ""
        elif kind == "PUNCT":
            yield word, start, end, _PUNCT_TAGS.get(word, "SYM")
        elif kind == "ABBR":
            yield word, start, end, "NNP"
        else:
            yield word, start, end, str(kind)


def _clitic_tag(clitic: str) -> str:
    low = clitic.lower().replace("’", "'")
    return {"'s": "POS", "n't": "RB", "'ll": "MD", "'d": "MD"}.get(low, "VBP")


def tokens(text: str) -> list[Token]:
    """The text's tokens in order, tagged; never raises, time linear in the text."""
    raw = list(_raw(text))
    words = ["", "", "", *(r[0] for r in raw), "", "", ""]
    tags = ["STAART"] * 3 + [r[3] or _word_tag(r[0], i == 0) for i, r in enumerate(raw)] + ["STAART"] * 3
    contexts = _contexts()
    for i in range(3, len(tags) - 3):
        for new, test in contexts.get(tags[i], ()):
            if test(tags, words, i):
                tags[i] = new if _may_be(words[i], new) else tags[i]
                break
    if raw and any(word in _ASKED for word in words[3:-3]):
        _mend_question(words, tags)
    return [Token(r[0], r[1], r[2], tag) for r, tag in zip(raw, tags[3:], strict=False)]


@lru_cache(maxsize=65536)
def _may_be(word: str, tag: str) -> bool:
    """Whether a rule may give this word this tag: Brill's own lexicon listed every word's tags, textblob's only one."""
    known = lexicon().get(word.lower(), "")
    if known == "DT" and word.lower() != "that":
        return False
    if tag in ("NN", "NNS") and known.startswith(("RB", "IN", "DT", "MD", "W")):
        return False
    if tag == "VBG":
        return word.endswith("ing")
    if tag in ("VBZ", "NNS"):
        return word.endswith("s") or known == tag
    if tag in ("VBD", "VBN"):
        return word.endswith(("ed", "en", "n", "t", "d")) or known in ("VBD", "VBN")
    return True


def _mend_question(words: list[str], tags: list[str]) -> None:
    """`which valve does the team inspect`: a noun after the question word, a verb after the auxiliary's subject."""
    known, helper, last = lexicon(), False, 0
    for i in range(3, len(words) - 3):
        low = words[i].lower()
        commonest = known.get(words[i], "")
        if words[i - 1].lower() in _WHICH and commonest in ("NN", "NNS"):
            tags[i] = commonest
        elif low in _DO:
            helper = True
        elif helper and (commonest in _VERBS or low == "own"):
            tags[i], helper = "VB", False
        elif helper and tags[i] == "NN" and tags[i - 1] in ("NN", "NNS", "NNP", "NNPS", "PRP"):
            last = i
        if helper and last and (i == len(words) - 4 or tags[i + 1] in ("IN", "TO", ".", "DT")):
            tags[last], helper = "VB", False
