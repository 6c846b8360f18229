"""Memory that is free and not given back: the C library keeps what a step leaves, and the next one works on top of it."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Give the system what this process holds and does not use."""
    gc.collect()
    trim_heap()


def trim_heap() -> None:
    """The same for what the C library holds alone: without a look at all objects."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # glibc's
    if trim is not None:
        trim(0)
