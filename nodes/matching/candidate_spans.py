"""Find spans of a question that may be names, and those that exact lookup cannot decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from ...model import Mention
from ...tools.text.words import STOP, terms

EXACT_ONLY = ("DATE", "QUANTITY")
"""Types of mentions for which what is merely near is another one."""
_WORD = re.compile(r"[^\W_]+(?:['’.&/-][^\W_]+)*")
_WITHIN = re.compile(r"['’]?s?[\s,.'’\"“”-]*")
"""What may stand between two words of one name."""
_LONGEST = 7
"""Words in the longest name looked for."""
_ARTICLES = ("the", "a", "an", "The", "A", "An")
_MOST = 400
"""Names looked up for one question."""
_LITTLE = 2
"""Stop words in a row that a name may have within."""
_ASKED = 12
"""Spans in doubt that are followed up."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the question that may be a name."""

    text: str
    start: int
    end: int


def candidate_spans(question: str, mentions: Iterable[Mention]) -> list[Span]:
    """The mentions, and every run of up to seven words that may be a name, longest first.

    A word alone within a longer name is none: who asks for Peter Rogers does not mean every Peter.
    """
    words = list(_WORD.finditer(question))
    spans = {Span(m.text, m.start, m.end) for m in mentions}
    names = [m for m in mentions if m.type != "TERM" and " " in m.text]
    for first in range(len(words)):
        for last in range(first, min(first + _LONGEST, len(words))):
            span = Span(question[words[first].start() : words[last].end()], words[first].start(), words[last].end())
            initial = question[words[first].end() : words[first].end() + 1] == "."
            alone = first == last and any(m.start <= span.start and span.end <= m.end for m in names)
            if not alone and _may_name([word.group() for word in words[first : last + 1]], initial, "," in span.text):
                spans.add(span)
    return sorted(spans, key=lambda s: (s.start - s.end, s.start))[-_MOST:]


def _may_name(words: Sequence[str], initial: bool, turned: bool) -> bool:
    """Neither an article first (keys have none), nor a small stop word last, nor a letter or stop words alone.

    What is turned round as in an index may end in one: `Rome, Treaty of`.
    """
    told = [word for word in words if word.casefold() not in STOP]
    return (
        bool(told)
        and (initial or words[0] not in _ARTICLES)
        and (turned or words[-1] not in STOP)
        and len("".join(words)) > 1
    )


def longest(spans: Iterable[Span]) -> list[Span]:
    """Of spans that overlap the longest, in order of place."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def overlap(one: Span | Mention, other: Span | Mention) -> bool:
    """Whether they share a letter."""
    return one.start < other.end and other.start < one.end


def begins_with_little_word(text: str) -> bool:
    """Whether a span begins with a little word of the sentence around it, which no slip made."""
    first = text.partition(" ")[0]
    return first in STOP


# ── in doubt
def doubtful(question: str, mentions: Sequence[Mention], named: Sequence[Span]) -> list[str]:
    """What may be a name and was not found as it stands: mentions, runs of capitalised words that a slip may have torn
    apart, and runs of other words of which one at least is in no name found."""
    words = [Span(m.group(), m.start(), m.end()) for m in _WORD.finditer(question)]
    found = [Span(m.text, m.start, m.end) for m in mentions if m.type not in EXACT_ONLY]
    runs = [*found, *_runs(question, words, _capital, _LITTLE), *_runs(question, words, _telling, 0)]
    open_ = [run for run in runs if any(overlap(run, w) and _telling(w.text) for w in _unnamed(words, named))]
    return list(dict.fromkeys(one.text for one in open_))[:_ASKED]


def unasked(spans: Sequence[str], names: Iterable[str], relations: Iterable[str]) -> list[str]:
    """The spans without those that are one of the names and, around it, words that say what is asked of it."""
    asked = {stem for relation in relations for stem in terms(relation)}
    capital = [name for name in names if " " in name and not name.islower()]
    return [one for one in spans if not any(_asks_of(name, one, asked) for name in capital)]


def _asks_of(name: str, span: str, asked: Set[str]) -> bool:
    before, found, after = span.partition(name)
    around = terms(f"{before} {after}")
    return bool(found and around) and asked >= set(around)


def _unnamed(words: Iterable[Span], named: Sequence[Span]) -> list[Span]:
    """Words in no name found, or in one of a single word, which may be a mere part of another."""
    return [word for word in words if not any(overlap(word, n) and " " in n.text for n in named)]


def _capital(word: str) -> bool:
    return not word[0].islower() and word.casefold() not in STOP


def _telling(word: str) -> bool:
    return word.casefold() not in STOP


def _runs(question: str, words: Sequence[Span], begins: Callable[[str], bool], little: int) -> list[Span]:
    """Spans from a word that `begins` to one that does, with at most so many stop words in a row between."""
    runs: list[list[Span]] = []
    skipped = little + 1
    for i, word in enumerate(words):
        near = i > 0 and _WITHIN.fullmatch(question, words[i - 1].end, word.start)
        skipped = skipped if near else little + 1
        if begins(word.text):
            if skipped > little or len(runs[-1]) >= _LONGEST:
                runs.append([])
            runs[-1].append(word)
            skipped = 0
        else:
            skipped = skipped + 1 if word.text in STOP else little + 1
    return [Span(question[r[0].start : r[-1].end], r[0].start, r[-1].end) for r in runs]
