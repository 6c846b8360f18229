"""A Prefect server of our own, for those who have none: it starts and ends with whoever wants it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copydesk.errors import RunError

START_SECONDS = 180
STOP_SECONDS = 20
LOOK_SECONDS = 0.25
LAST_LINES = 3


@contextmanager
def local_server(home: Path, port: int | None = None) -> Iterator[str]:
    """A Prefect server with its database and log in `home`, while the block runs; gives the API's URL.

    Raises RunError, with the end of the server's log, where it does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    url, log = f"http://127.0.0.1:{port}/api", home / "server.log"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "PREFECT_HOME": str(home), "PREFECT_API_URL": url, "PREFECT_UI_API_URL": url}
    with log.open("wb") as stream:
        # A group of its own: Ctrl-C is for us, and we end the server when our work is done.
        process = subprocess.Popen(
            command, stdout=stream, stderr=subprocess.STDOUT, env=environment, start_new_session=True
        )
        try:
            _wait_until_healthy(url, process, log)
            yield url
        finally:
            _end(process)


def free_port(preferred: int = 0) -> int:
    """A port that nobody listens on just now: the preferred one if it can be had."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            return free_port()
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(LOOK_SECONDS)
    tail = " / ".join(log.read_text(encoding="utf-8", errors="replace").split("\n")[-LAST_LINES:])
    raise RunError(
        f"expected a Prefect server at {url} within {START_SECONDS} s, found none; {log} ends: {tail}"
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and its whole group where it does not."""
    import signal

    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
