"""Blocks of a snapshot that carry one label or that one rule decided, drawn for a person who reviews rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from copydesk.errors import UsageError
from copydesk.records import BODY_ROLES, RemovalLabel
from copydesk.report.reading import Tables, open_tables
from copydesk.snapshot import open_snapshot

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
    before: str | None  # the text of the block before it; None where there is none
    after: str | None


@dataclass(frozen=True, slots=True)
class Samples:
    """What was drawn, and out of how much."""

    asked: str  # "newsletter", "newsletter/sign-up"
    why: str | None  # the rule's reason, where one rule of the files was asked for
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
    text: str | None = None,
) -> Samples:
    """Blocks with this label, rule or part of their text, or all of these: different texts, drawn by a hash, so the same ones
    each time. Without label and rule kept blocks are looked through as well as removed ones.

    Raises UsageError for a label or rule that does not exist; one that never fired gives no samples.
    """
    labels = (*sorted(BODY_ROLES), *get_args(RemovalLabel))
    if label is not None and label not in labels:
        raise UsageError(f"expected a label, found {label!r}{_suggest(label, labels)}")
    with open_tables(open_snapshot(out).folder) as tables:
        kept = rule is None and label in BODY_ROLES
        blocks_of = (
            f"{_REMOVED} UNION ALL {_KEPT}" if rule is None and label is None else _KEPT if kept else _REMOVED
        )
        asked_for = {"label = ?": label, "rule = ?": rule, "contains(lower(text), lower(?))": text}
        conditions = [condition for condition, value in asked_for.items() if value is not None]
        values = [value for value in asked_for.values() if value is not None]
        place = f"SELECT * FROM ({blocks_of}) WHERE {' AND '.join(conditions) or 'true'}"
        blocks, documents = tables.one(
            f"SELECT count(*), count(DISTINCT hash(source_uri)) FROM ({place})", *values
        )
        rules = tables.rows(
            f"SELECT rule, count(*) FROM ({place}) WHERE rule IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
            *values,
        )
        why = _explain(rule, tables, rule_files) if rule is not None else None
        asked = " and ".join(values) or "all labels"
        return Samples(asked, why, _draw(tables, place, values, limit), blocks, documents, tuple(rules))


_REMOVED = "SELECT source_uri, block, label, rule, text FROM removals"
_KEPT = (
    "SELECT a.source_uri, p.block, p.role AS label, CAST(NULL AS VARCHAR) AS rule, p.text "
    "FROM paragraphs p JOIN articles a ON a.article_id = p.article_id"
)


def _draw(tables: Tables, place: str, values: Sequence[str], limit: int) -> tuple[Sample, ...]:
    """The texts whose hashes are the least, each where it stands first, with its neighbours."""
    # Counted without the texts, of which a large corpus has millions.
    tables.rows(
        f"CREATE OR REPLACE TEMP TABLE lots AS SELECT hash(text) AS lot, count(*) AS alike FROM ({place}) GROUP BY 1 "
        f"ORDER BY lot LIMIT {limit}",
        *values,
    )
    tables.rows(
        f"""
        CREATE OR REPLACE TEMP TABLE drawn AS
        SELECT lot, alike, min((source_uri, block)) AS place, arg_min((text, label, rule), (source_uri, block)) AS shown
        FROM ({place}) JOIN lots ON lot = hash(text) GROUP BY 1, 2
        """,
        *values,
    )
    near = {
        (uri, block): text
        for uri, block, text in tables.rows(
            f"SELECT source_uri, block, substr(text, 1, 400) FROM ({_REMOVED} UNION ALL {_KEPT}) "
            "WHERE source_uri IN (SELECT place[1] FROM drawn)"
        )
    }
    rows = tables.rows(
        "SELECT shown[1], shown[2], shown[3], place[1], place[2], alike FROM drawn ORDER BY lot"
    )
    return tuple(
        Sample(text, label, rule, uri, block, alike, near.get((uri, block - 1)), near.get((uri, block + 1)))
        for text, label, rule, uri, block, alike in rows
    )


def _explain(rule: str, tables: Tables, rule_files: Sequence[Path]) -> str | None:
    """The reason of a rule of the files. Raises UsageError for one that is neither there nor fired."""
    from copydesk.label.rules import load_rules

    reasons = {entry.id: entry.why for entry in load_rules(rule_files).rules}
    if rule not in reasons:
        known = {name for (name,) in tables.rows("SELECT DISTINCT rule FROM removals")} | reasons.keys()
        if rule not in known:
            raise UsageError(
                f"expected a rule, found {rule!r}{_suggest(rule, sorted(known))}; copydesk rules lists them"
            )
    return reasons.get(rule)


def _suggest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name[:100], known, n=3, cutoff=0.5)
    return f"; near it: {', '.join(near)}" if near else ""
