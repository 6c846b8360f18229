"""What in a corpus needs a person, worst first, each with the section of the report that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from copydesk.report.figures import WATCHED_FIELDS, Figures

Weight = Literal["critical", "warning", "note"]
_ORDER: dict[Weight, int] = {"critical": 0, "warning": 1, "note": 2}

# Where a share starts to be worth a look: set so that a corpus of sound pages raises none of them.
QUARANTINED_SHARE = 0.05
MISSING_SHARE = 0.5
MISSING_ARTICLES = 5  # an outlet with fewer articles says little
UNKNOWN_SHARE = 0.1  # of removed blocks, cut without a rule that knows what they are
SPEAKERLESS_SHARE = 0.5
EXPECTED_FIELDS = ("headline", "published_at", "outlet")


@dataclass(frozen=True, slots=True)
class Concern:
    """One line of the list, with the anchor of its section."""

    weight: Weight
    text: str
    anchor: str


def find_concerns(figures: Figures) -> tuple[Concern, ...]:
    """The concerns, worst first; none where all is well."""
    found = (
        *_audit(figures),
        *_quarantine(figures),
        *_fields(figures),
        *_removals(figures),
        *_quotes(figures),
    )
    return tuple(sorted(found, key=lambda concern: _ORDER[concern.weight]))


def _audit(figures: Figures) -> Iterator[Concern]:
    for row in figures.audit:
        if not row["success"]:
            place = f"{row['table']}.{row['column']}" if row["column"] else str(row["table"])
            observed = row["observed"] or f"{row['failed_count']:,} rows"
            text = f"{place}: {row['rule']} does not hold ({observed})"
            yield Concern("critical" if row["severity"] == "critical" else "warning", text, "audit")


def _quarantine(figures: Figures) -> Iterator[Concern]:
    refused = sum(refusal.documents for refusal in figures.refusals)
    if refused:
        many = refused > QUARANTINED_SHARE * figures.documents
        most = figures.refusals[0].reason
        text = f"{refused:,} of {figures.documents:,} documents were quarantined, most for {most}"
        yield Concern("warning" if many else "note", text, "quarantine")
    if not figures.articles:
        yield Concern("critical", "no document gave an article", "quarantine")


def _fields(figures: Figures) -> Iterator[Concern]:
    for row in figures.missing[1:]:
        for name, share in zip(WATCHED_FIELDS, row.shares, strict=True):
            if name in EXPECTED_FIELDS and share > MISSING_SHARE and row.articles >= MISSING_ARTICLES:
                yield Concern(
                    "warning",
                    f"{row.outlet}: {share:.0%} of {row.articles:,} articles have no {name}",
                    "fields",
                )


def _removals(figures: Figures) -> Iterator[Concern]:
    blocks = sum(entry.blocks for entry in figures.labels)
    unknown = next((entry.blocks for entry in figures.labels if entry.label == "unknown"), 0)
    if unknown > UNKNOWN_SHARE * max(1, blocks):
        yield Concern(
            "warning", f"{unknown:,} of {blocks:,} removed blocks carry the label unknown", "removals"
        )


def _quotes(figures: Figures) -> Iterator[Concern]:
    quotes = figures.quotes
    without = quotes.attributable - quotes.with_speaker
    if quotes.attributable and without > SPEAKERLESS_SHARE * quotes.attributable:
        yield Concern(
            "note", f"{without:,} of {quotes.attributable:,} quotes have no settled speaker", "quotes"
        )
