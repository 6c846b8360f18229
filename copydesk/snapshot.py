"""Reading one published snapshot: a handle on it, then tables, whole or in part, as frames or as plain rows.

The handle settles once which snapshot it is: a build that publishes meanwhile changes nothing for its reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.errors import RunError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Filters = Sequence[tuple[str, str, object]]  # pyarrow's: ("article_id", "==", "…")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One set of tables and the history of runs and audits beside it."""

    out: Path
    folder: Path

    @property
    def snapshot_id(self) -> str:
        return self.folder.name

    def table(
        self, name: str, columns: Sequence[str] | None = None, filters: Filters | None = None
    ) -> pa.Table:
        """A table as Arrow. Raises RunError where it is missing or damaged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self._path(name)
        try:
            return pq.read_table(
                path, columns=list(columns) if columns is not None else None, filters=filters
            )
        except (OSError, pa.ArrowException) as error:
            raise _no_table(path, error) from error

    def batches(self, name: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """A table piece by piece, in its order, whatever its size. Raises RunError as `table` does."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        path = self._path(name)
        try:
            rows = ds.dataset(path, format="parquet")
            yield from rows.to_batches(columns=list(columns) if columns is not None else None)
        except (OSError, pa.ArrowException) as error:
            raise _no_table(path, error) from error

    def schema(self, name: str) -> pa.Schema:
        """A table's columns. Raises RunError as `table` does."""
        import pyarrow as pa
        import pyarrow.dataset as ds

        path = self._path(name)
        try:
            return ds.dataset(path, format="parquet").schema
        except (OSError, pa.ArrowException) as error:
            raise _no_table(path, error) from error

    def frame(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A table for computing with."""
        frame: pd.DataFrame = self.table(name, columns).to_pandas()
        return frame

    def rows(
        self, name: str, columns: Sequence[str] | None = None, filters: Filters | None = None
    ) -> list[Mapping[str, Any]]:
        """A table's rows as mappings of plain Python values, in the table's order."""
        rows: list[Mapping[str, Any]] = self.table(name, columns, filters).to_pylist()
        return rows

    def _path(self, name: str) -> Path:
        from copydesk.check.contracts import HISTORY_TABLES

        return (self.out if name in HISTORY_TABLES else self.folder) / f"{name}.parquet"


def open_snapshot(out: Path, snapshot_id: str | None = None) -> Snapshot:
    """The current snapshot of OUT, or the one named. Raises RunError where OUT holds none."""
    from copydesk.publish.layout import snapshot_folder

    return Snapshot(out, snapshot_folder(out, snapshot_id).resolve())


def _no_table(path: Path, error: Exception) -> RunError:
    if isinstance(error, FileNotFoundError):  # Arrow's says no more than the path
        return RunError(f"{path}: expected a table, found no such file")
    # str() of Arrow's own faults runs over several lines.
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return RunError(f"{path}: expected a table of this version of copydesk, found: {reason}")
