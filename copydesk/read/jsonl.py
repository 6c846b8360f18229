"""JSON Lines of records: one page a line, as crawlers and news APIs hand them over.

A line that is no record costs its own row. What a record says about its page goes into the Sidecar; values that cannot be
read are left out there, since the page may say better.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from copydesk.read.compressed import unpacked_name
from copydesk.read.decode import decode
from copydesk.read.sidecar import read_hint
from copydesk.read.stream import ByteStream
from copydesk.records import Limits, RawPage, Sidecar, SourceFormat, Unread

_NAMES = (".jsonl", ".ndjson", ".jl", ".jsonlines")
_RECORD_START = re.compile(rb"\s{0,100}\{\s{0,100}\"[^\"\n]{0,200}\"\s{0,9}:")
_LINES_LOOKED_AT = 20
_LINE_SPARE = 4  # JSON may write a character as "\u00e9": a line is longer than the page in it
_SHOWN_KEYS = 8

# The names under which crawlers and APIs store these, the surest first.
_HTML_KEYS = ("html", "raw_html", "html_content", "page_html", "rawhtml")
_MARKDOWN_KEYS = ("markdown", "md", "content_markdown")
_TEXT_KEYS = tuple(
    "text content body article_text articlebody maintext main_text article_body full_text fulltext plain_text plaintext "
    "raw_text cleaned_text raw_content article story".split()
)
_HINT_KEYS: dict[str, tuple[str, ...]] = {
    "url": ("url", "canonical_url", "source_url", "page_url", "link", "uri", "target_uri", "permalink"),
    "headline": ("headline", "title", "article_title"),
    "authors": ("authors", "author", "byline", "creator"),
    "published": tuple(
        "published published_at date_published datepublished publish_date published_date publication_date pubdate pub_date "
        "date_publish publishedat date datetime".split()
    ),
    "outlet": ("outlet", "publisher", "site_name", "sitename", "source_name", "publication", "newspaper"),
    "language": ("language", "lang", "locale"),
    "fetched_at": tuple(
        "fetched_at fetched crawled_at crawl_date crawldate date_download downloaded_at download_date retrieved_at scraped_at "
        "fetch_time warc_date".split()
    ),
    "zone": ("zone", "timezone", "time_zone"),
}  # fmt: skip


def is_jsonl(stream: ByteStream, name: str, max_bytes: int) -> bool:
    """Whether these are lines of records, and not one JSON document: by what stands there, the name where that is not clear."""
    head = stream.peek(4096).removeprefix(b"\xef\xbb\xbf")
    named = unpacked_name(name.lower()).endswith(_NAMES)
    if not named and not _RECORD_START.match(head):
        return False
    first_end = stream.find(b"\n", max_bytes * _LINE_SPARE)
    ahead = stream.peek(max(first_end, 0) + 65_536)
    lines = [line for line in ahead.splitlines()[:_LINES_LOOKED_AT] if line.strip()]
    if named:
        return any(_RECORD_START.match(line.removeprefix(b"\xef\xbb\xbf")) for line in lines)
    return (
        first_end >= 0
        and isinstance(_loaded(lines[0]), dict)
        and any(_RECORD_START.match(line) for line in lines[1:])
    )


def read_jsonl(
    uri: str, name: str, stream: ByteStream, sidecar: Sidecar, limits: Limits
) -> Iterator[RawPage | Unread]:
    """A page or an Unread for each line that is not blank, numbered from 0."""
    number = 0
    for line_number, line in _lines(stream, limits.max_bytes * _LINE_SPARE):
        if isinstance(line, bytes) and not line.strip():
            continue
        record_uri = f"{uri}#{number}"
        number += 1
        if isinstance(line, Unread):
            yield replace(line, source_uri=record_uri)
        else:
            yield _read_record(record_uri, name, line, f"line {line_number}", sidecar, limits)


def _lines(stream: ByteStream, max_bytes: int) -> Iterator[tuple[int, bytes | Unread]]:
    number = 0
    while not stream.at_end:
        number += 1
        end = stream.find(b"\n", max_bytes)
        if end >= 0:
            line = stream.read(end + 1)
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            continue
        rest = stream.read(max_bytes)
        if not stream.at_end and (fault := stream.pass_fault()):
            # What was read is the beginning of a line that the damage cut; the end of another may follow.
            _pass_line(stream)
            yield number, Unread("", "damaged", f"line {number}: {fault}", None)
        elif len(rest) == max_bytes:
            size = len(rest) + _pass_line(stream)
            yield (
                number,
                Unread(
                    "", "too-large", f"line {number}: expected at most {max_bytes} bytes, found {size}", size
                ),
            )
        else:
            yield number, rest


def _pass_line(stream: ByteStream) -> int:
    """Pass over the rest of a line; how much that was."""
    passed = 0
    while piece := stream.peek(1 << 16):
        end = piece.find(b"\n")
        if end >= 0:
            return passed + stream.skip(end + 1)
        passed += stream.skip(len(piece))
    return passed


def _read_record(
    uri: str, name: str, line: bytes, where: str, sidecar: Sidecar, limits: Limits
) -> RawPage | Unread:
    record = _loaded(line)
    if isinstance(record, str):
        return Unread(uri, "record", f"{where}: expected a JSON object, found {record}", len(line))
    # Case and hyphens tell no names apart; of two that fall together the first is taken.
    values: dict[str, Any] = {}
    for key, value in record.items():
        values.setdefault(key.lower().replace("-", "_"), value)
    page = _page_of(values)
    if page is None:
        keys = ", ".join(ascii(key[:40]) for key in list(record)[:_SHOWN_KEYS]) or "no keys"
        known = any(key in values for key in (*_HTML_KEYS, *_MARKDOWN_KEYS, *_TEXT_KEYS))
        code, wanted = ("empty", "text that is not blank") if known else ("record", "html or text")
        return Unread(uri, code, f"{where}: expected {wanted}, found {keys}", len(line))
    text, declared_format = page
    # JSON can hold halves of surrogate pairs, which no encoding can write.
    content = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
    if len(content) > limits.max_bytes:
        return Unread(
            uri,
            "too-large",
            f"{where}: expected at most {limits.max_bytes} bytes, found {len(content)}",
            len(content),
        )
    return RawPage(uri, name, content, _hints(values, sidecar), "utf-8", declared_format)


def _loaded(line: bytes) -> dict[str, Any] | str:
    """The object on this line, or what is there instead."""
    try:
        value = json.loads(decode(line).text)
    except RecursionError:
        return "one that is nested too deeply"
    except ValueError as fault:
        return f"none: {str(fault)[:80]}"
    return value if isinstance(value, dict) else f"a {type(value).__name__}"


def _page_of(values: dict[str, Any]) -> tuple[str, SourceFormat | None] | None:
    for keys, declared_format in ((_HTML_KEYS, "html"), (_MARKDOWN_KEYS, "markdown"), (_TEXT_KEYS, None)):
        for key in keys:
            value = values.get(key)
            if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
                value = "\n\n".join(value)  # paragraphs
            if isinstance(value, str) and value.strip():
                return value, declared_format  # type: ignore[return-value]  # mypy widens the tuple's literals
    return None


def _hints(values: dict[str, Any], sidecar: Sidecar) -> Sidecar:
    """What the record says about its page, and what its container's sidecar says where the record does not."""
    found: dict[str, Any] = {}
    for field, keys in _HINT_KEYS.items():
        for key in keys:
            value = read_hint(field, _PREPARED.get(field, _as_is)(values.get(key)))
            if value is not None:
                found[field] = value
                break
    return replace(sidecar, **found)


def _as_is(value: object) -> object:
    return value


def _named(value: object) -> object:
    """A name out of `{"name": …}`, as JSON-LD has it."""
    return value.get("name") if isinstance(value, dict) else value


def _people(value: object) -> object:
    return [name for item in value if (name := _named(item))] if isinstance(value, list) else _named(value)


def _instant(value: object) -> object:
    """Seconds or milliseconds since 1970, as many APIs have them; text as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    seconds = value / 1000 if abs(value) > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


_PREPARED: dict[str, Callable[[object], object]] = {
    "authors": _people,
    "outlet": _named,
    "published": _instant,
    "fetched_at": _instant,
}
