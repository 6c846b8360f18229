"""Blocks that an outlet repeats over several pages: furniture more often than news.

Evidence for the labeller and for `copydesk learn`, never a verdict by itself: a sentence that many outlets quote is not
boilerplate, so counts are kept by outlet. A page counts once, however often it has the block; pages of the same content are one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from copydesk.corpus.wording import normal_words

LEAST_PAGES = 3  # of one outlet; two pages may well share a correction or a quoted sentence
SHORTEST_CHARS = 3  # of a block's normal form; shorter ones are bullets and page numbers

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """The blocks of one page."""

    page_id: str  # of the content: pages with the same one count once
    outlet: str  # its name, else its domain
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A block that an outlet repeats."""

    outlet: str
    form: str  # its normal form
    example: str  # as printed on one of the pages, the least in the order of characters
    page_count: int
    page_share: float  # of the outlet's pages
    outlet_count: int  # outlets that print it at all


def normal_form(text: str) -> str:
    """A block as it is counted: without case, marks and numbers, which differ from page to page ("12 comments").

    >>> normal_form("Read on: 12 Comments!")
    'read on 0 comments'
    """
    return _DIGITS.sub("0", " ".join(normal_words(text)))


def count_repeats(pages: Iterable[PageBlocks], least_pages: int = LEAST_PAGES) -> tuple[Repeat, ...]:
    """Blocks that occur on at least so many pages of one outlet, by outlet, falling count and form; pages come in any order."""
    sizes: Counter[str] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, str]] = set()
    for page in pages:
        if (page.outlet, page.page_id) in seen:
            continue
        seen.add((page.outlet, page.page_id))
        sizes[page.outlet] += 1
        forms = {
            form: text
            for text in sorted(page.texts, reverse=True)
            if len(form := normal_form(text)) >= SHORTEST_CHARS
        }
        for form, text in forms.items():
            counts[page.outlet, form] += 1
            examples[page.outlet, form] = min(text, examples.get((page.outlet, form), text))
    return _ranked(counts, examples, sizes, least_pages)


def _ranked(
    counts: Mapping[tuple[str, str], int],
    examples: Mapping[tuple[str, str], str],
    sizes: Mapping[str, int],
    least_pages: int,
) -> tuple[Repeat, ...]:
    outlets: defaultdict[str, int] = defaultdict(int)
    for _, form in counts:
        outlets[form] += 1
    repeats = (
        Repeat(outlet, form, examples[outlet, form], count, count / sizes[outlet], outlets[form])
        for (outlet, form), count in counts.items()
        if count >= least_pages
    )
    return tuple(sorted(repeats, key=lambda repeat: (repeat.outlet, -repeat.page_count, repeat.form)))
