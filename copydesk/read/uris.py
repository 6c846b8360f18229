"""The names under which documents go into the tables: relative to the INPUT, percent-encoded, one each.

The rule, whatever the order in which INPUTs are named:
1. A file below several INPUTs is one document, named from the outermost of them.
2. Its uri is its path below that INPUT; a file or a glob counts from its folder. Bytes that are no UTF-8 are
encoded as they are.
3. Where two files would share a uri, both get as many of the folder names above their INPUT in front as tell
them apart:
   `monday/a.txt` and `tuesday/a.txt`, and at the last their absolute paths.
"""

# Names with odd bytes, links and pipes are the business of os; a Path for each of a million files is slow.
# ruff: noqa: PTH119, PTH120

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

# What RFC 3986 lets stand in a path, but for ":", with which a name would look like a scheme.
PLAIN_CHARACTERS = "/-._~!$&'()*+,;=@"


@dataclass(frozen=True, slots=True)
class Found:
    """A file below an INPUT, before it has its name in the tables."""

    path: str  # absolute
    base: str  # the folder from which its name counts
    bytes: int
    unread: tuple[str, str] | None = None  # code and message
    stamp: str = ""  # changes when the file does


def name_inputs(found: Iterable[Found]) -> list[tuple[str, Found]]:
    """(uri, file) for each file once, sorted by uri."""
    outermost: dict[str, Found] = {}
    for item in found:
        known = outermost.get(item.path)
        # A file that is named itself is read even where the folder around it would leave it out.
        if known is None or (known.unread is not None, len(known.base)) > (
            item.unread is not None,
            len(item.base),
        ):
            outermost[item.path] = item
    named: dict[str, Found] = {}
    waiting = list(outermost.values())
    folders_above = 0
    while waiting:
        groups: dict[str, list[Found]] = defaultdict(list)
        for item in waiting:
            groups[_uri(item, folders_above)].append(item)
        waiting = []
        for uri, items in groups.items():
            if len(items) == 1 and uri not in named:
                named[uri] = items[0]
            else:
                waiting.extend(items)
        folders_above += 1
    return sorted(named.items())


def _uri(item: Found, folders_above: int) -> str:
    base = item.base
    for _ in range(folders_above):
        if base == os.sep:  # no folder is left to tell the files apart, so the whole path does
            return quote(os.fsencode(item.path), safe=PLAIN_CHARACTERS)
        base = os.path.dirname(base)
    relative = item.path[len(base) :].strip(os.sep) or os.path.basename(item.path)
    return encode_path(os.fsencode(relative))


def encode_path(path: bytes) -> str:
    """A path as a uri shows it. "a/../b" leads nowhere here, and should lead nowhere for whoever joins a uri with a folder."""
    encoded = quote(path, safe=PLAIN_CHARACTERS)
    if "." not in encoded:
        return encoded
    return "/".join(part.replace(".", "%2E") if part in (".", "..") else part for part in encoded.split("/"))
