"""When the article was published and updated: claims of the page's head first, then its visible time stamps.

Only blocks that are time stamps are read, so that a caption's or a sentence's date is never the article's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.date_words import MarkerKind
from copydesk.grammar.dates import NUMERIC, StampReading, read_stamp, read_stamps
from copydesk.grammar.timestamps import read_timestamp_line
from copydesk.grammar.zones import DateOrder, country_of
from copydesk.records import Block, Claim, Label, Stamp

MAX_UNDER = 3  # blocks from the last paragraph down to a date that still belongs to it
SHORT_LINE = 30  # characters; a shorter last line may be a name
SIGNING: frozenset[Label] = frozenset(("byline", "sign_off", "credit", "author_bio", "share_bar", "image"))
SAME_DAY = timedelta(hours=36)  # a claimed day and a visible clock on it, whatever their zones


@dataclass(frozen=True, slots=True)
class Dates:
    """The two stamps of an article, each with its evidence."""

    published: Found[Stamp] | None
    updated: Found[Stamp] | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A visible stamp and what it says of itself."""

    reading: StampReading
    kind: MarkerKind | None
    block: Block


def find_dates(context: Context) -> Dates:
    """Published and updated; None where the page does not say."""
    seen = _of_the_story(tuple(_visible(context)), context)
    published = _sidecar(context) or _claimed(context, "published")
    updated = _claimed(context, "updated")
    first = next((one for one in seen if one.kind != "updated"), None)
    changed = next((one for one in seen if one.kind == "updated"), None)
    if changed is None and first is not None:
        later = (one for one in seen if one is not first and one.reading.stamp.at > first.reading.stamp.at)
        changed = next((one for one in later if one.kind is None), None)
    published = _sharper(published, first)
    updated = _sharper(updated, changed)
    return Dates(published, updated)


def date_order(context: Context) -> DateOrder | None:
    """Day or month first, by the outlet's country, else by a date of the page whose day is over 12."""
    country = country_of(context.domain) if context.domain else None
    if country and country.order:
        return "dmy" if country.order == "ymd" else country.order
    for block in context.blocks("timestamp", "caption"):
        for match in NUMERIC.finditer(block.text[:400]):
            if int(match["first"]) > 12:
                return "dmy"
            if int(match["second"]) > 12:
                return "mdy"
    language = context.language or "en"
    return None if language.startswith("en") else "dmy"


def outlet_zone(context: Context) -> str | None:
    """The outlet's clock: the sidecar's, else its country's where that has only one (IANA zone database)."""
    if context.sidecar.zone:
        return context.sidecar.zone
    country = country_of(context.domain) if context.domain else None
    return country.zone if country else None


def _visible(context: Context) -> Iterator[_Seen]:
    """The stamps of the time stamp blocks in order; a marker on a line of its own speaks for the line after it.

    A bare month is one of an archive: it needs a marker.
    """
    waiting: MarkerKind | None = None
    waiting_at = -2
    for block in context.blocks("timestamp", "byline"):
        readings = read_stamps(
            block.text,
            order=context.order,
            zone=context.zone,
            fetched_at=context.sidecar.fetched_at,
            latest=context.latest,
            language=context.language,
        )
        if not readings:
            line = read_timestamp_line(block.text)
            waiting, waiting_at = (line.kind, block.number) if line else (None, -2)
            continue
        for number, reading in enumerate(readings):
            inherited = waiting if number == 0 and block.number - waiting_at == 1 else None
            if reading.stamp.precision != "month" or reading.kind:
                yield _Seen(reading, reading.kind or inherited, block)
        waiting = None


def _of_the_story(seen: tuple[_Seen, ...], context: Context) -> tuple[_Seen, ...]:
    """Below the story stand the dates of comments and of other stories: they need a marker in their line.

    But for a single one right under the last paragraph, where some outlets date a story that has no date above.
    """
    _, last = context.span
    marked = {one.block.number for one in seen if one.kind}
    kept = tuple(one for one in seen if one.block.number <= last or one.block.number in marked)
    single = {one.block.number for one in seen}
    if kept or len(single) != 1:
        return kept
    date = single.pop()
    prose = [item.block.number for item in context.body if len(item.block.text) >= SHORT_LINE]
    below = [item for item in context.labelled if max(prose, default=last) < item.block.number < date]
    # A reader's name between the story and the date makes it a comment's.
    return seen if date <= last + MAX_UNDER and all(item.label in SIGNING for item in below) else kept


def _sidecar(context: Context) -> Found[Stamp] | None:
    if not context.sidecar.published:
        return None
    reading = read_stamp(
        context.sidecar.published, order=context.order, zone=context.zone, latest=context.latest, foreign=True
    )
    return Found(reading.stamp, "sidecar") if reading else None


def _claimed(context: Context, field: str) -> Found[Stamp] | None:
    """The first claim that can be read; a later one of the same day replaces it where it knows the time or the zone."""
    found: Found[Stamp] | None = None
    for claim in context.claims(field):
        stamp = _read_claim(claim, context)
        if stamp is None:
            continue
        if found is None or _knows_more(stamp, found.value):
            found = Found(stamp, claim.evidence)
    return found


def _read_claim(claim: Claim, context: Context) -> Stamp | None:
    reading = read_stamp(
        claim.value,
        order=context.order,
        zone=context.zone,
        latest=context.latest,
        language=context.language,
        foreign=True,
    )
    return reading.stamp if reading else None


def _knows_more(stamp: Stamp, than: Stamp) -> bool:
    if abs(stamp.at - than.at) > SAME_DAY:
        return False
    return _knowledge(stamp) > _knowledge(than)


def _knowledge(stamp: Stamp) -> int:
    """0 for a day (or its midnight, which systems write when they know no time), 1 for a clock, 2 for a clock with a zone."""
    midnight = stamp.at.hour == stamp.at.minute == stamp.at.second == 0 and stamp.zone_source != "explicit"
    if stamp.precision in ("day", "month") or midnight:
        return 0
    return 2 if stamp.zone_source == "explicit" else 1


def _sharper(claimed: Found[Stamp] | None, seen: _Seen | None) -> Found[Stamp] | None:
    """The claim, unless a visible stamp of the same day knows the time and it does not; the block counts as fed either way."""
    if seen is None:
        return claimed
    visible = Found(seen.reading.stamp, evidence_of(seen.block), (seen.block.number,))
    if claimed is None:
        return visible
    if _knowledge(claimed.value) == 0 and _knows_more(seen.reading.stamp, claimed.value):
        return visible
    agrees = abs(claimed.value.at - seen.reading.stamp.at) <= SAME_DAY
    return Found(claimed.value, claimed.evidence, visible.fed) if agrees else claimed
