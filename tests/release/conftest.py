"""Releases of the sample corpus, written once for all tests that read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.release import About, write_release
from copydesk.snapshot import open_snapshot

TITLE = "Velmora bridge"


@pytest.fixture(scope="session")
def sample_out(sample_checkout: Path) -> Path:
    return sample_checkout / "data" / "processed"


@pytest.fixture(scope="session")
def about() -> About:
    return About(
        authors=("Ana Roche",),
        licence="CC-BY-4.0",
        rights={"The Harrow Gazette": "Licensed for *research* | until 2030"},
        answers={"motivation-purpose": "To compare how outlets quote one ministry."},
    )


@pytest.fixture(scope="session")
def released(sample_out: Path, about: About, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("release") / "with-text"
    write_release(open_snapshot(sample_out), str(to), title=TITLE, about=about)
    return to


@pytest.fixture(scope="session")
def bare(sample_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release without text."""
    to = tmp_path_factory.mktemp("release") / "without-text"
    write_release(open_snapshot(sample_out), str(to), title=TITLE, without_text=True)
    return to
