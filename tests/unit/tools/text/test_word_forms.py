"""Word forms, and the tagger's lexicon: the same as their packages give, without their dictionaries."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from kgqa.tools.text import tagger, word_forms
from lemminflect import config, getAllLemmas, getInflection, getLemma

FILES = (config.lemma_lu_fn, config.inflection_lu_fn)
OTHERS = ["", "-", "'", "a,b", "can", "be", "dare", "run", "abdomen", "all", "42", "blorkings", "qwxz", "Aachen", "été"]


def words() -> Iterator[str]:
    yield from OTHERS
    for name in FILES:
        with gzip.open(name, "rt", encoding="utf-8") as file:
            yield from (line.partition(",")[0] for number, line in enumerate(file) if number % 40 == 0)


@pytest.mark.parametrize("name", FILES)
def test_the_tables_are_sorted_by_their_words(name: str) -> None:
    with gzip.open(name, "rt", encoding="utf-8") as file:
        held = [line.partition(",")[0] for line in file]
    assert held == sorted(held)


def test_every_form_is_the_package_s_own() -> None:
    for word in words():
        assert word_forms.is_word(word) == bool(getAllLemmas(word)), word
        low = word.lower()
        assert word_forms.participle(low) == "".join(getInflection(low, "VBN", inflect_oov=False)[:1]), word
        if word.isascii():
            assert word_forms.lemma(low, "VERB") == "".join(getLemma(low, upos="VERB")[:1]), word
            assert word_forms.lemma(low, "NOUN") == "".join(getLemma(low, upos="NOUN")[:1]), word


def test_the_lexicon_has_each_row_of_its_file() -> None:
    lexicon, rows = tagger.lexicon(), list(tagger._lines("en-lexicon.txt"))
    assert len(rows) > 90_000
    assert {len(row) for row in rows} == {2}
    assert all(lexicon[word] == tag or word in tagger._MENDS for word, tag in rows)
