"""What a worker process runs: it reads sources, edits their documents, some together, and writes them into the store.

Messages to the owner: ("ready", rules version) once; then for each job ("start", place, source_uri) before a page is opened,
("read", place, source_uri) when its bytes are there, ("alive",) while others are passed over, ("edited",) when all pages that
were read are edited; ("behind", place) where it goes on behind a container that it gave up; ("segment", name, cursor, pages that
the store knew) when all up to the cursor is safe on disk; ("next",) after each source; ("end",) after the last; ("failed", …)
when the run cannot go on. Whose turn it is while pages are edited, `Turns` tell.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import logging
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from copydesk import quarantine
from copydesk.check.rows import page_values
from copydesk.corpus.traces import trace_page
from copydesk.errors import CopydeskError, StoreError
from copydesk.jobs import Cursor, Doom, Fresh, Job, Numbers, Same, Source, Stored
from copydesk.memory import limit_memory, resident_bytes, trim_heap
from copydesk.records import RawPage, Unread
from copydesk.rows import PageRows
from copydesk.store import forgotten
from copydesk.store.documents import DocumentRow, place_key
from copydesk.store.fingerprint import page_key
from copydesk.store.segment import Segment, StoredDocument, read_raw, rows_size, segment_name, write_segment
from copydesk.turns import NOBODY, Turns
from copydesk.urls import is_url

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
NEVER_DONE = ""  # the edition of a document that each build tries again
# A segment is written when one of these is reached: what a kill costs is what was edited since.
SEGMENT_DOCUMENTS = 256
SEGMENT_CHARS = 16_000_000
SEGMENT_SECONDS = 5.0
LIFE_SECONDS = 1.0
# Pages are edited together when one of these is reached. Until then they wait: what a kill costs is these, too.
TOGETHER = 64
TOGETHER_BYTES = 16_000_000  # or, where it is less,
MEMORY_PER_BYTE = 50  # of what a worker may take; on pages of news it then takes 510 MB of 800
TOGETHER_SECONDS = 2.0  # since the first of them was read; a remote store may be slow
# A page beyond one of these is edited alone: what is made of it may take some hundred megabytes. 1 MB of made-up prose in 10,000
# paragraphs took 150, 3 MB in 40,000 took 250; large pages of news are mostly scripts, and of 646 none has more than 9,300 tags.
LARGE_BYTES = 3_000_000
MANY_TAGS = 20_000
KEPT_SHARE = 0.75  # of the memory that it may take a child keeps what it does not use, too
RAW_COLUMNS = (
    "source_uri",
    "raw.content",
    "raw.name",
    "raw.sidecar",
    "raw.declared_encoding",
    "raw.declared_format",
)

# Objects more than before. A document makes up to 50,000 and leaves not one in a cycle, so that a collection while it is
# edited walks all of them for nothing; what is kept of words and blocks comes to a third of these after 1,500 pages.
COLLECT_AFTER = 1_000_000

Announce = Callable[[str, Numbers], None]


class _Doomed(Exception):  # noqa: N818  what the page is
    """The page that is about to be opened has taken a worker with it before."""


def main(pipe_number: int, turns_file: int, parent: int) -> None:
    """Serve the owner on this pipe until it closes."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to answer
    logging.disable(logging.CRITICAL)  # what matters of a document is in its row
    warnings.simplefilter("ignore")
    pipe: Connection[Any, Any] = Connection(pipe_number)
    try:
        _serve(pipe, Turns(turns_file))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the owner is gone


def _serve(pipe: Connection[Any, Any], turns: Turns) -> None:
    setup = pipe.recv()
    gc.set_threshold(COLLECT_AFTER)  # what is loaded now makes no garbage, a document little
    try:
        desk = importlib.import_module(setup.desk)
        reader = importlib.import_module(setup.reader)
        kit = desk.load_kit(setup.rules_files)
    except CopydeskError as fault:
        pipe.send(("failed", type(fault).__name__, str(fault)))
        return
    gc.freeze()  # what is loaded lives as long as the child: collections need not walk it
    limit_memory(setup.document_bytes)
    pipe.send(("ready", kit.rules_version))
    while True:
        job: Job = pipe.recv()
        try:
            _Work(job, desk, reader, kit, pipe.send, turns, setup.document_bytes).run()
        except CopydeskError as fault:
            pipe.send(("failed", f"{type(fault).__name__}: {fault}"))
            return
        pipe.send(("end",))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A page that is read and waits to be edited with others, or what is known of one that is not."""

    number: int  # among all that were read since the last were edited
    source: Source
    place: Numbers
    key: str
    edition: str
    page: RawPage | Unread | None
    rows: PageRows | None = None  # of one that is refused


class _Work:
    """One job: where it stands, the pages that wait to be edited, and the documents that are not on disk yet."""

    def __init__(
        self,
        job: Job,
        desk: Any,
        reader: Any,
        kit: Any,
        tell: Callable[[tuple[Any, ...]], None],
        turns: Turns,
        document_bytes: int,
    ) -> None:
        self._kept_bytes = int(KEPT_SHARE * document_bytes)
        self._together_bytes = min(TOGETHER_BYTES, document_bytes // MEMORY_PER_BYTE)
        self._job, self._desk, self._reader, self._kit = job, desk, reader, kit
        self._tell, self._turns = tell, turns
        self._at = job.start.at
        self._place: Numbers = job.start.behind
        self._reached = job.start  # all pages up to it were read; where none waits, they are edited
        self._read = 0  # pages since the last were edited
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._waiting_since = 0.0
        self._documents: list[StoredDocument] = []
        self._same: list[Same] = []
        self._chars = 0
        self._part = job.first_part
        self._since = self._shown = time.monotonic()

    def run(self) -> None:
        for source in self._job.sources[self._at :]:
            self._edit_source(source)
            self._tell(("next",))
            self._at, self._place = self._at + 1, ()
            self._reached = Cursor(self._at)
        self._edit_waiting()
        self._flush()

    def _edit_source(self, source: Source) -> None:
        """Edit the pages of a source behind the place in hand; what took a worker with it is refused instead."""
        going_on = True
        while going_on:
            lost = self._job.passed.get(Cursor(self._at, self._place))
            if lost is not None:
                going_on = self._give_up(lost, source)
                continue
            try:
                going_on = self._edit_pages(source)
            except _Doomed:
                self._refuse(self._job.opened[Cursor(self._at, self._place)], source)

    def _edit_pages(self, source: Source) -> bool:
        """Edit pages until the reader ends; True where it was lost behind the one in hand."""
        for page in self._pages(source):
            self._place = self._place or (0,)  # what cannot be opened is not announced
            self._take(page, source)
            if Cursor(self._at, self._place) in self._job.passed:
                return True
        return False

    def _give_up(self, lost: Doom, source: Source) -> bool:
        """Refuse the container in which nothing more can be found; True where there is something behind it in the source."""
        if isinstance(source, Stored):
            raise StoreError(
                f"{source.segment}: a worker was lost while it was read: {lost.message}", source.segment
            )
        around = self._place[:-1]
        self._place = (*around, self._place[-1] + 1) if self._place else ()
        self._refuse(lost, source)
        self._place = around
        self._reached = Cursor(self._at, around)
        self._tell(("behind", around))
        return bool(around)

    def _pages(self, source: Source) -> Iterator[RawPage | Unread]:
        if isinstance(source, Stored):
            return _stored_pages(self._job, source, self._place, self._announce)
        if source.input.unread is not None and self._place:
            return iter(())  # it has no more than this one
        pages: Iterator[RawPage | Unread] = self._reader.read_pages(
            source.input, self._job.run.limits, self._place, self._announce, self._show_life
        )
        return pages

    def _show_life(self) -> None:
        """The reader passes over what is done: that takes time, too."""
        if time.monotonic() - self._shown >= LIFE_SECONDS:
            self._shown = time.monotonic()
            self._tell(("alive",))

    def _announce(self, uri: str, place: Numbers) -> None:
        self._place = place
        if Cursor(self._at, place) in self._job.opened:
            raise _Doomed
        self._tell(("start", place, uri))

    def _take(self, page: RawPage | Unread, source: Source) -> None:
        """Have a page wait, and edit those that do when they are enough; a large one is edited alone."""
        key = page_key(page)
        content = page.content if isinstance(page, RawPage) else b""
        is_alone = _is_large(content) or Cursor(self._at, self._place) in self._job.alone
        if is_alone:
            self._edit_waiting()
        number = self._count_in(page.source_uri)
        if isinstance(source, Fresh) and (page.source_uri, key) in source.known:
            same = Same(page.source_uri, key, source.uri, source.input_key, place_key(self._place))
            self._same.append(same)
        else:
            edition = NEVER_DONE if _may_be_had_later(page, source) else self._job.edition
            self._waiting.append(_Waiting(number, source, self._place, key, edition, page))
            self._waiting_bytes += len(content)
        if (
            is_alone
            or len(self._waiting) >= TOGETHER
            or self._waiting_bytes >= self._together_bytes
            or time.monotonic() - self._waiting_since >= TOGETHER_SECONDS
        ):
            self._edit_waiting()

    def _refuse(self, doom: Doom, source: Source) -> None:
        rows = quarantine.refused(
            doom.source_uri, self._job.run, stage=doom.stage, code=doom.code, message=doom.message
        )
        number = self._count_in(doom.source_uri)
        edition = self._job.lost_edition
        self._waiting.append(_Waiting(number, source, self._place, "", edition, None, rows))

    def _count_in(self, source_uri: str) -> int:
        """Tell of a page that no more is read of; its number among those of which nothing else was told."""
        self._tell(("read", self._place, source_uri))
        self._reached = Cursor(self._at, self._place)
        if not self._read:
            self._waiting_since = time.monotonic()
        self._read += 1
        return self._read - 1

    def _edit_waiting(self) -> None:
        """Edit the pages that wait, and write a segment where there is enough for one."""
        if not self._read:
            return
        waiting, run, turn = self._waiting, self._job.run, self._turns.take
        pages = [one for one in waiting if one.page is not None]
        edited = iter(
            self._desk.edit_all(
                [one.page for one in pages], run, self._kit, lambda at: turn(pages[at].number)
            )
        )
        found = [one.rows or next(edited) for one in waiting]
        if not self._documents:
            self._since = time.monotonic()
        for one, rows in zip(waiting, found, strict=True):
            turn(one.number)
            self._add(one, rows)
        turn(NOBODY)
        self._tell(("edited",))
        self._read, self._waiting, self._waiting_bytes = 0, [], 0
        if (
            len(self._documents) >= SEGMENT_DOCUMENTS
            or self._chars >= SEGMENT_CHARS
            or time.monotonic() - self._since >= SEGMENT_SECONDS
        ):
            self._flush()
        if resident_bytes() > self._kept_bytes:
            trim_heap()  # the next page would be blamed for it

    def _add(self, one: _Waiting, rows: PageRows) -> None:
        raw = one.page if isinstance(one.page, RawPage) else None
        if one.page is not None and _is_forgotten(rows, self._job.forgotten):
            rows, raw = forgotten_rows(rows, self._job), None
        place, input_uri, input_key = place_key(one.place), one.source.uri, ""
        if isinstance(one.source, Stored):
            stood = one.source.pages[one.place[0]]
            place, input_uri, input_key = stood.place, stood.input_uri, stood.input_key
        else:
            input_key = one.source.input_key
        values = page_values(rows)
        size = rows_size(values)
        document = _document(rows, raw, input_uri, input_key, place, one.key, one.edition, size)
        self._documents.append(StoredDocument(document, values, trace_page(rows), raw))
        self._chars += size + (len(raw.content) if raw else 0)

    def _flush(self) -> None:
        name = None
        if self._documents:
            name = segment_name(self._job.prefix, self._part)
            write_segment(self._job.store, name, self._documents, self._refuse_misfit)
            self._part += 1
        self._tell(("segment", name, self._reached, tuple(self._same)))
        self._documents, self._same, self._chars = [], [], 0

    def _refuse_misfit(self, stored: StoredDocument, reason: str) -> StoredDocument:
        old = stored.document
        uri = old.source_uri.encode("ascii", "backslashreplace").decode()
        message = f"a value does not fit its column: {reason}"
        rows = quarantine.refused(uri, self._job.run, stage="assemble", code="row", message=message)
        document = _document(
            rows, None, old.input_uri, old.input_key, old.place, old.page_key, old.edition, len(message)
        )
        return StoredDocument(document, page_values(rows), trace_page(rows), None)


def _is_large(content: bytes) -> bool:
    return len(content) > LARGE_BYTES or content.count(b"<") > MANY_TAGS


def _may_be_had_later(page: RawPage | Unread, source: Source) -> bool:
    """Whether a store did not give what it listed: it may do so the next time, and no ETag tells of that."""
    is_remote = isinstance(source, Fresh) and is_url(source.input.path)
    return is_remote and isinstance(page, Unread) and page.code == "unreadable"


def forgotten_rows(rows: PageRows, job: Job) -> PageRows:
    """What is left of a document that was taken down."""
    return quarantine.refused(
        rows.source.source_uri, job.run, stage="read", code=forgotten.CODE, message=forgotten.MESSAGE
    )


def _is_forgotten(rows: PageRows, listed: forgotten.Forgotten) -> bool:
    return rows.source.content_sha256 in listed.contents or rows.source.article_id in listed.articles


def _document(
    rows: PageRows,
    raw: RawPage | None,
    input_uri: str,
    input_key: str,
    place: bytes,
    key: str,
    edition: str,
    size: int,
) -> DocumentRow:
    source, article = rows.source, rows.article
    return DocumentRow(
        source_uri=source.source_uri,
        input_uri=input_uri,
        input_key=input_key,
        place=place,
        page_key=key,
        edition=edition,
        status=source.status,
        article_id=source.article_id,
        content_sha256=source.content_sha256,
        fetched_at=source.fetched_at,
        page_time=(article.updated_at or article.published_at) if article else None,
        first_seen_at=source.first_seen_at,
        has_raw=raw is not None,
        size=size,
    )


def _stored_pages(job: Job, source: Stored, behind: Numbers, announce: Announce) -> Iterator[RawPage]:
    """The pages of a segment; their places count the pages of the source."""
    first = behind[0] + 1 if behind else 0
    numbers = iter(range(first, len(source.pages)))
    with Segment(job.store, source.segment, RAW_COLUMNS) as segment:
        number = next(numbers, None)
        start = 0
        for batch in segment.batches():
            while number is not None and source.pages[number].row < start + batch.num_rows:
                row = source.pages[number].row - start
                announce(batch["source_uri"][row].as_py(), (number,))
                yield read_raw(batch, row)
                number = next(numbers, None)
            start += batch.num_rows


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)  # it ended before we asked
