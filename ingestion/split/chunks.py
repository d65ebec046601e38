"""Whole sentences packed into chunks that end where a section does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ...model import Chunk, Sentence, content_id


def pack(
    document_id: str, sentences: Sequence[Sentence], paths: Sequence[tuple[str, ...]], levels: Sequence[int], size: int
) -> tuple[Chunk, ...]:
    """Chunks of at most `size` characters (more where one sentence alone has more), which tile the sentences in order.

    `paths` are the headings above each sentence, `levels` a heading's own level, 0 for other sentences. A chunk ends
    before each heading of the document's top level and never with a heading that has its text in the next chunk,
    unless that heading alone is all it holds.
    """
    groups = _groups(sentences, levels, size)
    return tuple(
        Chunk(
            id=content_id(document_id, str(sentences[first].start), str(sentences[last - 1].end)),
            document_id=document_id,
            start=sentences[first].start,
            end=sentences[last - 1].end,
            sentences=tuple(sentence.id for sentence in sentences[first:last]),
            headings=_headings(sentences, paths, levels, first, last),
        )
        for first, last in groups
    )


def _groups(sentences: Sequence[Sentence], levels: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of sentence indices."""
    top = _top(levels)
    first = 0
    for index in range(1, len(sentences)):
        if sentences[index].end - sentences[first].start > size:
            cut = index
            while cut - 1 > first and levels[cut - 1]:
                cut -= 1
            yield first, cut
            first = cut
        elif 0 < levels[index] <= top and not all(levels[first:index]):
            yield first, index
            first = index
        # The headings carried over may leave no room for the sentence they head.
        if first < index and sentences[index].end - sentences[first].start > size:
            yield first, index
            first = index
    if first < len(sentences):
        yield first, len(sentences)


def _top(levels: Sequence[int]) -> int:
    """The highest level that divides the document: one lone title at the top does not."""
    counts = Counter(level for level in levels if level)
    return min((level for level, count in counts.items() if count > 1), default=min(counts, default=0))


def _headings(
    sentences: Sequence[Sentence], paths: Sequence[tuple[str, ...]], levels: Sequence[int], first: int, last: int
) -> tuple[str, ...]:
    """Where the chunk stands: the path of its first sentence that is no heading."""
    for index in range(first, last):
        if not levels[index]:
            return paths[index]
    return (*paths[last - 1], sentences[last - 1].text)
