"""A model's reply as statements: what counts as a citation, what as an abstention, and how long reading takes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Sentence, sentence_id
from kgqa.nodes.llm.cited_statements import READ, read_statements

DOCUMENT = "d" * 32
TEXTS = ("The PX-200 pump was designed by Mira Lindqvist in 1998.", "It moves 40 litres a minute.", "It is blue.")
EVIDENCE = [Sentence(sentence_id(DOCUMENT, n), DOCUMENT, n, 0, len(text), text) for n, text in enumerate(TEXTS)]
IDS = [sentence.id for sentence in EVIDENCE]
SAID = "She designed it."


async def cites(reply: str) -> list[int]:
    """The places of the sentences that the one statement of a reply cites."""
    statements = await read_statements(reply, EVIDENCE)
    assert statements is not None
    ((text, ids),) = statements
    assert text == SAID
    return [IDS.index(key) + 1 for key in ids]


# ── citations
@pytest.mark.parametrize(
    ("cited", "places"),
    [
        ("[1]", [1]),
        ("[1][3]", [1, 3]),
        ("[3, 1]", [3, 1]),
        ("[1-3]", [1, 2, 3]),
        ("[1–2]", [1, 2]),
        ("[1 ~ 2; 3]", [1, 2, 3]),
        ("[S1-S3]", [1, 2, 3]),
        ("[2-999999]", [2, 3]),
        ("[１]", [1]),
        ("［２］", [2]),
        ("【3】", [3]),
        ("【1†source】", [1]),
        ("[S2]", [2]),
        ("[sentence 1]", [1]),
        ("[Sentences 1 and 3]", [1, 3]),
        ("[문장 1]", [1]),
        ("[문장1, 문장3]", [1, 3]),
        ("[1번 문장]", [1]),
        ("[1과 3]", [1, 3]),
        (f"[{IDS[1]}]", [2]),
        ("[1][99]", [1]),
    ],
)
async def test_a_citation_may_be_written_in_many_ways(cited: str, places: list[int]) -> None:
    assert await cites(f"- {SAID} {cited}") == places
    assert await cites(f"{SAID[:-1]}{cited}.") == places


@pytest.mark.parametrize("cited", ["[7]", "[0]", "[50-60]", f"[{'0' * 38}]"])
async def test_what_cites_none_but_numbers_that_were_not_given_is_no_statement(cited: str) -> None:
    assert await read_statements(f"{TEXTS[0]} {cited}", EVIDENCE) is None


async def test_brackets_that_are_no_citation_stay() -> None:
    assert await read_statements("It moves 40 litres [sic] a minute. [2]", EVIDENCE) == [
        ("It moves 40 litres [sic] a minute.", (IDS[1],))
    ]


@pytest.mark.parametrize("text", [TEXTS[0], f"{TEXTS[0]} [sic]", TEXTS[0].replace("1998", "[1998 or so]")])
async def test_a_statement_without_a_number_that_one_sentence_bears_out_is_mended(text: str) -> None:
    assert await read_statements(text, EVIDENCE) == [(text, (IDS[0],))]


# ── nothing
@pytest.mark.parametrize(
    "reply",
    [
        "NOTHING",
        " nothing.\n",
        "**NOTHING**",
        "`NOTHING`",
        "NOTHING [1]",
        "NOTHING\n\nThe sentences do not say who designed it.",
        "NOTHING\n\nSentence [1] tells of the pump only.",
        "NOTHING: the sentences only say that it moves 40 litres. [2]",
        "Nothing in the sentences says who paid for it.",
        "Answer: NOTHING",
        "없음.",
        "없음\n\n문장에 답이 없습니다.",
        "답변: 해당 없음.",
        "답이 없습니다.",
        "알 수 없음",
    ],
)
async def test_a_reply_that_begins_with_the_word_for_nothing_is_an_abstention(reply: str) -> None:
    assert await read_statements(reply, EVIDENCE) == []


@pytest.mark.parametrize(
    "statement",
    [
        "Nothing in the lease forbids it.",
        "NOTHING IN THIS LEASE FORBIDS IT.",
        "Nothing, it says, was paid.",
        "없음이 확인되었다.",
    ],
)
async def test_a_statement_may_begin_with_that_word_too(statement: str) -> None:
    assert await read_statements(f"{statement} [1]", EVIDENCE) == [(statement, (IDS[0],))]


async def test_the_word_for_nothing_is_no_statement_among_others() -> None:
    assert await read_statements(f"{SAID} [1]\nNOTHING [2]", EVIDENCE) == [(SAID, (IDS[0],))]


# ── any reply
@pytest.mark.parametrize(
    "run", [" ", "\t", "[", "[1", "[1-", "[1]", "【", "a [", "- ", "*", "nothing ", "1.", "(p. ", "없"]
)
async def test_reading_takes_time_linear_in_the_reply(run: str) -> None:
    begun = time.perf_counter()
    for lead in ("", "a"):
        await read_statements(lead + run * (20 * READ // len(run)), EVIDENCE)
        await read_statements((lead + run * (1000 // len(run)) + "\n") * 1000, EVIDENCE)
    assert time.perf_counter() - begun < 2


async def test_ten_thousand_statements_cost_no_more_than_those_that_are_read() -> None:
    begun = time.perf_counter()
    statements = await read_statements(f"{TEXTS[0]}\n" * 10_000, EVIDENCE)
    assert statements is not None
    assert len(statements) == 12
    assert time.perf_counter() - begun < 2


PIECES = st.sampled_from(
    ["[", "]", "1", "-", "3", " ", "\n", "【", "】", "sentence", "문장", "NOTHING", "a", ".", *TEXTS]
)


@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map("".join))
async def test_whatever_is_said_only_given_ids_come_back(reply: str) -> None:
    for text, ids in await read_statements(reply, EVIDENCE[:2]) or []:
        assert text.strip()
        assert ids
        assert set(ids) <= set(IDS[:2])
