"""From the documents of the store to the staged tables, in one pass a table and in the memory of a few batches.

Documents come in the order of their inputs' names and as they stand in them; their rows by position or block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import SNAPSHOT_TABLES, Table, load_contract
from copydesk.check.rows import PAGE_TABLES, rows_table
from copydesk.corpus.compare import Comparison, compare
from copydesk.corpus.editions import Edition, Verdict
from copydesk.corpus.texts import ArticleText, QuoteText
from copydesk.corpus.traces import ArticleTrace
from copydesk.publish.layout import table_file
from copydesk.store.live import LiveDocuments, list_parents

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from copydesk.corpus.scratch import Items, Keys
    from copydesk.store.live import Numbers

    Flags = NDArray[np.bool_]

SLICE_ROWS = 1_000
GROUP_ROWS = 50_000  # a row group ends at one of these, whichever comes first,
GROUP_BYTES = 32_000_000  # counted in whole slices, so that files do not depend on shards or workers


def rival_editions(index: pa.Table) -> Iterator[Edition]:
    """The documents that share their content or their article with another; all others need no verdict."""
    import pyarrow.compute as pc

    articles = index.filter(pc.equal(index["status"], "article"))
    shared = pc.or_(_is_shared(articles["article_id"]), _is_shared(articles["content_sha256"]))
    names = ["source_uri", "article_id", "content_sha256", "fetched_at", "page_time"]
    rivals = articles.select(names).filter(shared)
    for batch in rivals.to_batches(SLICE_ROWS):
        yield from (Edition(*row.values()) for row in batch.to_pylist())


def assemble(
    documents: LiveDocuments, verdicts: Mapping[str, Verdict], scratch: Path, folder: Path
) -> dict[Table, int]:
    """Write every table of the snapshot into `folder` and give the row counts.

    Rows of documents that lost are left out; what documents tell together is found out and written into the rows.
    """
    lost = _losing_documents(documents.index, verdicts)
    found = compare(article_texts(documents, lost), StoredQuotes(documents, lost), scratch)
    counts: dict[Table, int] = {}
    for table in SNAPSHOT_TABLES:
        batches = (
            (_compared(batch, table, found) for batch in _settled(documents, lost, table, verdicts))
            if table in PAGE_TABLES
            else iter(_found_rows(table, found).to_batches())
        )
        counts[table] = write_table(folder / table_file(table), table, batches)
    return counts


ARTICLE_COLUMNS = (
    "articles.article_id", "articles.headline", "articles.outlet", "articles.domain", "articles.agency", "articles.language",
    "articles.published_at",
)  # fmt: skip
TRACE_COLUMNS = ("trace.words", "trace.whole", "trace.sketch", "trace.runs", "trace.opening", "trace.counts")


def article_texts(documents: LiveDocuments, lost: Flags) -> Iterator[ArticleText]:
    """What is compared of the articles that stay, in the order of their documents."""
    for start, batch in documents.batches([*ARTICLE_COLUMNS, *TRACE_COLUMNS]):
        columns = [batch[name].to_pylist() for name in ARTICLE_COLUMNS]
        words, whole = (batch[name].to_pylist() for name in TRACE_COLUMNS[:2])
        lists = [_arrays(batch[name]) for name in TRACE_COLUMNS[2:]]
        for at, found in enumerate(zip(*columns, strict=True)):
            if lost[start + at] or not found[0]:
                continue
            article_id, headline, outlet, domain, agency, language, published_at = (
                value[0] for value in found
            )
            yield ArticleText(
                article_id=article_id,
                headline=headline,
                text="",
                outlet=outlet or domain,
                wire=agency,
                language=language,
                published_at=published_at,
                known=ArticleTrace(words[at], whole[at], *(each[at] for each in lists)),
            )


QUOTE_COLUMNS = ("quotes.quote_id", "quotes.article_id", "quotes.text", "quotes.kind", "quotes.speaker")


class StoredQuotes:
    """The quotes of the articles that stay."""

    def __init__(self, documents: LiveDocuments, lost: Flags) -> None:
        self._documents, self._lost = documents, lost

    def traces(self) -> Iterator[tuple[Keys, Items, Keys]]:
        for start, batch in self._documents.batches(["trace.quotes", "trace.ties"]):
            staying = self._staying(start, batch["trace.quotes"])
            keys = batch["trace.quotes"].flatten().filter(staying)
            ties = batch["trace.ties"].flatten().filter(staying)
            sizes = keys.value_lengths().to_numpy(zero_copy_only=False)
            yield keys.flatten().to_numpy(), sizes, ties.to_numpy()

    def texts(self, wanted: Flags) -> Iterator[tuple[int, QuoteText]]:
        import numpy as np
        import pyarrow as pa

        first = 0
        for start, batch in self._documents.batches(QUOTE_COLUMNS):
            staying = np.flatnonzero(self._staying(start, batch[0]))
            numbers = np.flatnonzero(wanted[first : first + len(staying)])
            places = pa.array(staying[numbers])
            columns = [column.flatten().take(places).to_pylist() for column in batch.columns]
            yield from zip((numbers + first).tolist(), map(QuoteText, *columns), strict=True)
            first += len(staying)

    def _staying(self, start: int, column: pa.ListArray) -> Flags:
        """For each quote in the lists of a column, whether its article stays."""
        return ~self._lost[list_parents(column) + start]


def _arrays(column: pa.ListArray) -> list[Any]:
    """The lists of a column as NumPy arrays, without copying their values."""
    values = column.values.to_numpy(zero_copy_only=False)
    offsets = column.offsets.to_pylist()
    return [values[start:stop] for start, stop in pairwise(offsets)]


def _without(batch: pa.RecordBatch, owners: Numbers, lost: Flags) -> pa.RecordBatch:
    """The rows whose documents are not among those that lost."""
    import pyarrow as pa

    dropped = lost[owners]
    return batch.filter(pa.array(~dropped)) if dropped.any() else batch


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
    documents: LiveDocuments, lost: Flags, table: Table, verdicts: Mapping[str, Verdict]
) -> Iterator[pa.RecordBatch]:
    first_seen = documents.index["first_seen_at"].combine_chunks()
    for batch, owners in documents.table_rows(table):
        if table == "sources":
            at = batch.schema.get_field_index("first_seen_at")
            seen = first_seen.slice(int(owners[0]), len(owners))
            batch = batch.set_column(at, batch.schema.field(at), seen)
            yield _with_verdicts(batch, verdicts) if lost[owners].any() else batch
        else:
            yield _without(batch, owners, lost)


def _with_verdicts(batch: pa.RecordBatch, verdicts: Mapping[str, Verdict]) -> pa.RecordBatch:
    found = [verdicts.get(uri) for uri in batch["source_uri"].to_pylist()]
    for name in ("status", "article_id", "message"):
        values = [
            old if verdict is None else getattr(verdict, name)
            for old, verdict in zip(batch[name].to_pylist(), found, strict=True)
        ]
        batch = _with_values(batch, name, values)
    return batch


def _losing_documents(index: pa.Table, verdicts: Mapping[str, Verdict]) -> Flags:
    """For each document, whether another one stands for it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    losers = pa.array(sorted(verdicts), pa.string())
    flags: Flags = pc.is_in(index["source_uri"], value_set=losers).to_numpy()
    return flags


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
