"""Articles about one event within some days, though every outlet words it in its own way.

Two articles tell one story where their headlines and first sentences share words that are rare in the corpus, or where they
share less of that but quote the same utterances. A story stands around the article that most others are close to, so that a saga
of months does not become one event by a chain of days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, repeat
from typing import TYPE_CHECKING

from copydesk.corpus.openings import OpeningWords
from copydesk.corpus.similar import groups_around
from copydesk.corpus.texts import LATE, ArticleText, Printing
from copydesk.rows import StoryRow

if TYPE_CHECKING:
    from copydesk.corpus.scratch import Scratch

WINDOW_DAYS = 3  # between two articles about one event
QUOTED_WINDOW_DAYS = 7  # where they quote the same utterance

CLOSE = 0.28  # cosine of the two openings; above it nearly all pairs of real articles were one event
CLOSE_UNDATED = 0.33  # without a date
CLOSE_QUOTING = 0.12  # where they share an utterance; half of it where they share two, and so on
MOST_PAIRED = 30  # articles with one utterance or text, up to which all their pairs count


@dataclass(frozen=True, slots=True)
class Stories:
    """The rows of `stories`, and each article's story."""

    rows: tuple[StoryRow, ...]
    story_of: Mapping[str, str]


class Openings:
    """The openings of all articles, their words in scratch files."""

    def __init__(self, scratch: Scratch) -> None:
        self._openings: list[Printing] = []
        self._words = OpeningWords(scratch)

    def add(self, article: ArticleText) -> None:
        self._openings.append(Printing.of(article))
        trace = article.trace
        self._words.add(trace.opening, trace.counts)

    @property
    def printings(self) -> dict[str, Printing]:
        """Where each article was printed, by article_id."""
        return {opening.article_id: opening for opening in self._openings}

    def stories(self, utterances: Iterable[Iterable[str]], copies: Iterable[Iterable[str]]) -> Stories:
        """Stories of two articles or more. `utterances` are the articles that share one, `copies` those that are one text."""
        numbers = {opening.article_id: number for number, opening in enumerate(self._openings)}
        shared = Counter(pair for group in utterances for pair in _pairs(numbers, group))
        same = {pair for group in copies for pair in _pairs(numbers, group)}
        return _stories(self._openings, self._links(shared, same))

    def _links(
        self, shared: Mapping[tuple[int, int], int], same: set[tuple[int, int]]
    ) -> set[tuple[int, int]]:
        """Pairs of articles about one event."""
        links = set()
        for first, second, closeness in self._close_pairs(sorted({*shared, *same})):
            pair = (min(first, second), max(first, second))
            a, b = self._openings[first].day, self._openings[second].day
            apart = None if a is None or b is None else abs(a - b)
            by_words = (
                closeness >= (CLOSE_UNDATED if apart is None else CLOSE) and (apart or 0) <= WINDOW_DAYS
            )
            by_quotes = (
                shared.get(pair, 0)
                and closeness * shared[pair] >= CLOSE_QUOTING
                and (apart or 0) <= QUOTED_WINDOW_DAYS
            )
            if by_words or by_quotes or pair in same:
                links.add(pair)
        return links

    def _close_pairs(self, more: list[tuple[int, int]]) -> Iterator[tuple[int, int, float]]:
        """Close pairs that share rare words within the window, and those asked for, with the cosine of their openings."""
        import numpy as np

        weighed = self._words.weighed()
        days = [opening.day for opening in self._openings]
        order = sorted(range(len(days)), key=lambda number: self._openings[number].article_id)
        asked = np.array(more, np.int64).reshape(-1, 2)
        for least, pairs in ((CLOSE, weighed.candidates(days, order, WINDOW_DAYS)), (0.0, [asked.T])):
            for first, second in pairs:
                closeness = weighed.closeness(first, second)
                close = (closeness >= least) & (closeness > 0)
                yield from zip(
                    first[close].tolist(), second[close].tolist(), closeness[close].tolist(), strict=True
                )


def _pairs(numbers: Mapping[str, int], group: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Each pair of a small group; of a large one each with the first, so that work stays linear."""
    members = [numbers[article_id] for article_id in sorted(set(group))]
    pairs = (
        combinations(members, 2)
        if len(members) <= MOST_PAIRED
        else zip(repeat(members[0]), members[1:], strict=False)
    )
    for first, second in pairs:
        yield min(first, second), max(first, second)


def _stories(openings: list[Printing], links: Iterable[tuple[int, int]]) -> Stories:
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    for first, second in links:
        neighbours[first].add(second)
        neighbours[second].add(first)

    def rank(item: int, left: set[int]) -> tuple[int, datetime, str]:
        """The article that most others are close to; among equals the first that was published."""
        return -len(left), openings[item].published_at or LATE, openings[item].article_id

    rows, story_of = [], {}
    for centre, members in groups_around(neighbours, rank):
        if len(members) < 2:
            continue
        group = [openings[member] for member in members]
        story_id = openings[centre].article_id
        story_of.update(dict.fromkeys((opening.article_id for opening in group), story_id))
        dates = [opening.published_at for opening in group if opening.published_at is not None]
        rows.append(
            StoryRow(
                story_id=story_id,
                headline=openings[centre].headline,
                article_count=len(group),
                outlet_count=len({opening.outlet for opening in group if opening.outlet is not None}),
                first_published_at=min(dates, default=None),
                last_published_at=max(dates, default=None),
            )
        )
    return Stories(tuple(sorted(rows, key=lambda row: row.story_id)), dict(sorted(story_of.items())))
