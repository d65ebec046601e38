"""Bytes to the canonical text that every offset refers to.

Canonical text is NFC with `\\n` as its only line break. Characters that print nothing (controls, soft hyphens,
byte-order marks, direction overrides) are gone and every kind of space is a plain one: what is searched is what shows.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from ...errors import InputError

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACES = re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_ENCODING = re.compile(r"utf-(8|16|32)|iso8859|cp\d|euc_|gb|big5|shift_jis|koi8|mac|johab|ascii|latin")
_WESTERN = re.compile(r"[\w\s!-~‘’“”–—…•€£©®™°§«»±·½¼¾¡¿´]")


def canonical(text: str) -> str:
    """The text as it is kept, searched and cited."""
    text = _SURROGATE.sub("\ufffd", _SPACES.sub(" ", _UNSEEN.sub("", _BREAKS.sub("\n", text))))
    return unicodedata.normalize("NFC", text)


def decode(name: str, data: bytes, declared: bool = False) -> str:
    """The bytes as text: by byte-order mark, UTF-8, then what `declared` HTML says of itself, then CP949.

    Raises:
        InputError: the bytes are binary, or text in an encoding that cannot be told.
    """
    marked = _by_mark(data)
    if marked:
        return _strict(name, data, marked)
    if b"\0" in data[:65536]:
        raise InputError(f"{name}: is binary data, not text")
    for encoding in ("utf-8", *(_declared(data) if declared else ()), "cp949", "cp1252"):
        text = _attempt(data, encoding)
        if text is not None and _plausible(text, encoding):
            return text
    raise InputError(f"{name}: cannot be decoded as UTF-8, UTF-16 or CP949; save it as UTF-8")


def _by_mark(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: has the mark of {encoding} but is none (byte {error.start})") from error


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _declared(data: bytes) -> tuple[str, ...]:
    found = _CHARSET.search(data[:4096])
    if not found:
        return ()
    try:
        encoding = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return ()
    # `rot13`, `punycode`, `zlib` and their like are codecs too, slow or harmful ones.
    return (encoding,) if _ENCODING.match(encoding) else ()


def _plausible(text: str, encoding: str) -> bool:
    """Whether the guess reads like text: nearly any bytes decode as something in CP949 and CP1252."""
    if encoding == "cp949":
        special = [c for c in text if not c.isascii()]
        common = sum(1 for c in special if _in_ks_x_1001(c))
        return common >= 0.9 * len(special)
    if encoding == "cp1252":
        special = [c for c in text if not c.isascii()]
        return len(special) <= 0.2 * len(text) and all(_WESTERN.match(c) for c in special)
    return True


def _in_ks_x_1001(character: str) -> bool:
    try:
        return len(character.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False
