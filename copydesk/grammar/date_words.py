"""The vocabulary of dates in all languages at once: month and weekday names, marker words, reading times.

Month names of different languages never mean different months where a day or a year stands beside them, so one merged table
serves lines whose language is not known. Words come from `resources/<language>/dates.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from copydesk.grammar.alternation import longest_first
from copydesk.resources import LANGUAGES, read_resource

MarkerKind = Literal["published", "updated"]

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?", re.UNICODE)


@dataclass(frozen=True, slots=True)
class DateWords:
    """All words, casefolded and without their final full stop."""

    months: Mapping[str, int]
    weekdays: frozenset[str]
    joints: frozenset[str]  # words that may stand between the parts of a date: "at", "Uhr", "de"
    reading: frozenset[str]  # words of a reading time: "min", "read", "Lesezeit"
    markers: Mapping[str, MarkerKind]  # phrases that say which date it is
    units: Mapping[str, str]  # "hours" -> "hour"
    ago: frozenset[str]
    today: frozenset[str]
    yesterday: frozenset[str]
    am: frozenset[str]
    pm: frozenset[str]


def fold(word: str) -> str:
    """A word as the tables hold it: "Sept." -> "sept", "D’OCTOBRE" -> "d'octobre"."""
    # The Turkish capital dotted I folds into two characters, of which the second is no letter.
    return word.replace("’", "'").replace("İ", "i").casefold().rstrip(".")


@cache
def date_words() -> DateWords:
    """The merged tables of all languages."""
    tables = [cast(dict[str, object], read_resource(f"{language}/dates.yaml")) for language in LANGUAGES]
    months: dict[str, int] = {}
    units: dict[str, str] = {}
    markers: dict[str, MarkerKind] = {}
    for table in tables:
        for number, names in enumerate(cast(list[list[str]], table["months"]), 1):
            months.update((fold(name), number) for name in names)
        for unit, names in cast(dict[str, list[str]], table["units"]).items():
            units.update((fold(name), unit) for name in names)
        markers.update((fold(phrase), "published") for phrase in cast(list[str], table["published"]))
        markers.update((fold(phrase), "updated") for phrase in cast(list[str], table["updated"]))
    return DateWords(
        months=months,
        units=units,
        markers=markers,
        weekdays=_merged(tables, "weekdays"),
        joints=_merged(tables, "joints"),
        reading=_merged(tables, "reading"),
        ago=_merged(tables, "ago"),
        today=_merged(tables, "today"),
        yesterday=_merged(tables, "yesterday"),
        am=_merged(tables, "am"),
        pm=_merged(tables, "pm"),
    )


def month_number(word: str) -> int | None:
    """1 to 12, or None for a word that names no month; "d'octobre" counts."""
    key = fold(word)
    return date_words().months.get(key) or date_words().months.get(key.removeprefix("d'"))


@cache
def phrase_pattern(kind: str) -> re.Pattern[str]:
    """Any phrase of one table ("markers", "reading", "joints", "weekdays"), longest first, at a word's edge."""
    return _alternation(cast(Iterable[str], getattr(date_words(), kind)))


def _merged(tables: list[dict[str, object]], key: str) -> frozenset[str]:
    return frozenset(fold(word) for table in tables for word in cast(list[str], table[key]))


def _alternation(phrases: Iterable[str]) -> re.Pattern[str]:
    body = longest_first(phrases, lambda phrase: r"(?![^\W\d_])" if _spaced(phrase) else "")
    body = body.replace("'", "[’']")
    # Scripts without case are not searched for the other case of each character: that alone takes long to compile.
    edge = r"(?:(?<![^\W_])|(?<=(?-i:[\u3040-\u9fff\uac00-\ud7af])))"
    return re.compile(rf"{edge}(?:{body})\.?", re.IGNORECASE)


def _spaced(phrase: str) -> bool:
    """Whether the script sets spaces between words, so that a phrase must end where a word ends."""
    return not re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", phrase)
