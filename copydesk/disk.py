"""Writing to disk: what all that write there share."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from copydesk.errors import RunError
from copydesk.urls import reason


@contextlib.contextmanager
def faults_of(place: Path | str) -> Iterator[None]:
    """Faults of the file system as one line: a full disk, a folder that is read-only or vanished."""
    try:
        yield
    except OSError as fault:
        raise RunError(f"{place}: expected to write here, found: {reason(fault)}") from fault


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
