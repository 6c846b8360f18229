"""Parquet of records: a page a row, read by row groups and in small batches, only the columns that say something.

A row group is an entry of its own: what cannot be unpacked costs that group one row, named by the numbers of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from copydesk.read.entries import Entry, Origin, no_entry
from copydesk.read.fields import read_record, wanted_columns
from copydesk.records import RawPage, Unread

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MAGIC = b"PAR1"
_BATCH_ROWS = 32  # pages may be large
_BUFFER_BYTES = 1 << 20
_SHOWN_COLUMNS = 8


def read_parquet(origin: Origin, file: BinaryIO) -> Iterator[Entry]:
    """An entry for each row group, with one for each of its rows, numbered from 0 through the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file, buffer_size=_BUFFER_BYTES, pre_buffer=False)
        names = [str(name) for name in table.schema_arrow.names]
    except (pa.ArrowException, OSError, ValueError) as fault:
        message = f"expected a Parquet file, found one that cannot be read: {_line(fault)}"
        yield no_entry(Unread(origin.uri, "damaged", message))
        return
    columns = wanted_columns(names, origin.fields)
    if not columns:
        found = ", ".join(ascii(name[:40]) for name in names[:_SHOWN_COLUMNS]) or "none"
        yield no_entry(Unread(origin.uri, "record", f"expected a column html or text, found {found}"))
        return
    first = 0
    for number in range(table.metadata.num_row_groups):
        group = table.metadata.row_group(number)
        rows = group.num_rows
        if rows:
            uri = f"{origin.uri}#?{first}-{first + rows - 1}"  # "?" stands in no other uri
            yield Entry(uri, partial(_read_group, origin, table, number, columns, first, uri), _offset(group))
        first += rows


def _read_group(
    origin: Origin, table: pq.ParquetFile, group: int, columns: list[str], first: int, uri: str
) -> Iterator[Entry]:
    import pyarrow as pa

    number = first
    try:
        for batch in table.iter_batches(_BATCH_ROWS, row_groups=[group], columns=columns):
            for row in range(batch.num_rows):
                yield Entry(f"{origin.uri}#{number}", partial(_read_row, origin, batch, row, number))
                number += 1
    except (pa.ArrowException, OSError) as fault:
        yield no_entry(Unread(uri, "damaged", f"expected rows up to the group's last, found {_line(fault)}"))


def _read_row(origin: Origin, batch: pa.RecordBatch, row: int, number: int) -> RawPage | Unread:
    uri = f"{origin.uri}#{number}"
    record: dict[str, Any] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            record[str(name)] = column[row].as_py()
        except (
            UnicodeDecodeError,
            ValueError,
            OverflowError,
        ) as fault:  # no UTF-8; a time beyond the year 9999
            return Unread(uri, "record", f"row {number}: expected a readable value, found {_line(fault)}")
    return read_record(
        uri, origin.name, record, f"row {number}", origin.sidecar, origin.limits, origin.fields
    )


def _offset(group: Any) -> int:
    """Where the group begins in the file."""
    column = group.column(0)
    return int(column.dictionary_page_offset or column.data_page_offset)


def _line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:150]
