import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.model import Relation, Schema
from kgqa.tools.cypher.firewall import against_schema, check
from kgqa.tools.cypher.repairs import mend
from kgqa.tools.cypher.schema_names import Vocabulary

MOVIES = Vocabulary(
    labels={"Movie": frozenset({"title", "released"}), "Person": frozenset({"name", "born"})},
    types={"ACTED_IN": frozenset({"roles"}), "DIRECTED": frozenset(), "FOLLOWS": frozenset()},
    edges=frozenset(
        {("Person", "ACTED_IN", "Movie"), ("Person", "DIRECTED", "Movie"), ("Person", "FOLLOWS", "Person")}
    ),
)


@pytest.mark.parametrize(
    ("query", "mended"),
    [
        ("MATCH (m:Movie)-[:ACTED_IN]->(p:Person) RETURN p", "MATCH (m:Movie)<-[:ACTED_IN]-(p:Person) RETURN p"),
        ("MATCH (p:Person)<-[:DIRECTED]-(m) RETURN m.title", "MATCH (p:Person)-[:DIRECTED]->(m) RETURN m.title"),
        ("MATCH (m:movies) RETURN m.Title", "MATCH (m:Movie) RETURN m.title"),
        ("MATCH (:Person)-[:actedIn]->(m:Movie) RETURN m", "MATCH (:Person)-[:ACTED_IN]->(m:Movie) RETURN m"),
        ("MATCH (a:Person)-[:FOLLOWED_BY]->(b:Person) RETURN b", "MATCH (a:Person)<-[:FOLLOWS]-(b:Person) RETURN b"),
        ("MATCH (m)<-[:WAS_DIRECTED_BY]-(p) RETURN p", "MATCH (m)-[:DIRECTED]->(p) RETURN p"),
        ("MATCH (m)-[:directedBy]-(p) RETURN p", "MATCH (m)-[:DIRECTED]-(p) RETURN p"),
        (
            "MATCH (p:Person)-[:ACTED_IN]->(m) WHERE 'Neo' IN p.roles RETURN p",
            "MATCH (p:Person)-[r0:ACTED_IN]->(m) WHERE 'Neo' IN r0.roles RETURN p",
        ),
        (
            "MATCH (:Person)-[:ACTED_IN]->(m:Movie) RETURN p.name",
            "MATCH (p:Person)-[:ACTED_IN]->(m:Movie) RETURN p.name",
        ),
        ("MATCH (p:Person) RETURN P.name", "MATCH (p:Person) RETURN p.name"),
        (
            "MATCH (p:Person)-->(m) WITH m.title, count(*) AS n RETURN m.title, n",
            "MATCH (p:Person)-->(m) WITH m.title AS title, count(*) AS n RETURN title, n",
        ),
        (
            "MATCH (p:Person)-->(m:Movie) WITH m ORDER BY m.title RETURN p.name",
            "MATCH (p:Person)-->(m:Movie) WITH m, p ORDER BY m.title RETURN p.name",
        ),
        ("MATCH (m) WHERE exists(m.title) RETURN m", "MATCH (m) WHERE (m.title IS NOT NULL) RETURN m"),
        (
            "MATCH (p) WHERE size((p)-[:FOLLOWS]->()) > 2 RETURN p",
            "MATCH (p) WHERE COUNT { (p)-[:FOLLOWS]->() } > 2 RETURN p",
        ),
        ("MATCH (p) WHERE p.name != 'x' RETURN p", "MATCH (p) WHERE p.name <> 'x' RETURN p"),
        (
            "MATCH (p)-[:ACTED_IN|:DIRECTED]->(m) RETURN m.title, count(*) GROUP BY m.title ORDER BY m.title",
            "MATCH (p)-[:ACTED_IN|DIRECTED]->(m) RETURN m.title, count(*)  ORDER BY m.title",
        ),
        (
            "MATCH (p:Person)-[:FOLLOWS]->(q) RETURN count(q) GROUP BY p.name",
            "MATCH (p:Person)-[:FOLLOWS]->(q) RETURN p.name, count(q) ",
        ),
        (
            "MATCH (p:Person) RETURN p.name AS n, count(*) GROUP BY n",
            "MATCH (p:Person) RETURN p.name AS n, count(*) ",
        ),
        (
            "MATCH (p:Person) RETURN p ORDER BY p.born DESC NULLS LAST LIMIT 1",
            "MATCH (p:Person) RETURN p ORDER BY (p.born) IS NULL, p.born DESC  LIMIT 1",
        ),
        (
            "MATCH (p:Person) RETURN p ORDER BY p.name, p.born NULLS FIRST",
            "MATCH (p:Person) RETURN p ORDER BY p.name, (p.born) IS NOT NULL, p.born ",
        ),
        ("MATCH (p:Person) RETURN p ORDER BY p.born NULLS LAST", "MATCH (p:Person) RETURN p ORDER BY p.born "),
        (
            r"MATCH (p:Person) WHERE p.name =~ '\d{3}' RETURN p",
            r"MATCH (p:Person) WHERE p.name =~ '\\d{3}' RETURN p",
        ),
    ],
)
def test_what_can_be_mended_is_mended_and_said(query: str, mended: str) -> None:
    done = mend(query, MOVIES)
    assert done.query == mended
    assert done.changes
    check(done.query, MOVIES)


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (p:Person)-[:ACTED_IN]->(m:Movie) WHERE m.title = 'exists(n.p) != size((n)--())' RETURN p.name",
        "MATCH (p:Wizard) RETURN p",
        "MATCH (p:Person)-[:MARRIED_TO]->(q:Person) RETURN q",
        "MATCH (m:Movie)-[:ACTED_IN]-(n:Movie) RETURN m",
        "MATCH (p)-[:ACTED_IN]->(m)<-[:DIRECTED]-(q) RETURN p, q, m",
        "MATCH (a)-[:ACTED_IN]->(b) WHERE NOT a:Movie RETURN b.title",
        "MATCH (a)-[:ACTED_IN]->(b) RETURN a:Movie AS is_movie, b.title",
        "MATCH (a)-[:ACTED_IN]->(b) RETURN CASE WHEN a:Movie THEN 1 ELSE 0 END, b.title",
        "MATCH (m:Movie) WHERE NOT EXISTS { (m)-[:ACTED_IN]->() } RETURN m.title",
        "MATCH (m:Movie) WHERE NOT (m)-[:ACTED_IN]->() RETURN m.title",
        "MATCH (p:Person) RETURN p.name, count(*) GROUP BY p.name HAVING count(*) > 3",
        "MATCH (p:Personnel) RETURN p",
        "MATCH (p:Person) WITH p.name AS n RETURN n UNION MATCH (q:Person) RETURN p.name AS n",
        "CREATE (n) RETURN n",
        "not Cypher at all",
        "",
    ],
)
def test_what_is_right_or_cannot_be_known_stays_as_it_is(query: str) -> None:
    assert mend(query, MOVIES).query == query
    assert mend(query, MOVIES).changes == ()


def test_a_name_that_looks_like_a_clause_mends_to_a_name() -> None:
    mended = mend("MATCH (n:Deleted) RETURN n", Schema("v", ("DELETE",), ()))
    assert check(mended.query).labels == {"DELETE"}


def test_a_name_that_needs_quoting_is_quoted() -> None:
    schema = Schema("v", ("Big Firm",), (Relation("A", (), ()),))
    assert mend("MATCH (n:BigFirm) RETURN n", schema).query == "MATCH (n:`Big Firm`) RETURN n"


@given(st.text(max_size=200))
def test_any_text_comes_back(query: str) -> None:
    assert mend(query, MOVIES).query == query or mend(query, MOVIES).changes


LETTERS = st.sampled_from(["Movie", "movie", "Person", "PERSON", "Persons", "Actor"])
TYPES = st.sampled_from(["ACTED_IN", "acted_in", "DIRECTED", "Directed", "FOLLOWS"])


@given(LETTERS, TYPES, LETTERS, st.sampled_from(["-[:{}]->", "<-[:{}]-", "-[:{}]-"]))
def test_mending_twice_changes_nothing_more(left: str, kind: str, right: str, arrow: str) -> None:
    once = mend(f"MATCH (a:{left}){arrow.format(kind)}(b:{right}) RETURN a.name, b.title", MOVIES)
    assert mend(once.query, MOVIES).changes == ()


def test_a_mended_direction_fits_the_schema() -> None:
    query = "MATCH (m:Movie)-[:ACTED_IN]->(p:Person)<-[:FOLLOWS]-(q), (m)-[:DIRECTED]->(p) RETURN q.name"
    against_schema(mend(query, MOVIES).query, MOVIES)


@pytest.mark.parametrize("kind", ["Per\u200bson", "Per\\son", ""])
def test_a_type_that_no_query_can_name_fails_no_other_query(kind: str) -> None:
    schema = Schema("v", (kind, "Place"), (Relation("IN", (kind,), ("Place",)),))
    assert mend("MATCH (n:Persn)-[:IN]->(p:Places) RETURN n", schema).query.endswith("(p:Place) RETURN n")


@given(
    st.sampled_from(["a.name", "b.title", "count(*)", "toLower(a.name)"]),
    st.sampled_from(["", " ASC", " DESC"]),
    st.sampled_from(["", " NULLS FIRST", " NULLS LAST"]),
    st.sampled_from(["", " GROUP BY a.name", " GROUP BY a.name, b.title"]),
)
def test_what_sql_lends_leaves_a_query_that_can_be_read(item: str, order: str, nulls: str, group: str) -> None:
    query = f"MATCH (a:Person)-[:ACTED_IN]->(b:Movie) RETURN {item} AS x{group} ORDER BY x{order}{nulls} LIMIT 3"
    check(mend(query, MOVIES).query, MOVIES)


def test_many_unknown_names_are_looked_at_in_bounded_time() -> None:
    many = Vocabulary({f"Label{n}": frozenset() for n in range(150)}, {}, frozenset())
    query = f"MATCH (n:{'|'.join(f'Unheard{n}of' for n in range(400))}) RETURN n"
    started = time.process_time()
    mend(query, many)
    assert time.process_time() - started < 0.5
