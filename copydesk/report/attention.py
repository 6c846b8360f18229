"""What in a corpus needs a person, worst first, each with the section of the report that shows it and with the rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from copydesk.report.evidence import Evidence, RowFound, both, equals, find_rows
from copydesk.report.formats import format_change, format_figure
from copydesk.report.overview import WATCHED_FIELDS
from copydesk.report.reading import NO_OUTLET, Tables

if TYPE_CHECKING:
    from copydesk.report.figures import Figures, Row

Weight = Literal["critical", "warning", "note"]
_ORDER: dict[Weight, int] = {"critical": 0, "warning": 1, "note": 2}
CONCERNS_SHOWN = 40

# Where a share starts to be worth a look: set so that a corpus of sound pages raises none of them.
QUARANTINED_SHARE = 0.05
MISSING_SHARE = 0.5
MISSING_ARTICLES = 5  # an outlet with fewer articles says little
UNKNOWN_SHARE = 0.1  # of removed blocks, cut without a rule that knows what they are
SPEAKERLESS_SHARE = 0.5
STRIPPED_SHARE = 0.8  # of a document's words removed: a page of links, or a text that was lost
SHORT_WORDS = 25
EXPECTED_FIELDS = ("headline", "published_at", "outlet")


@dataclass(frozen=True, slots=True)
class Concern:
    """One line of the list, with the anchor of its section."""

    weight: Weight
    text: str
    section: str
    affected: int  # rows, to order lines of one weight
    evidence: Evidence | None = None


def find_concerns(figures: Figures, tables: Tables) -> tuple[Concern, ...]:
    """The concerns, worst first; none where all is well."""
    found = (
        *_refused(figures),
        *_audit(figures, tables),
        *_drift(figures),
        *_quarantine(figures, tables),
        *_silence(figures, tables),
        *_fields(figures, tables),
        *_removals(figures, tables),
        *_quotes(figures, tables),
    )
    # The audit's own findings open their weight: they are about promises of the tables, the others about likelihoods.
    return tuple(sorted(found, key=lambda c: (_ORDER[c.weight], c.section != "audit", -c.affected)))


def _audit(figures: Figures, tables: Tables) -> Iterator[Concern]:
    for row in figures.audit:
        if row["success"]:
            continue
        place = f"{row['table']}.{row['column']}" if row["column"] else str(row["table"])
        observed = row["observed"] or f"{row['failed_count']:,} rows"
        text = f"{place}: expectation {row['rule']} does not hold ({observed})"
        weight: Weight = "critical" if row["severity"] == "critical" else "warning"
        yield Concern(weight, text, "audit", row["failed_count"], _failing_rows(row, tables))


# How the key of a table leads to its document. The audit writes the parts of a key with "#" between them.
_DOCUMENT_OF = {
    "articles": "SELECT source_uri, article_id, headline FROM articles WHERE list_contains(?, article_id)",
    "sources": "SELECT source_uri, article_id, message FROM sources WHERE list_contains(?, source_uri)",
    "paragraphs": "SELECT a.source_uri, article_id, t.text FROM paragraphs t JOIN articles a USING (article_id) "
    "WHERE list_contains(?, paragraph_id)",
    "quotes": "SELECT a.source_uri, article_id, t.text FROM quotes t JOIN articles a USING (article_id) "
    "WHERE list_contains(?, quote_id)",
    "removals": "SELECT source_uri, article_id, text FROM removals WHERE list_contains(?, source_uri || '#' || block)",
}


def _failing_rows(finding: Row, tables: Tables) -> Evidence:
    keys = [str(key) for key in finding["sample"]]
    table = finding["table"]
    rows = (
        find_rows(tables, f"{_DOCUMENT_OF[table]} ORDER BY ALL", keys)
        if keys and table in _DOCUMENT_OF
        else tuple(RowFound(key, None, "") for key in keys)
    )
    where = both(
        (
            equals("run_id", finding["run_id"]),
            equals("table", table).replace("t.table", "t['table']"),
            equals("rule", finding["rule"]),
        )
    )
    return Evidence(finding["failed_count"], rows, "audit", where)


def _refused(figures: Figures) -> Iterator[Concern]:
    if not figures.refused:
        return
    last = figures.refused[-1]
    times = f" and {len(figures.refused) - 1:,} before it" if len(figures.refused) > 1 else ""
    failed = both((equals("run_id", last["run_id"]), "~t.success"))
    yield Concern(
        "critical",
        f"The run of {last['started_at']:%Y-%m-%d %H:%M} UTC{times} was refused by its audit: these tables are older",
        "audit",
        last["critical_findings"],
        Evidence(last["critical_findings"] + last["warning_findings"], (), "audit", failed),
    )


def _drift(figures: Figures) -> Iterator[Concern]:
    for drift in figures.drift:
        if drift.low is None or drift.high is None or not drift.alarm:
            continue
        write = format_change if drift.vital.by_change else format_figure
        now, low, high = (write(value, drift.vital.unit) for value in (drift.judged, drift.low, drift.high))
        yield Concern(
            "warning",
            f"Out of its usual range: {drift.vital.words}, {now}; usual are {low} to {high}",
            "drift",
            0,
            Evidence(figures.run_count, (), "runs", equals("status", "published")),
        )


def _quarantine(figures: Figures, tables: Tables) -> Iterator[Concern]:
    overview = figures.overview
    if not overview.articles:
        rows = find_rows(tables, "SELECT source_uri, article_id, message FROM sources ORDER BY source_uri")
        every = Evidence(overview.documents, rows, "sources", "t.status != 'article'")
        yield Concern("critical", "No document gave an article", "quarantine", overview.documents, every)
    many = overview.refused > QUARANTINED_SHARE * overview.documents
    for refusal in overview.refusals:
        rows = find_rows(
            tables,
            "SELECT source_uri, article_id, message FROM sources WHERE status = 'quarantined' AND stage = ? AND error = ? "
            "ORDER BY source_uri",
            refusal.stage,
            refusal.error,
        )
        where = both(
            (equals("status", "quarantined"), equals("stage", refusal.stage), equals("error", refusal.error))
        )
        yield Concern(
            "warning" if many else "note",
            f"Quarantined for {refusal.reason}: {refusal.documents:,} of {overview.documents:,} documents",
            "quarantine",
            refusal.documents,
            Evidence(refusal.documents, rows, "sources", where),
        )


def _silence(figures: Figures, tables: Tables) -> Iterator[Concern]:
    for silence in figures.overview.silent:
        of_day = "FROM articles WHERE outlet = ? AND day = ?"
        last = (silence.outlet, silence.last_day)
        rows = find_rows(
            tables, f"SELECT source_uri, article_id, headline {of_day} ORDER BY article_id", *last
        )
        where = both(
            (
                equals("outlet", silence.outlet),
                f"(t.published_at.dt.strftime('%Y-%m-%d') == '{silence.last_day}')",
            )
        )
        yield Concern(
            "warning",
            f"{silence.outlet}: nothing since {silence.last_day}, {silence.days} days before the corpus ends; its longest "
            f"pause before was {silence.longest_pause}",
            "corpus",
            silence.days,
            Evidence(tables.one(f"SELECT count(*) {of_day}", *last)[0], rows, "articles", where),
        )


def _fields(figures: Figures, tables: Tables) -> Iterator[Concern]:
    overview = figures.overview
    for missing in overview.missing[1:]:
        for name, share in zip(WATCHED_FIELDS, missing.shares, strict=True):
            if name not in EXPECTED_FIELDS or share <= MISSING_SHARE or missing.articles < MISSING_ARTICLES:
                continue
            if name == "outlet" and missing.articles <= MISSING_SHARE * overview.articles:
                continue
            rows = find_rows(
                tables,
                f"SELECT source_uri, article_id, headline FROM articles WHERE outlet_name = ? AND {name} IS NULL "
                "ORDER BY article_id",
                missing.outlet,
            )
            known = [] if missing.outlet == NO_OUTLET else [equals("outlet", missing.outlet)]
            unknown = ["t.outlet.isna()"] if missing.outlet == NO_OUTLET and name != "outlet" else []
            lacking = round(share * missing.articles)
            yield Concern(
                "warning",
                f"No outlet is known of {missing.articles:,} of {overview.articles:,} articles"
                if name == "outlet"
                else f"{missing.outlet}: {lacking:,} of {missing.articles:,} articles have no {name}",
                "fields",
                lacking,
                Evidence(lacking, rows, "articles", both((*known, *unknown, f"t.{name}.isna()"))),
            )


def _removals(figures: Figures, tables: Tables) -> Iterator[Concern]:
    blocks = figures.ledger.blocks
    unknown = next((entry.blocks for entry in figures.ledger.labels if entry.label == "unknown"), 0)
    if unknown > UNKNOWN_SHARE * blocks:
        rows = find_rows(
            tables,
            "SELECT source_uri, article_id, text FROM removals WHERE label = 'unknown' AND text <> '' "
            "ORDER BY hash(source_uri, block)",
        )
        yield Concern(
            "warning",
            f"Removed blocks with the label unknown: {unknown:,} of {blocks:,}",
            "removals",
            unknown,
            Evidence(unknown, rows, "removals", equals("label", "unknown"), "--label unknown"),
        )
    for condition, pandas, words in (
        (
            f"removed_share > {STRIPPED_SHARE}",
            f"t.removed_share > {STRIPPED_SHARE}",
            f"Articles that lost more than {STRIPPED_SHARE:.0%} of their document's words",
        ),
        (
            f"word_count < {SHORT_WORDS}",
            f"t.word_count < {SHORT_WORDS}",
            f"Articles with fewer than {SHORT_WORDS} words",
        ),
    ):
        (count,) = tables.one(f"SELECT count(*) FROM articles WHERE {condition}")
        if count:
            rows = find_rows(
                tables,
                f"SELECT source_uri, article_id, headline FROM articles WHERE {condition} "
                "ORDER BY removed_share DESC, article_id",
            )
            yield Concern(
                "note", f"{words}: {count:,}", "removals", count, Evidence(count, rows, "articles", pandas)
            )
    if kept := figures.recurring.kept_count:
        found = tuple(
            RowFound(
                block.source_uri,
                block.article_id,
                f"{block.outlet}, {block.kept_in:,} articles: {block.text}",
            )
            for block in figures.recurring.kept
        )
        yield Concern(
            "note",
            f"Blocks kept as text although their outlet repeats them: {kept:,}",
            "recurring",
            kept,
            Evidence(kept, found, "paragraphs", None),
        )


def _quotes(figures: Figures, tables: Tables) -> Iterator[Concern]:
    quotes = figures.quotes
    without = quotes.attributable - quotes.with_speaker
    if without > SPEAKERLESS_SHARE * quotes.attributable:
        rows = find_rows(
            tables,
            "SELECT a.source_uri, article_id, q.text FROM quotes q JOIN articles a USING (article_id) "
            "WHERE q.kind <> 'term' AND q.speaker IS NULL ORDER BY hash(quote_id)",
        )
        yield Concern(
            "note",
            f"Quotes without a settled speaker: {without:,} of {quotes.attributable:,}",
            "quotes",
            without,
            Evidence(without, rows, "quotes", "(t.kind != 'term') & t.speaker.isna()"),
        )
