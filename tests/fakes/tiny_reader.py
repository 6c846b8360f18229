"""A reader of containers: pages are parted by a line "===="; a page "!stuck" or "!gone" strikes while it is being read,
"!lost" while it is being looked for. A page that begins "box" is a container itself, whose pages are parted by "----".
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from copydesk.read.entries import Announce, Entry, Origin, Passing, Place, read_entries
from copydesk.records import Limits, RawPage, Sidecar, Unread


def read_pages(
    item: Any,
    limits: Limits,
    behind: Place = (),
    announce: Announce | None = None,
    passing: Passing | None = None,
) -> Iterator[RawPage | Unread]:
    origin = Origin(item.uri, "page.txt", Sidecar(), limits)
    entries = _entries(item.uri, Path(item.path).read_text(), "====\n")
    return read_entries(entries, origin, item.part, behind, announce, passing)


def _entries(uri: str, text: str, between: str) -> Iterator[Entry]:
    for number, page in enumerate(text.split(between)):
        if page == "!lost\n":
            os._exit(4)
        yield Entry(f"{uri}#{number}", partial(_open, f"{uri}#{number}", page), 0)


def _open(uri: str, page: str) -> RawPage | Iterator[Entry]:
    if page == "!stuck\n":
        time.sleep(1000)
    if page == "!gone\n":
        os._exit(3)
    if page.startswith("box\n"):
        return _entries(uri, page.removeprefix("box\n"), "----\n")
    return RawPage(uri, "page.txt", page.encode())
