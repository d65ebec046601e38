"""With `--json`, errors as one JSON object on standard output, where a script reads the result; also those of usage."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from .shared import Door, error_data

UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""typer's own, which it does not name on its face."""


class JsonErrors(TyperGroup):
    """A group of commands whose errors of usage are JSON too, where `--json` stands among the arguments."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **extra: Any) -> Any:
        """As typer's."""
        given = list(sys.argv[1:] if args is None else args)
        if "--json" not in (given[: given.index("--")] if "--" in given else given):
            return super().main(given, *others, **extra)
        try:
            sys.exit(super().main(given, *others, **{**extra, "standalone_mode": False}))
        except UsageError as error:
            message = error.format_message()  # type: ignore[attr-defined]  # as all of typer's have
            Door(as_json=True).show(error_data("UsageError", message, 2), [])
            print(f"kgqa: {message}", file=sys.stderr)
            sys.exit(2)
