"""What lies under one INPUT: files, folders and globs walked without opening, following or waiting for
anything.
"""

# Names with odd bytes, links and pipes are the business of os; a Path for each of a million files is slow.
# ruff: noqa: PTH100, PTH112, PTH114, PTH116, PTH118, PTH119, PTH120, PTH206, PTH207

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator

from copydesk.errors import RunError
from copydesk.read.files import describe_mode
from copydesk.read.sidecar import FOLDER_SIDECAR, SIDECAR_SUFFIX
from copydesk.read.uris import Found

GLOB_MARKS = "*?["
_FOLDER_NOTES = ("readme", "license", "licence")  # stems of files that describe a folder of pages


def list_input(named: str) -> Iterator[Found]:
    """The documents of one INPUT, in no promised order. Raises RunError where it does not exist."""
    if "\0" in named:
        raise RunError(f"expected a path, found one with a NUL character: {named!a}")
    path = os.path.abspath(named)
    if os.path.lexists(path):  # before globs: "[draft].txt" may be a file's real name
        yield from _list_path(path)
    elif any(mark in named for mark in GLOB_MARKS):
        base = _fixed_folder(path)
        for match in glob.iglob(path, recursive=True):
            if os.path.isdir(match) and not os.path.islink(match):
                if not path.endswith("**"):  # "**" names files and folders at every depth: the files suffice
                    yield from _walk(match, base)
            elif not is_beside(os.path.basename(match)):
                yield _look_at(match, base, inside=base)
    else:
        raise RunError(
            f"expected a file or folder, found nothing at {named if named.isprintable() else ascii(named)}"
        )


def _list_path(path: str) -> Iterator[Found]:
    if os.path.isdir(path):
        yield from _walk(path, path)
    else:  # named by its own name, so a link is followed wherever it leads, and a hidden file is meant
        yield _look_at(path, os.path.dirname(path), inside=None)


def _walk(top: str, base: str) -> Iterator[Found]:
    pending = [top]  # no recursion: trees may be deeper than Python's stack
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError as fault:
            yield Found(
                folder,
                base,
                0,
                ("unreadable", f"expected a readable folder: {(fault.strerror or 'error').lower()}"),
            )
            continue
        for entry in listed:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    pending.append(entry.path)
            elif not is_beside(entry.name):
                yield _look_at(entry.path, base, inside=base)


def _look_at(path: str, base: str, inside: str | None) -> Found:
    """The file as an input. A link must stay below the folder `inside`, so that a corpus never takes in what
    nobody named.
    """
    try:
        status = os.stat(path)
    except OSError as fault:
        what = "link" if os.path.islink(path) else "file"
        return Found(
            path,
            base,
            0,
            (
                "unreadable",
                f"expected a readable file, found a {what}: {(fault.strerror or 'error').lower()}",
            ),
        )
    if inside is not None and os.path.islink(path):
        target, root = os.path.realpath(path), os.path.realpath(inside)
        if os.path.commonpath((target, root)) != root:
            return Found(
                path,
                base,
                0,
                ("link-out-of-tree", "expected a file below the INPUT, found a link that leads out of it"),
            )
    if not stat.S_ISREG(status.st_mode):
        return Found(
            path, base, 0, ("not-a-file", f"expected a regular file, found {describe_mode(status.st_mode)}")
        )
    if inside is not None and is_folder_note(os.path.basename(path)):
        return Found(
            path,
            base,
            status.st_size,
            ("folder-note", "it describes its folder; name it as an INPUT to read it"),
        )
    return Found(path, base, status.st_size, stamp=_stamp(status))


def _stamp(status: os.stat_result) -> str:
    # The time of the last change of the inode too: copying tools set the other one back.
    return f"{status.st_size:x}-{status.st_mtime_ns:x}-{status.st_ctime_ns:x}"


def is_folder_note(name: str) -> bool:
    """A folder's README or licence."""
    return name.split(".", 1)[0].lower() in _FOLDER_NOTES


def is_beside(name: str) -> bool:
    """Hidden files and sidecars lie beside documents and are none."""
    return name.startswith(".") or name == FOLDER_SIDECAR or name.endswith(SIDECAR_SUFFIX)


def _fixed_folder(pattern: str) -> str:
    """The folder above the first part with a wildcard: "/a/b" for "/a/b/*/c.txt"."""
    parts = pattern.split(os.sep)
    first = next(i for i, part in enumerate(parts) if any(mark in part for mark in GLOB_MARKS))
    return os.sep.join(parts[:first]) or os.sep
