"""`langgraph dev` as Studio starts it: schemas, every graph through the SDK, no blocking call, a clean stop."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_sync_client

pytestmark = pytest.mark.e2e


def _assistants(url: str) -> dict[str, dict[str, Any]]:
    with get_sync_client(url=url) as client:
        return {a["graph_id"]: dict(a) for a in client.assistants.search()}


def test_every_graph_is_served_and_described(dev_server: tuple[str, Path]) -> None:
    found = _assistants(dev_server[0])
    assert {"qa", "ask", "chat", "ingest"} <= set(found)
    assert all(found[name].get("description") for name in ("qa", "ask", "chat", "ingest"))


@pytest.mark.parametrize("name", ["qa", "ask", "chat", "ingest"])
def test_no_schema_is_null(dev_server: tuple[str, Path], name: str) -> None:
    with get_sync_client(url=dev_server[0]) as client:
        schemas = client.assistants.get_schemas(_assistants(dev_server[0])[name]["assistant_id"])
    missing = [
        kind
        for kind in ("input_schema", "output_schema", "state_schema", "context_schema", "config_schema")
        if not schemas.get(kind)  # type: ignore[misc]  # keys of a TypedDict, by name
    ]
    assert not missing


def test_documents_go_in_and_a_cited_answer_comes_out(dev_server: tuple[str, Path], tmp_path: Path) -> None:
    url, log = dev_server
    (tmp_path / "valve.md").write_text("# Valves\n\nThe QX-310 valve was designed by Hedda Marlowe in 1987.\n")
    with get_sync_client(url=url) as client:
        client.runs.wait(None, "ingest", input={"paths": [str(tmp_path / "valve.md")]})
        result = client.runs.wait(None, "qa", input={"question": "Who designed the QX-310 valve?"})
        stream = client.runs.stream(
            None, "qa", input={"question": "When was the QX-310 designed?"}, stream_mode=["updates", "custom"]
        )
        events = [part.event for part in stream]
    assert isinstance(result, dict)
    assert "Hedda Marlowe" in result["answer"]["text"]
    assert result["answer"]["citations"][0]["source"] == "valve.md"
    assert "updates" in events
    assert "error" not in events
    assert "Blocking call" not in log.read_text()


def test_a_remote_graph_answers_as_a_local_one_does(dev_server: tuple[str, Path], tmp_path: Path) -> None:
    from langgraph.pregel.remote import RemoteGraph

    (tmp_path / "tower.md").write_text("# Towers\n\nThe Eastgate tower was built by Odalys Ferrand.\n")
    with get_sync_client(url=dev_server[0]) as client:
        RemoteGraph("ingest", sync_client=client).invoke({"paths": [str(tmp_path / "tower.md")]})
        result = RemoteGraph("qa", sync_client=client).invoke({"question": "Who built the Eastgate tower?"})
    assert "Odalys Ferrand" in result["answer"]["text"]


def test_a_tool_of_mcp_gives_an_answer_that_fits_a_screen(dev_server: tuple[str, Path], tmp_path: Path) -> None:
    url, log = dev_server
    (tmp_path / "quay.md").write_text("# Quays\n\nThe Ashlar quay was built by Runa Holt. It is 90 m long.\n")

    def call(method: str, **params: Any) -> dict[str, Any]:
        asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        accepted = {"Accept": "application/json, text/event-stream"}
        return dict(httpx.post(f"{url}/mcp", json=asked, headers=accepted, timeout=120).json()["result"])

    with get_sync_client(url=url) as client:
        client.runs.wait(None, "ingest", input={"paths": [str(tmp_path / "quay.md")]})
    assert "ask" in {tool["name"] for tool in call("tools/list")["tools"]}
    result = call("tools/call", name="ask", arguments={"question": "Who built the Ashlar quay?"})
    (content,) = result["content"]
    assert not result.get("isError")
    told = ast.literal_eval(content["text"])  # the server gives Python's own form of a result
    assert told.keys() == {"text"}
    assert "Runa Holt. [1]" in told["text"]
    assert len(content["text"]) < 1_000
    assert "Blocking call" not in log.read_text()


def test_a_thread_remembers_what_it_is_about(dev_server: tuple[str, Path], tmp_path: Path) -> None:
    url, log = dev_server
    (tmp_path / "mill.md").write_text(
        "# Mills\n\nThe Greywater mill was built by Ulla Brand. Ulla Brand was born in Turku.\n"
    )

    def ask(text: str) -> dict[str, Any]:
        said = {"messages": [{"role": "user", "content": text}]}
        result = client.runs.wait(thread["thread_id"], "chat", input=said)
        assert isinstance(result, dict)
        return result

    with get_sync_client(url=url) as client:
        client.runs.wait(None, "ingest", input={"paths": [str(tmp_path / "mill.md")]})
        thread = client.threads.create()
        ask("Who built the Greywater mill?")
        result = ask("And where was she born?")
        kept = client.threads.get_state(thread["thread_id"])["values"]
    assert result["question"] == "Where was Ulla Brand born?"
    assert [message["type"] for message in result["messages"]] == ["human", "ai"] * 2
    said = result["messages"][-1]
    assert "Turku" in said["content"][0]["text"]
    assert said["additional_kwargs"]["kgqa"]["citations"][0]["source"] == "mill.md"
    assert isinstance(kept, dict)
    assert kept["messages"] == result["messages"]
    assert "Blocking call" not in log.read_text()


@pytest.mark.parametrize(
    ("given", "context", "told"),
    [
        ({"question": "?!"}, {}, "the question has no word in it: '?!'"),
        ({"question": "Who?"}, {"strategy": "nope"}, "context 'strategy': no such strategy; choose one of adaptive"),
        ({"question": "Who?"}, {"window": 99}, "context 'window': Input should be less than or equal to 10 (got 99)"),
    ],
)
def test_a_client_is_told_what_was_wrong(
    dev_server: tuple[str, Path], given: dict[str, str], context: dict[str, Any], told: str
) -> None:
    with get_sync_client(url=dev_server[0]) as client:
        result = client.runs.wait(None, "qa", input=given, context=context, raise_error=False)
    assert isinstance(result, dict)
    assert told in result["__error__"]["message"]
