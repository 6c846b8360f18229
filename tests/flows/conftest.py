"""A few invented pages, the command line in a process of its own, and a real Prefect server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.server import local_server

ROOT = Path(__file__).parents[2]
HOSTILE_HEADLINE = "Mayor\u202e opens \x1b]0;owned\x07[bold red]lock gate[/bold red]"

GAZETTE = f"""{HOSTILE_HEADLINE}

By Mira Tolland

April 12, 2024

CASTREL - The city opened a new lock gate on the river Tarn on Friday after two years of building work.

"We kept every promise that we made to the bargemen," Mayor Ana Roche told reporters beside the water.

Boats will pass free of charge until the end of the summer, the harbour office said in a statement.

Sign up for our newsletter
"""

DISPATCH = """Ferry crews call off their strike

Written by Piet Lindqvist

12 April 2024, 10:15 AM CET

Crews of the three ferry lines in Velmora returned to work on Friday morning after a night of talks.

"Nobody wanted this to last into the holidays," said Jonas Varga, who leads the crews' union.

Share this article
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Two stories and two documents that are none."""
    folder = tmp_path / "raw"
    (folder / "dispatch").mkdir(parents=True)
    (folder / "gazette-lock.txt").write_text(GAZETTE, encoding="utf-8")
    (folder / "dispatch" / "ferry.txt").write_text(DISPATCH, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 8)
    return folder


def clean_environment(**variables: str) -> dict[str, str]:
    """This process's environment without settings of ours or of Prefect's."""
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith(("COPYDESK_", "PREFECT_"))}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"} | variables


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def copydesk(tmp_path: Path) -> Command:
    """Run the command line as a user does: in a process of its own, in an empty folder."""

    def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flows.cli", *map(str, arguments)]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=clean_environment(**variables),
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Prefect server that ends with the tests."""
    with local_server(tmp_path_factory.mktemp("prefect")) as url:
        yield url


# ---------------------------------------------------------------- asking the server
BUSY = 503  # of a server whose database is locked; Prefect's own clients wait and ask again, too
ANSWER_SECONDS = 30  # a busy server may let one request wait for good; asked anew, it answers
PATIENCE_SECONDS = 180


def ask(api: str, path: str, method: str = "POST", **body: Any) -> Any:
    """The server's answer; None where it has nothing to say. What only asks is asked again where no answer comes."""
    request = urllib.request.Request(
        f"{api}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method
    )
    only_asks = path.endswith("/filter")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            seconds = ANSWER_SECONDS if only_asks else PATIENCE_SECONDS
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            if error.code != BUSY or time.monotonic() > deadline:
                raise
            time.sleep(1)
        except TimeoutError:
            if not only_asks or time.monotonic() > deadline:
                raise


def flow_runs(api: str, **only: Any) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = ask(api, "flow_runs/filter", sort="START_TIME_DESC", **only)
    return runs


def tagged(out: Path) -> dict[str, Any]:
    return {"flow_runs": {"tags": {"all_": [f"out:{out.name}"]}}}


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C for the server of schedules and for the runs that it started, then an end to whatever is left."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        pass
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        process.wait()
