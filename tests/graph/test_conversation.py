"""`kgqa chat`: a conversation over a library in memory, line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kgqa import build_chat_graph, build_ingestion_graph
from kgqa.commands.chat import Conversation, read_line
from kgqa.commands.shared import Door
from kgqa.graph.ports import Ports

TEXT = "# Pumps\n\nThe PX-200 pump was designed by Mira Lindqvist in 1998. Mira Lindqvist was born in Uppsala.\n"


async def conversation(ports: Ports, tmp_path: Path, as_json: bool = False) -> Conversation:
    (tmp_path / "pumps.md").write_text(TEXT)
    await build_ingestion_graph(ports).ainvoke({"paths": [str(tmp_path / "pumps.md")]})
    return Conversation(Door(as_json=as_json), build_chat_graph(ports), ports.settings.home, None)


async def test_a_follow_up_is_answered_and_its_sources_are_told(
    ports: Ports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = await conversation(ports, tmp_path)
    assert await talk.take("Who designed the PX-200 pump?")
    assert capsys.readouterr().out.startswith("Mira Lindqvist\n\n")
    assert await talk.take("Where was she born?")
    assert "born in Uppsala" in capsys.readouterr().out
    assert await talk.take("/sources")
    assert "“Mira Lindqvist was born in Uppsala.”" in capsys.readouterr().out


KIMS = """# Staff

Kim Minsu (nurse) works on ward 3. The telephone number of Kim Minsu (nurse) is 555-0131.
Kim Minsu (surgeon) leads the theatre. The telephone number of Kim Minsu (surgeon) is 555-0177.
Kim Minsu (nurse) was hired in 2019. Kim Minsu (surgeon) was hired in 2007.
"""


async def test_of_two_of_one_name_both_are_told_until_one_is_chosen(
    ports: Ports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kims.md").write_text(KIMS)
    await build_ingestion_graph(ports).ainvoke({"paths": [str(tmp_path / "kims.md")]})
    talk = Conversation(Door(as_json=True), build_chat_graph(ports), ports.settings.home, None)
    told = []
    for line in ("When was Kim Minsu hired?", "The surgeon.", "What is his telephone number?"):
        await talk.take(line)
        told.append(json.loads(capsys.readouterr().out))
    first, second, third = (one["answer"] for one in told)
    assert [word for word in ("2019", "2007", "may be any of several") if word not in first["text"]] == []
    assert first["short"] == ""
    assert told[1]["question"] == "When was Kim Minsu (surgeon) hired?"
    assert second["short"] == "2007"
    assert "555-0177" in third["statements"][0]["text"]


async def test_a_new_conversation_knows_nothing_of_the_last(
    ports: Ports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = await conversation(ports, tmp_path, as_json=True)
    await talk.take("Who designed the PX-200 pump?")
    await talk.take("/new")
    capsys.readouterr()
    await talk.take("Where was she born?")
    assert json.loads(capsys.readouterr().out)["question"] == "Where was she born?"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/fly", "no command '/fly'; there are /sources, /open N, /new, /help, /quit"),
        ("/sources", "nothing was asked yet"),
        ("/open 1", "nothing was asked yet"),
        ("?!", "the question has no word in it: '?!'"),
    ],
)
async def test_what_cannot_be_done_is_told_and_the_conversation_goes_on(
    ports: Ports, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    talk = await conversation(ports, tmp_path)
    assert await talk.take(line)
    assert capsys.readouterr().err == f"kgqa: {told}\n"
    assert await talk.take("Who designed the PX-200 pump?")


async def test_a_source_without_a_page_is_not_opened(
    ports: Ports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = await conversation(ports, tmp_path)
    await talk.take("Who designed the PX-200 pump?")
    for number, told in (
        ("1", "source 1 has no page image: Pumps"),
        ("2", "no source '2'; the last answer has source 1"),
    ):
        await talk.take(f"/open {number}")
        assert told in capsys.readouterr().err


async def test_it_ends_when_told_so(ports: Ports, tmp_path: Path) -> None:
    talk = await conversation(ports, tmp_path)
    assert [await talk.take(line) for line in ("", "/help", "/quit")] == [True, True, False]


def test_the_end_of_the_input_and_an_interrupt_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (EOFError, KeyboardInterrupt):

        def ended(_: str, error: type[BaseException] = error) -> str:
            raise error

        monkeypatch.setattr("builtins.input", ended)
        assert read_line() is None
