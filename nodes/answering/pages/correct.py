"""Check the pages that an answer's text mentions against its citations; correct or remove wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ....model import Sentence, Statement
from .citing_context import begins, frames
from .page_numbers import PageMention
from .remove_mention import agreeing, without_mention
from .unit_first import unit_first
from .unit_last import unit_last


def page_mentions(text: str) -> list[PageMention]:
    """Every mention in order of place, none overlapping; time linear in the text. Amounts (`300 pages`) are none."""
    found = sorted([*unit_first(text), *unit_last(text)], key=lambda m: (m.start, -m.end))
    kept: list[PageMention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


# ── against the citations
_KOREAN_UNIT = re.compile(r"(페이지|쪽|면|(?<=\d)[pP])\.?(?:까지)?[)）\]]?$")
_JOINED = re.compile(r"(?:(?<![\s\S])|[^\w\s]\s{1,3}|[(\[（“‘「『\"']|\bthat\s|따르면\s|\n\s{0,3})$")
_ENDED = re.compile(r"(?:[^\w\s]|.\s{0,3}(?:$|[^\w\s]))", re.DOTALL)


def corrected(statement: Statement, held: Mapping[str, Sentence]) -> Statement:
    """The statement with no page that its sentences (`held`, by id) do not bear out.

    A mention stands as it is when its pages are cited ones, a range when both its ends are of one document, and where a
    cited sentence itself says it; a cited sentence told word for word is never altered, only what is put around it. Of
    others the cited pages stay; if there are none, the pages of the statement's
    sentences take its place, and without those it goes, with the words around it that need it.
    """
    cited = [held[key] for key in statement.sentences if key in held]
    text = statement.text
    # Taking one mention out may bring an unwanted one together: `page (p. 9) 12`.
    for _ in range(4):
        wrong = _wrong(text, cited)
        if not wrong:
            break
        for mention in reversed(wrong):
            text = _mend(text, mention, cited)
        text = text.strip()
    else:
        text = ""
    return statement if text == statement.text else replace(statement, text=text)


def _wrong(text: str, cited: Sequence[Sentence]) -> list[PageMention]:
    """The mentions that the cited sentences bear out neither by their pages nor by their words."""
    bare, others = _without_copies(text, cited)
    doubtful = [one for one in page_mentions(bare) if one.unread or not all(_cited(r, cited) for r in one.ranges)]
    if not doubtful:
        return []
    said = [(one, _frames(sentence.text, one)) for sentence in others for one in page_mentions(sentence.text)]
    wrong = []
    for mention in doubtful:
        # A sentence that speaks of page 12 does not stand there: what is according to page 12 is another thing.
        frame = _frames(bare, mention)
        if not _quoted(mention, [one for one, framed in said if framed or not frame], cited):
            wrong.append(mention)
    return wrong


def _frames(text: str, mention: PageMention) -> bool:
    return frames(text, mention.start, mention.end)


def _quoted(mention: PageMention, said: Sequence[PageMention], cited: Sequence[Sentence]) -> bool:
    if mention.unread:
        return mention.text.casefold() in {one.text.casefold() for one in said}
    pages = {pages for one in said for pages in one.ranges}
    return all(one in pages or _cited(one, cited) for one in mention.ranges)


def _without_copies(text: str, cited: Sequence[Sentence]) -> tuple[str, list[Sentence]]:
    """The text with a letter for each of a cited sentence told word for word, for that is not ours; and the others."""
    others = []
    for sentence in cited:
        spans = _copies(text, sentence)
        for start, end in spans:
            text = text[:start] + "x" * (end - start) + text[end:]
        if not spans:
            others.append(sentence)
    return text, others


def _copies(text: str, sentence: Sentence) -> list[tuple[int, int]]:
    # `4` may be a cell of a table, and the number of the page before it.
    if sentence.text != text and not any(character.isalpha() for character in sentence.text):
        return []
    words = [re.escape(word) for word in sentence.text.split()]
    found = re.finditer(r"\s+".join(words), text, re.IGNORECASE) if words else ()
    return [one.span() for one in found if _stands_alone(text, *one.span())]


def _stands_alone(text: str, start: int, end: int) -> bool:
    return bool(_JOINED.search(text, max(0, start - 8), start) and _ENDED.match(text, end - 1))


def _cited(pages: tuple[int, int], cited: Sequence[Sentence]) -> bool:
    return bool(_documents(pages, cited))


def _documents(pages: tuple[int, int], cited: Sequence[Sentence]) -> list[str]:
    """The cited documents both of whose pages are cited."""
    places = {(sentence.document_id, sentence.page) for sentence in cited}
    ids = dict.fromkeys(sentence.document_id for sentence in cited)
    return [key for key in ids if all((key, page) in places for page in pages)]


def _mend(text: str, mention: PageMention, cited: Sequence[Sentence]) -> str:
    pages = sorted({sentence.page for sentence in cited if sentence.page is not None})
    right = [page for page in pages if mention.names(page)] or pages
    if not right:
        return without_mention(text, mention.start, mention.end)
    after = text[mention.end :]
    if begins(text, mention.start):
        after = agreeing(after, len(right) > 1)
    if mention.text.endswith("까지") and after[:1].isspace():
        after = "에서" + after
    return text[: mention.start] + _named(mention.text, right) + after


def _named(said: str, pages: Sequence[int]) -> str:
    """The pages in the words of the mention that they replace."""
    numbers = [str(page) for page in pages]
    if korean := _KOREAN_UNIT.search(said):
        order = "제" if said.startswith("제") or korean[1] == "면" else ""
        return ", ".join(f"{order}{number}{korean[1]}" for number in numbers)
    if lead := re.match("페이지|쪽", said):
        return f"{lead[0]} {', '.join(numbers)}"
    listed = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    if "page" in said.casefold():
        name = "page" if len(numbers) == 1 else "pages"
    else:
        name = "p." if len(numbers) == 1 else "pp."
    return f"{name.capitalize() if said[:1].isupper() else name} {listed}"


def unpaged(text: str) -> str:
    """The text without any page that it names, nor the words around it that serve to name it."""
    for mention in reversed(page_mentions(text)):
        text = without_mention(text, mention.start, mention.end)
    return text


# ── to the pictures
def page_images(
    statements: Sequence[Statement], held: Mapping[str, Sentence], images: Mapping[tuple[str, int], str]
) -> tuple[str, ...]:
    """The images to show, each once: of each statement in turn the pages it names, then those of its sentences.

    `images` maps (document id, page) to a path relative to the data folder. A page counts as named only in a document
    that the statement cites.
    """
    keys = (key for statement in statements for key in _places(statement, held))
    return tuple(dict.fromkeys(images[key] for key in keys if images.get(key)))


def _places(statement: Statement, held: Mapping[str, Sentence]) -> Iterable[tuple[str, int]]:
    cited = [held[key] for key in statement.sentences if key in held]
    for mention in page_mentions(statement.text):
        for first, last in mention.ranges:
            for document in _documents((first, last), cited):
                yield from ((document, page) for page in range(first, last + 1))
    for sentence in cited:
        if sentence.page is not None:
            yield sentence.document_id, sentence.page
