"""Text that says it is HTML -> one lxml tree, whatever the text is. No judgement of content here.

libxml2 fetches nothing and expands no entity of its own making in HTML; what remains to be guarded is its
depth limit, past which it drops the rest of a page without a word, and its quadratic check for repeated
attributes.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from copydesk.errors import ExtractError

# libxml2 refuses these or takes them for the end of the text; a lone surrogate cannot be encoded.
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# In HTML "<script/>" opens a script that swallows the page; in XHTML, which the prolog announces, it is
# empty.
_XHTML_EMPTY = re.compile(r"<(script|style|title|iframe|textarea|noscript)\b([^<>]{0,2000})/>", re.IGNORECASE)
# libxml2 2.14 compares each attribute with all before it: 10,000 take 0.1 s, 100,000 take 20 s.
_MAX_ATTRIBUTES = 10_000
_LONG_TAG_CHARS = 50_000
_TAG_START = re.compile(r"<[A-Za-z]")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_TOO_DEEP = "Excessive depth"


def parse_html(text: str) -> HtmlElement:
    """The root of the page's tree, without comments and processing instructions.

    Raises ExtractError: "too-many-attributes", "too-deep" (over 2,048 nested elements), "no-markup".
    """
    _refuse_attribute_bomb(text)
    text = _UNPARSABLE.sub("", text)
    if text[:200].lstrip("\ufeff \t\r\n").startswith("<?xml"):
        text = _XHTML_EMPTY.sub(r"<\1\2></\1>", text)
    # A parser of its own: its error log must be that of this page.
    parser = HTMLParser(
        encoding="utf-8",  # what we encode below; outranks any declaration in the text
        huge_tree=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ExtractError(
            "no-markup", f"no HTML tree from {len(text)} characters: {str(error)[:200]}"
        ) from None
    if any(_TOO_DEEP in entry.message for entry in parser.error_log):
        raise ExtractError(
            "too-deep", "elements are nested more than 2048 deep, so libxml2 would drop the rest of the page"
        )
    if root is None:
        raise ExtractError(
            "no-markup", f"expected HTML, found {len(text)} characters without an element or text"
        )
    return root


def _refuse_attribute_bomb(text: str) -> None:
    if len(text) < _LONG_TAG_CHARS:
        return
    for stretch in text.split(">"):
        if len(stretch) < _LONG_TAG_CHARS:
            continue
        if start := _TAG_START.search(stretch):
            names = _QUOTED.sub("", stretch[start.start() :]).split()
            if len(names) > _MAX_ATTRIBUTES:
                raise ExtractError(
                    "too-many-attributes",
                    f"a tag with about {len(names)} attributes, limit {_MAX_ATTRIBUTES}",
                )
