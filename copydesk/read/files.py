"""Opening what should be a regular file, without waiting for anything, and saying what it is instead."""

# Names with odd bytes, links and pipes are the business of os.
# ruff: noqa: PTH123

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
    (stat.S_ISDIR, "a folder"),
)


def describe_mode(mode: int) -> str:
    """What a path is, by its mode, where it is no regular file."""
    return next((words for test, words in _KINDS if test(mode)), "no regular file")


def open_file(path: str) -> BufferedReader:
    """Open a regular file. Raises OSError for anything else."""
    # O_NONBLOCK: it may have become a pipe since it was listed, and opening a pipe waits for a writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, f"it is {describe_mode(mode)}")
    return open(descriptor, "rb")
