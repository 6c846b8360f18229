"""Which files hold many pages: told by their first bytes, as they are after unpacking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from copydesk.read.jsonl import is_jsonl, read_jsonl
from copydesk.read.stream import ByteStream
from copydesk.read.warc import is_warc, read_warc
from copydesk.records import Limits, RawPage, Sidecar, Unread

Reader = Callable[[str, str, ByteStream, Sidecar, Limits], Iterator[RawPage | Unread]]


def open_container(stream: ByteStream, name: str, limits: Limits) -> tuple[Reader | None, ByteStream]:
    """What reads the records of this file, None for a file that is one page; and the stream to read from."""
    fault = stream.pass_fault()  # a file whose first member is damaged is known by what follows
    reader: Reader | None = None
    if is_warc(stream):
        reader = read_warc
    elif is_jsonl(stream, name, limits.max_bytes):
        reader = read_jsonl
    return reader, stream if fault is None else ByteStream(chain([fault], stream.pieces()))
