"""What every test shares: nothing reports home, CI is repeatable, browser tests skip with a count."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

settings.register_profile("laptop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("laptop"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "laptop")

# A shell starts its background jobs with SIGINT ignored, and children inherit that; tests send it to theirs.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """The path of a Chromium, or None on a machine without one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Packed bytes hold the second they were packed in: as names of tests they would differ between two workers."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def browser() -> str:
    path = find_browser()
    assert path is not None, f"expected one of {', '.join(BROWSERS)} on the PATH"
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser its tests skip, unless REQUIRE_BROWSER is set (CI): then they run and fail."""
    if find_browser() is not None or os.environ.get("REQUIRE_BROWSER"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="needs chromium, which only root can install"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if "chromium" in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} browser tests skipped: no chromium here (.ci/run installs it)"
        )


@pytest.fixture(scope="session")
def sample_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Like a fresh checkout after `make corpus`: the sample as data/raw, its tables as data/processed.

    Tests that use it share the xdist group "sample", so that it is built once.
    """
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "data" / "raw" / "sample", folder / "data" / "raw" / "sample")
    command = [sys.executable, "-m", "flows.cli", "build", "data/raw", "--out", "data/processed", "--quiet"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder
