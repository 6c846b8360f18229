"""A shard's rows on disk, on their way to the tables.

One Arrow IPC file a table, whose extra last column `_document` counts the shard's documents, so that a document's rows
can be taken out again when another one stands for it. Parts are complete or absent: a folder gets its name when all of
it is written.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import Table, load_contract
from copydesk.check.rows import PAGE_TABLES, PageValues, values_table

if TYPE_CHECKING:
    import pyarrow as pa

DOCUMENT = "_document"
BATCH_DOCUMENTS = 256
BATCH_CHARS = 8_000_000  # of article texts and removals, so that a batch of large documents stays small


def part_schema(table: Table) -> pa.Schema:
    """The contract's columns and the count of documents."""
    import pyarrow as pa

    return load_contract(table).arrow_schema.append(pa.field(DOCUMENT, pa.int32(), nullable=False))


def write_parts(
    folder: Path, documents: Iterator[PageValues], refuse: Callable[[PageValues, str], PageValues]
) -> int:
    """Write the rows of these documents as the parts of one shard, and give the number of documents.

    Where a row does not fit its column (a lone surrogate, a number out of range), `refuse` gives the document's rows instead.
    """
    import pyarrow as pa

    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    draft.mkdir(parents=True)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    writers = {
        table: pa.ipc.new_file(draft / f"{table}.arrow", part_schema(table), options=options)
        for table in PAGE_TABLES
    }
    count = 0
    try:
        for batch in _batches(documents):
            for table, rows in _tables(batch, count, refuse).items():
                if rows.num_rows:
                    writers[table].write_table(rows)
            count += len(batch)
    finally:
        for writer in writers.values():
            writer.close()
    draft.rename(folder)
    return count


def read_part(folder: Path, table: Table, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The batches of one table of a shard; only some columns where they are named."""
    import pyarrow as pa

    path = folder / f"{table}.arrow"
    options = None
    if columns is not None:
        schema = part_schema(table)
        options = pa.ipc.IpcReadOptions(included_fields=[schema.get_field_index(name) for name in columns])
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file, options=options) as reader:
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


def _batches(documents: Iterator[PageValues]) -> Iterator[list[PageValues]]:
    batch: list[PageValues] = []
    chars = 0
    for document in documents:
        batch.append(document)
        chars += sum(
            len(value) for rows in document for row in rows for value in row if isinstance(value, str)
        )
        if len(batch) >= BATCH_DOCUMENTS or chars >= BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


def _tables(
    batch: list[PageValues], first: int, refuse: Callable[[PageValues, str], PageValues]
) -> dict[Table, pa.Table]:
    import pyarrow as pa

    try:
        return _convert(batch, first)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError, TypeError, ValueError):
        pass
    sound = []
    for document in batch:
        try:
            _convert([document], 0)
            sound.append(document)
        except (pa.ArrowException, UnicodeEncodeError, OverflowError, TypeError, ValueError) as fault:
            sound.append(refuse(document, str(fault)))
    return _convert(sound, first)


def _convert(batch: list[PageValues], first: int) -> dict[Table, pa.Table]:
    tables: dict[Table, Any] = {}
    for at, table in enumerate(PAGE_TABLES):
        rows = [(*row, first + number) for number, document in enumerate(batch) for row in document[at]]
        tables[table] = values_table(rows, part_schema(table))
    return tables
