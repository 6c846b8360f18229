"""What the audit looks at: a table's checked columns with its derived ones, rows with the same values as one.

Whatever a rule must know of other rows or other tables (is the key unique, does the parent exist, is this the cut of that text)
becomes a boolean column here, in SQL, so that every rule is about single rows. Most rows are alike in what rules ask, so rows are
grouped by it: a rule that holds of one of a group holds of all, and the frames stay small however large the tables are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.check.contracts import Contract, Table
from copydesk.errors import ContractError, RunError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FRAME_ROWS = 100_000
NUMBER = "_group"  # of a group of rows, from 0 in each frame
COUNT = "_rows"  # how many there are in it
SAMPLE = "_keys"  # their first keys
SAMPLE_KEYS = 20
OPTIONS = {
    "memory_limit": "'192MB'",  # beyond it DuckDB works on disk
    "threads": "2",  # each takes memory of its own
    "preserve_insertion_order": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_progress_bar": "false",  # it would write to the caller's terminal
    "scalar_subquery_error_on_multiple_rows": "false",  # a key that is not unique is a finding, not an error
}


def checked_frames(contract: Contract, tables: Mapping[Table, Path], scratch: Path) -> Iterator[pd.DataFrame]:
    """Frames with all columns that a rule of this contract names, and a group of rows in each row: NUMBER, COUNT, SAMPLE."""
    import duckdb

    derived = dict(contract.derived)
    plain = {rule.column for rule in contract.rules} - derived.keys()
    names = [c.name for c in contract.columns if c.name in plain]
    selected = [f't."{name}"' for name in names] + [f'({sql}) AS "{name}"' for name, sql in derived.items()]
    # What is null in a key says so in a sample, rather than making the key null.
    key = " || '#' || ".join(f"coalesce(t.\"{name}\"::VARCHAR, 'None')" for name in contract.key)
    grouped = ", ".join(f'"{name}"' for name in (*names, *derived))
    with duckdb.connect() as database:
        for name, value in {**OPTIONS, "temp_directory": _literal(scratch / "duckdb")}.items():
            database.execute(f"SET {name} = {value}")
        for name, path in tables.items():
            database.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({_literal(path)})')
        try:
            rows = f'SELECT {key} AS "_key", {", ".join(selected)} FROM "{contract.table}" t'
            groups = f'count(*) AS "{COUNT}", min("_key", {SAMPLE_KEYS}) AS "{SAMPLE}"'
            query = f"SELECT {grouped}, {groups} FROM ({rows}) GROUP BY {grouped}"
            for table in _filled(database.sql(query).to_arrow_reader(FRAME_ROWS)):
                frame = table.to_pandas()
                frame[NUMBER] = range(len(frame))
                yield frame
        except (duckdb.IOException, duckdb.OutOfMemoryException) as fault:
            raise RunError(
                f"audit of {contract.table}: expected room to work, found: {_first_line(fault)}"
            ) from fault
        except duckdb.Error as fault:
            reason = f"the derived columns could not be computed: {_first_line(fault)}"
            raise ContractError(f"schemas/{contract.table}.yaml: {reason}") from fault


def _filled(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches together up to FRAME_ROWS: each thread of DuckDB gives its own, and judging costs much by the frame."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if waiting and sum(map(len, waiting)) + len(batch) > FRAME_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
        waiting.append(batch)
    if waiting:
        yield pa.Table.from_batches(waiting)


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0]


def _literal(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"'{quoted}'"
