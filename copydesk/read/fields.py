"""Records of pages, whatever holds them (JSON Lines, Parquet): which field is the page, and which say something about it.

A value that cannot be read is left out, since the page may say better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any

from copydesk.errors import UsageError
from copydesk.read.sidecar import read_hint
from copydesk.records import Limits, RawPage, Sidecar, SourceFormat, Unread

_SHOWN_KEYS = 8

# The names under which crawlers and APIs store these, the surest first.
_PAGE_KEYS: dict[str, tuple[str, ...]] = {
    "html": ("html", "raw_html", "html_content", "page_html", "rawhtml"),
    "markdown": ("markdown", "md", "content_markdown"),
    "text": tuple(
        "text content body article_text articlebody maintext main_text article_body full_text fulltext plain_text "
        "plaintext raw_text cleaned_text raw_content article story".split()
    ),
}
_FORMATS: dict[str, SourceFormat | None] = {"html": "html", "markdown": "markdown", "text": None}
_HINT_KEYS: dict[str, tuple[str, ...]] = {
    "url": ("url", "canonical_url", "source_url", "page_url", "link", "uri", "target_uri", "permalink"),
    "headline": ("headline", "title", "article_title"),
    "authors": ("authors", "author", "byline", "creator"),
    "published": tuple(
        "published published_at date_published datepublished publish_date published_date publication_date pubdate pub_date "
        "date_publish publishedat date datetime".split()
    ),
    "outlet": ("outlet", "publisher", "site_name", "sitename", "source_name", "publication", "newspaper"),
    "language": ("language", "lang", "locale"),
    "fetched_at": tuple(
        "fetched_at fetched crawled_at crawl_date crawldate date_download downloaded_at download_date retrieved_at scraped_at "
        "fetch_time warc_date".split()
    ),
    "zone": ("zone", "timezone", "time_zone"),
}  # fmt: skip
_ALL_KEYS = frozenset(key for keys in (*_PAGE_KEYS.values(), *_HINT_KEYS.values()) for key in keys)
_ALSO_CALLED = {"title": "headline", "author": "authors", "date": "published"}
_MAPPING = re.compile(r"\s{0,9}([A-Za-z_-]{1,40})\s{0,9}=\s{0,9}(\S[^\n]{0,200})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fields:
    """The user's own names for fields of records; they go before all others."""

    pairs: tuple[tuple[str, str], ...] = ()  # (our field, their key)

    def theirs(self, field: str) -> str | None:
        return next((key for ours, key in self.pairs if ours == field), None)

    @property
    def pages(self) -> tuple[str, ...]:
        """Our names of the fields with the page that the user has mapped."""
        return tuple(field for field, _ in self.pairs if field in _PAGE_KEYS)


NO_FIELDS = Fields()


def parse_fields(mappings: Iterable[str]) -> Fields:
    """The mappings "text=content" of a command. Raises UsageError saying which is wrong."""
    pairs: dict[str, str] = {}
    known = (*_PAGE_KEYS, *_HINT_KEYS)
    for mapping in mappings:
        shown = ascii(mapping[:80])
        match = _MAPPING.fullmatch(mapping)
        if match is None:
            raise UsageError(f"--map: expected FIELD=KEY such as text=content, found {shown}")
        field = match[1].lower().replace("-", "_")
        field = _ALSO_CALLED.get(field, field)
        if field not in known:
            near = get_close_matches(field, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"--map: expected one of {', '.join(known)} before the '=', found {shown}{hint}")
        if field in pairs:
            raise UsageError(f"--map: expected one key for {field}, found {pairs[field]!a} and {match[2]!a}")
        pairs[field] = match[2].strip()
    return Fields(tuple(sorted(pairs.items())))


def wanted_columns(names: Iterable[str], fields: Fields) -> list[str]:
    """Those of a table's columns that say something to us."""
    theirs = {_plain(key.split(".", 1)[0]) for _, key in fields.pairs} | {
        _plain(key) for _, key in fields.pairs
    }
    return [name for name in names if _plain(name) in _ALL_KEYS or _plain(name) in theirs]


def read_record(
    uri: str,
    name: str,
    record: Mapping[str, Any],
    where: str,
    sidecar: Sidecar,
    limits: Limits,
    fields: Fields,
) -> RawPage | Unread:
    """The page in a record, with what the record says about it; or why there is none."""
    # Case and hyphens tell no names apart; of two that fall together the first is taken.
    values: dict[str, Any] = {}
    for key, value in record.items():
        values.setdefault(_plain(key), value)
    page = _page_of(values, fields)
    if page is None:
        return _no_page(uri, record, values, where, fields)
    text, declared_format = page
    content = text if isinstance(text, bytes) else _encoded(text)
    if len(content) > limits.max_bytes:
        message = f"{where}: expected at most {limits.max_bytes} bytes, found {len(content)}"
        return Unread(uri, "too-large", message, len(content))
    encoding = None if isinstance(text, bytes) else "utf-8"
    return RawPage(uri, name, content, _hints(values, sidecar, fields), encoding, declared_format)


def _no_page(
    uri: str, record: Mapping[str, Any], values: Mapping[str, Any], where: str, fields: Fields
) -> Unread:
    found = ", ".join(ascii(key[:40]) for key in list(record)[:_SHOWN_KEYS]) or "no keys"
    if fields.pages:
        keys = [fields.theirs(field) or "" for field in fields.pages]
        known = any(_value(values, key) is not None for key in keys)
        wanted = " or ".join(ascii(key[:40]) for key in keys)
    else:
        known = any(key in values for keys in _PAGE_KEYS.values() for key in keys)
        wanted = "html or text"
    if known:
        return Unread(uri, "empty", f"{where}: expected text that is not blank, found {found}")
    return Unread(uri, "record", f"{where}: expected {wanted}, found {found}")


def _encoded(text: str) -> bytes:
    # JSON can hold halves of surrogate pairs, which no encoding can write.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")


def _plain(key: str) -> str:
    return key.lower().replace("-", "_")


def _value(values: Mapping[str, Any], key: str) -> Any:
    """The value of a key that the user named: of that name, or inside another ("article.body")."""
    if (value := values.get(_plain(key))) is not None:
        return value
    inside: Any = values
    for number, step in enumerate(key.split(".")):
        if not isinstance(inside, Mapping):
            return None
        inside = inside.get(_plain(step)) if number == 0 else inside.get(step)
    return inside


def _page_of(values: Mapping[str, Any], fields: Fields) -> tuple[str | bytes, SourceFormat | None] | None:
    if fields.pages:  # the user has said where it is
        candidates = [(field, _value(values, fields.theirs(field) or "")) for field in fields.pages]
    else:
        candidates = [(field, values.get(key)) for field, keys in _PAGE_KEYS.items() for key in keys]
    for field, value in candidates:
        if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)  # paragraphs
        if isinstance(value, str | bytes) and value.strip():
            return value, _FORMATS[field]
    return None


def _hints(values: Mapping[str, Any], sidecar: Sidecar, fields: Fields) -> Sidecar:
    """What the record says about its page, and what its container's sidecar says where the record does not."""
    found: dict[str, Any] = {}
    for field, keys in _HINT_KEYS.items():
        theirs = fields.theirs(field)
        candidates = [values.get(key) for key in keys] if theirs is None else [_value(values, theirs)]
        for candidate in candidates:
            value = read_hint(field, _PREPARED.get(field, _as_is)(candidate))
            if value is not None:
                found[field] = value
                break
    return replace(sidecar, **found)


def _as_is(value: object) -> object:
    return value


def _named(value: object) -> object:
    """A name out of `{"name": …}`, as JSON-LD has it."""
    return value.get("name") if isinstance(value, dict) else value


def _people(value: object) -> object:
    return [name for item in value if (name := _named(item))] if isinstance(value, list) else _named(value)


def _instant(value: object) -> object:
    """Seconds or milliseconds since 1970, as many APIs have them, or a column's time; text as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    seconds = value / 1000 if abs(value) > 1e11 else value
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


_PREPARED: dict[str, Callable[[object], object]] = {
    "authors": _people,
    "outlet": _named,
    "published": _instant,
    "fetched_at": _instant,
}
