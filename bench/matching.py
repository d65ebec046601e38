"""Names misspelt in questions: `python bench/matching.py [../shared/data] [--questions 500] [--store memory]`.

Takes questions that name an entity of the graph (HotpotQA's, MuSiQue's and XQuAD's passages as one library), misspells
the name in six ways – a typo, case, spacing, word order, an abbreviated word, a particle or possessive stuck on – and
prints how often the entity meant is the first match (hit@1) before and after, and the time extract and match take
together. Last, how often another entity is taken for it because it is spelt alike, once it is hidden from the graph,
then with the words of its name in no document either. With `--entities 100000` the time alone, in so large a library
on the embedded store and Chroma.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import invented
import xquad
from corpus import library, percentiles
from kgqa import Ports, Settings, open_ports
from kgqa.model import Entity, Match
from kgqa.nodes.extract import extract
from kgqa.nodes.match import match
from kgqa.settings import EmbeddedStore
from kgqa.tools.text.names import name_key, other_keys
from kgqa.tools.text.words import terms
from rapidfuzz import fuzz
from retrieval import SETS, read

WARM = 20
"""Names asked about before the clock counts."""


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
    """The first word of a name as its initial, or cut to four letters, months to three; other words nobody cuts."""
    first, _, rest = name.partition(" ")
    if not rest or len(first) < 3 or not first.isalpha() or name == name.lower():
        return name
    dated = rest[-1].isdigit()
    if not dated and dice.random() < 0.5:
        return f"{first[0]}. {rest}"
    short = first[: 3 if dated else 4]
    return f"{short}. {rest}" if len(first) > len(short) + 1 else name


WAYS: dict[str, Callable[[str, random.Random], str]] = {
    "as it stands": lambda name, dice: name,
    "typo": typo,
    "case": lambda name, dice: dice.choice([name.upper(), name.lower(), name.title()]),
    "spacing": lambda name, dice: name.replace(" ", dice.choice(["-", "  ", ""])),
    "word order": order,
    "abbreviated": abbreviated,
    "particle": lambda name, dice: name + dice.choice(["'s", "’s", "은", "의", "에서"]),
}


async def matched(ports: Ports, question: str, hidden: str = "", name: str = "") -> list[Match]:
    """What `extract` and `match` make of a question, with an entity hidden, and with the words of its name."""
    without: Any = Without(ports, hidden, set(terms(name)))
    runtime: Any = SimpleNamespace(context=None, stream_writer=lambda event: None)
    read_as = await extract({"question": question}, runtime, settings=ports.settings.qa)
    state: Any = {"question": question, **read_as}
    found = await match(
        state,
        runtime,
        graph_store=without if hidden else ports.graph_store,
        vectors=without if hidden else ports.vectors,
        texts=without if hidden else ports.texts,
        embedder=ports.embedder,
        settings=ports.settings.qa,
    )
    return [one for one in found["matches"] if one.kind == "entity"]


class Without:
    """A store and indexes in which an entity is not found, nor words."""

    def __init__(self, ports: Ports, hidden: str, words: set[str]) -> None:
        self.ports, self.hidden, self.words = ports, hidden, words

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ports.graph_store, name)

    async def find(self, names: Sequence[str]) -> dict[str, list[tuple[Entity, Any]]]:
        """The others of these names."""
        found = await self.ports.graph_store.find(names)
        left = {name: [b for b in bearers if b[0].id != self.hidden] for name, bearers in found.items()}
        return {name: bearers for name, bearers in left.items() if bearers}

    async def nearest(self, collection: str, vectors: Any, k: int) -> list[list[tuple[str, str, float]]]:
        """The others near these."""
        found = await self.ports.vectors.nearest(collection, vectors, k)
        return [[row for row in rows if row[0].partition("#")[0] != self.hidden] for rows in found]

    async def frequencies(self, unit: Any, words: Sequence[str]) -> tuple[int, dict[str, int]]:
        """How often the others are used."""
        rows, counts = await self.ports.texts.frequencies(unit, words)
        return rows, {word: 0 if word in self.words else count for word, count in counts.items()}


async def named(ports: Ports, questions: list[str]) -> list[Named]:
    """The longest name of each question that is exactly one entity's, of two words or eight letters at least."""
    cases = []
    for question in questions:
        exact = [
            one
            for one in await matched(ports, question)
            if one.how == "exact" and re.search(rf"(?<!\w){re.escape(one.mention)}(?!\w)", question)
        ]
        alone = [one for one in exact if sum(name_key(o.mention) == name_key(one.mention) for o in exact) == 1]
        long = [one for one in alone if " " in one.mention or len(one.mention) >= 8]
        if long:
            best = max(long, key=lambda one: len(one.mention))
            cases.append(Named(question, best.mention, best.target))
    return cases


def first_is(matches: list[Match], case: Named, written: str) -> bool:
    """Whether the best match of the mention that is most like the name as written is the entity meant."""
    return case.entity in {match.target for match in meant(matches, written)}


def meant(matches: list[Match], written: str) -> list[Match]:
    """The best matches of the mention that is most like what is written, if it shares anything with it."""
    words = set(name_key(written).split()) | {name_key(written)}
    ours = [m for m in matches if set(name_key(m.mention).split()) & words or name_key(m.mention) in name_key(written)]
    if not ours:
        return []
    likest = max((m.mention for m in ours), key=lambda mention: fuzz.ratio(name_key(mention), name_key(written)))
    score = max(m.score for m in ours if m.mention == likest)
    return [m for m in ours if m.mention == likest and m.score == score]


async def absent(ports: Ports, cases: list[Named], whole: bool) -> None:
    """How often another is taken for the one hidden; the same in the other number is none other."""
    taken: dict[str, list[bool]] = {"names": [], "terms": []}
    for case in cases:
        found = meant(await matched(ports, case.question, case.entity, case.name if whole else ""), case.name)
        same = {name_key(case.name), *other_keys(case.name)}
        wrong = any(one.how == "vector" and name_key(one.name) not in same for one in found)
        taken["terms" if case.name.islower() else "names"].append(wrong)
    shares = ", ".join(f"{kind} {100 * sum(w) / max(1, len(w)):.1f} % of {len(w)}" for kind, w in taken.items())
    print(f"hidden {'with its words' if whole else 'in the graph':14}: another taken for it: {shares}")


async def main(data: Path, count: int, kind: str) -> None:
    passages, questions = [], []
    for name in SETS:
        some, asked = read(data / name)
        passages += some
        questions += [question for question, _ in asked]
    more, others = xquad.read(data)
    passages += more
    questions += [one.question for one in others]
    async with library(passages, kind) as (ports, _):
        dice = random.Random(0)
        cases = await named(ports, questions)
        cases = dice.sample(cases, min(count, len(cases)))
        print(f"{len(cases)} questions that name an entity")
        base, gains = 0.0, list[float]()
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
            gains.append(share - base)
            print(f"{way:14} hit@1 {share:5.1f} % ({share - base:+.1f})  {percentiles(spent)}")
        print(f"{'lost':14} {-sum(gains[1:]) / len(gains[1:]):.1f} points, the mean of the ways")
        await absent(ports, cases, whole=False)
        await absent(ports, cases, whole=True)


async def at_size(home: Path, entities: int, count: int) -> None:
    """The time that matching takes in a made-up library on the embedded store and Chroma, by way of misspelling."""
    settings = Settings(home=home / str(entities), store=EmbeddedStore(linger_seconds=0))
    async with open_ports(settings) as ports:
        await invented.fill(ports, entities)
        dice = random.Random(2)
        for way, change in WAYS.items():
            hits, spent, computed = 0, [], []
            for n in range(count + WARM):
                name = invented.name(dice.randrange(entities))
                written = change(name, dice)
                start, cpu = time.perf_counter(), time.process_time()
                found = await matched(ports, f"What supplied {written}?")
                if n >= WARM:
                    spent.append(time.perf_counter() - start)
                    computed.append(time.process_time() - cpu)
                    hits += any(one.name == name for one in found)
            print(f"{way:14} found {100 * hits / count:5.1f} %, {percentiles(spent)}; own CPU {percentiles(computed)}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=cast(str, __doc__).splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared/data")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--store", choices=["memory", "embedded"], default="memory")
    parser.add_argument("--entities", type=int, help="instead: the time in a made-up library of so many")
    parser.add_argument("--home", type=Path, help="where that library stands, or is to be kept")
    given = parser.parse_args()
    if given.entities:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(at_size(given.home or Path(folder), given.entities, given.questions))
    else:
        asyncio.run(main(given.data, given.questions, given.store))
