"""Dates as news pages print them, read as instants: `read_stamp` for one, `read_stamps` for all of a line.

A fast parser of our own for numeric and textual dates in the languages of `resources/`, ISO 8601, RFC 2822 and the numbers
of page heads. It never guesses: a bare weekday, a bare year or a day without a year gives nothing. Which lines consist of
date material only is decided in `timestamps.py`; what a zone means, in `zones.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from copydesk.grammar.clocks import Clock, find_clock
from copydesk.grammar.date_words import MarkerKind, date_words, fold, month_number, phrase_pattern
from copydesk.grammar.keywords import PAGE_LINES
from copydesk.grammar.relative import read_relative
from copydesk.grammar.zones import DateOrder, named_zone, read_zone, to_utc
from copydesk.records import Precision, Stamp, ZoneSource
from copydesk.resources import LANGUAGES
from copydesk.words import has_digit

MAX_LINE = 400  # a line that dates an article is short; more is prose
MAX_FOREIGN = 60  # dateparser is slow, and wild on longer strings
EARLIEST_YEAR = 1800
LATEST_YEAR = 2100
FUTURE = timedelta(days=2)  # clocks and zones of outlets differ; more is an error of the page
CENTURY_TURN = 69  # two-digit years below it are of this century, as POSIX reads them

_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|°)?"
_MONTH = r"(?P<month>(?:d[’'])?[^\W\d_]{3,14})\.?"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_YEAR_2 = r"(?P<year>(?:[12]\d)?\d{2})(?!\d)"
_GAP = r"[\s,\-–—/]{0,3}"
YEAR_FIRST = re.compile(
    r"(?<![\d.,:])(?P<year>[12]\d{3})(?P<mark>[-/.])\s?(?P<month>[01]?\d)(?P=mark)\s?(?P<day>[0-3]?\d)(?!\d)"
)
CJK = re.compile(
    r"(?P<year>[12]\d{3})\s?[年년]\s?(?P<month>[01]?\d)\s?[月월]\s?(?P<day>[0-3]?\d)\s?[日일号號]?"
)
NUMERIC = re.compile(
    rf"(?<![\d.,:])(?P<first>[0-3]?\d)(?P<mark>[-/.])\s?(?P<second>[0-3]?\d)(?P=mark)\s?{_YEAR_2}"
)
DAY_MONTH = re.compile(
    rf"(?<![\d:.]){_DAY}\.?(?:\s(?:de|of|di))?{_GAP}{_MONTH}(?:\s(?:de|del|of))?{_GAP}{_YEAR}", re.IGNORECASE
)
MONTH_DAY = re.compile(
    rf"(?<![^\W\d_]){_MONTH}\s?{_DAY}(?:\s{{0,2}}[,\-–—]\s{{0,2}}|\s{{1,2}}){_YEAR}", re.IGNORECASE
)
YEAR_MONTH_DAY = re.compile(rf"(?<!\d){_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}(?!\d)", re.IGNORECASE)
MONTH_YEAR = re.compile(rf"(?<![^\W\d_]){_MONTH}(?:\s(?:de|of))?,?\s{_YEAR}", re.IGNORECASE)
YEARLESS = re.compile(
    rf"(?<![\d:.]){_DAY}\.?(?:\s(?:de|of))?\s?{_MONTH}(?![^\W\d_])"
    r"|(?<![^\W\d_])(?P<month2>[^\W\d_]{3,14})\.?\s(?P<day2>[0-3]?\d)(?!\d)",
    re.IGNORECASE,
)
COMPACT = re.compile(
    r"(?P<year>[12]\d{3})(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:T?(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?P<zone>Z|[+-]\d{4})?)?"
)
# As `date` and Java print it, the year last: "Fri Apr 28 19:20:36 CEST 2023".
YEAR_LAST = re.compile(
    r"(?:[A-Z][a-z]{2} )?(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>[0-3]?\d)"
    r" (?P<hour>[0-2]\d):(?P<minute>[0-5]\d):(?P<second>[0-5]\d) (?:(?P<zone>[A-Z]{1,5}|GMT[+-]\d\d:\d\d) )?(?P<year>[12]\d{3})"
)
ZONED = re.compile(
    r"(?<=[\d\s(])(?:(?P<american>[EMP][SD]?T|C[SD]T|CT)|(?:CES?T|BST|GMT|UTC|MES?Z|EES?T|WES?T|SAST|MSK|IST)(?:\s?[+-]\d)?)(?![^\W\d_])"
)
EPOCH = re.compile(r"\d{10}(?:\d{3})?")
TEXTUAL = (DAY_MONTH, MONTH_DAY, YEAR_MONTH_DAY)


@dataclass(frozen=True, slots=True)
class StampReading:
    """A date found in a text, with the span of the text that it was read from."""

    stamp: Stamp
    char_start: int
    char_end: int
    kind: MarkerKind | None  # by the words before or after it: "Updated:", "Zuletzt aktualisiert am"
    certain: bool  # False where day and month could be the other way round and nothing but habit decided


@dataclass(frozen=True, slots=True)
class _Day:
    value: date
    char_start: int
    char_end: int
    precision: Precision
    certain: bool = True


def read_stamp(
    text: str,
    *,
    order: DateOrder | None = None,
    zone: str | None = None,
    fetched_at: datetime | None = None,
    latest: datetime | None = None,
    language: str | None = None,
    foreign: bool = False,
) -> StampReading | None:
    """The first date of a short text as an instant, `"Oct. 27, 2023 10:12 AM CET"`; None where none is printed in full.

    `order` settles 03/04/2023, `zone` is the outlet's IANA zone, `fetched_at` dates "3 hours ago", `latest` (else `fetched_at`)
    bounds the future. With `foreign`, dateparser has a try at a short text, unless it is in a language that we have words for.
    """
    readings = read_stamps(
        text, order=order, zone=zone, fetched_at=fetched_at, latest=latest, language=language
    )
    if readings:
        return readings[0]
    if not foreign or language in LANGUAGES:
        return None
    return _read_foreign(text, zone, latest or fetched_at)


@lru_cache(PAGE_LINES)  # of one line the labeller asks twice: whether it is a date, and what stands beside it
def read_stamps(
    text: str,
    *,
    order: DateOrder | None = None,
    zone: str | None = None,
    fetched_at: datetime | None = None,
    latest: datetime | None = None,
    language: str | None = None,
) -> tuple[StampReading, ...]:
    """All dates of a short text, in order of position; empty for a text longer than a line."""
    if len(text) > MAX_LINE:
        return ()
    bound = latest or fetched_at
    if reading := _read_system(text.strip(), zone, bound):
        return (reading,)
    order = order or _order_by_zone(text) or _order_by_language(language)
    readings: list[StampReading] = []
    taken = 0
    days = list(_find_days(text, order)) or list(_find_yearless(text, fetched_at))
    for index, day in enumerate(days):
        following = days[index + 1].char_start if index + 1 < len(days) else len(text)
        reading = _with_clock(text, day, taken, following, zone)
        if reading is not None and _within(reading.stamp.at, bound):
            readings.append(reading)
            taken = reading.char_end
    if not readings and fetched_at is not None and (relative := read_relative(text, fetched_at, zone)):
        stamp, start, end = relative
        readings.append(StampReading(stamp, start, end, _marker(text, 0, start, end, len(text)), True))
    return tuple(readings)


def _order_by_zone(text: str) -> DateOrder | None:
    """North American clocks stand beside American dates, the others beside European ones."""
    zone = ZONED.search(text)
    if zone is None:
        return None
    return "mdy" if zone["american"] else "dmy"


def _order_by_language(language: str | None) -> DateOrder | None:
    """English is printed both ways, unless its country is told; the other languages put the day first."""
    if language is None or language == "en":
        return None
    return "mdy" if language == "en-US" else "dmy"


def _find_days(text: str, order: DateOrder | None) -> Iterator[_Day]:
    """Calendar days of a text, left to right; months without a day only where no full date stands."""
    if not has_digit(text):
        return
    found: list[_Day] = []
    for pattern in (YEAR_FIRST, CJK):
        for match in pattern.finditer(text):
            _add(found, match, _day_of(int(match["year"]), int(match["month"]), int(match["day"])))
    for match in NUMERIC.finditer(text):
        value, certain = _numeric_day(match, order)
        _add(found, match, value, certain=certain)
    for pattern in TEXTUAL:
        for match, month in _months(pattern, text):
            _add(found, match, _day_of(int(match["year"]), month, int(match["day"])))
    if not found:
        for match, month in _months(MONTH_YEAR, text):
            _add(found, match, _day_of(int(match["year"]), month, 1), precision="month")
    yield from sorted(found, key=lambda day: day.char_start)


def find_yearless(text: str) -> tuple[int, int] | None:
    """The span of a day and a month without a year: "27 Oct", "October 27"."""
    for match in YEARLESS.finditer(text):
        if month_number(match["month"] or match["month2"]) is not None:
            return match.span()
    return None


def _find_yearless(text: str, fetched_at: datetime | None) -> Iterator[_Day]:
    """ "27 Oct, 10:12" beside the time of fetching: the last such day before it."""
    if fetched_at is None or len(text) > MAX_FOREIGN:
        return
    for match in YEARLESS.finditer(text):
        month, day = month_number(match["month"] or match["month2"]), int(match["day"] or match["day2"])
        if month is None:
            continue
        last = fetched_at + FUTURE
        years = (
            year
            for year in (last.year, last.year - 1)
            if (value := _day_of(year, month, day)) and value <= last.date()
        )
        if (year := next(years, None)) and (value := _day_of(year, month, day)):
            yield _Day(value, match.start(), match.end(), "day")
            return


def _months(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Matches whose month word is one; after a match whose word is none, the search goes on one character later."""
    position = 0
    while match := pattern.search(text, position):
        month = month_number(match["month"])
        if month is not None:
            yield match, month
        position = match.end() if month is not None else match.start() + 1


def _add(
    found: list[_Day],
    match: re.Match[str],
    value: date | None,
    precision: Precision = "day",
    certain: bool = True,
) -> None:
    overlaps = any(day.char_start < match.end() and match.start() < day.char_end for day in found)
    if value is not None and not overlaps:
        found.append(_Day(value, match.start(), match.end(), precision, certain))


def _numeric_day(match: re.Match[str], order: DateOrder | None) -> tuple[date | None, bool]:
    """A date such as 03/04/2023. Impossible values decide, else the order; without one, habit: slashes are American,
    full stops and hyphens are not (Unicode CLDR's short patterns), and the reading is marked as not certain."""
    first, second, year = int(match["first"]), int(match["second"]), _full_year(match["year"])
    by_habit: DateOrder = "mdy" if match["mark"] == "/" else "dmy"
    month_first = (order or by_habit) == "mdy"
    swapped = (first > 12 and month_first) or (second > 12 and not month_first)
    if swapped:
        month_first = not month_first
    month, day = (first, second) if month_first else (second, first)
    return _day_of(year, month, day), bool(order) or first > 12 or second > 12 or first == second


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < CENTURY_TURN else 1900)


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if EARLIEST_YEAR <= year <= LATEST_YEAR else None
    except ValueError:
        return None


def _within(at: datetime, bound: datetime | None) -> bool:
    return at.year >= EARLIEST_YEAR and (bound is None or at <= bound + FUTURE)


def _with_clock(
    text: str, day: _Day, floor: int, ceiling: int, outlet_zone: str | None
) -> StampReading | None:
    """The day together with a clock and a zone beside it, as one stamp."""
    clock = find_clock(text, day.char_start, day.char_end, floor, ceiling) if day.precision == "day" else None
    start, end = day.char_start, day.char_end
    if clock is None:
        at = datetime.combine(day.value, time(), UTC)
        stamp = Stamp(at, text[start:end].strip(), day.precision, None, "none")
    else:
        start, end = min(start, clock.char_start), max(end, clock.char_end)
        local = datetime.combine(day.value, clock.time)
        at, zone, source = _instant(local, clock, outlet_zone)
        stamp = Stamp(at, text[start:end].strip(), clock.precision, zone, source)
    return StampReading(stamp, start, end, _marker(text, floor, start, end, ceiling), day.certain)


def _instant(
    local: datetime, clock: Clock, outlet_zone: str | None
) -> tuple[datetime, str | None, ZoneSource]:
    if clock.zone is not None:
        printed = read_zone(clock.zone, local, outlet_zone=outlet_zone)
        if printed is not None:
            return to_utc(local, printed), clock.zone, "explicit"
    zone = named_zone(outlet_zone) if outlet_zone and clock.zone is None else None
    if zone is not None:
        return to_utc(local, zone), outlet_zone, "outlet"
    return local.replace(tzinfo=UTC), clock.zone, "none"


def _marker(text: str, floor: int, start: int, end: int, ceiling: int) -> MarkerKind | None:
    """What the words before a date (else after it) say it is; the nearest phrase counts."""
    kinds = date_words().markers
    before = list(phrase_pattern("markers").finditer(text, floor, start))
    if before and start - before[-1].end() <= 30:
        return kinds.get(fold(before[-1].group()))
    after = phrase_pattern("markers").search(text, end) if ceiling == len(text) else None
    if after and after.start() - end <= 3:
        return kinds.get(fold(after.group()))
    return None


def _read_system(text: str, outlet_zone: str | None, bound: datetime | None) -> StampReading | None:
    """Page heads: seconds or milliseconds since 1970, digits run together (20231027T101200Z), or a clock before the year."""
    if EPOCH.fullmatch(text):
        seconds = int(text[:10])
        at = datetime.fromtimestamp(seconds, UTC)
        stamp = Stamp(at, text, "second", "UTC", "explicit")
        return (
            StampReading(stamp, 0, len(text), None, True) if _within(at, bound) and at.year > 1990 else None
        )
    match = COMPACT.fullmatch(text) or YEAR_LAST.fullmatch(text)
    month = (
        (int(match["month"]) if match["month"].isdigit() else month_number(match["month"])) if match else None
    )
    value = _day_of(int(match["year"]), month, int(match["day"])) if match and month else None
    if match is None or value is None:
        return None
    if match["hour"] is None or int(match["hour"]) > 23:
        at = datetime.combine(value, time(), UTC)
        return (
            StampReading(Stamp(at, text, "day", None, "none"), 0, len(text), None, True)
            if _within(at, bound)
            else None
        )
    local = datetime.combine(value, time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0)))
    clock = Clock(local.time(), "second" if match["second"] else "minute", match["zone"], 0, len(text))
    at, zone, source = _instant(local, clock, outlet_zone if match.re is YEAR_LAST else None)
    stamp = Stamp(at, text, clock.precision, zone, source)
    return StampReading(stamp, 0, len(text), None, True) if _within(at, bound) else None


def _read_foreign(text: str, outlet_zone: str | None, bound: datetime | None) -> StampReading | None:
    """A date in words that our tables lack, by dateparser; only a short text that holds a whole year."""
    text = text.strip()
    if (
        len(text) > MAX_FOREIGN
        or not re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", text)
        or not re.search(r"[^\W\d_]{3}", text)
    ):
        return None
    import dateparser  # loads for a second, and its first parse for two, so only here

    settings = {"STRICT_PARSING": True, "PREFER_DATES_FROM": "past", "RETURN_AS_TIMEZONE_AWARE": False}
    found = dateparser.parse(text, settings=settings)
    if found is None or not _within(found.replace(tzinfo=UTC), bound):
        return None
    clock = find_clock(text, 0, 0, 0, len(text))
    if clock is None:
        stamp = Stamp(datetime.combine(found.date(), time(), UTC), text, "day", None, "none")
        return StampReading(stamp, 0, len(text), None, True)
    local = datetime.combine(found.date(), clock.time)
    at, zone, source = _instant(local, clock, outlet_zone)
    return StampReading(Stamp(at, text, clock.precision, zone, source), 0, len(text), None, True)
