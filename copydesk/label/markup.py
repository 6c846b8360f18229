"""Measurements of a block's markup (HTML): what its class names and ids speak of, and how far it lies from the prose."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache
from struct import Struct
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from copydesk.records import Block

Key = TypeVar("Key", bound=Hashable)

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
    is_main = np.array([b.main is True for b in blocks])
    parents, _ = _grouped([b.parent for b in blocks])
    alike, templates = _grouped([(b.tag, b.markup) for b in blocks])
    family_size, alike_size = _sums(parents), _sums(alike)
    out[:, 0] = is_main
    out[:, 1] = [b.main is not None for b in blocks]
    template = b"".join([_template(*key) for key in templates])
    out[:, 2:_PAST_TEMPLATE] = np.frombuffer(template, dtype=np.float32).reshape(len(templates), -1)[alike]
    out[:, _PAST_TEMPLATE:] = np.stack(
        (
            np.clip(depths.astype(np.float64) - core_depth, -8.0, 8.0),
            _sums(parents, core) / total_core,
            _sums(parents, is_main) / family_size,
            _sums(parents, prose) / total_prose,
            np.minimum(60.0, alike_size),
            _sums(alike, core) / total_core,
            _sums(alike, is_main) / alike_size,
            _sums(alike, prose) / total_prose,
        ),
        axis=1,
    )
    return out


_PAST_TEMPLATE = MARKUP.index("depth_from_core")
_TEMPLATE = Struct(f"{_PAST_TEMPLATE - MARKUP.index('main_asked') - 1}f")


def _grouped(keys: Sequence[Key]) -> tuple[npt.NDArray[np.intp], list[Key]]:
    """The number of each key's group, and the key of each group."""
    groups: dict[Key, int] = {}
    numbers = [groups.setdefault(key, len(groups)) for key in keys]
    return np.array(numbers, dtype=np.intp), list(groups)


def _sums(
    groups: npt.NDArray[np.intp], weights: npt.NDArray[np.generic] | None = None
) -> npt.NDArray[np.float64]:
    """Of each block the sum of the weights of all blocks in its group; without weights, how many they are."""
    return np.asarray(np.bincount(groups, weights), dtype=np.float64)[groups]


@lru_cache(2048)  # an outlet's pages share their templates
def _template(tag: str, markup: tuple[str, ...]) -> bytes:
    """The columns that tag and markup alone settle."""
    return _TEMPLATE.pack(*_nearness(markup), tag == "p", tag == "div", tag == "li", tag == "span")


def _nearness(markup: tuple[str, ...]) -> tuple[float, ...]:
    """For each group 1 where the innermost word of a block's markup is one of it, less the further out it is, else 0."""
    shares = [0.0] * len(MARKUP_GROUPS)
    for k in range(len(markup) - 1, -1, -1):
        if markup[k] in _GROUPS_OF:
            for group in _GROUPS_OF[markup[k]]:
                shares[group] = 1.0 - 0.02 * min(k, 40)
    return tuple(shares)
