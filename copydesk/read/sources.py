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
from dataclasses import dataclass
from io import BufferedReader

from copydesk.errors import RunError
from copydesk.read.archives import read_zip
from copydesk.read.binary import is_plain_zip
from copydesk.read.compressed import Damaged, Oversized, join, unpacked_name
from copydesk.read.containers import open_container, open_records
from copydesk.read.sidecar import FOLDER_SIDECAR, SIDECAR_SUFFIX, read_sidecars
from copydesk.read.stream import open_stream
from copydesk.read.uris import Found, name_inputs
from copydesk.read.walk import GLOB_MARKS, describe_mode, list_input
from copydesk.records import Limits, RawPage, Unread

READ_BYTES = 1 << 16
ZIP_HEAD_BYTES = 4096  # office documents are zips whose first members say so


@dataclass(frozen=True, slots=True)
class Input:
    """One file to be read: cheap to make, and small enough to be sent to a worker."""

    uri: str  # source_uri of the file; a container adds "#n" for each of its records
    path: str  # as the file system knows it; odd bytes as surrogates (os.fsencode gives them back)
    bytes: int  # size on disk, 0 where it could not be had
    sidecars: tuple[str, ...] = ()  # paths of what may describe it, nearest first
    unread: Unread | None = None  # why it will not be opened: a pipe, a link out of the tree


def find_inputs(inputs: Sequence[str]) -> tuple[Input, ...]:
    """Every document under the files, folders and globs that were named, sorted by uri; each file once.

    Hidden files, sidecars and a folder's README are no documents, unless they are named themselves. What is
    there but cannot be read (a named pipe, a link out of the tree, a closed folder) comes with its `unread`
    set, so that it gets its row. Raises RunError where an INPUT does not exist or all of them together hold
    nothing.
    """
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
    sidecars = _SidecarFinder()
    return tuple(
        Input(
            uri,
            item.path,
            item.bytes,
            sidecars.of(item),
            item.unread and Unread(uri, *item.unread, item.bytes),
        )
        for uri, item in name_inputs(found)
    )


def read_pages(item: Input, limits: Limits) -> Iterator[RawPage | Unread]:
    """The pages of one input: one for a plain file, one for each record of a container; and an Unread for what
    cannot be read, saying why, or for a container that holds no page. Never hangs, never raises.
    """
    if item.unread is not None:
        yield item.unread
        return
    count = 0
    for page in _read(item, limits):
        count += 1
        yield page
    if not count:
        yield Unread(item.uri, "empty", "expected a container of pages, found none in it", item.bytes)


def _read(item: Input, limits: Limits) -> Iterator[RawPage | Unread]:
    name = os.fsencode(os.path.basename(item.path)).decode("utf-8", "replace")
    sidecar, _ = read_sidecars(item.sidecars)
    try:
        with _open(item.path) as file:
            if is_plain_zip(file.peek(ZIP_HEAD_BYTES)[:ZIP_HEAD_BYTES]):
                yield from read_zip(item.uri, file, sidecar, limits, open_records)
                return
            stream = open_stream(iter(lambda: file.read(READ_BYTES), b""))
            reader, stream = open_container(stream, name, limits)
            if reader is not None:
                yield from reader(item.uri, name, stream, sidecar, limits)
                return
            content = join(stream.pieces(), limits.max_bytes)
    except Oversized:
        yield Unread(
            item.uri,
            "too-large",
            f"expected at most {limits.max_bytes} bytes after decompression, found more",
            item.bytes,
        )
    except Damaged as fault:
        yield Unread(item.uri, "damaged", str(fault), item.bytes)
    except OSError as fault:
        yield Unread(item.uri, "unreadable", f"expected a readable file: {_reason(fault)}", item.bytes)
    else:
        yield RawPage(item.uri, unpacked_name(name), content, sidecar)


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


def _reason(fault: OSError) -> str:
    return (fault.strerror or type(fault).__name__).lower()


def _printable(named: str) -> str:
    return ascii(named) if not named.isprintable() else named
