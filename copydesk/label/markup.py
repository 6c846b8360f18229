"""Measurements of a block's markup (HTML): what its class names and ids speak of, and how far it lies from the prose."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from copydesk.records import Block

# Words that templates use in class names, ids and roles, by what they hold; common usage of news sites' markup.
_MARKUP_WORDS = {
    "body": "article articlebody body content entry post story text paragraph main prose richtext copy",
    "caption": "caption figure figcaption image photo media picture credit gallery slideshow bild foto img",
    "related": (
        "related recommend recommended recommendation more teaser card promo list popular trending latest "
        "most read also next outbrain taboola feed carousel"
    ),
    "chrome": (
        "nav navigation menu header footer sidebar aside breadcrumb breadcrumbs toolbar topbar masthead "
        "skip search banner"
    ),
    "share": "share sharing social facebook twitter whatsapp email print follow button btn tools",
    "offer": (
        "newsletter subscribe subscription signup paywall piano register login donate donation support "
        "membership offer premium abo"
    ),
    "comment": "comment comments disqus discussion reply replies respond",
    "ad": "ad ads advert advertisement sponsor sponsored anzeige dfp promotion werbung",
    "author": "author byline authors bio writer contributor autor credits profile",
    "date": "date time timestamp published updated meta metadata info dateline datum",
    "dek": (
        "dek standfirst subtitle subhead subheadline lead intro summary excerpt lede chapo teasertext "
        "description abstract"
    ),
    "headline": "headline title kicker overline dachzeile heading",
    "tags": "tag tags topic topics keyword keywords category categories",
    "consent": "cookie consent gdpr privacy cmp embed overlay modal popup",
    "box": "box infobox factbox fact inline widget module component embed block info summary",
}
MARKUP_GROUPS = tuple((name, frozenset(words.split())) for name, words in _MARKUP_WORDS.items())
_GROUPS_OF = {
    word: tuple(i for i, (_, words) in enumerate(MARKUP_GROUPS) if word in words)
    for _, group in MARKUP_GROUPS
    for word in group
}
MARKUP = (
    "main", "main_asked", *(f"markup_{name}" for name, _ in MARKUP_GROUPS), "tag_p", "tag_div", "tag_li", "tag_span",
    "depth_from_core", "parent_core_share", "parent_main_share",
)  # fmt: skip


def markup_columns(blocks: Sequence[Block], core: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """One row a block, one column a name of MARKUP; zeros where the document has no markup.

    `core` has the words of each block that is prose beyond doubt, else 0.
    """
    out = np.zeros((len(blocks), len(MARKUP)), dtype=np.float32)
    if not any(b.tag for b in blocks):
        return out
    total_core = float(core.sum()) or 1.0
    depths = np.array([b.depth for b in blocks], dtype=np.float32)
    core_depth = float(np.average(depths, weights=core)) if core.sum() else float(np.median(depths))
    core_of: defaultdict[int, float] = defaultdict(float)
    main_of: Counter[int] = Counter()
    size_of: Counter[int] = Counter()
    for block, weight in zip(blocks, core, strict=True):
        core_of[block.parent] += float(weight)
        main_of[block.parent] += block.main is True
        size_of[block.parent] += 1
    shares_of: dict[tuple[str, ...], tuple[float, ...]] = {}
    for markup in {b.markup for b in blocks}:
        shares_of[markup] = _nearness(markup)
    out[:] = [
        (
            b.main is True, b.main is not None, *shares_of[b.markup],
            b.tag == "p", b.tag == "div", b.tag == "li", b.tag == "span",
            max(-8.0, min(8.0, b.depth - core_depth)),
            core_of[b.parent] / total_core,
            main_of[b.parent] / size_of[b.parent],
        )
        for b in blocks
    ]  # fmt: skip
    return out


def _nearness(markup: Sequence[str]) -> tuple[float, ...]:
    """For each group 1 where the innermost word of a block's markup is one of it, less the further out it is, else 0."""
    shares = [0.0] * len(MARKUP_GROUPS)
    for k, word in enumerate(markup):
        for group in _GROUPS_OF.get(word, ()):
            shares[group] = shares[group] or 1.0 - 0.02 * min(k, 40)
    return tuple(shares)
