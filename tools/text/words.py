"""Words to search by, and the language of a text."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer

VERSION = 3
"""Goes up when `terms` gives other words for a text; an index of the words as they were is mended by `renewed`."""
HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z]")
_PAIRED = r"\uac00-\ud7a3\u3040-\u30ff\u4e00-\u9fff"
"""Letters of Hangul, kana and Han, of which words are counted as pairs."""
_WORD = re.compile(rf"[{_PAIRED}]+|[^\W_{_PAIRED}]+")
_CJK = re.compile(rf"[{_PAIRED}]")
_LETTER = re.compile(r"[^\W\d_]")
_ENDED = re.compile(
    r"([가-힣]??)(?:(?:에게서|에게|에서|에|으로부터|로부터|으로|로|부터|까지|처럼|보다|마다|와|과)(?:는|도|만|의)?"
    r"|은|는|이|가|을|를|의|도|만|이나|나|이란|란|이라는|라는|이다|이며|이고|인|이었다|였다|입니다|이에요|예요)"
)
"""Particles and the copula with its endings, and the one syllable that they may stand behind."""
STOP = frozenset(
    "a an and are as at be been being but by can could did do does for from had has have he her hers him "
    "his how i if in into is it its me my nor not of on or our she should so some such than that the "
    "their them then there these they this those to too was we were what when where which who whom whose "
    "why will with would you your ".split()
)
_OFFICE = re.compile(r"\bchief (?:(e)xecut(?: offic)?|([fimot])(?:inanci|nform|arket|per|echnolog|echnic) offic)\b")
_local = threading.local()


def language(text: str) -> str:
    """`ko` where Hangul is a third of the letters or more, `en` for other Latin, `und` without letters of either."""
    hangul = len(HANGUL.findall(text))
    if hangul and hangul * 2 >= len(_LATIN.findall(text)):
        return "ko"
    return "en" if _LATIN.search(text) else "und"


def terms(text: str) -> list[str]:
    """The words of a text as BM25 counts them: Latin stemmed without stop words, Hangul and Han as bigrams, apart where
    they touch (`QA팀장은`, `2024년`).

    English irregular forms count as the word they are forms of (`began` is `begin`), a chief officer's title as its
    initials (`chief technology officer` is `cto`).

    Bigrams, not kiwi's morphemes: on the Korean examples they found more of the gold sentences, fifteen times as fast.
    """
    return list(_terms(text))


@lru_cache(maxsize=4096)
def _terms(text: str) -> tuple[str, ...]:
    # A question asks for the terms of the same few hundred sentences three or four times.
    if text.isascii():
        return tuple(_short([_stem(word) for word in _WORD.findall(text.lower()) if word not in STOP]))
    found: list[str] = []
    before = None
    text = unicodedata.normalize("NFKC", text).casefold()
    for match in _WORD.finditer(text):
        word = match[0]
        if _CJK.match(word):
            touched = before[0] if before and before.end() == match.start() else ""
            found.extend(_behind(touched, word) if touched else _pairs(word))
        elif word not in STOP or _CJK.match(text, match.end()):  # `IT팀` is no pronoun's
            found.append(_stem(word))
        before = match
    return tuple(_short(found))


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(max(1, len(word) - 1))]


def _behind(front: str, word: str) -> list[str]:
    """Hangul that touches a Latin word or a number: nothing of a mere particle (`QA는`), and a noun of one syllable
    (`2024년에`, `HR팀이`) also without its particle. Behind a number a particle may be a word: `3만`, `20도`."""
    ended = _ENDED.fullmatch(word)
    if ended is None:
        return _pairs(word)
    if ended[1]:
        return [ended[1], *_pairs(word)]
    return [] if _LETTER.search(front) else _pairs(word)


def _short(stems: list[str]) -> list[str]:
    """The stems with the offices that are known by their initials as those."""
    return _OFFICE.sub(lambda m: f"c{m[1] or m[2]}o", " ".join(stems)).split() if "chief" in stems else stems


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    # A Stemmer is not safe to share between threads.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    return str(_local.stemmer.stemWord(_lemmas().get(word, word)))


def renewed(counted: list[str]) -> list[str]:
    """What is now counted for what was counted before `VERSION` as these terms of one text."""
    renewed = [_renewals().get(term, term) for term in counted]
    # Once Hangul was part of the Latin word or number that it touched.
    apart = [part for term in renewed for part in (terms(term) if _CJK.search(term[1:]) else [term])]
    return _short(apart)


@cache
def _lemmas() -> dict[str, str]:
    """Irregular form → the word it is a form of."""
    lines = files(__package__).joinpath("irregular_en.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(":") for line in lines if ":" in line and not line.startswith("#")]
    return {form: lemma for lemma, forms in rows for form in forms.split()}


@cache
def _renewals() -> dict[str, str]:
    stem = Stemmer.Stemmer("english").stemWord
    return {stem(form): stem(lemma) for form, lemma in _lemmas().items()}
