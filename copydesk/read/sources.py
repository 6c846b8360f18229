"""The documents behind the INPUTs that a user names: listed by `find_inputs`, opened one at a time by
`read_pages`.

Plain files, packed or not, are opened here. A container (WARC, JSONL, zip, tar) is one Input that gives many pages: its
reader has a module of its own beside this one, and `containers.py` knows which.
"""

# Names with odd bytes, links and pipes are the business of os; a Path for each of a million files is slow.
# ruff: noqa: PTH119, PTH123

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from io import BufferedReader, BytesIO, RawIOBase
from typing import cast
from urllib.parse import unquote

from copydesk.errors import RunError
from copydesk.read.archives import read_zip
from copydesk.read.beside import SidecarFinder
from copydesk.read.binary import is_plain_zip
from copydesk.read.compressed import join, unpacked_name
from copydesk.read.containers import open_container, open_records
from copydesk.read.entries import WHOLE, Announce, Entry, Origin, Part, Passing, Place, read_entries
from copydesk.read.fields import NO_FIELDS, Fields, parse_fields
from copydesk.read.files import open_file
from copydesk.read.parquet import MAGIC, read_parquet
from copydesk.read.remote import list_remote, read_memory
from copydesk.read.sidecar import forget_sidecars, read_sidecars
from copydesk.read.stream import ByteStream, open_stream
from copydesk.read.uris import Found, name_inputs
from copydesk.read.walk import GLOB_MARKS, list_input
from copydesk.records import Limits, RawPage, Unread
from copydesk.urls import is_url, open_remote, reason

READ_BYTES = 1 << 16
MAX_PARTS = 16
PART_BYTES = 16_000_000
_Content = bytes  # a field of Input is called bytes
ZIP_HEAD_BYTES = 4096  # office documents are zips whose first members say so


@dataclass(frozen=True, slots=True)
class Input:
    """One file to be read: cheap to make, and small enough to be sent to a worker."""

    uri: str  # source_uri of the file; a container adds "#n" for each of its records
    path: str  # as the file system knows it; odd bytes as surrogates (os.fsencode gives them back)
    bytes: int  # size on disk, 0 where it could not be had
    sidecars: tuple[str, ...] = ()  # paths of what may describe it, nearest first
    unread: Unread | None = None  # why it will not be opened: a pipe, a link out of the tree
    stamp: str = ""  # changes when the file does; "" where nothing tells
    fingerprint: str = ""  # of what is said about it from outside, sidecars and --map; "" for nothing
    fields: Fields = NO_FIELDS
    part: Part = WHOLE  # the stretch of a container that is to be read
    content: _Content | None = field(default=None, repr=False)  # of what only this process can see

    @property
    def span_bytes(self) -> int:
        """Size of what is to be read."""
        start, stop = self.part
        return (self.bytes if stop is None else stop) - start

    @property
    def lost_uri(self) -> str:
        """What it is called where its reader was lost before any record of it had a name."""
        start, stop = self.part
        return self.uri if self.part == WHOLE else f"{self.uri}#?{start}-{'' if stop is None else stop}"


def find_inputs(inputs: Sequence[str], mappings: Sequence[str] = ()) -> tuple[Input, ...]:
    """Every document under the files, folders and globs that were named, sorted by uri; each file once.

    Hidden files, sidecars and a folder's README are no documents, unless they are named themselves. What is
    there but cannot be read (a named pipe, a link out of the tree, a closed folder) comes with its `unread`
    set, so that it gets its row. `mappings` ("text=content") say where records have what. Raises RunError where an INPUT
    does not exist, all of them together hold nothing, or a mapping is wrong.
    """
    fields = parse_fields(mappings)
    if not inputs:
        raise RunError("expected at least one INPUT (a file, folder or glob), found none")
    found: list[Found] = []
    beside: dict[str, frozenset[str]] = {}
    named = _unfold(inputs)
    for one in named:
        if is_url(one):
            listing = list_remote(one)
            matches = list(listing.found)
            beside |= listing.sidecars
        else:
            matches = list(list_input(one))
        if not matches and (is_url(one) or any(mark in one for mark in GLOB_MARKS)):
            raise RunError(f"expected files that match {_printable(one)}, found none")
        found.extend(matches)
    if not found:
        raise RunError(f"expected documents in {', '.join(map(_printable, named))}, found no file")
    forget_sidecars()
    finder = SidecarFinder(beside)
    return tuple(_input(uri, item, finder.of(item), fields) for uri, item in name_inputs(found))


def _unfold(inputs: Sequence[str]) -> list[str]:
    """The INPUTs; "@FILE" stands for those on the lines of a file, and "file://" for a path."""
    unfolded: list[str] = []
    for named in inputs:
        if named.startswith("@") and not os.path.lexists(named):
            unfolded += _listed_in(named[1:])
        else:
            unfolded.append(named)
    return [unquote(one.removeprefix("file://")) if one.startswith("file://") else one for one in unfolded]


def _listed_in(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except (OSError, ValueError) as fault:
        raise RunError(f"expected a list of INPUTs in {_printable(path)}: {str(fault)[:100]}") from None
    listed = [line for line in lines if line and not line.startswith("#")]
    if not listed:
        raise RunError(f"expected a list of INPUTs in {_printable(path)}, found no line")
    return listed


def _input(uri: str, item: Found, sidecars: tuple[str, ...], fields: Fields) -> Input:
    return Input(
        uri,
        item.path,
        item.bytes,
        sidecars,
        item.unread and Unread(uri, *item.unread, item.bytes),
        item.stamp,
        _fingerprint(sidecars, fields),
        fields,
        content=read_memory(item.path) if is_url(item.path) else None,
    )


def split_input(item: Input, most: int = MAX_PARTS, part_bytes: int = PART_BYTES) -> tuple[Input, ...]:
    """A large file in at most so many parts, each of which gives the pages that are found in it; or the file as it is.

    Whatever the parts, together they give the same pages in the same order. A part passes over what is before it, so
    that more than MAX_PARTS would cost more than they save.
    """
    count = min(-(-item.bytes // part_bytes), most, MAX_PARTS)
    if count < 2 or item.unread is not None or item.part != WHOLE:
        return (item,)
    edges: list[int | None] = [item.bytes * number // count for number in range(count)]
    return tuple(
        replace(item, part=(start or 0, stop)) for start, stop in zip(edges, [*edges[1:], None], strict=True)
    )


def read_pages(
    item: Input,
    limits: Limits,
    behind: Place = (),
    announce: Announce | None = None,
    passing: Passing | None = None,
) -> Iterator[RawPage | Unread]:
    """The pages of one input: one for a plain file, one for each record of a container; and an Unread for what
    cannot be read, saying why, or for a container that holds no page. Never hangs, never raises.

    `announce` is told of each page and of each container around it before it is opened, `passing` of each that is passed over.
    Reading begins behind the place `behind`: a container is announced again where it is read on.
    """
    if item.unread is not None:
        yield item.unread
        return
    name = os.fsencode(os.path.basename(item.path)).decode("utf-8", "replace")
    sidecar, _ = read_sidecars(item.sidecars)
    origin = Origin(item.uri, name, sidecar, limits, item.fields)
    try:
        with _open(item) as file:
            counted = _Counted(file)
            entries = _entries(origin, file, counted)
            pages = read_entries(
                entries, origin, item.part, behind, announce, passing, taken=lambda: counted.taken
            )
            for page in pages:
                if isinstance(page, Unread) and page.source_uri == item.uri and page.bytes is None:
                    page = replace(page, bytes=item.bytes)
                yield page
    except OSError as fault:
        message = f"expected a readable file: {reason(fault).lower()}"
        yield Unread(item.uri, "unreadable", message, item.bytes)


def _entries(origin: Origin, file: BufferedReader, counted: _Counted) -> Iterator[Entry]:
    head = file.peek(ZIP_HEAD_BYTES)[:ZIP_HEAD_BYTES]
    if is_plain_zip(head):
        return read_zip(origin, file, open_records)
    if head.startswith(MAGIC):
        return read_parquet(origin, file)
    stream = open_stream(counted)
    reader, stream = open_container(stream, origin.name, origin.limits)
    if reader is not None:
        return reader(origin, stream)
    return iter((Entry(origin.uri, partial(_read_plain, origin, stream), 0),))


def _read_plain(origin: Origin, stream: ByteStream) -> RawPage:
    content = join(stream.pieces(), origin.limits.max_bytes)
    return RawPage(origin.uri, unpacked_name(origin.name), content, origin.sidecar)


class _Counted:
    """A file in pieces, and how many bytes of it were taken."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(READ_BYTES):
            self.taken += len(piece)
            yield piece


def _fingerprint(sidecars: tuple[str, ...], fields: Fields) -> str:
    if not sidecars and not fields.pairs:
        return ""
    said, _ = read_sidecars(sidecars)
    return sha256(repr((said, fields.pairs)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _open(item: Input) -> BufferedReader:
    if item.content is not None:
        return BufferedReader(cast(RawIOBase, BytesIO(item.content)))
    return open_remote(item.path) if is_url(item.path) else open_file(item.path)


def _printable(named: str) -> str:
    return ascii(named) if not named.isprintable() else named
