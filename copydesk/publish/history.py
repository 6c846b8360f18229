"""`runs` and `audit`: tables that grow by a few rows a run and outlive snapshots.

Each is one file, replaced whole. A published run's rows also lie in its snapshot, so that a run that was killed between the swap
and the append is entered by the next one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.check.contracts import Table, load_contract
from copydesk.disk import sync
from copydesk.publish.layout import table_file

if TYPE_CHECKING:
    import pyarrow as pa


def append(out: Path, table: Table, rows: pa.Table | Path) -> None:
    """Add a run's rows to OUT's history, unless they are there. `rows` may be a Parquet file."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    added = conform(pq.read_table(rows) if isinstance(rows, Path) else rows, table)
    path = out / table_file(table)
    tables = [added]
    if path.exists():
        known = conform(pq.read_table(path), table)
        if pc.any(pc.is_in(added["run_id"], value_set=pc.unique(known["run_id"]))).as_py():
            return
        tables.insert(0, known)
    fresh = out / f".{path.name}.new"
    pq.write_table(pa.concat_tables(tables), fresh, compression="zstd")
    sync(fresh)
    fresh.replace(path)


def conform(rows: pa.Table, table: Table) -> pa.Table:
    """Rows of any version under today's columns: a column that they lack is null, one that is no more goes."""
    import pyarrow as pa

    schema = pa.schema([pa.field(field.name, field.type) for field in load_contract(table).arrow_schema])
    return pa.Table.from_arrays(
        [
            rows[field.name].cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(rows.num_rows, field.type)
            for field in schema
        ],
        schema=schema,
    )
