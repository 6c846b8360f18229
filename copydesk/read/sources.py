"""The documents behind the INPUTs that a user names: listed by `find_inputs`, opened one at a time by
`read_pages`.

Plain files, packed or not, are opened here. A container (WARC, JSONL, zip, tar) is one Input that gives many pages: its
reader has a module of its own beside this one, and `containers.py` knows which.
"""

# Names with odd bytes, links and pipes are the business of os; a Path for each of a million files is slow.
# ruff: noqa: PTH118, PTH119, PTH120, PTH122, PTH123, PTH208

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from io import BufferedReader

from copydesk.errors import RunError
from copydesk.read.archives import read_zip
from copydesk.read.binary import is_plain_zip
from copydesk.read.compressed import join, unpacked_name
from copydesk.read.containers import open_container, open_records
from copydesk.read.entries import WHOLE, Announce, Entry, Origin, Part, Passing, Place, read_entries, reason
from copydesk.read.fields import NO_FIELDS, Fields, parse_fields
from copydesk.read.parquet import MAGIC, read_parquet
from copydesk.read.sidecar import FOLDER_SIDECAR, SIDECAR_SUFFIX, read_sidecars
from copydesk.read.stream import ByteStream, open_stream
from copydesk.read.uris import Found, name_inputs
from copydesk.read.walk import GLOB_MARKS, describe_mode, list_input
from copydesk.records import Limits, RawPage, Unread

READ_BYTES = 1 << 16
MAX_PARTS = 16
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
    for named in inputs:
        matches = list(list_input(named))
        if not matches and any(mark in named for mark in GLOB_MARKS):
            raise RunError(f"expected files that match {_printable(named)}, found none")
        found.extend(matches)
    if not found:
        raise RunError(f"expected documents in {', '.join(map(_printable, inputs))}, found no file")
    finder = _SidecarFinder()
    listed = []
    for uri, item in name_inputs(found):
        sidecars = finder.of(item)
        listed.append(
            Input(
                uri,
                item.path,
                item.bytes,
                sidecars,
                item.unread and Unread(uri, *item.unread, item.bytes),
                item.stamp,
                _fingerprint(sidecars, fields),
                fields,
            )
        )
    return tuple(listed)


def split_input(item: Input, max_bytes: int) -> tuple[Input, ...]:
    """A large file in parts of about equal size, each of which gives the pages that are found in it; or the file as it is.

    Whatever the parts, together they give the same pages in the same order. A part reads what is before it too, without
    opening any page, so that more than MAX_PARTS would cost more than they save.
    """
    count = min(-(-item.bytes // max_bytes), MAX_PARTS)
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
        with _open(item.path) as file:
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
        message = f"expected a readable file: {reason(fault)}"
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


def _open(path: str) -> BufferedReader:
    # O_NONBLOCK: a regular file may have become a pipe since it was listed, and opening a pipe waits for a
    # writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, f"it is {describe_mode(mode)}")
    return open(descriptor, "rb")


class _SidecarFinder:
    """Which sidecars exist for a file; each folder is looked into once."""

    def __init__(self) -> None:
        self._by_folder: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names: dict[str, frozenset[str]] = {}

    def of(self, item: Found) -> tuple[str, ...]:
        folder, name = os.path.split(item.path)
        names = self._sidecar_names(folder)
        plain = unpacked_name(name)
        own = dict.fromkeys(n + SIDECAR_SUFFIX for n in (name, plain, os.path.splitext(plain)[0]))
        beside = tuple(os.path.join(folder, n) for n in own if n in names)
        return beside + self._folder_sidecars(folder, item.base)

    def _folder_sidecars(self, folder: str, base: str) -> tuple[str, ...]:
        """`_meta.json` of the folder and of those above it, up to the INPUT's own folder, nearest first."""
        key = (folder, base)
        if key not in self._by_folder:
            chain = [folder]
            while chain[-1] != base and len(chain[-1]) > len(base):
                chain.append(os.path.dirname(chain[-1]))
            self._by_folder[key] = tuple(
                os.path.join(f, FOLDER_SIDECAR) for f in chain if FOLDER_SIDECAR in self._sidecar_names(f)
            )
        return self._by_folder[key]

    def _sidecar_names(self, folder: str) -> frozenset[str]:
        if folder not in self._names:
            try:
                listed = os.listdir(folder)
            except OSError:  # the file inside says so itself when it is opened
                listed = []
            self._names[folder] = frozenset(
                n for n in listed if n == FOLDER_SIDECAR or n.endswith(SIDECAR_SUFFIX)
            )
        return self._names[folder]


def _printable(named: str) -> str:
    return ascii(named) if not named.isprintable() else named
