"""Bylines: who wrote a story, as printed: "By Jane Doe and Bo Roe in Velmora", "Von Jan Doe, dpa", "Text: A Foto: B".

A line counts as a byline only as a whole: every part must be a name, an agency, a newsroom, a role, a place or an outlet, so
"By the time the police arrived" is none. `marked` says whether a byline word stands in it; a bare name counts only with context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from copydesk.grammar.alternation import longest_first
from copydesk.grammar.byline_east import read_far_eastern
from copydesk.grammar.byline_words import (
    Byline,
    clean_line,
    holds_byline_word,
    is_glued,
    leads,
    may_be_marked,
    phrases,
    table,
)
from copydesk.grammar.date_words import date_words
from copydesk.grammar.keywords import SITE_LINES, letter_words, opening_words
from copydesk.grammar.name_words import agency_words, name_words
from copydesk.grammar.names import (
    BRACKETED,
    CASELESS,
    TOKEN,
    agency_name,
    has_east_asian,
    is_collective,
    is_person_shaped,
    is_role,
    read_person,
    turned_name,
)
from copydesk.records import Contributor
from copydesk.resources import LANGUAGES

__all__ = ["Byline", "may_be_marked", "people_and_agency", "read_byline"]

MAX_BYLINE = 300
MAX_SMALL = 12  # words in small letters: roles, joints and dates have a few, prose has more
MAX_BARE = 120  # a bare line of names is short
SEPARATOR = re.compile(r"\s{0,9}[|•·\n]\s{0,9}|\s[–—-]\s|\s/\s|;\s")
LIST_COMMA = re.compile(r"\s{0,9}[,，]\s{0,9}(?![JS]r\b)")
ACRONYM = re.compile(r"[A-Z]{2,5}")
WITH = re.compile(
    r"\s(?:mit|with|avec|con|com|met|med)\s(?=[^\s,]{2,30}(?:\s[^\s,]{2,30}){0,2}$)", re.IGNORECASE
)
_WITH_WORDS = frozenset(("mit", "with", "avec", "con", "com", "met", "med"))
ROLE_WORDS = 5  # longest role that follows a name without a comma
AFTER_AGENCY = re.compile(r"(?:mit|with|avec|con|com|met|med)\s", re.IGNORECASE)


@dataclass(slots=True)
class _Parts:
    names: list[str] = field(default_factory=list)
    agency: str | None = None
    place: str | None = None
    roles: list[str] = field(default_factory=list)
    collective: str | None = None
    others: int = 0  # parts that could be an outlet or a place


def read_byline(text: str, language: str | None = None) -> Byline | None:
    """Who wrote a story, from a line of text; None for prose and for lines that name nobody.

    `"By Jane Doe, Political Editor | The Harrow Gazette"` -> names ("Jane Doe",), roles ("Political Editor",), marked.
    """
    return _read_byline(text, language) if 0 < len(text) <= MAX_BYLINE else None


@lru_cache(SITE_LINES)
def _read_byline(text: str, language: str | None) -> Byline | None:
    if has_east_asian(text):
        return read_far_eastern(text, language)
    if sum(map(str.islower, text.split())) > MAX_SMALL:
        return None
    glued = is_glued(text)
    worded = glued or holds_byline_word(text)
    if not (worded or _may_name_somebody(text)):
        return None
    line = clean_line(text, glued=glued)
    if not worded and len(line) > MAX_BARE:
        return None
    lead = leads().match(line) if worded else None
    body = line[lead.end() :] if lead else line
    parts, contributors = _Parts(), []
    for task, stretch in _by_task(body) if worded else ((None, body),):
        if task is None:
            if not _read_parts(stretch, parts, language, marked=lead is not None):
                return None
        else:
            who = people_and_agency(stretch, language)
            if who is None:
                return None
            contributors += [Contributor(name, task) for name in who[0]]
    marked = (
        lead is not None
        or bool(contributors)
        or (worded and _holds_task(body) and _tasks().match(body) is not None)
    )
    if not (parts.names or parts.agency or parts.collective or contributors):
        return None
    if not marked and (
        len(line) > MAX_BARE
        or parts.others > 1
        or not (parts.names or parts.agency)
        or _is_credit(line, parts, worded=worded)
    ):
        return None
    return Byline(
        tuple(dict.fromkeys(parts.names)),
        parts.agency,
        parts.place,
        tuple(parts.roles),
        tuple(contributors),
        parts.collective,
        marked,
    )


def _may_name_somebody(text: str) -> bool:
    """Whether an agency's word stands in a line, or two words beside each other that are not in small letters."""
    if any(map(text.__contains__, "([（【")) or not letter_words(text).isdisjoint(agency_words()):
        return True
    capitals, particles = 0, name_words("particles")
    for token in text.split():
        if not token.islower():
            capitals += 1
            if capitals == 2:
                return True
        elif token.isalpha() and token not in particles:
            capitals = 0
    return False


def _is_credit(line: str, parts: _Parts, *, worded: bool) -> bool:
    """ "Bo Roe/Getty Images" and "Jane Doe | Photo" credit a picture; scripts without capitals need a byline word."""
    if CASELESS.search(line) or (parts.names and parts.agency and ("/" in line or "|" in line)):
        return True
    return worded and _photo_tail().search(line) is not None


@cache
def _photo_tail() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s|/,;(])(?:{phrases('photo')})\W{{0,5}}$", re.IGNORECASE)


def people_and_agency(stretch: str, language: str | None = None) -> tuple[tuple[str, ...], str | None] | None:
    """The people and the agency of a list such as "A, B and C in Velmora"; None where anything else stands in it."""
    parts = _Parts()
    if not _read_parts(stretch, parts, language, marked=True):
        return None
    return tuple(dict.fromkeys(parts.names)), parts.agency


@cache
def _tasks() -> re.Pattern[str]:
    """Words that give the rest of a byline to a photographer or back to the writer: "Foto:", "Photographs by"."""
    photo = rf"(?P<photo>{phrases('photo')})(?:\s{{0,2}}[:：]|\s(?:by|von|de|di|av|af|door)(?=\s)|(?<=\sby))"
    text = rf"(?P<text>{phrases('leads')})\s{{0,2}}[:：]"
    return re.compile(rf"(?<![^\W_])(?:{photo}|{text})\s{{0,2}}", re.IGNORECASE)


@cache
def _joins() -> re.Pattern[str]:
    body = longest_first(word for code in LANGUAGES for word in table(code)["joins"] if word.isalpha())
    return re.compile(rf"\s*&\s*|\s(?:{body})\s|\s(?-i:u\.)\s", re.IGNORECASE)


@cache
def _join_words() -> frozenset[str]:
    return opening_words(word for code in LANGUAGES for word in table(code)["joins"])


@cache
def _prepositions(kind: str) -> re.Pattern[str]:
    body = longest_first(word for code in LANGUAGES for word in table(code)[kind])
    return re.compile(rf"(?:^|\s)(?:{body})\s(?=(?:the\s|der\s|die\s|la\s|le\s|el\s)?[^\W\d_])")


@cache
def _preposition_words(kind: str) -> frozenset[str]:
    return opening_words(word for code in LANGUAGES for word in table(code)[kind])


@cache
def _photo_words() -> frozenset[str]:
    return opening_words(phrase for code in LANGUAGES for phrase in table(code)["photo"])


def _holds_task(body: str) -> bool:
    """Whether a look for tasks could find one: each has a colon, or a word for pictures."""
    return ":" in body or "：" in body or not letter_words(body).isdisjoint(_photo_words())


def _by_task(body: str) -> Iterator[tuple[str | None, str]]:
    """Stretches of the line and the task that a word before them names; None for the writers."""
    start, task = 0, None
    for match in _tasks().finditer(body) if _holds_task(body) else ():
        if body[start : match.start()].strip(" ,;|/•–-"):
            yield task, body[start : match.start()]
        start, task = match.end(), _task_of(match["photo"])
    if body[start:].strip(" ,;|/•–-"):
        yield task, body[start:]


def _task_of(printed: str | None) -> str | None:
    """ "photographs by" as "Photographs"."""
    task = re.sub(r"\s(?:by|von|de|di|av|af|door)$", "", (printed or "").strip(), flags=re.IGNORECASE)
    return task[:1].upper() + task[1:] if task else None


def _read_parts(stretch: str, parts: _Parts, language: str | None, *, marked: bool) -> bool:
    """Sorts the parts of a stretch into names, agency, roles and so on; False where one is nothing of these."""
    if any(map(stretch.__contains__, "([（【")):
        for bracket in BRACKETED.findall(stretch):
            parts.agency = parts.agency or agency_name(bracket)
        stretch = BRACKETED.sub(" ", stretch)
    is_parted = any(map(stretch.__contains__, "|•·\n–—-/;"))
    for number, segment in enumerate(SEPARATOR.split(stretch) if is_parted else (stretch,)):
        segment, agency, staff = _cut_wire(segment, language)
        parts.agency, parts.collective = parts.agency or agency, parts.collective or staff
        items = [item.strip(" .,:") for item in _items(segment, language)]
        for item in filter(None, items):
            if marked and parts.names and ACRONYM.fullmatch(item):  # after a name an outlet or an agency
                parts.agency = parts.agency or agency_name(item)
                continue
            if not _read_part(
                _without_joint(item),
                parts,
                language,
                later=number > 0 or bool(parts.names),
                marked=marked,
            ):
                return False
    return True


def _without_joint(item: str) -> str:
    """ "with Bo Roe" as "Bo Roe"."""
    joint = AFTER_AGENCY.match(item)
    return item[joint.end() :] if joint else item


def _cut_wire(segment: str, language: str | None) -> tuple[str, str | None, str | None]:
    """ "Jane Doe with SNP" as writer and agency, which no list need know; "with agencies" as writer and newsroom."""
    match = None if letter_words(segment).isdisjoint(_WITH_WORDS) else WITH.search(segment)
    if match is None:
        return segment, None, None
    head, tail = segment[: match.start()], segment[match.end() :]
    if agency := agency_name(tail) or (tail if ACRONYM.fullmatch(tail) else None):
        return head, agency, None
    return (head, None, tail) if is_collective(tail, language) else (segment, None, None)


def _items(segment: str, language: str | None) -> list[str]:
    if "," not in segment and "，" not in segment:
        return _split_joins(segment, language)
    if turned := turned_name(segment, language):
        return [turned]
    return [item for part in LIST_COMMA.split(segment) for item in _split_joins(part, language)]


def _split_joins(part: str, language: str | None) -> list[str]:
    """A part cut at "and" and its like, but for Spanish "Ortega y Gasset": each side must stand by itself."""
    if "&" not in part and letter_words(part).isdisjoint(_join_words()):
        return [part]
    pieces = _joins().split(part)
    if (
        len(pieces) == 2
        and read_person(part, language)
        and not all(len(piece.split()) > 1 for piece in pieces)
    ):
        return [part]
    return pieces


def _read_part(item: str, parts: _Parts, language: str | None, *, later: bool, marked: bool) -> bool:
    item, place = _cut_tail(item, "places")
    item, _ = _cut_tail(item, "outlets")
    if place is not None and _is_proper(place):
        parts.place = parts.place or place
    elif place is not None:
        return False
    if not item:
        return True
    bare = item.split("/")
    if agency := agency_name(item) or next(
        (name for piece in bare if len(bare) > 1 and (name := agency_name(piece))), None
    ):
        parts.agency = parts.agency or agency
        parts.names += [name for piece in bare if len(bare) > 1 and (name := read_person(piece, language))]
    elif signed := _signed(item, language):
        parts.names.append(signed[0])
        parts.agency = parts.agency or signed[1]
    elif item.isupper() and parts.names and not parts.names[0].isupper():
        parts.others += 1  # an outlet in capitals behind a name that is not
    elif titled := _with_role(item, language):
        parts.names.append(titled[0])
        parts.roles.append(titled[1])
    elif is_collective(item, language) and len(item.split()) <= 6:
        parts.collective = parts.collective or item
    elif (person := read_person(item, language)) and _word_of_calendar(person) is False:
        parts.names.append(person)
    elif later and is_role(item, language) and len(item.split()) <= 10:
        parts.roles.append(item)
    elif is_role(item, language) and marked and len(item.split()) <= 4 and item[:1].isupper():
        parts.collective = parts.collective or item
    elif (later or (marked and (parts.agency or parts.collective))) and _is_proper(item):
        parts.others += 1
    elif len(bare) > 1 and all(read_person(piece, language) for piece in bare):
        parts.names += [name for piece in bare if (name := read_person(piece, language))]
    else:
        return False
    return True


def _signed(item: str, language: str | None) -> tuple[str, str] | None:
    """ "JANE DOE Associated Press": a person and an agency with nothing between."""
    tokens = item.split()
    if len(tokens) < 3 or letter_words(item).isdisjoint(agency_words()):
        return None
    for length in (3, 2, 1):
        agency = agency_name(" ".join(tokens[-length:])) if len(tokens) > length + 1 else None
        person = read_person(" ".join(tokens[:-length]), language) if agency else None
        if agency and person:
            return person, agency
    return None


def _with_role(item: str, language: str | None) -> tuple[str, str] | None:
    """ "Jane Doe Political Editor": a person and what they do with nothing between; the role ends in a title."""
    tokens = item.split()
    if not 3 <= len(tokens) <= ROLE_WORDS + 3 or not is_role(tokens[-1], language):
        return None
    for length in (2, 3, 4):
        person, role = " ".join(tokens[:length]), " ".join(tokens[length:])
        if (
            role
            and is_person_shaped(person, language)
            and not person.isupper()
            and len(tokens) - length <= ROLE_WORDS
        ):
            small = sum(token.islower() for token in tokens[length:-1])
            return (person, role) if small <= 1 else None
    return None


def _word_of_calendar(person: str) -> bool:
    """ "Friday Evening" and its like are shaped as names."""
    return any(word.casefold() in date_words().weekdays and len(word) > 4 for word in person.split())


def _cut_tail(item: str, kind: str) -> tuple[str, str | None]:
    """ "Jane Doe in Velmora" as ("Jane Doe", "Velmora"); a name's own particle ("in 't Veld") is not cut."""
    if letter_words(item).isdisjoint(_preposition_words(kind)):
        return item, None
    match = _prepositions(kind).search(item)
    if match is None or not item[match.end() :][:1].isalpha():
        return item, None
    tail = item[match.end() :].strip()
    if match.start() == 0 and match.group().strip().casefold() in name_words("particles"):
        return item, None
    if kind == "places" and not tail[:1].isupper():
        return item, None
    head = item[: match.start()].strip()
    in_names = match.group().strip().casefold() in ("da", "a", "i", "w", "z", "te", "o", "у", "в")
    if head and kind == "places" and in_names and read_person(item):
        return item, None
    return head, tail


def _is_proper(text: str) -> bool:
    """A short capitalised phrase: a place or an outlet."""
    tokens = TOKEN.findall(text)
    capitals = sum(token[:1].isupper() for token in tokens)
    return (
        0 < len(tokens) <= 5
        and tokens[0][:1].isupper()
        and capitals * 2 >= len(tokens)
        and not re.search(r"[.!?]\s|\d", text)
    )
