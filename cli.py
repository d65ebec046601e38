"""The command line: `kgqa COMMAND`. Data go to standard output, all else to standard error.

With `--json` an error is one object on standard output: `kind`, `message`, `exit_code`.

Exit codes: 0 done, 2 the caller's input, 3 settings, 4 and 5 a back-end (5: try again), 6 an ingest in which some
sources failed, 7 a question where nothing was ingested, 70 a defect of ours, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from . import __version__
from .commands import ask, chat, cypher, demo, doctor, documents, knowledge
from .commands.json_errors import JsonErrors
from .commands.process_memory import leave, spare
from .commands.shared import Door, Home, Json, Verbose

app = typer.Typer(
    name="kgqa",
    cls=JsonErrors,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"kgqa {__version__}")
        raise typer.Exit


@app.callback()
def common(
    ctx: typer.Context,
    json: Json = False,
    home: Home = None,
    verbose: Verbose = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Questions over your own documents, answered with citations down to the page.

    Start with `kgqa ingest FOLDER`, then `kgqa ask "…"`. Every command takes `--json`, `--home` and `-v`.
    """
    ctx.obj = Door(as_json=json, home=home, verbose=verbose)


for module in (documents, ask, chat, knowledge, cypher, doctor, demo):
    module.register(app)


def main() -> None:
    """Run the command that the process was started with."""
    spare()
    os.umask(0o077)  # what is written holds people's documents: it is for its user alone
    for stream in (sys.stdout, sys.stderr):
        # A name in Hangul must not end a run on a terminal that cannot show it.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # they are text files
    try:
        app()
    finally:
        leave()


if __name__ == "__main__":
    main()
