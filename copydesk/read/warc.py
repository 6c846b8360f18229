"""WARC: the pages of a crawl, one a record (ISO 28500). Framed here, so that each damaged record is seen; parsed by fastwarc.

What becomes of a record: `response` with HTTP status 200, `resource` and `conversion` of a text type are pages. A redirect,
a type that is no text, a revisit and a record of unknown type are passed over with a row; any other HTTP status is refused
with a row. `warcinfo`, `request` and `metadata` records speak about other records and have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from copydesk.read.compressed import Damaged, Oversized, unpacked_name
from copydesk.read.entries import Entry, Origin, no_entry
from copydesk.read.http import decode_body
from copydesk.read.sidecar import read_hint
from copydesk.read.stream import ByteStream
from copydesk.records import Limits, RawPage, Sidecar, SourceFormat, Unread

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_VERSION = re.compile(rb"WARC/\d\.\d{1,2}\r?\n")
_NEXT_RECORD = re.compile(rb"WARC/\d\.\d{1,2}\r?\n(?i:WARC-)")
# What no page says: a record's version line and fields behind the end of another's.
_LATER_RECORD = re.compile(
    rb"\r\n\r\nWARC/1\.\d\r\n(?i:WARC-(Type|Record-ID|Date|Target-URI)): ?[^\r\n]{1,2000}\r\n(?i:WARC-|Content-)"
)
_NAME = ".warc"
_LOST_START_BYTES = 4_000_000  # a record is seldom longer
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_CONTENT_LENGTH = re.compile(
    rb"\ncontent-length[ \t]{0,9}:[ \t]{0,9}(\d{1,15})[ \t]{0,9}\r?\n", re.IGNORECASE
)
_TYPE = re.compile(rb"\nwarc-type[ \t]{0,9}:([^\r\n]{0,100})", re.IGNORECASE)
_HEADER_BYTES = 65_536
_GAP_BYTES = 16  # what may stand between two records; two line ends should
_HTTP_SPARE = 100_000  # HTTP headers and the marks of chunks, above the page itself
_ABOUT_OTHERS = frozenset(("warcinfo", "request", "metadata"))
_WITH_PAGES = frozenset(("response", "resource", "conversion"))
_FORMATS: dict[str, SourceFormat | None] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "": None,
}


def is_warc(stream: ByteStream, name: str) -> bool:
    """Whether records begin here; or soon, in a file whose beginning was lost."""
    if _VERSION.match(stream.peek(16)):
        return True
    if unpacked_name(name.lower()).endswith(_NAME):
        return _NEXT_RECORD.search(stream.peek(_LOST_START_BYTES)) is not None
    return _LATER_RECORD.search(stream.peek(_HEADER_BYTES)) is not None


def read_warc(origin: Origin, stream: ByteStream) -> Iterator[Entry]:
    """An entry for each record that may hold a page, numbered from 0."""
    number = 0
    for record in _records(stream, origin.limits.max_bytes + _HTTP_SPARE):
        uri = f"{origin.uri}#{number}"
        if isinstance(record, Unread):
            entry = no_entry(replace(record, source_uri=uri))
        elif _kind(record) in _ABOUT_OTHERS:
            continue
        else:
            entry = Entry(uri, partial(_page, uri, record, origin))
        number += 1
        yield entry


# ---------------------------------------------------------------- frames
def _records(stream: ByteStream, max_bytes: int) -> Iterator[bytes | Unread]:
    """Each record whole, header and block; an Unread for each that is not."""
    while not stream.at_end:
        gap = stream.peek(_GAP_BYTES)
        stream.skip(len(gap) - len(gap.lstrip(b"\r\n\0 ")))
        if fault := stream.pass_fault():
            yield Unread("", "damaged", str(fault))
        elif stream.at_end:
            return
        elif not gap.strip(b"\r\n\0 "):
            continue
        elif not _VERSION.match(stream.peek(16)):
            passed = _find_next(stream)
            yield Unread("", "damaged", f"expected a WARC record, found {passed} other bytes", passed)
        else:
            yield _record(stream, max_bytes)


def _record(stream: ByteStream, max_bytes: int) -> bytes | Unread:
    head = stream.peek(_HEADER_BYTES)
    end, length = _HEADER_END.search(head), _CONTENT_LENGTH.search(head)
    if end is None or length is None or length.start() > end.start():
        stream.skip(1)  # so that the search passes this one
        passed = 1 + _find_next(stream)
        fault = None if stream.peek(1) else stream.pass_fault()
        return Unread(
            "", "damaged", f"expected a WARC header with Content-Length, found {fault or 'none'}", passed
        )
    size = int(length[1])
    header = stream.read(end.end())
    if size > max_bytes:
        passed = stream.skip(size)
        return Unread(
            "", "too-large", f"expected at most {max_bytes} bytes, found a record of {size}", passed
        )
    block = stream.read(size)
    if len(block) < size or not _is_between_records(stream):
        # The length is wrong, or bytes are lost: the next record may have begun inside.
        if next_one := _NEXT_RECORD.search(block):
            stream.put_back(block[next_one.start() :])
            return Unread(
                "",
                "damaged",
                f"expected a record of {size} bytes, found {next_one.start()}",
                next_one.start(),
            )
        if len(block) < size:
            reason = stream.pass_fault() or "the file ends there"
            return Unread(
                "", "damaged", f"expected a record of {size} bytes, found {len(block)} ({reason})", len(block)
            )
    return header + block


def _is_between_records(stream: ByteStream) -> bool:
    ahead = stream.peek(_GAP_BYTES)
    rest = ahead.lstrip(b"\r\n\0 ")
    return not rest or (rest.startswith(b"WARC/"[: len(rest)]) and len(rest) < len(ahead))


def _find_next(stream: ByteStream) -> int:
    """Pass over what stands before the next record, a fault or the end; how much that was."""
    passed = 0
    while ahead := stream.peek(_HEADER_BYTES):
        if match := _NEXT_RECORD.search(ahead):
            return passed + stream.skip(match.start())
        # The beginning of one may stand at the edge.
        passed += stream.skip(len(ahead) - 16 if len(ahead) == _HEADER_BYTES else len(ahead))
    return passed


# ---------------------------------------------------------------- records
def _kind(raw: bytes) -> str:
    match = _TYPE.search(raw, 0, _HEADER_BYTES)
    return match[1].decode("latin-1").strip().lower() if match else ""


def _page(uri: str, raw: bytes, origin: Origin) -> RawPage | Unread:
    from fastwarc.warc import WarcRecord

    limits = origin.limits
    try:
        record = WarcRecord.from_bytes(raw)
        kind = _kind(raw)
        if kind == "revisit":
            return Unread(
                uri, "revisit", "the crawler found the content of an earlier record again", len(raw)
            )
        if kind not in _WITH_PAGES:
            return Unread(
                uri, "record-type", f"expected a response, found a record of type {kind[:40]!a}", len(raw)
            )
        return _content(uri, record, _hints(record, origin.sidecar), limits)
    except (OSError, ValueError, Damaged) as fault:
        return Unread(uri, "damaged", f"expected a readable record: {fault}", len(raw))
    except Oversized:
        message = f"expected at most {limits.max_bytes} bytes after decompression, found more"
        return Unread(uri, "too-large", message, len(raw))


def _content(uri: str, record: WarcRecord, sidecar: Sidecar, limits: Limits) -> RawPage | Unread:
    content_type = record.headers.get("Content-Type") or ""
    transfer = encoding = ""
    if content_type.strip().lower().startswith("application/http"):
        record.parse_http(max_header_len=_HEADER_BYTES, quirks_mode=True)
        http = record.http_headers
        status = http.status_code if http is not None else None
        if http is None or status is None:
            return Unread(uri, "damaged", "expected an HTTP response, found no status", record.content_length)
        if 300 <= status < 400:
            return Unread(
                uri, "http-redirect", f"the server sent the crawler elsewhere: HTTP status {status}"
            )
        if status != 200:
            return Unread(uri, "http-status", f"expected HTTP status 200, found {status}")
        content_type = http.get("Content-Type") or ""
        transfer, encoding = http.get("Transfer-Encoding") or "", http.get("Content-Encoding") or ""
    media_type, _, parameters = content_type.partition(";")
    media_type = media_type.strip().lower()
    if media_type not in _FORMATS:
        return Unread(uri, "media-type", f"expected HTML or text, found {media_type[:60]!a}")
    content = decode_body(record.reader.read(record.content_length), transfer, encoding, limits.max_bytes)
    charset = re.search(
        r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.+-]{1,40})", parameters, re.IGNORECASE
    )
    return RawPage(
        uri, _name(sidecar.url), content, sidecar, charset[1] if charset else None, _FORMATS[media_type]
    )


def _hints(record: WarcRecord, sidecar: Sidecar) -> Sidecar:
    url = read_hint("url", (record.headers.get("WARC-Target-URI") or "").strip("<> "))  # wget writes "<…>"
    fetched_at = read_hint("fetched_at", record.headers.get("WARC-Date"))
    said = {key: value for key, value in (("url", url), ("fetched_at", fetched_at)) if value is not None}
    return replace(sidecar, **said)  # type: ignore[arg-type]  # each value went through its key's reader


def _name(url: str | None) -> str:
    try:
        return urlsplit(url or "").path.rsplit("/", 1)[-1]
    except ValueError:  # "https://[half.an.address/"
        return ""
