"""<meta> tags -> claims. One table says what each name means, in the order of the care that publishers take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from copydesk.extract.claims_values import claim_value, split_tags
from copydesk.extract.html_markup import Attributes
from copydesk.records import Claim

# family -> (name, field); families earlier in the table are stronger, and so are names earlier in a family
_META: dict[str, tuple[tuple[str, str], ...]] = {
    "article": (
        ("article:published_time", "published"),
        ("article:modified_time", "updated"),
        ("article:author", "author"),
        ("article:section", "section"),
        ("article:tag", "tag"),
        ("og:article:published_time", "published"),
        ("og:article:modified_time", "updated"),
        ("og:article:author", "author"),
        ("og:article:section", "section"),
        ("og:article:tag", "tag"),
    ),
    "open graph": (
        ("og:title", "headline"),
        ("og:description", "dek"),
        ("og:site_name", "outlet"),
        ("og:url", "url"),
        ("og:type", "type"),
        ("og:image", "image"),
        ("og:image:url", "image"),
        ("og:locale", "language"),
        ("og:updated_time", "updated"),
        ("og:pubdate", "published"),
    ),
    "citation": (
        ("citation_title", "headline"),
        ("citation_author", "author"),
        ("citation_online_date", "published"),
        ("citation_publication_date", "published"),
        ("citation_date", "published"),
        ("citation_journal_title", "outlet"),
    ),
    "dublin core": tuple(
        (f"{prefix}{name}", field)
        for prefix in ("dc.", "dcterms.")
        for name, field in (
            ("title", "headline"),
            ("creator", "author"),
            ("date.issued", "published"),
            ("issued", "published"),
            ("date.created", "published"),
            ("created", "published"),
            ("date", "published"),
            ("date.modified", "updated"),
            ("modified", "updated"),
            ("description", "dek"),
            ("publisher", "outlet"),
            ("language", "language"),
            ("subject", "tag"),
        )
    ),
    "analytics": (
        ("parsely-title", "headline"),
        ("parsely-author", "author"),
        ("parsely-pub-date", "published"),
        ("parsely-section", "section"),
        ("parsely-tags", "tag"),
        ("parsely-link", "url"),
        ("sailthru.title", "headline"),
        ("sailthru.author", "author"),
        ("sailthru.date", "published"),
        ("sailthru.description", "dek"),
        ("sailthru.tags", "tag"),
        ("cxenseparse:title", "headline"),
        ("cxenseparse:author", "author"),
        ("cxenseparse:recs:publishtime", "published"),
        ("cxenseparse:publishtime", "published"),
    ),
    "twitter": (
        ("twitter:title", "headline"),
        ("twitter:description", "dek"),
        ("twitter:image", "image"),
        ("twitter:image:src", "image"),
    ),
    "plain": (
        ("headline", "headline"),
        ("hdl", "headline"),
        ("title", "headline"),
        ("author", "author"),
        ("authors", "author"),
        ("article.author", "author"),
        ("byl", "author"),
        ("byline", "author"),
        ("datepublished", "published"),
        ("article.published", "published"),
        ("article:publish_date", "published"),
        ("article.created", "published"),
        ("publication_date", "published"),
        ("publish-date", "published"),
        ("pubdate", "published"),
        ("pdate", "published"),
        ("date", "published"),
        ("datemodified", "updated"),
        ("article.updated", "updated"),
        ("last-modified", "updated"),
        ("lastmod", "updated"),
        ("description", "dek"),
        ("publisher", "outlet"),
        ("application-name", "outlet"),
        ("section", "section"),
        ("article.section", "section"),
        ("news_keywords", "tag"),
        ("keywords", "tag"),
        ("content-language", "language"),
        ("language", "language"),
    ),
}
_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """A name without its separators, which publishers mix: "article:published:time", "publish-date", "publish_date"."""
    return _SEPARATORS.sub("", name.lower())


_PAIRS = [pair for family in _META.values() for pair in family]
_RANKED = {_key(name): (rank, field) for rank, (name, field) in reversed(list(enumerate(_PAIRS)))}


def meta_claims(metas: Iterable[Attributes]) -> Iterator[Claim]:
    """What <meta> tags claim, by their attributes, strongest first; several of one name stay in the order of the page."""
    found: list[tuple[int, Claim]] = []
    written_by: set[str] = set()  # "twitter:data1" where "twitter:label1" says so
    data: dict[str, str] = {}
    for attributes in metas:
        content = attributes.get("content")
        if not content:
            continue
        # itemprop alone is microdata, and read there
        for name in dict.fromkeys(
            attributes.get(key, "").strip().lower() for key in ("property", "name", "http-equiv")
        ):
            if not name:
                continue
            if (key := _key(name)) in _RANKED:
                rank, field = _RANKED[key]
                found.extend((rank, claim) for claim in _claims(field, name, content))
            elif name.startswith("twitter:label") and content.strip().lower() == "written by":
                written_by.add(name.replace("label", "data"))
            elif name.startswith("twitter:data"):
                data[name] = content
    for name in sorted(written_by & data.keys()):
        found.extend((len(_RANKED), claim) for claim in _claims("author", name, data[name]))
    found.sort(key=lambda pair: pair[0])  # stable
    yield from (claim for _, claim in found)


def _claims(field: str, name: str, content: str) -> Iterator[Claim]:
    for part in split_tags(content) if field == "tag" else [content]:
        value = claim_value(field, part)
        # Open Graph wants the URL of a profile where most give a name.
        if value and not (field == "author" and value.startswith(("http://", "https://", "www."))):
            yield Claim(field, value, f"meta:{name}")
