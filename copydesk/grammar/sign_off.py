"""The last line of a story, which names who worked on it: "Reporting by A; Editing by C", "Mitarbeit: A"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import cast

from copydesk.grammar.alternation import longest_first
from copydesk.grammar.byline import people_and_agency
from copydesk.grammar.keywords import first_word, letter_words, opening_words
from copydesk.grammar.names import EAST_ASIAN
from copydesk.records import Contributor
from copydesk.resources import LANGUAGES, read_resource

MAX_SIGN_OFF = 500
BY = re.compile(r"\s(?:by|von|par|por|de|di|da|av|af|door|from|der|of)$", re.IGNORECASE)
INITIALS = re.compile(r"[(/—–-]{0,2}\s?[^\W\d_]{2,4}(?:\s?/\s?[^\W\d_]{2,4}){1,3}\s?[)/]?\.?")


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who worked on a story; roles as printed, their first letter a capital."""

    contributors: tuple[Contributor, ...]
    agency: str | None


def read_sign_off(text: str, language: str | None = None) -> SignOff | None:
    """The people of a sign-off with their roles; None for prose, which may well begin with "Reporting".

    `"Reporting by Jane Doe in Velmora; Editing by Bo Roe"` -> ("Jane Doe", "Reporting"), ("Bo Roe", "Editing").
    """
    if not text or len(text) > MAX_SIGN_OFF:
        return None
    if not may_be_sign_off(first_word(text), letter_words(text)):
        return None
    line = text.strip(" ()[]*_—–-.\n")
    tasks = list(_tasks().finditer(line))
    if not tasks or tasks[0].start() > 0:
        return _contributed(line, language)
    found: list[Contributor] = []
    agency: str | None = None
    for task, following in zip(tasks, [*tasks[1:], None], strict=True):
        stretch = line[task.end() : following.start() if following else len(line)].strip(" ;,.")
        if (who := people_and_agency(re.sub(r"\s(?:and|und|et|y|e)$", "", stretch), language)) is None:
            return None
        names, wire = who
        if not names and not wire:
            return None
        found += [Contributor(name, _role(task["task"])) for name in names]
        agency = agency or wire
    return SignOff(tuple(found), agency)


def may_be_sign_off(first: str, words: Iterable[str]) -> bool:
    """Whether a closer look could find one; `first` and `words` are a text's runs of letters, casefolded."""
    return first in _openers("sign_off") or not _openers("contributed").isdisjoint(words)


def is_initials(text: str) -> bool:
    """Bare initials of desk staff at the end of a story, "jd/bo", "(dpa/jd)"; safe only as a line of its own."""
    return len(text) <= 20 and "/" in text and INITIALS.fullmatch(text.strip()) is not None


def _contributed(line: str, language: str | None) -> SignOff | None:
    """ "Jane Doe and Bo Roe contributed to this report.\""""
    match = _after().search(line)
    if match is None:
        return None
    who = people_and_agency(line[: match.start()], language)
    if who is None or not (who[0] or who[1]):
        return None
    return SignOff(tuple(Contributor(name, "Contributing") for name in who[0]), who[1])


def _role(task: str) -> str:
    role = BY.sub("", task.strip(" :"))
    role = re.sub(r"^with\s", "", role, flags=re.IGNORECASE)
    return role[:1].upper() + role[1:]


@cache
def _phrases(kind: str) -> tuple[str, ...]:
    tables = (cast(dict[str, list[str]], read_resource(f"{code}/credits.yaml")) for code in LANGUAGES)
    return tuple(phrase for table in tables for phrase in table[kind] if not EAST_ASIAN.search(phrase))


@cache
def _openers(kind: str) -> frozenset[str]:
    return opening_words(_phrases(kind))


@cache
def _tasks() -> re.Pattern[str]:
    start, end = r"(?:^|(?<=[;.,]\s)|(?<=;)|(?<=\sand\s))", r"(?:\s{0,2}[:：]\s{0,2}|\s{1,2})(?=\S)"
    return re.compile(rf"{start}(?P<task>{longest_first(_phrases('sign_off'))}){end}", re.IGNORECASE)


@cache
def _after() -> re.Pattern[str]:
    return re.compile(
        rf"\s(?:also\s)?(?:{longest_first(_phrases('contributed'))})(?:\sfrom\s[^.]{{2,60}})?\.?$",
        re.IGNORECASE,
    )
