"""Lines that an editor or mail program broke at a fixed width, told from lines that are paragraphs of their
own.

Breaking at a width leaves a trace that other text does not have: no line but a paragraph's last could have
taken the first word of the next. And it breaks in the middle of sentences, so that many lines begin in lower
case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MIN_WIDTH = 40  # columns; below, lists and menus look broken
MAX_WIDTH = 110  # above, lines are paragraphs
MIN_FULL_PAIRS = 5
MIN_FULL_SHARE = (
    0.3  # of lines that have another directly below: menus and bylines stand among the paragraphs
)
MIN_LOWER_SHARE = 0.4  # of the broken lines; prose breaks inside a sentence four times in five
OUTLIERS = 0.03  # lines with a long URL stick out


@dataclass(frozen=True, slots=True)
class Line:
    """A line with visible text."""

    start: int  # of its first visible character in the source
    end: int  # behind its last
    text: str  # as it stands in the source, trimmed
    indent: int
    blank_before: int

    @property
    def width(self) -> int:
        return self.indent + len(self.text)


def wrap_width(lines: Sequence[Line]) -> int | None:
    """The width at which a document was broken; None for one whose lines are what they seem."""
    if len(lines) <= MIN_FULL_PAIRS:
        return None
    widths = sorted(line.width for line in lines)
    width = widths[int((len(widths) - 1) * (1 - OUTLIERS))]
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        return None
    pairs = [(line, below) for line, below in pairwise(lines) if not below.blank_before]
    full = [below for line, below in pairs if is_full(line, below, width)]
    if len(full) < max(MIN_FULL_PAIRS, len(pairs) * MIN_FULL_SHARE):
        return None
    return width if sum(below.text[0].islower() for below in full) >= len(full) * MIN_LOWER_SHARE else None


def is_full(line: Line, below: Line, width: int) -> bool:
    """Whether the first word of the line below had no room on this one."""
    word = below.text.split(None, 1)[0]
    return line.width + 1 + len(word) > width
