"""Blocks that an outlet repeats over several pages: furniture more often than news.

Evidence, never a verdict by itself: a sentence that many outlets quote is not boilerplate, so counts are kept by outlet. A page
counts once, however often it has the block; pages of the same content are one. Of a corpus' millions of blocks only hashes are
kept, so that what is repeated must be looked up in a second reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from copydesk.corpus.wording import as_keys, kept_key_bytes, key_bytes, normal_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from copydesk.corpus.wording import Keys

LEAST_PAGES = 3  # of one outlet; two pages may well share a correction or a quoted sentence
SHORTEST_CHARS = 3  # of a block's normal form; shorter ones are bullets and page numbers
SHORT_CHARS = 120  # of one whose key is kept for the next page
CHUNK = 200_000  # blocks that are hashed before they are packed

_NO_KEY = bytes(8)
_DIGITS = re.compile(r"\d+")
_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_BEFORE_OTHER_DIGITS = bytes(
    range("\u0660".encode()[0])
)  # bytes that no character from the Arabic digits on begins with


@dataclass(frozen=True, slots=True)
class Printed:
    """A block on a page."""

    outlet: int  # the caller's number of the outlet
    page: int  # the caller's number of the page's content: pages with the same one count once
    text: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """On how many pages an outlet prints a block."""

    page_count: int
    outlet_count: int  # outlets that print it at all


def normal_form(text: str) -> str:
    """A block as it is counted: without case, marks and numbers, which differ from page to page ("12 comments").

    >>> normal_form("Read on: 12 Comments!")
    'read on 0 comments'
    """
    return _DIGITS.sub("0", " ".join(normal_words(text)))


def form_key(text: str) -> int | None:
    """A hash of the normal form, 64 bits; None for a block that says nothing."""
    return int(form_keys([normal_words(text)])[0]) or None


def form_keys(blocks: Sequence[Sequence[str]]) -> Keys:
    """The `form_key` of each block with these normal words; 0 for one that says nothing."""
    if not blocks:
        return as_keys(())
    # An outlet's pages have most short blocks in common.
    return as_keys(
        [
            _NO_KEY
            if len(form) < SHORTEST_CHARS
            else kept_key_bytes(form)
            if len(form) <= SHORT_CHARS
            else key_bytes(form)
            for form in _without_numbers("\n".join(map(" ".join, blocks))).split("\n")
        ]
    )


def _without_numbers(forms: str) -> str:
    """The text with 0 for each of its numbers; as bytes in a fraction of the time, where none has digits of another script."""
    flat = forms.encode("utf-8", "surrogatepass")
    if flat.translate(None, _BEFORE_OTHER_DIGITS):
        return _DIGITS.sub("0", forms)
    flat = flat.translate(_ZEROS)
    while b"00" in flat:
        flat = flat.replace(b"00", b"0")
    return flat.decode()


def count_repeats(blocks: Iterable[Printed], least_pages: int = LEAST_PAGES) -> dict[tuple[int, int], Repeat]:
    """Blocks that occur on at least so many pages of one outlet, by outlet and `form_key`; blocks come in any order."""
    import numpy as np

    rows = _rows(blocks)
    pages = np.unique(rows, axis=0)  # outlet, key, page: each once
    printed, page_counts = _runs(pages[:, :2])
    keys, outlet_counts = np.unique(printed[:, 1], return_counts=True)
    chosen = page_counts >= least_pages
    outlets_of = outlet_counts[np.searchsorted(keys, printed[chosen, 1])]
    return {
        (outlet, key): Repeat(page_count, outlet_count)
        for (outlet, key), page_count, outlet_count in zip(
            map(tuple, printed[chosen].tolist()),
            page_counts[chosen].tolist(),
            outlets_of.tolist(),
            strict=True,
        )
    }


def _rows(blocks: Iterable[Printed]) -> NDArray[np.uint64]:
    """Outlet, key and page of each block that says something; in a chunk each once."""
    import numpy as np

    waiting = iter(blocks)
    chunks = [np.empty((0, 3), np.uint64)]
    while taken := list(islice(waiting, CHUNK)):
        keyed = ((block.outlet, form_key(block.text), block.page) for block in taken)
        rows = [row for row in keyed if row[1] is not None]
        if rows:
            chunks.append(np.unique(np.array(rows, np.uint64), axis=0))
    return np.concatenate(chunks)


def _runs(rows: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """The different rows of a sorted array, and how often each stands there."""
    import numpy as np

    if not len(rows):
        return rows, np.empty(0, np.intp)
    starts = np.flatnonzero(np.append(True, (rows[1:] != rows[:-1]).any(axis=1)))
    return rows[starts], np.diff(np.append(starts, len(rows)))
