"""Microdata (itemprop) -> claims of the first article on the page."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice

from copydesk.extract.claims_values import claim_value, split_tags
from copydesk.extract.landmarks import Landmarks
from copydesk.records import Claim

_FIELDS = {
    "headline": "headline",
    "alternativeheadline": "headline",
    "description": "dek",
    "author": "author",
    "creator": "author",
    "datepublished": "published",
    "datemodified": "updated",
    "publisher": "outlet",
    "articlesection": "section",
    "keywords": "tag",
    "inlanguage": "language",
}
_MAX_ANCESTORS = 41  # levels above a property within which its item is looked for
_MAX_PROPERTIES = 2_000
_NAME_PROPERTIES = ("name",)


def microdata_claims(page: Landmarks) -> Iterator[Claim]:
    """What itemprop says about the first article; what describes comments, pictures or teasers is left out."""
    article: int | None = None
    for place in page.properties[:_MAX_PROPERTIES]:
        for prop in page.attributes[place]["itemprop"].split():
            field = _FIELDS.get(prop.lower())
            if field is None:
                continue
            scope = _scope(page, place)
            if scope is not None:
                if not _is_article(_kind(page, scope)) or (article is not None and scope != article):
                    continue
                article = scope
            yield from _claims(page, place, prop, field)


def _scope(page: Landmarks, place: int) -> int | None:
    """The item that a property describes: the nearest element around it with itemscope."""
    lowest = page.depths[place] - _MAX_ANCESTORS
    for outer in page.above(place):
        if page.depths[outer] < lowest:
            break
        if "itemscope" in page.attributes[outer]:
            return outer
    return None


def _kind(page: Landmarks, item: int) -> str:
    return page.attributes[item].get("itemtype", "").strip().rstrip("/").rsplit("/", 1)[-1]


def _is_article(kind: str) -> bool:
    return kind.endswith(("Article", "Posting", "WebPage", "Report")) or kind in (
        "",
        "CreativeWork",
        "NewsItem",
    )


def _claims(page: Landmarks, place: int, prop: str, field: str) -> Iterator[Claim]:
    where = f"microdata:{prop}"
    if field in ("author", "outlet") and "itemscope" in page.attributes[place]:
        if kind := _kind(page, place):
            where = f"{where}.{kind[:60]}"
        place = _name(page, place)
    attributes = page.attributes[place]
    raw = attributes.get("content") or attributes.get("datetime") or page.text_at(place)
    for part in split_tags(raw) if field == "tag" else [raw]:
        if value := claim_value(field, part):
            yield Claim(field, value, where)


def _name(page: Landmarks, item: int) -> int:
    """Where an item says its name; the item itself where it does not."""
    properties = page.properties
    for place in islice(properties, bisect_right(properties, item), _MAX_PROPERTIES):
        if not page.is_in(place, item):
            break
        if page.attributes[place]["itemprop"].lower() in _NAME_PROPERTIES:
            return place
    return item
