"""Who watches a flow that runs in this process: a terminal.

It is no parameter of the flow, since those are stored on the server; and this is a module of its own, since a flow goes to the
workers of a cluster with all that its module holds, and a context variable cannot travel.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.pipeline import Progress

_watcher: ContextVar[Progress | None] = ContextVar("watcher", default=None)


def watcher() -> Progress | None:
    """Whoever wants to know how far the run is."""
    return _watcher.get()


@contextmanager
def watched(progress: Progress | None) -> Iterator[None]:
    """Tell `progress` of the flow that runs in the block."""
    token = _watcher.set(progress)
    try:
        yield
    finally:
        _watcher.reset(token)
