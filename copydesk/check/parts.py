"""The tables of documents side by side, some hundred documents at a time.

In each of them rows lie in the order of their documents, so what the tables say of the same documents can be read together in the
memory of one part, however large the tables are. Where rows are not in order, those at a part's place come with it: their
documents will be missed there, which is for the audit to find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.check.contracts import Table

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]
    Numbers = NDArray[np.int64]

DOCUMENTS = 500  # in a part, on average
MOST_DOCUMENTS = 1_000
BYTES = 64_000_000  # a part ends when its documents were so large in all, HTML pages by
HTML_SHARE = 4  # a fourth of their bytes, which is more than the text of nearly all has
BATCH_ROWS = 1_000
BUFFER_BYTES = 1 << 16  # read ahead in a column
DOCUMENT_TABLES: tuple[Table, ...] = ("sources", "articles", "paragraphs", "quotes", "removals")
# The column that says whose a row is, and the table in which that one has its row.
OWNERS: dict[Table, tuple[str, Table]] = {
    "articles": ("source_uri", "sources"),
    "paragraphs": ("article_id", "articles"),
    "quotes": ("article_id", "articles"),
    "removals": ("source_uri", "sources"),
}


def read_parts(
    tables: Mapping[Table, Path], columns: Mapping[Table, list[str]]
) -> Iterator[dict[Table, pa.Table]]:
    """These columns of the tables of documents, a part at a time; one part, with all rows, where there is no document."""
    sources, starts_of_sources = _cut(tables["sources"])
    places = {"sources": sources, "articles": _placed(tables["articles"], sources)}
    starts: dict[Table, list[int]] = {"sources": starts_of_sources}
    for table, (column, owner) in OWNERS.items():
        starts[table] = _starts(tables[table], column, places[owner], len(starts_of_sources) - 1)
    rows = {table: _Rows(tables[table], columns[table]) for table in starts}
    for part in range(len(starts_of_sources) - 1):
        yield {table: rows[table].take(starts[table][part + 1] - starts[table][part]) for table in starts}


class _Places:
    """The part in which a document is, by what names it: 16 bytes a document."""

    def __init__(self, keys: Sequence[Keys], parts: Sequence[Numbers]) -> None:
        import numpy as np

        unsorted = np.concatenate([np.zeros(0, np.uint64), *keys])
        order = unsorted.argsort(kind="stable")
        self._keys = unsorted[order]
        self._parts = np.concatenate([np.zeros(0, np.int64), *parts])[order]

    def parts_of(self, names: pa.Array) -> Numbers:
        """The part of each; -1 for a name that is not known."""
        import numpy as np

        keys = _keys(names)
        if not len(self._keys):
            return np.full(len(keys), -1)
        at = self._keys.searchsorted(keys).clip(max=len(self._keys) - 1)
        return np.where(self._keys[at] == keys, self._parts[at], -1)


def _cut(path: Path) -> tuple[_Places, list[int]]:
    """The documents cut into parts, and the row at which each part begins, with the number of all rows at the end.

    Most parts end where a document's name says so, so that new documents change the parts that they fall into and no others.
    """
    import numpy as np
    import pyarrow.compute as pc

    keys, parts, starts = [], [], [0]
    row, size, is_full = 0, 0, False
    for batch in _batches(path, ["source_uri", "bytes", "format"]):
        keys.append(_keys(batch["source_uri"]))
        numbers = []
        lengths = pc.if_else(
            pc.equal(batch["format"].fill_null(""), "html"),
            pc.divide(batch["bytes"], HTML_SHARE),
            batch["bytes"],
        )
        for key, length in zip(keys[-1].tolist(), lengths.fill_null(0).to_pylist(), strict=True):
            if is_full:
                starts.append(row)
                size = 0
            numbers.append(len(starts) - 1)
            row += 1
            size += length
            is_full = key % DOCUMENTS == 0 or row - starts[-1] == MOST_DOCUMENTS or size >= BYTES
        parts.append(np.array(numbers, np.int64))
    return _Places(keys, parts), [*starts, row]


def _placed(path: Path, sources: _Places) -> _Places:
    """The articles, each in the part of its document."""
    keys, parts = [], []
    for batch in _batches(path, ["source_uri", "article_id"]):
        keys.append(_keys(batch["article_id"]))
        parts.append(sources.parts_of(batch["source_uri"]))
    return _Places(keys, parts)


def _starts(path: Path, column: str, places: _Places, count: int) -> list[int]:
    """The row at which each of so many parts begins in a table, with the number of all rows at the end."""
    import numpy as np
    import pyarrow.compute as pc

    starts, row, reached = [0], 0, 0
    for batch in _batches(path, [column]):
        runs = pc.run_end_encode(batch[column])
        firsts = [row, *(row + end for end in runs.run_ends.to_pylist())]
        risen = np.maximum.accumulate(np.maximum(places.parts_of(runs.values), reached))
        for at in np.flatnonzero(np.diff(risen, prepend=reached)).tolist():
            starts += [firsts[at]] * int(risen[at] - reached)
            reached = int(risen[at])
        row += batch.num_rows
    return starts + [row] * (count + 1 - len(starts))


class _Rows:
    """The rows of a file, taken from its top."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pq.read_schema(path)
        self._schema = pa.schema([schema.field(name) for name in columns])
        self._batches = _batches(path, columns)
        self._waiting: list[pa.RecordBatch] = []

    def take(self, number: int) -> pa.Table:
        """The next so many."""
        import pyarrow as pa

        there = sum(map(len, self._waiting))
        while there < number:
            self._waiting.append(next(self._batches))
            there += len(self._waiting[-1])
        rows = pa.Table.from_batches(self._waiting, self._schema)
        self._waiting = rows.slice(number).to_batches()
        return rows.slice(0, number)


def _batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, buffer_size=BUFFER_BYTES, pre_buffer=False) as file:
        yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)


def _keys(names: pa.Array) -> Keys:
    from pandas.util import hash_array

    values = names.fill_null("").to_numpy(zero_copy_only=False).astype(object)
    keys: Keys = hash_array(values, categorize=False)
    return keys
