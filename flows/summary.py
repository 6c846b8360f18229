"""What a run did, for the three who ask: a person at a terminal, a program (`--json`), Prefect's pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from flows.console import clock, plain

if TYPE_CHECKING:
    from rich.console import Console

    from copydesk.rows import AuditRow
    from copydesk.summary import RunSummary

SHOWN = 12  # labels and reasons; the tables have the rest
KEYS_SHOWN = 3  # rows that fail, named in one line


def to_json(summary: RunSummary) -> str:
    """The summary as one JSON object on one line."""
    return json.dumps(asdict(summary), ensure_ascii=False, default=str)


def print_summary(summary: RunSummary, to: Console) -> None:
    """Counts, removals, quarantine, the audit's verdict and where to look next."""
    from rich.text import Text

    for style, line in _lines(summary):
        to.print(Text(plain(line), style=style))


def _lines(summary: RunSummary) -> Iterator[tuple[str, str]]:
    kept = clock(sum(summary.seconds.values()))
    if summary.status == "unchanged":
        yield "bold", f"nothing new in {summary.documents:,} documents ({kept}): {summary.out} stays as it is"
        for warning in summary.input_warnings:
            yield "yellow", f"  input: {warning}"
        return
    verb = "published" if summary.snapshot_id else "NOT published"
    yield "bold", f"{summary.documents:,} documents in {kept}: {verb} in {summary.out}"
    yield (
        "",
        (
            f"  {summary.articles:,} articles, {summary.paragraphs:,} paragraphs, {summary.quotes:,} quotes, "
            f"{summary.removals:,} removals"
        ),
    )
    yield from _section("documents", summary.sources_by_status)
    yield from _section("in this run", summary.changes)
    yield from _section("removals by label", summary.removals_by_label)
    yield from _section("quarantined by reason", summary.quarantined_by_reason)
    for warning in summary.input_warnings:
        yield "yellow", f"  input: {warning}"
    failed = (*summary.critical, *summary.warnings)
    style = "red" if summary.critical else "yellow" if failed else "green"
    yield style, f"  audit: {verdict(summary)}"
    for finding in failed:
        yield "", f"    {describe_finding(finding)}"
    yield "", ""
    if summary.snapshot_id:
        yield "dim", f"  copydesk report {summary.out}           the corpus and its quality on one page"
        yield "dim", f"  copydesk inspect {summary.out} ARTICLE  one document, block by block"
        yield "dim", f"  copydesk.load({summary.out!r})          the tables in pandas"


def _section(title: str, counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    if not counts:
        return
    shown = [f"{name} {count:,}" for name, count in list(counts.items())[:SHOWN]]
    if len(counts) > SHOWN:
        shown.append(f"and {len(counts) - SHOWN} more")
    yield "", f"  {title}: {', '.join(shown)}"


def verdict(summary: RunSummary) -> str:
    """The audit in a few words."""
    if summary.status == "unchanged":
        return "stands: nothing is new, and nothing was asked again"
    failed = len(summary.critical) + len(summary.warnings)
    if summary.critical:
        return f"failed, {len(summary.critical)} critical of {summary.rules_checked} rules do not hold"
    if failed:
        return f"passed with {failed} warning{'s' * (failed != 1)} of {summary.rules_checked} rules"
    return f"passed, all {summary.rules_checked} rules hold"


def describe_finding(finding: AuditRow) -> str:
    """A rule that does not hold, with the first rows for which it does not."""
    place = f"{finding.table}.{finding.column}" if finding.column else finding.table
    keys = ", ".join(finding.sample[:KEYS_SHOWN])
    rows = f", first {keys}" if keys else ""
    observed = finding.observed or f"{finding.failed_count:,} rows"
    return f"{finding.severity} {place} {finding.rule}: {observed}{rows}"


# ---------------------------------------------------------------- Markdown, for the orchestrator's pages
def to_markdown(summary: RunSummary) -> str:
    """The summary as Markdown; nothing in it stems from a page."""
    figures = {
        "documents": summary.documents,
        "articles": summary.articles,
        "paragraphs": summary.paragraphs,
        "quotes": summary.quotes,
        "removals": summary.removals,
    }
    parts = [
        f"# {_cell(summary.out)}",
        f"Audit {verdict(summary)}. "
        + (f"Snapshot `{summary.snapshot_id}`." if summary.snapshot_id else "Nothing was published."),
        _table("table", figures),
        _table("in this run", summary.changes),
        _table("documents", summary.sources_by_status),
        _table("removed as", summary.removals_by_label),
        _table("quarantined for", summary.quarantined_by_reason),
        _table("stage", {stage: clock(seconds) for stage, seconds in summary.seconds.items()}, "time"),
    ]
    return "\n\n".join(part for part in parts if part)


def audit_rows(summary: RunSummary) -> list[dict[str, str | int]]:
    """The audit as rows of a table: rules that do not hold, the critical ones first, and in the last row how many do."""
    if summary.status == "unchanged":
        return [{"severity": "", "rule": verdict(summary)}]
    failed = (*summary.critical, *summary.warnings)
    rows: list[dict[str, str | int]] = [
        {
            "severity": f.severity,
            "table": f.table,
            "column": f.column or "",
            "rule": f.rule,
            "observed": f.observed or "",
            "rows checked": f.checked_count,
            "rows failed": f.failed_count,
            "for example": ", ".join(map(_cell, f.sample[:KEYS_SHOWN])),
        }
        for f in failed
    ]
    return [*rows, {"severity": "holds", "rule": f"{summary.rules_checked - len(failed):,} rules"}]


def removal_rows(summary: RunSummary) -> list[dict[str, str | int]]:
    """What was removed, by label: blocks, and their share of all that was."""
    return [
        {"label": label, "blocks": count, "share": f"{count / summary.removals:.1%}"}
        for label, count in summary.removals_by_label.items()
    ]


def _table(title: str, values: Mapping[str, int | str], unit: str = "number") -> str:
    if not values:
        return ""
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
    rows = [f"| {_cell(name)} | {value} |" for name, value in shown.items()]
    return "\n".join([f"| {title} | {unit} |", "|---|---:|", *rows])


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|").replace("<", "&lt;")
