"""Released tables as Parquet files, a file a table, whose bytes depend on the rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 20_000
GROUP_ROWS_OF = {
    "articles": 2_000
}  # whole texts: some 10 MB a group, so that readers can go through it in pieces


def write_parquet(path: Path, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write rows as one file and give their number."""
    import pyarrow.parquet as pq

    count = 0
    # Content-defined chunks: two releases that share most rows share most bytes, which stores like the Hub keep once.
    with pq.ParquetWriter(
        path, schema, compression="zstd", write_page_index=True, use_content_defined_chunking=True
    ) as writer:
        for group in _groups(batches, schema, GROUP_ROWS_OF.get(table, GROUP_ROWS)):
            writer.write_table(group, row_group_size=group.num_rows)
            count += group.num_rows
    return count


def _groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema, size: int) -> Iterator[pa.Table]:
    """The same rows in tables of exactly `size`, the last one shorter."""
    import pyarrow as pa

    waiting = schema.empty_table()
    for batch in batches:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(schema)])
        while waiting.num_rows >= size:
            yield waiting.slice(0, size).combine_chunks()
            waiting = waiting.slice(size)
    if waiting.num_rows:
        yield waiting.combine_chunks()
