"""What the corpus step reads of articles and quotes: a few values of a row, never the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from copydesk.corpus.traces import ArticleTrace, QuoteTrace, trace_article, trace_quotes
from copydesk.records import QuoteKind

LATE = datetime.max.replace(tzinfo=UTC)  # what has no date stands behind what has one


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What must be known of an article to compare it with others."""

    article_id: str
    headline: str | None
    text: str
    dek: str | None = None
    outlet: str | None = None  # its name, else its domain
    wire: str | None = None  # the agency that it credits
    language: str | None = None
    published_at: datetime | None = None
    known: ArticleTrace | None = None  # then `text` and `dek` are not looked at

    @property
    def trace(self) -> ArticleTrace:
        return self.known or trace_article(self.headline, self.dek, self.text, self.language)


@dataclass(frozen=True, slots=True)
class QuoteText:
    """What must be known of a quote to find its like."""

    quote_id: str
    article_id: str
    text: str
    kind: QuoteKind
    speaker: str | None
    known: QuoteTrace | None = None

    def trace(self, language: str | None) -> QuoteTrace:
        return self.known or trace_quotes([(self.quote_id, self.text, self.kind)], language)[0]


@dataclass(frozen=True, slots=True)
class Printing:
    """Where and when an article was printed; kept for every article while quotes and openings are compared."""

    article_id: str
    headline: str | None = None
    outlet: str | None = None
    language: str | None = None
    published_at: datetime | None = None

    @classmethod
    def of(cls, article: ArticleText) -> Printing:
        return cls(
            article.article_id, article.headline, article.outlet, article.language, article.published_at
        )

    @property
    def day(self) -> int | None:
        return None if self.published_at is None else self.published_at.toordinal()
