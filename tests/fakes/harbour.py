"""An invented corpus as published tables: outlets of Velmora, one careless, one of them hostile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.check.contracts import HISTORY_TABLES, SNAPSHOT_TABLES, Table, load_contract
from copydesk.publish.layout import CURRENT, MARKER, SNAPSHOTS
from copydesk.snapshot import Snapshot, open_snapshot

HOSTILE = "<script>alert(1)</script>"
STARTED = datetime(2026, 5, 2, 2, 15, tzinfo=UTC)
SNAPSHOT_ID = "20260502T021500-ab12"

Rows = dict[str, list[dict[str, Any]]]
Publish = Callable[..., Snapshot]


def _articles(count: int) -> list[dict[str, Any]]:
    outlets = ("The Harrow Gazette", "Nordlicht Zeitung", "Castrel Courier", HOSTILE)
    return [
        {
            "article_id": f"a{n:04}",
            "source_uri": f"gazette/{n:04}.html",
            "content_sha256": f"{n:064}",
            "headline": f"Ferry line {n} opens" if n % 7 else HOSTILE,
            "authors": ["Mira Tolland"] if n % 3 else [],
            "published_at": STARTED - timedelta(days=n % 30) if n % 4 else None,
            "outlet": outlets[n % 4] if n % 9 else None,
            "language": "de" if n % 4 == 1 else "en",
            "section": "Harbour" if n % 2 else None,
            "text": f"The ferry number {n} sails.",
            "word_count": 120 + 37 * (n % 23),
            "paragraph_count": 4,
            "quote_count": n % 6,
            "removed_share": (n % 10) / 20,
            # Articles 4 to 7 are one text: two outlets took it over, two pages of it have no outlet or a hostile one.
            "duplicate_group": "a0004" if 4 <= n < 8 else None,
            "duplicate_kind": ("exact", "near", "syndicated", "syndicated")[n - 4] if 4 <= n < 8 else None,
            "story_id": "a0004" if 4 <= n < 12 else None,
        }
        for n in range(count)
    ]


def make_rows(count: int = 60) -> Rows:
    sources = [
        {
            "source_uri": f"gazette/{n:04}.html",
            "content_sha256": f"{n:064}",
            "status": "article",
            "article_id": f"a{n:04}",
        }
        for n in range(count)
    ]
    sources += [
        {
            "source_uri": f"bad/{n}.html",
            "status": "quarantined",
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
            "field": label if label in ("headline", "byline") else None,
            "rule": f"{label.replace('_', '-')}/{'first' if n % 2 else 'second'}",
            "text": f"{label} {chr(97 + n % 26) * (2 + n // 26)} {HOSTILE if n == 3 else ''}".strip(),
        }
        for n in range(count)
        for k, label in enumerate(labels)
    ]
    paragraphs = [
        {
            "paragraph_id": f"p{n:04}-{k}",
            "article_id": f"a{n:04}",
            "position": k,
            "block": 5 + k,
            "role": "body",
            "text": f"Ferry {chr(97 + n % 26) * (1 + n // 26)} sails at {'noon night dawn dusk'.split()[k]}.",
            "word_count": 5 + (4 * n + k) % 60,
        }
        for n in range(count)
        for k in range(4)
    ]
    quotes = [
        {
            "quote_id": f"q{n:04}",
            "article_id": f"a{n:04}",
            "paragraph_id": f"p{n:04}-0",
            "position": 0,
            "text": f"Ferry {n} will sail",
            "kind": ("direct", "mixed", "indirect", "term")[n % 4],
            "speaker": ("Ana Roche", "Piet Lindqvist", None)[n % 3],
            "attribution": "cue/after",
            "confidence": 0.9,
        }
        for n in range(count)
    ]
    audit = [
        _finding("articles", "article_id", "critical", True),
        _finding("articles", "headline", "warning", False),
    ]
    return {
        "articles": _articles(count),
        "sources": sources,
        "paragraphs": paragraphs,
        "removals": removals,
        "quotes": quotes,
        "quote_clusters": _clusters(),
        "stories": [dict(STORY)],
        "runs": [make_run()],
        "audit": audit,
    }


def make_run(number: int = 1, **changed: Any) -> dict[str, Any]:
    """The run that published the snapshot, or an earlier one."""
    return {
        "run_id": f"r{number}",
        "started_at": STARTED,
        "finished_at": STARTED + timedelta(seconds=42),
        "status": "published",
        "snapshot_id": SNAPSHOT_ID,
        "inputs": ["data/raw"],
        "workers": 2,
        "documents": 63,
        "articles": 60,
        "paragraphs": 240,
        "quotes": 60,
        "removals": 300,
        "sources_by_status": [("article", 60), ("quarantined", 3)],
        "removals_by_label": [("unknown", 60), ("byline", 60)],
        "quarantined_by_reason": [("read/empty", 2)],
        "seconds": [("edit", 31.2), ("audit", 6.0), ("publish", 1.1)],
        "copydesk_version": "0.1.0",
        "rules_version": "0a1b2c",
        "contracts_version": "3d4e5f",
        "versions": [("python", "3.11.9")],
        **changed,
    }


STORY = {
    "story_id": "a0004",
    "headline": f"Ferries of Velmora stand still {HOSTILE}",
    "article_count": 8,
    "outlet_count": 4,
    "first_published_at": STARTED - timedelta(days=11),
    "last_published_at": STARTED - timedelta(days=5),
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
        "first_published_at": STARTED,
    }
    large = [
        {"cluster_id": "q0001", "quote_id": f"q{n:04}", "relation": relation, "edits": edit, **about}
        for n, (relation, edit) in enumerate(zip(relations, edits, strict=True), start=1)
    ]
    few = {**about, "wording": "No comment", "speaker": None, "article_count": 2, "outlet_count": 1}
    few["first_published_at"] = None
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
        "observed": None if success else "9 of 60 rows break it",
        "sample": [] if success else ["a0000", "a0007"],
    }


def write_tables(folder: Path, rows: Rows, tables: tuple[Table, ...]) -> None:
    """The rows as Parquet files with the contracts' columns; what a row does not say is null."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        schema = pa.schema([pa.field(field.name, field.type) for field in load_contract(table).arrow_schema])
        pq.write_table(pa.Table.from_pylist(rows[table], schema=schema), folder / f"{table}.parquet")


def publish_rows(out: Path, rows: Rows, snapshot_id: str = SNAPSHOT_ID) -> Snapshot:
    """Rows become an OUT, as a build would have left it."""
    folder = out / SNAPSHOTS / snapshot_id
    write_tables(folder, rows, SNAPSHOT_TABLES)
    write_tables(out, rows, HISTORY_TABLES)
    (out / MARKER).write_text('{"layout": 1}\n', encoding="utf-8")
    links = {CURRENT: f"{SNAPSHOTS}/{snapshot_id}"}
    links |= {f"{table}.parquet": f"{CURRENT}/{table}.parquet" for table in SNAPSHOT_TABLES}
    for name, target in links.items():
        (out / name).unlink(missing_ok=True)
        (out / name).symlink_to(target)
    return open_snapshot(out)
