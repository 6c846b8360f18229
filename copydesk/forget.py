"""Documents taken down for good: out of the tables, out of every snapshot, out of the store, and never back by a rebuild."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk import quarantine
from copydesk.check.rows import page_values
from copydesk.corpus.traces import trace_page
from copydesk.errors import UsageError
from copydesk.store.documents import DocumentRow
from copydesk.store.forgotten import (
    CODE,
    MESSAGE,
    Forgotten,
    emptied,
    is_listed,
    read_forgotten,
    write_forgotten,
)
from copydesk.store.live import LiveDocuments
from copydesk.store.segment import (
    SEGMENTS,
    Segment,
    StoredDocument,
    document_batch,
    segment_schema,
    write_batches,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.pipeline import BuildOptions
    from copydesk.records import Run
    from copydesk.store.place import Place
    from copydesk.summary import RunSummary


def forget(out: str | Path, names: Sequence[str], settings: BuildOptions) -> RunSummary:
    """Take down documents by article_id, source_uri or URL, with all that has the same content or the same article.

    Their rows of `sources` say so. What is left is published as the only snapshot. Raises UsageError, with nothing changed, where
    a name is not known.
    """
    from copydesk.pipeline import revise

    return revise(out, partial(_forget, names), settings, command=f"copydesk forget {out}")


def _forget(names: Sequence[str], store: Place, index: pa.Table, run: Run) -> pa.Table:
    meant = _meant(names, store, index)
    # First the list: whatever is killed behind it, nothing comes back.
    write_forgotten(store, read_forgotten(store) | meant)
    blank_segments(store, meant, run)
    return emptied(index, meant)


def blank_segments(store: Place, meant: Forgotten, run: Run) -> None:
    """Take the rows and bytes of these documents out of every segment."""
    for name in store.names(SEGMENTS):
        _blank(store, name, meant, run)


def _meant(names: Sequence[str], store: Place, index: pa.Table) -> Forgotten:
    """The articles that are named, and every content that they ever had or that was named itself."""
    import pyarrow.compute as pc

    urls = _article_of_url(store, index)
    known = set(index["article_id"].drop_null().to_pylist())
    articles, uris = set(), set()
    for name in names:
        if name in known:
            articles.add(name)
        elif name in urls:
            articles.add(urls[name])
        elif pc.any(pc.equal(index["source_uri"], name)).as_py():
            uris.add(name)
        else:
            raise UsageError(
                f"{name}: expected an article_id, a source_uri or a URL of these tables, found no such document"
            )
    rows = index.select(["source_uri", "article_id", "content_sha256"]).to_pylist()
    articles |= {row["article_id"] for row in rows if row["source_uri"] in uris and row["article_id"]}
    contents = {
        row["content_sha256"]
        for row in rows
        if row["content_sha256"] and (row["source_uri"] in uris or row["article_id"] in articles)
    }
    return Forgotten(frozenset(contents), frozenset(articles))


def _article_of_url(store: Place, index: pa.Table) -> dict[str, str]:
    rows = LiveDocuments(store, index).table_rows("articles", ["article_id", "url"])
    return {
        row["url"]: row["article_id"]
        for batch, _ in rows
        for row in batch.to_pylist()
        if row["url"] is not None
    }


def _blank(store: Place, name: str, meant: Forgotten, run: Run) -> None:
    """Write a segment again without what these documents held; every document keeps its row."""
    import pyarrow.compute as pc

    with Segment(store, name, ["article_id", "content_sha256"]) as segment:
        if not any(pc.any(is_listed(batch, meant)).as_py() for batch in segment.batches()):
            return
    with Segment(store, name, segment_schema().names) as segment:
        write_batches(
            store, name, (_blanked(batch, is_listed(batch, meant), run) for batch in segment.batches())
        )


def _blanked(batch: pa.RecordBatch, meant: pa.Array, run: Run) -> pa.RecordBatch:
    import pyarrow as pa

    pieces = [
        document_batch([_left_over(batch, row, run)]) if taken else batch.slice(row, 1)
        for row, taken in enumerate(meant.to_pylist())
    ]
    return pa.Table.from_batches(pieces).combine_chunks().to_batches()[0]


def _left_over(batch: pa.RecordBatch, row: int, run: Run) -> StoredDocument:
    """What is left of a document: where it stood, and that it was taken down."""
    stated = {
        name: batch[name][row].as_py()
        for name in ("source_uri", "input_uri", "input_key", "place", "page_key", "edition")
    }
    rows = quarantine.refused(stated["source_uri"], run, stage="read", code=CODE, message=MESSAGE)
    document = DocumentRow(
        **stated,
        status=rows.source.status,
        article_id=None,
        content_sha256=None,
        fetched_at=None,
        page_time=None,
        first_seen_at=batch["first_seen_at"][row].as_py(),
        has_raw=False,
        size=len(MESSAGE),
    )
    return StoredDocument(document, page_values(rows), trace_page(rows), None)
