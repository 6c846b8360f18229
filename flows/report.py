"""The report as a Prefect task, for the end of a build, and as a flow of its own, for a schedule."""

from __future__ import annotations

import shlex
from pathlib import Path

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE

from copydesk.report import write_report
from copydesk.settings import load_settings
from copydesk.snapshot import open_snapshot
from flows.arguments import REPORT, put_beside, read_out


@task(name="write-report", cache_policy=NO_CACHE, persist_result=False)
def write_report_of(out: str, rules: list[str] | None = None) -> str:
    """Write OUT/report.html on the current snapshot; gives its path. `rules` are files beside the bundled ones."""
    folder = read_out(out)
    command = shlex.join(("copydesk", "report", out))
    files = tuple(map(Path, rules or ()))
    page = write_report(open_snapshot(folder), folder / REPORT, command=command, rule_files=files)
    return put_beside(folder, page)


def _run_name() -> str:
    return f"report on {Path(str(runtime.flow_run.parameters['out'])).name}"


@flow(name="report", flow_run_name=_run_name)
def report_corpus(out: str, rules: list[str] | None = None) -> str:
    """Write the report on what OUT has published; without `rules`, those of the settings were there to fire."""
    files = load_settings(rules=tuple(map(Path, rules)) if rules else None).rules
    return write_report_of(out, [str(path) for path in files])
