"""Blocks of a snapshot that carry one label or that one rule decided, drawn for a person who reviews rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import get_args

from copydesk.errors import UsageError
from copydesk.inspection import Row
from copydesk.records import BODY_ROLES, RemovalLabel
from copydesk.snapshot import Filters, open_snapshot

SAMPLES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Sample:
    """A block and where it stood."""

    text: str
    label: str
    rule: str | None  # None for kept blocks
    source_uri: str
    block: int
    alike: int  # blocks of the same text among those that were asked for, itself included


@dataclass(frozen=True, slots=True)
class Samples:
    """What was drawn, and out of how much."""

    samples: tuple[Sample, ...]
    blocks: int
    documents: int
    rules: tuple[tuple[str, int], ...]  # most frequent first; none for kept blocks


def draw_samples(
    out: Path,
    label: str | None = None,
    rule: str | None = None,
    rule_files: Sequence[Path] = (),
    limit: int = SAMPLES_SHOWN,
) -> Samples:
    """Blocks with this label or rule, or both: different texts, drawn by a hash, so the same ones each time.

    Raises UsageError for a label or rule that does not exist; one that never fired gives no samples.
    """
    labels = (*sorted(BODY_ROLES), *get_args(RemovalLabel))
    if label is not None and label not in labels:
        raise UsageError(f"expected a label, found {label!r}{_suggest(label, labels)}")
    snapshot = open_snapshot(out)
    if rule is None and label in BODY_ROLES:
        uris = {
            row["article_id"]: row["source_uri"]
            for row in snapshot.rows("articles", ["article_id", "source_uri"])
        }
        columns = ["article_id", "block", "role", "text"]
        rows = snapshot.rows("paragraphs", columns, [("role", "==", label)])
        return _draw((_kept(row, uris[row["article_id"]]) for row in rows), limit)
    wanted: Filters = [
        (column, "==", value) for column, value in (("label", label), ("rule", rule)) if value is not None
    ]
    columns = ["source_uri", "block", "label", "rule", "text"]
    found = snapshot.rows("removals", columns, wanted)
    if rule is not None and not found:
        _check_rule(rule, {row["rule"] for row in snapshot.rows("removals", ["rule"])}, rule_files)
    return _draw(found, limit)


def _kept(paragraph: Row, source_uri: str) -> Row:
    return {
        "source_uri": source_uri,
        "block": paragraph["block"],
        "label": paragraph["role"],
        "rule": None,
        "text": paragraph["text"],
    }


def _draw(rows: Iterable[Row], limit: int) -> Samples:
    alike: dict[str, int] = {}
    rules: dict[str, int] = {}
    first: dict[str, Row] = {}
    documents: set[str] = set()
    blocks = 0
    for row in rows:
        blocks += 1
        documents.add(row["source_uri"])
        alike[row["text"]] = alike.get(row["text"], 0) + 1
        first.setdefault(row["text"], row)
        if row["rule"] is not None:
            rules[row["rule"]] = rules.get(row["rule"], 0) + 1
    drawn = sorted(first.values(), key=_lot)[:limit]
    samples = tuple(
        Sample(row["text"], row["label"], row["rule"], row["source_uri"], row["block"], alike[row["text"]])
        for row in drawn
    )
    ranked = sorted(rules.items(), key=lambda pair: (-pair[1], pair[0]))
    return Samples(samples, blocks, len(documents), tuple(ranked))


def _lot(row: Row) -> bytes:
    return blake2b(f"{row['source_uri']} {row['block']}".encode("utf-8", "surrogatepass")).digest()


def _check_rule(rule: str, fired: set[str], rule_files: Sequence[Path]) -> None:
    from copydesk.label.rules import load_rules

    known = fired | {entry.id for entry in load_rules(rule_files).rules}
    if rule not in known:
        raise UsageError(
            f"expected a rule, found {rule!r}{_suggest(rule, sorted(known))}; copydesk rules lists them"
        )


def _suggest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name[:100], known, n=3, cutoff=0.5)
    return f"; near it: {', '.join(near)}" if near else ""
