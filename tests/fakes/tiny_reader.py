"""A reader of containers: pages are parted by a line "===="; a page "!stuck" or "!gone" strikes while it is being read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copydesk.records import Limits, RawPage


def read_pages(item: Any, limits: Limits) -> Iterator[RawPage]:
    for number, text in enumerate(Path(item.path).read_text().split("====\n")):
        if text == "!stuck\n":
            time.sleep(1000)
        if text == "!gone\n":
            os._exit(3)
        yield RawPage(f"{item.uri}#{number}", "page.txt", text.encode())
