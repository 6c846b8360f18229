"""Rows of the published tables: their fields are the columns of the contracts in `schemas/`, in the same order.

Frozen values like those of `records.py`, which a page becomes on its way here. None means "the page does not say".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from copydesk.records import (
    BodyRole,
    Contributor,
    DuplicateKind,
    Hyperlink,
    Photo,
    Precision,
    QuoteKind,
    RemovalLabel,
    SourceFormat,
    SourceStatus,
    SpeakerType,
    ZoneSource,
    record,
)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    article_id: str
    source_uri: str
    source_format: SourceFormat
    content_sha256: str
    url: str | None
    domain: str | None
    outlet: str | None
    headline: str | None
    dek: str | None
    authors: tuple[str, ...]
    contributors: tuple[Contributor, ...]
    agency: str | None
    published_at: datetime | None
    published_raw: str | None
    published_precision: Precision | None
    published_zone: str | None
    published_zone_source: ZoneSource | None
    updated_at: datetime | None
    updated_raw: str | None
    updated_precision: Precision | None
    updated_zone: str | None
    updated_zone_source: ZoneSource | None
    dateline: str | None
    language: str | None
    section: str | None
    tags: tuple[str, ...]
    images: tuple[Photo, ...]
    links: tuple[Hyperlink, ...]
    text: str
    word_count: int
    paragraph_count: int
    quote_count: int
    removed_share: float
    duplicate_group: str | None
    duplicate_kind: DuplicateKind | None
    story_id: str | None
    field_sources: tuple[tuple[str, str], ...]
    fetched_at: datetime | None
    copydesk_version: str
    rules_version: str


@record
class ParagraphRow:
    paragraph_id: str
    article_id: str
    position: int
    block: int
    role: BodyRole
    text: str
    char_start: int
    char_end: int
    source_start: int | None
    source_end: int | None
    word_count: int


@record
class QuoteRow:
    quote_id: str
    utterance_id: str
    article_id: str
    paragraph_id: str
    position: int
    text: str
    kind: QuoteKind
    char_start: int
    char_end: int
    speaker: str | None
    speaker_mention: str | None
    speaker_role: str | None
    speaker_type: SpeakerType | None
    cue: str | None
    attribution: str
    confidence: float
    cluster_id: str | None


@record
class RemovalRow:
    article_id: str | None
    source_uri: str
    block: int
    text: str
    label: RemovalLabel
    field: str | None
    rule: str
    stage: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    source_uri: str
    content_sha256: str | None
    bytes: int | None
    format: SourceFormat | None
    encoding: str | None
    encoding_source: str | None
    status: SourceStatus
    article_id: str | None
    stage: str | None
    error: str | None
    message: str | None
    fetched_at: datetime | None
    run_id: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class PageRows:
    """All rows of one document: what `desk.edit` gives. A quarantined one has only its source (and perhaps removals)."""

    source: SourceRow
    article: ArticleRow | None = None
    paragraphs: tuple[ParagraphRow, ...] = ()
    quotes: tuple[QuoteRow, ...] = ()
    removals: tuple[RemovalRow, ...] = ()


# ---------------------------------------------------------------- what needs many documents, and the histories
QuoteRelation = Literal["identical", "edited", "contained"]
RunStatus = Literal["published", "refused", "unchanged"]
Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True)
class QuoteClusterRow:
    """One quote's place among the quotes of other articles that say the same."""

    cluster_id: str
    quote_id: str
    relation: QuoteRelation
    edits: str | None  # against the cluster's canonical wording; None where there are none
    wording: str  # the canonical one, of the quote that the cluster is named after
    speaker: str | None  # as most members name them
    article_count: int
    outlet_count: int
    first_published_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoryRow:
    """Several articles about one event."""

    story_id: str
    headline: str | None
    article_count: int
    outlet_count: int
    first_published_at: datetime | None
    last_published_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the pipeline and what came of it."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    status: RunStatus
    snapshot_id: str | None
    inputs: tuple[str, ...]
    workers: int
    documents: int
    articles: int
    paragraphs: int
    quotes: int
    removals: int
    sources_by_status: tuple[tuple[str, int], ...]
    removals_by_label: tuple[tuple[str, int], ...]
    quarantined_by_reason: tuple[tuple[str, int], ...]  # "stage/code"
    critical_findings: int
    warning_findings: int
    seconds: tuple[tuple[str, float], ...]  # by stage of the run
    copydesk_version: str
    rules_version: str
    contracts_version: str
    versions: tuple[tuple[str, str], ...]  # of Python and of the engines
    figures: tuple[tuple[str, float], ...] | None = None  # that show drift
    command: str | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What one expectation found in one run."""

    run_id: str
    table: str
    rule: str
    expectation: str
    column: str | None
    severity: Severity
    success: bool
    checked_count: int
    failed_count: int
    allowed_share: float  # of rows that may fail before the rule does
    observed: str | None  # what was seen, for people: "3 of 120 rows"
    sample: tuple[str, ...]  # keys of rows that fail, the first in key order
