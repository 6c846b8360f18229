"""Where things lie in a release. Names only; nothing is written here."""

from __future__ import annotations

DATA = "data"  # NAME.parquet, a file a table
CONTRACTS = "contracts"
MANIFEST = "release.json"
SUMS = "SHA256SUMS"
FORMAT = 1  # of the manifest and of what stands beside it


def table_path(table: str) -> str:
    """A table's file, from the release's folder."""
    return f"{DATA}/{table}.parquet"
