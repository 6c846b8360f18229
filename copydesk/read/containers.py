"""Which files hold many pages: told by their first bytes, as they are after unpacking."""

from __future__ import annotations

from functools import partial
from itertools import chain

from copydesk.read.archives import Reader, is_tar, read_tar
from copydesk.read.jsonl import is_jsonl, read_jsonl
from copydesk.read.stream import ByteStream
from copydesk.read.warc import is_warc, read_warc
from copydesk.records import Limits


def open_container(stream: ByteStream, name: str, limits: Limits) -> tuple[Reader | None, ByteStream]:
    """What reads the pages of this file, None for a file that is one page; and the stream to read from."""
    if is_tar(stream):
        return partial(read_tar, open_records=open_records), stream
    return open_records(stream, name, limits)


def open_records(stream: ByteStream, name: str, limits: Limits) -> tuple[Reader | None, ByteStream]:
    """The same for a member of an archive, which is read as no archive again."""
    fault = stream.pass_fault()  # a file whose first member is damaged is known by what follows
    reader: Reader | None = None
    if is_warc(stream, name):
        reader = read_warc
    elif is_jsonl(stream, name, limits.max_bytes):
        reader = read_jsonl
    return reader, stream if fault is None else ByteStream(chain([fault], stream.pieces()))
