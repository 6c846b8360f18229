"""Times of day beside a printed date: "10:12 AM CET", "21.07 Uhr", "18h30", "午後3時5分", "T08:00:00Z"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from functools import cache

from copydesk.grammar.date_words import date_words, fold, phrase_pattern
from copydesk.grammar.zones import zone_names
from copydesk.records import Precision
from copydesk.words import has_digit

MAX_GAP = 30  # characters between a date and its clock: " | ", ", um ", " – a las "
_TAIL = r"(?:\s?(?:Uhr|hrs?|hours|h|hs|uur|น\.))?"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, its precision, and the zone as printed beside it."""

    time: time
    precision: Precision
    zone: str | None
    char_start: int
    char_end: int


@cache
def _pattern() -> re.Pattern[str]:
    words = date_words()
    half = "|".join(
        map(re.escape, sorted((w for w in words.am | words.pm if not w.isascii()), key=len, reverse=True))
    )
    zones = "|".join(map(re.escape, (name for name in zone_names() if name != "Z")))
    return re.compile(
        rf"(?<![\d:.,/+])(?:(?P<half>{half})\s?)?"
        r"(?P<hour>[0-2]?\d)"
        r"(?:(?:\s?[:h]\s?|\.|[時时点點]\s?|시\s?)(?P<minute>[0-5]\d|(?<=[時时点點시\s])\d)(?!\d)[분分]?"
        r"(?:[:.](?P<second>[0-5]\d)(?!\d)(?:[.,]\d{1,9})?)?"
        r"|(?=\s?[ap]\.?\s?m\b)|(?=\s?(?:Uhr|uur)\b)|(?=h\b)|[時时]|시)"
        r"(?:\s?(?P<meridiem>[APap]\.?\s?[Mm]\b\.?))?"
        rf"{_TAIL}"
        rf"(?:(?P<utc>Z\b)|\s?[(\[]?(?P<zone>(?-i:{zones})(?![^\W_])(?:\s?[+−-]\d{{1,2}}(?::?\d{{2}})?)?|[+−-]\d{{2}}:?\d{{2}}(?!\d))[)\]]?)?",
        re.IGNORECASE,
    )


@cache
def _zone_pattern() -> re.Pattern[str]:
    zones = "|".join(map(re.escape, (name for name in zone_names() if name != "Z")))
    return re.compile(rf"\s?[(\[]?(?P<zone>(?:{zones})(?![^\W_])(?:\s?[+−-]\d{{1,2}}(?::?\d{{2}})?)?)[)\]]?")


def find_clock(text: str, day_start: int, day_end: int, floor: int, ceiling: int) -> Clock | None:
    """The clock that belongs to the date at [day_start, day_end): behind it, else before it, only joints between."""
    after = _search(text, day_end, min(ceiling, day_end + MAX_GAP + 30))
    if after is not None and _is_gap(text[day_end : after.char_start]):
        return after
    before = None
    position = max(floor, day_start - MAX_GAP - 30)
    while (clock := _search(text, position, day_start)) is not None:
        before, position = clock, max(clock.char_end, position + 1)
    if before is None or not _is_gap(text[before.char_end : day_start]):
        return None
    zone = _zone_pattern().match(text, day_end) if before.zone is None else None
    if zone is None:
        return before
    return Clock(before.time, before.precision, zone["zone"], before.char_start, zone.end())


def find_any_clock(text: str) -> Clock | None:
    """The first clock of a text, dated or not."""
    return _search(text, 0, len(text))


def _search(text: str, start: int, end: int) -> Clock | None:
    if not has_digit(text[start:end]):
        return None
    for match in _pattern().finditer(text, start, end):
        hour = _hour(int(match["hour"]), fold(match["half"] or ""), match["meridiem"])
        if hour is None or (match["second"] is None and _is_length(text, match)):
            continue
        minute, second = int(match["minute"] or 0), int(match["second"] or 0)
        precision: Precision = "second" if match["second"] else "minute"
        zone = match["zone"] or match["utc"]
        return Clock(time(hour, minute, second), precision, zone, match.start(), match.end())
    return None


def _hour(hour: int, half: str, meridiem: str | None) -> int | None:
    late = half in date_words().pm or bool(meridiem and meridiem[0] in "pP")
    early = bool(half and not late) or bool(meridiem and not late)
    if late and hour < 12:
        hour += 12
    elif early and hour == 12:
        hour = 0
    return hour if hour < 24 else None


def _is_length(text: str, match: re.Match[str]) -> bool:
    """ "0:00" and "3:45" as the length of a recording: one digit of hours, nothing that makes it a clock, alone in its line."""
    return (
        match.group().strip() == text.strip()
        and len(match["hour"]) == 1
        and match["zone"] is None
        and not match["meridiem"]
    )


def _is_gap(between: str) -> bool:
    """Only separators, joints and weekdays: what may stand between a date and its clock."""
    if len(between) > MAX_GAP:
        return False
    rest = phrase_pattern("joints").sub(" ", phrase_pattern("weekdays").sub(" ", between))
    return not re.search(r"[^\W_]", re.sub(r"(?<![^\W_])T(?![^\W\d_])", " ", rest))
