"""The builtin extractor as a port: spans, strictness, determinism, hostile text."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kgqa.ingestion.extract.builtin import BuiltinExtractor, read_sentence
from kgqa.model import Chunk, Passage, Relation, Schema, Sentence
from kgqa.tools.text.relations import relation_types, type_of

KINDS = ("text", "heading", "list", "table", "caption", "code")
PRONOUNS = frozenset("he she it they him her them his its their we us our you your i me this that these those".split())
WORDS = st.sampled_from(
    "Kim Hanbit Seoul the of and was founded by in 1998 , ( ) . ' \" PX-200 he It who which is director 3 % $5 Dr. St. "
    "works at not said : ; CEO WHO "
    "한빛정밀 은 는 이 가 의 에 서울에서 인수했다 김지우 그는 말한다 2016년 3명 ( ) 대표 이다 -".split()
)
SENTENCES = st.lists(WORDS, max_size=40).flatmap(lambda words: st.sampled_from([" ".join(words), "".join(words)]))


def sentence(text: str, kind: str = "text", start: int = 0) -> Sentence:
    return Sentence("s", "d", 0, start, start + len(text), text, kind)  # type: ignore[arg-type]  # parameters give kinds as text


def passage(*texts: str) -> Passage:
    made, at = [], 0
    for i, text in enumerate(texts):
        made.append(Sentence(f"s{i}", "d", i, at, at + len(text), text))
        at += len(text) + 1
    return Passage(Chunk("c", "d", 0, at, tuple(s.id for s in made)), tuple(made), "Title", "en")


@settings(max_examples=300)
@given(st.one_of(SENTENCES, st.text(max_size=200)), st.sampled_from(KINDS), st.sampled_from(["en", "ko", "und"]))
@example(", : Kim", "table", "en")
@example("Model: PX-200; - : Kim", "table", "en")
def test_spans_are_slices_and_no_pronoun_is_a_mention(text: str, kind: str, language: str) -> None:
    offset = 1000
    found = read_sentence(sentence(text, kind, offset), language)
    texts = {m.text for m in found.mentions}
    for mention in found.mentions:
        assert text[mention.start - offset : mention.end - offset] == mention.text
        assert mention.text.strip()
        if kind not in ("heading", "table"):
            assert mention.text.lower() not in PRONOUNS or mention.text.isupper()
    for claim in found.claims:
        assert {claim.subject, claim.object} <= texts
        assert offset <= claim.start <= claim.end <= offset + len(text)
        assert claim.type == type_of(claim.phrase)
        assert 0 < claim.confidence <= 1
    for alias in found.aliases:
        assert {alias.short, alias.full} <= texts


@pytest.mark.parametrize(
    "text",
    ["Dr A " * 2000, "(" * 5000, "x" * 50000, "X (AB) " * 1000, "가" * 5000, "\x00\ud800 가 " * 500, "a: b; " * 2000],
)
@pytest.mark.parametrize("kind", ["text", "table", "heading"])
def test_hostile_text_neither_raises_nor_gives_much(text: str, kind: str) -> None:
    found = read_sentence(sentence(text, kind), "en")
    assert len(found.claims) < 1000


async def test_offsets_are_the_documents_and_sentences_their_own() -> None:
    [found] = await BuiltinExtractor().extract([passage("Hanbit is big.", "Kim Ji-woo works at Hanbit.")], None, False)
    assert found.chunk == "c"
    assert [(m.text, m.start, m.sentence) for m in found.mentions] == [
        ("Hanbit", 0, "s0"),
        ("Kim Ji-woo", 15, "s1"),
        ("Hanbit", 35, "s1"),
    ]


async def test_strict_keeps_only_what_the_schema_allows_in_its_direction() -> None:
    texts = "Kim Ji-woo works at Hanbit Inc.", "Kim Ji-woo visited Seoul.", "Hanbit Inc. works at Kim Ji-woo."
    schema = Schema("1", ("ORGANIZATION", "PERSON"), (Relation("WORK_AT", ("PERSON",), ("ORGANIZATION",)),))
    [found] = await BuiltinExtractor().extract([passage(*texts)], schema, True)
    assert {m.type for m in found.mentions} == {"PERSON", "ORGANIZATION"}
    assert [(c.subject, c.type, c.object, c.sentence) for c in found.claims] == [
        ("Kim Ji-woo", "WORK_AT", "Hanbit Inc.", "s0")
    ]


async def test_a_schema_that_is_not_strict_changes_nothing() -> None:
    given_ = [passage("Kim Ji-woo visited Seoul.")]
    extractor = BuiltinExtractor()
    assert await extractor.extract(given_, Schema("1", (), ()), False) == await extractor.extract(given_, None, False)


async def test_many_calls_at_once_agree() -> None:
    passages = [
        passage("Kim Ji-woo works at Hanbit.", "한빛정밀은 서울에 있다.", f"Room {i} is cold.") for i in range(40)
    ]
    alone = [(await BuiltinExtractor().extract([p], None, False))[0] for p in passages]
    runs = await asyncio.gather(*(BuiltinExtractor().extract([p], None, False) for p in passages))
    assert [run[0] for run in runs] == alone


def test_the_result_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "from kgqa.ingestion.extract.builtin import read_sentence as r; from kgqa.model import Sentence as S;"
        "t = 'Kim Ji-woo, the safety officer of Hanbit (HB), met Dr. Ada Park in Seoul, Korea, on 3 May 2021.';"
        "print(r(S('s', 'd', 0, 0, len(t), t), 'en'))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_relation_types_are_bounded() -> None:
    assert len(relation_types()) < 1000
    assert {type_of(phrase) for phrase in ("work at", "director of", "be stationed at")} <= set(relation_types())
    assert type_of("be stationed at") == "RELATED_TO"
