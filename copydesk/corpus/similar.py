"""Which of many items have much in common: candidate pairs from shared keys, and groups around one of them.

Articles and quotes go the same way. An item is a number and a sketch: some of its word runs, as hashes. The sketch is Broder's
(On the resemblance and containment of documents, 1997): the keys that a fixed fraction of all hashes selects, so that a copy cut
short still shares its part, which plain MinHash signatures cannot see. See docs/decisions/0007.
Everything depends on the set of items alone: items are ordered by size and content, never by arrival.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

from copydesk.corpus.postings import Postings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.scratch import Items, Keys, Scratch

    Pairs = NDArray[np.int32]
    Flags = NDArray[np.bool_]

LINKS = 24  # a key of many items links each to the first of them and to its neighbours only, so that work stays linear
_FACTOR = 0x9E3779B97F4A7C15  # odd
MOST_SHARED = 20_000  # a key of more different items than this tells nothing


def sketch(keys: Keys, one_in: int, at_least: int) -> Keys:
    """The keys that stand for an item, of its different ones, sorted: one in `one_in` of all hashes, and of a small item its
    `at_least` smallest.
    """
    import numpy as np

    limit = np.uint64(2**64 // one_in - 1) if one_in > 1 else np.uint64(2**64 - 1)
    chosen: Keys = keys[: max(at_least, int(np.searchsorted(keys, limit, side="right")))]
    return chosen


class SharedKeys:
    """Items and their keys; asked once, when all are in."""

    def __init__(self, scratch: Scratch) -> None:
        self._postings, self._alike = Postings(scratch), Postings(scratch)
        # Of each item, 24 bytes.
        self._numbers, self._sizes = array("i"), array("i")
        self._ties, self._same = array("Q"), array("Q")

    def add(self, numbers: NDArray[np.integer[Any]], keys: Keys, sizes: Items, ties: Keys) -> None:
        """Some items: their keys, distinct and sorted, one item's after another's, and how many each has; at least one.

        `ties` order items of equal size and must come from the items' content or ids.
        """
        import numpy as np

        first = len(self._numbers)
        items = np.arange(first, first + len(numbers), dtype=np.int32)
        self._postings.add(keys, np.repeat(items, sizes))
        self._numbers.frombytes(numbers.astype(np.int32).tobytes())
        self._sizes.frombytes(sizes.astype(np.int32).tobytes())
        self._ties.frombytes(ties.tobytes())
        self._same.frombytes(_sums(keys, sizes).tobytes())

    def pairs(self, least_shared: int, least_share: float) -> Pairs:
        """Pairs that share at least so many keys, and so large a share of the smaller one's: a row each, the larger first."""
        import numpy as np

        numbers, sizes = np.array(self._numbers), np.array(self._sizes)
        order = np.lexsort((numbers, np.array(self._ties), -sizes))
        numbers, sizes, same = numbers[order], sizes[order], np.array(self._same)[order]
        # Of many items with the very same keys the first stands for the others wherever they meet different ones.
        _, firsts, kind, counts = np.unique(same, return_index=True, return_inverse=True, return_counts=True)
        is_of_many = counts[kind] > LINKS
        stands = ~is_of_many
        stands[firsts] = True
        places = np.empty(len(order), np.int32)
        places[order] = np.where(stands, np.arange(len(order)), -1)
        self._alike.add(same[is_of_many], np.flatnonzero(is_of_many).astype(np.int32))
        found = []
        for x, y, shared in self._postings.pairs(LINKS, least=least_shared, most=MOST_SHARED, places=places):
            kept = shared >= least_share * sizes[y]
            found.append((x[kept], y[kept]))
        for x, y, _ in self._alike.pairs(LINKS):
            kept = sizes[y] >= least_shared
            found.append((x[kept], y[kept]))
        first, second = (np.concatenate(each) for each in zip(*found, strict=True))
        # Whole arrays, since there may be millions of pairs.
        by_place = np.lexsort((second, first))
        return np.stack([numbers[first[by_place]], numbers[second[by_place]]], axis=1)


def _sums(keys: Keys, sizes: Items) -> Keys:
    """A hash of the keys of each item."""
    import numpy as np

    mixed = keys * _FACTOR
    mixed ^= mixed >> np.uint64(29)
    sums: Keys = np.add.reduceat(mixed, np.cumsum(sizes) - sizes) if len(sizes) else mixed
    return sums


def wanted_flags(pairs: Pairs, count: int) -> Flags:
    """For each of so many items, whether it is in a pair."""
    import numpy as np

    flags = np.zeros(count, np.bool_)
    flags[pairs.ravel()] = True
    return flags


def groups_around(
    neighbours: Mapping[int, set[int]],
    rank: Callable[[int, set[int]], Any],
    joins: Callable[[int, int, list[int]], bool] = lambda centre, item, members: True,
) -> list[tuple[int, list[int]]]:
    """Groups of items that are all alike to one of them, the centre, which comes with them: (centre, members).

    The centre is the item of lowest `rank(item, neighbours that are left)`; what it does not reach forms groups of its
    own, so that a chain of small differences never joins two things that differ. `joins` may refuse a member in view of the
    members so far, which are asked in the order of their rank. What is alike to nothing that is left is a group of its own.
    """
    left = set(neighbours)
    current = {item: rank(item, neighbours[item] & left) for item in left}
    waiting = [(place, item) for item, place in current.items()]
    heapify(waiting)
    groups = []
    while waiting:
        place, centre = heappop(waiting)
        if centre not in left or place != current[centre]:
            continue  # its neighbours have left since; it waits under its newer rank
        members = [centre]
        for item in sorted(neighbours[centre] & left, key=lambda item: (current[item], item)):
            if joins(centre, item, members):
                members.append(item)
        left.difference_update(members)
        for item in {other for member in members for other in neighbours[member]} & left:
            current[item] = rank(item, neighbours[item] & left)
            heappush(waiting, (current[item], item))
        groups.append((centre, members))
    return groups
