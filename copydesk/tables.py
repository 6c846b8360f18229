"""Reading published tables: all of them from one snapshot, whatever a build does meanwhile."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping
from errno import ENOENT
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

from copydesk.check.contracts import HISTORY_TABLES, TABLES, Table, load_contract
from copydesk.errors import RunError
from copydesk.publish.layout import snapshot_folder, table_file
from copydesk.urls import as_run_error, is_url

if TYPE_CHECKING:
    import pandas as pd

    from copydesk.publish.remote import RemoteOut

TRIES = 10  # a snapshot that is pruned while it is read is read again as the newer one


def load(
    out: str | Path,
    tables: Iterable[str] | str | None = None,
    columns: Mapping[str, Iterable[str]] | None = None,
    unique: bool = False,
    snapshot: str | None = None,
) -> Any:
    """A named tuple of DataFrames from one snapshot of OUT (a folder, or a URL such as s3://BUCKET/NAME), a field for each table.

    `tables` picks some of them; `columns` picks some columns of a table ({"articles": ["article_id", "headline"]});
    `unique` keeps one article of each group of near-duplicates, with its own paragraphs, quotes and removals only;
    `snapshot` names an older snapshot. The tables `runs` and `audit` always tell the whole history.
    Raises RunError when OUT holds no tables or has none of that name.

        articles, quotes = copydesk.load("data/processed", tables=["articles", "quotes"])
    """
    names = _names(tables)
    chosen = _columns(columns, names)
    for _ in range(TRIES):
        root = _open_out(out, snapshot)
        try:
            frames = {name: root.read(name, chosen.get(name)) for name in names}
            if unique:
                frames = _without_copies(root, frames, chosen)
        except FileNotFoundError as fault:
            if root.is_there():
                raise RunError(f"{root.name}: expected {fault.filename}, found no such file") from None
            continue
        return namedtuple("Tables", names)(**frames)
    raise RunError(f"{out}: snapshots were replaced faster than they could be read")


class _Root(Protocol):
    """One snapshot of an OUT, wherever that lies."""

    name: str

    def read(self, table: Table, columns: list[str] | None = None) -> pd.DataFrame:
        """A table. Raises FileNotFoundError."""

    def is_there(self) -> bool:
        """Whether the snapshot has not been removed meanwhile."""


def _open_out(out: str | Path, snapshot: str | None) -> _Root:
    if is_url(out):
        from copydesk.publish.remote import RemoteOut

        remote = RemoteOut(str(out))
        return _RemoteRoot(remote, remote.snapshot(snapshot))
    return _LocalRoot(Path(out), snapshot_folder(Path(out), snapshot))


class _LocalRoot:
    def __init__(self, out: Path, folder: Path) -> None:
        self._out, self._folder = out, folder
        self.name = f"{out}: snapshot {folder.name}"

    def read(self, table: Table, columns: list[str] | None = None) -> pd.DataFrame:
        import pandas as pd

        path = (self._out if table in HISTORY_TABLES else self._folder) / table_file(table)
        try:
            return pd.read_parquet(path, columns=columns)
        except FileNotFoundError:
            raise FileNotFoundError(
                ENOENT, "no such table", path.name
            ) from None  # Arrow's does not name the file

    def is_there(self) -> bool:
        return self._folder.is_dir()


class _RemoteRoot:
    def __init__(self, remote: RemoteOut, snapshot: str) -> None:
        self._remote, self._snapshot = remote, snapshot
        self.name = f"{remote.url}: snapshot {snapshot}"

    def read(self, table: Table, columns: list[str] | None = None) -> pd.DataFrame:
        import pandas as pd

        try:
            with as_run_error(self._remote.url, f"the table {table}"):
                if table in HISTORY_TABLES:
                    return self._history(table, columns)
                with self._remote.open_table(self._snapshot, table) as file:
                    return pd.read_parquet(file, columns=columns)
        except RunError as fault:
            if isinstance(fault.__cause__, FileNotFoundError):
                raise FileNotFoundError(ENOENT, "no such table", table_file(table)) from None
            raise

    def is_there(self) -> bool:
        return self._snapshot in self._remote.head().snapshots

    def _history(self, table: Table, columns: list[str] | None) -> pd.DataFrame:
        import pandas as pd

        with TemporaryDirectory(prefix="copydesk-") as folder:
            self._remote.fetch_history(self._remote.head().current, Path(folder))
            return pd.read_parquet(Path(folder, table_file(table)), columns=columns)


def _names(tables: Iterable[str] | str | None) -> tuple[Table, ...]:
    if tables is None:
        return TABLES
    wanted = (tables,) if isinstance(tables, str) else tuple(tables)
    known: dict[str, Table] = {table: table for table in TABLES}
    for name in wanted:
        if name not in known:
            raise RunError(f"expected a table ({', '.join(TABLES)}), found {name!r}")
    return tuple(known[name] for name in wanted)


def _columns(columns: Mapping[str, Iterable[str]] | None, names: tuple[Table, ...]) -> dict[str, list[str]]:
    chosen = {table: list(wanted) for table, wanted in (columns or {}).items()}
    for table, wanted in chosen.items():
        if table not in names:
            raise RunError(f"columns: expected a table that is loaded ({', '.join(names)}), found {table!r}")
        known = [column.name for column in load_contract(table).columns]
        for column in wanted:
            if column not in known:
                raise RunError(
                    f"columns: expected a column of {table} ({', '.join(known)}), found {column!r}"
                )
    return chosen


def _without_copies(
    root: _Root, frames: dict[Table, pd.DataFrame], chosen: Mapping[str, list[str]]
) -> dict[Table, pd.DataFrame]:
    """Keep the first article of each duplicate group, by date and then by id, and what belongs to kept articles."""
    groups = root.read("articles", ["article_id", "duplicate_group", "published_at"])
    ranked = groups.sort_values(["published_at", "article_id"], na_position="last")
    grouped = ranked["duplicate_group"].notna()
    dropped = set(ranked.loc[grouped & ranked.duplicated("duplicate_group"), "article_id"])
    kept = dict(frames)
    for table in ("articles", "paragraphs", "quotes", "removals"):
        if table in frames:
            ids = (
                frames[table]["article_id"]
                if "article_id" in frames[table]
                else root.read(table, ["article_id"])["article_id"]
            )
            kept[table] = frames[table][~ids.isin(dropped)].reset_index(drop=True)
    return kept
