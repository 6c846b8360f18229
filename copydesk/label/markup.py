"""Measurements of a block's markup (HTML): what its class names and ids speak of, and how far it lies from the prose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from functools import lru_cache
from struct import Struct

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
    "depth_from_core", "parent_core_share", "parent_main_share", "parent_prose_share", "alike", "alike_core_share",
    "alike_main_share", "alike_prose_share",
)  # fmt: skip


def markup_columns(
    blocks: Sequence[Block], core: npt.NDArray[np.float32], prose: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """One row a block, one column a name of MARKUP; zeros where the document has no markup.

    `core` has the words of each block that is prose beyond doubt, else 0; `prose` the same whatever trafilatura says of
    the block, since it sometimes takes only the first of several containers of a story. Blocks are alike that have the
    same tag and the same words in their markup: what one template made.
    """
    out = np.zeros((len(blocks), len(MARKUP)), dtype=np.float32)
    if not any(b.tag for b in blocks):
        return out
    total_core = float(core.sum()) or 1.0
    depths = np.array([b.depth for b in blocks], dtype=np.float32)
    core_depth = float(np.average(depths, weights=core)) if core.sum() else float(np.median(depths))
    total_prose = float(prose.sum()) or 1.0
    parents = _shares([b.parent for b in blocks], blocks, core, prose)
    templates = _shares([(b.tag, b.markup) for b in blocks], blocks, core, prose)
    pack = _ROW.pack
    packed = [
        pack(
            b.main is True, b.main is not None, *_nearness(b.markup),
            b.tag == "p", b.tag == "div", b.tag == "li", b.tag == "span",
            max(-8.0, min(8.0, b.depth - core_depth)),
            family[0] / total_core, family[2] / family[3], family[1] / total_prose,
            min(60.0, alike[3]), alike[0] / total_core, alike[2] / alike[3], alike[1] / total_prose,
        )
        for b, family, alike in zip(blocks, parents, templates, strict=True)
    ]  # fmt: skip
    return np.frombuffer(b"".join(packed), dtype=np.float32).reshape(out.shape)


_ROW = Struct(f"{len(MARKUP)}f")


def _shares(
    keys: Sequence[Hashable],
    blocks: Sequence[Block],
    core: npt.NDArray[np.float32],
    prose: npt.NDArray[np.float32],
) -> list[list[float]]:
    """Of each block the sums over all blocks with its key: words of core, words of prose, main blocks, blocks."""
    sums: defaultdict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for key, block, core_words, prose_words in zip(keys, blocks, core.tolist(), prose.tolist(), strict=True):
        entry = sums[key]
        entry[0] += core_words
        entry[1] += prose_words
        entry[2] += block.main is True
        entry[3] += 1
    return [sums[key] for key in keys]


@lru_cache(2048)  # an outlet's pages share their templates
def _nearness(markup: tuple[str, ...]) -> tuple[float, ...]:
    """For each group 1 where the innermost word of a block's markup is one of it, less the further out it is, else 0."""
    shares = [0.0] * len(MARKUP_GROUPS)
    for k, word in enumerate(markup):
        for group in _GROUPS_OF.get(word, ()):
            shares[group] = shares[group] or 1.0 - 0.02 * min(k, 40)
    return tuple(shares)
