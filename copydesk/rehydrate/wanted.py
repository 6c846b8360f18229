"""A release without text, as rehydration needs it: which documents it was made of and what became of each of their blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from copydesk.errors import RunError
from copydesk.release.layout import FORMAT, MANIFEST, table_path
from copydesk.release.shape import RELEASED_TABLES, shape_of
from copydesk.urls import as_run_error, is_url, open_store, short_name

if TYPE_CHECKING:
    import pyarrow as pa


class BlockFate(NamedTuple):
    """What became of one block."""

    number: int
    label: str  # a role of the body, or the label of a removal
    rule: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document whose wording is left out, and what a release says of it besides."""

    source: Mapping[str, Any]  # its row of sources
    article: Mapping[str, Any] | None  # its row of articles; None for a document that holds none
    blocks: tuple[BlockFate, ...]  # all of them, in order

    @property
    def source_uri(self) -> str:
        return str(self.source["source_uri"])

    @property
    def content_sha256(self) -> str:
        return str(self.source["content_sha256"])


class OpenedRelease:
    """A release without text on this machine."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    def left_out(self, table: str) -> tuple[str, ...]:
        """The columns of a table that are left out."""
        return tuple(self.manifest["tables"][table]["left_out"])

    def batches(self, table: str, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """A table piece by piece, in its order. Raises RunError where it is missing or damaged."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / table_path(table)
        try:
            with pq.ParquetFile(path) as file:
                yield from file.iter_batches(
                    columns=None if columns is None else list(columns), batch_size=1000
                )
        except (OSError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise RunError(f"{path}: expected a table of a release, found: {reason}") from error

    def check(self) -> None:
        """Raises RunError where a table is missing, damaged or not of this version's columns."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for table in RELEASED_TABLES:
            path = self.folder / table_path(table)
            try:
                found = pq.read_schema(path)
            except (OSError, pa.ArrowException) as error:
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                raise RunError(f"{path}: expected a table of a release, found: {reason}") from error
            if not found.equals(shape_of(table, without_text=True).schema):
                raise RunError(f"{path}: expected the columns of a release without text, found others")

    def wanted(self) -> Iterator[Wanted]:
        """The documents that have wording of their own here, in the order of `sources`, which all tables keep."""
        articles = _Groups(self._rows("articles"), "source_uri")
        paragraphs = _Groups(
            self._rows("paragraphs", ["article_id", "block", "role", "text_sha256"]), "article_id"
        )
        removals = _Groups(
            self._rows("removals", ["source_uri", "block", "label", "rule", "text_sha256"]), "source_uri"
        )
        for source in self._rows("sources"):
            (article,) = articles.take(source["source_uri"]) or (None,)
            kept = paragraphs.take(article["article_id"]) if article is not None else []
            cut = removals.take(source["source_uri"])
            blocks = [BlockFate(row["block"], row["role"], "", row["text_sha256"]) for row in kept]
            blocks += [BlockFate(row["block"], row["label"], row["rule"], row["text_sha256"]) for row in cut]
            if blocks:
                yield Wanted(source, article, tuple(sorted(blocks)))
        for groups, name in ((articles, "articles"), (paragraphs, "paragraphs"), (removals, "removals")):
            if (left := groups.next_key) is not None:
                raise RunError(
                    f"{self.folder}: expected {name} in the order of sources, found {left} out of it"
                )

    def _rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        for batch in self.batches(table, columns):
            yield from batch.to_pylist()


class _Groups:
    """Rows that stand together by a key, taken in the order in which they come."""

    def __init__(self, rows: Iterator[dict[str, Any]], key: str) -> None:
        self._groups = groupby(rows, lambda row: row[key])
        self._rows: list[dict[str, Any]] = []
        self.next_key: str | None = None
        self._advance()

    def take(self, key: str) -> list[dict[str, Any]]:
        """The rows of this key, where it is the next one; none otherwise."""
        if key != self.next_key:
            return []
        rows = self._rows
        self._advance()
        return rows

    def _advance(self) -> None:
        self.next_key, group = next(self._groups, (None, iter(())))
        self._rows = list(group)


def fetch_release(named: str | Path, scratch: Path) -> Path:
    """The folder of a release; where it lies on an object store, a copy of it below `scratch`."""
    if not is_url(named):
        return Path(named)
    store, path = open_store(str(named))
    folder = scratch / short_name(named)
    with as_run_error(str(named), "a release of copydesk"):
        store.get(path.rstrip("/") + "/", f"{folder}/", recursive=True)
    return folder


def open_release(folder: Path) -> OpenedRelease:
    """A folder that `copydesk release --without-text` wrote. Raises RunError saying what it is instead."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        form, without_text = manifest["format"], manifest["without_text"]
        _ = manifest["copydesk_version"], manifest["contracts_version"], manifest["title"]
        _ = [manifest["tables"][table]["left_out"] for table in RELEASED_TABLES]
    except (FileNotFoundError, NotADirectoryError):
        raise RunError(f"{folder}: expected a release of copydesk, found no {MANIFEST} in it") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise RunError(f"{path}: expected the manifest of a release, found something else") from None
    if form != FORMAT:
        raise RunError(
            f"{folder}: expected a release of format {FORMAT}, found {form!r}: made by another copydesk"
        )
    if not without_text:
        raise RunError(f"{folder}: expected a release without text, found one that holds it already")
    return OpenedRelease(folder, manifest)
