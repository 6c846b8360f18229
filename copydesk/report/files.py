"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from copydesk.errors import RunError


def write_whole(to: Path, text: str) -> None:
    """Write a text beside its place and move it there. Raises RunError where that cannot be done."""
    part = to.with_name(f".{to.name[:100]}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(to)
    except OSError as error:
        with suppress(OSError):  # a folder that is none, or one that cannot be written: nothing lies there
            part.unlink(missing_ok=True)
        raise RunError(f"expected to write {to}, found: {error.strerror or error}") from error


def check_folder(to: Path) -> None:
    """Raise RunError where no file can be written at this place."""
    folder = to.parent
    if not folder.is_dir():
        raise RunError(f"expected a folder to write {to.name} into, found none at {folder}")
    if to.is_dir():
        raise RunError(f"expected to write {to}, found a folder of this name")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RunError(f"expected to write {to}, found: no permission to write into its folder")
