"""search: what the text index holds of the question's words."""

from __future__ import annotations

from typing import Any

from kgqa.graph.ports import Ports
from kgqa.nodes.search import search
from kgqa.nodes.state import QAContext, Searched
from kgqa.tools.text.words import terms

from .conftest import Told


async def searched(ports: Ports, told: Told, text: str) -> Searched:
    state: Any = {"search": text}
    return await search(state, told.runtime(QAContext()), texts=ports.texts)


async def test_passages_and_sentences_come_best_first_with_how_common_their_words_are(ports: Ports, told: Told) -> None:
    found = await searched(ports, told, "Fyris river")
    (best, score), *others = found["sentences"]
    (sentence,) = await ports.graph_store.sentences([best])
    assert sentence.text == "The Fyris river flows through it."
    assert all(score >= other for _, other in others)
    (passage, _), *_ = found["passages"]
    assert passage.startswith(sentence.document_id)
    rows, counts = found["counted"]
    assert rows == (await ports.graph_store.counts())["sentences"]
    assert counts == dict.fromkeys(terms("Fyris river"), 1)
    assert told.events == [
        {"stage": "search", "passages": len(found["passages"]), "sentences": len(found["sentences"])}
    ]


async def test_words_that_stand_nowhere_find_nothing_and_are_counted_as_none(ports: Ports, told: Told) -> None:
    found = await searched(ports, told, "zyxgat")
    assert (found["passages"], found["sentences"]) == ([], [])
    assert found["counted"][1] == {"zyxgat": 0}
