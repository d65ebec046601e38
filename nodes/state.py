"""The QA graph's state, split by writer: each key has one, and a node's signature names what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from langgraph.channels import UntrackedValue
from pydantic import ValidationError, with_config
from typing_extensions import TypedDict

from ..context_fields import described_by
from ..errors import InputError
from ..model import Answer, Attempt, Evidence, Match, Mention, Query, Sentence, Statement
from ..settings import QAOptions, Strategy
from .trace import Trace


def told_once(before: list[str], new: list[str]) -> list[str]:
    """The notes so far with the new ones, `NODE: what was done: why`; what one node told no other tells."""
    said = {note.partition(": ")[2] for note in before if ": " in note}
    kept = []
    for note in new:
        if (what := note.partition(": ")[2]) not in said or not what:
            kept.append(note)
            said.add(what)
    return [*before, *kept]


# ── what each node writes
class Asked(TypedDict):
    """The caller."""

    question: str


class Extracted(TypedDict):
    """`extract`: what the question names and asks for."""

    asked: str
    """The question without politeness and talk about the asker; what all other nodes go by."""
    language: str
    """`en`, `ko` or `und`."""
    mentions: list[Mention]
    relation_words: list[str]
    search: str
    """The question as words to search by: without how it asks, and in Korean without endings and particles."""
    answer_kind: str
    """As `tools.text.questions.answer_type` says it, or `overview` for the documents as a whole."""


class Written(TypedDict):
    """`write_cypher`: patterns over placeholders, in the order to try them."""

    queries: list[Query]


class Matched(TypedDict):
    """`match`: the question's words bound to entities and relation types."""

    matches: list[Match]


class Searched(TypedDict):
    """`search`: what the text index holds of the question's words."""

    passages: list[tuple[str, float]]
    """(id of the passage's row, BM25), best first."""
    sentences: list[tuple[str, float]]
    """(sentence id, BM25), best first."""
    counted: tuple[int, Mapping[str, int]]
    """How many sentences there are, and in how many of them each word stands."""


class Ran(TypedDict):
    """`run_cypher`: which sentences bear the facts found, and how each query fared."""

    fact_sentences: list[str]
    attempts: list[Attempt]
    failed: str
    """Why the last of them that did not run was refused or failed; empty where all ran, whether they found or not."""
    rounds: Annotated[int, UntrackedValue]
    """How often queries were run for this question; no checkpoint keeps it, so the thread's next one starts anew."""


class Walked(TypedDict):
    """`walk`: how near each block of text is to the question, by full text and by the walk."""

    hits: Mapping[str, float]
    """Block → BM25 of the best passage over it."""
    walked: Mapping[str, float]
    """Block → the walk's mass there, the most visited first, its own being 1."""


class Expanded(TypedDict):
    """`expand`: the sentences to choose from, by document, then place."""

    candidates: list[Sentence]
    near: Mapping[str, float]
    """Sentence id → cosine with the question, best first; empty unless the embedder knows meaning."""


class Ranked(TypedDict):
    """`rank`: the best of them first, and how much of the question they hold."""

    evidence: list[Evidence]
    coverage: float
    """0 to 1: how well the best evidence covers the question's words, rare ones counting most."""
    unknown: list[str]
    """Words of the question that stand nowhere in the documents."""


class Drafted(TypedDict):
    """`answer`: statements with the sentences that they rest on, not yet checked."""

    draft: list[Statement]
    short: str
    """The likeliest short answer, and the probability that it is right."""
    sure: float
    demand: str
    """What is asked and stands in none of the sentences found, as `answering.demands` says it; else empty."""


class Noted(TypedDict):
    """Whichever node could not do its work as it was told to, and what was done instead."""

    notes: Annotated[list[str], told_once]


class Surveyed(Matched, Ranked, Drafted, Noted):
    """`survey`: a draft about the documents as a whole, and what it rests on."""


class Answered(TypedDict):
    """`check`: what the user gets."""

    answer: Answer


class Explored(TypedDict):
    """`explore`: the steps of a strategy that goes step by step."""

    trace: Trace
    hops: Annotated[int, UntrackedValue]
    """Steps taken for this question; no checkpoint keeps it, so the thread's next one starts anew."""


# ── what each node reads beside the question
class ToWrite(Extracted, Matched, Ran):
    """For `write_cypher`; on the first round nothing is matched yet and nothing ran."""


class ToMatch(Extracted):
    """For `match`."""


class ToSearch(Extracted):
    """For `search`."""


class ToRun(Extracted, Written, Matched, Ran):
    """For `run_cypher`, which counts its rounds."""


class ToExplore(Extracted, Matched, Explored):
    """For `explore`, which goes on from its own trace."""


class Stepped(Explored, Noted):
    """What `explore` gives: its steps, and a note where they broke off."""


class ToWalk(Searched, Matched, Explored):
    """For `walk`."""


class ToExpand(Extracted, Matched, Searched, Ran, Explored, Walked):
    """For `expand`."""


class ToRank(Extracted, Matched, Searched, Ran, Explored, Walked, Expanded):
    """For `rank`."""


class ToAnswer(Extracted, Matched, Explored, Ranked):
    """For `answer`."""


class Composed(Drafted, Noted):
    """What `answer` gives: its draft, and a note where it is not as it should be."""


class ToCheck(Extracted, Matched, Ranked, Drafted):
    """For `check`."""


class QAState(
    Asked,
    Extracted,
    Written,
    Matched,
    Searched,
    Ran,
    Explored,
    Walked,
    Expanded,
    Ranked,
    Drafted,
    Answered,
    Noted,
    total=False,
):
    """All of it."""


@with_config(use_attribute_docstrings=True)
class Question(TypedDict):
    """What the graph takes."""

    question: str
    """In words, in English or Korean; `KGQA_QA__MAX_QUESTION_CHARS` says how long it may be."""


@with_config(use_attribute_docstrings=True)
class Result(TypedDict):
    """What the graph gives."""

    answer: Answer
    matches: list[Match]
    """What the question's words were taken for."""
    evidence: list[Evidence]
    """The sentences that were found, best first."""
    notes: Annotated[list[str], told_once]
    """What did not go as it should: a model that failed, and what took its place."""


@with_config(use_attribute_docstrings=True)
class Told(TypedDict):
    """What the graph around it gives that tells an answer as a text."""

    text: str
    """The answer with its sources, to be read as it is."""


class ToTell(Question, Result, Told, total=False):
    """All of that graph's state."""


# ── what one run may choose
@described_by(QAOptions)
@dataclass(frozen=True)
class QAContext:
    """Plain values for one run; what is None is as the settings have it (`QAOptions` says what each means)."""

    window: int | None = None
    entity_threshold: float | None = None
    relation_threshold: float | None = None
    evidence: int | None = None
    cited: int | None = None
    repairs: int | None = None
    strategy: Strategy | None = None
    hops: int | None = None
    beam: int | None = None
    abstain_below: float | None = None


def options(context: QAContext | None, settings: QAOptions) -> QAOptions:
    """The options of one run: the settings', with what its context says in their place.

    Raises:
        InputError: a value of the context does not fit; the message names it.
    """
    given = {name: value for name, value in vars(context).items() if value is not None} if context else {}
    if not given:
        return settings
    try:
        return QAOptions.model_validate({**settings.model_dump(), **given})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(f"context {first['loc'][0]!r}: {first['msg']} (got {first['input']!r})") from error
