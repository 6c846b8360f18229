"""Which items have keys in common, and how many: an inverted index in the memory of a stretch of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from copydesk.corpus.scratch import Spool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.scratch import Items, Keys, Scratch

    Numbers = NDArray[np.int64]

MOST_ITEMS = 2**31 - 1
PAIRS_AT_ONCE = 400_000


class Postings:
    """Items by their keys. Asked once, when all are in."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._spool = Spool(scratch, with_items=True)

    def add(self, keys: Keys, items: Items) -> None:
        """An item for each key. An item has a key once."""
        self._spool.add(keys, items)

    def pairs(
        self,
        links: int,
        *,
        least: int = 1,
        all_up_to: int = 0,
        most: int = MOST_ITEMS,
        places: Items | None = None,
    ) -> Iterator[tuple[Items, Items, Numbers]]:
        """Pairs of items that have at least so many keys in common: the smaller items, in their order, the larger ones, and how
        many keys they share.

        A key of up to `all_up_to` items makes pairs of all. A more frequent one links each to the first `links` of them and to so
        many after it, so that work stays linear; a key of more than `most` items makes none. `places` puts another number in the
        place of each item, or, below 0, none.
        """
        import numpy as np

        found = Spool(self._scratch, with_items=False)
        for keys, items in self._spool.stretches():
            _meet(keys, items if places is None else places[items], found, links, all_up_to, most)
        for pairs, _ in found.stretches():
            starts = starts_of(pairs)
            shared = np.diff(starts, append=len(pairs))
            starts, shared = starts[shared >= least], shared[shared >= least]
            kept = pairs[starts]
            yield (kept >> np.uint64(32)).astype(np.int32), kept.astype(np.uint32).astype(np.int32), shared


def _meet(keys: Keys, items: Items, found: Spool, links: int, all_up_to: int, most: int) -> None:
    """Pairs of items under sorted keys, each as one number: the smaller item above the larger one."""
    import numpy as np

    wanted = items >= 0
    keys, items = keys[wanted], items[wanted]
    starts = starts_of(keys)
    sizes = np.diff(starts, append=len(keys))
    common = (sizes >= 2) & (sizes <= most)
    # Of keys that make pairs, the items in their order.
    posted = np.repeat(common, sizes)
    sizes = sizes[common]
    ordered = np.repeat(np.arange(len(sizes), dtype=np.uint64) << np.uint64(32), sizes)
    ordered |= items[posted].astype(np.uint64)
    ordered.sort(kind="stable")  # they rise from key to key already
    places = ordered & np.uint64(0xFFFFFFFF)
    nth = np.arange(len(places)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    size_of = np.repeat(sizes, sizes)
    after = size_of - nth - 1
    linked = np.where((size_of <= all_up_to) | (nth < links), after, np.minimum(after, links))
    ends = np.cumsum(linked)
    begin = 0
    while begin < len(places):
        before = int(ends[begin - 1]) if begin else 0
        stop = max(begin + 1, int(ends.searchsorted(before + PAIRS_AT_ONCE, side="right")))
        counts = linked[begin:stop]
        first = np.repeat(np.arange(begin, stop), counts)
        second = first + 1 + np.arange(len(first)) - np.repeat(ends[begin:stop] - counts - before, counts)
        found.add((places[first] << np.uint64(32)) | places[second])
        begin = stop


def starts_of(ordered: NDArray[Any]) -> Numbers:
    """Where each run of equal numbers begins."""
    import numpy as np

    is_first = np.ones(len(ordered), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(is_first)
