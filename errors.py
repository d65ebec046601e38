"""Every error kgqa raises, as one tree that says whose turn it is.

KgqaError
├── ConfigError           the operator: a setting, a missing extra, a missing key or folder
├── InputError            the caller: a file, a question, a query that cannot be taken as it is
│   ├── RefusedQuery      the Cypher firewall said no; `reason` goes back to the writer
│   └── EmptyLibrary      a question to a data folder into which nothing was ingested
├── BackendError          a store, index, model or engine failed
│   └── TransientError    … and may succeed when tried again (graphs retry this type only)
│       └── ExhaustedError      … but was tried again already, or would fare no better now (graphs do not retry it)
│           ├── OverdueQuery    a query ran out of time, and would take as long again
│           └── StillDown       it could not be reached a moment ago, which was told then, and was not asked again
└── ContractError         us: an adapter or node broke its port's contract
"""

from __future__ import annotations

from pathlib import Path


class KgqaError(Exception):
    """Base of all: its text is one line that names the value and, where there are some, the choices.

    Those below are ValueErrors and RuntimeErrors too: a LangGraph server tells its clients what such an error says, and
    of any other only that there was one.
    """

    exit_code = 1


class ConfigError(KgqaError, ValueError):
    """The operator must change a setting, install an extra or make a folder readable."""

    exit_code = 3


class InputError(KgqaError, ValueError):
    """The caller handed in something that cannot be worked on: a blank question, a corrupt file."""

    exit_code = 2


class RefusedQuery(InputError):
    """A query the firewall does not let through; nothing of it was run."""

    def __init__(self, reason: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(f"query refused: {reason}")
        self.reason = reason
        self.suggestions = suggestions


class EmptyLibrary(InputError):
    """There is nothing to ask: the data folder is another than was meant, or nothing was ingested yet."""

    exit_code = 7

    def __init__(self, home: Path) -> None:
        demo = home.absolute() / "demo"
        asked = f", as --home {str(demo)!r} does the demo's" if demo.is_dir() else ""
        super().__init__(
            f"no documents in {str(home.absolute())!r}: kgqa ingest FOLDER brings some in, "
            f"--home or KGQA_HOME names another data folder{asked}"
        )


class BackendError(KgqaError, RuntimeError):
    """A store, an index, a model or an engine failed in a way that trying again will not mend."""

    exit_code = 4


class TransientError(BackendError):
    """A back-end failed in a way that may pass: busy, restarting, timed out, rate-limited."""

    exit_code = 5


class ExhaustedError(TransientError):
    """A back-end failed in a way that may pass, and not by trying again now: all tries that are allowed were made."""


class OverdueQuery(ExhaustedError):
    """A query ran out of time; another one may well do better than the same again."""


class StillDown(ExhaustedError):
    """A back-end could not be reached a moment ago, as was told then; it was not asked again."""


class ContractError(KgqaError):
    """An adapter or a node broke the contract its port states: a defect of ours."""

    exit_code = 70
