"""The tables of a corpus as plain rows, for comparing two of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from copydesk.check.contracts import SNAPSHOT_TABLES

UNSTABLE = {"run_id", "first_seen_at"}  # what may differ between two builds of the same documents


def rows_of(out: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table in their order, without what the promise excepts."""
    tables = {}
    for table in SNAPSHOT_TABLES:
        rows = pq.read_table(out / f"{table}.parquet")
        tables[table] = rows.drop_columns(
            [name for name in rows.column_names if name in UNSTABLE]
        ).to_pylist()
    return tables
