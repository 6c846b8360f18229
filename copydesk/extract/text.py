"""Text dumps to blocks: a line is a block, unless the document was broken at a fixed width.

Markers of lists: signs that mean nothing else ("•") are left out of the text, as they are in HTML. Dashes
and numbers stay: a dash may open dialogue ("- I saw it, he says"), a number may be part of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copydesk.extract.blocklist import BlockList, bare_links
from copydesk.extract.visible import visible_text
from copydesk.extract.wrapping import Line, is_full, wrap_width
from copydesk.records import BlockKind, Page, Sidecar

_BULLET = re.compile(r"(?:[•◦‣▪▫●○■□►▸➤⁃∙·*]\s{1,20}){1,6}(?=\S)")
_DASH = re.compile(r"[-–—]\s+\S")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+\S")


def extract_text(text: str, source_uri: str, sidecar: Sidecar, max_blocks: int) -> Page:
    """The dump as blocks. Offsets count code points of `text`; source[start:end] of a block shows its
    text.
    """
    blocks = BlockList(max_blocks)
    lines = list(split_lines(text))
    width = wrap_width(lines)
    at = 0
    while at < len(lines):
        size = _wrapped(lines, at, width) if width else 1
        _add(blocks, text, lines, at, size)
        at += size
    return Page(source_uri, "text", blocks.finish(), sidecar=sidecar)


def split_lines(text: str, offset: int = 0) -> Iterator[Line]:
    """The lines that show something, with the count of those between them that do not."""
    blank = 0
    for raw in text.splitlines(keepends=True):
        trimmed = raw.strip()
        # A line of zero-width characters is as blank as an empty one.
        if trimmed and (trimmed[0].isalnum() or visible_text(trimmed)):
            indent = raw.index(trimmed[0])
            start = offset + indent
            yield Line(start, start + len(trimmed), trimmed, indent, blank)
            blank = 0
        else:
            blank += 1
        offset += len(raw)


def _wrapped(lines: Sequence[Line], at: int, width: int) -> int:
    """How many lines from this one on are one paragraph."""
    size = 1
    while at + size < len(lines):
        line, below = lines[at + size - 1], lines[at + size]
        if below.blank_before or not is_full(line, below, width) or _is_item(below):
            break
        # An indented line opens a paragraph, but below the first line of a list item it goes on with it.
        if below.indent > line.indent and not (size == 1 and _is_item(line)):
            break
        size += 1
    return size


def _add(blocks: BlockList, text: str, lines: Sequence[Line], at: int, size: int) -> None:
    first, last = lines[at], lines[at + size - 1]
    start = first.start
    bullet = _BULLET.match(first.text)
    kind: BlockKind = "paragraph"
    if bullet and _is_bullet(lines, at, bullet.end()):
        kind, start = "list_item", start + bullet.end()
    elif _is_listed(lines, at, size):
        kind = "list_item"
    elif size == 1 and _is_row(lines, at):
        kind = "table_row"
    shown = visible_text(text[start : last.end])
    blocks.blank_lines = first.blank_before
    blocks.add(shown, kind, start, last.end, links=bare_links(shown))


def _is_bullet(lines: Sequence[Line], at: int, end: int) -> bool:
    """An asterisk alone may point to a footnote; a bullet is indented or has another beside it."""
    line = lines[at]
    if not any(map(str.isalnum, line.text[end : end + 200])):
        return False  # "* * *" between two parts of a story
    return (
        line.text[0] != "*"
        or line.indent > 0
        or any(other.text.startswith("* ") for other in _beside(lines, at, 1))
    )


def _is_listed(lines: Sequence[Line], at: int, size: int) -> bool:
    """A dash or a number opens an item where the line before or after does so too."""
    text = lines[at].text
    if _DASH.match(text):
        return any(_DASH.match(other.text) for other in _beside(lines, at, size))
    if number := _NUMBER.match(text):
        others = (_NUMBER.match(other.text) for other in _beside(lines, at, size))
        return any(other and abs(int(other[1]) - int(number[1])) == 1 for other in others)
    return False


def _is_row(lines: Sequence[Line], at: int) -> bool:
    """Cells of a table come out of browsers with tabs between them, as many in the next row."""
    tabs = lines[at].text.count("\t")
    return tabs > 0 and any(other.text.count("\t") == tabs for other in _beside(lines, at, 1))


def _beside(lines: Sequence[Line], at: int, size: int) -> Iterator[Line]:
    """The lines directly above and below, without a blank between."""
    if at and not lines[at].blank_before:
        yield lines[at - 1]
    if at + size < len(lines) and not lines[at + size].blank_before:
        yield lines[at + size]


def _is_item(line: Line) -> bool:
    return bool(_BULLET.match(line.text) or _DASH.match(line.text) or _NUMBER.match(line.text))
