"""Turn an answer into a chat message: text with numbered citations, the same as data, page images as blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ...model import Answer, Citation
from ...tools.text.markdown import escaped
from ...tools.text.words import terms
from ..answering.short.table_cells import cells

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

KEY = "kgqa"
"""The place in a message's `additional_kwargs` for what kgqa says of it."""
_TYPES: Mapping[str, str] = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def message(answer: Answer, question: str, bearers: Mapping[str, Sequence[str]] | None = None) -> AIMessage:
    """The answer to `question`, which stands alone; `bearers` are those whom a name of it may mean.

    Content: a text block, in Markdown with all that comes from documents or a model escaped, the short answer first,
    then an image block a page of `answer.pages`, without bytes: `file_id` is the image's path relative to the data
    folder, `extras` says document, page and the boxes of the cited sentences. Its `additional_kwargs["kgqa"]` holds
    `question`, `short`, `short_confidence`, `candidate`, `confidence`, `abstained`, `pages`, `bearers` and `citations`.
    """
    from langchain_core.messages import AIMessage  # the command line takes the text alone

    return AIMessage(
        content=[
            {"type": "text", "text": message_text(answer)},
            *(_image(path, answer.citations) for path in answer.pages),
        ],
        additional_kwargs={
            KEY: {
                "question": question,
                "short": answer.short,
                "short_confidence": answer.short_confidence,
                "candidate": answer.candidate,
                "confidence": answer.confidence,
                "abstained": answer.abstained,
                "pages": list(answer.pages),
                "bearers": {name: list(some) for name, some in (bearers or {}).items()},
                "citations": [_cited(n, citation) for n, citation in enumerate(answer.citations, 1)],
            }
        },
    )


def _image(path: str, citations: Sequence[Citation]) -> dict[str, Any]:
    shown = [citation for citation in citations if citation.image == path]
    extras: dict[str, Any] = {"path": path, "sentences": [citation.sentence for citation in shown]}
    if shown:
        first = shown[0]
        extras |= {"document_id": first.document_id, "title": first.title, "page": first.page}
        extras["boxes"] = [box for citation in shown for box in _boxes(citation)]
    kind = _TYPES.get(PurePosixPath(path).suffix.lower(), "image/png")
    return {"type": "image", "id": path, "file_id": path, "mime_type": kind, "extras": extras}


def _cited(number: int, citation: Citation) -> dict[str, Any]:
    return {
        "number": number,
        "sentence": citation.sentence,
        "document_id": citation.document_id,
        "title": citation.title,
        "source": citation.source,
        "path": citation.path,
        "page": citation.page,
        "section": citation.section,
        "text": citation.text,
        "boxes": _boxes(citation),
        "image": citation.image,
    }


def _boxes(citation: Citation) -> list[list[float]]:
    """(x0, y0, x1, y1) each, pixels of the page image."""
    return [[box.x0, box.y0, box.x1, box.y1] for box in citation.boxes]


# ── the text
def message_text(answer: Answer) -> str:
    """In Markdown: the short answer, the statements with their numbers, the sources."""
    numbers = {citation.sentence: n for n, citation in enumerate(answer.citations, 1)}
    sources = [f"[{n}] {escaped(place(citation))}" for n, citation in enumerate(answer.citations, 1)]
    lead = [f"**{escaped(answer.short)}**", ""] if answer.short else []
    return "\n".join([*lead, marked(answer, numbers, escaped), *(["", *sources] if sources else [])])


def marked(answer: Answer, numbers: Mapping[str, int], shown: Callable[[str], str] = str) -> str:
    """The answer's text, each piece of it as it is `shown`, a statement a line, `[n]` after each; after the whole where
    the text words them otherwise."""
    text, end = answer.text, 0
    said: list[str] = []
    left: list[int] = []
    for statement in answer.statements:
        marks = [numbers[sentence] for sentence in statement.sentences if sentence in numbers]
        at = text.find(statement.text, end) if statement.text else -1
        if at < 0:
            left.extend(marks)
            continue
        start, end = end, at + len(statement.text)
        said += [shown(text[start:end]), *_marks(marks)]
        if text[end : end + 1] == " ":
            said.append("\n")
            end += 1
    return "".join([*said, shown(text[end:]), *_marks(sorted(set(left)))])


def _marks(numbers: Sequence[int]) -> Iterator[str]:
    return (f" [{n}]" for n in numbers)


def told_in(answer: Answer, citation: Citation) -> bool:
    """Whether a statement that rests on it says all its words, so that to quote it would be to tell it twice."""
    words = set(terms(" ".join(cell.value for cell in cells(citation.text)) or citation.text))
    return any(citation.sentence in one.sentences and words <= set(terms(one.text)) for one in answer.statements)


def place(citation: Citation) -> str:
    """Where a citation stands: title, page, section."""
    page = f", page {citation.page}" if citation.page is not None else ""
    section = "" if citation.section == citation.title else citation.section.removeprefix(f"{citation.title} › ")
    section = f", {section}" if section else ""
    return f"{citation.title} ({citation.path or citation.source}){page}{section}"
