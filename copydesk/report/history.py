"""Against earlier runs: what changed since the last snapshot, and which figures leave their usual range.

How drift is judged stands in `judge`, and on the page in the words of `METHOD`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

from copydesk.report.formats import Unit

Row = Mapping[str, Any]

WINDOW = 30  # earlier values that make the usual range
LEAST_RUNS = 5  # fewer say nothing of a range
# Iglewicz and Hoaglin (1993): the median of the distances from the median, 0.6745 of a standard deviation where values are
# normal, and 3.5 such deviations for an outlier. Unlike mean and deviation it bears a few odd runs among the earlier ones.
CONSISTENCY, OUTLIER = 1.4826, 3.5
# Runs that never differed would make any difference an alarm: a deviation is at least this.
LEAST_SHARE_STEP = 0.01
LEAST_RELATIVE_STEP = 0.05

METHOD = (
    f"The usual range of a figure is the median of its values in up to {WINDOW} earlier published runs, give or take "
    f"{OUTLIER} robust deviations ({CONSISTENCY} times the median distance from that median, at least one percentage point for "
    "shares and 5% of the median for other figures). A corpus may grow, so counts are judged by what a run added to the one "
    f"before. With fewer than {LEAST_RUNS} earlier values nothing is judged."
)


@dataclass(frozen=True, slots=True)
class Vital:
    """A figure that is followed from run to run."""

    key: str
    words: str
    unit: Unit
    by_change: bool = False  # judged by its difference to the run before


VITALS: tuple[Vital, ...] = (
    Vital("documents", "documents", "count", by_change=True),
    Vital("articles", "articles", "count", by_change=True),
    Vital("paragraphs", "paragraphs", "count", by_change=True),
    Vital("quotes", "quotes", "count", by_change=True),
    Vital("removals", "removed blocks", "count", by_change=True),
    Vital("outlets", "outlets", "count", by_change=True),
    Vital("quarantined", "documents quarantined", "share"),
    Vital("repeated", "documents that repeat another", "share"),
    Vital("no_headline", "articles without a headline", "share"),
    Vital("no_authors", "articles without authors", "share"),
    Vital("no_date", "articles without a date", "share"),
    Vital("no_outlet", "articles without an outlet", "share"),
    Vital("copies", "articles that are copies", "share"),
    Vital("speaker_settled", "quotes with a settled speaker", "share"),
    Vital("unknown", "removed blocks labelled unknown", "share"),
    Vital("removed_share_median", "removed share of a document, median", "share"),
    Vital("words_median", "words of an article, median", "words"),
    Vital("paragraphs_each", "paragraphs in an article", "each"),
    Vital("quotes_each", "quotes in an article", "each"),
    Vital("removals_each", "removed blocks in a document", "each"),
    Vital("seconds_each", "time for 1,000 documents", "seconds"),
)


@dataclass(frozen=True, slots=True)
class Drift:
    """One figure over the runs."""

    vital: Vital
    now: float
    judged: float  # `now`, or its difference to the run before
    low: float | None  # of what is judged; None where earlier runs are too few
    high: float | None
    values: tuple[float, ...]  # what is judged, over the window, this run's last
    earlier: int  # values that the range stands on

    @property
    def alarm(self) -> bool:
        return self.low is not None and self.high is not None and not self.low <= self.judged <= self.high


def find_drift(runs: Sequence[Row], measured: Mapping[str, float]) -> tuple[Drift, ...]:
    """Every figure that the last of these runs has; they are published ones in the order of time.

    `measured` are figures of the tables themselves, which hold for the last run.
    """
    if not runs:
        return ()
    by_run = [read_vitals(run) for run in runs[:-1]]
    by_run.append(read_vitals(runs[-1]) | dict(measured))
    found = []
    for vital in VITALS:
        values = [figures.get(vital.key) for figures in by_run]
        now = values[-1]
        series = _differences(values) if vital.by_change else [value for value in values if value is not None]
        if now is None or not series or (vital.by_change and (len(values) < 2 or values[-2] is None)):
            continue
        found.append(judge(vital, now, series))
    return tuple(found)


def _differences(values: Sequence[float | None]) -> list[float]:
    pairs = pairwise(values)
    return [after - before for before, after in pairs if before is not None and after is not None]


def judge(vital: Vital, now: float, series: Sequence[float]) -> Drift:
    """The last value of the series against those before it.

    >>> judge(VITALS[6], 0.4, [0.02, 0.03, 0.02, 0.01, 0.02, 0.4]).alarm
    True
    """
    earlier = series[-WINDOW - 1 : -1]
    low = high = None
    if len(earlier) >= LEAST_RUNS:
        middle = median(earlier)
        spread = CONSISTENCY * median(abs(value - middle) for value in earlier)
        step = LEAST_SHARE_STEP if vital.unit == "share" else LEAST_RELATIVE_STEP * abs(middle)
        if vital.unit == "count":
            step = max(step, 1.0)
        reach = OUTLIER * max(spread, step)
        low, high = middle - reach, middle + reach
        if vital.unit == "share":
            low, high = max(0.0, low), min(1.0, high)
        elif not vital.by_change:
            low = max(0.0, low)
    return Drift(vital, now, series[-1], low, high, (*earlier, series[-1]), len(earlier))


def read_vitals(run: Row) -> dict[str, float]:
    """The figures that a row of `runs` holds or implies."""
    documents, articles = run["documents"], run["articles"]
    statuses, labels = dict(run["sources_by_status"] or ()), dict(run["removals_by_label"] or ())
    figures: dict[str, float] = {
        name: float(run[name]) for name in ("documents", "articles", "paragraphs", "quotes", "removals")
    }
    if documents:
        figures["quarantined"] = statuses.get("quarantined", 0) / documents
        figures["repeated"] = (statuses.get("duplicate", 0) + statuses.get("superseded", 0)) / documents
        figures["removals_each"] = run["removals"] / documents
        figures["seconds_each"] = 1000 * sum(dict(run["seconds"] or ()).values()) / documents
    if articles:
        figures["paragraphs_each"] = run["paragraphs"] / articles
        figures["quotes_each"] = run["quotes"] / articles
    if run["removals"]:
        figures["unknown"] = labels.get("unknown", 0) / run["removals"]
    return figures | dict(run.get("figures") or ())


def published_before(runs: Sequence[Row], run: Row) -> tuple[Row, ...]:
    """The published runs in the order of time, up to this one."""
    known = [row for row in runs if row["status"] == "published" and row["run_id"] != run["run_id"]]
    earlier = [
        row for row in known if (row["started_at"], row["run_id"]) < (run["started_at"], run["run_id"])
    ]
    return (*sorted(earlier, key=lambda row: (row["started_at"], row["run_id"])), run)


@dataclass(frozen=True, slots=True)
class Since:
    """The run before this one."""

    run_id: str
    at: datetime
    versions: tuple[tuple[str, str, str], ...]  # what was changed: name, before, now


def last_run(runs: Sequence[Row]) -> Since | None:
    """What came before the last of these runs; None where it is the first."""
    if len(runs) < 2:
        return None
    before, now = runs[-2], runs[-1]
    names = ("copydesk_version", "rules_version", "contracts_version")
    changed = [(name.removesuffix("_version"), before[name], now[name]) for name in names]
    engines, engines_now = dict(before["versions"] or ()), dict(now["versions"] or ())
    changed += [(name, engines.get(name, "none"), engines_now[name]) for name in sorted(engines_now)]
    return Since(
        before["snapshot_id"] or before["run_id"],
        before["finished_at"],
        tuple(change for change in changed if change[1] != change[2]),
    )
