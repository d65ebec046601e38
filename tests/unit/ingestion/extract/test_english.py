"""English extraction, sentence by sentence: exact mentions, claims and aliases."""

from __future__ import annotations

import pytest
from kgqa.ingestion.extract.builtin import read_sentence
from kgqa.model import Extraction, Kind, Sentence


def read(text: str, kind: Kind = "text") -> Extraction:
    return read_sentence(Sentence("s", "d", 0, 0, len(text), text, kind), "en")


def claims(text: str, kind: Kind = "text") -> list[tuple[str, str, str]]:
    return [(c.subject, c.type, c.object) for c in read(text, kind).claims]


def mentions(text: str, kind: Kind = "text") -> list[tuple[str, str]]:
    return [(m.text, m.type) for m in read(text, kind).mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Samsung Electronics acquired Harman.", [("Samsung Electronics", "ACQUIRE", "Harman")]),
        ("Kim Ji-woo works at Hanbit.", [("Kim Ji-woo", "WORK_AT", "Hanbit")]),
        ("Kim Ji-woo reports to Lee Min-ho.", [("Kim Ji-woo", "REPORT_TO", "Lee Min-ho")]),
        ("Hanbit has 300 employees.", [("Hanbit", "HAS", "300 employees")]),
        ("The film Titanic stars Tom Hanks.", [("Titanic", "IS_A", "film"), ("Tom Hanks", "STAR_IN", "Titanic")]),
        (
            "Hanbit makes pumps, valves and filters.",
            [("Hanbit", "PRODUCE", "pumps"), ("Hanbit", "PRODUCE", "valves"), ("Hanbit", "PRODUCE", "filters")],
        ),
        (
            "Marie Curie was born in Warsaw and died in Paris.",
            [("Marie Curie", "BORN_IN", "Warsaw"), ("Marie Curie", "DIE_IN", "Paris")],
        ),
    ],
)
def test_a_verb_joins_its_subject_and_its_objects(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Hanbit was founded by Park Min-su in 1998.", "Hanbit was founded in 1998 by Park Min-su."],
)
def test_a_passive_is_turned_around(text: str) -> None:
    assert set(claims(text)) == {("Park Min-su", "FOUND", "Hanbit"), ("Hanbit", "FOUNDED_IN", "1998")}


def test_what_stands_before_a_clause_belongs_to_its_verb() -> None:
    assert claims("In 1998, Park Min-su founded Hanbit.") == [
        ("Park Min-su", "FOUND", "Hanbit"),
        ("Park Min-su", "FOUNDED_IN", "1998"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kim Ji-woo is the director of Hanbit.", ("Kim Ji-woo", "DIRECTOR_OF", "Hanbit")),
        ("The capital of France is Paris.", ("Paris", "CAPITAL_OF", "France")),
        ("John Wilkes Booth was an actor.", ("John Wilkes Booth", "IS_A", "actor")),
        ("Kim Ji-woo became head of engineering.", ("Kim Ji-woo", "HEAD_OF", "engineering")),
        ("The Broad Institute is a part of MIT.", ("Broad Institute", "PART_OF", "MIT")),
        ("Hanbit's headquarters are in Seoul.", ("Hanbit", "HEADQUARTERED_IN", "Seoul")),
    ],
)
def test_a_copula_gives_an_office_a_kind_or_a_place(text: str, expected: tuple[str, str, str]) -> None:
    assert claims(text) == [expected]


def test_an_attribute_keeps_its_noun_as_wording() -> None:
    [claim] = read("The maximum pressure of the PX-200 is 16 bar.").claims
    assert (claim.subject, claim.type, claim.phrase, claim.object) == (
        "PX-200",
        "RELATED_TO",
        "maximum pressure",
        "16 bar",
    )


def test_a_wording_outside_the_vocabulary_is_related_to_and_keeps_its_words() -> None:
    [claim] = read("Kim Ji-woo was stationed at Busan.").claims
    assert (claim.type, claim.phrase) == ("RELATED_TO", "be stationed at")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kim Ji-woo, the safety officer of Hanbit, works at Port Ellary.",
            [("Kim Ji-woo", "OFFICER_OF", "Hanbit"), ("Kim Ji-woo", "WORK_AT", "Port Ellary")],
        ),
        ("Hanbit's CEO, Lee Min-ho, left.", [("Lee Min-ho", "CEO_OF", "Hanbit")]),
        (
            "Hanbit CEO Lee Min-ho met Barack Obama.",
            [("Lee Min-ho", "CEO_OF", "Hanbit"), ("Lee Min-ho", "MEET", "Barack Obama")],
        ),
        (
            "Mario Cuomo, 53, governor of New York, said he will come.",
            [("Mario Cuomo", "GOVERNOR_OF", "New York")],
        ),
        (
            "Fort Snelling, Minn., is a fort.",
            [("Fort Snelling", "LOCATED_IN", "Minn."), ("Fort Snelling", "IS_A", "fort")],
        ),
    ],
)
def test_what_stands_beside_a_name_says_who_it_is(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert claims(text) == expected


def test_a_relative_clause_is_about_the_noun_before_it() -> None:
    text = "The MV Corrie, which was built by Hangyeol Shipbuilding in 2014, carries 220 passengers."
    assert claims(text) == [
        ("Hangyeol Shipbuilding", "PRODUCE", "MV Corrie"),
        ("MV Corrie", "BUILT_IN", "2014"),
        ("MV Corrie", "CARRY", "220 passengers"),
    ]


@pytest.mark.parametrize("text", ["Hanbit does not own Harman.", "Hanbit never acquired Harman."])
def test_what_is_denied_is_not_claimed(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize("text", ["She works at Hanbit.", "It was founded by them.", "He met her, and they told us."])
def test_a_pronoun_is_no_mention_and_claims_nothing(text: str) -> None:
    assert claims(text) == []
    assert {m for m, _ in mentions(text)} <= {"Hanbit"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The World Health Organization (WHO) met.", ("WHO", "World Health Organization")),
        ("Personal protective equipment (PPE) is stored here.", ("PPE", "Personal protective equipment")),
        ('Brannock Sound Ferries (the "Company") operates ships.', ("Company", "Brannock Sound Ferries")),
        ("WHO (World Health Organization) met.", ("WHO", "World Health Organization")),
    ],
)
def test_a_bracket_after_a_full_name_gives_an_alias(text: str, expected: tuple[str, str]) -> None:
    found = read(text)
    assert [(a.short, a.full) for a in found.aliases] == [expected]
    assert set(expected) <= {m.text for m in found.mentions}


def test_a_post_in_brackets_with_its_place_tells_people_apart() -> None:
    found = mentions("James Orr (harbour master, Hallay) was appointed in 2016. Ann Lee (Bob Ray, Carl Day) sang.")
    assert found[0] == ("James Orr (harbour master, Hallay)", "PERSON")
    assert ("Ann Lee", "PERSON") in found


def test_a_bracket_that_tells_two_people_apart_belongs_to_the_name() -> None:
    assert mentions("Jordan Lee (Finance) met Jordan Lee (Safety).") == [
        ("Jordan Lee (Finance)", "PERSON"),
        ("Jordan Lee (Safety)", "PERSON"),
    ]


def test_a_bracket_with_two_dates_is_a_life() -> None:
    assert claims("Albert Einstein (14 March 1879 – 18 April 1955) was a physicist.") == [
        ("Albert Einstein", "BORN_IN", "14 March 1879"),
        ("Albert Einstein", "DIE_IN", "18 April 1955"),
        ("Albert Einstein", "IS_A", "physicist"),
    ]


def test_a_table_row_is_about_its_first_cell() -> None:
    found = read("Model: PX-200; Pressure: 16 bar; Maker: Hanbit", "table")
    assert [(c.subject, c.phrase, c.object) for c in found.claims] == [
        ("PX-200", "pressure", "16 bar"),
        ("PX-200", "maker", "Hanbit"),
    ]
    assert [(m.text, m.type) for m in found.mentions] == [
        ("PX-200", "PRODUCT"),
        ("16 bar", "QUANTITY"),
        ("Hanbit", "NAME"),
    ]


def test_a_heading_and_a_defined_term_are_entities() -> None:
    assert ("Relief valves", "TERM") in mentions("3.2 Relief valves", "heading")
    assert ("Lockout", "TERM") in mentions("Lockout: the practice of cutting a machine off from its power.", "list")
    assert ("Note", "TERM") not in mentions("Note: the pump is hot.", "list")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She prayed at St. Mary's Hospital.", ("St. Mary's Hospital", "ORGANIZATION")),
        ("They read The Lord of the Rings.", ("Lord of the Rings", "NAME")),
        ("The Department of Housing and Urban Development moved.",
         ("Department of Housing and Urban Development", "ORGANIZATION")),
        ("It was written by J. R. R. Tolkien.", ("J. R. R. Tolkien", "PERSON")),
        ("It was painted by Vincent van Gogh.", ("Vincent van Gogh", "PERSON")),
        ("They drove through New York City.", ("New York City", "PLACE")),
        ("They met Dr. Kim Ji-woo.", ("Kim Ji-woo", "PERSON")),
        ("They use the PX-200 pump.", ("PX-200", "PRODUCT")),
        ("It costs $8 billion today.", ("$8 billion", "QUANTITY")),
        ("It holds 30,000 litres.", ("30,000 litres", "QUANTITY")),
        ("It opened on March 3, 2021.", ("March 3, 2021", "DATE")),
        ("It opened on 3 March 2021.", ("3 March 2021", "DATE")),
        ("It opened in the 19th century.", ("19th century", "DATE")),
        ("General Motors sells cars.", ("General Motors", "ORGANIZATION")),
        ("The maintenance team inspects it.", ("maintenance team", "TERM")),
    ],
)  # fmt: skip
def test_names_measures_and_terms_are_whole_and_typed(text: str, expected: tuple[str, str]) -> None:
    assert expected in mentions(text)


def test_two_names_joined_by_and_stay_two() -> None:
    assert mentions("Tom Hanks and Kate Winslet met in London and Paris.") == [
        ("Tom Hanks", "PERSON"),
        ("Kate Winslet", "PERSON"),
        ("London", "PLACE"),
        ("Paris", "PLACE"),
    ]


def test_an_imperative_is_no_name() -> None:
    assert "Open" not in [m for m, _ in mentions("Open the filter house.", "list")]


@pytest.mark.parametrize(
    "text",
    [
        "Kim Ji-woo never founded Hanbit.",
        "Kim Ji-woo never formally founded Hanbit.",
        "Kim Ji-woo did not design the Orwell Bridge.",
        "Kim Ji-woo didn't design the Orwell Bridge.",
        "Kim Ji-woo cannot join Hanbit.",
        "Kim Ji-woo no longer works at Hanbit.",
        "Kim Ji-woo is no longer the director of Hanbit.",
        "Kim Ji-woo failed to acquire Hanbit.",
        "Kim Ji-woo refused to join Hanbit.",
        "Kim Ji-woo was unable to acquire Hanbit.",
        "Kim Ji-woo neither founded Hanbit nor joined Samsung Electronics.",
        "Hanbit never acquired or owned Harman.",
        "Hanbit was never acquired by Samsung Electronics.",
        "Hanbit has no employees.",
        "No engineer of Hanbit designed the Orwell Bridge.",
    ],
)
def test_what_is_denied_is_no_claim(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hanbit did not only acquire Harman.", [("Hanbit", "ACQUIRE", "Harman")]),
        ("Hanbit, not Samsung Electronics, acquired Harman.", [("Hanbit", "ACQUIRE", "Harman")]),
        (
            "Kim Ji-woo did not found Hanbit, but joined Samsung Electronics.",
            [("Kim Ji-woo", "WORK_AT", "Samsung Electronics")],
        ),
    ],
)
def test_a_denial_takes_nothing_that_it_does_not_deny(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize("office", ["CTO", "chief technology officer", "chief technical officer"])
def test_an_office_is_one_relation_by_its_words_and_its_initials(office: str) -> None:
    assert claims(f"Ines Varga is the {office} of Hanbit.") == [("Ines Varga", "CTO_OF", "Hanbit")]
