"""What every command shares: safe text, JSON, options on both sides of the name, one-line errors."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Annotated

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from kgqa.commands.shared import Door, clean, command, with_value
from kgqa.errors import BackendError, ContractError, InputError, TransientError
from typer.testing import CliRunner

HOSTILE = "a\x1b[31mred\x1b]0;title\x07\u202eevil\x9b2J\r\nnext\ud800"


def app_of(work: object) -> typer.Typer:
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.callback()
    def common(ctx: typer.Context, json: bool = False, home: Path | None = None, verbose: bool = False) -> None:
        ctx.obj = Door(json, home, verbose)

    command(app, "try", ["kgqa try"])(work)  # type: ignore[arg-type]  # any async function will do
    return app


async def shows(door: Door, text: Annotated[str, typer.Argument()] = "x") -> None:
    """Show a text."""
    door.note("beside")
    door.show({"text": text, "home": door.home}, [text])


def fails(error: Exception) -> object:
    async def work(door: Door) -> None:
        """Fail."""
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TransientError("busy \x1b[2J"), 5),
        (ContractError("ours"), 70),
        (RuntimeError("a\nb"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_with_json_whatever_ends_a_command_is_told_as_data(error: Exception, code: int) -> None:
    result = CliRunner().invoke(app_of(fails(error)), ["--json", "try"])
    told = json.loads(result.stdout)
    assert (result.exit_code, told["exit_code"], told["kind"]) == (code, code, type(error).__name__)
    assert "\n" not in told["message"]
    assert "\x1b" not in result.stdout


@given(st.text())
def test_nothing_that_steers_a_terminal_is_left_in_clean_text(text: str) -> None:
    shown = clean(text)
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} and c != "\t" for c in shown)
    assert not any(
        unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI"} for c in shown
    )
    assert clean(shown) == shown


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_a_harmless_text_is_left_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_hostile_text_shows_as_one_harmless_line() -> None:
    result = CliRunner().invoke(app_of(shows), ["try", HOSTILE])
    assert result.stdout == clean(HOSTILE) + "\n"
    assert "\x1b" not in result.stdout


def test_json_carries_hostile_text_whole_but_escaped() -> None:
    result = CliRunner().invoke(app_of(shows), ["try", HOSTILE, "--json"])
    assert json.loads(result.stdout)["text"] == HOSTILE
    assert not any(c in result.stdout for c in "\x1b\x9b\u202e\x07")


@pytest.mark.parametrize(
    "arguments",
    [["--json", "--home", "h", "try"], ["try", "--json", "--home", "h"], ["--home", "h", "try", "--json"]],
)
def test_the_common_options_are_taken_on_both_sides_of_the_command(arguments: list[str]) -> None:
    result = CliRunner().invoke(app_of(shows), arguments)
    assert json.loads(result.stdout) == {"text": "x", "home": "h"}
    assert result.stderr == "beside\n"


@pytest.mark.parametrize(
    "error", [InputError("bad \x1b[2J"), BackendError("b"), TransientError("t"), ContractError("c")]
)
def test_an_error_is_one_clean_line_and_its_exit_code(error: BackendError) -> None:
    result = CliRunner().invoke(app_of(fails(error)), ["try"])
    assert (result.exit_code, result.stdout) == (error.exit_code, "")
    assert result.stderr == f"kgqa: {clean(str(error))}\n"


def test_verbose_shows_the_cause() -> None:
    async def work(door: Door) -> None:
        """Fail for a reason."""
        try:
            int("x")
        except ValueError as cause:
            raise InputError("no number") from cause

    result = CliRunner().invoke(app_of(work), ["try", "-v"])
    assert "ValueError" in result.stderr
    assert result.stderr.endswith("kgqa: no number\n")
    assert result.exit_code == 2


def test_a_defect_is_not_dressed_up_as_an_answer() -> None:
    result = CliRunner().invoke(app_of(fails(ZeroDivisionError())), ["try"])
    assert isinstance(result.exception, ZeroDivisionError)


def test_help_shows_the_examples() -> None:
    result = CliRunner().invoke(app_of(shows), ["try", "--help"])
    assert "$ kgqa try" in result.output


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["What", "is", "it"], ["What", "is", "it"]),
        (["What", "is", "it", "--boxes"], ["What", "is", "it", "--boxes="]),
        (["--boxes", "What", "is", "it"], ["--boxes=", "What", "is", "it"]),
        (["--boxes", "What is it"], ["--boxes=", "What is it"]),
        (["--boxes", "out", "What is it"], ["--boxes=out", "What is it"]),
        (["What is it", "--boxes", "out"], ["What is it", "--boxes=out"]),
        (["--boxes", "a/b", "What", "is", "it"], ["--boxes=a/b", "What", "is", "it"]),
        (["--boxes", "--json", "What is it"], ["--boxes=", "--json", "What is it"]),
        (["--boxes=out", "What is it"], ["--boxes=out", "What is it"]),
    ],
)
def test_an_option_s_value_may_be_left_out(words: list[str], given: list[str]) -> None:
    assert with_value(words, "--boxes") == given
