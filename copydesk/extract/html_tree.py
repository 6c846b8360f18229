"""Text that says it is HTML -> one lxml tree, whatever the text is. No judgement of content here.

libxml2 fetches nothing and expands no entity of its own making in HTML; what remains to be guarded is its
depth limit, past which it drops the rest of a page without a word, and its quadratic check for repeated
attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from copydesk.errors import ExtractError

# libxml2 refuses these or takes them for the end of the text.
_UNPARSABLE = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
# In HTML "<script/>" opens a script that swallows the page; in XHTML, which the prolog announces, it is
# empty.
_XHTML_EMPTY = re.compile(
    rb"<(script|style|title|iframe|textarea|noscript)\b([^<>]{0,2000})/>", re.IGNORECASE
)
_XML_PROLOG = re.compile(rb"(?:\xef\xbb\xbf|[ \t\r\n]){0,200}<\?xml")
# libxml2 2.14 compares each attribute with all before it: 10,000 take 0.1 s, 100,000 take 20 s.
_MAX_ATTRIBUTES = 10_000
_LONG_TAG_CHARS = 50_000
_TAG_START = re.compile(r"<[A-Za-z]")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_TOO_DEEP = "Excessive depth"
# One class for all elements. lxml.html's own look-up calls Python for each element that is touched, to make
# forms and inputs of some of them, which nobody needs here.
_ELEMENT_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)


def parse_html(text: str, utf8: bytes | None = None) -> HtmlElement:
    """The root of the page's tree, without comments and processing instructions; `utf8` is the text in UTF-8, if at hand.

    Raises ExtractError: "too-many-attributes", "too-deep" (over 2,048 nested elements), "no-markup".
    """
    _refuse_attribute_bomb(text)
    markup = text.encode("utf-8", "ignore") if utf8 is None else utf8  # lone surrogates cannot be encoded
    if any(byte in markup for byte in _UNPARSABLE):  # a tenth of what translating costs
        markup = markup.translate(None, _UNPARSABLE)
    if _XML_PROLOG.match(markup):
        markup = _XHTML_EMPTY.sub(rb"<\1\2></\1>", markup)
    # A parser of its own: its error log must be that of this page.
    parser = etree.HTMLParser(
        encoding="utf-8",  # what we encode above; outranks any declaration in the text
        huge_tree=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    parser.set_element_class_lookup(_ELEMENT_CLASS)
    try:
        root: HtmlElement | None = etree.fromstring(markup, parser)
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
    for stretch in _long_stretches(text):
        if start := _TAG_START.search(stretch):
            names = _QUOTED.sub("", stretch[start.start() :]).split()
            if len(names) > _MAX_ATTRIBUTES:
                raise ExtractError(
                    "too-many-attributes",
                    f"a tag with about {len(names)} attributes, limit {_MAX_ATTRIBUTES}",
                )


def _long_stretches(text: str) -> Iterator[str]:
    """What lies between two ">" so far apart that it may be a monstrous tag; nearly all pages have none."""
    start = 0
    while len(text) - start >= _LONG_TAG_CHARS:
        last = text.rfind(">", start, start + _LONG_TAG_CHARS)
        if last < 0:
            last = text.find(">", start)
            last = len(text) if last < 0 else last
            yield text[start:last]
        start = last + 1
