"""A run of inline content -> lines of visible text with their marks (links, bold, classes) in place.

The run keeps its text collapsed while it grows, so that the offsets of a mark are known the moment it opens
or closes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from copydesk.extract.html_markup import Attributes, words_of
from copydesk.extract.visible import visible_text
from copydesk.records import Link

MarkKind = Literal["link", "bold", "words", "time"]

# A line break inside prose: the line above is as long as a wrapped line, or the next goes on in lower case.
_WRAPPED_CHARS = 60
_SENTENCE_ENDS = tuple('.!?:;…。！？”"’»)')
_OPENING = "“\"'‘«„([#@$€£"


@dataclass(slots=True)
class Mark:
    """An inline element's stretch of a run; `end` is -1 while it is open."""

    kind: MarkKind
    value: str | Attributes  # the url; ""; the element's attributes; its datetime
    start: int
    end: int = -1


@dataclass(frozen=True, slots=True)
class Line:
    """One block's text and what lies over it."""

    text: str
    links: tuple[Link, ...]
    bold: bool
    words: tuple[str, ...]  # of inline elements that cover the whole line
    datetime: str | None


@dataclass(slots=True)
class Run:
    """Inline content between two block boundaries."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[Mark] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)  # (offset, number of line breaks there)
    cells: int = 1  # of a table's row
    _apart: bool = False  # a space belongs here if two words would touch
    _cell: bool = False  # the next text is another cell of the row

    def add(self, text: str) -> None:
        """Append text of the source, white space collapsed across the seam."""
        if not self.pieces and text.isspace():
            return
        # Printable text has no white space but spaces, and nothing invisible. The guards keep the outer spaces.
        is_clean = text.isprintable() and "  " not in text
        shown = text if is_clean else visible_text(f"x{text}x")[1:-1]
        if not shown:
            return
        if self._cell and self.pieces and shown != " ":
            shown = (" | " if self.pieces[-1][-1] != " " else "| ") + shown.lstrip(" ")
            self._cell = False
            self.cells += 1
        elif self._apart and self.pieces and _would_touch(self.pieces[-1], shown):
            shown = " " + shown
        if shown[0] == " " and (not self.pieces or self.pieces[-1][-1] == " "):
            shown = shown[1:]
            if not shown:
                return
        self._apart = False
        self.pieces.append(shown)
        self.length += len(shown)

    def apart(self) -> None:
        self._apart = True

    def next_cell(self) -> None:
        self._cell = bool(self.pieces)

    def line_break(self) -> None:
        """<br>. The second in a row, with no text between, parts paragraphs."""
        if not self.pieces:
            return
        if self.breaks and self.breaks[-1][0] == self.length:
            self.breaks[-1] = (self.length, self.breaks[-1][1] + 1)
        else:
            self.add(" ")
            self.breaks.append((self.length, 1))

    def open(self, kind: MarkKind, value: str | Attributes) -> Mark:
        mark = Mark(kind, value, self.length)
        self.marks.append(mark)
        return mark

    def close(self, mark: Mark) -> None:
        if mark.start == self.length and self.marks[-1] is mark:
            self.marks.pop()  # over nothing
        mark.end = self.length

    def lines(self, *, keep_breaks: bool) -> Iterator[Line]:
        """The run cut at its line breaks; with `keep_breaks` False it is one line whatever they are."""
        text = "".join(self.pieces)
        starts = [0, *self._cuts(text)] if keep_breaks and self.breaks else [0]
        over: list[list[Mark]] = [[] for _ in starts]  # the marks over each line
        for mark in self.marks:
            last = bisect_left(starts, mark.end) if mark.end >= 0 else len(starts)
            for line in range(max(0, bisect_right(starts, mark.start) - 1), max(1, last)):
                over[line].append(mark)
        for line, start in enumerate(starts):
            end = starts[line + 1] if line + 1 < len(starts) else len(text)
            if text[start:end].strip(" "):
                yield _line(text, start, end, over[line])

    def _cuts(self, text: str) -> Iterator[int]:
        line_start = 0
        for index, (offset, count) in enumerate(self.breaks):
            next_break = self.breaks[index + 1][0] if index + 1 < len(self.breaks) else len(text)
            above, below = text[line_start:offset].rstrip(" "), text[offset:next_break].lstrip(" ")
            if count > 1 or not _is_wrapped(above, below):
                yield offset
                line_start = offset


def _line(text: str, start: int, end: int, marks: list[Mark]) -> Line:
    while text[start] == " ":
        start += 1
    while text[end - 1] == " ":
        end -= 1
    line = text[start:end]
    links: list[Link] = []
    bold_chars = 0
    words: tuple[str, ...] = ()
    stamp: str | None = None
    for mark in marks:
        left, right = max(mark.start, start), min(end, mark.end if mark.end >= 0 else end)
        while left < right and text[left] == " ":
            left += 1
        while right > left and text[right - 1] == " ":
            right -= 1
        if left >= right:
            continue
        if mark.kind == "link" and isinstance(mark.value, str):
            links.append(Link(text[left:right], mark.value, left - start, right - start))
        elif mark.kind == "bold":
            bold_chars += right - left - text.count(" ", left, right)
        elif mark.kind == "time" and isinstance(mark.value, str):
            stamp = stamp or mark.value
        elif left == start and right == end and not isinstance(mark.value, str):
            words = words_of(mark.value) + words  # the innermost opens last and is the nearest
    bold = bold_chars > 0 and bold_chars >= len(line) - line.count(" ")
    return Line(line, tuple(links), bold, words, stamp)


def _would_touch(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    return (first.isalnum() or first in _OPENING) and (
        last.isalnum() or last in _SENTENCE_ENDS or last in ",|%"
    )


def _is_wrapped(above: str, below: str) -> bool:
    """Does the sentence above a single line break go on below it?"""
    if not above or not below or above.endswith(_SENTENCE_ENDS):
        return False
    return below[0].islower() or len(above) >= _WRAPPED_CHARS
