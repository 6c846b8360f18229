"""trafilatura's whole cascade: the text of a page's main content, by whatever of its means finds it."""

from __future__ import annotations

import logging

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without main content

# It counts the children of an element again for each of them: 10,000 take a second, 40,000 half a minute.
_MAX_WIDTH = 10_000
_TOO_WIDE = etree.XPath(f"boolean(//*[{_MAX_WIDTH + 1}])")
_DRAWINGS = ("style", "svg", "template", "link")


def main_text(root: HtmlElement, *, fast: bool) -> str:
    """The main content as plain lines, "" where trafilatura finds none or is not asked. Uses up the tree.

    `fast` leaves out the other extractors that its standard mode compares with.
    """
    if _TOO_WIDE(root):
        return ""
    _lighten(root)
    document = bare_extraction(
        root, fast=fast, include_comments=False, include_tables=True, deduplicate=False
    )
    return (document.text or "") if document is not None else ""


def _lighten(root: HtmlElement) -> None:
    """Drop scripts and drawings before trafilatura copies them.

    JSON-LD stays, because trafilatura falls back on the article in it.
    """
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            script.text = None
    etree.strip_elements(root, *_DRAWINGS, with_tail=False)
