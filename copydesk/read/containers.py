"""Which files hold many pages: told by their first bytes, as they are after unpacking."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from copydesk.read.jsonl import is_jsonl, read_jsonl
from copydesk.read.stream import ByteStream
from copydesk.records import Limits, RawPage, Sidecar, Unread

Reader = Callable[[str, str, ByteStream, Sidecar, Limits], Iterator[RawPage | Unread]]


def container_reader(stream: ByteStream, name: str, limits: Limits) -> Reader | None:
    """What reads the records of this file; None for a file that is one page."""
    if is_jsonl(stream, name, limits.max_bytes):
        return read_jsonl
    return None
