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
    return read_entries(
        _pages(item.uri, Path(item.path).read_text()), origin, item.part, behind, announce, passing
    )


def _pages(uri: str, text: str) -> Iterator[Entry]:
    for number, page in enumerate(text.split("====\n")):
        if page == "!lost\n":
            os._exit(3)
        yield Entry(f"{uri}#{number}", partial(_read, f"{uri}#{number}", page))


def _read(uri: str, text: str) -> RawPage | Iterator[Entry]:
    if text == "!stuck\n":
        time.sleep(1000)
    if text == "!gone\n":
        os._exit(3)
    if text.startswith("box\n"):
        return _pages(uri, text.removeprefix("box\n").replace("----\n", "====\n"))
    return RawPage(uri, "page.txt", text.encode())
