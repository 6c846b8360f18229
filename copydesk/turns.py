"""Whose turn it is among the documents that a child edits together, in memory that its owner sees, too.

A message for each step would cost as much as some steps do; and memory still tells when the child is gone.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from struct import Struct

NOBODY = -1
_TURN = Struct("=Ii")  # turns so far, whose it is


class Turns:
    """The memory, as its owner makes it, or as a child finds it by the number of its file."""

    def __init__(self, file: int | None = None) -> None:
        self.file = _new_file() if file is None else file
        self._memory = mmap.mmap(self.file, _TURN.size)
        self._count = 0
        if file is None:
            self.take(NOBODY)

    def take(self, number: int) -> None:
        """From now on it is this document's turn."""
        self._count = (self._count + 1) & 0xFFFFFFFF
        _TURN.pack_into(self._memory, 0, self._count, number)

    def look(self) -> tuple[int, int]:
        """How many turns were taken, and whose turn it is."""
        count, number = _TURN.unpack_from(self._memory)
        return count, number

    def close(self) -> None:
        self._memory.close()
        os.close(self.file)


def _new_file() -> int:
    """A file of the right size that has no name."""
    if hasattr(os, "memfd_create"):  # cannot meet a full disk
        number = os.memfd_create("copydesk-turns")
    else:
        with tempfile.TemporaryFile() as file:
            number = os.dup(file.fileno())
    os.write(number, bytes(_TURN.size))
    return number
