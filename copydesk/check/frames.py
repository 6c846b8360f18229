"""What the audit looks at: a table's checked columns with its derived ones, a stretch of rows at a time.

Whatever a rule must know of other rows or other tables (is the key unique, does the parent exist, is this the cut of that text)
becomes a boolean column here, in SQL, so that every rule is about single rows and its counts add up over stretches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.check.contracts import Contract, Table
from copydesk.errors import ContractError, RunError

if TYPE_CHECKING:
    import pandas as pd

FRAME_ROWS = 100_000
OPTIONS = {
    "memory_limit": "'512MB'",  # beyond it DuckDB works on disk
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_progress_bar": "false",  # it would write to the caller's terminal
    "scalar_subquery_error_on_multiple_rows": "false",  # a key that is not unique is a finding, not an error
}


def checked_frames(contract: Contract, tables: Mapping[Table, Path], scratch: Path) -> Iterator[pd.DataFrame]:
    """Frames with the key columns and all columns that a rule of this contract names."""
    import duckdb

    derived = dict(contract.derived)
    plain = {rule.column for rule in contract.rules} - derived.keys() | set(contract.key)
    selected = [f't."{c.name}"' for c in contract.columns if c.name in plain]
    selected += [f'({sql}) AS "{name}"' for name, sql in derived.items()]
    with duckdb.connect() as database:
        for name, value in {**OPTIONS, "temp_directory": _literal(scratch / "duckdb")}.items():
            database.execute(f"SET {name} = {value}")
        for name, path in tables.items():
            database.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({_literal(path)})')
        try:
            query = f'SELECT {", ".join(selected)} FROM "{contract.table}" t'
            rows = database.sql(query).to_arrow_reader(FRAME_ROWS)
            for batch in rows:
                yield batch.to_pandas()
        except (duckdb.IOException, duckdb.OutOfMemoryException) as fault:
            raise RunError(
                f"audit of {contract.table}: expected room to work, found: {_first_line(fault)}"
            ) from fault
        except duckdb.Error as fault:
            reason = f"the derived columns could not be computed: {_first_line(fault)}"
            raise ContractError(f"schemas/{contract.table}.yaml: {reason}") from fault


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0]


def _literal(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"'{quoted}'"
