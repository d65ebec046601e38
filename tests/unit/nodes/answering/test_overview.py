"""Questions about the documents as a whole, and those that only look like it."""

from __future__ import annotations

import pytest
from kgqa.model import Document
from kgqa.nodes.answering.overview import asks_overview, named, subject
from kgqa.tools.text.bare_question import bare_question


@pytest.mark.parametrize(
    "question",
    [
        "What is this document about?",
        "What are these documents about?",
        "what's the file about",
        "What do the documents say?",
        "Summarize the document.",
        "Could you summarise all of these documents for me?",
        "Please summarize this PDF in three sentences.",
        "Give me an overview.",
        "Give me a short summary of the documents",
        "Tell me about this document.",
        "Which documents do you have?",
        "What can I ask you about?",
        "이 문서는 무엇에 관한 것인가요?",
        "문서들을 요약해 줘",
        "이 문서를 요약해 주세요.",
        "문서 내용이 뭐야?",
        "어떤 문서들이 있나요?",
        "이 문서에 대해 알려줘",
        "전체 요약",
        "이 파일은 무슨 내용이야?",
    ],
)
def test_it_is_about_all_of_them(question: str) -> None:
    assert asks_overview(bare_question(question))


@pytest.mark.parametrize(
    "question",
    [
        "What is this document's revision?",
        "What does the document say about batteries?",
        "Which documents must a master sign?",
        "Who wrote this document?",
        "Summarize the report on the grounding.",
        "What is the library's address?",
        "What is the material of the hull?",
        "Tell me about the pump.",
        "What is the text of clause 4?",
        "이 문서는 누가 작성했나?",
        "문서 보관 기간은 얼마인가?",
        "이 문서의 개정 번호는 무엇인가?",
        "어떤 문서가 필요한가?",
        "이 문서에서 배터리에 대해 무엇을 말하는가?",
        "자료를 요약하는 사람은 누구인가?",
    ],
)
def test_it_is_about_something_in_them(question: str) -> None:
    assert not asks_overview(bare_question(question))


HELD = [
    Document("a", "Annual Report 2024 of the Clock Museum", "annual-report.pdf", "0", "en"),
    Document("b", "Staff Handbook", "handbook.md", "0", "en"),
    Document("c", "Volunteers' Handbook", "volunteers.md", "0", "en"),
    Document("d", "건조기 DM-40 사용 설명서", "manual-ko.md", "0", "ko"),
]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Summarize the annual report", ["a"]),
        ("What is the annual report about?", ["a"]),
        ("Tell me about the Staff Handbook.", ["b"]),
        ("Could you give me a summary of handbook.md?", ["b"]),
        ("사용 설명서를 요약해줘", ["d"]),
        ("사용 설명서는 무엇에 관한 것인가요?", ["d"]),
        ("Tell me about the clock museum", []),
        ("Summarize the lease", []),
        ("What is the rent about to be?", []),
        ("Who wrote the annual report?", []),
    ],
)
def test_one_document_is_meant_by_its_name_or_its_kind(question: str, meant: list[str]) -> None:
    assert [one.id for one in named(subject(bare_question(question)), HELD)] == meant


def test_of_two_handbooks_none_is_taken_for_the_handbook() -> None:
    assert [one.id for one in named("handbook", HELD[1:3])] == ["b"], "its file is called so"
    two = [Document(key, f"{key} Handbook", f"{key}.md", "0", "en") for key in ("Staff", "Crew")]
    assert named("handbook", two) == []
