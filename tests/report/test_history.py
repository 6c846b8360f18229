"""The report against earlier runs: what changed, what left its usual range, what was refused since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fakes.harbour import SNAPSHOT_ID, STARTED, Publish, Rows, make_rows, make_run

import copydesk
from copydesk.report.figures import compute_figures


def test_changes_since_the_last_snapshot(publish: Publish, rows: Rows) -> None:
    before = make_rows(50)
    before["articles"][3]["content_sha256"] = "f" * 64
    before["articles"].append({**before["articles"][0], "article_id": "z1", "outlet": "Gone Daily"})
    publish(before, "20260501T021500-ab11")
    earlier = make_run(
        0, snapshot_id="20260501T021500-ab11", started_at=STARTED - timedelta(days=1), rules_version="old"
    )
    rows["runs"] = [earlier, make_run()]
    figures = compute_figures(publish(rows))
    changes = figures.changes
    assert changes is not None
    assert figures.since is not None
    assert (changes.added.count, changes.gone.count, changes.edited.count) == (10, 1, 1)
    assert [row[0] for row in changes.gone.rows] == ["z1"]
    assert [row[0] for row in changes.edited.rows] == ["a0003"]
    assert {row.table: (row.before, row.now) for row in changes.tables}["articles"] == (51, 60)
    assert (changes.new_outlets, changes.lost_outlets) == (0, 1)
    assert figures.since.versions == (("rules", "old", "0a1b2c"),)


def test_a_snapshot_that_was_pruned_leaves_its_counts(publish: Publish, rows: Rows) -> None:
    earlier = make_run(
        0, snapshot_id="20260501T021500-ab11", started_at=STARTED - timedelta(days=1), documents=40
    )
    rows["runs"] = [earlier, make_run()]
    figures = compute_figures(publish(rows))
    assert figures.changes is None
    assert next(d for d in figures.drift if d.vital.key == "documents").judged == 23


def _history(count: int, **last: Any) -> list[dict[str, Any]]:
    """Runs that each add ten documents or so, then the one that published."""
    runs = [
        make_run(
            n,
            snapshot_id=f"s{n}",
            started_at=STARTED - timedelta(days=count - n),
            documents=10 * (n + 1) + n % 3,
            figures=[("no_date", 0.25 + n % 2 / 100)],
        )
        for n in range(count)
    ]
    return [*runs, make_run(count, **{"documents": 10 * (count + 1), **last})]


def test_a_figure_out_of_its_usual_range_is_an_alarm(publish: Publish, rows: Rows) -> None:
    rows["runs"] = _history(10, sources_by_status=[("article", 20), ("quarantined", 80)])
    figures = compute_figures(publish(rows))
    alarms = {drift.vital.key for drift in figures.drift if drift.alarm}
    assert alarms == {"quarantined"}
    (concern,) = [concern for concern in figures.concerns if concern.section == "drift"]
    assert concern.text.startswith("Out of its usual range: documents quarantined, 72.7%; usual are 0.0% to ")
    assert concern.evidence is not None
    assert concern.evidence.total == 11
    no_date = next(drift for drift in figures.drift if drift.vital.key == "no_date")
    assert no_date.now == 0.25  # of the tables, not of the run's row
    assert no_date.earlier == 10


def test_counts_are_judged_by_what_a_run_adds(publish: Publish, rows: Rows) -> None:
    rows["runs"] = _history(10, documents=40)
    drift = {d.vital.key: d for d in compute_figures(publish(rows)).drift}["documents"]
    assert drift.alarm
    assert drift.judged == 40 - 100
    assert (drift.low or 0) < 10 < (drift.high or 0)
    rows["runs"] = _history(10)
    assert not {d.vital.key: d for d in compute_figures(publish(rows)).drift}["documents"].alarm


def test_a_run_that_was_refused_since_is_the_first_concern(publish: Publish, rows: Rows) -> None:
    later = make_run(
        2, snapshot_id=None, status="refused", started_at=STARTED + timedelta(days=1), critical_findings=1
    )
    rows["runs"] = [later | {"warning_findings": 0}, make_run()]
    rows["audit"].append(rows["audit"][0] | {"run_id": "r2", "success": False, "failed_count": 3})
    snapshot = publish(rows)
    figures = compute_figures(snapshot)
    assert figures.run["run_id"] == "r1"
    assert len(figures.audit) == 2
    first = figures.concerns[0]
    assert (first.weight, first.text[:40]) == ("critical", "The run of 2026-05-03 02:15 UTC was refu")
    assert first.evidence is not None
    found = eval(str(first.evidence.pandas(str(snapshot.out))), {"copydesk": copydesk})
    assert len(found) == first.evidence.total == 1


def test_few_runs_make_no_range(publish: Publish, rows: Rows) -> None:
    rows["runs"] = _history(4, sources_by_status=[("quarantined", 40)])
    figures = compute_figures(publish(rows))
    assert figures.drift
    assert not any(drift.alarm or drift.low is not None for drift in figures.drift)


def test_runs_of_versions_without_figures_are_passed_over(publish: Publish, rows: Rows) -> None:
    runs = _history(10)
    for run in runs[:-3]:
        run["figures"] = None
    rows["runs"] = runs
    figures = {drift.vital.key: drift for drift in compute_figures(publish(rows)).drift}
    assert figures["no_date"].earlier == 2
    assert figures["quarantined"].earlier == 10


def test_inputs_are_hashed_whatever_their_names_and_order(publish: Publish, rows: Rows) -> None:
    first = compute_figures(publish(rows)).citation
    rows["sources"].reverse()
    for source in rows["sources"]:
        source["source_uri"] = "moved/" + source["source_uri"]
    assert compute_figures(publish(rows)).citation.inputs_sha256 == first.inputs_sha256
    rows["sources"][-1]["content_sha256"] = "e" * 64
    assert compute_figures(publish(rows)).citation.inputs_sha256 != first.inputs_sha256
    assert first.text("harbour", 60).startswith(
        f"harbour, snapshot {SNAPSHOT_ID} (60 articles), built with copydesk 0.1.0"
    )
