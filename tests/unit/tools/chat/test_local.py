"""Local models through the real loading code: tiny random ones of the four architectures that have presets.

Needs the extra `local`; without torch every test here is skipped and says so.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed (extra `local`)")
transformers = pytest.importorskip("transformers", reason="transformers is not installed (extra `local`)")

from kgqa.errors import BackendError, ConfigError  # noqa: E402
from kgqa.settings import ChatOptions  # noqa: E402
from kgqa.tools.chat import make_chat  # noqa: E402
from kgqa.tools.chat.chat import Chat  # noqa: E402
from kgqa.tools.chat.hf_weights import load  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
THINKING = CHATML.replace("assistant\n{% endif %}", "assistant\n<think>\n{% endif %}")
NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + CHATML
)
MODELS = {
    # folder, named as the preset's model: architecture, template its tokenizer carries
    "gemma-7b": ("gemma", None),
    "Phi-mini-MoE-instruct": ("phimoe", CHATML),
    "Qwen2.5-1.5B-Instruct": ("qwen2", CHATML),
    "DeepSeek-qwen-Bllossom-32B": ("qwen2", THINKING),
}


def _tokenizer(template: str | None) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = [
        "<unk>",
        "<s>",
        "</s>",
        "<pad>",
        "<|im_start|>",
        "<|im_end|>",
        "<start_of_turn>",
        "<end_of_turn>",
        "<|end|>",
    ]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(["The capital of France is Paris.", "서울은 한국에 있다."] * 20, trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", bos_token="<s>", eos_token="<|im_end|>", pad_token="<pad>"
    )
    if template:
        tokenizer.chat_template = template
    return tokenizer


def _save(folder: Path, kind: str, template: str | None) -> Path:
    tokenizer = _tokenizer(template)
    common: dict[str, Any] = {"vocab_size": len(tokenizer), "hidden_size": 64, "intermediate_size": 128}
    common |= {"num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    common |= {"max_position_embeddings": 1024, "bos_token_id": 1, "eos_token_id": 5, "pad_token_id": 3}
    configuration = {
        "gemma": lambda: transformers.GemmaConfig(**common, head_dim=16),
        "phimoe": lambda: transformers.PhimoeConfig(**common, num_local_experts=4, num_experts_per_tok=2),
        "qwen2": lambda: transformers.Qwen2Config(**common),
    }[kind]()
    torch.manual_seed(0)
    transformers.AutoModelForCausalLM.from_config(configuration).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    root = tmp_path_factory.mktemp("models")

    def folder(name: str) -> Path:
        if not (root / name).exists():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _save(root / name, *MODELS[name])
        return root / name

    return folder


def options(folder: Path | str, **given: Any) -> ChatOptions:
    return ChatOptions(**{"model": f"hf:{folder}", "max_tokens": 12, "device": "cpu", "dtype": "float32"} | given)


def made(given: ChatOptions, home: Path | None = None) -> Chat:
    chat = make_chat(given, home)
    assert chat is not None
    return chat


ASK = [("system", "Be brief."), ("human", "Capital of France?")]


@pytest.mark.parametrize("name", MODELS)
async def test_each_architecture_answers_and_counts_its_tokens(folders: Callable[[str], Path], name: str) -> None:
    chat = made(options(folders(name)))
    await chat.open()
    usage = (await chat.complete(ASK, tag="t")).usage
    assert not usage.estimated
    assert usage.input_tokens > 10
    assert 0 < usage.output_tokens <= 12
    assert usage.cost == 0
    await chat.close()


@pytest.mark.parametrize("name", ["gemma-7b", "Phi-mini-MoE-instruct", "Qwen2.5-1.5B-Instruct"])
async def test_pieces_together_are_the_whole(folders: Callable[[str], Path], name: str) -> None:
    chat = made(options(folders(name)))
    pieces = [chunk async for chunk in chat.model.astream(ASK)]
    assert "".join(str(piece.text) for piece in pieces) == (await chat.complete(ASK, tag="t")).text
    await chat.close()


async def test_thinking_that_the_template_opened_is_not_shown(folders: Callable[[str], Path]) -> None:
    chat = made(options(folders("DeepSeek-qwen-Bllossom-32B")))
    # Random weights never end the thinking: nothing of it may be seen.
    assert (await chat.complete(ASK, tag="t")).text == ""
    assert [str(chunk.text) async for chunk in chat.model.astream(ASK) if chunk.text] == []
    await chat.close()


def test_a_base_model_without_template_gets_its_familys(folders: Callable[[str], Path]) -> None:
    loaded = load(str(folders("gemma-7b")), options(""))
    assert loaded.render([{"role": "user", "content": " Hi "}]) == (
        "<s><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n"
    )
    vocabulary = loaded.tokenizer.get_vocab()
    assert vocabulary["<end_of_turn>"] in loaded.ends
    assert loaded.context == 1024


def test_weights_come_in_the_presets_type_unless_another_is_set(folders: Callable[[str], Path]) -> None:
    folder = folders("Qwen2.5-1.5B-Instruct")
    assert load(str(folder), options("", dtype="auto")).model.dtype == torch.bfloat16
    assert load(str(folder), options("", dtype="float32")).model.dtype == torch.float32


async def test_a_prompt_too_long_says_by_how_much_and_is_not_the_callers_fault(folders: Callable[[str], Path]) -> None:
    chat = made(options(folders("Qwen2.5-1.5B-Instruct")))
    with pytest.raises(BackendError, match=r"tokens and a reply of 12 .* do not fit the 1024"):
        await chat.complete([("human", "word " * 3000)], tag="t")
    await chat.close()


async def test_a_template_that_refuses_the_turns_is_an_error_of_ours(tmp_path: Path) -> None:
    chat = made(options(_save(tmp_path / "strict", "qwen2", NO_SYSTEM)))
    with pytest.raises(BackendError, match="System role not supported"):
        await chat.complete(ASK, tag="t")
    await chat.close()


async def test_stop_strings_end_a_reply_and_are_no_part_of_it(folders: Callable[[str], Path]) -> None:
    chat = made(options(folders("Qwen2.5-1.5B-Instruct"), max_tokens=40))
    whole = (await chat.complete(ASK, tag="t")).text
    stop = whole[3:5]
    cut = await chat.model.ainvoke(ASK, stop=[stop])
    assert str(cut.text) == whole[: whole.index(stop)]
    await chat.close()


async def test_four_bit_weights_answer(folders: Callable[[str], Path]) -> None:
    pytest.importorskip("bitsandbytes", reason="bitsandbytes is not installed (extra `local`)")
    chat = made(options(folders("Qwen2.5-1.5B-Instruct"), quantize="nf4"))
    assert (await chat.complete(ASK, tag="t")).usage.output_tokens > 0
    await chat.close()


async def test_an_adapter_changes_what_is_said_and_what_is_kept(folders: Callable[[str], Path], tmp_path: Path) -> None:
    peft = pytest.importorskip("peft", reason="peft is not installed (extra `local`)")
    folder = folders("Qwen2.5-1.5B-Instruct")
    base = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    adapted = peft.get_peft_model(
        base, peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False)
    )
    adapted.save_pretrained(tmp_path / "adapter")
    said = []
    for adapter in (None, tmp_path / "adapter", None):
        chat = made(options(folder, adapter=adapter), tmp_path)
        await chat.open()
        said.append(await chat.complete(ASK, tag="t"))
        await chat.close()
    assert said[0].text == said[2].text != said[1].text
    assert [reply.usage.cached for reply in said] == [False, False, True]


async def test_an_object_comes_from_text_where_the_model_takes_no_tools(folders: Callable[[str], Path]) -> None:
    from pydantic import BaseModel

    class City(BaseModel):
        name: str

    chat = made(options(folders("Qwen2.5-1.5B-Instruct")))
    with pytest.raises(BackendError, match="no valid City"):
        await chat.structured(ASK, City, tag="t")
    await chat.close()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"model": "hf:/no/such/folder"}, "KGQA_CHAT__MODEL 'hf:/no/such/folder'"),
        ({"adapter": "/no/such/adapter"}, "KGQA_CHAT__ADAPTER '/no/such/adapter'"),
        ({"device": "cuda:77"}, "KGQA_CHAT__DEVICE 'cuda:77'"),
        ({"device": "potato"}, "KGQA_CHAT__DEVICE 'potato'"),
    ],
)
async def test_what_is_missing_is_named_with_its_setting(
    folders: Callable[[str], Path], given: dict[str, Any], says: str
) -> None:
    chat = made(options(folders("Qwen2.5-1.5B-Instruct"), **given))
    with pytest.raises(ConfigError, match=says):
        await chat.complete(ASK, tag="t")
    await chat.close()
