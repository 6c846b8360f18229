"""Which of several documents with the same URL or the same content gives the article.

Works on a few values a document, never on texts. The verdicts depend on the set of documents alone, not on their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)  # older than any date that is known
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Edition:
    """What must be known of a document that gave an article."""

    source_uri: str
    article_id: str
    content_sha256: str
    fetched_at: datetime | None = None
    page_time: datetime | None = None  # the page's own updated time, else its published time


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a document's own article is not in the tables, and which one stands for it."""

    status: Literal["duplicate", "superseded"]
    article_id: str
    message: str


def settle_editions(editions: Iterable[Edition]) -> dict[str, Verdict]:
    """Verdicts by source_uri, for the documents that lose; the others keep their articles.

    Of one article's contents the newest stays: by the time of fetching, else by the page's own time, else by the content's
    hash. Of documents with the same content one stays: the one fetched first, else the first by name.
    """
    by_article: defaultdict[str, list[Edition]] = defaultdict(list)
    for edition in editions:
        by_article[edition.article_id].append(edition)

    verdicts: dict[str, Verdict] = {}
    winners: defaultdict[str, list[Edition]] = defaultdict(list)
    for group in by_article.values():
        newest = max(group, key=_newness).content_sha256
        same = [edition for edition in group if edition.content_sha256 == newest]
        winner = min(same, key=_seniority)
        winners[newest].append(winner)
        for edition in group:
            if edition is winner:
                continue
            verdicts[edition.source_uri] = (
                _duplicate(winner) if edition.content_sha256 == newest else _superseded(winner)
            )

    # One content under several URLs: one article stands for all of them, and for what the others had replaced.
    moved: dict[str, Edition] = {}
    for same in winners.values():
        winner = min(same, key=_seniority)
        for edition in same:
            if edition is not winner:
                moved[edition.article_id] = winner
                verdicts[edition.source_uri] = _duplicate(winner)
    for article_id, winner in moved.items():
        for edition in by_article[article_id]:
            verdict = verdicts[edition.source_uri]
            verdicts[edition.source_uri] = (
                _duplicate(winner) if verdict.status == "duplicate" else _superseded(winner)
            )
    return verdicts


def _newness(edition: Edition) -> tuple[datetime, datetime, str]:
    return edition.fetched_at or LONG_AGO, edition.page_time or LONG_AGO, edition.content_sha256


def _seniority(edition: Edition) -> tuple[datetime, str]:
    return edition.fetched_at or NEVER, edition.source_uri


def _duplicate(winner: Edition) -> Verdict:
    return Verdict("duplicate", winner.article_id, f"same content as {winner.source_uri}")


def _superseded(winner: Edition) -> Verdict:
    return Verdict(
        "superseded", winner.article_id, f"newer content of the same article in {winner.source_uri}"
    )
