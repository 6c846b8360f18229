"""What the owner of a worker process sends it to do, and what it tells of it. Values only; nothing is done here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copydesk.records import Run
from copydesk.store.forgotten import NOTHING_FORGOTTEN, Forgotten

if TYPE_CHECKING:
    from copydesk.read import Input
    from copydesk.store.place import Place

Numbers = tuple[int, ...]  # the place of a page in its input, entry by entry; () before the first one


@dataclass(frozen=True, slots=True)
class Fresh:
    """An input to be read, and the pages of it that the store knows already."""

    input: Input
    input_key: str
    known: frozenset[tuple[str, str]] = frozenset()  # (source_uri, page key)

    @property
    def uri(self) -> str:
        return self.input.uri

    @property
    def lost_uri(self) -> str:
        """The name of what cannot be found in it."""
        return self.input.lost_uri

    @property
    def bytes(self) -> int:
        return self.input.span_bytes


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A row of a segment, and where the page stood when it was read."""

    row: int
    input_uri: str
    input_key: str
    place: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """Pages whose bytes lie in a segment of the store."""

    segment: str
    pages: tuple[StoredPage, ...]
    bytes: int

    @property
    def uri(self) -> str:
        return self.segment

    @property
    def lost_uri(self) -> str:
        return self.segment


Source = Fresh | Stored


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the sources of a job are done: those before `at`, and of that one all up to the page at `behind`."""

    at: int = 0
    behind: Numbers = ()


@dataclass(frozen=True, slots=True)
class Doom:
    """A page that took its worker with it, and what becomes of it instead."""

    source_uri: str
    stage: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Same:
    """A page that the store knows already, found where it stands now."""

    source_uri: str
    page_key: str
    input_uri: str
    input_key: str
    place: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """Sources to be edited into segments of the store."""

    sources: tuple[Source, ...]
    run: Run
    store: Place
    prefix: str  # of the segments' names
    edition: str
    lost_edition: str  # of documents that a worker was lost over
    forgotten: Forgotten = NOTHING_FORGOTTEN
    first_part: int = 0
    start: Cursor = Cursor()
    opened: Mapping[Cursor, Doom] = field(default_factory=dict)  # by the page that was being read or edited
    passed: Mapping[Cursor, Doom] = field(default_factory=dict)  # by the last page before the reader was lost
    alone: frozenset[Cursor] = (
        frozenset()
    )  # pages that are edited by themselves, since a worker was lost over them
