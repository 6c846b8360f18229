"""The report as a Prefect task, for the end of a build, and as a flow of its own, for a schedule."""

from __future__ import annotations

from pathlib import Path

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE

from copydesk.report import write_report
from copydesk.snapshot import open_snapshot

REPORT = "report.html"


@task(name="write-report", cache_policy=NO_CACHE, persist_result=False)
def write_report_of(out: str) -> str:
    """Write OUT/report.html on the current snapshot; gives its path."""
    folder = Path(out)
    command = f"copydesk report {out}"
    return str(
        write_report(open_snapshot(folder), folder / REPORT, title=folder.resolve().name, command=command)
    )


def _run_name() -> str:
    return f"report on {Path(str(runtime.flow_run.parameters['out'])).name}"


@flow(name="report", flow_run_name=_run_name)
def report_corpus(out: str) -> str:
    """Write the report on what OUT has published."""
    return write_report_of(out)
