"""Printed time zones ("ET", "CET", "GMT+2", "+0530") as offsets, and the clock and date order of a country's newsrooms.

What a zone means is data: `common/zones.yaml` and `common/countries.yaml`. A zone is used as it is written: "CET" is
+01:00 in July too, "ET" follows the clock of the day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copydesk.resources import read_resource

DateOrder = Literal["mdy", "dmy", "ymd"]

OFFSET = re.compile(r"(?P<sign>[+−-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?$")
PREFIX = re.compile(r"^(?:GMT|UTC)\s?(?=[+−-])", re.IGNORECASE)
MAX_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Country:
    """What a country-code domain says about an outlet's clock and dates; None where the country has several."""

    zone: str | None
    order: DateOrder | None


@cache
def _abbreviations() -> Mapping[str, tuple[str, ...]]:
    entries = cast(dict[str, str | list[str]], read_resource("common/zones.yaml"))
    return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in entries.items()}


def zone_names() -> tuple[str, ...]:
    """The abbreviations that `read_zone` knows, longest first, for building a pattern."""
    return tuple(sorted(_abbreviations(), key=lambda name: (-len(name), name)))


@cache
def country_of(domain: str) -> Country | None:
    """Clock and date order by the last label of a domain ("example.co.uk", "uk"); None for generic ones (.com)."""
    countries = cast(dict[str, dict[str, str]], read_resource("common/countries.yaml"))
    entry = countries.get(domain.rsplit(".", 1)[-1].lower())
    if entry is None:
        return None
    return Country(entry.get("zone"), cast("DateOrder | None", entry.get("order")))


@cache
def named_zone(name: str) -> ZoneInfo | None:
    """An IANA zone by name; None for a name that does not exist (sidecars and pages may hold anything)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def read_zone(printed: str, clock: datetime, *, outlet_zone: str | None = None) -> tzinfo | None:
    """The zone that a printed token means at the naive local time `clock`.

    None where it is unknown, or where several countries use the letters (IST) and the outlet's own zone is none of them.
    """
    token = printed.strip(" ()[].,")
    if offset := OFFSET.fullmatch(PREFIX.sub("", token)):
        delta = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return None if delta > MAX_OFFSET else timezone(delta if offset["sign"] == "+" else -delta)
    candidates = _abbreviations().get(token.upper(), ())
    zones = [zone for zone in map(_as_zone, candidates) if zone is not None]
    if len(zones) < 2:
        return zones[0] if zones else None
    outlet = named_zone(outlet_zone) if outlet_zone else None
    if outlet is None:
        return zones[0] if OFFSET.fullmatch(candidates[0]) else None
    same = [zone for zone in zones if _offset(zone, clock) == _offset(outlet, clock)]
    return same[0] if same else None


def to_utc(clock: datetime, zone: tzinfo) -> datetime:
    """A naive local time as an instant; of a doubled hour in autumn the first."""
    return clock.replace(tzinfo=zone).astimezone(UTC)


def _as_zone(value: str) -> tzinfo | None:
    offset = OFFSET.fullmatch(value)
    if offset is None:
        return named_zone(value)
    delta = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
    return timezone(delta if offset["sign"] == "+" else -delta)


def _offset(zone: tzinfo, clock: datetime) -> timedelta | None:
    return clock.replace(tzinfo=zone).utcoffset()
