"""Small segments put together, so that a corpus that grows by a few documents a night does not end in thousands of files.

Opening a segment costs as much as some dozens of documents, in each of the readings that putting tables together takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from copydesk.store.live import LiveDocuments
from copydesk.store.segment import (
    BATCH_DOCUMENTS,
    Segment,
    segment_name,
    segment_prefix,
    segment_schema,
    write_batches,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.store.place import Place

# A segment is small where fewer documents are alive in it, and their pages and rows have no more bytes.
SMALL_DOCUMENTS = 32
SMALL_BYTES = 16_000_000
# Small segments in one, by number or bytes, since these are in memory at once; it then is none: no document is written more than
# once for this.
MERGED = 32
MERGED_BYTES = 64_000_000


def merge_small_segments(place: Place, index: pa.Table, generation: int) -> pa.Table:
    """The same documents, in an index that knows up to MERGED small segments as one, once there are so many.

    The old ones stay until the index is published and the store swept. Raises StoreError for a damaged one.
    """
    prefix = segment_prefix(generation, 0)
    for part, group in enumerate(_groups(_small_segments(place, index))):
        index = _merge(place, index, group, segment_name(prefix, part))
    return index


def _groups(small: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Those that are to be one, in their order; what is too little for another stays."""
    group: list[str] = []
    total = 0
    for name, size in small:
        group.append(name)
        total += size
        if len(group) == MERGED or total > MERGED_BYTES - SMALL_BYTES:
            yield group
            group, total = [], 0


def _small_segments(place: Place, index: pa.Table) -> list[tuple[str, int]]:
    """Name and bytes of the small segments in their order; none where there are too few to merge."""
    counted = index.group_by("segment").aggregate([("row", "count"), ("size", "sum")])
    few = sorted(
        (str(name), size)
        for name, count, size in zip(*(column.to_pylist() for column in counted.columns), strict=True)
        if count < SMALL_DOCUMENTS
    )
    if len(few) < MERGED:
        return []
    sized = ((name, size + _page_bytes(place, name)) for name, size in few)
    return [(name, size) for name, size in sized if size <= SMALL_BYTES]


def _page_bytes(place: Place, name: str) -> int:
    import pyarrow.compute as pc

    # As `sources` counts them: the pages themselves are not read to learn their length.
    with Segment(place, name, ["sources.bytes"]) as segment:
        return sum(pc.sum(batch["sources.bytes"].flatten()).as_py() or 0 for batch in segment.batches())


def _merge(place: Place, index: pa.Table, names: Sequence[str], name: str) -> pa.Table:
    """Write what is alive in these segments as one, in the order of the index, and give the index that knows it there."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    segments, rows = index["segment"].cast(pa.string()), index["row"]
    moved = pc.is_in(segments, value_set=pa.array(names, pa.string()))
    write_batches(place, name, _batches(LiveDocuments(place, index.filter(moved))))
    flags = moved.to_numpy()
    new_rows = np.where(flags, flags.cumsum() - 1, rows.to_numpy()).astype(np.int32)
    places = {
        "segment": pc.if_else(moved, name, segments).combine_chunks().dictionary_encode(),
        "row": pa.array(new_rows),
    }
    for column, values in places.items():
        at = index.schema.get_field_index(column)
        index = index.set_column(at, index.schema.field(at), values)
    return index


def _batches(documents: LiveDocuments) -> Iterator[pa.RecordBatch]:
    for _, stretch in documents.batches(segment_schema().names):
        for start in range(0, len(stretch), BATCH_DOCUMENTS):
            yield stretch.slice(start, BATCH_DOCUMENTS)
