"""`kgqa doctor`: check all that an ingest and a question need, and say how to mend what is missing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError, KgqaError
from ..settings import Settings
from . import machine
from .extensions import setting_choices
from .machine import Check
from .probe import probe_embedder, probe_model, probe_store
from .shared import Door, command

if TYPE_CHECKING:
    from ..graph.ports import Ports


def register(app: typer.Typer) -> None:
    """Add `doctor`."""
    command(
        app,
        "doctor",
        [
            "kgqa doctor",
            "kgqa doctor --probe",
            "kgqa doctor --repair",
            "kgqa doctor --json",
            "kgqa --home /srv/kgqa doctor",
        ],
        setting_choices,
    )(doctor)


async def doctor(
    door: Door,
    repair: Annotated[bool, typer.Option("--repair", help="Write again what the stores have lost.")] = False,
    probe: Annotated[
        bool, typer.Option("--probe", help="Ask model, embedder and store for one real answer each.")
    ] = False,
) -> int:
    """Check Python, packages, disk, settings, store, indexes, embedder and chat model, and say what to do.

    The store is really started and asked, and what graph and indexes hold is compared with what was ingested; with
    --repair they are put right, without reading a document or calling a model. With --probe the model is asked, too,
    which may cost something. Exit code 1 when a check fails; a warning does not count.
    """
    checks = []
    async for found in examine(door, repair, probe):
        check = replace(found, said=door.told(found.said))
        checks.append(check)
        if not door.as_json:
            door.show(None, _lines(check))
    if door.as_json:
        door.show({"ok": not _failed(checks), "checks": checks}, [])
    return 1 if _failed(checks) else 0


def _failed(checks: list[Check]) -> bool:
    return any(check.state == "fail" for check in checks)


def _lines(check: Check) -> list[str]:
    first = f"{check.state:<4}  {check.name:<10}  {check.said}"
    return [first, f"{'':<18}→ {check.todo}"] if check.todo else [first]


async def examine(door: Door, repair: bool = False, probe: bool = False) -> AsyncIterator[Check]:
    """All checks, each as it is done; what cannot work without an earlier one is left out."""
    yield machine.python()
    yield machine.packages()
    for extension in machine.extensions():
        yield extension
    try:
        settings = door.settings()
    except ConfigError as error:
        yield Check("settings", "fail", str(error), "change or unset that variable, here or in .env")
        return
    yield machine.settings_in_force(settings)
    disk = machine.disk(settings.home)
    yield disk
    if disk.state == "fail":
        return
    from ..graph.ports import make_ports

    try:
        ports = make_ports(settings)
    except KgqaError as error:
        yield Check("adapters", "fail", str(error), "change the setting named, or install the extra")
        return
    async for check in _models(ports, settings, probe):
        yield check
    for name, resource, look, todo in (
        ("staging", ports.staging, _staging, "move the file staging.sqlite aside and ingest again"),
        ("texts", ports.texts, _texts, "delete the text index in the data folder and ingest again"),
        ("vectors", ports.vectors, _vectors, "delete the vector index in the data folder and ingest again"),
        ("store", ports.graph_store, _store, "see the server's log in the data folder, or set KGQA_STORE__KIND"),
    ):
        check = await _tried(name, _open_and(resource.open, look, ports, resource.close), todo)
        yield check
        if check.state == "fail":
            return
    whole = _repaired if repair else _compared
    if probe:
        answered = _open_and(ports.graph_store.open, _queried, ports, ports.graph_store.close)
        yield await _tried("query", answered, "see the server's log in the data folder")
    yield await _tried("whole", _open_and(ports.open, whole, ports, ports.close), "see the checks above")


async def _models(ports: Ports, settings: Settings, probe: bool) -> AsyncIterator[Check]:
    """Embedder and chat model; with `probe`, what they answer."""
    yield await _tried("embedder", _embedder(ports), "change KGQA_EMBEDDER__KIND, or install the extra `local`")
    if probe:
        yield await _tried("embedding", _came("embedding", probe_embedder(ports)), "see the check above")
    if settings.engine == "llm":
        yield await _tried("chat", _chat(settings), "change the setting named, or KGQA_ENGINE=builtin")
    if probe:
        yield await _tried("reply", _reply(settings), "change the setting named, or see that the model's server runs")


async def _tried(name: str, checking: Awaitable[Check], todo: str) -> Check:
    try:
        return await checking
    except KgqaError as error:
        return Check(name, "fail", str(error), todo)


async def _open_and(
    opened: Callable[[], Awaitable[None]],
    look: Callable[[Ports], Awaitable[Check]],
    ports: Ports,
    closed: Callable[[], Awaitable[None]],
) -> Check:
    await opened()
    try:
        return await look(ports)
    finally:
        await closed()


# ── the adapters
async def _embedder(ports: Ports) -> Check:
    began = time.perf_counter()
    vectors = await ports.embedder.embed(["a sentence to try"])
    spent = 1000 * (time.perf_counter() - began)
    kind = "by meaning" if ports.embedder.semantic else "by spelling"
    return Check("embedder", "ok", f"{ports.embedder.name}: {vectors.shape[1]} dimensions, {kind}, {spent:.0f} ms")


async def _chat(settings: Settings) -> Check:
    """The model is not asked: that may cost something, and a local one may take minutes to read in."""
    from ..tools.chat import look

    await asyncio.to_thread(look, settings.chat)
    return Check("chat", "ok", f"{settings.chat.model}: package, key or folder are there; not asked")


async def _reply(settings: Settings) -> Check:
    if settings.chat.model is None:
        return Check("reply", "ok", "no model is set, so none was asked")
    return await _came("reply", probe_model(settings))


async def _queried(ports: Ports) -> Check:
    return await _came("query", probe_store(ports))


async def _came(name: str, answer: Awaitable[str]) -> Check:
    return Check(name, "ok", await answer)


async def _staging(ports: Ports) -> Check:
    waiting = {name: count for name, count in (await ports.staging.backlog()).items() if count}
    if not await ports.staging.take():
        return Check("staging", "warn", "another process is writing now", "nothing, if that is an ingest of yours")
    await ports.staging.release()
    if waiting:
        said = ", ".join(f"{count:,} of {name}" for name, count in sorted(waiting.items()))
        return Check("staging", "warn", f"work left undone: {said}", "run the last `kgqa ingest` again: it goes on")
    return Check(
        "staging", "ok", f"{len(await ports.staging.members()):,} documents; nothing left undone, no lock held"
    )


async def _texts(ports: Ports) -> Check:
    sentences, _ = await ports.texts.frequencies("sentence", [])
    return Check("texts", "ok", f"{sentences:,} sentences to search by word")


async def _vectors(ports: Ports) -> Check:
    entities, relations = await ports.vectors.count("entities"), await ports.vectors.count("relations")
    return Check("vectors", "ok", f"{entities:,} entity names, {relations:,} relation types")


async def _compared(ports: Ports) -> Check:
    """Whether graph and indexes hold what was ingested; what a killed ingest left undone is `staging`'s to tell."""
    from ..ingestion.repair import difference

    found = await difference(ports)
    if found:
        return Check("whole", "warn", str(found), "kgqa doctor --repair")
    return Check("whole", "ok", "graph and indexes hold what was ingested")


async def _repaired(ports: Ports) -> Check:
    from ..graph.library import mend

    found = await mend(ports)
    return Check("whole", "ok", f"{found}: put right" if found else "graph and indexes hold what was ingested")


async def _store(ports: Ports) -> Check:
    from ..model import Limits

    began = time.perf_counter()
    counts = await ports.graph_store.counts()
    if ports.graph_store.cypher:
        await ports.graph_store.query("RETURN 1 AS one", {}, Limits(rows=1, seconds=5))
    spent = 1000 * (time.perf_counter() - began)
    held = ", ".join(f"{counts[name]:,} {name}" for name in ("documents", "entities", "relations"))
    kind = ports.settings.store.kind
    if not counts["documents"]:
        return Check("store", "warn", f"{kind}: empty, answers in {spent:.0f} ms", "kgqa ingest FOLDER")
    return Check("store", "ok", f"{kind}: {held}; answers in {spent:.0f} ms")
