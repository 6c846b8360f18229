"""What all readers of bylines share: the record, the byline words of all languages, and a line made readable.

Text browsers glue what markup had set apart ("Jane DoeReporter", "Jane Doe5 hours ago"); that is undone first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import cast

from copydesk.grammar.alternation import longest_first
from copydesk.grammar.keywords import letter_words, opening_words
from copydesk.grammar.name_words import name_words, words
from copydesk.grammar.names import EAST_ASIAN, has_east_asian, without_contacts
from copydesk.grammar.timestamps import cut_dates
from copydesk.records import Contributor
from copydesk.resources import LANGUAGES, read_resource
from copydesk.words import has_digit, narrow

UNGLUED = frozenset(("twitter", "facebook", "instagram", "follow", "email", "published", "updated", "posted"))
GLUED = re.compile(
    r"[a-zß-ÿ][A-ZÀ-Þ]|[^\W\d_]{2}\d|[\u4e00-\u9fff][12]|[a-zß-ÿ]@"
)  # where the next two may find something
# For `bytes.translate`: small letters, capitals, other letters, digits and "@" as GLUED sees them, × and ÷ apart.
_GLUE_SHAPE = "".join(
    "0" if char.isdecimal()
    else "a" if re.match("[a-zß-ÿ]", char)
    else "A" if re.match("[A-ZÀ-Þ]", char)
    else "L" if char.isalnum()
    else "@" if char == "@"
    else " "
    for char in map(chr, range(256))
).encode()  # fmt: skip
_TIMES, _DIVIDED, _AT, _DIGIT = "×÷@0".encode("latin-1")  # as numbers, which are found sooner than bytes are
_LETTERS_ALIKE = bytes.maketrans(b"aA", b"LL")
GLUED_DATE = re.compile(r"(?<=[^\W\d_]{2})(?=[0-3]?\d[./]\d)|(?<=[\u4e00-\u9fff])(?=[12]\d{3}年)")
GLUED_NUMBER = re.compile(r"(?<=[a-zß-ÿ]{2})(?=\d{1,3}(?:\s|$))")  # "Jane Doe5 hours ago"
GLUED_HANDLE = re.compile(r"(?<=[a-zß-ÿ]{2})(?=@\w{2,40}(?:\s|$))")  # "Jane Doe@janedoe"
LONE_COUNT = re.compile(
    r"(?:^|\s[–—|-]\s|\s)\d{1,4}(?:\s[^\W\d_]{4,20})?$"
)  # "- 12 comments", behind dates and names
GLUED_WORD = re.compile(r"([^\W\d_a-z]?[a-zß-ÿ])([A-ZÀ-Þ][a-zß-ÿ]{3,20})(?![^\W_])")
EDGES = ' ,;|•·–—*_"“”„«»'
MAX_LEAD = 40


@dataclass(frozen=True, slots=True)
class Byline:
    """What a byline says. `names` are people; a newsroom is in `collective`, an outlet or a place never among them."""

    names: tuple[str, ...]
    agency: str | None
    place: str | None
    roles: tuple[str, ...]  # as printed: "Political Editor"
    contributors: tuple[Contributor, ...]  # those with a task of their own: photographers
    collective: str | None  # "Staff reporters", "Redaktion"
    marked: bool


def clean_line(text: str, *, glued: bool) -> str:
    """A line without contacts, dates, counts and buttons, its glued words apart."""
    line = without_contacts(GLUED_HANDLE.sub(" ", text) if glued else text)
    line = cut_dates(_unglued(line) if glued else line)
    line = " ".join(line.split()).strip(EDGES)
    if has_digit(line):
        line = LONE_COUNT.sub("", line)
    return _without_buttons(line).strip(EDGES)


def _unglued(text: str) -> str:
    """ "Jane DoeReporter" as two parts: text browsers join what markup had set apart. "McDonald" stays."""
    apart = words("titles") | UNGLUED

    def part(match: re.Match[str]) -> str:
        return f"{match[1]} | {match[2]}" if match[2].casefold() in apart else match[0]

    return GLUED_WORD.sub(part, GLUED_NUMBER.sub(" ", GLUED_DATE.sub(" ", text)))


def _without_buttons(line: str) -> str:
    """ "By Jane Doe Follow" without the button's word."""
    head, _, last = line.rpartition(" ")
    return head if head and last.casefold() in name_words("buttons") else line


def table(code: str) -> dict[str, list[str]]:
    """One language's byline words."""
    return cast(dict[str, list[str]], read_resource(f"{code}/bylines.yaml"))


@cache
def leads() -> re.Pattern[str]:
    """Byline words at the start of a line, those of all languages."""
    end = r"(?![^\W_]|[’'-])\s{0,2}[:：|]?\s{0,2}(?:(?:by|von|par|por|di|av|af|door)\s)?"
    return re.compile(rf"[\W_]{{0,3}}(?:{phrases('leads')}){end}", re.IGNORECASE)


@cache
def phrases(kind: str) -> str:
    """All languages' phrases of one kind, as an alternation."""
    return longest_first(
        phrase for code in LANGUAGES for phrase in table(code)[kind] if not EAST_ASIAN.search(phrase)
    )


@cache
def _byline_words() -> frozenset[str]:
    return opening_words(
        phrase for code in LANGUAGES for kind in ("leads", "photo") for phrase in table(code)[kind]
    )


def may_be_marked(text: str, words: Iterable[str] | None = None, flat: bytes | None = None) -> bool:
    """Whether a look at the whole line could find a byline word in it; most lines hold none.

    `words` are its runs of letters, casefolded, and `flat` is its `narrow` form, where the caller has them.
    """
    return (
        holds_byline_word(text, words)
        or is_glued(text, flat)
        or (flat is None and has_east_asian(text))  # which fits into no byte
    )


def holds_byline_word(text: str, words: Iterable[str] | None = None) -> bool:
    """Whether a word stands in the line that a byline phrase begins with."""
    return not _byline_words().isdisjoint(letter_words(text) if words is None else words)


def is_glued(text: str, flat: bytes | None = None) -> bool:
    """Whether words may stand in the line with nothing between them."""
    flat = flat or narrow(text)
    if flat is None or _TIMES in flat or _DIVIDED in flat:
        return GLUED.search(text) is not None
    shape = flat.translate(_GLUE_SHAPE)
    if shape.find(b"aA") >= 0 or (_AT in shape and shape.find(b"a@") >= 0):
        return True
    return _DIGIT in shape and shape.translate(_LETTERS_ALIKE).find(b"LL0") >= 0


def is_byline_lead(text: str) -> bool:
    """Whether a line is a byline word and nothing else, "By" or "Autor:", so that the next line names the author."""
    line = text.strip()
    return len(line) <= MAX_LEAD and leads().fullmatch(line) is not None
