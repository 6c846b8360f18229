"""A run of inline content -> lines of visible text with their marks (links, bold, classes) in place.

The run keeps its text collapsed while it grows, so that the offsets of a mark are known the moment it opens
or closes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from copydesk.extract.html_markup import Attributes, words_of
from copydesk.extract.visible import visible_text
from copydesk.records import Link

# A line break inside prose: the line above is as long as a wrapped line, or the next goes on in lower case.
_WRAPPED_CHARS = 60
_SENTENCE_ENDS = tuple('.!?:;…。！？”"’»)')
_OPENING = "“\"'‘«„([#@$€£"
COMMON_SPACE = " \t\n\r\f\v\xa0"


@dataclass(slots=True)
class Mark:
    """An inline element's stretch of a run; `end` is -1 while it is open."""

    start: int
    attributes: Attributes  # where they hold words
    link: str | None  # its URL
    bold: bool
    stamp: str | None  # of a time
    end: int = -1


class Line(NamedTuple):
    """One block's text and what lies over it."""

    text: str
    links: tuple[Link, ...] = ()
    bold: bool = False
    words: tuple[str, ...] = ()  # of inline elements that cover the whole line
    datetime: str | None = None


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
        pieces = self.pieces
        # Printable text has no white space but spaces, and nothing invisible. The guards keep the outer spaces.
        if text and text.isprintable() and "  " not in text:
            shown = text
        elif not text.strip(COMMON_SPACE):  # what lies between most elements
            if not pieces:
                return
            shown = " "
        else:
            shown = visible_text(f"x{text}x")[1:-1]
            if not shown:
                return
        if pieces:
            last = pieces[-1][-1]
            if self._cell and shown != " ":
                shown = (" | " if last != " " else "| ") + shown.lstrip(" ")
                self._cell = False
                self.cells += 1
            elif self._apart and _would_touch(last, shown[0]):
                shown = " " + shown
            if shown[0] == " " and last == " ":
                shown = shown[1:]
        elif shown[0] == " ":
            shown = shown[1:]
        if not shown:
            return
        self._apart = False
        pieces.append(shown)
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

    def restart(self, open_marks: list[Mark]) -> None:
        """Begin anew, under the marks that are open."""
        self.pieces.clear()
        if self.breaks:
            self.breaks.clear()
        self.length, self.cells = 0, 1
        self._apart = self._cell = False
        for mark in open_marks:
            mark.start = 0
        self.marks[:] = open_marks

    def close(self, mark: Mark) -> None:
        if mark.start == self.length and self.marks[-1] is mark:
            self.marks.pop()  # over nothing
        mark.end = self.length

    def lines(self, *, keep_breaks: bool) -> list[Line]:
        """The run cut at its line breaks; with `keep_breaks` False it is one line whatever they are."""
        pieces = self.pieces
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        if not (keep_breaks and self.breaks):
            return [_line(text, 0, len(text), self.marks)] if text else []
        starts = [0, *self._cuts(text)]
        over: list[list[Mark]] = [[] for _ in starts]  # the marks over each line
        for mark in self.marks:
            last = bisect_left(starts, mark.end) if mark.end >= 0 else len(starts)
            for line in range(max(0, bisect_right(starts, mark.start) - 1), max(1, last)):
                over[line].append(mark)
        ends = [*starts[1:], len(text)]
        return [
            _line(text, start, end, marks)
            for start, end, marks in zip(starts, ends, over, strict=True)
            if text[start:end].strip(" ")
        ]

    def _cuts(self, text: str) -> Iterator[int]:
        line_start = 0
        for index, (offset, count) in enumerate(self.breaks):
            next_break = self.breaks[index + 1][0] if index + 1 < len(self.breaks) else len(text)
            above, below = text[line_start:offset].rstrip(" "), text[offset:next_break].lstrip(" ")
            if count > 1 or not _is_wrapped(above, below):
                yield offset
                line_start = offset


def _line(text: str, start: int, end: int, marks: Sequence[Mark]) -> Line:
    if not marks:
        return Line(text[start:end].strip(" "))
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
        left, right, over = start, end, line
        if mark.start > start or 0 <= mark.end < end:
            left = mark.start if mark.start > start else start
            right = mark.end if 0 <= mark.end < end else end
            over = text[left:right].lstrip(" ")
            left = right - len(over)
            over = over.rstrip(" ")
            right = left + len(over)
            if not over:
                continue
        if mark.attributes and left == start and right == end:
            words = words_of(mark.attributes) + words  # the innermost opens last and is the nearest
        if mark.link:
            links.append(Link(over, mark.link, left - start, right - start))
        elif mark.bold:
            bold_chars += right - left - text.count(" ", left, right)
        elif mark.stamp and not stamp:
            stamp = mark.stamp
    bold = bold_chars > 0 and bold_chars >= len(line) - line.count(" ")
    return Line(line, tuple(links), bold, words, stamp)


def _would_touch(last: str, first: str) -> bool:
    return (first.isalnum() or first in _OPENING) and (
        last.isalnum() or last in _SENTENCE_ENDS or last in ",|%"
    )


def _is_wrapped(above: str, below: str) -> bool:
    """Does the sentence above a single line break go on below it?"""
    if not above or not below or above.endswith(_SENTENCE_ENDS):
        return False
    return below[0].islower() or len(above) >= _WRAPPED_CHARS
