"""The forms of English words, looked up in lemminflect's tables as they lie.

The package's own look-up first reads 120,000 rows into dictionaries, which takes 0.3 s of every process; the rows are
sorted, so that a word is found in them without. What no table has, its rules still tell.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from lemminflect import config, getAllLemmasOOV

_PARTICIPLES = {
    "be": "been", "can": "could", "may": "might", "will": "would", "shall": "should", "must": "must", "ought": "ought",
    "dare": "",
}  # fmt: skip
"""Of auxiliaries, as the package has them beside its tables: where there is no participle, the past."""


class _Table(NamedTuple):
    """Rows `word,category,forms…`, sorted by their words, and what is mended: word → kind → form."""

    rows: Sequence[str]
    mended: Mapping[str, Mapping[str, str]]

    def of(self, word: str) -> Iterator[list[str]]:
        """The word's rows: its category, then its forms, spellings parted by `/`."""
        at = bisect_left(self.rows, word, key=_word)
        while at < len(self.rows) and _word(self.rows[at]) == word:
            yield self.rows[at].split(",")[1:]
            at += 1


def _word(row: str) -> str:
    return row.partition(",")[0]


@cache
def _tables() -> tuple[_Table, _Table]:
    """Of lemmas and of inflections; both at once, so that the second is not read later on an event loop."""
    return (
        _table(config.lemma_lu_fn, config.lemma_overrides_fn),
        _table(config.inflection_lu_fn, config.infl_overrides_fn),
    )


def _table(rows: str, overrides: str) -> _Table:
    mended: dict[str, dict[str, str]] = {}
    for line in Path(overrides).read_text(encoding="utf-8").split("\n"):
        if line.strip() and not line.startswith("#"):
            word, kind, form = line.strip().split(",")
            mended.setdefault(word, {})[kind] = form
    with gzip.open(rows, "rt", encoding="utf-8", newline="\n") as file:
        return _Table(file.read().rstrip("\n").split("\n"), mended)


def is_word(word: str) -> bool:
    """Whether the tables have this word, or a form of it, in small letters."""
    table, low = _tables()[0], word.lower()
    return low in table.mended or any(table.of(low))


def lemma(word: str, part: Literal["NOUN", "VERB"]) -> str:
    """What this word in small letters is a form of, as that part of speech; '' where it can be none."""
    table = _tables()[0]
    mended = table.mended.get(word, {}).get(part)
    if mended is not None:
        return mended.lower()
    found = [forms for category, forms in table.of(word) if category == part.lower()]
    if found:
        return found[-1].partition("/")[0].lower()
    guessed = getAllLemmasOOV(word, part)
    return str(guessed[part][0]) if guessed else ""


def participle(infinitive: str) -> str:
    """The past participle, in small letters, or the past where that is all that is known; '' where neither is."""
    table = _tables()[1]
    mended = table.mended.get(infinitive, {})
    past, done = mended.get("VBD", ""), mended.get("VBN", "")
    if infinitive in _PARTICIPLES:
        return (done or _PARTICIPLES[infinitive]).lower()
    for category, *forms in table.of(infinitive):
        if category == "verb":
            first = [form.partition("/")[0] for form in (*forms, "", "")]
            past, done = past or first[0], done or first[1]
    return (done or past).lower()
