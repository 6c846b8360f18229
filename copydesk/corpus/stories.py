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

from copydesk.corpus.similar import groups_around, in_shares
from copydesk.corpus.texts import LATE, ArticleText, Printing
from copydesk.rows import StoryRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.store import ScratchDatabase
    from copydesk.corpus.wording import Keys

WINDOW_DAYS = 3  # between two articles about one event
QUOTED_WINDOW_DAYS = 7  # where they quote the same utterance
PRIOR_ARTICLES = 1_000  # as if so many articles without any of the words were there: five documents tell little of what is rare
SCALE = 100  # weights are whole numbers, whose sums do not depend on the order of adding

CLOSE = 0.28  # cosine of the two openings; above it nearly all pairs of real articles were one event
CLOSE_UNDATED = 0.33  # without a date
CLOSE_QUOTING = 0.12  # where they share an utterance; half of it where they share two, and so on
RARE_IN_WINDOW = 60  # articles with a word in some days, up to which all their pairs are candidates
LINKED = 4  # of a more frequent word: those that are candidates with all, and how many after each with it
LEAST_SHARED_WORDS = 2
MOST_PAIRED = 30  # articles with one utterance or text, up to which all their pairs count
BUFFERED_WORDS = 100_000
PAIRS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Stories:
    """The rows of `stories`, and each article's story."""

    rows: tuple[StoryRow, ...]
    story_of: Mapping[str, str]


class Openings:
    """The openings of all articles, their words in the scratch database."""

    def __init__(self, database: ScratchDatabase) -> None:
        self._database = database
        self._openings: list[Printing] = []
        self._words: list[tuple[int, Keys, NDArray[np.int8]]] = []
        self._buffered = 0
        database.run("CREATE TABLE opening_words (article INTEGER, word UBIGINT, count INTEGER)")

    def add(self, article: ArticleText) -> None:
        number = len(self._openings)
        self._openings.append(Printing.of(article))
        trace = article.trace
        self._words.append((number, trace.opening, trace.counts))
        self._buffered += len(trace.opening)
        if self._buffered >= BUFFERED_WORDS:
            self._flush()

    @property
    def printings(self) -> dict[str, Printing]:
        """Where each article was printed, by article_id."""
        return {opening.article_id: opening for opening in self._openings}

    def stories(self, utterances: Iterable[Iterable[str]], copies: Iterable[Iterable[str]]) -> Stories:
        """Stories of two articles or more. `utterances` are the articles that share one, `copies` those that are one text."""
        self._flush()
        numbers = {opening.article_id: number for number, opening in enumerate(self._openings)}
        shared = Counter(pair for group in utterances for pair in _pairs(numbers, group))
        same = {pair for group in copies for pair in _pairs(numbers, group)}
        return _stories(self._openings, self._links(shared, same))

    def _links(
        self, shared: Mapping[tuple[int, int], int], same: set[tuple[int, int]]
    ) -> dict[tuple[int, int], float]:
        """Pairs of articles about one event and how close they are."""
        links = {}
        for first, second, closeness in self._close_pairs(sorted({*shared, *same})):
            pair = (first, second)
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
                links[pair] = closeness
        return links

    def _close_pairs(self, more: list[tuple[int, int]]) -> Iterator[tuple[int, int, float]]:
        """Close pairs that share rare words within the window, and those asked for, with the cosine of their openings."""
        import pyarrow as pa

        database = self._database
        days = [opening.day for opening in self._openings]
        # An order of their own, which decides which articles with a frequent word are linked.
        order = sorted(range(len(days)), key=lambda number: self._openings[number].article_id)
        database.run("CREATE TABLE openings (article INTEGER, place INTEGER, day INTEGER)")
        database.insert(
            "openings",
            {
                "article": pa.array(order, pa.int32()),
                "place": pa.array(range(len(days)), pa.int32()),
                "day": pa.array([days[number] for number in order], pa.int32()),
            },
        )
        database.run("CREATE TABLE asked (x INTEGER, y INTEGER)")
        database.insert(
            "asked",
            {
                "x": pa.array([a for a, _ in more], pa.int32()),
                "y": pa.array([b for _, b in more], pa.int32()),
            },
        )
        database.run(
            f"""
            -- Each day falls in two stretches of twice the window, so that any two days within it share one;
            -- a stretch of its own, number -1, is for pairs of which one has no date.
            CREATE TABLE spread AS
            SELECT article, day, unnest([
                2 * (day // {2 * WINDOW_DAYS}), 2 * ((day + {WINDOW_DAYS}) // {2 * WINDOW_DAYS}) + 1
            ]) AS stretch
            FROM openings WHERE day IS NOT NULL
            UNION ALL
            SELECT article, day, -1 FROM openings WHERE (SELECT count(*) > count(day) FROM openings)
            """
        )
        database.run("CREATE TABLE weighted (article INTEGER, word UBIGINT, weight BIGINT)")
        database.run("CREATE TABLE sharing (stretch INTEGER, x INTEGER, y INTEGER, words INTEGER)")
        for words in in_shares(database, "opening_words", "word"):
            database.run(
                f"""
                INSERT INTO weighted
                SELECT article, word, CAST(round({SCALE} * count * idf) AS BIGINT) FROM (
                    SELECT *, ln(1 + ({len(days)} + {PRIOR_ARTICLES}) / count(*) OVER (PARTITION BY word)) AS idf FROM {words}
                )
                """
            )
            database.run(
                f"""
                INSERT INTO sharing
                WITH posted AS (
                    SELECT o.place, o.day, s.stretch, w.word, count(*) OVER (PARTITION BY s.stretch, w.word) AS n
                    FROM spread s JOIN {words} w USING (article) JOIN openings o USING (article)
                ), rare AS (
                    SELECT * FROM posted WHERE n BETWEEN 2 AND {RARE_IN_WINDOW}
                ), frequent AS (
                    SELECT *, row_number() OVER (PARTITION BY stretch, word ORDER BY place) AS nth
                    FROM posted WHERE n > {RARE_IN_WINDOW}
                ), linked AS (
                    SELECT a.stretch, a.place AS x, b.place AS y, a.day AS day, b.day AS other
                    FROM rare a JOIN rare b ON a.stretch = b.stretch AND a.word = b.word AND a.place < b.place
                    UNION ALL
                    SELECT a.stretch, a.place, b.place, a.day, b.day
                    FROM frequent a JOIN frequent b ON a.stretch = b.stretch AND a.word = b.word AND a.nth < b.nth
                    WHERE a.nth <= {LINKED}
                    UNION ALL
                    SELECT a.stretch, a.place, b.place, a.day, b.day
                    FROM (SELECT *, unnest(range(1, {LINKED + 1})) AS step FROM frequent WHERE nth > {LINKED}) a
                    JOIN frequent b ON a.stretch = b.stretch AND a.word = b.word AND b.nth = a.nth + a.step
                )
                SELECT stretch, x, y, count(*) FROM linked WHERE stretch >= 0 OR day IS NULL OR other IS NULL
                GROUP BY stretch, x, y
                """
            )
        database.run(
            """
            CREATE TABLE norms AS
            SELECT article, sqrt(CAST(sum(weight * weight) AS DOUBLE)) AS norm FROM weighted GROUP BY article
            """
        )
        database.run(
            f"""
            CREATE TABLE candidates AS
            SELECT least(a.article, b.article) AS x, greatest(a.article, b.article) AS y FROM (
                SELECT x, y FROM sharing GROUP BY stretch, x, y HAVING sum(words) >= {LEAST_SHARED_WORDS}
            ) JOIN openings a ON a.place = x JOIN openings b ON b.place = y
            UNION SELECT x, y FROM asked
            ORDER BY x, y
            """
        )
        ((count,),) = database.rows("SELECT count(*) FROM candidates")
        for start in range(0, count, PAIRS_AT_ONCE):
            yield from database.rows(
                f"""
                WITH dots AS (
                    SELECT c.x, c.y, sum(a.weight * b.weight) AS dot
                    FROM (SELECT * FROM candidates WHERE rowid >= {start} AND rowid < {start + PAIRS_AT_ONCE}) c
                    JOIN weighted a ON a.article = c.x JOIN weighted b ON b.article = c.y AND b.word = a.word
                    GROUP BY c.x, c.y
                )
                SELECT x, y, CAST(dot AS DOUBLE) / (nx.norm * ny.norm) AS closeness FROM dots
                JOIN norms nx ON nx.article = x JOIN norms ny ON ny.article = y
                WHERE closeness >= CAST({CLOSE} AS DOUBLE) OR (x, y) IN (SELECT (x, y) FROM asked) ORDER BY x, y
                """
            )

    def _flush(self) -> None:
        import numpy as np
        import pyarrow as pa

        if self._words:
            numbers, words, counts = zip(*self._words, strict=True)
            owners = np.repeat(np.array(numbers, np.int32), np.array([len(each) for each in words], np.int64))
            columns = {
                "article": pa.array(owners),
                "word": pa.array(np.concatenate(words)),
                "count": pa.array(np.concatenate(counts).astype(np.int32)),
            }
            self._database.insert("opening_words", columns)
            self._words, self._buffered = [], 0


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


def _stories(openings: list[Printing], links: Mapping[tuple[int, int], float]) -> Stories:
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
