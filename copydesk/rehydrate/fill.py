"""The tables of a release with their wording in its place again, each value proved equal by its hash, or null."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from copydesk.corpus.wordings import show_edits
from copydesk.rehydrate.drawer import Drawer
from copydesk.rehydrate.wanted import OpenedRelease
from copydesk.release.shape import HASH_SUFFIX, Shape, hash_value

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, Any]


class Filler:
    """Goes through the tables in the order of RELEASED_TABLES: a story's headline is that of one of its articles."""

    def __init__(self, release: OpenedRelease, drawer: Drawer) -> None:
        self._release = release
        self._drawer = drawer
        self._uri_of: dict[str, str] = {}  # by article
        self._headlines: dict[str, str] = {}  # by hash, of articles in stories
        self._quotes: dict[str, str] = {}  # by id, of quotes in clusters
        self._wordings: dict[str, str] = {}  # the same by hash
        self._document = ""  # whose removals are being counted
        self._removals = 0
        self.open_fields: dict[str, list[str]] = {}  # columns of an article that are not proved, by document

    def fill(self, shape: Shape, *, complete: bool) -> Iterator[pa.RecordBatch]:
        """The rows of a table, in the shape of a release with text; null is allowed unless all documents are complete."""
        import pyarrow as pa

        values: dict[str, Callable[[Row], Mapping[str, Any]]] = {
            "articles": self._article,
            "paragraphs": self._paragraph,
            "quotes": self._quote,
            "removals": self._removal,
            "quote_clusters": self._wording,
            "stories": self._story,
        }
        missing = self._release.left_out(shape.table)
        schema = self.schema(shape, complete=complete)
        for batch in self._release.batches(shape.table):
            if not missing:
                yield batch.cast(schema)
                continue
            rows = [self._filled(row, missing, values[shape.table](row)) for row in batch.to_pylist()]
            self._note(shape.table, rows)
            yield pa.RecordBatch.from_pylist(rows, schema=schema)

    def schema(self, shape: Shape, *, complete: bool) -> pa.Schema:
        """The columns of a table as they are filled."""
        import pyarrow as pa

        missing = () if complete else self._release.left_out(shape.table)
        return pa.schema([f.with_nullable(True) if f.name in missing else f for f in shape.schema])

    def _filled(self, row: Row, missing: tuple[str, ...], found: Mapping[str, Any]) -> Row:
        for name in missing:
            digest = row.pop(name + HASH_SUFFIX)
            value = found.get(name)
            proved = hash_value(value) == digest
            row[name] = value if proved else None
            if found and not proved and "source_uri" in row:
                self.open_fields.setdefault(row["source_uri"], []).append(name)
        return row

    def _note(self, table: str, rows: list[Row]) -> None:
        """Keep what later tables share with this one."""
        for row in rows:
            if table == "articles" and row["story_id"] is not None and row["headline"] is not None:
                self._headlines[str(hash_value(row["headline"]))] = row["headline"]
            if table == "quotes" and row["cluster_id"] is not None and row["text"] is not None:
                self._quotes[row["quote_id"]] = row["text"]
                self._wordings[str(hash_value(row["text"]))] = row["text"]

    def _article(self, row: Row) -> Mapping[str, Any]:
        self._uri_of[row["article_id"]] = row["source_uri"]
        rebuilt = self._drawer.get(row["source_uri"])
        return rebuilt.article if rebuilt else {}

    def _paragraph(self, row: Row) -> Mapping[str, Any]:
        rebuilt = self._drawer.get(self._uri_of[row["article_id"]])
        return {"text": _at(rebuilt.paragraphs, row["position"] - 1)} if rebuilt else {}

    def _quote(self, row: Row) -> Mapping[str, Any]:
        rebuilt = self._drawer.get(self._uri_of[row["article_id"]])
        return {"text": rebuilt.article["text"][row["char_start"] : row["char_end"]]} if rebuilt else {}

    def _removal(self, row: Row) -> Mapping[str, Any]:
        if row["source_uri"] != self._document:
            self._document, self._removals = row["source_uri"], 0
        rebuilt = self._drawer.get(row["source_uri"])
        self._removals += 1
        return {"text": _at(rebuilt.removals, self._removals - 1)} if rebuilt else {}

    def _wording(self, row: Row) -> Mapping[str, Any]:
        wording = self._wordings.get(row["wording" + HASH_SUFFIX])
        own = self._quotes.get(row["quote_id"])
        edits = show_edits(own, wording) if own is not None and wording is not None else None
        return {"wording": wording, "edits": edits}

    def _story(self, row: Row) -> Mapping[str, Any]:
        return {"headline": self._headlines.get(row["headline" + HASH_SUFFIX])}


def _at(texts: tuple[str, ...], number: int) -> str | None:
    """None where a damaged release counts past its own rows."""
    return texts[number] if 0 <= number < len(texts) else None
