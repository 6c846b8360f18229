"""What a file holds, thing by thing: each is named before it is opened, so that whatever happens to a reader is put down to
one of them, and reading can go on behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copydesk.read.compressed import Damaged, Oversized
from copydesk.read.fields import NO_FIELDS, Fields
from copydesk.records import Limits, RawPage, Sidecar, Unread
from copydesk.urls import reason

Place = tuple[int, ...]  # of an entry: its number among its siblings, below that of the container it lies in
Part = tuple[int, int | None]  # a stretch of a file, in bytes; None for its end
WHOLE: Part = (0, None)


Announce = Callable[[str, Place], None]  # told the uri and the place of an entry before it is opened
Passing = Callable[[], None]  # told of each entry that is passed over: nothing is read, and nothing hangs


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a file or a member before it is read, and how far reading may go."""

    uri: str
    name: str
    sidecar: Sidecar
    limits: Limits
    fields: Fields = NO_FIELDS


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that was found and not read yet, or a container of more."""

    uri: str
    open: Callable[[], RawPage | Unread | Iterator[Entry]]
    at: int | None = (
        None  # where in the file it was found, in bytes; None where only the reader's source can tell
    )


def no_entry(unread: Unread) -> Entry:
    """The place of what gave no bytes."""
    return Entry(unread.source_uri, lambda: unread)


def read_entries(
    entries: Iterator[Entry],
    origin: Origin,
    part: Part = WHOLE,
    behind: Place = (),
    announce: Announce | None = None,
    passing: Passing | None = None,
    *,
    taken: Callable[[], int] = lambda: 0,
) -> Iterator[RawPage | Unread]:
    """The pages of these entries and of those in them, and an Unread for each that cannot be read.

    Only entries that were found in this part of the file are opened, those behind the place `behind`. `taken` says how many
    bytes of the file were read so far, which is where an entry was found unless it says so itself.
    """
    first, rest = (behind[0], behind[1:]) if behind else (-1, ())
    start, stop = part
    count = 0
    for number, entry in enumerate(entries):
        count += 1
        at = taken() if entry.at is None else entry.at
        if stop is not None and at >= stop:
            return
        if at < start or number < first or (number == first and not rest):
            if passing is not None:
                passing()
            continue
        place = (number,)
        if announce is not None:
            announce(entry.uri, place)
        opened = _opened(entry, origin.limits)
        if isinstance(opened, RawPage | Unread):
            yield opened
        else:
            inside = Origin(entry.uri, origin.name, origin.sidecar, origin.limits, origin.fields)
            further = rest if number == first else ()
            yield from read_entries(opened, inside, WHOLE, further, _below(place, announce), passing)
    if not count and stop is None:
        yield Unread(origin.uri, "empty", "expected a container of pages, found none in it")


def _opened(entry: Entry, limits: Limits) -> RawPage | Unread | Iterator[Entry]:
    try:
        return entry.open()
    except Oversized:
        message = f"expected at most {limits.max_bytes} bytes after decompression, found more"
        return Unread(entry.uri, "too-large", message)
    except Damaged as fault:
        return Unread(entry.uri, "damaged", str(fault))
    except OSError as fault:
        return Unread(entry.uri, "unreadable", f"expected a readable file: {reason(fault).lower()}")


def _below(place: Place, announce: Announce | None) -> Announce | None:
    if announce is None:
        return None
    return lambda uri, inner: announce(uri, place + inner)
