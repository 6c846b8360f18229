"""What the corpus step needs of one document, worked out where the document is edited, so that many need not be read again.

A trace holds hashes only, no word of the document. Which traces are alike, `copies`, `clusters`, `stories` and `repeats` say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from copydesk.corpus.repeats import form_keys
from copydesk.corpus.similar import sketch
from copydesk.corpus.wording import (
    distinct,
    normal_words,
    normal_words_of,
    plain_words,
    run_keys,
    run_keys_of,
    stem,
    weigh,
    word_key,
    word_keys,
)
from copydesk.corpus.wordings import telling_stems, words_said
from copydesk.records import QuoteKind
from copydesk.rows import PageRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.wording import Keys

    Runs = NDArray[np.uint32]

# Copies of articles.
RUN_WORDS = 4
SKETCH_ONE_IN = 8
SKETCH_LEAST = 12

# Openings.
LEDE_WORDS = 80
HEADLINE_COUNTS = 2  # a word of the headline counts as often as two of the lede
MOST_COUNTED = 3

# Quotes.
UTTERED: frozenset[QuoteKind] = frozenset(("direct", "mixed"))
LEAST_QUOTED = (
    (4, 3),
    (8, 2),
    (11, 1),
)  # words, and how many of them say something: fewer are slogans and stock phrases


@dataclass(frozen=True, slots=True)
class ArticleTrace:
    """An article's body and opening as hashes."""

    words: int  # of the body
    whole: int  # hash of all of them
    sketch: Keys  # the runs of words that stand for it among all articles
    runs: Runs  # all its runs of words, sorted; shortened to 32 bits, for comparing two articles
    opening: Keys  # the telling words of headline, dek and first sentences
    counts: NDArray[np.int8]  # how much each of them counts


@dataclass(frozen=True, slots=True)
class QuoteTrace:
    """A quote as hashes; without any where it is too short to be found again, or not uttered."""

    keys: Keys
    tie: int  # an order among quotes of equal length, from their words and ids


@dataclass(frozen=True, slots=True)
class PageTrace:
    """One document: its article, its quotes in their order, its blocks in the order of paragraphs and removals."""

    article: ArticleTrace | None
    quotes: tuple[QuoteTrace, ...]
    blocks: Keys  # `form_key` of each block; 0 where it says nothing


def trace_page(rows: PageRows) -> PageTrace:
    """The trace of one document from its rows."""
    kept = normal_words_of([row.text for row in rows.paragraphs])
    removed = normal_words_of([row.text for row in rows.removals])
    blocks = form_keys(kept + removed)
    article = rows.article
    if article is None:
        return PageTrace(None, (), blocks)
    language = article.language
    return PageTrace(
        trace_article(article.headline, article.dek, article.text, language, list(chain.from_iterable(kept))),
        trace_quotes([(quote.quote_id, quote.text, quote.kind) for quote in rows.quotes], language),
        blocks,
    )


def trace_article(
    headline: str | None, dek: str | None, text: str, language: str | None, words: Sequence[str] | None = None
) -> ArticleTrace:
    """The trace of an article; `words` are those of its text, where they are known."""
    import numpy as np

    body = normal_words(text) if words is None else words
    runs = distinct(run_keys(body, RUN_WORDS))
    opening = opening_words(headline, dek, text, language)
    return ArticleTrace(
        words=len(body),
        whole=word_key(" ".join(body)),
        sketch=sketch(runs, SKETCH_ONE_IN, SKETCH_LEAST),
        runs=(runs >> np.uint64(32)).astype(np.uint32),
        opening=word_keys(opening),
        counts=np.fromiter(opening.values(), np.int8, len(opening)),
    )


def opening_words(headline: str | None, dek: str | None, text: str, language: str | None) -> dict[str, int]:
    """The telling words of headline, dek and first sentences, and how much they count."""
    plain = plain_words(language)
    first = normal_words(f"{dek or ''} {text[: LEDE_WORDS * 12]}")[:LEDE_WORDS]
    counts: dict[str, int] = {}
    for words, times in ((normal_words(headline or ""), HEADLINE_COUNTS), (first, 1)):
        for word in words:
            if word not in plain and len(bare := word.removesuffix("'s")) > 1 and not bare.isdecimal():
                counts[bare] = min(counts.get(bare, 0) + times, MOST_COUNTED)
    return counts


def trace_quotes(
    quotes: Sequence[tuple[str, str, QuoteKind]], language: str | None
) -> tuple[QuoteTrace, ...]:
    """The traces of quotes (id, text, kind) of one article."""
    import numpy as np

    uttered = [at for at, (_, _, kind) in enumerate(quotes) if kind in UTTERED]
    findable = {
        at: (words, told)
        for at, words in zip(uttered, words_said([quotes[at][1] for at in uttered]), strict=True)
        if _is_enough_to_find(words, told := telling_stems(words, language))
    }
    # Two telling words in a row, since what stands between them and how they end may change; and four words of any kind, for
    # those that say little by each of them.
    telling = run_keys_of([told for _, told in findable.values()], 2)
    plain = run_keys_of([list(map(stem, words)) for words, _ in findable.values()], 4)
    traces = [QuoteTrace(np.empty(0, np.uint64), 0)] * len(quotes)
    for (at, (words, _)), *keys in zip(findable.items(), telling, plain, strict=True):
        tie = word_key(f"{' '.join(words)}\n{quotes[at][0]}")
        traces[at] = QuoteTrace(distinct(np.concatenate(keys)), tie)
    return tuple(traces)


def _is_enough_to_find(words: Sequence[str], told: Sequence[str]) -> bool:
    length = weigh(words)
    return length >= LEAST_QUOTED[0][0] and is_enough(length, weigh(set(told)), LEAST_QUOTED)


def is_enough(words: float, told: float, least: Sequence[tuple[int, int]]) -> bool:
    """Whether so many words, and so many of those that say something, are enough by one of the pairs."""
    return any(words >= least_words and told >= least_told for least_words, least_told in least)
