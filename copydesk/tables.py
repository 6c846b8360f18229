"""Reading published tables: all of them from one snapshot, whatever a build does meanwhile."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping
from errno import ENOENT
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import HISTORY_TABLES, TABLES, Table, load_contract
from copydesk.errors import RunError
from copydesk.publish.layout import snapshot_folder, table_file

if TYPE_CHECKING:
    import pandas as pd

TRIES = 10  # a snapshot that is pruned while it is read is read again as the newer one


def load(
    out: str | Path,
    tables: Iterable[str] | str | None = None,
    columns: Mapping[str, Iterable[str]] | None = None,
    unique: bool = False,
    snapshot: str | None = None,
) -> Any:
    """A named tuple of DataFrames from one snapshot of OUT, a field for each table.

    `tables` picks some of them; `columns` picks some columns of a table ({"articles": ["article_id", "headline"]});
    `unique` keeps one article of each group of near-duplicates, with its own paragraphs, quotes and removals only;
    `snapshot` names an older snapshot. The tables `runs` and `audit` always tell the whole history.
    Raises RunError when OUT holds no tables or has none of that name.

        articles, quotes = copydesk.load("data/processed", tables=["articles", "quotes"])
    """
    names = _names(tables)
    chosen = _columns(columns, names)
    root = Path(out)
    for _ in range(TRIES):
        folder = snapshot_folder(root, snapshot)
        try:
            frames = {name: _read(root, folder, name, chosen.get(name)) for name in names}
            if unique:
                frames = _without_copies(root, folder, frames, chosen)
        except FileNotFoundError as fault:
            if folder.is_dir():
                where = f"{root}: snapshot {folder.name}"
                raise RunError(f"{where}: expected {fault.filename}, found no such file") from None
            continue
        return namedtuple("Tables", names)(**frames)
    raise RunError(f"{root}: snapshots were replaced faster than they could be read")


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


def _read(root: Path, folder: Path, table: Table, columns: list[str] | None) -> pd.DataFrame:
    import pandas as pd

    path = (root if table in HISTORY_TABLES else folder) / table_file(table)
    try:
        return pd.read_parquet(path, columns=columns)
    except FileNotFoundError:
        raise FileNotFoundError(
            ENOENT, "no such table", path.name
        ) from None  # Arrow's does not name the file


def _without_copies(
    root: Path, folder: Path, frames: dict[Table, pd.DataFrame], chosen: Mapping[str, list[str]]
) -> dict[Table, pd.DataFrame]:
    """Keep the first article of each duplicate group, by date and then by id, and what belongs to kept articles."""
    groups = _read(root, folder, "articles", ["article_id", "duplicate_group", "published_at"])
    ranked = groups.sort_values(["published_at", "article_id"], na_position="last")
    grouped = ranked["duplicate_group"].notna()
    dropped = set(ranked.loc[grouped & ranked.duplicated("duplicate_group"), "article_id"])
    kept = dict(frames)
    for table in ("articles", "paragraphs", "quotes", "removals"):
        if table in frames:
            ids = (
                frames[table]["article_id"]
                if "article_id" in frames[table]
                else _read(root, folder, table, ["article_id"])["article_id"]
            )
            kept[table] = frames[table][~ids.isin(dropped)].reset_index(drop=True)
    return kept
