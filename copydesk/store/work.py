"""What there is to edit, as sources that workers take: inputs to be read, and pages of the store to be edited again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from copydesk.jobs import Fresh, Source, Stored, StoredPage
from copydesk.read import PART_BYTES, split_input
from copydesk.store.changes import Changes, known_pages

if TYPE_CHECKING:
    from copydesk.read import Input

STORED_PAGES = 500  # of one source
# Few large files are cut until there are so many parts. More of them share the work more evenly, but each passes over what is
# before it: a millisecond of CPU for a page of 340 kB.
PARTS_PER_WORKER = 4


def sources_of(
    changes: Changes, items: Sequence[Input], keys: Sequence[str], workers: int
) -> tuple[Source, ...]:
    """The sources of a run, in the order of inputs, those without inputs last; large files in parts for so many workers."""
    known = known_pages(changes.known)
    large = sum(items[number].bytes > PART_BYTES for number in changes.to_read)
    parts = max(1, workers * PARTS_PER_WORKER // max(1, large))
    fresh = (
        Fresh(part, keys[number], known.get(items[number].uri, frozenset()))
        for number in changes.to_read
        for part in split_input(items[number], parts)
    )
    return (*fresh, *_stored(changes))


def _stored(changes: Changes) -> list[Stored]:
    by_segment: defaultdict[str, list[tuple[StoredPage, int]]] = defaultdict(list)
    names = ("segment", "row", "input_uri", "input_key", "place", "size")
    for segment, *page, size in zip(*(changes.redone[name].to_pylist() for name in names), strict=True):
        by_segment[segment].append((StoredPage(*page), size))
    sources = []
    for segment, pages in sorted(by_segment.items()):
        pages.sort(key=lambda page: page[0].row)
        for start in range(0, len(pages), STORED_PAGES):
            group = pages[start : start + STORED_PAGES]
            sources.append(Stored(segment, tuple(page for page, _ in group), sum(size for _, size in group)))
    return sources
