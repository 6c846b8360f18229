"""trafilatura's opinion: which blocks of a page are main content. Only this module knows trafilatura."""

from __future__ import annotations

import logging

from lxml import etree
from lxml.html import HtmlElement

from copydesk.extract.html_align import held_blocks
from copydesk.extract.html_blocks import Draft

# Its fast mode is as good as the standard one and takes half the time, but for pages of which it finds next
# to nothing.
# Swept on 646 news and web pages: below 1,500 characters and a fifth of the page's unlinked text the
# standard call
# gains 0.7 points of F1 on one set and 0.5 on another; above it loses.
_SHORT_CHARS = 1_500
_SHORT_SHARE = 0.2
# It counts the children of an element again for each of them: 10,000 take a second, 40,000 half a minute.
_TOO_WIDE = etree.XPath("boolean(//*[10001])")


def find_main(root: HtmlElement, drafts: list[Draft]) -> list[bool]:
    """For each draft whether trafilatura keeps it. Takes out of the tree what holds no text for anybody."""
    _lighten(root)
    texts = [draft.line.text for draft in drafts if draft.kind != "image"]
    held = iter(held_blocks(texts, main_text(root, _prose_chars(drafts)).split("\n")))
    main = [draft.kind != "image" and next(held) for draft in drafts]
    for number, draft in enumerate(drafts):
        if draft.kind == "image":  # a picture is main content between two blocks that are
            main[number] = number > 0 and main[number - 1] and any(main[number + 1 : number + 3])
    return main


def main_text(root: HtmlElement, prose_chars: int) -> str:
    """The main content as plain lines, "" where trafilatura finds none or is not asked. Leaves the tree as it is."""
    if _TOO_WIDE(root):
        return ""
    text = _extract(root, fast=True)
    if len(text) < _SHORT_CHARS and len(text) < _SHORT_SHARE * prose_chars:
        return _extract(root, fast=False) or text
    return text


def _extract(root: HtmlElement, *, fast: bool) -> str:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without main content
    document = trafilatura.bare_extraction(
        root, fast=fast, include_comments=False, include_tables=True, deduplicate=False
    )
    return (document.text or "") if document is not None else ""


def _lighten(root: HtmlElement) -> None:
    """Drop scripts and drawings: trafilatura copies the tree four times before it drops them itself.

    JSON-LD stays, because trafilatura falls back on the article in it.
    """
    for script in list(root.iter("script")):
        if "ld+json" not in (script.get("type") or ""):
            script.text = None
    etree.strip_elements(root, "style", "svg", "template", "link", with_tail=False)


def _prose_chars(drafts: list[Draft]) -> int:
    """How much text the page has that is not mostly links or controls."""
    total = 0
    for draft in drafts:
        text = draft.line.text
        linked = sum(link.char_end - link.char_start for link in draft.line.links)
        if draft.kind not in ("image", "control") and 2 * linked < len(text):
            total += len(text)
    return total
