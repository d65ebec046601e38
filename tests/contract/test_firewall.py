"""The firewall against attacks, against queries that must pass, and against the openCypher compatibility kit."""

from __future__ import annotations

import asyncio
import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kgqa.errors import InputError, RefusedQuery
from kgqa.model import Limits
from kgqa.tools.cypher.firewall import check
from kgqa.tools.ports import GraphStore

MakeStore = Callable[[], GraphStore]

ATTACKS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("attacks.json").read_text(encoding="utf-8"))
READING = Path(__file__).with_name("reading.txt").read_text(encoding="utf-8").splitlines()
_WRITES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|FOREACH)\b", re.IGNORECASE)
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", re.DOTALL)
_POLICY = ("procedure", "range()")
"""What the kit may do and generated queries may not: procedures of its own, and a range of a million."""


def test_there_are_attacks_of_every_kind() -> None:
    kinds = Counter(attack["kind"] for attack in ATTACKS)
    assert len(ATTACKS) >= 150
    assert len({attack["query"] for attack in ATTACKS if not attack.get("parameters")}) > 300
    assert {"write", "subquery", "administration", "procedure", "function", "reaching out", "unicode escape"} < set(
        kinds
    )
    assert {"several statements", "comment", "string and back-tick", "injection", "endless", "prefix"} < set(kinds)


@pytest.mark.parametrize("attack", [one for one in ATTACKS if not one.get("taken")], ids=lambda one: one["query"][:60])
def test_an_attack_is_refused(attack: dict[str, Any]) -> None:
    with pytest.raises(RefusedQuery) as refused:
        check(attack["query"], parameters=attack.get("parameters", {}))
    assert "\n" not in refused.value.reason
    assert len(refused.value.reason) < 400


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.get("taken")], ids=lambda one: one["query"][:60])
def test_a_query_that_cannot_write_is_taken_whatever_its_parameters_hold(attack: dict[str, Any]) -> None:
    parameters = attack.get("parameters", {})
    passed = check(attack["query"], parameters=parameters)
    assert not any(str(value) in passed.text for value in parameters.values())


@pytest.mark.parametrize("query", READING)
def test_a_query_that_reads_and_ends_is_taken(query: str) -> None:
    check(query, parameters=("e0", "e1"))


def test_every_valid_generated_query_passes(shared: Path) -> None:
    csv.field_size_limit(1 << 30)
    with (shared / "data/text2cypher/text2cypher_claudeopus.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if _valid(row)]
    refused = [f"{reason} | {row['cypher']}" for row in rows if (reason := _reason(row["cypher"]))]
    print(f"{len(rows)} valid rows, {len(refused)} refused")
    assert len(rows) > 3_900
    assert refused == []


def _valid(row: dict[str, str]) -> bool:
    return (row["syntax_error"], row["timeout"], row["returns_results"]) == ("False", "False", "True")


def _reason(query: str, parameters: frozenset[str] = frozenset()) -> str:
    """Why the firewall refuses; empty when it does not."""
    try:
        check(query, parameters=parameters)
    except RefusedQuery as error:
        return error.reason
    return ""


def test_the_compatibility_kit_is_told_apart_into_reading_and_writing(shared: Path) -> None:
    kit = list(_scenarios(shared / "data/opencypher_tck/features"))
    reading = [one for one in kit if not one.writes and not one.fails]
    writing = [one for one in kit if one.writes]
    refused = [(reason, one) for one in reading if (reason := _reason(one.query, one.parameters))]
    beyond = [(reason, one.where) for reason, one in refused if not any(word in reason for word in _POLICY)]
    print(f"kit: {len(reading)} reading queries, {len(refused)} refused by policy; {len(writing)} writing, all refused")
    assert len(reading) > 2_800
    assert len(writing) > 300
    assert beyond == []
    assert [one.where for one in writing if not _reason(one.query, one.parameters)] == []


@dataclass(frozen=True)
class _Scenario:
    """One query of the kit."""

    where: str
    query: str
    parameters: frozenset[str]
    fails: bool

    @property
    def writes(self) -> bool:
        """Whether a writing keyword stands outside strings, not as a label or key; told without our tokeniser."""
        return bool(_WRITES.search(re.sub(r"[.:]\s*\w+", " ", _STRING.sub(" ", self.query))))


def _scenarios(folder: Path) -> Iterator[_Scenario]:
    """Every scenario, outlines filled in with each of their examples."""
    for path in sorted(folder.rglob("*.feature")):
        blocks = re.split(r"^\s*Scenario(?: Outline)?:", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for block in blocks[1:]:
            yield from _filled(f"{path.stem} {block.splitlines()[0].strip()}", block)


def _filled(where: str, block: str) -> Iterator[_Scenario]:
    body, *examples = re.split(r"^\s*Examples:.*$", block, flags=re.MULTILINE)
    query = re.search(r'When executing query:\s*"""\n(.*?)\n\s*"""', body, re.DOTALL)
    given = re.search(r"parameters are:\n((?:\s*\|.*\n)+)", body)
    parameters = frozenset(line.split("|")[1].strip() for line in given.group(1).splitlines()) if given else frozenset()
    rows = [row for table in examples for row in _rows(table)] or [{}]
    for row in rows if query else ():
        text = query.group(1) if query else ""
        for name, value in row.items():
            text = text.replace(f"<{name}>", value)
        yield _Scenario(where, text, parameters, "should be raised" in body)


def _rows(table: str) -> Iterator[dict[str, str]]:
    lines = [_cells(line) for line in table.splitlines() if line.strip().startswith("|")]
    for cells in lines[1:]:
        yield dict(zip(lines[0], cells, strict=True))


def _cells(line: str) -> list[str]:
    raw = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return [cell.strip().replace("\\|", "|").replace("\\\\", "\\") for cell in raw]


@pytest.mark.e2e
def test_what_the_firewall_takes_neo4j_calls_reading(shared: Path, neo4j_maker: MakeStore) -> None:
    """Neo4j's own parser is the judge of ours: EXPLAIN says `r` for all that passes, or that it is wrong."""
    kit = [one for one in _scenarios(shared / "data/opencypher_tck/features") if not _reason(one.query, one.parameters)]
    texts = [(one.fails, check(one.query, parameters=one.parameters).text, one.parameters) for one in kit[::20]]
    wrong = asyncio.run(_wrong(neo4j_maker(), texts))
    assert len(texts) > 150
    assert wrong == []


async def _wrong(store: GraphStore, texts: Sequence[tuple[bool, str, Iterable[str]]]) -> list[tuple[str, str]]:
    """What Neo4j would call writing, or not understand where it should: the store asks it before it runs a query."""
    await store.open()
    wrong = []
    for fails, text, parameters in texts:
        problem = await _problem(store, text, parameters)
        if "only read" in problem or (problem and not fails and not parameters):
            wrong.append((text, problem))
    await store.close()
    return wrong


async def _problem(store: GraphStore, text: str, parameters: Iterable[str]) -> str:
    try:
        await store.query(text, dict.fromkeys(parameters, 1), Limits(rows=5, seconds=5))
    except InputError as error:
        return str(error)
    return ""
