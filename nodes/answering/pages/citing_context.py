"""Tell from the words around a number whether it cites a page, or counts pages, or is part of a name."""

from __future__ import annotations

import re

from ....tools.text.late_pattern import late

# ── before
_BEGINS = late(r"(?:(?<![\s\S])|[^\w\s]\s{0,3}|\n\s{0,3})$")
_NAME = late(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sir))\.\s{0,3}$")
_TOWARDS = late(r"\b(?:[Oo]n|[Ii]n|[Aa]t|[Tt]o|[Ff]rom|[Ss]ee|[Pp]er|also|[Cc]f|[Ss]ource|\d (?:and|or))\s{1,3}$")
_SMALL = late(
    r"\b(?:on|in|at|of|to|from|see|per|the|and|or|by|with|also|than|between|through|until|till|as|is|are|was|were"
    r"|both|only|about|says?|states?|cf|source|while|but|under|reference|citing|"
    r"manual|document|report|book|booklet|guide|handbook|text|paper|article|file|pdf|contract|appendix|annex|chapter"
    r"|section|volume|edition|brochure|policy|specification|datasheet|sheet|catalogue|catalog|\d+)\s{1,3}$"
    r"|[가-힣]\s{1,3}$",
    re.IGNORECASE,
)
KOREAN_SOURCE = r"(?:문서|매뉴얼|보고서|설명서|안내서|지침서|사양서|계약서|논문|교재|자료|규정|본문|책)"
_OPENED = late(
    rf"[(\[（【<〈]\s?(?:(?:see|on|from|source|출처|참[조고])\s?:?\s?|(?:출처|source)\s?:[^()\[\]\n]{{1,40}}[,\s]\s?"
    rf"|{KOREAN_SOURCE},?\s)?$",
    re.IGNORECASE,
)
_CLOSED = late(r"\s?(?:[을를]?\s?참[조고](?:\s?(?:바람|요망|하라|하세요|하십시오))?)?\s?[)\]）】>〉]")
_LED = late(r"\b(?:according to|as per|based on)\s+(?:the )?$", re.IGNORECASE)
_SOURCE = late(r"(?:출처는?|source)\s?:?\s{1,2}$|\bsee\s$", re.IGNORECASE)
_COUNTED = late(
    r"(?:총|모두|전체|약|도합|무려|거의|최대|최소|매|하루|처음|마지막|첫|다음|나머지|분량[은이]?|마늘"
    r"|원고지|A4(?: ?용지)?)\s?$"
)
_KOREAN_NOUN = late(
    r"(?:(?<![\s\S])|[^\w\s]\s{0,3}|\n\s{0,3}"
    rf"|(?:{KOREAN_SOURCE}|[가-힣](?:의|은|는|을|를|고|며|면|서|와|과))\s{1, 3})$"
)

# ── after
_VERBS = (
    r"says?|shows?|states?|describes?|lists?|explains?|mentions?|tells?|gives?|notes?|indicates?|contains?|reports?"
    r"|reads?|specif(?:y|ies)|defines?|confirms?|covers?|discuss(?:es)?|provides?|names?|also|clearly"
)
WORD_AFTER = late(rf"\s?(?!(?:and|or|to|of|in|on|for|{_VERBS})\b)[^\W\d_]|\s?[%°€$£₩]")
_SAYS = late(rf"\s(?:{_VERBS})\b")
_SAYING = (
    r"(?:설명|말[하한했]|밝[히힌혔]|보여|다[루룬뤘]|나[오온타]|서술|기술|언급|소개|제시|명시|전[하한했]|규정|정의)"
)
_NO_PLACE = (
    r"(?!\s?(?:\d|달[하한해했]|이르[러는]|이른|걸[쳐친]|육박|가까|불과|못|부족|미치|그[치친]|담[았아]|압축"
    r"|한[ 번]|두[ 번]))"
)
_PART = r"(?:내용|설명|기록|본문|표|그림|도표|사진|각주|문장|문단|단락|상단|하단)"
_ACCORDING = late(
    rf"(?:의?\s?(?:(?:첫|두|세|마지막|\S{{1,3}} 번째)\s?)?{_PART}(?:\s?\d{{1,3}})?)?\s?에\s?(?:따르|의하|의거)"
)
_ASIDE = late(r"\s?[(（][^()（）\n]{1,30}[)）]")
_GOES_ON = late(
    rf"\s?에(?:는|도|만)?(?![가-힣]){_NO_PLACE}"
    r"|\s?에서(?:는|도|만)?(?![가-힣])(?!\s?(?:제\s?)?\d[^.!?\n]{0,15}로)"
    rf"|의\s?{_PART}"
    r"|[을를]\s?(?:보[면라세십]|참[조고]|확인|인용|기준)|\s?(?:참[조고]|인용)(?![가-힣])"
    r"|\s?사이에|\s(?:상단|하단|각주|(?:표|그림)\s?\d|\d+\s?(?:행|줄))"
)
_TOPIC = late(rf"[은는이가도]\s[^.!?\n]{{0,60}}?{_SAYING}|\s?[,:]|\s[-–—]\s")
_UP_TO = late(
    rf"(?!\s?(?:늘|줄|증가|감소|확대|다양|가능|제한))(?:의|를|은|는)?\s[^.!?\n]{{0,60}}?(?:{_SAYING}|있[다는])"
)
_NOTHING_MORE = late(r"(?:에|에서)?\s{0,3}[.,:;]?\s{0,3}(?![\s\S])")


def begins(text: str, place: int) -> bool:
    """Whether a sentence, a bracket or a quotation begins here."""
    near = max(0, place - 12)
    return bool(_BEGINS.search(text, near, place)) and not _NAME.search(text, near, place)


def bracketed(text: str, start: int, end: int) -> bool:
    """`(p. 3)`, `(see page 3)`, `(3쪽 참조)`."""
    return bool(_OPENED.search(text, max(0, start - 60), start) and _CLOSED.match(text, end))


def frames(text: str, start: int, end: int) -> bool:
    """Whether a page says where the statement is from: `According to page 3`, `3쪽에 따르면`, `(p. 3)`."""
    led = _LED.search(text, max(0, start - 24), start)
    return bool(led or _ACCORDING.match(text, end) or bracketed(text, start, end))


def led_to(text: str, place: int) -> bool:
    """Whether a page is led to by a word such as `on` or `see`, not by a name or a noun that it is part of."""
    return begins(text, place) or bool(_TOWARDS.search(text, max(0, place - 12), place))


def follows_small_word(text: str, place: int) -> bool:
    """As `led_to`, of a word in small letters; `home page 2`, `the web page 404` are none."""
    return begins(text, place) or bool(_SMALL.search(text, max(0, place - 20), place))


def says(text: str, end: int) -> bool:
    """Whether a verb of saying follows."""
    return bool(_SAYS.match(text, end))


def follows_korean_noun(text: str, place: int) -> bool:
    """Whether nothing stands before `페이지` that makes it another's: `공식 페이지`, `이 페이지`, `홈 페이지`."""
    return bool(_KOREAN_NOUN.search(text, max(0, place - 12), place))


def goes_on_as_korean(text: str, start: int, end: int) -> bool:
    """Whether the words after a page in Korean speak of what stands there; `300쪽이다`, `10쪽을 인쇄` do not."""
    if _COUNTED.search(text, max(0, start - 8), start):
        return False
    if (aside := _ASIDE.match(text, end)) and not bracketed(text, start, end):
        end = aside.end()
    if _ACCORDING.match(text, end) or _GOES_ON.match(text, end) or bracketed(text, start, end):
        return True
    if _SOURCE.search(text, max(0, start - 12), start):
        return True
    if text[:end].endswith("까지") and _UP_TO.match(text, end):
        return True
    if not begins(text, start):
        return False
    return bool(_TOPIC.match(text, end)) or (not text[:start].strip() and bool(_NOTHING_MORE.match(text, end)))


def according_in_korean(text: str, end: int) -> bool:
    """`에 따르면`, `에 의하면`."""
    return bool(_ACCORDING.match(text, end))
