"""A segment: some documents with their rows for every table and their bytes, as one Arrow file.

A row a document. Every column of every table of rows is a list column (`articles.text`), so that a reader pays for the columns
that it asks for. Segments are written once and describe themselves; which of their documents are alive, the index says.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import Table, load_contract
from copydesk.check.rows import PAGE_TABLES, PageValues, values_table
from copydesk.errors import RunError, StoreError
from copydesk.records import RawPage, Sidecar
from copydesk.store.documents import DocumentRow, document_schema

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from copydesk.corpus.traces import PageTrace
    from copydesk.store.place import Place

SEGMENTS = "segments"
SUFFIX = ".arrow"
STORE_VERSION = "1"
VERSION_KEY = b"copydesk_store"
# Of one record batch. A reader holds one batch of each segment that it stands in, seldom with its pages; opening one costs
# it as much as some documents do.
BATCH_DOCUMENTS = 128
BATCH_CHARS = 2_000_000  # of rows
BATCH_BYTES = 16_000_000  # of pages; a segment of news has as many

# A document whose segment is damaged is edited again, or lost where its file is gone: never because this process may not read.
NO_DAMAGE = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES)

_VALUES = attrgetter(*(field.name for field in fields(DocumentRow)))
_SIDECAR_NAMES = tuple(field.name for field in fields(Sidecar))
_SIDECAR_VALUES = attrgetter(*_SIDECAR_NAMES)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What a segment holds of one document."""

    document: DocumentRow
    rows: PageValues
    trace: PageTrace
    raw: RawPage | None  # None where there were no bytes, or they may not be kept


@cache
def segment_schema() -> pa.Schema:
    """Columns of a segment of this version."""
    import pyarrow as pa

    columns = list(document_schema())
    for table in PAGE_TABLES:
        columns += [
            pa.field(f"{table}.{field.name}", pa.list_(field.type), nullable=False)
            for field in load_contract(table).arrow_schema
        ]
    columns += [
        pa.field("trace.words", pa.int32()),
        pa.field("trace.whole", pa.uint64()),
        pa.field("trace.sketch", pa.list_(pa.uint64())),
        pa.field("trace.runs", pa.list_(pa.uint32())),
        pa.field("trace.opening", pa.list_(pa.uint64())),
        pa.field("trace.counts", pa.list_(pa.int8())),
        pa.field("trace.quotes", pa.list_(pa.list_(pa.uint64()))),
        pa.field("trace.ties", pa.list_(pa.uint64())),
        pa.field("trace.blocks", pa.list_(pa.uint64())),
        pa.field("raw.content", pa.binary()),
        pa.field("raw.name", pa.string()),
        pa.field("raw.sidecar", pa.string()),
        pa.field("raw.declared_encoding", pa.string()),
        pa.field("raw.declared_format", pa.string()),
    ]
    return pa.schema(columns, metadata={VERSION_KEY: STORE_VERSION})


def segment_prefix(generation: int, shard: int) -> str:
    """What the names of a shard's segments begin with: no two calls give the same, and later runs sort behind earlier ones."""
    return f"{generation:08d}-{shard:06d}-{secrets.token_hex(4)}"


def segment_name(prefix: str, part: int) -> str:
    return f"{SEGMENTS}/{prefix}-{part:04d}{SUFFIX}"


def generation_of(name: str) -> int:
    """The run, counted over the life of a store, that wrote this segment; 0 for a name of another kind."""
    number = name.rpartition("/")[2].partition("-")[0]
    return int(number) if number.isdecimal() else 0


def write_segment(
    place: Place,
    name: str,
    documents: Sequence[StoredDocument],
    refuse: Callable[[StoredDocument, str], StoredDocument],
) -> None:
    """Write these documents, in this order. Where a row does not fit its column (a lone surrogate, a number out of range),
    `refuse` gives the document instead.
    """
    write_batches(place, name, (_fitting_batch(group, refuse) for group in _groups(documents)))


def write_batches(place: Place, name: str, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches of the segment schema as one segment."""
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", 1), use_threads=False)
    with place.writing(name) as file, pa.ipc.new_file(file, segment_schema(), options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)


class Segment:
    """A segment that is being read, only some of its columns. Raises StoreError where it is damaged or lacks one of them."""

    def __init__(self, place: Place, name: str, columns: Sequence[str]) -> None:
        import pyarrow as pa

        self.name = name
        with _faults(name):
            self._file = place.reading(name)
            names = pa.ipc.open_file(self._file).schema.names
        missing = [column for column in columns if column not in names]
        if missing:
            raise StoreError(
                f"{name}: expected a column {missing[0]}, found a segment of another version", name
            )
        # Threads take longer to be told of small buffers than to unpack them.
        included = sorted(map(names.index, columns))
        options = pa.ipc.IpcReadOptions(included_fields=included, use_threads=False)
        with _faults(name):
            self._reader = pa.ipc.open_file(self._file, options=options)
        self.batch_count: int = self._reader.num_record_batches

    def batch(self, number: int) -> pa.RecordBatch:
        with _faults(self.name):
            return self._reader.get_batch(number)

    def batches(self) -> Iterator[pa.RecordBatch]:
        for number in range(self.batch_count):
            yield self.batch(number)

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Segment:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def table_columns(table: Table) -> list[str]:
    """The columns of a segment that hold a table of rows."""
    return [f"{table}.{field.name}" for field in load_contract(table).arrow_schema]


def read_raw(batch: pa.RecordBatch, row: int) -> RawPage:
    """The page of one document, as it was read."""
    sidecar = _sidecar(batch["raw.sidecar"][row].as_py())
    return RawPage(
        source_uri=batch["source_uri"][row].as_py(),
        name=batch["raw.name"][row].as_py(),
        content=batch["raw.content"][row].as_py(),
        sidecar=sidecar,
        declared_encoding=batch["raw.declared_encoding"][row].as_py(),
        declared_format=batch["raw.declared_format"][row].as_py(),
    )


def sidecar_text(sidecar: Sidecar) -> str:
    """A sidecar as text, the same for the same values."""
    stated = {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in zip(_SIDECAR_NAMES, _SIDECAR_VALUES(sidecar), strict=True)
        if value
    }
    return json.dumps(stated, sort_keys=True)


def _sidecar(text: str | None) -> Sidecar:
    stated = json.loads(text or "{}")
    if "fetched_at" in stated:
        stated["fetched_at"] = datetime.fromisoformat(stated["fetched_at"])
    if "authors" in stated:
        stated["authors"] = tuple(stated["authors"])
    return Sidecar(**stated)


# ---------------------------------------------------------------- documents as batches
_MISFITS = (
    UnicodeEncodeError,
    OverflowError,
    TypeError,
    ValueError,
)  # Arrow's own are ValueErrors and TypeErrors


def _groups(documents: Sequence[StoredDocument]) -> Iterator[list[StoredDocument]]:
    group: list[StoredDocument] = []
    chars = size = 0
    for document in documents:
        group.append(document)
        chars += document.document.size
        size += len(document.raw.content) if document.raw else 0
        if len(group) >= BATCH_DOCUMENTS or chars >= BATCH_CHARS or size >= BATCH_BYTES:
            yield group
            group, chars, size = [], 0, 0
    if group:
        yield group


def rows_size(rows: PageValues) -> int:
    """About how much there is of a document's rows, in characters."""
    return sum([len(value) for table in rows for row in table for value in row if type(value) is str])


def _fitting_batch(
    group: list[StoredDocument], refuse: Callable[[StoredDocument, str], StoredDocument]
) -> pa.RecordBatch:
    try:
        return document_batch(group)
    except _MISFITS:
        pass
    fitting = []
    for document in group:
        try:
            document_batch([document])
            fitting.append(document)
        except _MISFITS as fault:
            fitting.append(refuse(document, str(fault)))
    return document_batch(fitting)


def document_batch(group: Sequence[StoredDocument]) -> pa.RecordBatch:
    """Documents as rows of a segment. Raises what Arrow raises where a value does not fit its column."""
    import pyarrow as pa

    columns = list(values_table([_VALUES(stored.document) for stored in group], document_schema()).columns)
    arrays = [column.combine_chunks() for column in columns]
    for at, table in enumerate(PAGE_TABLES):
        offsets = pa.array([0, *accumulate(len(stored.rows[at]) for stored in group)], pa.int32())
        rows = [row for stored in group for row in stored.rows[at]]
        flat = values_table(rows, load_contract(table).arrow_schema).columns
        arrays += [pa.ListArray.from_arrays(offsets, column.combine_chunks()) for column in flat]
    arrays += _trace_columns([stored.trace for stored in group])
    raws = [stored.raw for stored in group]
    arrays += [
        _contents(raws),
        pa.array([raw and raw.name for raw in raws], pa.string()),
        pa.array([raw and sidecar_text(raw.sidecar) for raw in raws], pa.string()),
        pa.array([raw and raw.declared_encoding for raw in raws], pa.string()),
        pa.array([raw and raw.declared_format for raw in raws], pa.string()),
    ]
    return pa.RecordBatch.from_arrays(
        [array.cast(field.type) for array, field in zip(arrays, segment_schema(), strict=True)],
        schema=segment_schema(),
    )


def _contents(raws: Sequence[RawPage | None]) -> pa.Array:
    """The bytes of the pages, copied once; an array that grows copies them several times."""
    import pyarrow as pa

    contents = [raw.content if raw else b"" for raw in raws]
    offsets = pa.array([0, *accumulate(map(len, contents))], pa.int32())
    is_there = pa.array([raw is not None for raw in raws], pa.bool_())
    buffers = [is_there.buffers()[1], offsets.buffers()[1], pa.py_buffer(b"".join(contents))]
    return pa.Array.from_buffers(pa.binary(), len(raws), buffers)


def _trace_columns(traces: Sequence[PageTrace]) -> list[pa.Array]:
    import pyarrow as pa

    articles = [trace.article for trace in traces]
    quotes = [quote.keys for trace in traces for quote in trace.quotes]
    per_page = pa.array([0, *accumulate(len(trace.quotes) for trace in traces)], pa.int32())
    return [
        pa.array([article and article.words for article in articles], pa.int32()),
        pa.array([article and article.whole for article in articles], pa.uint64()),
        _lists([article.sketch if article else None for article in articles], pa.uint64()),
        _lists([article.runs if article else None for article in articles], pa.uint32()),
        _lists([article.opening if article else None for article in articles], pa.uint64()),
        _lists([article.counts if article else None for article in articles], pa.int8()),
        pa.ListArray.from_arrays(per_page, _lists(quotes, pa.uint64())),
        pa.array([[quote.tie for quote in trace.quotes] for trace in traces], pa.list_(pa.uint64())),
        _lists([trace.blocks for trace in traces], pa.uint64()),
    ]


def _lists(arrays: Sequence[NDArray[Any] | None], kind: pa.DataType) -> pa.ListArray:
    """NumPy arrays as the lists of one column; an empty list for None."""
    import numpy as np
    import pyarrow as pa

    given = [array for array in arrays if array is not None]
    offsets = pa.array([0, *accumulate(0 if array is None else len(array) for array in arrays)], pa.int32())
    values = pa.array(np.concatenate(given), kind) if given else pa.array([], kind)
    return pa.ListArray.from_arrays(offsets, values)


class _faults:  # noqa: N801  used as a verb
    """What Arrow says of a damaged file, as a StoreError that names it; what ails this process and no file, as a RunError."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: object) -> None:
        if isinstance(fault, OSError) and fault.errno in NO_DAMAGE:
            raise RunError(f"{self.name}: expected to read it, found: {os.strerror(fault.errno)}") from fault
        if isinstance(fault, OSError | ValueError):  # Arrow's faults are children of these
            reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
            raise StoreError(
                f"{self.name}: expected a readable segment, found: {reason}", self.name
            ) from fault
