"""Names of outlets: is it the same one, cut it off a headline, read it from what boilerplate says about itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import cast

from copydesk.grammar.alternation import longest_first
from copydesk.resources import read_resource

MAX_MORE = 12
MAX_SUFFIXES = 3  # "Headline | Section | Outlet | Outlet.com"
SUFFIX = re.compile(
    r"\s{0,9}(?:\s[|–—·•»:/-]{1,2}|[|»]|--|[:：]|_| \()\s{0,9}(?P<name>[^|–—·•»]{2,60}?)\)?\s{0,9}$"
)
PREFIX = re.compile(r"^\s{0,9}(?P<name>[^|–—·•»:]{2,60}?)\s{0,9}(?:\s[|–—·•»-]\s|[|»]|:\s)\s{0,9}(?=\S)")
ARTICLE = re.compile(r"^(?:the|die|der|das|le|la|les|el|il|lo|o|a|de|den|het)\s+", re.IGNORECASE)
DOMAIN_ENDING = re.compile(r"\.(?:com|org|net|info|news|[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})$")
_ADDRESS = re.compile(r"^(?:https?://)?(?:www\.)?")
_NO_LETTERS = re.compile(r"[\W_]+")
_LETTERS = r"[^\s,.!?:;|()\"“”]{0,24}"
_JOINTS = r"(?:(?:of|the|de|der|di|du|la|le|van|and|&|en)\s){0,2}"
_NAME = rf"(?P<name>(?:[Tt]he\s)?[A-ZÀ-ÖØ-ÞА-Я0-9]{_LETTERS}(?:\s{_JOINTS}[A-ZÀ-ÖØ-ÞА-Я]{_LETTERS}){{0,4}})"


@lru_cache(maxsize=8192)  # the pages of an outlet name it again and again
def outlet_key(name: str) -> str:
    """What is left of a name for comparing: "The Harrow Gazette" and "harrowgazette.com" give the same."""
    plain = name.strip().casefold()
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NO_LETTERS.sub("", DOMAIN_ENDING.sub("", _ADDRESS.sub("", plain)))


def is_same_outlet(name: str, known: Iterable[str]) -> bool:
    """Whether a name is one of an outlet's known ones, or one of them with a word more ("BBC" and "BBC News")."""
    keys = _keys(name)
    for other in known:
        if other.startswith((f"{name}'s ", f"{name}’s ")):
            continue  # "Jane Doe's Blog" is no other name of Jane Doe
        for mine in _keys(other):
            if any(_is_longer_form(*sorted((key, mine), key=len)) for key in keys):
                return True
    return False


@lru_cache(maxsize=8192)
def _keys(name: str) -> frozenset[str]:
    """A name's keys with its article and without."""
    return frozenset((outlet_key(name), outlet_key(ARTICLE.sub("", name)))) - {""}


def _is_longer_form(shorter: str, longer: str) -> bool:
    """The same letters, or a few more behind them: "News", "Online", the name of an edition."""
    return shorter == longer or (
        len(shorter) >= 3 and longer.startswith(shorter) and len(longer) - len(shorter) <= MAX_MORE
    )


def cut_outlet(headline: str, known: Iterable[str], others: Iterable[str] = ()) -> str:
    """The headline without the outlet before or behind it: "Bridge closes | The Harrow Gazette" -> "Bridge closes".

    Only a name among `known` (site name, domain, sidecar) is cut, or a tail that another witness among `others` (the visible
    headline, og:title) lacks; "– White House" stays.
    """
    names, witnesses = tuple(known), {_letters(other) for other in others if other}
    text = headline.strip()
    for _ in range(MAX_SUFFIXES):
        match = SUFFIX.search(text)
        if match is None or not match.start():
            break
        rest = text[: match.start()].strip()
        if not (
            is_same_outlet(match["name"], names) or (_letters(rest) in witnesses and len(rest.split()) > 2)
        ):
            break
        text = rest
    match = PREFIX.match(text)
    if (
        match
        and outlet_key(match["name"]) in {outlet_key(name) for name in names}
        and len(text) - match.end() > 10
    ):
        text = text[match.end() :]
    return text.strip() or headline.strip()


def read_self_naming(text: str, language: str | None = None) -> tuple[str, bool] | None:
    """The outlet that a block of boilerplate calls itself, and whether the wording is unmistakable.

    `"A message from The Harrow Gazette:"` -> ("The Harrow Gazette", True). Only ever for blocks known to be boilerplate.
    """
    head = text[:600]
    folded = head.casefold().replace("ı", "i").replace("\u0307", "")  # as patterns see it that ignore case
    if _openings().search(folded) is None:
        return None
    for kind in ("sure", "likely"):
        if match := _patterns(kind).search(head):
            name = re.sub(r"['’]s?$", "", match["name"]).strip(" .,!")
            if len(name) > 2 and name.casefold() not in _no_outlets():
                return name, kind == "sure"
    return None


@cache
def _openings() -> re.Pattern[str]:
    """What each phrase begins with as plain letters: a text without any of them needs no closer look."""
    table = cast(dict[str, list[str]], read_resource("common/outlets.yaml"))
    return re.compile(longest_first(_plain_opening(phrase) for phrase in (*table["sure"], *table["likely"])))


def _plain_opening(phrase: str) -> str:
    """ "newsletters? of" -> "newsletter", "\\(c\\)\\s?…" -> "(c)"; "" where it begins with a choice."""
    plain = re.match(r"(?:[^\\()\[\]{}?*+|.]|\\[^\w\s])*", phrase)
    assert plain is not None
    opening = re.sub(r"\\(.)", r"\1", plain[0])
    return (opening[:-1] if phrase[plain.end() : plain.end() + 1] in ("?", "*", "{") else opening).casefold()


@cache
def _patterns(kind: str) -> re.Pattern[str]:
    phrases = cast(dict[str, list[str]], read_resource("common/outlets.yaml"))[kind]
    body = "|".join(phrase.replace("{year}", r"(?:19|20)\d{2}(?:\s?[-–]\s?\d{2,4})?") for phrase in phrases)
    return re.compile(rf"(?<![^\W_])(?i:{body})\s?{_NAME}")


@cache
def _no_outlets() -> frozenset[str]:
    return frozenset(
        word.casefold()
        for word in cast(dict[str, list[str]], read_resource("common/outlets.yaml"))["no_names"]
    )


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()
