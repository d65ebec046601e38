"""Names misspelt in questions: `python bench/matching.py [../shared/data] [--questions 500] [--store memory]`.

Takes questions that name an entity of the graph (HotpotQA's and MuSiQue's passages as one library), misspells the name
in six ways – a typo, case, spacing, word order, an abbreviated word, a particle or possessive stuck on – and prints how
often the entity meant is the first match (hit@1) before and after, and the time that extract and match take together.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from corpus import library, percentiles
from kgqa import Ports
from kgqa.model import Match
from kgqa.nodes.extract import extract
from kgqa.nodes.match import match
from kgqa.tools.text.names import name_key
from retrieval import read


class Named(NamedTuple):
    """A question, the name in it, and the entity that it means."""

    question: str
    name: str
    entity: str


def typo(name: str, dice: random.Random) -> str:
    """Two neighbours swapped, or a letter left out or doubled, within a word."""
    places = [
        i for i in range(1, len(name) - 1) if name[i - 1].isalnum() and name[i].isalnum() and name[i + 1].isalnum()
    ]
    if not places:
        return name
    i = dice.choice(places)
    return dice.choice(
        [name[:i] + name[i + 1] + name[i] + name[i + 2 :], name[:i] + name[i + 1 :], name[:i] + name[i] + name[i:]]
    )


def order(name: str, dice: random.Random) -> str:
    """The last word first, as in an index."""
    first, _, last = name.rpartition(" ")
    return f"{last}, {first}" if first else name


def abbreviated(name: str, dice: random.Random) -> str:
    """The first word as its initial."""
    first, _, rest = name.partition(" ")
    return f"{first[0]}. {rest}" if rest else name


WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "as it stands": lambda name, dice: name,
    "typo": typo,
    "case": lambda name, dice: dice.choice([name.upper(), name.lower(), name.title()]),
    "spacing": lambda name, dice: name.replace(" ", dice.choice(["-", "  ", ""])),
    "word order": order,
    "abbreviated": abbreviated,
    "particle": lambda name, dice: name + dice.choice(["'s", "’s", "은", "의", "에서"]),
}


async def matched(ports: Ports, question: str) -> list[Match]:
    """What `extract` and `match` make of a question."""
    runtime: Any = SimpleNamespace(context=None, stream_writer=lambda event: None)
    read_as = await extract({"question": question}, runtime, settings=ports.settings.qa)
    state: Any = {"question": question, **read_as}
    found = await match(
        state,
        runtime,
        graph_store=ports.graph_store,
        vectors=ports.vectors,
        embedder=ports.embedder,
        settings=ports.settings.qa,
    )
    return [one for one in found["matches"] if one.kind == "entity"]


async def named(ports: Ports, questions: list[str]) -> list[Named]:
    """The longest name of each question that is exactly one entity's, of two words or eight letters at least."""
    cases = []
    for question in questions:
        exact = [one for one in await matched(ports, question) if one.how == "exact" and one.mention in question]
        alone = [one for one in exact if sum(name_key(o.mention) == name_key(one.mention) for o in exact) == 1]
        long = [one for one in alone if " " in one.mention or len(one.mention) >= 8]
        if long:
            best = max(long, key=lambda one: len(one.mention))
            cases.append(Named(question, best.mention, best.target))
    return cases


def first_is(matches: list[Match], case: Named, written: str) -> bool:
    """Whether the best match of a mention that overlaps the name is the entity meant."""
    words = set(name_key(written).split()) | {name_key(written)}
    ours = [m for m in matches if set(name_key(m.mention).split()) & words or name_key(m.mention) in name_key(written)]
    best = max(ours, key=lambda m: m.score, default=None)
    return best is not None and case.entity in {m.target for m in ours if m.score == best.score}


async def main(data: Path, count: int, kind: str) -> None:
    passages, questions = [], []
    for name in ("hotpot100", "musique100"):
        some, asked = read(data / name)
        passages += some
        questions += [question for question, _ in asked]
    async with library(passages, kind) as (ports, _):
        dice = random.Random(0)
        cases = await named(ports, questions)
        cases = [dice.choice(cases) for _ in range(count)] if len(cases) < count else dice.sample(cases, count)
        base = 0.0
        for way, change in WAYS.items():
            hits, spent = 0, []
            for case in cases:
                written = change(case.name, dice)
                start = time.perf_counter()
                found = await matched(ports, case.question.replace(case.name, written))
                spent.append(time.perf_counter() - start)
                hits += first_is(found, case, written)
            share = 100 * hits / len(cases)
            base = base or share
            print(f"{way:14} hit@1 {share:5.1f} % ({share - base:+.1f})  {percentiles(spent)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=cast(str, __doc__).splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared/data")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--store", choices=["memory", "embedded"], default="memory")
    given = parser.parse_args()
    asyncio.run(main(given.data, given.questions, given.store))
