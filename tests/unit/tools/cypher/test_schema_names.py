from kgqa.model import Document, Entity, Page, Relation, Schema, Sentence
from kgqa.tools.cypher.schema_names import ENTITY_KEYS, NODE_KEYS, Vocabulary
from kgqa.tools.store import graph_layout


def test_the_property_names_are_those_that_the_stores_write() -> None:
    entity = graph_layout.entity_props(Entity("i", "n" * 5000, "odd|type", ()), "label")
    document = graph_layout.document_props(Document("i", "t", "s", "h", "en"))
    page = graph_layout.page_props(Page("d", 1, "i", 1, 1))
    sentence = graph_layout.sentence_props(Sentence("i", "d", 0, 0, 1, "t", page=1))
    assert set(entity) == set(ENTITY_KEYS)
    assert set(document) == set(NODE_KEYS["Document"])
    assert set(page) == set(NODE_KEYS["Page"])
    assert set(sentence) | {"boxes"} == set(NODE_KEYS["Sentence"])


def test_a_type_kept_under_another_label_is_known_by_that_label() -> None:
    schema = Schema("v", ("odd|type",), (Relation("a|b", ("odd|type",), ()),))
    known = Vocabulary.of(schema)
    label = graph_layout.label_of("odd|type")
    assert label in known.labels
    assert known.joins([label], graph_layout.relationship_of("a|b"), [])
    assert "odd|type" not in known.labels
