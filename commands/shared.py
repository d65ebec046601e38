"""What every command shares: `--json`, `--home` and `-v`, one-line errors, exit codes, and text safe for a terminal."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer
from typer.core import TyperCommand

from ..errors import ConfigError, InputError, KgqaError
from ..settings import Settings, load_settings
from .disk_errors import disk_error
from .redaction import masked, secrets_of

PARTIAL = 6
"""Exit code of an ingest in which some sources failed and the others went in."""
# What a terminal obeys instead of showing: control characters, and marks that turn the order of what is read.
_CONTROL = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)
# What JSON would let through to a terminal as it is.
_RAW = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")

Json = Annotated[bool, typer.Option("--json", help="Print data as JSON on standard output, and nothing else there.")]
Home = Annotated[
    Path | None, typer.Option("--home", help="The data folder, in place of KGQA_HOME or ./.kgqa.", show_default=False)
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="With an error, show its cause.")]


def clean(text: str) -> str:
    """The text on one line, as it can be shown on any terminal: what would steer the terminal becomes a mark."""
    return _CONTROL.sub(_mark, text)


def _mark(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] in "\n\r\u2028\u2029":
        return " "
    return chr(0x2400 + code) if code < 0x20 else "\N{REPLACEMENT CHARACTER}"


def plain(value: object) -> Any:
    """Dataclasses, tuples and paths as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def error_data(kind: str, message: str, exit_code: int) -> dict[str, object]:
    """An error as `--json` shows it: its type in `errors.py`, the line that is shown without, the exit code."""
    return {"kind": kind, "message": message, "exit_code": exit_code}


@dataclass(frozen=True)
class Door:
    """How this run of a command talks to its caller."""

    as_json: bool = False
    home: Path | None = None
    verbose: bool = False
    secrets: set[str] = field(default_factory=set)
    """What it never shows, known once the settings are read."""

    def settings(self) -> Settings:
        """The settings in force. Raises: ConfigError."""
        settings = load_settings() if self.home is None else load_settings(home=self.home)
        self.secrets.update(secrets_of(settings))
        return settings

    def show(self, data: object, lines: Iterable[str]) -> None:
        """The command's result: `data` with `--json`, else the lines, each cleaned."""
        if self.as_json:
            text = json.dumps(plain(data), ensure_ascii=False, indent=2)
            self._out(_RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", text))
        else:
            for line in lines:
                self._out(clean(line))

    def note(self, line: str) -> None:
        """A line on standard error, beside the result."""
        print(clean(self.told(line)), file=sys.stderr, flush=True)

    def told(self, message: object) -> str:
        """A message, which may come from anywhere, without what is secret; what documents say is shown as it is."""
        return masked(str(message), self.secrets)

    def _out(self, line: str) -> None:
        try:
            print(line.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8"))
            sys.stdout.flush()
        except BrokenPipeError:
            raise  # Whoever reads has seen enough: typer ends quietly.
        except OSError as error:
            raise InputError(f"standard output cannot be written: {error.strerror}") from error

    def fail(self, error: KgqaError | OSError) -> typer.Exit:
        """Say what went wrong, on one line (with `-v`, how it came to that), and give the exit to raise."""
        if self.verbose:
            # Before it is parted into lines: a secret may have several.
            for line in self.told("".join(traceback.format_exception(error))).rstrip().splitlines():
                self.note(line)
        told = disk_error(error, self._home()) or error
        code = told.exit_code if isinstance(told, KgqaError) else 70
        self.note(f"kgqa: {told}")
        self.show_error(told, code)
        return typer.Exit(code)

    def show_error(self, error: BaseException, code: int) -> None:
        """With `--json`, the error in place of the result, for whoever reads standard output."""
        if self.as_json:
            message = " ".join(self.told(str(error) or type(error).__name__).split())
            self.show(error_data(type(error).__name__, message, code), [])

    def _home(self) -> Path:
        try:
            return self.settings().home
        except ConfigError:
            return Path(".kgqa")


Work: TypeAlias = Callable[..., Awaitable[int | None]]
_COMMON = {"json": (Json, False), "home": (Home, None), "verbose": (Verbose, False)}


def command(
    group: typer.Typer,
    name: str,
    examples: Sequence[str],
    choices: Callable[[], Sequence[str]] | None = None,
    bare: str = "",
) -> Callable[[Work], Work]:
    """Make an async function `work(door, **parameters)` a command; what it returns is the exit code.

    `choices` gives lines to put below the examples; it is called only when this command's help is shown. `bare` is an
    option whose value, a path, may be left out. The common options are taken before the command's name and after it.
    """

    def register(work: Work) -> Work:
        def run(ctx: typer.Context, **given: Any) -> None:
            root = ctx.find_root().obj or Door()
            door = Door(
                as_json=given.pop("json") or root.as_json,
                home=given.pop("home") or root.home,
                verbose=given.pop("verbose") or root.verbose,
            )
            try:
                code = asyncio.run(_awaited(work(door, **given)))
            except KgqaError as error:
                raise door.fail(error) from None
            except BrokenPipeError:
                raise
            except OSError as error:
                if disk_error(error, Path()) is None:
                    door.show_error(error, 1)
                    raise
                raise door.fail(error) from None
            except (KeyboardInterrupt, Exception) as error:
                # A defect of ours, or an interrupt: typer ends the process as ever.
                door.show_error(error, 130 if isinstance(error, KeyboardInterrupt) else 1)
                raise
            finally:
                # Here and not at the interpreter's exit, where a closed pipe would print a traceback.
                sys.stdout.flush()
            raise typer.Exit(code or 0)

        _sign(run, work)
        epilog = "Examples:" + "".join(f"\n\n    $ {example}" for example in examples)
        group.command(name, cls=_command_class(choices, bare), help=inspect.getdoc(work), epilog=epilog)(run)
        return work

    return register


def _command_class(choices: Callable[[], Sequence[str]] | None, bare: str) -> type[TyperCommand]:
    class Command(TyperCommand):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            return super().parse_args(ctx, with_value(args, bare))

        def format_help(self, ctx: Any, formatter: Any) -> None:
            epilog = self.epilog
            self.epilog = "\n\n".join([epilog or "", *(map(clean, choices()) if choices else ())])
            super().format_help(ctx, formatter)
            self.epilog = epilog

    return Command


def with_value(words: Sequence[str], option: str) -> list[str]:
    """The arguments with a value for `option`, empty where none is given.

    What follows the option is its value, a path, if it looks like one, or if the question stands elsewhere: before it,
    or behind it in quotes.
    """
    if option not in words:
        return list(words)
    at = words.index(option)
    after = words[at + 1 : at + 2]
    apart = words[:at] if len(words) == at + 2 else [word for word in words[at + 2 :] if " " in word]
    valued = after and not after[0].startswith("-") and ("/" in after[0] or (" " not in after[0] and apart))
    return [*words[:at], f"{option}={after[0] if valued else ''}", *words[at + 1 + bool(valued) :]]


async def _awaited(work: Awaitable[int | None]) -> int | None:
    return await work


def _sign(run: Callable[..., None], work: Work) -> None:
    """Give `run` the parameters of `work`, and the common ones, as typer reads them."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    own = list(inspect.signature(work, eval_str=True).parameters.values())[1:]
    parameters = [
        inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context),
        *(parameter.replace(kind=keyword) for parameter in own),
        *(
            inspect.Parameter(name, keyword, default=default, annotation=annotation)
            for name, (annotation, default) in _COMMON.items()
        ),
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what `inspect` reads; functions do not declare it
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
