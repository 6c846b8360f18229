"""The flow, for real: on a Prefect server that the tests start, with the same tables as the plain run."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import copydesk as library
from tests.flows.conftest import ROOT, Command, ask, clean_environment, end_group, flow_runs, tagged

OUTSIDE_THE_PROMISE = ("run_id", "first_seen_at")  # two runs differ in these
BUILT_TABLES = ("articles", "paragraphs", "quotes", "removals", "quote_clusters", "stories", "sources")


def artifacts_of(api: str, run: dict[str, Any]) -> dict[str, Any]:
    """What a run left, by the last word of the key; all of it is the corpus' own."""
    asked = ask(api, "artifacts/filter", artifacts={"flow_run_id": {"any_": [run["id"]]}})
    found = [
        artifact for artifact in asked if artifact["key"]
    ]  # Prefect keeps results as artifacts too, without a key
    (corpus,) = {artifact["key"].rpartition("-")[0] for artifact in found}
    assert f"out:{corpus}" in run["tags"]
    return {artifact["key"].rpartition("-")[2]: artifact["data"] for artifact in found}


@pytest.mark.server
def test_the_flow_gives_the_tables_of_the_plain_run(
    copydesk: Command, pages: Path, tmp_path: Path, prefect_api: str
) -> None:
    plain = copydesk("build", pages, "--out", "plain", "--quiet")
    assert plain.returncode == 0, plain.stderr
    run = copydesk(
        "build", pages, "--out", "flow", "--flow", "--json", "--quiet", PREFECT_API_URL=prefect_api
    )
    assert run.returncode == 0, run.stderr
    ours, theirs = library.load(tmp_path / "plain"), library.load(tmp_path / "flow")
    for table in BUILT_TABLES:
        left, right = getattr(ours, table), getattr(theirs, table)
        shared = [name for name in left.columns if name not in OUTSIDE_THE_PROMISE]
        pd.testing.assert_frame_equal(left[shared], right[shared])
    assert len(ours.sources) == 4

    (flow_run,) = flow_runs(prefect_api, **tagged(tmp_path / "flow"))
    assert flow_run["state_type"] == "COMPLETED"
    assert flow_run["name"] == "build: flow from raw"
    assert "copydesk" in flow_run["tags"]
    tasks = ask(prefect_api, "task_runs/filter", flow_runs={"id": {"any_": [flow_run["id"]]}})
    assert sorted(task["name"].split("-")[0] for task in tasks) == ["shard", "write"]
    assert all(task["state_type"] == "COMPLETED" for task in tasks)
    artifacts = artifacts_of(prefect_api, flow_run)
    assert sorted(artifacts) == ["audit", "progress", "removals", "report", "summary"]
    summary = json.loads(run.stdout)
    assert f"| documents | {summary['documents']} |" in artifacts["summary"]
    assert artifacts["progress"] == 100
    *failed, held = json.loads(artifacts["audit"])
    assert held == {"severity": "holds", "rule": f"{summary['rules_checked'] - len(failed)} rules"}
    removed = {row["label"]: row["blocks"] for row in json.loads(artifacts["removals"])}
    assert removed == summary["removals_by_label"]
    assert (tmp_path / "flow" / "report.html").as_uri() in artifacts["report"]
    assert (tmp_path / "flow" / "report.html").stat().st_size > 10_000


@pytest.mark.server
def test_a_run_without_news_and_a_report_that_fails_say_what_stands(
    copydesk: Command, pages: Path, tmp_path: Path, prefect_api: str
) -> None:
    out = tmp_path / "again"
    assert copydesk("build", pages, "--out", out, "--quiet").returncode == 0
    (out / "report.html").mkdir()
    variables = {"PREFECT_API_URL": prefect_api, "COPYDESK_TASK_RETRIES": "0"}
    run = copydesk("build", pages, "--out", out, "--flow", "--quiet", **variables)
    assert run.returncode == 1
    (flow_run,) = flow_runs(prefect_api, **tagged(out))
    assert flow_run["state_type"] == "FAILED"
    assert "report.html" in flow_run["state"]["message"]
    assert flow_run["state"]["message"].endswith(
        f"the tables are published, `copydesk report {out}` writes the report again"
    )
    artifacts = artifacts_of(prefect_api, flow_run)
    assert artifacts["progress"] == 100
    assert "| unchanged | 4 |" in artifacts["summary"]
    assert "nothing is new" in json.loads(artifacts["audit"])[0]["rule"]


@pytest.mark.server
def test_a_failed_flow_says_what_to_do(copydesk: Command, tmp_path: Path, prefect_api: str) -> None:
    run = copydesk("build", "nowhere", "--out", "failed", "--flow", "--quiet", PREFECT_API_URL=prefect_api)
    assert run.returncode == 1
    assert len([line for line in run.stderr.splitlines() if line.startswith("copydesk: ")]) == 1
    assert "Traceback" not in run.stderr
    (flow_run,) = flow_runs(prefect_api, **tagged(tmp_path / "failed"))
    assert flow_run["state_type"] == "FAILED"
    assert "nowhere" in flow_run["state"]["message"]
    assert flow_run["state"]["message"].endswith("put that right and run it again, nothing was published")


@pytest.mark.server
def test_a_served_schedule_fires_and_the_tables_appear(pages: Path, tmp_path: Path, prefect_api: str) -> None:
    out, log = tmp_path / "served", tmp_path / "serve.log"
    command = [sys.executable, "-m", "flows.deployments", "serve", "--every", "5", "--input", str(pages)]
    with log.open("wb") as stream:
        serving = subprocess.Popen(
            [*command, "--out", str(out)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
            env=clean_environment(PREFECT_API_URL=prefect_api, PREFECT_HOME=str(tmp_path / "home")),
            start_new_session=True,
        )
        try:
            completed = _wait_for_completed(prefect_api, out, serving)
        finally:
            end_group(serving)
    assert completed, log.read_text(errors="replace")[-3000:]
    assert completed[0]["auto_scheduled"]
    assert len(library.load(out).sources) == 4
    names = {deployment["name"] for deployment in ask(prefect_api, "deployments/filter")}
    assert names >= {"nightly-build", "rebuild", "weekly-report"}


def _wait_for_completed(api: str, out: Path, serving: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and serving.poll() is None:
        runs = flow_runs(api, **tagged(out))
        if completed := [run for run in runs if run["state_type"] == "COMPLETED"]:
            return completed
        time.sleep(1)
    return []


@pytest.mark.server
def test_the_deployments_of_a_work_pool_are_accepted(tmp_path: Path, prefect_api: str) -> None:
    environment = clean_environment(PREFECT_API_URL=prefect_api, PREFECT_HOME=str(tmp_path))
    for arguments in (
        ["work-pool", "create", "--type", "process", "copydesk"],
        ["--no-prompt", "deploy", "--all"],
    ):
        command = [sys.executable, "-m", "prefect", *arguments]
        run = subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL
        )
        assert run.returncode == 0, run.stdout + run.stderr
    found = ask(prefect_api, "deployments/filter", work_pools={"name": {"any_": ["copydesk"]}})
    pooled = {entry["name"]: entry for entry in found}
    assert sorted(pooled) == ["nightly-build", "rebuild", "weekly-report"]
    assert pooled["nightly-build"]["schedules"][0]["schedule"]["timezone"] == "UTC"
    assert pooled["rebuild"]["schedules"] == []
    assert pooled["rebuild"]["global_concurrency_limit"]["limit"] == 1


# ---------------------------------------------------------------- without a server
def test_the_work_pools_deployments_are_those_that_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.upper().startswith("COPYDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(ROOT)
    from copydesk.settings import load_settings
    from flows.deployments import make_deployments

    served = {deployment.name: deployment for deployment in make_deployments(load_settings())}
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert {entry["name"] for entry in written} == served.keys()
    for entry in written:
        ours = served[entry["name"]]
        path, name = entry["entrypoint"].split(":")
        module = path.removesuffix(".py").replace("/", ".")
        assert ours.entrypoint == f"{module}.{name}"
        assert hasattr(importlib.import_module(module), name)
        assert ours.parameters == entry["parameters"]
        assert sorted(ours.tags) == sorted(entry["tags"])
        assert ours.description == entry["description"]
        crons = [(s.schedule.cron, s.schedule.timezone) for s in ours.schedules or ()]
        assert crons == [(s["cron"], s["timezone"]) for s in entry["schedules"]]
        limit = entry.get("concurrency_limit", {"limit": None})["limit"]
        assert (ours.concurrency_limit or limit) == limit


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("http://127.0.0.1:9/api", 1, "expected a Prefect server, found none"),
        ("", 2, "expected the address of a Prefect server in PREFECT_API_URL"),
    ],
)
def test_deploying_to_no_server_is_one_line(
    copydesk: Command, tmp_path: Path, address: str, code: int, says: str
) -> None:
    run = copydesk("deploy", PREFECT_API_URL=address, PREFECT_HOME=str(tmp_path / "home"))
    assert run.returncode == code
    assert says in run.stderr and len(run.stderr.splitlines()) == 1
    assert run.stdout == ""


def test_nobody_reports_home() -> None:
    code = (
        "import flows.cli, os; from prefect.settings import get_current_settings;"
        "print(os.environ['DO_NOT_TRACK'], os.environ['GX_ANALYTICS_ENABLED'],"
        " get_current_settings().server.analytics_enabled)"
    )
    environment = {
        k: v for k, v in clean_environment().items() if k not in ("DO_NOT_TRACK", "GX_ANALYTICS_ENABLED")
    }
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert run.stdout.split() == ["1", "false", "False"]
