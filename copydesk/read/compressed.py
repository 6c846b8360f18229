"""gzip, unpacked piece by piece under a limit, so that a bomb costs no memory and a cut file is told from a
whole one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's way to say: a gzip header, the largest window
_PIECE_BYTES = 1 << 18


class Oversized(Exception):  # noqa: N818  a fact about the file, caught by the caller that knows its name
    """More bytes than the limit."""


class Damaged(Exception):  # noqa: N818
    """Not what its first bytes promise; the text says how."""


def gunzip(first: bytes, more: Iterator[bytes], max_bytes: int) -> bytes:
    """The contents of all members. Raises Oversized past `max_bytes`, Damaged where a member is cut, broken
    or followed by other bytes.
    """
    parts: list[bytes] = []
    total = 0
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    pending = first
    while True:
        if unpacker.eof:
            pending = pending.lstrip(b"\0")  # tapes and disks pad with zeros
        pending = pending or next(more, b"")
        if unpacker.eof:
            if not pending:
                return b"".join(parts)
            if not pending.strip(b"\0"):
                continue
            if not pending.startswith(GZIP_MAGIC[: len(pending)]):
                raise Damaged(
                    f"expected a gzip member or the end of the file, found other bytes behind {total} unpacked"
                )
            unpacker = zlib.decompressobj(_GZIP_WINDOW)
        elif not pending:
            raise Damaged(f"expected a whole gzip file, found it cut off after {total} unpacked bytes")
        try:
            piece = unpacker.decompress(pending, _PIECE_BYTES)
        except zlib.error as fault:
            raise Damaged(
                f"expected gzip, found damaged bytes after {total} unpacked ones ({_short(fault)})"
            ) from None
        total += len(piece)
        if total > max_bytes:
            raise Oversized
        parts.append(piece)
        pending = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail


def _short(fault: zlib.error) -> str:
    return str(fault).rsplit(": ", 1)[-1]
