"""`copydesk deploy` against a real server, with a real worker: schedules fire, alarms go off, builds do not overlap."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import copydesk as library
from flows.server import free_port
from tests.flows.conftest import Command, ask, clean_environment, end_group, flow_runs, tagged

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]
EVERY_TEN_SECONDS = "* * * * * */10"
SHORTEST_ALARM = "0.003"  # hours; Prefect waits ten seconds at least
WAIT = 240
POOL = "test-pool"


@pytest.fixture(scope="module")
def worker(prefect_api: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A worker of the pool, as a service manager starts it; gives its log."""
    home = tmp_path_factory.mktemp("worker")
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]
    environment = clean_environment(
        PREFECT_API_URL=prefect_api, PREFECT_HOME=str(home), PREFECT_WORKER_QUERY_SECONDS="1"
    )
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, cwd=home, env=environment, start_new_session=True
        )
        try:
            yield home / "log"
        finally:
            end_group(process)


def wait_for(what: Callable[[], Any], log: Path) -> Any:
    """The first answer that is not empty."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.3)
    raise AssertionError(
        f"nothing came within {WAIT} s; the worker says:\n{log.read_text(errors='replace')[-3000:]}"
    )


def in_state(api: str, run: dict[str, Any], *states: str) -> Callable[[], dict[str, Any] | None]:
    def look() -> dict[str, Any] | None:
        (now,) = flow_runs(api, flow_runs={"id": {"any_": [run["id"]]}})
        return now if now["state_type"] in states else None

    return look


def start(api: str, deployment: str) -> dict[str, Any]:
    (found,) = ask(api, "deployments/filter", deployments={"name": {"any_": [deployment]}})
    run: dict[str, Any] = ask(api, f"deployments/{found['id']}/create_flow_run")
    return run


def on_server(api: str, name: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Deployments and automations whose names end, or begin, with this corpus' name; as the server has them."""
    deployments = ask(api, "deployments/filter", deployments={"name": {"like_": f"-{name}"}}, sort="NAME_ASC")
    automations = ask(api, "automations/filter", sort="NAME_ASC")
    for deployment in deployments:
        for changing in ("last_polled", "status"):
            deployment.pop(changing)
    return deployments, [entry for entry in automations if entry["name"].startswith(f"copydesk-{name}: ")]


# ---------------------------------------------------------------- deploying
def test_deploying_twice_changes_nothing_and_mends_what_is_not_as_it_should(
    copydesk: Command, pages: Path, prefect_api: str
) -> None:
    def deploy(**variables: str) -> dict[str, str]:
        arguments = ("deploy", pages, "--out", "twice", "--name", "twice", "--pool", "idle")
        run = copydesk(*arguments, PREFECT_API_URL=prefect_api, **variables)
        assert run.returncode == 0, run.stderr
        steps = (line.split(maxsplit=1) for line in run.stdout.split("\n\n")[0].splitlines())
        return {thing: done for done, thing in steps}

    assert set(deploy().values()) == {"created"}
    before = on_server(prefect_api, "twice")
    again = deploy()
    assert set(again.values()) == {"unchanged"} and len(again) == 7
    assert on_server(prefect_api, "twice") == before

    deployments, automations = before
    nightly, rebuild, weekly = deployments
    assert [entry["name"] for entry in deployments] == [
        "nightly-build-twice",
        "rebuild-twice",
        "weekly-report-twice",
    ]
    assert nightly["parameters"] == {"inputs": [str(pages)], "out": str(pages.parent / "twice")}
    assert nightly["schedules"][0]["schedule"]["cron"] == "15 2 * * *"
    assert nightly["global_concurrency_limit"]["limit"] == rebuild["global_concurrency_limit"]["limit"] == 1
    assert nightly["job_variables"]["working_dir"] == str(pages.parent)
    assert weekly["global_concurrency_limit"] is None
    failed, silent, vanished = automations
    assert all(entry["enabled"] for entry in automations)
    assert silent["trigger"]["within"] == 26 * 3600
    assert silent["trigger"]["posture"] == vanished["trigger"]["posture"] == "Proactive"
    assert silent["trigger"]["expect"] == silent["trigger"]["after"] == ["prefect.flow-run.Completed"]
    ids = [f"prefect.deployment.{entry['id']}" for entry in deployments]
    assert sorted(silent["trigger"]["match_related"]["prefect.resource.id"]) == sorted(ids[:2])
    assert sorted(failed["trigger"]["match_related"]["prefect.resource.id"]) == sorted(ids)
    assert {"prefect.flow-run.Failed", "prefect.flow-run.Crashed"} <= set(failed["trigger"]["expect"])
    assert vanished["actions"][0]["state"] == "CRASHED"

    # Somebody pauses the schedule and switches an alarm off; then the alarm's setting changes.
    schedule = nightly["schedules"][0]["id"]
    ask(prefect_api, f"deployments/{nightly['id']}/schedules/{schedule}", "PATCH", active=False)
    ask(prefect_api, f"automations/{silent['id']}", "PATCH", enabled=False)
    mended = deploy(COPYDESK_ALERT_HOURS="50")
    assert [thing for thing, done in mended.items() if done == "updated"] == [
        "automation  copydesk-twice: no success"
    ]
    (now, *_), (_, changed, _) = on_server(prefect_api, "twice")
    assert not now["schedules"][0]["active"]
    assert changed["trigger"]["within"] == 50 * 3600 and not changed["enabled"]


# ---------------------------------------------------------------- running
def test_a_schedule_fires_on_a_worker_and_the_tables_appear(
    copydesk: Command, pages: Path, tmp_path: Path, prefect_api: str, worker: Path
) -> None:
    out = tmp_path / "scheduled"
    # A settings file in the folder where `deploy` is called counts for the runs too.
    (tmp_path / "copydesk.toml").write_text("workers = 3\n")
    run = copydesk(
        "deploy", pages, "--out", out, "--name", "scheduled", "--pool", POOL,
        PREFECT_API_URL=prefect_api, COPYDESK_NIGHTLY_CRON=EVERY_TEN_SECONDS,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    completed = {"state": {"type": {"any_": ["COMPLETED"]}}, **tagged(out)["flow_runs"]}
    done, *_ = wait_for(lambda: flow_runs(prefect_api, flow_runs=completed), worker)
    (nightly, *_), _ = on_server(prefect_api, "scheduled")
    ask(prefect_api, f"deployments/{nightly['id']}", "PATCH", paused=True)
    assert done["auto_scheduled"]
    assert done["name"] == "nightly-build-scheduled: scheduled from raw"
    assert {"copydesk", "out:scheduled", "nightly"} <= set(done["tags"])
    assert len(library.load(out).sources) == 4
    assert (out / "report.html").is_file()
    assert set(library.load(out, ["runs"]).runs.workers) == {3}


def test_builds_do_not_overlap_and_a_killed_one_is_marked_and_made_up_for(
    copydesk: Command, pages: Path, tmp_path: Path, prefect_api: str, worker: Path
) -> None:
    out = tmp_path / "alone"
    with alarms_heard() as heard:
        block = make_webhook_block(prefect_api, heard.url)
        run = copydesk(
            "deploy", pages, "--out", out, "--name", "alone", "--pool", POOL,
            PREFECT_API_URL=prefect_api, COPYDESK_ALERT_BLOCK=block, COPYDESK_ALERT_HOURS=SHORTEST_ALARM,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        first = start(prefect_api, "rebuild-alone")
        builder = wait_for(lambda: holder_of(out), worker)
        os.kill(builder, signal.SIGSTOP)  # now it takes as long as we like
        try:
            second = start(prefect_api, "rebuild-alone")
            ended = wait_for(in_state(prefect_api, second, "CANCELLED", "COMPLETED", "FAILED"), worker)
            assert ended["state_type"] == "CANCELLED"
            assert ended["state"]["message"] == "Deployment concurrency limit reached."
            # The other deployment has a limit of its own: it meets the lock.
            third = start(prefect_api, "nightly-build-alone")
            ended = wait_for(in_state(prefect_api, third, "CANCELLED", "COMPLETED", "FAILED"), worker)
            assert ended["state_type"] == "FAILED"
            assert f"another build (process {builder}) is writing here" in ended["state"]["message"]
            assert holder_of(out) == builder
        finally:
            os.kill(builder, signal.SIGKILL)
        killed = wait_for(in_state(prefect_api, first, "CRASHED", "FAILED", "COMPLETED"), worker)
        assert killed["state_type"] == "CRASHED"
        assert not (out / "current").exists()
        wait_for(lambda: heard.about("has not been built for 0.003 hours"), worker)
        wait_for(lambda: heard.about("Failed") and heard.about("is writing here"), worker)
        wait_for(lambda: heard.about("Crashed"), worker)

        fourth = start(prefect_api, "rebuild-alone")
        ended = wait_for(in_state(prefect_api, fourth, "COMPLETED", "FAILED", "CRASHED", "CANCELLED"), worker)
        assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
        # It rings for a corpus that was never built, and again for one whose last success is long ago.
        rung = len(heard.about("has not been built for"))
        wait_for(lambda: len(heard.about("has not been built for")) > rung, worker)
    assert len(library.load(out).sources) == 4
    assert not (out / ".staging").exists() or not any((out / ".staging").iterdir())


def holder_of(out: Path) -> int | None:
    """The process that builds in OUT, once it has begun with the documents."""
    lock = out / ".lock"
    begun = (out / ".staging").is_dir() and any((out / ".staging").iterdir())
    return int(lock.read_text()) if begun and lock.read_text().strip() else None


class Heard:
    """What came over the webhook, in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.messages: list[str] = []

    def about(self, words: str) -> list[str]:
        return [message for message in self.messages if words in message]


class alarms_heard:  # noqa: N801  it reads as what it does
    """A web server that notes what is posted to it, as a chat or a pager would."""

    def __enter__(self) -> Heard:
        port = free_port()
        heard = Heard(f"http://127.0.0.1:{port}/alarm")

        class Listener(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.messages.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", port), Listener)
        Thread(target=self._server.serve_forever, daemon=True).start()
        return heard

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def make_webhook_block(api: str, url: str) -> str:
    """The block of docs/how-to/scheduling.md, saved on the server; gives its name."""
    code = (
        "import sys; from prefect.blocks.notifications import CustomWebhookNotificationBlock as Block;"
        "Block(name='alarm', url=sys.argv[1], json_data={'text': '{{subject}}: {{body}}'}).save('test-alarm')"
    )
    subprocess.run(
        [sys.executable, "-c", code, url],
        check=True,
        env=clean_environment(PREFECT_API_URL=api),
        capture_output=True,
    )
    return "custom-webhook/test-alarm"
