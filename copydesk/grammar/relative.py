"""Dates told from the time of reading: "3 hours ago", "vor 20 Minuten", "gestern, 18:30"; only with a known time of fetching."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache

from copydesk.grammar.alternation import longest_first
from copydesk.grammar.clocks import find_any_clock
from copydesk.grammar.date_words import WORD, date_words, fold, phrase_pattern
from copydesk.grammar.zones import named_zone, to_utc
from copydesk.records import Stamp

MAX_RELATIVE = 60
ARTICLES = {
    "a",
    "an",
    "one",
    "einer",
    "einem",
    "une",
    "un",
    "una",
    "uma",
    "um",
    "een",
    "en",
    "ett",
    "et",
    "bir",
}


@cache
def find_ago() -> re.Pattern[str]:
    """A count, a unit of time, and a word such as "ago" before or after them."""
    units = longest_first(date_words().units)
    ago = phrase_pattern("ago").pattern
    amount = rf"(?:(?P<count>\d{{1,3}})|(?:{longest_first(ARTICLES)})\s)"
    counted = rf"(?<![^\W_]){amount}\s?(?P<unit>{units})(?![^\W_\u3040-\u9fff\uac00-\ud7af])\.?"
    return re.compile(
        rf"(?:(?P<before>{ago})\s{{0,2}})?{counted}(?(before)|\s{{0,2}}(?P<after>{ago}))", re.IGNORECASE
    )


def read_relative(text: str, fetched_at: datetime, outlet_zone: str | None) -> tuple[Stamp, int, int] | None:
    """The instant that a relative date means and its span; minutes give a minute, hours and days a day.

    None for weeks and more: the day is not known.
    """
    if len(text) > MAX_RELATIVE:
        return None
    words = date_words()
    for match in find_ago().finditer(text):
        count = int(match["count"] or 1)
        unit = words.units.get(fold(match["unit"]))
        if unit not in ("minute", "hour", "day"):
            continue
        at = fetched_at - timedelta(**{f"{unit}s": count})
        if unit == "minute":
            return Stamp(
                at.replace(second=0, microsecond=0), match.group().strip(), "minute", None, "none"
            ), *match.span()
        return _day(at, match.group().strip(), outlet_zone), *match.span()
    return _today(text, fetched_at, outlet_zone)


def _today(text: str, fetched_at: datetime, outlet_zone: str | None) -> tuple[Stamp, int, int] | None:
    """ "Today, 10:12", "gestern 18:30 Uhr": a word that is the whole of the line but for a clock."""
    clock = find_any_clock(text)
    rest = text if clock is None else text[: clock.char_start] + " " + text[clock.char_end :]
    found = [fold(word) for word in WORD.findall(rest)]
    phrase = " ".join(word for word in found if word not in date_words().joints) or " ".join(found)
    if phrase in date_words().today:
        at = fetched_at
    elif phrase in date_words().yesterday:
        at = fetched_at - timedelta(days=1)
    else:
        return None
    zone = named_zone(outlet_zone) if outlet_zone else None
    if clock is None or zone is None:
        return _day(at, text.strip(), outlet_zone), 0, len(text)
    local = datetime.combine(at.astimezone(zone).date(), clock.time)
    return Stamp(to_utc(local, zone), text.strip(), clock.precision, outlet_zone, "outlet"), 0, len(text)


def _day(at: datetime, raw: str, outlet_zone: str | None) -> Stamp:
    zone = named_zone(outlet_zone) if outlet_zone else None
    day = at.astimezone(zone or UTC).date()
    return Stamp(datetime.combine(day, time(), UTC), raw, "day", None, "none")
