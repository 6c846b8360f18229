"""A reader of containers: pages are parted by a line "===="; a page "!stuck" or "!gone" strikes while it is being read,
"!lost" while it is being looked for. A page that begins "box" is a container itself, whose pages are parted by "----".
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from copydesk.read.entries import Announce, Entry, Origin, Passing, Place, read_entries
from copydesk.records import Limits, RawPage, Sidecar, Unread


def read_pages(
    item: Any,
    limits: Limits,
    behind: tuple[int, ...] = (),
    announce: Callable[[str, tuple[int, ...]], None] | None = None,
    passing: Callable[[], None] | None = None,
) -> Iterator[RawPage]:
    for number, text in enumerate(Path(item.path).read_text().split("====\n")):
        if behind and number <= behind[0]:
            continue
        if text.startswith("!lost between"):
            os._exit(4)
        if announce is not None:
            announce(f"{item.uri}#{number}", (number,))
        if text == "!stuck\n":
            time.sleep(1000)
        if text == "!gone\n":
            os._exit(3)
        yield RawPage(f"{item.uri}#{number}", "page.txt", text.encode())
