"""Is this string a person's name? Told by its shape and by lists of words that no name holds; no list of names.

Job titles, honours, e-mail addresses and handles around a name are cut away; outlets, agencies and newsrooms are no persons.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from copydesk.grammar.keywords import SITE_LINES
from copydesk.grammar.name_words import agencies, name_words, words
from copydesk.words import narrow

MAX_NAME = 60
MAX_TOKENS = 6  # "Maria del Carmen Ruiz de la Vega" has seven with its particles, of which three do not count
CONTACT = re.compile(
    r"\S{1,64}@\S{1,128}|(?:https?://|www\.)\S{1,300}|(?<![^\W_])@\w{1,40}"
    r"|\b[\w-]{1,60}\.(?:com|org|net|de|co\.uk)\b(?:/\S{0,200})?",
    re.IGNORECASE,
)
_ADDRESS_PARTS = ("www.", ".com", ".org", ".net", ".de", ".co.uk")
BRACKETED = re.compile(r"\s{0,9}[(\[（【][^()\[\]（）【】]{0,80}[)\]）】]")
TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|[’'‘`\-.‐‑·\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f])*")
GIVEN_NAME = re.compile(
    r"[A-ZÀ-ÖØ-ÞŁŚŠŽČА-ЯІЇЄ][^\W\d_A-ZÀ-ÖØ-Þ]{2,11}(?:-[A-ZÀ-ÖØ-Þ][^\W\d_A-ZÀ-ÖØ-Þ]{2,11})?"
)
HAN = re.compile(r"[\u4e00-\u9fff々]{2,4}")
JAPANESE = re.compile(r"[\u4e00-\u9fff々ヶ]{1,4}[\s\u3000]?[\u4e00-\u9fff々\u3040-\u30ff]{1,5}")
KATAKANA = re.compile(r"[\u30a0-\u30ff]{2,10}(?:[・＝\s][\u30a0-\u30ff]{1,10}){1,3}")
HANGUL = re.compile(r"[\uac00-\ud7af]{2,4}")
CASELESS = re.compile(
    r"[\u0590-\u0eff\u10d0-\u10ff\u1200-\u137f\u1780-\u17ff]"
)  # scripts without capitals, Hebrew to Khmer
COMPOUND_TITLES = (  # Germanic compounds: "Wirtschaftsredakteur", "utenriksredaktør"
    "redakteur", "redakteurin", "korrespondent", "korrespondentin", "reporter", "reporterin", "direktor", "leiter", "leiterin",
    "redaktør", "redaktör",
)  # fmt: skip
COMPOUND_NEWSROOMS = (
    "redaktion",
    "redaktionen",
    "redactie",
    "redaksjonen",
    "redaktionsteam",
)  # "Sportredaktion"
EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ARTICLES = ("the", "die", "der", "la", "l’", "l'")
_ARTICLE = re.compile(r"^(?:the|die|der|la|l[’'])\s*(?=\S)")
_NAME_MARKS = "'`-.·"  # TOKEN's, as far as they fit into Latin-1
_NAME_CHARS = bytes(
    i if chr(i) in _NAME_MARKS or (chr(i).isalnum() and not chr(i).isdecimal()) else 0x20 for i in range(256)
)
_ASIDE = re.compile(r"\s[|•·]\s|\s[–—-]\s")
_SMALL = re.compile(r"[^\W\d_]{1,3}[’'‘\-]")
INITIAL = re.compile(r"[^\W\d_](?:\.-?[^\W\d_]){0,3}\.?")


def has_east_asian(text: str) -> bool:
    """Whether a letter of Han, kana or Hangul stands in it."""
    return not text.isascii() and narrow(text) is None and EAST_ASIAN.search(text) is not None


def without_brackets(text: str, instead: str = "") -> str:
    """The text with brackets and what stands in them turned into `instead`."""
    return BRACKETED.sub(instead, text) if any(map(text.__contains__, "([（【")) else text


@lru_cache(SITE_LINES)  # bylines, credits and sign-offs ask again and again for the same few words of a page
def read_person(text: str, language: str | None = None) -> str | None:
    """The person that a short string names, cleaned: `"Doe, Jane"` -> "Jane Doe", `"Dr. Jane Doe, PhD"` -> "Jane Doe".

    None for agencies, newsrooms, outlets, job titles, places and prose; a single given name is None too.
    """
    text = _tidy(text)
    if not text or len(text) > 2 * MAX_NAME or agency_name(text) or is_collective(text, language):
        return None
    if has_east_asian(text):
        return _east_asian(text, language)
    head, _, tail = text.partition(",")
    if tail.strip():
        turned = turned_name(text, language)
        if turned is not None:
            return turned
        text = head.strip()
    text = _strip_honours(_once(text), language)
    return text if is_person_shaped(text, language) else None


def _once(text: str) -> str:
    """A name that is printed twice in a row, by a picture's text and beside it: "Jane Doe Jane Doe"."""
    tokens = text.split()
    half = len(tokens) // 2
    return " ".join(tokens[:half]) if half > 1 and tokens[:half] == tokens[half:] else text


def is_given_name(text: str, language: str | None = None) -> bool:
    """Whether one word could be what a blogger signs with: "Fatima", no "admin", "jd_22", "Redaktion" or "SNP"."""
    return (
        GIVEN_NAME.fullmatch(text) is not None
        and text.casefold() not in _banned(language)
        and text.casefold() not in name_words("buttons")
        and not is_role(text, language)
        and not is_collective(text, language)
        and agency_name(text) is None
    )


def agency_name(text: str) -> str | None:
    """The usual name of the agency that the whole string is ("Associated Press" -> "AP"), else None."""
    known, form = agencies(), text.strip(" .,;:()[]/–-").casefold()
    if form.startswith(_ARTICLES):
        form = _ARTICLE.sub("", form)
    return known.get(form) or known.get(text.strip(" .,;:()[]").casefold())


@lru_cache(SITE_LINES)
def is_collective(text: str, language: str | None = None) -> bool:
    """A newsroom, not a person: "Staff reporters", "Sportredaktion", "Agencies and staff", "編集部"."""
    lists = words("collective", language)
    if has_east_asian(text):
        return any(text.endswith(word) for word in lists if EAST_ASIAN.search(word))
    tokens = _name_tokens(text)
    if not lists.isdisjoint(tokens):
        return True
    return any(
        token.endswith(COMPOUND_NEWSROOMS) or ("-" in token and token.rsplit("-", 1)[-1] in lists)
        for token in tokens
    )


def _name_tokens(text: str) -> list[str]:
    """Its words, casefolded, each with the marks that may stand inside a name."""
    flat = narrow(text.replace("’", "'").replace("‘", "`"))
    if flat is None:
        return [token.casefold() for token in TOKEN.findall(text)]
    return [
        token.lstrip(_NAME_MARKS)
        for token in flat.translate(_NAME_CHARS).decode("latin-1").casefold().split()
    ]


def is_role(text: str, language: str | None = None) -> bool:
    """A job title: "Political Editor", "Korrespondentin in Berlin", "Professor of Law at Harrow"."""
    titles = words("titles", language)
    if has_east_asian(text):
        return text.strip() in titles
    tokens = [
        token.strip(".")
        for token in text.casefold().replace("/", " ").replace("–", " ").replace("-", " ").split()
    ]
    return not titles.isdisjoint(tokens) or any(token.endswith(COMPOUND_TITLES) for token in tokens)


def is_person_shaped(text: str, language: str | None = None) -> bool:
    """Two to six capitalised words, particles apart, none of which a name cannot hold."""
    if not text or len(text) > MAX_NAME:
        return False
    tokens, particles = text.split(), name_words("particles")
    counted = [token for token in tokens if token[:1].isupper() or token.casefold() not in particles]
    if not 2 <= len(counted) <= MAX_TOKENS or len(tokens) > MAX_TOKENS + 2:
        return False
    if text.casefold() in name_words("places") or (
        len(tokens) == 2 and tokens[0].casefold() in name_words("place_heads")
    ):
        return False
    if tokens[-1][:1].islower() and tokens[-1].casefold() in particles:
        return False
    if any(map(str.isdigit, text)):
        return False
    banned = _banned(language)
    return all(_is_name_token(token, banned) for token in counted) and not all(
        INITIAL.fullmatch(token) for token in counted
    )


@cache
def _banned(language: str | None) -> frozenset[str]:
    return words("stops", language) | words("titles", language)


def _is_name_token(token: str, banned: frozenset[str]) -> bool:
    if TOKEN.fullmatch(token) is None:
        return False
    if token.casefold().strip(".") in banned and token.casefold() not in name_words("particles"):
        return False
    if CASELESS.match(token):
        return True
    # "d’Arcy", "al-Rashid", "bin-Yusuf": the particle is small, the name is not.
    return token[0].isupper() or (_SMALL.match(token) is not None and any(map(str.isupper, token)))


def usual_case(name: str) -> str:
    """A name that is set in capitals as it is usually written: "JANE MCDONALD-ROE" -> "Jane McDonald-Roe"; others unchanged."""
    if not name.isupper() or CASELESS.search(name) or EAST_ASIAN.search(name):
        return name
    tokens = name.split()
    if not any(len(token.strip(".")) > 2 for token in tokens):
        return name
    return " ".join(_usual_token(token, number) for number, token in enumerate(tokens))


def _usual_token(token: str, number: int) -> str:
    bare = token.strip(".").casefold()
    if INITIAL.fullmatch(token) or bare in ("ii", "iii", "iv"):
        return token
    if number and bare in name_words("particles"):
        return token.lower()
    cased = re.sub(r"[^\W\d_]{1,40}", lambda part: part[0].capitalize(), token)
    return re.sub(r"^(Mc|O[’'])([a-zß-ÿ])", lambda part: part[1] + part[2].upper(), cased)


def _tidy(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = without_brackets(without_contacts(text))
    if any(map(text.__contains__, "|•·–—-")):
        text = _ASIDE.split(text, maxsplit=1)[0]
    return " ".join(text.split()).strip(' ,;:|/•·–—-*_"“”„«»\u3000')


def without_contacts(text: str) -> str:
    """The text with a space for addresses, links and handles."""
    if "@" in text or "://" in text:
        return CONTACT.sub(" ", text)
    if "." not in text:
        return text
    lowered = text.lower()
    return CONTACT.sub(" ", text) if any(map(lowered.__contains__, _ADDRESS_PARTS)) else text


def turned_name(text: str, language: str | None = None) -> str | None:
    """ "Doe, Jane" as "Jane Doe"; None where the comma sets off a title or a place, or more names follow."""
    if "," not in text:
        return None
    head, _, tail = (part.strip() for part in text.partition(","))
    surname = [token for token in head.split() if token.casefold() not in name_words("particles")]
    if len(surname) != 1 or not 1 <= len(tail.split()) <= 2 or "," in tail:
        return None
    if tail.casefold().strip(".") in name_words("suffixes") or tail.casefold() in name_words("generations"):
        return None
    turned = f"{tail} {head}"
    return turned if is_person_shaped(turned, language) and not is_role(turned, language) else None


def _strip_honours(text: str, language: str | None) -> str:
    """Without titles before and degrees after the name; the name itself keeps its "Jr."."""
    tokens = text.split()
    titles = words("titles", language)
    while len(tokens) > 2 and (
        tokens[0].casefold() in name_words("honorifics") or tokens[0].casefold().strip(".") in titles
    ):
        tokens.pop(0)
    while (
        len(tokens) > 2
        and tokens[-1].casefold().strip(".") in name_words("suffixes")
        and tokens[-1].isupper()
    ):
        tokens.pop()
    return " ".join(tokens)


@cache
def _east_asian_titles(language: str | None) -> tuple[str, ...]:
    """Longest first; of one length in no order, since none ends in another."""
    return tuple(
        sorted(filter(EAST_ASIAN.search, words("titles", language)), key=lambda word: (-len(word), word))
    )


def _east_asian(text: str, language: str | None) -> str | None:
    """A name in Han, kana or Hangul without its title; the script gives no capitals, so length and endings decide."""
    for title in _east_asian_titles(language):
        if text.endswith(title) and len(text) > len(title) + 1:
            text = text[: -len(title)].strip()
            break
    if text in words("titles", language):
        return None
    for shape in (HAN, HANGUL, JAPANESE, KATAKANA):
        if shape.fullmatch(text):
            return re.sub(r"[\s\u3000]+", " ", text)
    return None
