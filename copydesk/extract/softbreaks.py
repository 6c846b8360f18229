"""Lines of one Markdown paragraph: broken prose, or elements that stand one below the other.

CommonMark joins them all. Writers of news do not mean that: below a headline comes the outlet in bold, below
that the date, with no blank line between. So lines are joined where one runs on into the next, and kept
apart where each is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copydesk.extract.wrapping import Line, is_full
from copydesk.words import SENTENCE_ENDS

MAX_BREAK_WIDTH = 110
MIN_BROKEN_CHARS = 40  # a shorter line was not broken for want of room

# A line that is one element from end to end: bold, emphasised, a link, an image, a URL.
_ELEMENT = re.compile(
    r"\*\*[^*]{1,500}\*\*|__[^_]{1,500}__|\*[^*]{1,500}\*|_[^_]{1,500}_|!?\[.{0,1000}\]\(\S{0,3000}\)|<?https?://\S{1,2000}>?"
)  # fmt: skip
_SENTENCE_END = re.compile(rf"[{SENTENCE_ENDS}][\"'”’»)\]*_]{{0,4}}$")
_RUNS_ON = (",", ";", "–", "—", " -", "(")


def split_paragraph(lines: Sequence[Line], width: int | None) -> Iterator[Sequence[Line]]:
    """The lines in groups that are one block each. `blank_before` of a line is 1 where a hard break ends
    it.
    """
    begin = 0
    for at in range(1, len(lines)):
        if not _joins(lines[at - 1], lines[at], width):
            yield lines[begin:at]
            begin = at
    yield lines[begin:]


def _joins(line: Line, below: Line, width: int | None) -> bool:
    if _is_open(line.text):
        return True
    if line.blank_before or _ELEMENT.fullmatch(line.text) or _ELEMENT.fullmatch(below.text):
        return False
    if width is not None and is_full(line, below, width):
        return True
    if _SENTENCE_END.search(line.text[-10:]):
        return False
    first = below.text.lstrip("*_[\"'“‘«(")[:1]
    if first.islower() or line.text.endswith(_RUNS_ON):
        return True
    # A name or a number begins the next line, but nothing ended this one, and it is as long as broken lines
    # are.
    return len(below.text) >= MIN_BROKEN_CHARS and MIN_BROKEN_CHARS <= len(line.text) <= MAX_BREAK_WIDTH


def _is_open(text: str) -> bool:
    """Whether bold or a bracket that opens on this line closes on a later one."""
    return text.count("**") % 2 == 1 or text.count("[") > text.count("]")
