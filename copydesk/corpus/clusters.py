"""The same utterance in several articles, in whatever wording they print it.

Two quotes are one utterance where their words agree, in order, but for small edits, or where one is a stretch of the other.
How many words that takes depends on who speaks: few for one known speaker, a long and equal sentence for two. Indirect speech is
left out, since its words are the reporter's, and so are terms, which nobody utters.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from copydesk.corpus.similar import SharedKeys, groups_around, wanted_flags
from copydesk.corpus.speakers import Agreement, agree
from copydesk.corpus.texts import LATE, Printing, Quotes, QuoteText
from copydesk.corpus.traces import LEAST_QUOTED, is_enough
from copydesk.corpus.wordings import Match, Wording, match, show_edits
from copydesk.rows import QuoteClusterRow, QuoteRelation

if TYPE_CHECKING:
    from datetime import datetime

    from copydesk.corpus.scratch import Scratch
    from copydesk.corpus.similar import Pairs

# How many words must agree, and how many of those that say something: pairs, one of which must hold, for a speaker who is the
# same, not known in one of the two, or another one. Set on real quotes, where shorter ones were slogans and stock phrases.
ENOUGH: dict[Agreement, tuple[tuple[int, int], ...]] = {
    "same": LEAST_QUOTED,
    "open": ((6, 3), (9, 2)),
    "different": ((12, 4),),
}
LEAST_SHARE_OF_OTHERS = 0.9  # of both wordings, where two different speakers are named

LEAST_SHARED_KEYS = 2
LEAST_SHARE_OF_KEYS = 0.25
PAIRS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class _Statement:
    """Quotes with the same words and speaker."""

    speaker: str | None
    language: str | None
    quotes: tuple[QuoteText, ...]
    length: int  # words

    @property
    def wording(self) -> Wording:
        return _wording(self.quotes[0].text, self.language)


# Statements are compared in the order of their words, so those that are looked at together are among the last ones.
_wording = lru_cache(maxsize=2_000)(Wording)


@dataclass(frozen=True, slots=True)
class Clusters:
    """The rows of `quote_clusters`, in the order of cluster_id and quote_id, and for each cluster its articles."""

    rows: tuple[QuoteClusterRow, ...]
    articles: tuple[frozenset[str], ...]  # article_ids; in no order of clusters


def cluster_quotes(
    quotes: Quotes,
    printings: Mapping[str, Printing],
    scratch: Scratch,
) -> Clusters:
    """Utterances that several articles print; `printings` knows the articles.

    A cluster bears the quote_id of its canonical wording and spans two articles at least.
    """
    index = SharedKeys(scratch)
    count = 0
    for keys, sizes, ties in quotes.traces():
        findable = sizes.nonzero()[0]
        index.add(findable + count, keys, sizes[findable], ties[findable])
        count += len(sizes)
    pairs = index.pairs(LEAST_SHARED_KEYS, LEAST_SHARE_OF_KEYS)
    found = dict(quotes.texts(wanted_flags(pairs, count)))
    rows: list[QuoteClusterRow] = []
    articles = []
    for statements in _clusters(found, printings, pairs):
        ids = frozenset(quote.article_id for statement in statements for quote in statement.quotes)
        if len(ids) > 1:
            rows += _rows(statements, [printings[article_id] for article_id in ids])
            articles.append(ids)
    _wording.cache_clear()  # nobody asks again, and its memory lies scattered among what is free
    return Clusters(tuple(sorted(rows, key=lambda row: (row.cluster_id, row.quote_id))), tuple(articles))


def _statements(
    found: Mapping[int, QuoteText], printings: Mapping[str, Printing]
) -> tuple[list[_Statement], dict[int, int]]:
    """The distinct statements in an order of their own, and each quote's place among them."""
    # Words as one string, which takes a tenth of the memory that they take one by one, and sorts like them.
    same: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, quote in found.items():
        same["\0".join(Wording(quote.text).words), quote.speaker or ""].append(number)

    def age(number: int) -> tuple[datetime, str]:
        quote = found[number]
        return printings[quote.article_id].published_at or LATE, quote.quote_id

    statements, places = [], {}
    for place, ((words, _), numbers) in enumerate(sorted(same.items())):
        quotes = tuple(found[number] for number in sorted(numbers, key=age))
        language = printings[quotes[0].article_id].language
        statements.append(_Statement(quotes[0].speaker, language, quotes, len(words.split("\0"))))
        places.update(dict.fromkeys(numbers, place))
    return statements, places


def _clusters(
    found: Mapping[int, QuoteText], printings: Mapping[str, Printing], pairs: Pairs
) -> Iterator[list[_Statement]]:
    """Statements that are one utterance, the canonical one first."""
    statements, places = _statements(found, printings)
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    inside: defaultdict[int, set[int]] = defaultdict(
        set
    )  # the longer wordings that hold all of a shorter one
    for first, second in _statement_pairs(places, pairs):
        if first == second:
            # The very same words in several articles: a cluster even if no other wording joins.
            if _same_utterance(statements[first], statements[first]):
                neighbours.setdefault(first, set())
            continue
        shorter, longer = sorted((first, second), key=lambda at: (statements[at].length, at))
        if found_match := _same_utterance(statements[shorter], statements[longer]):
            neighbours[first].add(second)
            neighbours[second].add(first)
            if found_match.relation == "contained":
                inside[shorter].add(longer)

    def rank(item: int, left: set[int]) -> tuple[bool, int, int, int]:
        """Whole statements before parts, then the one that most quotes are like, the most frequent, the longest."""
        own = len(statements[item].quotes)
        like = own + sum(len(statements[other].quotes) for other in left)
        return bool(inside[item] & left), -like, -own, -statements[item].length

    named: defaultdict[int, set[str | None]] = defaultdict(
        set
    )  # speakers of a group's members, by its centre

    def joins(centre: int, item: int, members: list[int]) -> bool:
        """Not where a speaker is already another one, unless the words are long and equal."""
        # Members come one by one, and hundreds of them name the same few speakers.
        named[centre].add(statements[members[-1]].speaker)
        if all(agree(statements[item].speaker, speaker) != "different" for speaker in named[centre]):
            return True
        return _same_utterance(statements[item], statements[centre], agreement="different") is not None

    for _, members in groups_around(neighbours, rank, joins):
        yield [statements[member] for member in members]


def _statement_pairs(places: Mapping[int, int], pairs: Pairs) -> Iterator[tuple[int, int]]:
    """Pairs of quotes as pairs of statements, each once; the same one twice where two quotes have the same words."""
    import numpy as np

    if not len(pairs):
        return
    place_of = np.zeros(int(pairs.max()) + 1, np.int32)
    place_of[list(places)] = list(places.values())
    lower, higher = np.sort(place_of[pairs], axis=1).astype(np.int64).T
    distinct = np.unique(lower << 32 | higher)
    for start in range(0, len(distinct), PAIRS_AT_ONCE):
        stretch = distinct[start : start + PAIRS_AT_ONCE]
        yield from zip((stretch >> 32).tolist(), (stretch & 0xFFFFFFFF).tolist(), strict=True)


def _same_utterance(
    first: _Statement, second: _Statement, agreement: Agreement | None = None
) -> Match | None:
    shorter, longer = (first, second) if first.length <= second.length else (second, first)
    found = match(shorter.wording, longer.wording)
    if found is None:
        return None
    agreement = agreement or agree(first.speaker, second.speaker)
    if not is_enough(found.words, found.told, ENOUGH[agreement]):
        return None
    return None if agreement == "different" and found.share < LEAST_SHARE_OF_OTHERS else found


def _rows(statements: Sequence[_Statement], articles: Sequence[Printing]) -> Iterator[QuoteClusterRow]:
    """The rows of one cluster, whose canonical statement comes first."""
    canonical = statements[0].quotes[0]
    speaker = _speaker(quote for statement in statements for quote in statement.quotes)
    dates = [article.published_at for article in articles if article.published_at is not None]
    for statement in statements:
        relation, edits = _relation(statement.wording, statements[0].wording)
        for quote in statement.quotes:
            yield QuoteClusterRow(
                cluster_id=canonical.quote_id,
                quote_id=quote.quote_id,
                relation=relation,
                edits=edits,
                wording=canonical.text,
                speaker=speaker,
                article_count=len(articles),
                outlet_count=len({article.outlet for article in articles if article.outlet is not None}),
                first_published_at=min(dates, default=None),
            )


def _relation(wording: Wording, canonical: Wording) -> tuple[QuoteRelation, str | None]:
    edits = show_edits(wording.text, canonical.text)
    if edits is None:
        return "identical", None
    found = match(wording, canonical) if len(wording.words) <= len(canonical.words) else None
    return ("contained" if found and found.relation == "contained" else "edited"), edits


def _speaker(quotes: Iterable[QuoteText]) -> str | None:
    """The name that most members give; of several the fullest."""
    counted = Counter(quote.speaker for quote in quotes if quote.speaker is not None)
    return min(counted, key=lambda name: (-counted[name], -len(name), name), default=None)
