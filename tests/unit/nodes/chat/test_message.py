"""reply: an answer as a message, numbered citations in its text, pages as blocks, all else as plain data."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Answer, Box, Citation, Statement
from kgqa.nodes.chat.message import KEY, marked, message, place, told_in
from markdown_it import MarkdownIt
from markdown_it.token import Token

CITATIONS = (
    Citation("s1", "d", "Handbook", "h.pdf", 3, "Pumps", 0, 4, "It moves.", (Box(1, 2, 3, 4),), "pages/d/3.jpg"),
    Citation("s2", "e", "Notes", "n.md", None, "", 0, 4, "It stops."),
)
ANSWER = Answer(
    "It moves. It stops.",
    (Statement("It moves.", ("s1",)), Statement("It stops.", ("s2", "s1"))),
    CITATIONS,
    ("pages/d/3.jpg", "pages/d/4.jpg"),
    candidate="moves",
    confidence=0.8,
)
STATEMENTS = st.lists(
    st.builds(
        Statement,
        st.text("ab. ", min_size=1, max_size=6).map(str.strip).filter(bool),
        st.lists(st.sampled_from(["s1", "s2", "gone"]), max_size=3, unique=True).map(tuple),
    ),
    max_size=4,
)


def test_the_text_numbers_its_citations_and_lists_them() -> None:
    text = str(message(ANSWER, "Does it?").text)
    assert text == "It moves. [1]\nIt stops. [2] [1]\n\n[1] Handbook (h.pdf), page 3, Pumps\n[2] Notes (n.md)"


def test_a_short_answer_that_is_sure_comes_first() -> None:
    text = str(message(replace(ANSWER, short="m*v*s"), "Does it?").text)
    assert text.startswith(r"**m\*v\*s**" + "\n\nIt moves. [1]")


def test_what_a_statement_says_whole_need_not_be_quoted() -> None:
    row = replace(CITATIONS[1], text="Vessel: Dunlin; Length (m): 31.5")
    told = Answer("Dunlin – Length (m): 31.5.", (Statement("Dunlin – Length (m): 31.5.", ("s2",)),), (row,))
    assert told_in(told, row)
    assert told_in(ANSWER, CITATIONS[0])
    assert not told_in(ANSWER, replace(CITATIONS[0], text="It moves water."))


def test_a_section_does_not_repeat_the_title() -> None:
    assert place(replace(CITATIONS[0], section="Handbook › 2 Pumps")) == "Handbook (h.pdf), page 3, 2 Pumps"
    assert place(replace(CITATIONS[0], section="Handbook")) == "Handbook (h.pdf), page 3"
    assert place(replace(CITATIONS[0], section="Handbooks")) == "Handbook (h.pdf), page 3, Handbooks"


def test_a_page_is_a_block_with_its_path_and_boxes_and_no_bytes() -> None:
    _, first, second = message(ANSWER, "Does it?").content
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["type"], first["file_id"], first["mime_type"]) == ("image", "pages/d/3.jpg", "image/jpeg")
    assert first["extras"]["boxes"] == [[1, 2, 3, 4]]
    assert (first["extras"]["document_id"], first["extras"]["page"]) == ("d", 3)
    assert second["extras"] == {"path": "pages/d/4.jpg", "sentences": []}
    assert not {"base64", "url", "data"} & {*first, *second}


def test_a_page_shows_the_boxes_of_all_sentences_cited_on_it() -> None:
    more = replace(CITATIONS[0], sentence="s3", boxes=(Box(5, 6, 7, 8), Box(9, 9, 9, 9)))
    block = message(replace(ANSWER, citations=(*CITATIONS, more)), "Does it?").content[1]
    assert isinstance(block, dict)
    assert block["extras"]["sentences"] == ["s1", "s3"]
    assert block["extras"]["boxes"] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 9, 9, 9]]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("a.JPEG", "image/jpeg"), ("a.png", "image/png"), ("a.webp", "image/webp"), ("a", "image/png")],
)
def test_an_images_type_is_told_by_its_name(path: str, kind: str) -> None:
    block = message(replace(ANSWER, pages=(path,)), "Does it?").content[1]
    assert isinstance(block, dict)
    assert block["mime_type"] == kind


def test_the_citations_stand_in_the_message_as_plain_data() -> None:
    said = message(ANSWER, "Does it?")
    kept = said.additional_kwargs[KEY]
    assert json.loads(json.dumps(kept)) == kept
    assert [one["number"] for one in kept["citations"]] == [1, 2]
    assert (kept["question"], kept["candidate"], kept["abstained"]) == ("Does it?", "moves", False)


def test_an_abstention_is_a_message_of_text_alone() -> None:
    said = message(Answer("Not in these documents.", abstained=True), "x?")
    assert said.content == [{"type": "text", "text": "Not in these documents."}]


def test_two_statements_of_one_wording_have_each_their_own_mark() -> None:
    twice = Answer("It moves. It moves.", (Statement("It moves.", ("s1",)), Statement("It moves.", ("s2",))), CITATIONS)
    assert marked(twice, {"s1": 1, "s2": 2}) == "It moves. [1]\nIt moves. [2]"


def test_where_the_text_words_a_statement_otherwise_its_marks_stand_at_the_end_once_and_in_order() -> None:
    other = replace(ANSWER, text="Moving and stopping are what it does.")
    assert marked(other, {"s1": 1, "s2": 2}) == "Moving and stopping are what it does. [1] [2]"


def test_what_follows_the_last_statement_begins_a_line_of_its_own() -> None:
    told = replace(ANSWER, text="It moves. It stops. “Kim” may be any of several: a; b.")
    assert marked(told, {"s1": 1, "s2": 2}).split("\n")[-1] == "“Kim” may be any of several: a; b."


@given(STATEMENTS)
def test_marks_add_to_the_text_and_change_no_word_of_it(statements: list[Statement]) -> None:
    text = " ".join(statement.text for statement in statements)
    said = marked(Answer(text, tuple(statements)), {"s1": 1, "s2": 2})
    assert said.replace(" [1]", "").replace(" [2]", "").replace("\n", " ") == text
    assert {mark for mark in ("[1]", "[2]") if mark in said} == {
        f"[{key[1]}]" for statement in statements for key in statement.sentences if key != "gone"
    }


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "Handbook (h.pdf), page 3, Pumps"),
        ({"section": ""}, "Handbook (h.pdf), page 3"),
        ({"page": None}, "Handbook (h.pdf), Pumps"),
    ],
)
def test_a_place_says_title_source_page_and_section_where_there_are_any(changed: dict[str, str], told: str) -> None:
    assert place(replace(CITATIONS[0], **changed)) == told  # type: ignore[arg-type]


# ── what a chat client makes of it
HOSTILE = st.lists(
    st.sampled_from(
        [
            "![p](http://x.org/p.png)", "[a](http://x)", "[a][b]", "[b]: http://x", "<img src=http://x>", "<http://x>",
            "<a@b.org>", "<script>", "</div>", "<!--", "<?x?>", "[", "]", "(", ")", "!", ":", "# h", "## ", "> q",
            "- l", "* l", "+ l", "1. l", "2) l", "---", "===", "***", "```", "~~~", "    code", "\t", "a | b", "|-|-|",
            "*e*", "__s__", "a_b_c", "~~d~~", "`c`", "\\", "&amp;", "&#65;", "&", "-18℃", "3.5", "x", "가", "\n",
            "\n\n", " ",
        ]
    )
    | st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"), max_size=5),
    max_size=12,
).map("".join)  # fmt: skip


def rendered(text: str) -> tuple[str, set[str]]:
    """What a client that takes HTML shows, without white space, and the kinds of its tokens."""
    parser = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    return "".join("".join(map(_shown, inner)).split()), {token.type for token in [*tokens, *inner]}


def _shown(token: Token) -> str:
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content


@given(HOSTILE.filter(str.strip), HOSTILE.filter(str.strip), HOSTILE, HOSTILE)
def test_what_documents_say_is_shown_as_text_and_fetches_nothing(one: str, two: str, title: str, more: str) -> None:
    cited = (replace(CITATIONS[0], title=title, section=more), replace(CITATIONS[1], source=title))
    answer = replace(
        ANSWER,
        text=f"{one} {two}{more}",
        statements=(Statement(one, ("s1",)), Statement(two, ("s2",))),
        citations=cited,
    )
    plain = f"{marked(answer, {'s1': 1, 's2': 2})}\n\n[1] {place(cited[0])}\n[2] {place(cited[1])}"
    shown, kinds = rendered(str(message(answer, "?").text))
    assert shown == "".join(plain.split())
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"}


@pytest.mark.parametrize(
    "text",
    ["It moves 3.5 bar (PX-200) at -18℃, i.e. 5 > 4 & snake_case.", "제3조: “면적”은 450㎡이다!", "1.5 million; 3-4"],
)
def test_plain_prose_is_left_as_it_is(text: str) -> None:
    assert message(Answer(text), "?").text == text
