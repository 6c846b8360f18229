"""An invented corpus as a snapshot of frames: outlets of Velmora, one careless, one of them hostile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

HOSTILE = "<script>alert(1)</script>"
STARTED = datetime(2026, 5, 2, 2, 15, tzinfo=UTC)


@dataclass(frozen=True)
class FakeSnapshot:
    """Frames under their tables' names, as a published snapshot gives them."""

    frames: dict[str, pd.DataFrame]
    snapshot_id: str = "20260502T021500-ab12"

    def frame(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        frame = self.frames[table]
        return frame[list(columns)].copy() if columns is not None else frame.copy()


def _articles(count: int) -> list[dict[str, Any]]:
    outlets = ("The Harrow Gazette", "Nordlicht Zeitung", "Castrel Courier", HOSTILE)
    return [
        {
            "article_id": f"a{n:04}",
            "headline": f"Ferry line {n} opens" if n % 7 else HOSTILE,
            "authors": np.array(["Mira Tolland"] if n % 3 else [], dtype=object),
            "published_at": pd.Timestamp(STARTED) - pd.Timedelta(days=n % 30) if n % 4 else pd.NaT,
            "outlet": outlets[n % 4] if n % 9 else None,
            "url": None,
            "language": "de" if n % 4 == 1 else "en",
            "dek": None,
            "section": "Harbour" if n % 2 else None,
            "word_count": 120 + 37 * (n % 23),
            "quote_count": n % 6,
            "removed_share": (n % 10) / 20,
            # Articles 4 to 7 are one text: two outlets took it over, two pages of it have no outlet or a hostile one.
            "duplicate_group": "a0004" if 4 <= n < 8 else None,
            "duplicate_kind": ("exact", "near", "syndicated", "syndicated")[n - 4] if 4 <= n < 8 else None,
            "story_id": "a0004" if 4 <= n < 12 else None,
        }
        for n in range(count)
    ]


def make_frames(count: int = 60) -> dict[str, pd.DataFrame]:
    articles = pd.DataFrame(_articles(count))
    articles["published_at"] = pd.to_datetime(articles["published_at"], utc=True)
    sources = [
        {
            "source_uri": f"gazette/{n:04}.html",
            "status": "article",
            "article_id": f"a{n:04}",
            "stage": None,
            "error": None,
            "message": None,
        }
        for n in range(count)
    ]
    sources += [
        {
            "source_uri": f"bad/{n}.html",
            "status": "quarantined",
            "article_id": None,
            "stage": "read",
            "error": "empty" if n else "binary",
            "message": f"expected text, found {HOSTILE}",
        }
        for n in range(3)
    ]
    labels = ("headline", "byline", "newsletter", "share_bar", "unknown")
    removals = [
        {
            "article_id": f"a{n:04}",
            "source_uri": f"gazette/{n:04}.html",
            "block": k,
            "label": label,
            "rule": f"{label.replace('_', '-')}/{'first' if n % 2 else 'second'}",
            "text": f"{label} {n} {HOSTILE if n == 3 else ''}".strip(),
        }
        for n in range(count)
        for k, label in enumerate(labels)
    ]
    quotes = [
        {
            "quote_id": f"q{n:04}",
            "article_id": f"a{n:04}",
            "kind": ("direct", "mixed", "indirect", "term")[n % 4],
            "speaker": ("Ana Roche", "Piet Lindqvist", None)[n % 3],
        }
        for n in range(count)
    ]
    run = {
        "run_id": "r1",
        "started_at": pd.Timestamp(STARTED),
        "finished_at": pd.Timestamp(STARTED + timedelta(seconds=42)),
        "status": "published",
        "snapshot_id": "20260502T021500-ab12",
        "inputs": np.array(["data/raw"], dtype=object),
        "workers": 2,
        "seconds": [("edit", 31.2), ("audit", 6.0), ("publish", 1.1)],
        "copydesk_version": "0.1.0",
        "rules_version": "0a1b2c",
        "contracts_version": "3d4e5f",
    }
    audit = [
        _finding("articles", "article_id", "critical", True),
        _finding("articles", "headline", "warning", False),
    ]
    return {
        "articles": articles,
        "sources": pd.DataFrame(sources),
        "paragraphs": pd.DataFrame({"word_count": [5 + n % 60 for n in range(4 * count)]}),
        "removals": pd.DataFrame(removals),
        "quotes": pd.DataFrame(quotes),
        "quote_clusters": pd.DataFrame(_clusters()),
        "stories": pd.DataFrame([STORY]),
        "runs": pd.DataFrame([run]),
        "audit": pd.DataFrame(audit),
    }


STORY = {
    "story_id": "a0004",
    "headline": f"Ferries of Velmora stand still {HOSTILE}",
    "article_count": 8,
    "outlet_count": 4,
    "first_published_at": pd.Timestamp(STARTED) - pd.Timedelta(days=11),
    "last_published_at": pd.Timestamp(STARTED) - pd.Timedelta(days=5),
}


def _clusters() -> list[dict[str, Any]]:
    """Five articles print one utterance: three as it is, one edited, one a part of it; and a smaller cluster."""
    edits = [None, None, "The ferry [-will-]{+may+} sail", f"[-The ferry-] {HOSTILE}", None]
    relations = ("identical", "identical", "edited", "contained", "identical")
    about = {
        "wording": f"The ferry will sail on Monday, whatever the weather {HOSTILE}",
        "speaker": "Ana Roche",
        "article_count": 5,
        "outlet_count": 4,
        "first_published_at": pd.Timestamp(STARTED),
    }
    large = [
        {
            "cluster_id": "q0001",
            "quote_id": f"q{n:04}",
            "relation": relation,
            "edits": edit,
            **about,
        }
        for n, (relation, edit) in enumerate(zip(relations, edits, strict=True), start=1)
    ]
    few = {**about, "wording": "No comment", "speaker": None, "article_count": 2, "outlet_count": 1}
    few["first_published_at"] = pd.NaT
    small = [
        {"cluster_id": "q0010", "quote_id": quote, "relation": "identical", "edits": None, **few}
        for quote in ("q0010", "q0014")
    ]
    return small + large


def _finding(table: str, column: str | None, severity: str, success: bool) -> dict[str, Any]:
    return {
        "run_id": "r1",
        "table": table,
        "rule": f"{column}-is-there",
        "expectation": "expect_column_values_to_not_be_null",
        "column": column,
        "severity": severity,
        "success": success,
        "checked_count": 60,
        "failed_count": 0 if success else 9,
        "allowed_share": 0.1,
        "observed": None if success else "9 of 60 rows",
        "sample": np.array([], dtype=object),
    }


@pytest.fixture
def snapshot() -> FakeSnapshot:
    return FakeSnapshot(make_frames())


@pytest.fixture
def empty_snapshot() -> FakeSnapshot:
    """A run in which every document was refused."""
    frames = make_frames(1)
    for table in (
        "articles", "paragraphs", "removals", "quotes", "quote_clusters", "stories", "audit",
    ):  # fmt: skip
        frames[table] = frames[table].iloc[:0]
    frames["sources"] = frames["sources"].iloc[1:]
    return FakeSnapshot(frames)
