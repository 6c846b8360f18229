"""Text that says it is HTML -> what libxml2 meets in it, told to a target or made a tree. No judgement of content here.

libxml2 fetches nothing and expands no entity of its own making in HTML; what remains to be guarded is its
depth limit, past which it drops the rest of a page without a word where it builds a tree (a target has to mind that itself),
and its quadratic check for repeated attributes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, cast

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
# One class for all elements. lxml.html's own look-up calls Python for each element that is touched, to make
# forms and inputs of some of them, which nobody needs here.
_ELEMENT_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)


class Target(Protocol):
    """Who is told what the parser meets: elements that begin and end, in turn, and the texts between, perhaps in pieces."""

    data: Callable[[str], None]

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def close(self) -> None: ...


def teller(target: Target) -> Callable[[str, bytes | None], None]:
    """Tells `target` of a page, without comments and processing instructions, each time that it is called.

    It takes the text, and that in UTF-8, if at hand. What the target raises ends the parsing and goes through, and this must
    not be called again. Raises ExtractError: "too-many-attributes", "no-markup".
    """
    parser = etree.HTMLParser(
        target=cast("etree.ParserTarget", target),  # which as typed also takes comments, and bytes
        encoding="utf-8",
        huge_tree=True,
        no_network=True,
    )

    def tell(text: str, utf8: bytes | None) -> None:
        _parse(text, parser, utf8)

    return tell


def parse_html(text: str, utf8: bytes | None = None) -> HtmlElement:
    """The root of the page's tree, without comments and processing instructions; `utf8` is the text in UTF-8, if at hand.

    What is nested more than 2,048 deep is not in it. Raises ExtractError: "too-many-attributes", "no-markup".
    """
    parser = etree.HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    parser.set_element_class_lookup(_ELEMENT_CLASS)
    root: HtmlElement | None = _parse(text, parser, utf8)
    if root is None:
        raise ExtractError(
            "no-markup", f"expected HTML, found {len(text)} characters without an element or text"
        )
    return root


def _parse(text: str, parser: etree.HTMLParser, utf8: bytes | None) -> HtmlElement | None:
    """The parser's encoding is that of what it gets here, and outranks any declaration in the text."""
    _refuse_attribute_bomb(text)
    markup = text.encode("utf-8", "ignore") if utf8 is None else utf8  # lone surrogates cannot be encoded
    if any(byte in markup for byte in _UNPARSABLE):  # a tenth of what translating costs
        markup = markup.translate(None, _UNPARSABLE)
    if _XML_PROLOG.match(markup):
        markup = _XHTML_EMPTY.sub(rb"<\1\2></\1>", markup)
    try:
        root: HtmlElement | None = etree.fromstring(markup, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ExtractError("no-markup", f"no HTML in {len(text)} characters: {str(error)[:200]}") from None
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
