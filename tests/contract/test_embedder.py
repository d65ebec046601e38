"""The contract of `Embedder`, run on every adapter that can be had here."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kgqa.errors import ConfigError
from kgqa.settings import HashingEmbedder, SentenceTransformersEmbedder
from kgqa.tools.embed import embedders
from kgqa.tools.embed.hashing import Hashing
from kgqa.tools.ports import Embedder


def _tiny_sentence_transformer(folder: Path) -> str:
    """A random model of two small layers, saved as sentence-transformers saves one."""
    if importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("sentence-transformers is not installed (extra `local`)")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    (folder / "vocab.txt").write_text("\n".join(words))
    bert = folder / "bert"
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(bert)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(bert)
    SentenceTransformer(modules=[Transformer(str(bert)), Pooling(32)]).save(str(folder / "model"))
    return str(folder / "model")


@pytest.fixture(params=embedders.names())
def embedder(request: pytest.FixtureRequest, tmp_path: Path) -> Embedder:
    if request.param == "sentence-transformers":
        options = SentenceTransformersEmbedder(model=_tiny_sentence_transformer(tmp_path))
        return embedders.get("sentence-transformers")(options)
    return embedders.get(request.param)(HashingEmbedder(dimensions=128))


async def test_each_text_gets_a_row_of_unit_length_in_its_place(embedder: Embedder) -> None:
    rows = await embedder.embed(["Acme Corp", "삼성전자", "Acme Corp"])
    assert rows.shape == (3, embedder.dimensions)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert rows[0] == pytest.approx(rows[2], abs=1e-6)


async def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert (await embedder.embed([])).shape == (0, embedder.dimensions)


async def test_a_blank_text_gives_zeros_and_leaves_its_neighbours_alone(embedder: Embedder) -> None:
    rows = await embedder.embed(["", "Acme", "  \n"])
    assert not rows[0].any()
    assert not rows[2].any()
    assert rows[1] == pytest.approx((await embedder.embed(["Acme"]))[0], abs=1e-5)


async def test_the_same_text_gives_the_same_vector_from_any_thread(embedder: Embedder) -> None:
    found = await asyncio.gather(*(embedder.embed(["one name", "another"]) for _ in range(8)))
    for rows in found:
        assert rows == pytest.approx(found[0], abs=1e-6)


def test_the_name_tells_the_embedder_and_its_version(embedder: Embedder) -> None:
    assert embedder.name
    assert isinstance(embedder.semantic, bool)


# ── hashing alone
names = st.lists(st.text(max_size=30), min_size=1, max_size=8)


@settings(max_examples=60)
@given(names)
def test_a_text_has_one_vector_whatever_stands_beside_it(texts: list[str]) -> None:
    embedder = Hashing(64)
    together = embedder._embed(texts)
    for text, row in zip(texts, together, strict=True):
        assert row == pytest.approx(embedder._embed([text])[0], abs=1e-6)


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_case_and_width_do_not_count(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    rows = Hashing(64)._embed([text, wide, text.casefold()])
    assert rows[1] == pytest.approx(rows[0], abs=1e-6)
    assert rows[2] == pytest.approx(rows[0], abs=1e-6)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("삼성전자", "삼성전자가"),
        ("삼성전자", "삼송전자"),
        ("국립중앙박물관", "국립중앙박물괸"),
        ("Barack Obama", "Obama, Barack"),
        ("Barack Obama", "Barak Obama"),
        ("Microsoft", "Micro soft"),
        ("works at", "work at"),
    ],
)
async def test_one_edit_a_particle_or_another_order_stays_near(one: str, two: str) -> None:
    rows = await Hashing(256).embed([one, two])
    assert rows[0] @ rows[1] >= 0.59


@pytest.mark.parametrize(
    ("one", "two"), [("삼성전자", "현대자동차"), ("Barack Obama", "Angela Merkel"), ("Paris", "London")]
)
async def test_other_names_are_far(one: str, two: str) -> None:
    rows = await Hashing(256).embed([one, two])
    assert rows[0] @ rows[1] < 0.4


async def test_twenty_thousand_names_a_second() -> None:
    texts = [f"Name {i:05} of {i * 7919 % 10007}" for i in range(20_000)]
    start = time.process_time()
    await Hashing(256).embed(texts)
    assert time.process_time() - start < 5  # a wide margin for a busy machine; it takes about 0.4 s


def test_another_process_with_another_hash_seed_makes_the_same_vector() -> None:
    code = "from kgqa.tools.embed.hashing import Hashing; print(Hashing(64)._embed(['Acme 삼성']).tobytes().hex())"
    found = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "77"}, capture_output=True, text=True
    )
    assert found.stdout.strip() == Hashing(64)._embed(["Acme 삼성"]).tobytes().hex()


# ── sentence-transformers alone
async def test_without_the_extra_the_error_names_it() -> None:
    if importlib.util.find_spec("sentence_transformers") is not None:
        pytest.skip("sentence-transformers is installed")
    embedder = embedders.get("sentence-transformers")(SentenceTransformersEmbedder(model="some/model"))
    with pytest.raises(ConfigError, match=r"extra `local`"):
        await embedder.embed(["x"])


async def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed (extra `local`)")
    missing = str(tmp_path / "nowhere")
    embedder = embedders.get("sentence-transformers")(SentenceTransformersEmbedder(model=missing))
    with pytest.raises(ConfigError, match=r"KGQA_EMBEDDER__MODEL .*nowhere"):
        await embedder.embed(["x"])
