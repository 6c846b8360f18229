"""Small snapshots whose tables all bear the same number, so that a mixture would show."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from copydesk.check.contracts import SNAPSHOT_TABLES, load_contract
from copydesk.check.rows import rows_table
from copydesk.publish.layout import table_file
from copydesk.publish.staging import open_staging, publish
from copydesk.rows import RunRow, SourceRow


def publish_numbered(out: Path, number: int, keep: int = 3) -> None:
    run_id = f"run-{number:04d}"
    with open_staging(out, run_id) as staging:
        for table in SNAPSHOT_TABLES:
            schema = load_contract(table).arrow_schema.with_metadata({"number": str(number)})
            content = rows_table("sources", [_source(run_id)]) if table == "sources" else schema.empty_table()
            pq.write_table(content.replace_schema_metadata({"number": str(number)}), staging.table(table))
        pq.write_table(rows_table("runs", [_run(run_id)]), staging.table("runs"))
        publish(staging, {"number": number}, keep)


def read_numbers(out: Path) -> set[int]:
    """The numbers that a reader finds who opens each table by its plain name."""
    return {int(pq.read_schema(out / table_file(table)).metadata[b"number"]) for table in SNAPSHOT_TABLES}


def _source(run_id: str) -> SourceRow:
    values = {field.name: None for field in dataclasses.fields(SourceRow)}
    now = datetime(2024, 3, 1, tzinfo=UTC)
    return SourceRow(
        **{**values, "source_uri": "a.txt", "status": "skipped", "run_id": run_id, "first_seen_at": now}
    )


def _run(run_id: str) -> RunRow:
    now = datetime(2024, 3, 1, tzinfo=UTC)
    values = {field.name: 0 for field in dataclasses.fields(RunRow)}
    empty = (
        "inputs",
        "sources_by_status",
        "removals_by_label",
        "quarantined_by_reason",
        "seconds",
        "versions",
    )
    words = ("copydesk_version", "rules_version", "contracts_version")
    values |= dict.fromkeys(empty, ()) | dict.fromkeys(words, "1") | dict.fromkeys(("figures", "command"))
    return RunRow(
        **{
            **values,
            "run_id": run_id,
            "started_at": now,
            "finished_at": now,
            "status": "published",
            "snapshot_id": run_id,
        }
    )
