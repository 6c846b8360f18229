"""The index: the documents that a snapshot is made of, and in which row of which segment each lies.

One Arrow file beside the tables of a snapshot, so that both change together. What a killed run left in segments that no index
knows of is work that was done: it is read from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import StoreError
from copydesk.store.documents import document_schema
from copydesk.store.segment import STORE_VERSION, VERSION_KEY, Segment

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.store.place import Place

INDEX_FILE = "documents.arrow"


@cache
def index_schema() -> pa.Schema:
    """The columns of DocumentRow, and where the document lies."""
    import pyarrow as pa

    place = [
        pa.field("segment", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("row", pa.int32(), nullable=False),
    ]
    return pa.schema([*document_schema(), *place], metadata={VERSION_KEY: STORE_VERSION})


def read_index(path: Path) -> pa.Table:
    """The index of a snapshot. Raises StoreError where it is missing, damaged or of another version."""
    import pyarrow as pa

    try:
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
            table = reader.read_all()
    except (OSError, ValueError) as fault:
        reason = str(fault).splitlines()[0]
        raise StoreError(f"{path}: expected the index of a snapshot, found: {reason}") from fault
    version = (table.schema.metadata or {}).get(VERSION_KEY, b"?").decode()
    if version != STORE_VERSION or table.schema.names != index_schema().names:
        raise StoreError(f"{path}: expected an index of version {STORE_VERSION}, found version {version}")
    return table


def write_index(index: pa.Table, path: Path) -> None:
    """Write an index, sorted as the tables are."""
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="zstd", unify_dictionaries=True)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, index_schema(), options=options) as writer:
        writer.write_table(index)


def read_documents(place: Place, names: Iterable[str]) -> tuple[pa.Table, tuple[str, ...]]:
    """What these segments hold, and a line for each that cannot be read."""
    import pyarrow as pa

    columns = document_schema().names
    tables, faults = [empty_index()], []
    for name in names:
        try:
            with Segment(place, name, columns) as segment:
                batches = [batch.select(columns) for batch in segment.batches()]
            documents = pa.Table.from_batches(batches).cast(document_schema()) if batches else None
        except (StoreError, pa.ArrowInvalid) as fault:
            faults.append(str(fault).splitlines()[0])
            continue
        if documents is None:
            continue
        count = documents.num_rows
        where = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array([name]))
        documents = documents.append_column("segment", where).append_column(
            "row", pa.array(range(count), pa.int32())
        )
        tables.append(documents)
    return join_indexes(tables), tuple(faults)


def empty_index() -> pa.Table:
    return index_schema().empty_table()


def join_indexes(tables: Sequence[pa.Table]) -> pa.Table:
    """Their documents together, in no promised order."""
    import pyarrow as pa

    return (
        pa.concat_tables([table.cast(index_schema()) for table in tables])
        .unify_dictionaries()
        .combine_chunks()
    )


def in_order(index: pa.Table) -> pa.Table:
    """Documents in the order of the tables: by input, and as they stand in it."""
    return index.sort_by([("input_uri", "ascending"), ("place", "ascending"), ("source_uri", "ascending")])


def segments_of(index: pa.Table) -> frozenset[str]:
    """Names of the segments that its documents lie in."""
    column = index["segment"].combine_chunks()
    import pyarrow.compute as pc

    used = pc.unique(column.indices).to_pylist() if len(column) else []
    return frozenset(column.dictionary[at].as_py() for at in used)
