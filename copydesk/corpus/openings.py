"""The words of all openings, and how close two openings are by them: the cosine, in which words that are rare in the corpus count
most.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from copydesk.corpus.postings import Postings, starts_of
from copydesk.corpus.scratch import Spool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.scratch import Keys, Scratch

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

PRIOR_ARTICLES = 1_000  # as if so many articles without any of the words were there: five documents tell little of what is rare
SCALE = 100  # weights are whole numbers, whose sums do not depend on the order of adding
WORDS_AT_ONCE = 100_000
RARE_IN_WINDOW = 60  # articles with a word in some days, up to which all their pairs are candidates
LINKED = 4  # of a more frequent word: those that are candidates with all, and how many after each with it
LEAST_SHARED_WORDS = 2
PAIRS_AT_ONCE = 2_000  # of one opening


class OpeningWords:
    """Openings by number, from 0; weighed when all are in."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._words, self._counts = scratch.file(), scratch.file()
        self._all = Spool(scratch, with_items=False)
        self._sizes = array("i")  # how many words each has
        self._waiting: list[tuple[Keys, NDArray[np.int8]]] = []
        self._buffered = 0

    def add(self, words: Keys, counts: NDArray[np.int8]) -> None:
        """The next opening: its distinct words and how much each of them counts."""
        self._sizes.append(len(words))
        self._waiting.append((words, counts))
        self._buffered += len(words)
        if self._buffered >= WORDS_AT_ONCE:
            self._flush()

    def weighed(self) -> WeighedOpenings:
        """The openings with the weights of their words."""
        import numpy as np

        self._flush()
        known, rarities = self._shared_words()
        unique = self._rarity(1)
        sizes = np.array(self._sizes, np.int64)
        squares = np.zeros(len(sizes))
        shared_sizes = np.zeros(len(sizes), np.int64)
        words_file, weights_file = self._scratch.file(), self._scratch.file()
        for first, stop, begin, end in _parts(np.cumsum(sizes)):
            words = self._words.read(8 * begin, end - begin, np.uint64)
            counts = self._counts.read(begin, end - begin, np.int8).astype(np.float64)
            owners = np.repeat(np.arange(stop - first), sizes[first:stop])
            at = np.searchsorted(known, words).clip(max=len(known) - 1)
            is_shared = known[at] == words
            weights = np.floor(SCALE * counts * np.where(is_shared, rarities[at], unique) + 0.5)
            squares[first:stop] = np.bincount(owners, weights * weights, stop - first)
            shared_sizes[first:stop] = np.bincount(owners[is_shared], minlength=stop - first)
            words_file.append(at[is_shared].astype(np.int32))
            weights_file.append(weights[is_shared].astype(np.int32))
        return WeighedOpenings(
            self._scratch,
            len(known),
            words_file.mapped(np.int32),
            weights_file.mapped(np.int32),
            np.cumsum(shared_sizes),
            np.sqrt(squares),
        )

    def _flush(self) -> None:
        import numpy as np

        if self._waiting:
            words, counts = zip(*self._waiting, strict=True)
            self._words.append(np.concatenate(words))
            self._counts.append(np.concatenate(counts))
            self._all.add(np.concatenate(words))
            self._waiting, self._buffered = [], 0

    def _shared_words(self) -> tuple[Keys, Floats]:
        """The words of two openings or more, sorted, and how rare each of them is; at the end a word that there is not."""
        import numpy as np

        words, articles = [], []
        for stretch, _ in self._all.stretches():
            starts = starts_of(stretch)
            counts = np.diff(starts, append=len(stretch))
            words.append(stretch[starts[counts > 1]])
            articles.append(counts[counts > 1])
        counts, kind = np.unique(np.concatenate(articles), return_inverse=True)
        rarities = np.array([self._rarity(count) for count in counts.tolist()], np.float64)[kind]
        return np.append(np.concatenate(words), np.uint64(2**64 - 1)), np.append(rarities, 0.0)

    def _rarity(self, articles: int) -> float:
        # Not by NumPy's logarithm, whose last digits depend on the machine.
        return log(1 + (len(self._sizes) + PRIOR_ARTICLES) / articles)


class WeighedOpenings:
    """Openings as words, by number, with weights. A word of one opening only is in its length alone."""

    def __init__(
        self,
        scratch: Scratch,
        words_count: int,
        words: NDArray[np.int32],
        weights: NDArray[np.int32],
        ends: Numbers,  # of each opening in `words` and `weights`
        lengths: Floats,
    ) -> None:
        import numpy as np

        self._scratch, self._words_count = scratch, words_count
        self._words, self._weights, self._lengths = words, weights, lengths
        self._ends, self._sizes = ends, np.diff(ends, prepend=0)

    def candidates(
        self, days: Sequence[int | None], order: Sequence[int], window: int
    ) -> Iterator[tuple[Numbers, Numbers]]:
        """Pairs of openings, some of them twice, that share words and are at most `window` days apart or without a date.

        Words that are frequent in these days link few; `order` decides which.
        """
        import numpy as np

        count = len(days)
        numbers = np.array(order, np.int64)
        places = np.empty(count, np.int64)
        places[numbers] = np.arange(count)
        is_dated = np.array([day is not None for day in days], np.bool_)
        day = np.array([day or 0 for day in days], np.int64)
        # Each day falls in two stretches of twice the window, so that any two days within it share one.
        stretches = [
            2 * (day // (2 * window)) + 1,
            2 * ((day + window) // (2 * window)) + 2,
        ]
        is_asked = np.zeros(self._words_count, np.bool_)  # is a word of an opening without a date
        for owners, words in self._by_part():
            is_asked[words[~is_dated[owners]]] = True
        postings = Postings(self._scratch)
        for owners, words in self._by_part():
            dated = is_dated[owners]
            for turn, stretch in enumerate(stretches):
                keys = stretch[owners[dated]] * self._words_count + words[dated]
                postings.add(keys.astype(np.uint64), (turn * count + places[owners[dated]]).astype(np.int32))
            # A stretch of its own, 0, is for pairs of which one has no date.
            asked = is_asked[words]
            items = (2 * count + places[owners[asked]]).astype(np.int32)
            postings.add(words[asked].astype(np.uint64), items)
        for x, y, _ in postings.pairs(LINKED, least=LEAST_SHARED_WORDS, all_up_to=RARE_IN_WINDOW):
            first, second = numbers[x % count], numbers[y % count]
            wanted = (x < 2 * count) | ~(is_dated[first] & is_dated[second])
            yield first[wanted], second[wanted]

    def closeness(self, first: Numbers, second: Numbers) -> Floats:
        """The cosine of each pair; quickest where equal numbers stand together in `first`. 0 where no word is shared."""
        import numpy as np

        found = np.zeros(len(first))
        weight_of = np.zeros(self._words_count, np.int64)
        told = np.flatnonzero((self._sizes[first] > 0) & (self._sizes[second] > 0))
        starts = starts_of(first[told])
        for begin, end in pairwise([*starts.tolist(), len(told)]):
            number = first[told[begin]]
            own = slice(self._ends[number] - self._sizes[number], self._ends[number])
            weight_of[self._words[own]] = self._weights[own]
            for at in range(begin, end, PAIRS_AT_ONCE):
                pairs = told[at : min(at + PAIRS_AT_ONCE, end)]
                others = second[pairs]
                sizes = self._sizes[others]
                ends = np.cumsum(sizes)
                rows = np.arange(ends[-1]) + np.repeat(self._ends[others] - ends, sizes)
                dots = np.add.reduceat(weight_of[self._words[rows]] * self._weights[rows], ends - sizes)
                found[pairs] = dots / (self._lengths[number] * self._lengths[others])
            weight_of[self._words[own]] = 0
        return found

    def _by_part(self) -> Iterator[tuple[Numbers, NDArray[np.int32]]]:
        """All words with the numbers of their openings, a part at a time."""
        import numpy as np

        for first, stop, begin, end in _parts(self._ends):
            yield np.repeat(np.arange(first, stop), self._sizes[first:stop]), self._words[begin:end]


def _parts(ends: Numbers) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of openings with about WORDS_AT_ONCE words in all: the first, the one after the last, the first word, the end."""
    first = begin = 0
    while first < len(ends):
        stop = max(first + 1, int(ends.searchsorted(begin + WORDS_AT_ONCE, side="right")))
        end = int(ends[stop - 1])
        yield first, stop, begin, end
        first, begin = stop, end
