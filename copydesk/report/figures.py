"""What the report says, computed from one snapshot: values only, no markup and no pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from copydesk.report.ledger import RemovedByOutlet, RuleCount, count_rules, removed_by_outlet
from copydesk.report.shared import NO_OUTLET, Shared, compute_shared

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]

OTHER = "(other outlets)"
OUTLETS_SHOWN = 20  # rows of the table by outlet; the rest is summed up
OUTLETS_PLOTTED = 5
OUTLETS_RATED = 12
SPEAKERS_SHOWN = 15
SAMPLES_PER_LABEL = 5
RULES_PER_LABEL = 6
SAMPLE_CHARS = 180
# The fields that users ask for first, in the order in which they ask.
WATCHED_FIELDS = ("headline", "authors", "published_at", "outlet", "url", "language", "dek", "section")
_MEASURED = ("word_count", "quote_count", "removed_share")
_GROUPED = ("duplicate_group", "duplicate_kind", "story_id")


class Snapshot(Protocol):
    """What the report needs of one set of published tables."""

    @property
    def snapshot_id(self) -> str: ...
    def frame(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame: ...


@dataclass(frozen=True, slots=True)
class MissingFields:
    """Of an outlet's articles, the share that lacks each watched field."""

    outlet: str
    articles: int
    shares: tuple[float, ...]  # in the order of WATCHED_FIELDS


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """One label of the ledger."""

    label: str
    blocks: int
    documents: int
    rules: tuple[tuple[str, int], ...]  # most frequent first
    samples: tuple[tuple[str, str, str], ...]  # text, rule, source_uri


@dataclass(frozen=True, slots=True)
class Refusal:
    """Documents quarantined for one reason."""

    reason: str  # "read/empty"
    documents: int
    sample_uri: str
    sample_message: str


@dataclass(frozen=True, slots=True)
class QuoteFigures:
    by_kind: tuple[tuple[str, int], ...]
    attributable: int  # direct, mixed and indirect ones
    with_speaker: int
    speakers: tuple[tuple[str, int, int], ...]  # name, quotes, articles
    speaker_shares: tuple[tuple[str, float], ...]  # by outlet, those with most quotes first
    per_article: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page shows."""

    snapshot_id: str
    run: Row
    audit: tuple[Row, ...]  # of that run, worst first
    documents: int
    articles: int
    paragraphs: int
    by_status: tuple[tuple[str, int], ...]
    outlets: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    first_day: str | None
    last_day: str | None
    undated: int
    by_day: pd.DataFrame  # index: day, a column an outlet
    words: tuple[int, ...]  # of each article
    paragraph_words: tuple[int, ...]  # of each paragraph
    removed_shares: tuple[float, ...]
    missing: tuple[MissingFields, ...]
    labels: tuple[LabelFigures, ...]
    removed_by_outlet: RemovedByOutlet
    rules: tuple[RuleCount, ...]  # all that are known or have fired
    refusals: tuple[Refusal, ...]
    quotes: QuoteFigures
    shared: Shared
    seconds: tuple[tuple[str, float], ...]


def compute_figures(snapshot: Snapshot, known_rules: Mapping[str, tuple[str, str]] | None = None) -> Figures:
    """All figures of the snapshot; the run is the one that published it.

    `known_rules` (id -> label, why) are those that could have fired.
    """
    articles = snapshot.frame("articles", ["article_id", *WATCHED_FIELDS, *_MEASURED, *_GROUPED])
    articles["outlet_name"] = articles["outlet"].fillna(NO_OUTLET)
    sources = snapshot.frame("sources", ["source_uri", "status", "article_id", "stage", "error", "message"])
    paragraphs = snapshot.frame("paragraphs", ["word_count"])
    removals = snapshot.frame("removals", ["article_id", "source_uri", "block", "label", "rule", "text"])
    quotes = snapshot.frame("quotes", ["quote_id", "article_id", "kind", "speaker"])
    run = find_run(snapshot)
    days = articles["published_at"].dropna().dt.strftime("%Y-%m-%d")
    return Figures(
        snapshot_id=snapshot.snapshot_id,
        run=run,
        audit=rank_findings(snapshot.frame("audit"), run["run_id"]),
        documents=len(sources),
        articles=len(articles),
        paragraphs=len(paragraphs),
        by_status=count(sources["status"]),
        outlets=count(articles["outlet"].dropna()),
        languages=count(articles["language"].fillna("unknown")),
        first_day=days.min() if len(days) else None,
        last_day=days.max() if len(days) else None,
        undated=len(articles) - len(days),
        by_day=articles_by_day(articles),
        words=tuple(int(n) for n in articles["word_count"]),
        paragraph_words=tuple(int(n) for n in paragraphs["word_count"]),
        removed_shares=tuple(float(n) for n in articles["removed_share"]),
        missing=missing_by_outlet(articles),
        labels=figures_by_label(removals),
        removed_by_outlet=removed_by_outlet(removals, articles),
        rules=count_rules(zip(removals["rule"], removals["label"], strict=True), known_rules or {}),
        refusals=count_refusals(sources),
        quotes=quote_figures(quotes, articles),
        shared=compute_shared(
            articles, sources, quotes, snapshot.frame("quote_clusters"), snapshot.frame("stories")
        ),
        seconds=tuple((str(stage), float(seconds)) for stage, seconds in pairs(run["seconds"])),
    )


def find_run(snapshot: Snapshot) -> Row:
    """The run that published this snapshot, else the last one."""
    runs = snapshot.frame("runs").sort_values(["started_at", "run_id"])
    own = runs[runs["snapshot_id"] == snapshot.snapshot_id]
    return _rows((own if len(own) else runs).iloc[-1:])[0]


def rank_findings(audit: pd.DataFrame, run_id: str) -> tuple[Row, ...]:
    """The run's expectations: failed critical ones, failed warnings, then the others, by table and column."""

    def rank(row: Row) -> tuple[bool, bool, str, str, str]:
        return row["success"], row["severity"] != "critical", row["table"], row["column"] or "", row["rule"]

    return tuple(sorted(_rows(audit[audit["run_id"] == run_id]), key=rank))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The frame's rows with None for what is missing."""
    cells = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in cells.to_dict("records")]


def count(values: pd.Series[Any]) -> tuple[tuple[str, int], ...]:
    """How often each value stands there, most frequent first, ties by name."""
    counts = values.value_counts()
    return tuple(sorted(((str(k), int(n)) for k, n in counts.items()), key=lambda pair: (-pair[1], pair[0])))


def pairs(value: object) -> list[tuple[Any, Any]]:
    """An Arrow map's entries, whichever way pandas gives them."""
    if isinstance(value, Mapping):
        return list(value.items())
    return [(entry[0], entry[1]) for entry in value] if isinstance(value, Iterable) else []


def articles_by_day(articles: pd.DataFrame) -> pd.DataFrame:
    """Articles a day, a column for each of the largest outlets and one for the rest."""
    import pandas as pd

    dated = articles.dropna(subset=["published_at"])
    if dated.empty:
        return pd.DataFrame()
    largest = [name for name, _ in count(dated["outlet_name"])[:OUTLETS_PLOTTED]]
    shown = dated["outlet_name"].where(dated["outlet_name"].isin(largest), OTHER)
    table = pd.crosstab(dated["published_at"].dt.floor("D").rename("day"), shown)
    return table[[name for name in (*largest, OTHER) if name in table.columns]]


def missing_by_outlet(articles: pd.DataFrame) -> tuple[MissingFields, ...]:
    """A row for all articles, then one an outlet, the largest first."""
    if articles.empty:
        return ()
    lacks = articles[list(WATCHED_FIELDS)].isna()
    lacks["authors"] = articles["authors"].map(len) == 0
    sizes = count(articles["outlet_name"])
    by_outlet = lacks.groupby(articles["outlet_name"]).mean()
    rows = [MissingFields("all outlets", len(articles), tuple(map(float, lacks.mean())))]
    for outlet, size in sizes[:OUTLETS_SHOWN]:
        rows.append(MissingFields(outlet, size, tuple(map(float, by_outlet.loc[outlet]))))
    if rest := [outlet for outlet, _ in sizes[OUTLETS_SHOWN:]]:
        few = lacks[articles["outlet_name"].isin(rest)]
        rows.append(MissingFields(f"{len(rest)} smaller outlets", len(few), tuple(map(float, few.mean()))))
    return tuple(rows)


def figures_by_label(removals: pd.DataFrame) -> tuple[LabelFigures, ...]:
    """The ledger by label, most frequent first, with samples of as many rules as there is room for."""
    found = []
    for label, rows in removals.groupby("label", sort=False):
        ordered = rows[rows["text"] != ""].sort_values(["source_uri", "block"])
        first = ordered.drop_duplicates("rule").head(SAMPLES_PER_LABEL)
        more = ordered.drop(first.index).drop_duplicates("text").head(SAMPLES_PER_LABEL - len(first))
        samples = tuple(
            (shorten(str(text)), str(rule), str(uri))
            for part in (first, more)
            for text, rule, uri in zip(part["text"], part["rule"], part["source_uri"], strict=True)
        )
        found.append(
            LabelFigures(
                str(label),
                len(rows),
                rows["source_uri"].nunique(),
                count(rows["rule"])[:RULES_PER_LABEL],
                samples,
            )
        )
    return tuple(sorted(found, key=lambda entry: (-entry.blocks, entry.label)))


def count_refusals(sources: pd.DataFrame) -> tuple[Refusal, ...]:
    """Quarantined documents by stage and code, with the first document of each."""
    refused = sources[sources["status"] == "quarantined"].sort_values("source_uri")
    rows = [
        Refusal(
            f"{stage}/{error}",
            len(group),
            group["source_uri"].iloc[0],
            shorten(group["message"].iloc[0] or ""),
        )
        for (stage, error), group in refused.groupby(["stage", "error"], dropna=False)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.documents, row.reason)))


def quote_figures(quotes: pd.DataFrame, articles: pd.DataFrame) -> QuoteFigures:
    """Kinds, speakers, and how many quotes an article has."""
    spoken = quotes[quotes["kind"] != "term"]
    named = spoken.dropna(subset=["speaker"])
    by_speaker = named.groupby("speaker")["article_id"].agg(["size", "nunique"]).reset_index()
    by_speaker = by_speaker.sort_values(["size", "nunique", "speaker"], ascending=[False, False, True])
    outlets = spoken["article_id"].map(articles.set_index("article_id")["outlet_name"])
    shares = spoken["speaker"].notna().groupby(outlets).mean()
    return QuoteFigures(
        by_kind=count(quotes["kind"]),
        attributable=len(spoken),
        with_speaker=len(named),
        speakers=tuple(
            (str(s), int(n), int(a)) for s, n, a in by_speaker.head(SPEAKERS_SHOWN).itertuples(index=False)
        ),
        speaker_shares=tuple((outlet, float(shares[outlet])) for outlet, _ in count(outlets)[:OUTLETS_RATED]),
        per_article=tuple(int(n) for n in articles["quote_count"]),
    )


def shorten(text: str, limit: int = SAMPLE_CHARS) -> str:
    """At most so many characters, with an ellipsis where some are left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
