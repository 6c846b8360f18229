"""Which blocks of a page are main content, as trafilatura sees it: evidence for the labeller, not a verdict.

What its main extractor takes is told from the blocks (`html_content`). Where that is next to nothing or a small part of the
page, and on pages of forums, trafilatura's cascade goes on to other means, and it is asked itself (`html_engine`).
"""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.extract.html_align import held_blocks
from copydesk.extract.html_blocks import Draft
from copydesk.extract.html_content import LEAST_CHARS, Content, find_content
from copydesk.extract.html_engine import main_text
from copydesk.extract.html_tree import parse_html
from copydesk.extract.landmarks import Landmarks

# Limits of trafilatura 2.3: where it finds little of the page, it tries recall and takes that if it is so much longer.
_LITTLE_CHARS, _LITTLE_SHARE, _LONGER = 3_000, 0.2, 1.5
# Its fast mode is as good as the standard one and takes half the time, but for pages of which it finds next
# to nothing. Swept on 646 news and web pages: below 1,500 characters and a fifth of the page's unlinked text the
# standard call gains 0.7 points of F1 on one set and 0.5 on another; above it loses.
_SHORT_CHARS, _SHORT_SHARE = 1_500, 0.2
_FORUM = "DiscussionForumPosting"  # in JSON-LD: there, comments are content


def is_forum(page: Landmarks) -> bool:
    """Whether a page says that its posts are its content."""
    return any(_FORUM in page.text_at(script) for script in page.named.get("script", ()))


def main_marks(
    markup: str, drafts: Sequence[Draft], *, forum: bool = False, utf8: bytes | None = None
) -> list[bool]:
    """For each draft whether trafilatura keeps it; `forum` as in `is_forum`, `utf8` is the markup in UTF-8, if at hand."""
    marks = list(_marks(markup, drafts, utf8, forum=forum))
    for number, draft in enumerate(drafts):
        if draft.kind == "image":  # a picture is main content between two blocks that are
            marks[number] = number > 0 and marks[number - 1] and any(marks[number + 1 : number + 3])
    return marks


def _marks(markup: str, drafts: Sequence[Draft], utf8: bytes | None, *, forum: bool) -> Sequence[bool]:
    content = _content(drafts)
    marks: Sequence[bool] = content.marks
    chars = content.chars
    if forum or (chars < LEAST_CHARS and not _is_little(chars, drafts)):
        text = main_text(parse_html(markup, utf8), fast=True)
        if text:
            marks, chars = _found_again(drafts, text), len(text)
    if _is_little(chars, drafts):
        text = main_text(parse_html(markup, utf8), fast=False)
        if text:
            marks = _found_again(drafts, text)
    return marks


def _content(drafts: Sequence[Draft]) -> Content:
    content = find_content(drafts)
    if (
        content.left_teasers
        and content.chars < _LITTLE_CHARS
        and content.chars < _LITTLE_SHARE * content.page_chars
    ):
        more = find_content(drafts, recall=True)
        if more.chars > _LONGER * content.chars:
            return more
    return content


def _found_again(drafts: Sequence[Draft], text: str) -> list[bool]:
    """For each draft whether the extractor's text has it."""
    held = iter(held_blocks([draft.line.text for draft in drafts if draft.kind != "image"], text.split("\n")))
    return [draft.kind != "image" and next(held) for draft in drafts]


def _is_little(chars: int, drafts: Sequence[Draft]) -> bool:
    """Whether so much main content is next to nothing of what the page has."""
    return chars < _SHORT_CHARS and chars < _SHORT_SHARE * _prose_chars(drafts)


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
