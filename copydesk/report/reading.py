"""The tables of one snapshot as SQL sees them: only columns that are asked for are read, what is large lies on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import SNAPSHOT_TABLES
from copydesk.errors import RunError
from copydesk.publish.layout import table_file

if TYPE_CHECKING:
    import duckdb

MEMORY = "400MB"
NO_OUTLET = "(outlet unknown)"

# What is asked of each table: tables of a version that lacks one of these are refused by name, not with a fault of SQL.
COLUMNS: dict[str, tuple[str, ...]] = {
    "articles": (
        "article_id", "source_uri", "content_sha256", "url", "outlet", "headline", "dek", "authors", "agency",
        "published_at", "published_raw", "published_precision", "language", "section", "text", "word_count",
        "paragraph_count", "quote_count", "removed_share", "duplicate_group", "duplicate_kind", "story_id",
    ),
    "paragraphs": ("paragraph_id", "article_id", "position", "block", "role", "text", "word_count"),
    "quotes": (
        "quote_id", "article_id", "paragraph_id", "position", "text", "kind", "speaker", "speaker_mention", "speaker_role",
        "cue", "attribution", "confidence", "cluster_id",
    ),
    "removals": ("article_id", "source_uri", "block", "text", "label", "field", "rule"),
    "quote_clusters": (
        "cluster_id", "quote_id", "relation", "edits", "wording", "speaker", "article_count", "outlet_count",
        "first_published_at",
    ),
    "stories": (
        "story_id", "headline", "article_count", "outlet_count", "first_published_at", "last_published_at",
    ),
    "sources": ("source_uri", "content_sha256", "format", "status", "article_id", "stage", "error", "message"),
}  # fmt: skip


class Tables:
    """Views named like the tables; `articles` has besides `outlet_name`, which is never null, and `day` (UTC)."""

    def __init__(self, database: duckdb.DuckDBPyConnection, place: Path) -> None:
        self._database = database
        self._place = place

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The answer's rows. Raises RunError where a table is damaged or vanishes."""
        import duckdb

        try:
            found: list[tuple[Any, ...]] = self._database.execute(sql, values or None).fetchall()
            return found
        except duckdb.OutOfMemoryException as fault:
            raise RunError(f"report: expected room to work, found: {_first_line(fault)}") from fault
        except duckdb.Error as fault:
            raise RunError(f"{self._place}: expected whole tables, found: {_first_line(fault)}") from fault

    def one(self, sql: str, *values: object) -> tuple[Any, ...]:
        """The answer's only row."""
        (row,) = self.rows(sql, *values)
        return row

    def add(self, prefix: str, folder: Path) -> None:
        """Views of another snapshot, `prefix` before their names. Raises RunError where it lacks a table or column."""
        _make_views(self._database, folder, prefix)


@contextmanager
def open_tables(folder: Path) -> Iterator[Tables]:
    """The tables in this folder, a snapshot's or a build's own. Raises RunError where one is missing or of another version."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="copydesk-report-") as scratch:
        settings: Mapping[str, Any] = {
            "memory_limit": MEMORY,
            "temp_directory": scratch,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(config=dict(settings)) as database:
            database.execute("SET enable_progress_bar = false")  # it would write to the caller's terminal
            _make_views(database, folder, "")
            yield Tables(database, folder)


def _make_views(database: duckdb.DuckDBPyConnection, folder: Path, prefix: str) -> None:
    for table in SNAPSHOT_TABLES:
        path = folder / table_file(table)
        _check_columns(path, COLUMNS[table])
        parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        extra = ""
        if table == "articles":
            # By way of microseconds, since the zones of timestamps need an extension.
            day = "CAST(make_timestamp(epoch_us(published_at)) AS DATE)"
            extra = f", coalesce(outlet, '{NO_OUTLET}') AS outlet_name, {day} AS day"
        database.execute(
            f'CREATE VIEW "{prefix}{table}" AS SELECT *{extra} FROM read_parquet([{", ".join(map(_literal, parts))}])'
        )


def _check_columns(path: Path, expected: tuple[str, ...]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        first = min(path.glob("*.parquet")) if path.is_dir() else path
        found = pq.read_schema(first).names
    except ValueError:
        raise RunError(f"{path}: expected the parts of a table, found an empty folder") from None
    except FileNotFoundError:
        raise RunError(f"{path}: expected a table, found no such file; build it again") from None
    except (OSError, pa.ArrowException) as fault:
        raise RunError(f"{path}: expected a table, found: {_first_line(fault)}") from fault
    for column in expected:
        if column not in found:
            raise RunError(
                f"{path}: expected a table of this version of copydesk, found none with a column {column!r}; build it again"
            )


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0] if str(fault) else type(fault).__name__


def _literal(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"'{quoted}'"
