"""Sentence spans: what is one sentence, and that spans always cover the text in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.tools.text.sentences import LONGEST, spans

TRICKY = st.text(alphabet=st.sampled_from(list("abAB .!?\"'“”()[]1\n\t-•,;:…다요가한😀́∯ȸ&ᓴ")), max_size=400) | st.text(
    max_size=200
)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. Smith arrived at 5 p.m. on Monday.", "He left at 6 p.m. yesterday."],
        ["See Fig. 3 for details.", "The pump (cf. Sec. 2) works."],
        ["Visit https://example.com/a.b?c=d today.", "It is good."],
        ['"Is it true?" she asked.', "He nodded."],
        ["The U.S. Army arrived.", "It won."],
        ["J. R. R. Tolkien wrote it.", "He lived in Oxford."],
        ["The value is 3.5 mm.", "Use version 2.0.1 now."],
        ["Apples, pears, etc. are fruit.", "So are plums."],
        ["Smith et al. (2010) found it.", "Others did too."],
        ["He said (it was late. Really.) and left.", "All was well."],
        ["The bridge fell in 1987.", "It was rebuilt."],
        ["It was confirmed.[12]", "The next one was not.[3]"],
        ["Approx. 50 people came.", "More left."],
        ["The heater draws 150 W.", "Mia Brandt made it."],
        ["The cell gives 12 V.", "The fuse was chosen by Kofi Mensah."],
        ["The team went to Plan B.", "It was cut."],
        ["In 1990 W. Brandt won.", "George W. Bush left."],
        ["삼성전자는 1969년에 설립되었다.", "본사는 수원에 있다.", "매출은 3.5조 원이다!"],
        ['그는 "좋아요."라고 말했다.', "그리고 떠났다."],
    ],
)
def test_each_sentence_is_found_whole(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "opened", ["「바람」", "『바람』", "《바람》", "“바람”", "‘바람’", '"바람"', "[그림 1]", "「바람」(1990)"]
)
def test_a_korean_sentence_keeps_the_quote_or_bracket_it_begins_with(opened: str) -> None:
    assert cut(f"이영희는 서울에서 태어났다. {opened}은 김철수가 썼다.") == [
        "이영희는 서울에서 태어났다.",
        f"{opened}은 김철수가 썼다.",
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        ["이영희는 떠났다.", "(주)미래는 서울에 있다."],
        ["2020년 설립됐다.", "「도로교통법」 제3조에 따라 처벌한다.", "「민법」상 그렇다."],
        ["그는 떠났다.", "'A'와 'B'는 남았다.", '"C"에서 왔다.'],
        ["이영희는 태어났다.[1]", "그는 떠났다."],
        ['"나는 간다."', "그는 떠났다."],
        ['그는 "나는 간다. 너는 온다."라고 말했다.', "그리고 떠났다."],
    ],
)
def test_a_korean_quote_or_note_goes_to_the_sentence_it_is_of(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


QUOTING = st.lists(
    st.sampled_from(
        ["그는", "갔다.", "왔다", " ", "「", "」", '"', "'", "(주)", "[1]", "은", "바람", "?", "“", "”라고", "\n"]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=200)
@given(QUOTING)
def test_no_korean_sentence_begins_with_a_particle_that_is_stuck_to_a_closing_quote(text: str) -> None:
    for start, _ in spans(text):
        assert not (text[start - 1 : start] in ("」", "”") and text.startswith(("은", "라고"), start))


def test_a_wrapped_line_does_not_end_a_sentence_but_a_blank_line_does() -> None:
    text = "This line is long enough to have been wrapped by\nsomeone. Short line\nanother one\n\nA heading\n\nText."
    assert [piece.replace("\n", " ") for piece in cut(text)] == [
        "This line is long enough to have been wrapped by someone.",
        "Short line",
        "another one",
        "A heading",
        "Text.",
    ]


def test_each_paragraph_goes_to_the_splitter_of_its_language() -> None:
    assert cut("Prof. Kim came. He sat.\n\n김 교수가 왔다. 그리고 앉았다.") == [
        "Prof. Kim came.",
        "He sat.",
        "김 교수가 왔다.",
        "그리고 앉았다.",
    ]


def test_a_blob_is_cut_at_spaces_into_bounded_pieces() -> None:
    found = spans("word " * 3000)
    assert max(end - start for start, end in found) <= LONGEST
    assert sum(len(piece.split()) for piece in cut("word " * 3000)) == 3000


@pytest.mark.parametrize("text", ["", " ", "\n\n \t"])
def test_nothing_has_no_sentence(text: str) -> None:
    assert spans(text) == []


@settings(max_examples=300)
@given(TRICKY)
def test_spans_are_ordered_apart_trimmed_and_leave_out_only_white_space(text: str) -> None:
    found = spans(text)
    covered = set()
    place = 0
    for start, end in found:
        assert place <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert end - start <= LONGEST
        covered.update(range(start, end))
        place = end
    assert all(index in covered or text[index].isspace() for index in range(len(text)))


def test_threads_get_what_one_thread_gets() -> None:
    texts = [f"Mr. A{n} met Dr. B{n} (see p. {n}). They spoke of St. C{n}. 그는 {n}번 왔다. 갔다." for n in range(40)]
    alone = [spans(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(spans, texts)) == alone
