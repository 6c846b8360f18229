"""Which blocks of a page are main content, as trafilatura sees it: evidence for the labeller, not a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from copydesk.extract.html_align import held_blocks
from copydesk.extract.html_blocks import Draft
from copydesk.extract.html_engine import main_text


def main_marks(root: HtmlElement, markup: str, drafts: Sequence[Draft]) -> list[bool]:
    """For each draft whether trafilatura keeps it. Uses up the tree of `markup`."""
    texts = [draft.line.text for draft in drafts if draft.kind != "image"]
    text = main_text(root, markup, blocks=len(drafts), prose_chars=_prose_chars(drafts))
    held = iter(held_blocks(texts, text.split("\n")))
    main = [draft.kind != "image" and next(held) for draft in drafts]
    for number, draft in enumerate(drafts):
        if draft.kind == "image":  # a picture is main content between two blocks that are
            main[number] = number > 0 and main[number - 1] and any(main[number + 1 : number + 3])
    return main


def _prose_chars(drafts: Sequence[Draft]) -> int:
    """How much text the page has that is not mostly links or controls."""
    total = 0
    for draft in drafts:
        line = draft.line
        if draft.kind in ("image", "control"):
            continue
        linked = sum([link.char_end - link.char_start for link in line.links]) if line.links else 0
        if 2 * linked < len(line.text):
            total += len(line.text)
    return total
