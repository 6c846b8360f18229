"""From the parts of all shards to the staged tables, in one pass a table and in the memory of a few batches.

Shards follow the order of their inputs' names, so rows come sorted by source_uri and, within a document, by position or block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import SNAPSHOT_TABLES, Table, load_contract
from copydesk.check.rows import PAGE_TABLES, rows_table
from copydesk.corpus.compare import Comparison, compare
from copydesk.corpus.editions import Edition, Verdict
from copydesk.corpus.texts import ArticleText, QuoteText
from copydesk.publish.layout import table_file
from copydesk.publish.parts import DOCUMENT, read_part

if TYPE_CHECKING:
    import pyarrow as pa

SLICE_ROWS = 1_000
GROUP_ROWS = 50_000  # a row group ends at one of these, whichever comes first,
GROUP_BYTES = 32_000_000  # counted in whole slices, so that files do not depend on shards or workers


def rival_editions(parts: Sequence[Path]) -> Iterator[Edition]:
    """The documents that share their content or their article with another; all others need no verdict."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = ["source_uri", "content_sha256", "article_id", "fetched_at", DOCUMENT]
    batches = [
        batch.append_column("_shard", pa.array([shard] * batch.num_rows, pa.int32()))
        for shard, folder in enumerate(parts)
        for batch in read_part(folder, "sources", [*columns, "status"])
    ]
    if not batches:
        return
    sources = pa.Table.from_batches(batches)
    sources = sources.filter(pc.equal(sources["status"], "article"))
    shared = pc.or_(_is_shared(sources["article_id"]), _is_shared(sources["content_sha256"]))
    rivals = sources.filter(shared)
    times = _page_times(parts, set(rivals["source_uri"].to_pylist()))
    for row in rivals.to_pylist():
        uri = row["source_uri"]
        yield Edition(uri, row["article_id"], row["content_sha256"], row["fetched_at"], times.get(uri))


def assemble(
    parts: Sequence[Path], verdicts: Mapping[str, Verdict], scratch: Path, folder: Path
) -> dict[Table, int]:
    """Write every table of the snapshot into `folder` and give the row counts.

    Rows of documents that lost are left out; what documents tell together is found out and written into the rows.
    """
    losers = [_losing_documents(part, verdicts) for part in parts]
    found = compare(partial(article_texts, parts, losers), partial(quote_texts, parts, losers), scratch)
    counts: dict[Table, int] = {}
    for table in SNAPSHOT_TABLES:
        batches = (
            (_compared(batch, table, found) for batch in _settled(parts, losers, table, verdicts))
            if table in PAGE_TABLES
            else iter(_found_rows(table, found).to_batches())
        )
        counts[table] = write_table(folder / table_file(table), table, batches)
    return counts


def article_texts(parts: Sequence[Path], losers: Sequence[frozenset[int]]) -> Iterator[ArticleText]:
    """What is compared of the articles that stay, in the order of their documents."""
    columns = [
        "article_id",
        "headline",
        "text",
        "dek",
        "outlet",
        "domain",
        "agency",
        "language",
        "published_at",
    ]
    for row in _staying_rows(parts, losers, "articles", columns):
        yield ArticleText(
            article_id=row["article_id"],
            headline=row["headline"],
            text=row["text"],
            dek=row["dek"],
            outlet=row["outlet"] or row["domain"],
            wire=row["agency"],
            language=row["language"],
            published_at=row["published_at"],
        )


def quote_texts(parts: Sequence[Path], losers: Sequence[frozenset[int]]) -> Iterator[QuoteText]:
    """What is compared of their quotes."""
    columns = ["quote_id", "article_id", "text", "kind", "speaker"]
    for row in _staying_rows(parts, losers, "quotes", columns):
        yield QuoteText(row["quote_id"], row["article_id"], row["text"], row["kind"], row["speaker"])


def _staying_rows(
    parts: Sequence[Path], losers: Sequence[frozenset[int]], table: Table, columns: list[str]
) -> Iterator[dict[str, Any]]:
    for part, lost in zip(parts, losers, strict=True):
        for batch in read_part(part, table, [*columns, DOCUMENT]):
            yield from (row for row in batch.to_pylist() if row[DOCUMENT] not in lost)


def _found_rows(table: Table, found: Comparison) -> pa.Table:
    return rows_table(table, found.quote_clusters if table == "quote_clusters" else found.stories)


def _compared(batch: pa.RecordBatch, table: Table, found: Comparison) -> pa.RecordBatch:
    """The batch with what the comparison says of its rows."""
    if table == "articles":
        ids = batch["article_id"].to_pylist()
        copies = [found.copies.get(article_id) for article_id in ids]
        batch = _with_values(batch, "duplicate_group", [copy and copy.group for copy in copies])
        batch = _with_values(batch, "duplicate_kind", [copy and copy.kind for copy in copies])
        return _with_values(batch, "story_id", [found.story_of.get(article_id) for article_id in ids])
    if table == "quotes":
        clusters = [found.cluster_of.get(quote_id) for quote_id in batch["quote_id"].to_pylist()]
        return _with_values(batch, "cluster_id", clusters)
    return batch


def _with_values(batch: pa.RecordBatch, name: str, values: list[Any]) -> pa.RecordBatch:
    import pyarrow as pa

    at = batch.schema.get_field_index(name)
    return batch.set_column(at, batch.schema.field(at), pa.array(values, batch.schema.field(at).type))


def write_table(path: Path, table: Table, batches: Iterator[pa.RecordBatch]) -> int:
    """Write batches as one Parquet file whose bytes depend on the rows alone, and give their number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = load_contract(table).arrow_schema
    count, group, group_rows, group_bytes = 0, [], 0, 0
    with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for piece in _slices(batches, schema):
            group.append(piece)
            group_rows += piece.num_rows
            group_bytes += piece.nbytes
            if group_rows >= GROUP_ROWS or group_bytes >= GROUP_BYTES:
                writer.write_table(pa.concat_tables(group).combine_chunks(), row_group_size=group_rows)
                count += group_rows
                group, group_rows, group_bytes = [], 0, 0
        if group_rows:
            writer.write_table(pa.concat_tables(group).combine_chunks(), row_group_size=group_rows)
            count += group_rows
    return count


def _settled(
    parts: Sequence[Path], losers: Sequence[frozenset[int]], table: Table, verdicts: Mapping[str, Verdict]
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.compute as pc

    for part, lost in zip(parts, losers, strict=True):
        numbers = pa.array(sorted(lost), pa.int32())
        for batch in read_part(part, table):
            if lost and table == "sources":
                batch = _with_verdicts(batch, verdicts)
            elif lost:
                batch = batch.filter(pc.invert(pc.is_in(batch[DOCUMENT], value_set=numbers)))
            yield batch.drop_columns([DOCUMENT])


def _with_verdicts(batch: pa.RecordBatch, verdicts: Mapping[str, Verdict]) -> pa.RecordBatch:
    found = [verdicts.get(uri) for uri in batch["source_uri"].to_pylist()]
    for name in ("status", "article_id", "message"):
        values = [
            old if verdict is None else getattr(verdict, name)
            for old, verdict in zip(batch[name].to_pylist(), found, strict=True)
        ]
        batch = _with_values(batch, name, values)
    return batch


def _losing_documents(part: Path, verdicts: Mapping[str, Verdict]) -> frozenset[int]:
    if not verdicts:
        return frozenset()
    return frozenset(
        number
        for batch in read_part(part, "sources", ["source_uri", DOCUMENT])
        for uri, number in zip(batch["source_uri"].to_pylist(), batch[DOCUMENT].to_pylist(), strict=True)
        if uri in verdicts
    )


def _page_times(parts: Sequence[Path], uris: set[str]) -> dict[str, Any]:
    if not uris:
        return {}
    return {
        row["source_uri"]: row["updated_at"] or row["published_at"]
        for part in parts
        for batch in read_part(part, "articles", ["source_uri", "updated_at", "published_at"])
        for row in batch.to_pylist()
        if row["source_uri"] in uris
    }


def _is_shared(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    counted = column.drop_null().value_counts()
    repeated = counted.filter(pc.greater(counted.field("counts"), 1)).field("values")
    return pc.is_in(column, value_set=repeated)


def _slices(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows in slices of exactly SLICE_ROWS, the last one shorter."""
    import pyarrow as pa

    rest = schema.empty_table()
    for batch in batches:
        rest = pa.concat_tables([rest, pa.Table.from_batches([batch]).cast(schema)])
        while rest.num_rows >= SLICE_ROWS:
            yield rest.slice(0, SLICE_ROWS)
            rest = rest.slice(SLICE_ROWS)
    if rest.num_rows:
        yield rest
