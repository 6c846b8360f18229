"""trafilatura's opinion: which blocks of a page are main content. The only module that knows trafilatura's name."""

from __future__ import annotations

import logging

from lxml.html import HtmlElement

from copydesk.extract.html_align import held_blocks
from copydesk.extract.html_blocks import Draft


def find_main(root: HtmlElement, drafts: list[Draft]) -> list[bool]:
    """For each draft whether trafilatura keeps it. Spoils the tree under `root`."""
    held = iter(held_blocks([d.line.text for d in drafts if d.kind != "image"], main_text(root).split("\n")))
    main = [draft.kind != "image" and next(held) for draft in drafts]
    for number, draft in enumerate(drafts):
        if draft.kind == "image":  # a picture is main content between two blocks that are
            main[number] = number > 0 and main[number - 1] and any(main[number + 1 : number + 3])
    return main


def main_text(root: HtmlElement) -> str:
    """The main content as plain lines, "" where trafilatura finds none."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without main content
    document = trafilatura.bare_extraction(root, fast=True, include_comments=False, include_tables=True, deduplicate=False)
    return (document.text or "") if document is not None else ""
