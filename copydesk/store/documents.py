"""What the store says of a document beside its rows, as columns: in segments, and in the index of a snapshot."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document as the index knows it. Field by field the columns of `document_schema`."""

    source_uri: str
    input_uri: str
    input_key: str  # of the input's content and of what describes it
    place: bytes  # in the input: sorts as the documents stand there
    page_key: str  # of its bytes and of what came with them; "" where it could not be read
    edition: str  # of all else that its rows depend on: code, rules, settings
    status: str
    article_id: str | None
    content_sha256: str | None
    fetched_at: datetime | None
    page_time: datetime | None  # its own updated time, else its published time
    first_seen_at: datetime
    has_raw: bool  # the store holds its bytes
    size: int  # of its rows, in characters


@cache
def document_schema() -> pa.Schema:
    """Types of the fields of DocumentRow."""
    import pyarrow as pa

    instant = pa.timestamp("us", tz="UTC")
    return pa.schema(
        [
            pa.field("source_uri", pa.string(), nullable=False),
            pa.field("input_uri", pa.string(), nullable=False),
            pa.field("input_key", pa.string(), nullable=False),
            pa.field("place", pa.binary(), nullable=False),
            pa.field("page_key", pa.string(), nullable=False),
            pa.field("edition", pa.string(), nullable=False),
            pa.field("status", pa.string(), nullable=False),
            pa.field("article_id", pa.string()),
            pa.field("content_sha256", pa.string()),
            pa.field("fetched_at", instant),
            pa.field("page_time", instant),
            pa.field("first_seen_at", instant, nullable=False),
            pa.field("has_raw", pa.bool_(), nullable=False),
            pa.field("size", pa.int64(), nullable=False),
        ]
    )


def place_key(numbers: Sequence[int]) -> bytes:
    """A place in a container, entry by entry, as bytes that sort like the places.

    >>> place_key((2, 300)) > place_key((2, 7)) > place_key((1,))
    True
    """
    return struct.pack(f">{len(numbers)}I", *numbers)
