import pytest
from hypothesis import given
from hypothesis import strategies as st
from kgqa.errors import InputError, RefusedQuery
from kgqa.tools.cypher.tokens import decode_escapes, emit, quote, string_value, tokenize

CYPHER = st.lists(
    st.sampled_from(
        [
            "MATCH",
            "(",
            ")",
            "'",
            '"',
            "`",
            "\\",
            "/*",
            "*/",
            "//",
            "\n",
            " ",
            "n",
            "1..3",
            ".5",
            "0x1F",
            "-",
            "->",
            "\\u0041",
            "사람",
            "\u200b",
            "\u3000",
            "$e0",
            "''",
            "``",
            "=~",
            "::",
            "*",
            "1e5",
            "\ud800",
            "²",
        ]
    ),
    max_size=40,
).map("".join)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(text) if token.kind != "space"]


@given(st.one_of(st.text(max_size=200), CYPHER))
def test_the_tokens_joined_are_the_text_again(text: str) -> None:
    tokens = tokenize(text)
    assert "".join(token.text for token in tokens) == text
    assert all(text[token.start : token.end] == token.text and token.text for token in tokens)


@given(CYPHER)
def test_what_is_emitted_has_the_same_words_and_symbols(text: str) -> None:
    tokens = [token for token in tokenize(text) if token.kind not in ("comment", "error")]
    before = [token.name for token in tokens if token.kind != "space"]
    again = tokenize(" ".join(emit(token) for token in tokens))
    assert [token.name for token in again if token.kind != "space"] == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a\\'b' \"c'd\"", [("string", "'a\\'b'"), ("string", '"c\'d"')]),
        ("`a``b`.x", [("quoted", "`a``b`"), ("symbol", "."), ("word", "x")]),
        ("*1..3", [("symbol", "*"), ("number", "1"), ("symbol", ".."), ("number", "3")]),
        ("1.5e-3", [("number", "1.5e-3")]),
        ("a//b\nc", [("word", "a"), ("comment", "//b"), ("word", "c")]),
        ("a/*'*/b", [("word", "a"), ("comment", "/*'*/"), ("word", "b")]),
        ("4/ /**/2", [("number", "4"), ("symbol", "/"), ("comment", "/**/"), ("number", "2")]),
        ("사람", [("word", "사람")]),
        ("'open", [("error", "'open")]),
        ("`", [("error", "`")]),
        ("/* open", [("error", "/* open")]),
        ("a\u200bb", [("word", "a"), ("error", "\u200b"), ("word", "b")]),
    ],
)
def test_text_is_read_as_cypher_reads_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_a_quoted_name_is_never_a_keyword() -> None:
    assert tokenize("`SET`")[0].upper == ""
    assert tokenize("set")[0].upper == "SET"


def test_a_word_that_only_looks_like_a_keyword_is_none() -> None:
    assert tokenize("\uff33\uff25\uff34")[0].upper == ""
    assert tokenize("\u017fet")[0].upper == ""


def test_escapes_are_decoded_everywhere() -> None:
    assert decode_escapes("\\u0053ET '\\uAC00' \\uD83D\\uDE00") == "SET '가' 😀"


@pytest.mark.parametrize(
    "text", ["'\\u0027'", "\\u0060", '"\\u0022"', "\\u005cu0041", "'\\\\u0041'", "\\u41", "\\ud800"]
)
def test_an_escape_that_servers_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(RefusedQuery):
        decode_escapes(text)


def test_a_string_means_what_its_escapes_say() -> None:
    assert string_value(tokenize(r"'a\'\\\n'")[0]) == "a'\\\n"
    with pytest.raises(RefusedQuery, match="unknown escape"):
        string_value(tokenize(r"'\d'")[0])


@given(st.text(min_size=1, max_size=30))
def test_a_quoted_name_is_one_token_that_means_the_name(name: str) -> None:
    try:
        text = quote(name)
    except InputError:
        return
    assert [token.name for token in tokenize(text)] == [name]
    assert decode_escapes(text) == text


@pytest.mark.parametrize("name", ["", "a\\u0060", "a\u0000", "a\u200b", "\u202e", "\ud800"])
def test_a_name_that_no_server_quotes_safely_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        quote(name)
