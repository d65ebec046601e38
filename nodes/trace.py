"""A trace: what a strategy that goes step by step plans, has found, and still has to do. Plain values, so that a
checkpoint keeps it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Rung = Literal["exact", "fuzzy", "text", "reckoned", "followed", ""]
"""How a step was solved: a fact of that wording, a fact of a like wording, a sentence, arithmetic, or not at all;
`followed` is a fact that seemed to lead on, which says nothing of its being an answer."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was looked for, and what was found where."""

    asked: str
    """The step in the planner's words, what it builds on put in its place."""
    how: Rung
    subject: str = ""
    """The name it started from."""
    values: tuple[str, ...] = ()
    """Names, dates or numbers found, best first."""
    entities: tuple[str, ...] = ()
    """Ids of those that are entities of the graph."""
    sentences: tuple[str, ...] = ()
    """Ids of the sentences that say so, best first."""
    types: tuple[str, ...] = ()
    """Types of the entities that the values name, in their order; empty for what was read in a sentence."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What follows from several facts and stands in no sentence: a difference, a count, the earlier of two."""

    text: str
    short: str
    sentences: tuple[str, ...]
    """Ids of the sentences that hold what it was drawn from."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Steps taken and to be taken; empty for a strategy that takes none."""

    plan: tuple[str, ...] = ()
    """Steps still to do, the next one first, in the strategy's own notation."""
    steps: tuple[Step, ...] = ()
    frontier: tuple[str, ...] = ()
    """Ids of the entities to go on from."""
    done: bool = True
    problem: str = ""
    """Why it broke off; empty where it reached its end, or had nothing to do."""
    conclusion: Conclusion | None = None

    @property
    def solved(self) -> bool:
        """Whether every step found what it was to find, so that the last one answers."""
        return self.done and bool(self.steps) and not self.problem and self.sure

    @property
    def sure(self) -> bool:
        """Whether the steps were looked for one by one, not merely followed."""
        return all(step.how != "followed" for step in self.steps)

    @property
    def certain(self) -> bool:
        """Whether it was solved by facts alone: what was read in sentences is evidence, but may be misread."""
        return self.solved and all(step.how != "text" for step in self.steps)

    @property
    def short(self) -> str:
        """What the last step found, where the whole is certain."""
        if not self.certain:
            return ""
        return self.conclusion.short if self.conclusion else self.steps[-1].values[0] if self.steps[-1].values else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Ids of the sentences found, the best of each step first, the last step leading: that one answers."""
        turns = max((len(step.sentences) for step in self.steps), default=0)
        back = [step.sentences for step in reversed(self.steps)]
        return tuple(dict.fromkeys(found[n] for n in range(turns) for found in back if n < len(found)))

    @property
    def entities(self) -> tuple[str, ...]:
        """Ids of the entities found on the way."""
        return tuple(dict.fromkeys(entity for step in self.steps for entity in step.entities))

    def broken(self, problem: str) -> Trace:
        """The trace, ended here for this reason."""
        return replace(self, plan=(), done=True, problem=problem)
