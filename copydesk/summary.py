"""What a run did: the summary for people and the row of `runs`."""

from __future__ import annotations

import platform
import shlex
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from copydesk.check.contracts import Table, contracts_version
from copydesk.errors import AuditError
from copydesk.publish.layout import table_file
from copydesk.records import Run
from copydesk.rows import AuditRow, RunRow, RunStatus

ENGINES = ("trafilatura", "great-expectations", "pyarrow", "pandas", "duckdb", "lxml")


@dataclass(frozen=True, slots=True)
class RunSummary:
    """Counts, findings and times of one run. Dictionaries are sorted by falling count, then by name."""

    out: str
    run_id: str
    snapshot_id: str | None  # None where nothing was published
    documents: int
    articles: int
    paragraphs: int
    quotes: int
    removals: int
    sources_by_status: dict[str, int]
    removals_by_label: dict[str, int]
    quarantined_by_reason: dict[str, int]  # "stage/error"
    rules_checked: int
    critical: tuple[AuditRow, ...]  # findings that failed
    warnings: tuple[AuditRow, ...]
    seconds: dict[str, float]  # wall time by stage of the run
    input_warnings: tuple[str, ...] = ()  # what is wrong in sidecars or in the store, a line each
    # Documents by what this run had to do with them: new, changed, redone (by other rules), unchanged, removed; and how many of
    # the unchanged have vanished from the inputs.
    changes: dict[str, int] = field(default_factory=dict)
    status: RunStatus = "published"


class Refused(AuditError):  # noqa: N818  it reads as what happened
    """The audit failed and nothing was published; `summary` says what was found."""

    def __init__(self, message: str, summary: RunSummary) -> None:
        super().__init__(message, summary)
        self.message = message
        self.summary = summary

    def __str__(self) -> str:
        return self.message


class Clock:
    """Wall time by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - started, 3)


def summarise(
    out: str,
    tables: Path,
    run: Run,
    counts: Mapping[Table, int],
    findings: Sequence[AuditRow],
    seconds: Mapping[str, float],
    input_warnings: tuple[str, ...],
    changes: Mapping[str, int],
) -> RunSummary:
    """The summary of a run whose tables are staged in the folder `tables`; not published yet."""
    sources = _count(tables, "sources", ["status", "stage", "error"])
    failed = [finding for finding in findings if not finding.success]
    return RunSummary(
        out=out,
        run_id=run.run_id,
        snapshot_id=None,
        documents=counts["sources"],
        articles=counts["articles"],
        paragraphs=counts["paragraphs"],
        quotes=counts["quotes"],
        removals=counts["removals"],
        sources_by_status=_ranked((status, n) for (status, _, _), n in sources.items()),
        removals_by_label=_ranked(
            (label, n) for (label,), n in _count(tables, "removals", ["label"]).items()
        ),
        quarantined_by_reason=_ranked(
            (f"{stage}/{error}", n)
            for (status, stage, error), n in sources.items()
            if status == "quarantined"
        ),
        rules_checked=len(findings),
        critical=tuple(finding for finding in failed if finding.severity == "critical"),
        warnings=tuple(finding for finding in failed if finding.severity == "warning"),
        seconds=dict(seconds),
        input_warnings=input_warnings,
        changes=dict(changes),
        status="refused" if any(finding.severity == "critical" for finding in failed) else "published",
    )


FIGURES = (
    "documents", "articles", "paragraphs", "quotes", "removals", "sources_by_status", "removals_by_label",
    "quarantined_by_reason",
)  # fmt: skip


def kept_figures(summary: RunSummary) -> dict[str, Any]:
    """What a snapshot keeps of its summary, for a later run that finds nothing new."""
    return {name: getattr(summary, name) for name in FIGURES}


def unchanged(
    manifest: Mapping[str, Any],
    out: str,
    run: Run,
    seconds: Mapping[str, float],
    input_warnings: tuple[str, ...],
) -> RunSummary:
    """The summary of a run that leaves the last snapshot as it is."""
    figures: dict[str, Any] = {
        name: _ranked(value.items()) if isinstance(value, dict) else value
        for name, value in manifest["summary"].items()
    }
    return RunSummary(
        out=out,
        run_id=run.run_id,
        snapshot_id=manifest["run_id"],
        **figures,
        rules_checked=0,
        critical=(),
        warnings=(),
        seconds=dict(seconds),
        input_warnings=input_warnings,
        changes={"unchanged": figures["documents"]},
        status="unchanged",
    )


def published(summary: RunSummary, snapshot_id: str, seconds: Mapping[str, float]) -> RunSummary:
    return replace(summary, snapshot_id=snapshot_id, seconds=dict(seconds))


def run_row(
    summary: RunSummary,
    run: Run,
    inputs: Iterable[str],
    workers: int,
    figures: tuple[tuple[str, float], ...] | None = None,
    command: str | None = None,
) -> RunRow:
    """The run's row of the history; what it will publish bears the run's id."""
    return RunRow(
        run_id=run.run_id,
        started_at=run.started_at,
        finished_at=datetime.now(UTC),
        status=summary.status,
        snapshot_id=run.run_id if summary.status == "published" else summary.snapshot_id,
        inputs=tuple(map(_as_text, inputs)),
        workers=workers,
        documents=summary.documents,
        articles=summary.articles,
        paragraphs=summary.paragraphs,
        quotes=summary.quotes,
        removals=summary.removals,
        sources_by_status=tuple(summary.sources_by_status.items()),
        removals_by_label=tuple(summary.removals_by_label.items()),
        quarantined_by_reason=tuple(summary.quarantined_by_reason.items()),
        critical_findings=len(summary.critical),
        warning_findings=len(summary.warnings),
        seconds=tuple(summary.seconds.items()),
        copydesk_version=run.copydesk_version,
        rules_version=run.rules_version,
        contracts_version=contracts_version(),
        versions=(
            ("python", platform.python_version()),
            *((name, metadata.version(name)) for name in ENGINES),
        ),
        figures=figures,
        command=_as_text(command) if command is not None else None,
    )


def command_line(inputs: Iterable[str], out: str, rules: Iterable[Path]) -> str:
    """The command that builds the same tables: what was read, where to, and rules beside the bundled ones."""
    words = ["copydesk", "build", *inputs, "--out", out]
    for file in rules:
        words += ("--rules", str(file))
    return shlex.join(words)


def _as_text(name: str) -> str:
    """Names of files may be no text at all; a table can hold only text."""
    return name.encode("utf-8", "backslashreplace").decode()


def _count(tables: Path, table: Table, columns: list[str]) -> Counter[tuple[Any, ...]]:
    """How often each combination of these columns' values occurs, read a stretch of rows at a time."""
    import pyarrow.parquet as pq

    counter: Counter[tuple[Any, ...]] = Counter()
    with pq.ParquetFile(tables / table_file(table)) as file:
        for batch in file.iter_batches(columns=columns):
            counter.update(zip(*(batch[name].to_pylist() for name in columns), strict=True))
    return counter


def _ranked(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for name, count in pairs:
        totals[name] += count
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))
