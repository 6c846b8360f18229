"""A scratch database for the corpus step: it works on disk where memory does not suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from copydesk.errors import RunError

if TYPE_CHECKING:
    import duckdb

Value = TypeVar("Value")

MEGABYTES = 192
# What a statement may take for which that is too little: whether it is depends on how the threads come to meet.
MOST_MEGABYTES = 1_536
THREADS = 2  # each takes memory of its own: with one for each of 64 cores, 20,000 articles found no room


class ScratchDatabase:
    """Runs one statement at a time, each in a transaction; one that finds no memory has another try with twice as much."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._megabytes = MEGABYTES

    def run(self, statement: str) -> None:
        """A statement whose rows, if there are any, nobody wants."""
        self._try(lambda: self._connection.execute(statement))

    def rows(self, query: str) -> list[Any]:
        """The rows of a query as tuples."""
        found: list[Any] = self._try(lambda: self._connection.execute(query).fetchall())
        return found

    def arrays(self, query: str) -> dict[str, Any]:
        """The columns of a query as NumPy arrays."""
        found: dict[str, Any] = self._try(lambda: self._connection.execute(query).fetchnumpy())
        return found

    def insert(self, table: str, columns: Mapping[str, Any]) -> None:
        """Append columns of Arrow arrays to a table."""
        import pyarrow as pa

        self._connection.register("fresh_rows", pa.table(dict(columns)))
        self.run(f"INSERT INTO {table} SELECT * FROM fresh_rows")
        self._connection.unregister("fresh_rows")

    def _try(self, work: Callable[[], Value]) -> Value:
        import duckdb

        while True:
            self._connection.begin()
            try:
                found = work()
                self._connection.commit()
            except duckdb.OutOfMemoryException:
                self._connection.rollback()
                if self._megabytes >= MOST_MEGABYTES:
                    raise
                self._megabytes *= 2
                self._connection.execute(f"SET memory_limit = '{self._megabytes}MB'")
            else:
                return found


@contextmanager
def open_store(scratch: Path) -> Iterator[ScratchDatabase]:
    """An empty database; gone afterwards. Raises RunError where the disk has no room for it."""
    import duckdb

    settings: dict[str, Any] = {
        "memory_limit": f"{MEGABYTES}MB",
        "threads": THREADS,
        "allocator_flush_threshold": "1MB",  # else up to 128 MB that were freed stay with it
        "temp_directory": str(scratch / "duckdb-corpus"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(config=settings) as database:
            database.execute("SET enable_progress_bar = false")  # it would write to the caller's terminal
            yield ScratchDatabase(database)
    except (duckdb.IOException, duckdb.OutOfMemoryException) as fault:
        reason = str(fault).splitlines()[0]
        raise RunError(f"comparing documents: expected room to work, found: {reason}") from fault
