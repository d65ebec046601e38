"""Find other bearers of one name (told apart in brackets), and say in the answer that it may be any."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ...model import Entity, Match, sentence_place
from ...tools.ports import GraphStore
from ...tools.text.names import name_key
from ...tools.text.words import terms
from .fuzzy import unglued

_BRACKETED = re.compile(r"(.+?)\s*\(([^()]+)\)")
_MOST = 5
"""Bearers that an answer lists."""
Bearers = Sequence[tuple[Entity, str]]


def homonyms(name: str, near: Sequence[tuple[str, str, float]], bearers: Bearers) -> list[Match]:
    """Those of this name whom the documents tell from its bearers by what stands in brackets: `Kim (design head)`.

    `near` holds rows of the vector index: (id, name, cosine).
    """
    known, key = {entity.id for entity, _ in bearers}, name_key(unglued(name))
    named = [(row.partition("#")[0], text, _BRACKETED.fullmatch(text)) for row, text, _ in near]
    return [
        Match(name, target, text, 1.0, "alias")
        for target, text, told in named
        if told and target not in known and name_key(told[1]) == key and not _short_form(told[2], told[1])
    ]


def by_name(match: Match) -> Match:
    """As an alias where it bears the very name and what stands in brackets, whichever stands first in the question."""
    told = _BRACKETED.fullmatch(match.name) if match.kind == "entity" and match.how == "vector" else None
    if not told or _short_form(told[2], told[1]):
        return match
    named = name_key(unglued(match.mention))
    same = named == name_key(told[1]) or sorted(named.split()) == sorted(name_key(match.name).split())
    return replace(match, how="alias", score=1.0) if same else match


def by_brackets(matches: Sequence[Match], question: str) -> list[Match]:
    """Of several of one name those whose brackets the question speaks of, where it does: `the engineer James Orr`."""
    said = set(terms(question))
    inside = {m: _BRACKETED.fullmatch(m.name) if m.kind == "entity" else None for m in matches}
    shared = {m: len(set(terms(told[2])) & said) if told else 0 for m, told in inside.items()}
    most: dict[str, int] = {}
    for m, count in shared.items():
        most[m.mention] = max(most.get(m.mention, 0), count)
    return [m for m in matches if shared[m] == most[m.mention]]


def bearers(matches: Sequence[Match]) -> dict[str, list[str]]:
    """Name → whom of its bearers the question may mean, where brackets tell them apart: one, or several."""
    found: dict[str, list[str]] = {}
    for m in matches:
        told = _BRACKETED.fullmatch(m.name) if m.kind == "entity" and m.how != "vector" else None
        if told and m.name not in found.setdefault(told[1], []):
            found[told[1]].append(m.name)
    return found


def told_bearer(name: str, texts: Sequence[str]) -> str:
    """The name with the brackets that stand behind it where it is told: whom of several is meant; empty without."""
    said = re.compile(rf"{re.escape(name)}\s?\([^()]+\)") if name else None
    found = next((match[0] for text in texts for match in [said.search(text) if said else None] if match), "")
    told = _BRACKETED.fullmatch(found)
    return found if told and not _short_form(told[2], told[1]) else ""


def is_ambiguous(matches: Sequence[Match]) -> bool:
    """Whether a name of the question may mean several."""
    return any(len(some) > 1 for some in bearers(matches).values())


def chosen_bearer(text: str, some: Sequence[str]) -> str:
    """Whom of several of one name the text speaks of by what stands in brackets; empty where of none or many."""
    said, inside = set(terms(text)), {name: _BRACKETED.fullmatch(name) for name in some}
    shared = {name: len(set(terms(told[2])) & said) for name, told in inside.items() if told}
    best = [name for name, count in shared.items() if count and count == max(shared.values())]
    return best[0] if len(best) == 1 else ""


def _short_form(short: str, full: str) -> bool:
    """Whether brackets hold but an abbreviation of what stands before them."""
    letters = name_key(short).replace(" ", "")
    return letters == "".join(word[0] for word in name_key(full).split())[: len(letters)] or short.isupper()


# ── in the answer
async def homonyms_note(matches: Sequence[Match], language: str, graph_store: GraphStore) -> str:
    """A sentence for each name that several bear whom nothing in the question tells apart; empty where there is none.

    Those who are called the same are told by the documents that speak of them.
    """
    said = []
    for name in dict.fromkeys(m.mention for m in matches if m.kind == "entity" and not m.mention.islower()):
        some = {m.target: m.name for m in matches if m.kind == "entity" and m.mention == name and m.how != "vector"}
        told = {key: called for key, called in some.items() if name_key(called) != name_key(unglued(name))}
        # Where two are told apart, the name alone is no third.
        some = told if len(told) > 1 else some
        if len(some) > 1:
            listed = "; ".join((await _described(some, graph_store))[:_MOST])
            more = len(some) > _MOST
            said.append((_korean if language == "ko" else _english)(unglued(name), listed, more))
    return " ".join(said)


def _english(name: str, listed: str, more: bool) -> str:
    return f"“{name}” may be any of several: {listed}{' and others' if more else ''}."


def _korean(name: str, listed: str, more: bool) -> str:
    return f"“{name}”: 다음 가운데 누구 또는 무엇인지 질문만으로는 알 수 없습니다: {listed}{' 등' if more else ''}."


async def _described(bearers: dict[str, str], graph_store: GraphStore) -> list[str]:
    """Their names; with the titles of their documents where two have the same."""
    names = list(bearers.values())
    if len(set(names)) == len(names):
        return sorted(names)
    mentioned = await graph_store.mentions_of(list(bearers), 20)
    places = [(entity.id, sentence_place(sentence)[0]) for entity, said in mentioned.items() for sentence in said]
    titles = {d.id: d.title for d in await graph_store.documents(sorted({document for _, document in places}))}
    found = []
    for entity, name in bearers.items():
        where = sorted({titles[document] for key, document in places if key == entity and document in titles})
        found.append(f"{name} ({', '.join(where[:2])})" if where and names.count(name) > 1 else name)
    return sorted(found)
