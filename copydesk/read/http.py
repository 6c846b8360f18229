"""The body of an HTTP response as it was before it was sent: chunks joined, content encodings undone, under a limit."""

from __future__ import annotations

import io
import re
import zlib

from copydesk.read.compressed import GZIP_MAGIC, ZSTD_MAGIC, Damaged, Oversized, join, unpack

_CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]{0,9}(?:;[^\n]{0,200})?\r?\n")
_MAX_ENCODINGS = 4


def decode_body(body: bytes, transfer: str, encoding: str, max_bytes: int) -> bytes:
    """The content. What a header promises and the body is not, it never was: crawlers store bodies decoded and keep the headers.

    Raises Oversized past `max_bytes`, Damaged where a coded body is cut or broken.
    """
    if "chunked" in transfer.lower():
        body = _joined_chunks(body)
    for name in reversed([part.strip().lower() for part in encoding.split(",")][-_MAX_ENCODINGS:]):
        body = _decoded(body, name, max_bytes)
    if len(body) > max_bytes:
        raise Oversized
    return body


def _joined_chunks(body: bytes) -> bytes:
    if not _CHUNK_HEAD.match(body):
        return body
    parts: list[bytes] = []
    at = 0
    while True:
        head = _CHUNK_HEAD.match(body, at)
        if head is None:
            raise Damaged(f"expected another chunk of the HTTP body, found none at byte {at}")
        size, start = int(head[1], 16), head.end()
        if size == 0:
            return b"".join(parts)
        if start + size > len(body):
            raise Damaged(f"expected a chunk of {size} bytes, found {len(body) - start}")
        parts.append(body[start : start + size])
        at = start + size + (2 if body.startswith(b"\r\n", start + size) else 1)


def _decoded(body: bytes, name: str, max_bytes: int) -> bytes:
    if name in ("gzip", "x-gzip", "zstd"):
        coded = body.startswith((GZIP_MAGIC, ZSTD_MAGIC))
        return join(unpack([body]), max_bytes) if coded else body
    if name == "deflate":
        return _inflated(body, max_bytes)
    if name == "br":
        return _brotli(body, max_bytes)
    return body


def _inflated(body: bytes, max_bytes: int) -> bytes:
    """Either of the two things that servers mean by "deflate": with zlib's frame, or without."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(window)
        try:
            content = unpacker.decompress(body, max_bytes + 1)
        except zlib.error:
            continue
        if len(content) > max_bytes:
            raise Oversized
        if not unpacker.eof:
            raise Damaged("expected a whole deflated body, found it cut off")
        return content
    return body


def _brotli(body: bytes, max_bytes: int) -> bytes:
    from fastwarc.stream_io import BrotliReader

    parts, total = [], 0
    try:
        reader = BrotliReader(io.BytesIO(body))
        while piece := reader.read(1 << 16):
            parts.append(piece)
            total += len(piece)
            if total > max_bytes:
                raise Oversized
    except OSError as fault:
        if total == 0 and _is_text(body):
            return body
        raise Damaged(f"expected a whole Brotli body, found damage behind {total} bytes ({fault})") from None
    return b"".join(parts)


def _is_text(body: bytes) -> bool:
    try:
        body[:1000].decode("utf-8", "strict")
    except UnicodeDecodeError as fault:
        return fault.start > 990  # cut in the middle of a character
    return b"\0" not in body[:1000]
