"""JSON Lines of records: one page a line, as crawlers and news APIs hand them over.

A line that is no record costs its own row. What the fields of a record mean stands in `fields.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from copydesk.read.compressed import unpacked_name
from copydesk.read.decode import decode
from copydesk.read.entries import Entry, Origin, no_entry
from copydesk.read.fields import read_record
from copydesk.read.stream import ByteStream
from copydesk.records import RawPage, Unread

_NAMES = (".jsonl", ".ndjson", ".jl", ".jsonlines")
_RECORD_START = re.compile(rb"\s{0,100}\{\s{0,100}\"[^\"\n]{0,200}\"\s{0,9}:")
_LINES_LOOKED_AT = 20
_LINE_SPARE = 4  # JSON may write a character as "\u00e9": a line is longer than the page in it


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


def read_jsonl(origin: Origin, stream: ByteStream) -> Iterator[Entry]:
    """An entry for each line that is not blank, numbered from 0."""
    number = 0
    for line_number, line in _lines(stream, origin.limits.max_bytes * _LINE_SPARE):
        if isinstance(line, bytes) and not line.strip():
            continue
        uri = f"{origin.uri}#{number}"
        number += 1
        if isinstance(line, Unread):
            yield no_entry(replace(line, source_uri=uri))
        else:
            yield Entry(uri, partial(_read_line, origin, uri, line, f"line {line_number}"))


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


def _read_line(origin: Origin, uri: str, line: bytes, where: str) -> RawPage | Unread:
    record = _loaded(line)
    if isinstance(record, str):
        page: RawPage | Unread = Unread(uri, "record", f"{where}: expected a JSON object, found {record}")
    else:
        page = read_record(uri, origin.name, record, where, origin.sidecar, origin.limits, origin.fields)
    return replace(page, bytes=len(line)) if isinstance(page, Unread) and page.bytes is None else page


def _loaded(line: bytes) -> dict[str, Any] | str:
    """The object on this line, or what is there instead."""
    try:
        value = json.loads(decode(line).text)
    except RecursionError:
        return "one that is nested too deeply"
    except ValueError as fault:
        return f"none: {str(fault)[:80]}"
    return value if isinstance(value, dict) else f"a {type(value).__name__}"
