"""Microdata (itemprop) -> claims of the first article on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from copydesk.extract.claims_values import claim_value, element_text, split_tags
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
_WITH_ITEMPROP = etree.XPath(
    "/descendant::*/@itemprop/.."
)  # asks attributes of elements only; "//@itemprop" also goes through texts, and a test of each element costs more
_MAX_ANCESTORS = 40
_MAX_PROPERTIES = 2_000
_NAME_PROPERTIES = ("name",)


def microdata_claims(root: HtmlElement) -> Iterator[Claim]:
    """What itemprop says about the first article; what describes comments, pictures or teasers is left out."""
    article: HtmlElement | None = None
    found = cast("list[HtmlElement]", _WITH_ITEMPROP(root))  # XPath's own type is as wide as XPath
    for element in found[:_MAX_PROPERTIES]:
        for prop in (element.get("itemprop") or "").split():
            field = _FIELDS.get(prop.lower())
            if field is None:
                continue
            scope = _scope(element)
            if scope is not None:
                if not _is_article_scope(scope) or (article is not None and scope is not article):
                    continue
                article = scope
            yield from _claims(element, prop, field)


def _scope(element: HtmlElement) -> HtmlElement | None:
    """The item that a property describes: the nearest ancestor with itemscope."""
    for count, ancestor in enumerate(element.iterancestors()):
        if count > _MAX_ANCESTORS:
            return None
        if ancestor.get("itemscope") is not None:
            return ancestor
    return None


def _is_article_scope(scope: HtmlElement) -> bool:
    kind = (scope.get("itemtype") or "").strip().rstrip("/").rsplit("/", 1)[-1]
    return kind.endswith(("Article", "Posting", "WebPage", "Report")) or kind in (
        "",
        "CreativeWork",
        "NewsItem",
    )


def _claims(element: HtmlElement, prop: str, field: str) -> Iterator[Claim]:
    where = f"microdata:{prop}"
    if field in ("author", "outlet") and element.get("itemscope") is not None:
        kind = (element.get("itemtype") or "").strip().rstrip("/").rsplit("/", 1)[-1]
        where = f"{where}.{kind[:60]}" if kind else where
        named = next(
            (
                node
                for node in element.iterdescendants()
                if (node.get("itemprop") or "").lower() in _NAME_PROPERTIES
            ),
            None,
        )
        element = named if named is not None else element
    raw = element.get("content") or element.get("datetime") or element_text(element)
    for part in split_tags(raw) if field == "tag" else [raw]:
        if value := claim_value(field, part):
            yield Claim(field, value, where)
