"""JSON-LD -> claims about this page's article, and about no other article that the page describes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from copydesk.extract.claims_values import claim_value, split_tags
from copydesk.extract.landmarks import Landmarks, is_jsonld
from copydesk.records import Claim

Node = dict[str, Any]

_MAX_SCRIPT_CHARS = 3_000_000
_MAX_NODES = 2_000
_MAX_DEPTH = 12
_MAX_VALUES = 50
_MAX_IMAGES = 5

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*$|;\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s{0,200}[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')

# Keys under which this page's article may hang; other keys hold lists of other things.
_INWARD_KEYS = ("@graph", "mainEntity", "mainEntityOfPage")
_ARTICLE_TYPES = frozenset(
    ("Article", "Report", "BlogPosting", "LiveBlogPosting", "Review", "DiscussionForumPosting", "Interview")
)
_PAGE_TYPES = frozenset(
    (
        "WebPage",
        "ItemPage",
        "ClaimReview",
        "NewsItem",
        "CreativeWork",
        "MedicalWebPage",
        "MediaObject",
        "VideoObject",
        "AudioObject",
    )
)

_SIMPLE_KEYS = (
    ("headline", "headline"),
    ("description", "dek"),
    ("datePublished", "published"),
    ("dateModified", "updated"),
    ("dateline", "dateline"),
    ("articleSection", "section"),
    ("inLanguage", "language"),
    ("url", "url"),
    ("mainEntityOfPage", "url"),
    ("articleBody", "body"),
)


def jsonld_claims(page: Landmarks, urls: set[str], titles: set[str]) -> Iterator[Claim]:
    """Claims of the article that this page is about, then of the page itself.

    `urls` and `titles` are what the rest of the head says of the page: where several articles are described,
    the one that agrees with them is meant; where none agrees, the page is a list, and none is.
    """
    nodes = list(_nodes(page))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 2}
    articles = [node for node in nodes if _is_article(node)]
    for node in _about_this_page(articles, urls, titles):
        yield from _claims_of(node, by_id)
    for node in nodes:
        if _type_of(node) in _PAGE_TYPES:
            yield from _claims_of(node, by_id)


# ---------------------------------------------------------------- scripts -> nodes
def _nodes(page: Landmarks) -> Iterator[Node]:
    """Every typed object on a way that leads to the page's own content, in the order of the page."""
    count = 0
    for script in page.named.get("script", ()):
        if not is_jsonld(page.attributes[script]):
            continue
        text = page.text_at(script)
        if not text or len(text) > _MAX_SCRIPT_CHARS:
            continue
        waiting: list[tuple[object, int]] = [(value, 0) for value in reversed(_parse(text))]
        while waiting:
            value, depth = waiting.pop()
            if depth > _MAX_DEPTH or count > _MAX_NODES:
                break
            if isinstance(value, list):
                waiting.extend((item, depth + 1) for item in reversed(value[:_MAX_NODES]))
            elif isinstance(value, dict):
                if "@type" in value or "@id" in value:
                    count += 1
                    yield value
                waiting.extend((value[key], depth + 1) for key in reversed(_INWARD_KEYS) if key in value)


def _parse(text: str) -> list[object]:
    """The JSON values in a script, simple faults mended; what stays broken gives nothing."""
    for mend in (_as_it_is, _unwrapped, _mended):
        try:
            return _values(mend(text))
        except (ValueError, RecursionError):
            continue
    return []


def _as_it_is(text: str) -> str:
    return text


def _unwrapped(text: str) -> str:
    return _WRAPPING.sub("", _WRAPPING.sub("", text))


def _mended(text: str) -> str:
    return _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub("", _unwrapped(text)))


def _values(text: str) -> list[object]:
    """One JSON value, or several in a row."""
    decoder = json.JSONDecoder(strict=False)  # real pages have raw line breaks inside strings
    values: list[object] = []
    text = text.strip().lstrip("\ufeff")
    at = 0
    while at < len(text) and len(values) < _MAX_VALUES:
        value, at = decoder.raw_decode(text, at)
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1
    return values


# ---------------------------------------------------------------- which node
def _type_of(node: Node) -> str:
    """The type's bare name; of several the one that makes it an article."""
    raw = node.get("@type")
    names = [
        str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        for name in (raw if isinstance(raw, list) else [raw])
        if name
    ]
    return next((name for name in names if _is_article_type(name)), names[0] if names else "")


def _is_article_type(name: str) -> bool:
    return name in _ARTICLE_TYPES or name.endswith("Article")


def _is_article(node: Node) -> bool:
    return _is_article_type(_type_of(node))


def _about_this_page(articles: list[Node], urls: set[str], titles: set[str]) -> list[Node]:
    """The article nodes that mean this page: the best first, then those that repeat it."""
    if len(articles) < 2:
        return articles
    own_urls, own_titles = {_url_key(url) for url in urls}, [_letters(title) for title in titles]
    scored = []
    for order, node in enumerate(articles):
        agrees = 2 * _agrees_on_url(node, own_urls) + _agrees_on_title(node, own_titles)
        scored.append((-agrees, -("author" in node) - ("datePublished" in node), order, node))
    scored.sort(key=lambda item: item[:3])
    if scored[0][0] < 0:
        return [node for agreement, _, _, node in scored if agreement < 0]
    headlines = {_letters(str(node.get("headline"))) for node in articles}
    return [node for *_, node in scored] if len(headlines) == 1 else []


def _agrees_on_url(node: Node, own: set[str]) -> bool:
    named = (_reference(node.get(key)) for key in ("url", "mainEntityOfPage", "@id"))
    return any(_url_key(url) in own for url in named if url)


def _agrees_on_title(node: Node, own: list[str]) -> bool:
    headline = node.get("headline")
    if not isinstance(headline, str):
        return False
    letters = _letters(headline)
    return len(letters) > 5 and any(
        letters in title or (len(title) > 20 and title in letters) for title in own
    )


def _reference(value: object) -> str | None:
    """A URL given as a string or as an object with @id or url."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id")
    return value if isinstance(value, str) else None


def _url_key(url: str) -> str:
    url = url.split("#", 1)[0].split("?", 1)[0].rstrip("/").lower()
    return url.split("://", 1)[-1].removeprefix("www.")


def _letters(text: str) -> str:
    value = claim_value("headline", text) or ""
    return re.sub(r"[\W_]+", "", value).lower()


# ---------------------------------------------------------------- node -> claims
def _claims_of(node: Node, by_id: dict[str, Node]) -> Iterator[Claim]:
    kind = _type_of(node)
    where = f"json-ld:{kind[:60]}"
    is_article = _is_article_type(kind)
    if is_article and (value := claim_value("type", kind)):
        yield Claim("type", value, where)
    for key, field in _SIMPLE_KEYS:
        for raw in _listed(node.get(key)):
            plain = _reference(raw) if field == "url" else _name_of(raw)
            if value := claim_value(field, plain):
                yield Claim(field, value, f"{where}.{key}")
    if not is_article and (value := claim_value("headline", node.get("name"))):
        yield Claim("headline", value, f"{where}.name")
    if value := claim_value("headline", node.get("alternativeHeadline")):
        yield Claim("headline", value, f"{where}.alternativeHeadline")
    for key in ("author", "creator"):
        yield from _named(node.get(key), by_id, "author", f"{where}.{key}")
    yield from _named(node.get("publisher"), by_id, "outlet", f"{where}.publisher.name")
    yield from _named(node.get("sourceOrganization"), by_id, "agency", f"{where}.sourceOrganization")
    for raw in _listed(node.get("keywords")):
        for part in split_tags(raw) if isinstance(raw, str) else [_name_of(raw)]:
            if value := claim_value("tag", part):
                yield Claim("tag", value, f"{where}.keywords")
    for raw in _listed(node.get("image"))[:_MAX_IMAGES]:
        if value := claim_value("image", _resolved_image(raw, by_id)):
            yield Claim("image", value, f"{where}.image")


def _named(raw: object, by_id: dict[str, Node], field: str, where: str) -> Iterator[Claim]:
    """Names of people or organisations; the evidence of an author ends in the type that the page gives it."""
    for item in _listed(raw):
        kind = ""
        if isinstance(item, dict):
            item = by_id.get(str(item.get("@id")), item) if "name" not in item else item
            kind = _type_of(item)
        for name in _listed(item.get("name") if isinstance(item, dict) else item):
            if (value := claim_value(field, _name_of(name))) and not value.startswith(
                ("http://", "https://")
            ):
                yield Claim(field, value, f"{where}.{kind[:60]}" if kind and field == "author" else where)


def _listed(value: object) -> list[object]:
    """A value, or the values of a list however nested, without None; bounded."""
    values: list[object] = []
    waiting = [value]
    while waiting and len(values) < _MAX_VALUES:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item[:_MAX_VALUES]))
        elif item is not None:
            values.append(item)
    return values


def _name_of(value: object) -> object:
    """The text of a value that may be an object: {"@value": …}, {"name": …}."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or value.get("alternateName")
    return value[0] if isinstance(value, list) and value else value


def _resolved_image(raw: object, by_id: dict[str, Node]) -> str | None:
    if isinstance(raw, dict):
        raw = by_id.get(str(raw.get("@id")), raw) if "url" not in raw else raw
        raw = raw.get("url") or raw.get("contentUrl") or raw.get("@id") if isinstance(raw, dict) else raw
    return _reference(raw)
