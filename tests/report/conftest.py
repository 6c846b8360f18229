"""The invented corpus of `fakes.harbour`, published."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from fakes.harbour import Publish, Rows, make_rows, publish_rows

from copydesk.snapshot import Snapshot


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    """Rows become an OUT called harbour; a second set of them, with a snapshot_id, its next snapshot."""
    return partial(publish_rows, tmp_path / "harbour")


@pytest.fixture
def rows() -> Rows:
    return make_rows()


@pytest.fixture
def snapshot(publish: Publish, rows: Rows) -> Snapshot:
    return publish(rows)


@pytest.fixture
def empty_snapshot(publish: Publish) -> Snapshot:
    """A run in which every document was refused."""
    rows = make_rows(1)
    for table in ("articles", "paragraphs", "removals", "quotes", "quote_clusters", "stories", "audit"):
        rows[table] = []
    rows["sources"] = rows["sources"][1:]
    return publish(rows)


@pytest.fixture
def words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without pictures, which take most of their time, for tests that look at the words."""
    monkeypatch.setattr("copydesk.report.page.draw_plots", lambda figures: {})
