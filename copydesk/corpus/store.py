"""A scratch database for the corpus step: it works on disk where memory does not suffice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.errors import RunError

if TYPE_CHECKING:
    import duckdb

MEMORY = "192MB"
THREADS = 2  # each takes memory of its own: with one for each of 64 cores, 20,000 articles found no room


@contextmanager
def open_store(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database; gone afterwards. Raises RunError where the disk has no room for it."""
    import duckdb

    settings: dict[str, Any] = {
        "memory_limit": MEMORY,
        "threads": THREADS,
        "allocator_flush_threshold": "1MB",  # else up to 128 MB that were freed stay with it
        "temp_directory": str(scratch / "duckdb-corpus"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(config=settings) as database:
            database.execute("SET enable_progress_bar = false")  # it would write to the caller's terminal
            yield database
    except (duckdb.IOException, duckdb.OutOfMemoryException) as fault:
        reason = str(fault).splitlines()[0]
        raise RunError(f"comparing documents: expected room to work, found: {reason}") from fault
