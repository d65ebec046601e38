"""Claims from punctuation and layout: brackets after names, headings, `Key: value` rows, defined terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...tools.text.sentence_pieces import Piece
from .arguments import Found
from .renamings import renamings

_NUMBERING = re.compile(
    r"^\s*(?:(?:chapter|section|appendix|part)\s+)?(?:\d{1,3}(?:\.\d{1,3}){0,5}[.)]?|[A-Z][.)]|제\s?\d+\s?[장절조항])\s+",
    re.I,
)
_ROW = re.compile(r"([^:;]{1,60}):\s+([^;]{1,200})(?:;\s*|$)")
_DEFINED = re.compile(r"^\W{0,4}([^\W\d_][^:.!?;,]{1,48}):\s+\S")
_NOT_TERMS = frozenset(
    "note notes example examples warning caution tip important see source answer question figure table step e.g i.e "
    "참고 주의 예 예시 경고 비고 출처 그림 표".split()
)
_ACRONYM = re.compile(r"(?=[^A-Z]*[A-Z])[A-Z][A-Za-z0-9&.-]{1,9}")
_SHORT = re.compile(
    r"^(?:(?:hereinafter|hereafter|abbreviated|or|also|called|known as|formerly|aka|a\.k\.a\."
    r"|이하|약칭|영어:|영문명|일명|옛 이름|(?:옛|구)(?=\s))[\s,:]*"
    r"(?:called|referred to as|the)?\s*)?(?:the\s+)?[\"“'‘「]?([^\"”'’」]{2,60})[\"”'’」]?$"
)
_MARKED = re.compile(
    r"^(?:hereinafter|hereafter|abbreviated|also|called|known|formerly|aka|a\.k\.a|이하|약칭|영어|영문|일명|(?:옛|구)\s|the\s+[\"“]|[\"“'‘「])"
)
_HANJA = re.compile(r"[一-鿿]{2,10}")
_SMALL = frozenset("of and the for in on de la & at to".split())


@dataclass(frozen=True, slots=True)
class Special:
    """What the marks gave, and the pieces as the grammar should see them (a qualified name is one piece)."""

    pieces: tuple[Piece, ...]
    terms: tuple[Piece, ...] = ()
    claims: tuple[Found, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()


def read(text: str, parts: Sequence[Piece], kind: str) -> Special:
    """Headings, rows, definitions and brackets of one sentence of that kind."""
    if kind == "heading":
        return Special(tuple(parts), tuple(_heading(text)))
    if kind == "table":
        terms, claims = _row(text, parts)
        return Special(tuple(parts), terms, claims)
    special = _brackets(text, parts, tuple(_defined(text)))
    renamed = tuple((short.text, full.text) for short, full in renamings(text, special.pieces))
    return replace(special, aliases=special.aliases + renamed)


# ── headings, definitions, rows
def _term(text: str, start: int, end: int, type_: str = "TERM") -> Piece:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".,:;*_"):
        end -= 1
    return Piece("name", text[start:end], start, end, type_)


def _heading(text: str) -> Iterator[Piece]:
    if text.rstrip().endswith(("?", "？")):
        return  # a question names nothing
    match = _NUMBERING.match(text)
    term = _term(text, match.end() if match else 0, len(text))
    if 1 < len(term.text) <= 80 and len(term.text.split()) <= 8 and any(c.isalpha() for c in term.text):
        yield term


def _defined(text: str) -> Iterator[Piece]:
    """`Term: what it is`, at the start."""
    match = _DEFINED.match(text)
    if match and len(match.group(1).split()) <= 5 and match.group(1).strip(" *").lower() not in _NOT_TERMS:
        yield _term(text, match.start(1), match.end(1))


def _row(text: str, parts: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[Found, ...]]:
    """`Model: PX-200; Pressure: 16 bar`: the first cell is what the row is about, the keys are the relations."""
    cells = [(m.group(1).strip(" *-"), _cell(text, m.start(2), m.end(2), parts)) for m in _ROW.finditer(text)]
    cells = [(key, cell) for key, cell in cells if cell.text]
    if not cells:
        return (), ()
    head = cells[0][1]
    claims = tuple(Found(head, key.lower(), cell, 0.8) for key, cell in cells[1:] if any(map(str.isalnum, key)))
    if len(cells) == 1:
        key = _term(text, *_span(text, cells[0][0]))
        return ((key, head) if key.text else (head,)), ()
    return tuple(cell for _, cell in cells), claims


def _cell(text: str, start: int, end: int, parts: Sequence[Piece]) -> Piece:
    """A cell as one piece, with the type of the piece that fills it."""
    cell = _term(text, start, end)
    for piece in parts:
        if piece.type and piece.start == cell.start and piece.end >= cell.end - 1:
            return cell._replace(type=piece.type)
    return cell._replace(type="QUANTITY") if cell.text[:1].isdigit() else cell


def _span(text: str, part: str) -> tuple[int, int]:
    start = text.find(part)
    return start, start + len(part)


# ── brackets
def _brackets(text: str, parts: Sequence[Piece], terms: tuple[Piece, ...]) -> Special:
    kept: list[Piece] = []
    claims: list[Found] = []
    aliases: list[tuple[str, str]] = []
    more: list[Piece] = []
    i = 0
    while i < len(parts):
        piece = parts[i]
        close = _closing(parts, i + 1) if piece.type else 0
        if close:
            inside = text[parts[i + 1].end : parts[close].start].strip()
            alias = _alias(piece, inside, parts[i + 1].end + _lead(text, parts[i + 1].end), text)
            if alias:
                aliases.append((alias[0].text, alias[1].text))
                more += alias
            elif _qualifies(piece, inside, parts[i + 2 : close]):
                whole = text[piece.start : parts[close].end]
                kept.append(Piece("name", whole, piece.start, parts[close].end, piece.type, piece.lemma))
                i = close + 1
                continue
            else:
                claims += _lifetime(piece, parts[i + 2 : close])
        kept.append(piece)
        i += 1
    covered = [(p.start, p.end) for p in more]
    kept = [p if not _inside(p, covered) else p._replace(type="") for p in kept]
    return Special(tuple(kept), (*terms, *more), tuple(claims), tuple(aliases))


def _inside(piece: Piece, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the piece is a part of one of these spans, but not one of them."""
    return any(a <= piece.start and piece.end <= b and (a, b) != (piece.start, piece.end) for a, b in spans)


def _lead(text: str, start: int) -> int:
    return len(text[start:]) - len(text[start:].lstrip()) if start < len(text) else 0


def _closing(parts: Sequence[Piece], i: int) -> int:
    """The place of the bracket that closes the one at i, 0 where there is none near."""
    if i >= len(parts) or parts[i].kind != "open" or parts[i].start - parts[i - 1].end > 1:
        return 0
    for j in range(i + 1, min(i + 12, len(parts))):
        if parts[j].kind == "close":
            return j
    return 0


def _alias(piece: Piece, inside: str, start: int, text: str) -> tuple[Piece, Piece] | None:
    """(short, full) where the bracket gives another name of the piece."""
    match = _SHORT.match(inside)
    if piece.kind not in ("name", "noun") or not match:
        return None
    other = match.group(1).strip(" .,")
    at = text.find(other, start)
    if len(other) < 2 or at < 0 or other.lower() == piece.text.lower() or other[0].isdigit():
        return None
    name = Piece("name", other, at, at + len(other), piece.type)
    if _marked(inside) and len(other.split()) <= 5 and not other[0].isdigit():
        return (name, piece) if len(other) <= len(piece.text) else (piece, name)
    if _ACRONYM.fullmatch(other) and (_is_initials(other, piece.text) or _foreign(piece.text, other)):
        return name, piece
    if _ACRONYM.fullmatch(piece.text) and _is_initials(piece.text, other):
        return piece, name
    return (name, piece) if _foreign(piece.text, other) and piece.kind == "name" else None


def _marked(inside: str) -> bool:
    return bool(_MARKED.match(inside))


def _is_initials(short: str, full: str) -> bool:
    """Whether the short form's letters begin the full one's words: `Personal Protective Equipment (PPE)`."""
    letters = [c.lower() for c in short if c.isalnum()]
    wordlist = [w for w in re.split(r"[\s-]+", full) if w]
    initials = [w[0].lower() for w in wordlist if w.lower() not in _SMALL]
    every = [w[0].lower() for w in wordlist]
    if short.isupper() and len(wordlist) == 1:
        return len(letters) >= 2 and full[:1].lower() == letters[0] and _in_order(letters, full.lower())
    return len(letters) >= 2 and (letters in (initials, every) or "".join(letters) == "".join(initials)[: len(letters)])


def _in_order(letters: Sequence[str], word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


def _foreign(name: str, other: str) -> bool:
    """A Korean name with its Latin or Chinese spelling: 한빛정밀(Hanbit Precision), 이순신(李舜臣)."""
    hangul = bool(re.search(r"[가-힣]", name))
    latin = bool(re.fullmatch(r"[A-Z][A-Za-z0-9&.,' -]{1,58}", other))
    return hangul and (latin or bool(_HANJA.fullmatch(other)))


def _qualifies(piece: Piece, inside: str, parts: Sequence[Piece]) -> bool:
    """A person's name with what tells them from another of that name: `Jordan Lee (Finance)`, 김민준(안전팀).

    A comma may follow a post, `James Orr (harbour master, Hallay)`; after a name it makes a list.
    """
    if piece.type != "PERSON" or not 2 <= len(inside) <= 40 or len(inside.split()) > 4 or not parts:
        return False
    posted = {"comma"} if parts[0].kind == "noun" else set[str]()
    return not any(c.isdigit() for c in inside) and all(p.kind in {"name", "noun", "and"} | posted for p in parts)


def _lifetime(piece: Piece, parts: Sequence[Piece]) -> Iterator[Found]:
    """`Albert Einstein (14 March 1879 – 18 April 1955)`, `(born 1950)`."""
    dates = [p for p in parts if p.kind == "date"]
    if piece.type not in ("PERSON", "NAME") or not dates or len(parts) > 6:
        return
    born = any(p.text.lower() in ("born", "b.") or p.lemma == "bear" for p in parts)
    dashed = any(p.text in ("–", "-", "—") for p in parts)
    if born or (len(dates) == 2 and dashed):
        yield Found(piece, "be born on", dates[0], 0.9)
    if len(dates) == 2 and dashed:
        yield Found(piece, "die on", dates[1], 0.9)
