"""What the report says, computed from one snapshot: values only, no markup and no pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from copydesk.errors import RunError
from copydesk.report.attention import Concern, find_concerns
from copydesk.report.changes import OLD, Changes, find_changes
from copydesk.report.citing import Citation, cite
from copydesk.report.history import Drift, Since, find_drift, last_run, published_before
from copydesk.report.ledger import Ledger, read_ledger
from copydesk.report.overview import Overview, overview
from copydesk.report.quoting import QuoteFigures, quote_figures
from copydesk.report.reading import open_tables
from copydesk.report.recurring import Recurrence, find_recurring
from copydesk.report.sampling import Sample, draw_samples
from copydesk.report.shared import Shared, compute_shared
from copydesk.report.vitals import measure

if TYPE_CHECKING:
    from copydesk.report.reading import Tables
    from copydesk.snapshot import Snapshot

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page shows."""

    snapshot_id: str
    run: Row
    overview: Overview
    refused: tuple[Row, ...]  # later runs, whose audit failed
    run_count: int  # published ones
    audit: tuple[Row, ...]  # of that run, worst first
    ledger: Ledger
    recurring: Recurrence
    quotes: QuoteFigures
    shared: Shared
    since: Since | None  # the run before; None where this one is the first
    changes: Changes | None  # None where the tables of the run before are gone
    drift: tuple[Drift, ...]
    citation: Citation
    seconds: tuple[tuple[str, float], ...]
    samples: tuple[Sample, ...]
    concerns: tuple[Concern, ...] = ()


def compute_figures(
    snapshot: Snapshot, known_rules: Mapping[str, tuple[str, str]] | None = None, seed: int = 1
) -> Figures:
    """All figures of the snapshot; the run is the one that published it.

    `known_rules` (id -> label, why) are those that could have fired; `seed` draws the sample that is to be marked by hand.
    Raises RunError where a table is missing, damaged or of another version.
    """
    runs = snapshot.rows("runs")
    run = find_run(runs, snapshot.snapshot_id)
    series = published_before(runs, run)
    since = last_run(series)
    with open_tables(snapshot.folder) as tables:
        figures = Figures(
            snapshot_id=snapshot.snapshot_id,
            run=run,
            overview=overview(tables),
            refused=tuple(
                later
                for later in sorted(runs, key=_time)
                if later["status"] == "refused" and _time(later) > _time(run)
            ),
            run_count=sum(row["status"] == "published" for row in runs),
            audit=rank_findings(snapshot.rows("audit", filters=[("run_id", "==", run["run_id"])])),
            ledger=read_ledger(tables, known_rules or {}),
            recurring=find_recurring(tables),
            quotes=quote_figures(tables),
            shared=compute_shared(tables),
            since=since,
            changes=_changes(snapshot, since, tables),
            drift=find_drift(series, dict(measure(tables))),
            citation=cite(snapshot.snapshot_id, run, tables),
            seconds=tuple((str(stage), float(seconds)) for stage, seconds in run["seconds"] or ()),
            samples=draw_samples(tables, snapshot.snapshot_id, seed),
        )
        return replace(figures, concerns=find_concerns(figures, tables))


def find_run(runs: list[Row], snapshot_id: str) -> Row:
    """The run that published this snapshot, else the last one. Raises RunError where there is none at all."""
    ordered = sorted(runs, key=_time)
    if not ordered:
        raise RunError("runs: expected the run that published the tables, found an empty table")
    return next((run for run in ordered if run["snapshot_id"] == snapshot_id), ordered[-1])


def _time(run: Row) -> tuple[datetime, str]:
    return run["started_at"], run["run_id"]


def rank_findings(audit: list[Row]) -> tuple[Row, ...]:
    """A run's expectations: failed critical ones, failed warnings, then the others, by table and column."""

    def rank(row: Row) -> tuple[bool, bool, str, str, str]:
        return row["success"], row["severity"] != "critical", row["table"], row["column"] or "", row["rule"]

    return tuple(sorted(audit, key=rank))


def _changes(snapshot: Snapshot, since: Since | None, tables: Tables) -> Changes | None:
    """Against the snapshot before this one, where it was kept and is of this version."""
    if since is None:
        return None
    folder = snapshot.folder.parent / since.run_id
    if not folder.is_dir():
        return None
    try:
        tables.add(OLD, folder)
        return find_changes(tables)
    except RunError:
        # Pruned meanwhile, or written by a version with other columns: what is then known stands in `runs`.
        return None
