"""What a server shows of the graphs: each value of input and context with its meaning, its bounds and its choices."""

from __future__ import annotations

import json
from typing import Any

import pytest
from kgqa import build_chat_graph, build_ingestion_graph, build_qa_graph
from kgqa.errors import BackendError, ConfigError, InputError, TransientError
from kgqa.graph.ports import Ports


def graphs(ports: Ports) -> dict[str, Any]:
    return {"qa": build_qa_graph(ports), "chat": build_chat_graph(ports), "ingest": build_ingestion_graph(ports)}


async def test_every_value_of_a_context_says_what_it_is(ports: Ports) -> None:
    for graph in graphs(ports).values():
        for name, value in graph.get_context_jsonschema()["properties"].items():
            assert value.get("description"), name


async def test_bounds_and_choices_are_the_settings_own(ports: Ports) -> None:
    values = graphs(ports)["qa"].get_context_jsonschema()["properties"]
    assert values["window"]["anyOf"][0] == {"type": "integer", "minimum": 0, "maximum": 10}
    assert "hybrid" in values["strategy"]["anyOf"][0]["enum"]


async def test_every_value_that_goes_in_says_what_it_is_and_none_is_binary(ports: Ports) -> None:
    for name in ("qa", "ingest"):
        schema = graphs(ports)[name].get_input_jsonschema()
        assert all(value["description"] for value in schema["properties"].values())
        assert "binary" not in json.dumps(schema)
    assert set(graphs(ports)["ingest"].get_input_jsonschema()["properties"]) == {"paths"}


@pytest.mark.parametrize(
    ("ours", "builtin"),
    [(InputError, ValueError), (ConfigError, ValueError), (BackendError, RuntimeError), (TransientError, RuntimeError)],
)
def test_errors_are_of_the_kinds_whose_words_a_server_passes_on(
    ours: type[Exception], builtin: type[Exception]
) -> None:
    assert issubclass(ours, builtin)
