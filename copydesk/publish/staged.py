"""The tables of a run in its staging folder: put together from the store, and judged before anybody sees them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from copydesk.check.audit import audit_tables
from copydesk.check.contracts import SNAPSHOT_TABLES, Table
from copydesk.check.findings import FINDINGS_FILE
from copydesk.corpus.editions import settle_editions
from copydesk.memory import give_back, keep_large_apart, seldom_collecting, trim_heap
from copydesk.publish.assemble import assemble, rival_editions
from copydesk.publish.layout import CURRENT
from copydesk.publish.staging import Staging
from copydesk.records import Run
from copydesk.rows import AuditRow
from copydesk.store.live import LiveDocuments

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.store.place import Place

DATE_SLACK = timedelta(days=1)  # a page may be dated by a clock ahead of ours


def assemble_staged(staging: Staging, store: Place, index: pa.Table) -> dict[Table, int]:
    """Write the tables of these documents, and give their row counts."""
    keep_large_apart()
    trim_heap()
    with seldom_collecting():
        verdicts = settle_editions(rival_editions(index))
        return assemble(LiveDocuments(store, index), verdicts, staging.folder, staging.tables)


def audit_staged(staging: Staging, run: Run) -> tuple[AuditRow, ...]:
    """What the rules find in them; what the current snapshot's audit found of the same rows is not found out again."""
    give_back()
    with seldom_collecting():
        return audit_tables(
            {table: staging.table(table) for table in SNAPSHOT_TABLES},
            run_id=run.run_id,
            latest_date=run.started_at + DATE_SLACK,
            scratch=staging.folder,
            last=staging.out / CURRENT / FINDINGS_FILE,
            remember=staging.tables / FINDINGS_FILE,
        )
