"""What the corpus step reads of articles and quotes: a few values of a row, never the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from copydesk.corpus.traces import ArticleTrace, trace_article
from copydesk.records import QuoteKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.scratch import Items, Keys

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
    """What must be known of a quote to tell whether it is like another one."""

    quote_id: str
    article_id: str
    text: str
    kind: QuoteKind
    speaker: str | None


class Quotes(Protocol):
    """The quotes of a corpus, numbered from 0: each reading gives the same ones in the same order."""

    def traces(self) -> Iterator[tuple[Keys, Items, Keys]]:
        """The traces of all quotes, many at a time: their keys one quote's after another's, how many each has, their ties."""

    def texts(self, wanted: NDArray[np.bool_]) -> Iterator[tuple[int, QuoteText]]:
        """The quotes that are wanted, with their numbers."""


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
