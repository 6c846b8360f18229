"""Strings of metadata -> values worth claiming: unescaped, without markup, visible, not absurdly long."""

from __future__ import annotations

import re
from html import unescape

from copydesk.extract.visible import visible_text

# Past these a value is no such field: a whole article in a description, a list of names in one author.
MAX_CHARS = {
    "headline": 500,
    "dek": 2_000,
    "author": 500,
    "published": 100,
    "updated": 100,
    "outlet": 200,
    "url": 2_000,
    "image": 2_000,
    "language": 35,  # the longest registered BCP 47 tags
    "section": 200,
    "tag": 200,
    "agency": 200,
    "type": 100,
    "dateline": 200,
    "body": 400_000,
}
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_NOTHING = frozenset(("null", "none", "undefined", "nan", "n/a", "-"))


def claim_value(field: str, raw: object) -> str | None:
    """The value as a reader would see it; None for what is empty, "null", no string or too long for the field."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    text = str(raw)
    if len(text) > 4 * MAX_CHARS[field]:
        return None
    if "&" in text:
        text = unescape(unescape(text)) if "&amp;" in text else unescape(text)
    if "<" in text and field not in ("url", "image"):
        text = _TAG.sub(" ", text)
    text = visible_text(text)
    if not text or len(text) > MAX_CHARS[field] or text.lower() in _NOTHING:
        return None
    if field in ("url", "image") and not text.startswith(("http://", "https://", "//", "/")):
        return None
    return text


def split_tags(raw: str) -> list[str]:
    """Keywords in one string: "Ports, Customs; Velmora" -> three."""
    return re.split(r"[,;|]", raw[:10_000])
