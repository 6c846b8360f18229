"""What the audit looks at: a table's checked columns with its derived ones, rows with the same values as one.

Whatever a rule must know of other rows or other tables (is the key unique, does the parent exist, is this the cut of that text)
becomes a boolean column here, in SQL, so that every rule is about single rows. Most rows are alike in what rules ask, so rows are
grouped by it: a rule that holds of one of a group holds of all, and the frames stay small however large the tables are.

The tables of documents are looked at a part at a time, in which the rows of the same documents stand together; only what a
contract seeks beforehand, and the tables of what documents have in common, ask the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.check.contracts import Contract, Table, load_contract
from copydesk.check.findings import SAMPLE_KEYS, WHOLE, part_name
from copydesk.check.parts import DOCUMENT_TABLES, read_parts
from copydesk.errors import ContractError, RunError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa

_NAME = re.compile(r"\w+")

FRAME_ROWS = 15_000
BETWEEN = "expect_column_values_to_be_between"
NUMBER = "_group"  # of a group of rows, from 0 in each frame
COUNT = "_rows"  # how many there are in it
SAMPLE = "_keys"  # their first keys, beside the frames
PART = "_part"  # the part of the documents that they are of
OPTIONS = {
    "memory_limit": "'96MB'",  # beyond it DuckDB works on disk
    "threads": "1",  # parts are small: a second one takes a third more CPU, and memory of its own
    "preserve_insertion_order": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_progress_bar": "false",  # it would write to the caller's terminal
    "scalar_subquery_error_on_multiple_rows": "false",  # a key that is not unique is a finding, not an error
}


def checked_frames(
    contracts: Sequence[Contract],
    tables: Mapping[Table, Path],
    scratch: Path,
    is_known: Callable[[str], bool] | None = None,
) -> Iterator[tuple[Contract, pd.DataFrame, pa.ChunkedArray]]:
    """Frames with all columns that a rule of a contract names, and a group of rows in each row: NUMBER, COUNT, PART; and beside
    each frame a list of each group's first keys, of which few are ever looked at.

    Parts whose name `is_known` are left out, unless something was found in the whole that may show in them; without it parts
    have no names. Raises RunError where there is no room to work, ContractError for SQL that cannot be run.
    """
    by_part = [contract for contract in contracts if contract.table in DOCUMENT_TABLES]
    with _open_database(scratch) as database:
        for name, path in tables.items():
            database.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({_literal(path)})')
        is_sound = not sum(_seek(database, contract) for contract in contracts)
        for contract in contracts:
            if contract not in by_part:
                yield from _frames(contract, [_groups(database, contract, WHOLE)])
        waiting: dict[Table, list[pa.Table]] = {contract.table: [] for contract in by_part}
        for part in read_parts(tables, _columns_asked(by_part)) if by_part else ():
            part_is = part_name(part) if is_known and is_sound else WHOLE
            if not (is_known and part_is != WHOLE and is_known(part_is)):
                for table, found in _part_groups(database, by_part, part, part_is).items():
                    waiting[table].append(found)
            del part  # before the next one is read
            for contract in by_part:
                groups = waiting[contract.table]
                if sum(map(len, groups)) >= FRAME_ROWS:
                    yield from _frames(contract, groups)
                    groups.clear()
        for contract in by_part:
            yield from _frames(contract, waiting[contract.table])


def _columns_asked(contracts: Iterable[Contract]) -> dict[Table, list[str]]:
    """Of the tables of documents, the columns whose names stand in what is asked of any of them."""
    asked = {name for contract in contracts for name in contract.key}
    for contract in contracts:
        asked |= {rule.column for rule in contract.rules}
        asked |= {word for _, sql in contract.derived for word in _NAME.findall(sql)}
    return {
        table: [c.name for c in load_contract(table).columns if c.name in asked] for table in DOCUMENT_TABLES
    }


@contextmanager
def _open_database(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with duckdb.connect() as database:
        for name, value in {**OPTIONS, "temp_directory": _literal(scratch / "duckdb")}.items():
            database.execute(f"SET {name} = {value}")
        yield database


@contextmanager
def _faults_of(contract: Contract) -> Iterator[None]:
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as fault:
        raise RunError(
            f"audit of {contract.table}: expected room to work, found: {_first_line(fault)}"
        ) from fault
    except duckdb.Error as fault:
        reason = f"the derived columns could not be computed: {_first_line(fault)}"
        raise ContractError(f"schemas/{contract.table}.yaml: {reason}") from fault


def _seek(database: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Look for what a contract seeks in the whole tables, and give how many rows were found."""
    found = 0
    with _faults_of(contract):
        for name, sql in contract.sought:
            ((rows,),) = database.execute(f'CREATE TEMP TABLE "{name}" AS {sql}').fetchall()
            found += rows
    return found


def _part_groups(
    database: duckdb.DuckDBPyConnection,
    contracts: Sequence[Contract],
    part: Mapping[Table, pa.Table],
    name: str,
) -> dict[Table, pa.Table]:
    """The groups of each contract's table, of which there is only this part meanwhile."""
    for table, rows in part.items():
        database.register(table, rows)  # stands before the whole table of that name
    groups = {contract.table: _groups(database, contract, name) for contract in contracts}
    for table in part:
        database.unregister(table)
    return groups


def _groups(database: duckdb.DuckDBPyConnection, contract: Contract, part: str) -> pa.Table:
    """The rows of this contract's table, those that are alike in what rules ask as one."""
    derived = dict(contract.derived)
    plain = {rule.column for rule in contract.rules} - derived.keys()
    names = [c.name for c in contract.columns if c.name in plain]
    selected = [f'({sql}) AS "{name}"' for name, sql in {**_told_apart(contract, names), **derived}.items()]
    # What is null in a key says so in a sample, rather than making the key null.
    key = " || '#' || ".join(f"coalesce(t.\"{name}\"::VARCHAR, 'None')" for name in contract.key)
    grouped = ", ".join(f'"{name}"' for name in (*names, *derived))
    rows = f'SELECT {key} AS "_key", {", ".join(selected)} FROM "{contract.table}" t'
    groups = f'count(*) AS "{COUNT}", min("_key", {SAMPLE_KEYS}) AS "{SAMPLE}", \'{part}\' AS "{PART}"'
    with _faults_of(contract):
        return database.sql(f"SELECT {grouped}, {groups} FROM ({rows}) GROUP BY {grouped}").to_arrow_table()


def _told_apart(contract: Contract, names: Iterable[str]) -> dict[str, str]:
    """The SQL of each column; of one that only must not be less than a number all that is greater is alike."""
    columns = {}
    for name in names:
        column = f't."{name}"'
        asked = [(rule.expectation, rule.arguments) for rule in contract.rules if rule.column == name]
        least = asked[0][1].get("min_value")
        if asked == [(BETWEEN, {"min_value": least})] and isinstance(least, int):
            column = f"CASE WHEN {column} > {least} THEN {least} ELSE {column} END"
        columns[name] = column
    return columns


def _frames(
    contract: Contract, groups: Sequence[pa.Table]
) -> Iterator[tuple[Contract, pd.DataFrame, pa.ChunkedArray]]:
    """All groups in frames of FRAME_ROWS: judging costs much by the frame."""
    import pyarrow as pa

    if not groups:
        return
    together = pa.concat_tables(groups)
    for start in range(0, len(together), FRAME_ROWS):
        rows = together.slice(start, FRAME_ROWS)
        frame = rows.drop_columns([SAMPLE]).to_pandas()
        frame[NUMBER] = range(len(frame))
        yield contract, frame, rows[SAMPLE]


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0]


def _literal(path: Path) -> str:
    quoted = str(path).replace("'", "''")
    return f"'{quoted}'"
