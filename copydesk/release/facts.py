"""What the tables themselves say about the data set: counts and shares for its card, datasheet and citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import HISTORY_TABLES, contracts_version
from copydesk.errors import RunError
from copydesk.release.shape import RELEASED_TABLES

if TYPE_CHECKING:
    from copydesk.snapshot import Snapshot

FIELDS = ("headline", "authors", "published_at", "outlet", "url", "language")  # whose gaps a card states
NO_OUTLET = "unknown"


@dataclass(slots=True)
class OutletFacts:
    """The articles of one outlet."""

    name: str
    articles: int = 0
    domains: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    legal_lines: int = 0  # articles whose page prints a copyright or legal line

    def add(self, row: Mapping[str, Any]) -> None:
        self.articles += 1
        if row["domain"] is not None:
            self.domains[row["domain"]] += 1
        at = row["published_at"]
        if at is not None:
            self.first = at if self.first is None else min(self.first, at)
            self.last = at if self.last is None else max(self.last, at)


@dataclass(frozen=True, slots=True)
class Facts:
    """A snapshot in numbers."""

    snapshot_id: str
    built_at: datetime
    copydesk_version: str
    rules_version: str
    contracts_version: str
    engines: Mapping[str, str]
    rows: Mapping[str, int]  # by table
    documents: Mapping[str, int]  # by status
    refused: Mapping[str, int]  # quarantined documents by stage/code
    outlets: tuple[OutletFacts, ...]  # those with most articles first
    languages: Mapping[str, int]
    formats: Mapping[str, int]
    missing: Mapping[str, int]  # articles without a value, by field
    duplicates: Mapping[str, int]  # by kind
    quotes: Mapping[str, int]  # by kind
    quotes_with_speaker: int
    speakers: int
    words: int
    removed_share: float  # mean over articles
    removals: Mapping[str, int]  # by label
    rules: int  # checked by the audit
    warnings: tuple[str, ...]

    @property
    def articles(self) -> int:
        return self.rows["articles"]

    @property
    def first(self) -> datetime | None:
        return min((o.first for o in self.outlets if o.first), default=None)

    @property
    def last(self) -> datetime | None:
        return max((o.last for o in self.outlets if o.last), default=None)


def gather_facts(snapshot: Snapshot, rows: Mapping[str, int]) -> Facts:
    """Go through the tables once. Raises RunError where the history does not know the snapshot's run."""
    run = _run_of(snapshot)
    articles = _Articles()
    columns = ["article_id", "outlet", "domain", "language", "source_format", "duplicate_kind", "word_count",
               "removed_share", *FIELDS]  # fmt: skip
    for batch in snapshot.batches("articles", list(dict.fromkeys(columns))):
        for row in batch.to_pylist():
            articles.add(row)
    removals: Counter[str] = Counter()
    legal: set[str] = set()
    for batch in snapshot.batches("removals", ["article_id", "label"]):
        removals.update(batch["label"].to_pylist())
        pairs = zip(batch["article_id"].to_pylist(), batch["label"].to_pylist(), strict=True)
        legal.update(article_id for article_id, label in pairs if label == "legal" and article_id is not None)
    for article_id in legal:
        articles.outlets[articles.outlet_of[article_id]].legal_lines += 1
    kinds: Counter[str] = Counter()
    speakers: Counter[str | None] = Counter()
    for batch in snapshot.batches("quotes", ["kind", "speaker"]):
        kinds.update(batch["kind"].to_pylist())
        speakers.update(batch["speaker"].to_pylist())
    statuses: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for batch in snapshot.batches("sources", ["status", "stage", "error"]):
        for row in batch.to_pylist():
            statuses[row["status"]] += 1
            if row["status"] == "quarantined":
                refused[f"{row['stage']}/{row['error']}"] += 1
    audit = snapshot.rows("audit", filters=[("run_id", "==", snapshot.snapshot_id)])
    return Facts(
        snapshot_id=snapshot.snapshot_id,
        built_at=run["started_at"],
        copydesk_version=run["copydesk_version"],
        rules_version=run["rules_version"],
        contracts_version=contracts_version(),  # the files in contracts/, whose columns the tables were found to have
        engines=dict(run["versions"]),
        rows=rows,
        documents=_ranked(statuses),
        refused=_ranked(refused),
        outlets=tuple(sorted(articles.outlets.values(), key=lambda o: (-o.articles, o.name))),
        languages=_ranked(articles.languages),
        formats=_ranked(articles.formats),
        missing={name: articles.missing[name] for name in FIELDS},
        duplicates=_ranked(articles.duplicates),
        quotes=_ranked(kinds),
        quotes_with_speaker=sum(count for name, count in speakers.items() if name is not None),
        speakers=len(speakers.keys() - {None}),
        words=articles.words,
        removed_share=articles.removed / max(1, rows["articles"]),
        removals=_ranked(removals),
        rules=len(audit),
        warnings=tuple(sorted(f"{row['table']}/{row['rule']}" for row in audit if not row["success"])),
    )


def check_tables(snapshot: Snapshot) -> None:
    """Raises RunError where a table of the snapshot is missing, damaged or not of this version's columns."""
    from copydesk.check.contracts import load_contract

    for table in RELEASED_TABLES:
        expected = load_contract(table).arrow_schema
        found = snapshot.schema(table)
        if found.names != expected.names or found.types != expected.types:
            odd = next(
                (
                    n
                    for n in expected.names
                    if n not in found.names or found.field(n).type != expected.field(n).type
                ),
                None,
            ) or next(n for n in (*found.names, "its columns' order") if n not in expected.names)
            raise RunError(
                f"{snapshot.out}: expected tables of this version of copydesk, found {table} with another "
                f"{odd!r}; build it again with this version, or release it with the one that built it"
            )


def _run_of(snapshot: Snapshot) -> Mapping[str, Any]:
    runs = snapshot.rows("runs", filters=[("run_id", "==", snapshot.snapshot_id)])
    if len(runs) != 1:
        raise RunError(
            f"{snapshot.out}: expected one run called {snapshot.snapshot_id} in "
            f"{' and '.join(HISTORY_TABLES)}, found {len(runs)}"
        )
    return runs[0]


def _ranked(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))


class _Articles:
    """Counts over articles."""

    def __init__(self) -> None:
        self.outlets: dict[str, OutletFacts] = {}
        self.outlet_of: dict[str, str] = {}
        self.languages: Counter[str] = Counter()
        self.formats: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.duplicates: Counter[str] = Counter()
        self.words = 0
        self.removed = 0.0

    def add(self, row: Mapping[str, Any]) -> None:
        outlet = row["outlet"] or row["domain"] or NO_OUTLET
        self.outlets.setdefault(outlet, OutletFacts(outlet)).add(row)
        self.outlet_of[row["article_id"]] = outlet
        if row["language"] is not None:
            self.languages[row["language"]] += 1
        if row["duplicate_kind"] is not None:
            self.duplicates[row["duplicate_kind"]] += 1
        self.formats[row["source_format"]] += 1
        self.missing.update(name for name in FIELDS if not row[name])
        self.words += row["word_count"]
        self.removed += row["removed_share"]
