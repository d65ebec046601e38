"""Detect a file's format from its first bytes, and the reader that its name asks for."""

from __future__ import annotations

import io
import re
import zipfile

HEAD = 4096
FOREIGN = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (save it as .docx or PDF), or an encrypted one"),
    (b"{\\rtf", "an RTF file (save it as .docx or PDF)"),
    (b"\x1f\x8b", "a gzip archive (unpack it first)"),
    (b"BZh", "a bzip2 archive (unpack it first)"),
    (b"7z\xbc\xaf", "a 7z archive (unpack it first)"),
    (b"Rar!", "a RAR archive (unpack it first)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"%!PS", "a PostScript file (save it as PDF)"),
    (b"HWP Document File", "an HWP file (save it as .docx or PDF)"),
)
SUFFIXES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
LABELS = {
    "markdown": "Markdown text",
    "text": "text",
    "html": "HTML",
    "docx": "a DOCX file",
    "pdf": "a PDF",
    "jsonl": "JSON Lines",
}
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def kind_of(data: bytes) -> str | None:
    """The format that the bytes themselves declare: `pdf`, `docx`, `html`; none for plain text and for the unknown."""
    head = data[:HEAD]
    # Mailers and printers put lines before the header; PDF readers look for it in the first kilobyte.
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04") and _is_docx(data):
        return "docx"
    return "html" if _HTML.match(head) else None


def foreign(data: bytes) -> str:
    """What kind of file nobody here reads this is, in words; empty when it is not one of those known."""
    for magic, what in FOREIGN:
        if data.startswith(magic):
            return what
    if data[:4] == b"RIFF":
        return "an image, a sound or a film"
    if data.startswith(b"PK\x03\x04"):
        return "a zip archive that is no DOCX file"
    if data[4:8] == b"ftyp":
        return "a film"
    return ""


def _is_docx(data: bytes) -> bool:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        # Cut short, perhaps: its reader will say so.
        return b"word/" in data
    return any(name.startswith("word/document") for name in archive.namelist())
