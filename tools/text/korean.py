"""Korean sentences as pieces: names and noun runs without particles, verbs as lemmas, exact offsets (kiwipiepy)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from .late_pattern import late
from .negation import negated
from .sentence_pieces import Piece

if TYPE_CHECKING:
    from kiwipiepy import Kiwi
    from kiwipiepy import Token as Morpheme

_lock = threading.Lock()
_NOUNS = frozenset("NNG NNP SL SH XR XPN XSN SN NR".split())
_UNSAFE = late(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MEASURE = late(
    r"""
    (?P<DATE>(?:(?:지난해|지난달|지난|올해|올|오는|작년|내년|이달|다음달)\ )?(?:
        \d{4}년(?:\ ?\d{1,2}월)?(?:\ ?\d{1,2}일)?(?:대)?(?:\ ?(?:초|말|중반|후반|초반))?(?!간|\ ?동안)
        |\d{1,2}월\ ?\d{1,2}일|\d{1,2}월(?!드)
        |\d{1,2}(?:~\d{1,2})?일(?!\w*간)(?![가-힣]{2})|\d분기)
      |\d{4}-\d{2}-\d{2}|\d{4}\.\ ?\d{1,2}\.\ ?\d{1,2}\.?|\d{1,2}세기|\d{2,4}년대(?:\ ?(?:초|말|중반|후반|초반))?
      |(?:오전|오후|저녁|밤|새벽|낮)\ ?\d{1,2}시(?:\ ?\d{1,2}분|\ ?반)?
      |\d{1,2}시(?!간)(?:\ ?\d{1,2}분|\ ?반)?(?![가-힣]{2}))
  | (?P<QUANTITY>(?<![가-힣A-Za-z\d.,])(?:[$€£¥₩]\ ?\d{1,15}(?:[.,]\d{1,9}){0,6}
      |\d{1,15}시간\ \d{1,2}분
      |(?<![가-힣])(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|몇십|수십|수백|수천)\ ?
       (?:명|개|번|마리|대|곳|권|장|척|건|가지|차례|살|시간|달)(?:째)?(?![가-힣]{2})
      |\d{1,15}(?:~\d{1,15})?(?:[.,]\d{1,9}){0,6}\ ?(?:[십백천만억조]{0,3}\ ?)(?:여\ ?)?
       (?:%|퍼센트|명|개국|개월|개|원|달러|유로|엔|위안|년|주|일|시간|분|초|미터|킬로미터|센티미터|밀리미터|킬로그램|그램|톤|리터
       |세|살|회|번째|번|차례|차|대|척|권|장|곳|건|가지|점|위|등|층|평|마리|그루|편|배|도|가구|인|석|호|발|자|골|승|패|쪽|km/h|km|cm|mm|m²|m|kg|mg|g|ml|L
       |℃|°C|[㎀-㏟]|kW|MW|W|V|A|bar|rpm|Hz|kHz|MHz|GHz|MB|GB|TB)(?![A-Za-z])
      |\d{1,15}(?:[.,]\d{1,9}){0,6}[십백천만억조]{1,3}))
  | (?P<CODE>[A-Z][A-Za-z]{0,7}-?\d[\w-]{0,20}?(?=[가-힣]|\b)
      |[A-Za-z][A-Za-z&.+-]{0,40}(?:\ [A-Z][A-Za-z&.+-]{0,40}){0,6})
    """,
    re.VERBOSE,
)

_TITLE = late(r"[「『《〈]\s*([^「」『』《》〈〉\s][^「」『』《》〈〉\n]{0,59}?)\s*[」』》〉]")


@cache
def _make_kiwi() -> Kiwi:
    from kiwipiepy import Kiwi

    return Kiwi()


def kiwi() -> Kiwi:
    """The process's one analyser, made on first use (seconds, some 400 MB); any thread may use it."""
    with _lock:
        return _make_kiwi()


@cache
def _sections() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in files(__package__).joinpath("gazetteer_ko.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            current.update(line.split())
    return {name: frozenset(members) for name, members in found.items()}


def words(section: str) -> frozenset[str]:
    """The words of one section of the gazetteer."""
    return _sections()[section]


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[Piece, ...]:
    """The sentence's pieces in order, none overlapping. Never raises."""
    return tuple(_Reader(text).read())


def _safe(text: str) -> str:
    """The text with the same offsets, without what the analyser chokes on: half a surrogate pair makes it raise."""
    return _UNSAFE.sub(" ", text)


class _Reader:
    """Walks the morphemes once, left to right; titles, dates, quantities and Latin names are found first, whole."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Morpheme] = kiwi().tokenize(_safe(text)) if text.strip() else []
        titles = [(m.start(1), m.end(1), "TITLE") for m in _TITLE.finditer(text)]
        self.spans = sorted(
            titles + [s for s in self._measures() if not any(a < s[1] and s[0] < b for a, b, _ in titles)]
        )

    def _measures(self) -> Iterator[tuple[int, int, str]]:
        # 3 건조한 is no three cases: a span must end where a morpheme does.
        inside = {
            i for t in self.tokens if t.tag not in ("SN", "SL", "SW") for i in range(t.start + 1, t.start + t.len)
        }
        for m in _MEASURE.finditer(self.text):
            if m.end() not in inside or m.lastgroup == "CODE":
                yield m.start(), m.end(), str(m.lastgroup)

    def read(self) -> list[Piece]:
        found: list[Piece] = []
        i, span, covered = 0, 0, 0
        while i < len(self.tokens):
            while span < len(self.spans) and self.spans[span][1] <= self.tokens[i].start:
                span += 1
            if span < len(self.spans) and self.spans[span][0] <= self.tokens[i].start:
                piece, i = self._measured(self.spans[span], i)
            else:
                stop = self.spans[span][0] if span < len(self.spans) else len(self.text)
                piece, i = self._next(i, stop)
            if piece.type and piece.start < covered:
                piece = piece._replace(type="")  # a morpheme reached into the measure before it
            covered = piece.end if piece.type else covered
            found.append(piece)
        return found

    def _measured(self, span: tuple[int, int, str], i: int) -> tuple[Piece, int]:
        start, end, kind = span
        while i < len(self.tokens) and self.tokens[i].start < end:
            if kind == "CODE" and self.tokens[i].tag in _NOUNS and self.tokens[i].end > end:
                end = self.tokens[i].end  # the analyser knows LG전자 as one word
            i += 1
        text = self.text[start:end]
        if kind == "TITLE":
            return Piece("name", text, start, end, "NAME", text), i
        if kind == "CODE":
            if end > span[1]:
                return Piece("name", text, start, end, name_type(text), text), i
            type_ = "PRODUCT" if any(c.isdigit() for c in text) else "ORGANIZATION" if text.isupper() else "NAME"
            if type_ != "PRODUCT" and i < len(self.tokens) and self.tokens[i].start == end:
                joined, after = self._joined_noun(start, end, i)
                if joined:
                    return joined, after
            if text.islower():
                return Piece("noun", text, start, end, "TERM", text), i
            return Piece("name", text, start, end, type_, text), i
        return Piece(kind.lower(), text, start, end, kind, text), i

    def _joined_noun(self, start: int, end: int, i: int) -> tuple[Piece | None, int]:
        """LG전자: Latin letters and the noun that touches them are one name."""
        last = i
        while (
            last < len(self.tokens)
            and self.tokens[last].tag in ("NNG", "NNP", "XSN")
            and self.tokens[last].start == end
        ):
            end, last = self.tokens[last].end, last + 1
        text = self.text[start:end]
        return (Piece("name", text, start, end, name_type(text), text), last) if last > i else (None, i)

    def _next(self, i: int, stop: int) -> tuple[Piece, int]:
        token = self.tokens[i]
        tag = token.tag
        if tag == "NNG" and token.len == 1 and self._split_name(i):
            end = self.tokens[i + 1].end
            return Piece("name", self.text[token.start : end], token.start, end, "NAME", token.form), i + 2
        if tag in _NOUNS or (tag in ("MAG", "MM") and self._begins_noun(i)):
            return self._noun(i, stop)
        if tag in ("VV", "VV-I", "VV-R") or (token.lemma == "있다" and tag == "VA"):
            return self._said("verb", i, token.lemma), i + 1
        if tag == "VCP":
            return self._said("copula", i, "이다"), i + 1
        if tag in ("VX", "VCN"):
            return self._piece("other", token, token.lemma), i + 1
        if tag == "NP":
            return self._piece("pronoun", token, token.form), i + 1
        if tag.startswith("J") or tag.startswith("E"):
            return self._piece("particle", token, token.form), i + 1
        kinds = {"SSO": "open", "SSC": "close", "SP": "comma"}
        return self._piece(kinds.get(tag, "other"), token, token.form), i + 1

    def _begins_noun(self, i: int) -> bool:
        """한결조선 is read as an adverb and a noun, 이사회 as `this society`: what touches a noun is part of it."""
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        return after is not None and after.tag in ("NNG", "NNP") and after.start == self.tokens[i].end

    def _split_name(self, i: int) -> bool:
        """하만을 is read as 하 + 만 + 을: one syllable with two particles is a name that the analyser does not know."""
        run = self.tokens[i : i + 3]
        return (
            len(run) == 3
            and run[1].tag == "JX"
            and run[2].tag.startswith("J")
            and run[1].len == 1
            and run[0].end == run[1].start
            and run[1].end == run[2].start
        )

    def _piece(self, kind: str, token: Morpheme, lemma: str) -> Piece:
        start, end = token.start, token.start + token.len
        return Piece(kind, self.text[start:end], start, end, "", lemma, tag=token.tag)

    def _said(self, kind: str, i: int, lemma: str) -> Piece:
        return self._piece(kind, self.tokens[i], lemma)._replace(negated=negated(self.tokens, i, i + 1))

    # ── nouns and what is made of them
    def _noun(self, i: int, stop: int) -> tuple[Piece, int]:
        last = i
        while last + 1 < len(self.tokens) and self._goes_on(i, last, stop):
            last += 1
        following = self.tokens[last + 1] if last + 1 < len(self.tokens) else None
        if following is not None and following.tag in ("XSV", "XSA") and self._touches(last):
            if last > i and self.tokens[last].start > self.tokens[last - 1].end:
                last -= 1  # only the last word is the verb's: 안전 점검 + 하다
            else:
                return self._verbal(i, last, following), last + 2
        return self._named(i, last), last + 1

    def _touches(self, last: int) -> bool:
        return bool(self.tokens[last + 1].start <= self.tokens[last].end)

    def _goes_on(self, first: int, last: int, stop: int) -> bool:
        token, nxt = self.tokens[last], self.tokens[last + 1]
        if nxt.tag not in _NOUNS or nxt.start >= stop or last - first > 8:
            return False
        if nxt.start <= token.end:
            return True
        if nxt.start - token.end > 1 or nxt.tag in ("SN", "NR"):
            return False
        run = self.text[self.tokens[first].start : token.end]
        proper = any(t.tag in ("NNP", "SL") for t in self.tokens[first : last + 1])
        if token.tag == "NNP" and nxt.tag == "NNP":
            return name_type(run) == "NAME" and name_type(nxt.form) == "NAME" and run not in words("generic")
        if token.tag == "NNP" and nxt.form in words("placehead") and len(nxt.form) > 1 and name_type(run) == "NAME":
            return True
        if proper or nxt.tag in ("NNP", "SL") or run in words("generic") or nxt.form in words("generic"):
            return False
        return nxt.tag == "NNG" and token.tag in ("NNG", "XSN") and run not in words("role")

    def _verbal(self, first: int, last: int, suffix: Morpheme) -> Piece:
        """noun + 하다/되다, one verb: 인수하다, 설립되다 (passive)."""
        start, end = self.tokens[first].start, suffix.start + suffix.len
        stem = self.text[start : self.tokens[last].end]
        if suffix.tag == "XSA":
            return Piece("other", self.text[start:end], start, end, "", stem + "하다")
        passive = suffix.form in ("되", "받", "당하")
        denied = negated(self.tokens, first, last + 2)
        return Piece("verb", self.text[start:end], start, end, "", stem + "하다", passive, denied, tag="XSV")

    def _named(self, first: int, last: int) -> Piece:
        run = self.tokens[first : last + 1]
        start, end = run[0].start, run[-1].end
        text = self.text[start:end]
        proper = any(t.tag in ("NNP", "MAG") for t in run)
        if text in words("generic") or (len(text) < 2 and not proper) or all(t.tag in ("SN", "NR") for t in run):
            numeral = text.isdigit() and len(text) > 0
            return Piece("quantity" if numeral else "noun", text, start, end, "", text)
        if proper or (name_type(text) in ("PLACE", "ORGANIZATION") and " " not in text):
            return Piece("name", text, start, end, name_type(text), text)
        return Piece("noun", text, start, end, "TERM", run[-1].form)


@lru_cache(maxsize=65536)
def name_type(name: str) -> str:
    """PERSON, ORGANIZATION, PLACE, or NAME where the name's own shape does not tell."""
    if name in words("place"):
        return "PLACE"
    last = name.rsplit(" ", 1)[-1]
    if last[1:].endswith(_heads("org")) or last in words("orgwhole"):
        return "ORGANIZATION"
    if last[1:].endswith(_heads("placehead")):
        return "PLACE"
    if re.fullmatch(r"[가-힣]{3}", name) and name[0] in words("surname") and name[-1] not in "시도군구읍면동리산강":
        return "PERSON"
    if 3 <= len(name) <= 4 and name[-1] in "시도군구읍면동리산강섬역":
        return "PLACE"
    return "NAME"


@cache
def _heads(section: str) -> tuple[str, ...]:
    """The section's words of two syllables and more; of one, too many other words end so."""
    return tuple(sorted(word for word in words(section) if len(word) > 1))
