"""The documents of an index read from their segments, in the order of the index and in the memory of some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import Table, load_contract
from copydesk.errors import StoreError
from copydesk.store.segment import Segment

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from copydesk.store.place import Place

    Numbers = NDArray[np.int64]

STRETCH_DOCUMENTS = 256
STRETCH_CHARS = 8_000_000
MOST_OPEN = 100  # segments at a time: systems give a process 256 to 1,024 files


class LiveDocuments:
    """The documents of one index, in its order; numbers count them from 0."""

    def __init__(self, place: Place, index: pa.Table) -> None:
        self._place = place
        self.index = index
        column = index["segment"].combine_chunks()
        self._names: list[str] = column.dictionary.to_pylist()
        self._segments: Numbers = column.indices.to_numpy(zero_copy_only=False)
        self._rows: Numbers = index["row"].to_numpy()

    def __len__(self) -> int:
        return int(self.index.num_rows)

    def table_rows(
        self, table: Table, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        """The rows of one table, or some columns of them, and for each row the number of its document."""
        import pyarrow as pa

        schema = load_contract(table).arrow_schema
        fields = [field for field in schema if columns is None or field.name in columns]
        for start, batch in self.batches([f"{table}.{field.name}" for field in fields]):
            arrays = [batch[f"{table}.{field.name}"] for field in fields]
            owners = list_parents(arrays[0]) + start
            yield (
                pa.RecordBatch.from_arrays([array.flatten() for array in arrays], schema=pa.schema(fields)),
                owners,
            )

    def batches(self, columns: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
        """These columns of the segments, a row a document, in stretches; each with the number of its first document."""
        cursors: dict[int, _Cursor] = {}  # those that were used last are the last
        last = self._last_numbers()
        try:
            for start, stop in self._stretches():
                yield start, self._stretch(start, stop, columns, cursors)
                for segment in [segment for segment in cursors if last[segment] < stop]:
                    cursors.pop(segment).close()
        finally:
            for cursor in cursors.values():
                cursor.close()

    def _stretches(self) -> Iterator[tuple[int, int]]:
        start, chars = 0, 0
        for number, size in enumerate(self.index["size"].to_numpy()):
            if number - start >= STRETCH_DOCUMENTS or (chars and chars + size > STRETCH_CHARS):
                yield start, number
                start, chars = number, 0
            chars += int(size)
        if start < len(self):
            yield start, len(self)

    def _last_numbers(self) -> dict[int, int]:
        """The last document of each segment."""
        import numpy as np

        segments, first = np.unique(self._segments[::-1], return_index=True)
        return dict(zip(segments.tolist(), (len(self) - 1 - first).tolist(), strict=True))

    def _stretch(
        self, start: int, stop: int, columns: Sequence[str], cursors: dict[int, _Cursor]
    ) -> pa.RecordBatch:
        import numpy as np
        import pyarrow as pa

        segments, rows = self._segments[start:stop], self._rows[start:stop]
        pieces: list[Any] = []
        order: list[Numbers] = []
        for segment in np.unique(segments).tolist():
            wanted = np.flatnonzero(segments == segment)
            cursor = cursors.pop(segment, None) or _Cursor(self._place, self._names[segment], columns)
            cursors[segment] = cursor
            ascending = wanted[np.argsort(rows[wanted], kind="stable")]
            pieces += cursor.rows(rows[ascending])
            order.append(ascending)
            for idle in list(cursors.values())[:-MOST_OPEN]:
                idle.close()
        table = pa.Table.from_batches(pieces).select(list(columns)).combine_chunks()
        places = np.concatenate(order)
        if not np.array_equal(places, np.arange(stop - start)):
            table = table.take(pa.array(np.argsort(places)))
        return table.combine_chunks().to_batches()[0]


def list_parents(column: pa.ListArray) -> Numbers:
    """For each value in the lists of a column, the row of its list."""
    import pyarrow.compute as pc

    parents: Numbers = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
    return parents


class _Cursor:
    """Goes through one segment, batch by batch; one that was closed keeps its batch, and opens the segment again for the next."""

    def __init__(self, place: Place, name: str, columns: Sequence[str]) -> None:
        self._place, self._name, self._columns = place, name, columns
        self._segment: Segment | None = None
        self._number, self._start = 0, 0
        self._batch: pa.RecordBatch | None = None

    def rows(self, wanted: Numbers) -> Iterator[pa.RecordBatch]:
        """The rows of these numbers, which rise."""
        import numpy as np
        import pyarrow as pa

        while len(wanted):
            batch = self._at(int(wanted[0]))
            count = int(np.searchsorted(wanted, self._start + batch.num_rows))
            places = wanted[:count] - self._start
            if count == places[-1] - places[0] + 1:
                yield batch.slice(int(places[0]), count)
            else:
                yield batch.take(pa.array(places))
            wanted = wanted[count:]

    def close(self) -> None:
        if self._segment is not None:
            self._segment.close()
        self._segment = None

    def _at(self, row: int) -> pa.RecordBatch:
        if row < self._start:  # documents may have changed their places since they were written
            self._number, self._start, self._batch = 0, 0, None
        batch = self._read(row) if self._batch is None else self._batch
        while row >= self._start + batch.num_rows:
            self._number, self._start = self._number + 1, self._start + batch.num_rows
            batch = self._read(row)
        self._batch = batch
        return batch

    def _read(self, row: int) -> pa.RecordBatch:
        if self._segment is None:
            self._segment = Segment(self._place, self._name, self._columns)
        if self._number >= self._segment.batch_count:
            raise StoreError(f"{self._name}: expected a document in row {row}, found fewer rows", self._name)
        return self._segment.batch(self._number)
