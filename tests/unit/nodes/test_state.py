"""state: the options of a run, and who writes which key."""

from __future__ import annotations

import pytest
from kgqa.errors import InputError
from kgqa.nodes.state import Asked, QAContext, QAState, options
from kgqa.settings import QAOptions


def test_no_context_means_the_settings() -> None:
    settings = QAOptions(window=3)
    assert options(None, settings) is settings
    assert options(QAContext(), settings) is settings


def test_a_context_beats_the_settings_only_where_it_speaks() -> None:
    chosen = options(QAContext(cited=1, strategy="walk"), QAOptions(window=3))
    assert (chosen.cited, chosen.strategy, chosen.window) == (1, "walk", 3)


def test_a_value_that_does_not_fit_is_named() -> None:
    with pytest.raises(InputError, match=r"'window'.*99"):
        options(QAContext(window=99), QAOptions())


def test_every_key_of_the_state_has_one_writer() -> None:
    writers = [base for base in QAState.__orig_bases__ if base is not Asked]
    keys = [key for writer in writers for key in writer.__annotations__]
    assert len(keys) == len(set(keys))
