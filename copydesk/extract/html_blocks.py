"""A page's tree -> drafts of its blocks: every visible text once, in reading order.

A text belongs to its nearest block-level ancestor; inline content in a row forms one block, and line breaks
may cut it. The walk is one loop over events, so that depth costs no stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from copydesk.extract.html_lines import Line, Mark, MarkKind, Run
from copydesk.extract.html_markup import (
    APART_TAGS,
    BOLD_TAGS,
    HEADINGS,
    PROSE_TAGS,
    UNSEEN_TAGS,
    WORDED_ATTRIBUTES,
    Attributes,
    image_url,
    is_block,
    is_hidden,
    kind_of,
    words_of,
)
from copydesk.extract.visible import visible_text
from copydesk.records import BlockKind, Image

_MARKUP_ANCESTORS = 6
_MARKUP_WORDS = 40
_STAMP_CHARS = 100
_NO_ATTRIBUTES: Attributes = {}
_BUTTON_INPUTS = frozenset(("submit", "button", "reset"))
_QUOTE_MARKS = tuple("\"“”„«»‘’'‹›「『")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


@dataclass(slots=True)
class Draft:
    """A block before trafilatura's evidence is in."""

    line: Line
    kind: BlockKind
    frame: Frame
    image: Image | None = None

    @property
    def level(self) -> int:
        return HEADINGS.get(self.frame.tag, 0) if self.kind == "heading" else 0


@dataclass(slots=True)
class Frame:
    """An open block-level element."""

    tag: str
    kind: BlockKind
    number: int
    parent: Frame | None
    depth: int
    hidden: bool
    attributes: Attributes
    drafts: int = 0  # blocks made of its own text
    holds_blocks: bool = False
    _above: tuple[str, ...] | None = None

    def markup(self, inner: tuple[str, ...]) -> tuple[str, ...]:
        """Words of inline elements around the text, of this element and of its ancestors, nearest first."""
        above = self.parent.words_upwards() if self.parent is not None else ()
        return tuple(dict.fromkeys((*inner, *words_of(self.attributes), *above)))[:_MARKUP_WORDS]

    def words_upwards(self) -> tuple[str, ...]:
        """The words of this element and of those above it; the blocks in one element share them."""
        if self._above is None:
            words: tuple[str, ...] = ()
            frame: Frame | None = self
            for _ in range(_MARKUP_ANCESTORS):
                if frame is None:
                    break
                words += words_of(frame.attributes)
                frame = frame.parent
            self._above = words
        return self._above

    def shared_parent(self) -> int:
        """The number that neighbours share: of their element for pieces of one, else of their parent."""
        if self.drafts > 1 or self.holds_blocks or self.parent is None:
            return self.number
        return self.parent.number


@dataclass(slots=True)
class _Opened:
    """What the start of an element did, to be undone at its end."""

    outer: Frame | None = None  # of a block-level element
    marks: int = 0
    after: str = ""  # text that its end adds
    figure: bool = False


def cut_blocks(root: HtmlElement, absolute: Callable[[str], str | None]) -> list[Draft]:
    """All visible text under `root`, and what the page hides (frame.hidden), which may prove to be the story.

    `absolute` turns an href into a URL, or None for one that is no link (javascript:).
    """
    cutter = _Cutter(absolute)
    walker = etree.iterwalk(root, events=("start", "end"))
    stack: list[_Opened] = []
    for event, element in walker:
        tag = element.tag
        if not isinstance(tag, str):  # an entity or comment that the parser left
            continue
        if event == "start":
            opened = cutter.start(tag, element)
            if opened is None:
                walker.skip_subtree()
                opened = _Opened()
            elif element.text:
                cutter.text(element.text)
            stack.append(opened)
        else:
            cutter.end(tag, stack.pop())
            if element.tail and element is not root:
                cutter.text(element.tail)
    if cutter.run.pieces or cutter.images:
        cutter.flush()
    return cutter.drafts


class _Cutter:
    """The state of the walk: the block-level element that is open, and the run of inline content in it."""

    def __init__(self, absolute: Callable[[str], str | None]) -> None:
        self.absolute = absolute
        self.drafts: list[Draft] = []
        self.run = Run()
        self.frame = Frame("html", "paragraph", 0, None, 0, False, _NO_ATTRIBUTES)
        self.frames = 0
        self.open_marks: list[Mark] = []
        self.images: list[Image] = []  # met in the run that is open
        self.figures = 0  # open figure and picture elements
        self.after_inline = False  # an element of APART_TAGS has ended, and no text came since

    def start(self, tag: str, element: HtmlElement) -> _Opened | None:
        """Open an element; None when nothing in it is to be seen."""
        if tag in UNSEEN_TAGS:
            return None
        items = element.items()
        attributes: Attributes = dict(items) if items else _NO_ATTRIBUTES
        if tag == "br":
            self.run.line_break()
            return None
        if tag in ("img", "amp-img"):
            self._meet_image(attributes)
            return None
        if tag == "input":
            self._meet_input(attributes)
            return None
        hidden = is_hidden(tag, attributes)
        opened = _Opened(figure=tag in ("figure", "picture"))
        if tag in ("td", "th") and self.frame.tag == "tr" and not hidden:
            self.run.next_cell()  # the cells of a row are one block, unless they hold blocks
        elif is_block(tag, attributes, self.frame.tag):
            self._open_block(tag, attributes, hidden, opened)
            return opened
        elif hidden:
            return None
        self._open_inline(tag, attributes, opened)
        if tag == "q" and not (element.text or "").lstrip().startswith(_QUOTE_MARKS):
            self.run.add("“")  # browsers print the marks of <q>
            opened.after = "”"
        return opened

    def end(self, tag: str, opened: _Opened) -> None:
        if opened.after:
            self.run.add(opened.after)
        for _ in range(
            opened.marks
        ):  # elements nest, so its marks are the last, perhaps re-opened in a later run
            self.run.close(self.open_marks.pop())
        if opened.figure:
            self.figures -= 1
        if opened.outer is not None:
            if self.run.pieces or self.images:
                self.flush()
            self.frame = opened.outer
            self.after_inline = False
        else:
            self.after_inline = tag in APART_TAGS or "-" in tag

    def text(self, text: str) -> None:
        if self.frame.tag == "pre":
            first, *rest = _BLANK_LINE.split(text)
            self.run.add(first)
            for paragraph in rest:
                if self.run.pieces:
                    self.flush()
                self.run.add(paragraph)
        else:
            self.run.add(text)
        self.after_inline = False

    def flush(self) -> None:
        """End the run: its lines become blocks, and what is open goes on in a new one."""
        kind: BlockKind = self.frame.kind
        if kind == "table_row" and self.run.cells == 1:
            kind = "paragraph"  # a box drawn with a table
        for line in self.run.lines(keep_breaks=kind not in ("heading", "control", "table_row")):
            self._draft(line, kind)
        for image in self.images:
            self._draft(Line(visible_text(image.alt or ""), (), False, (), None), "image", image)
        self.images.clear()
        self.run = Run()
        self.open_marks = [self.run.open(mark.kind, mark.value) for mark in self.open_marks]

    def _draft(self, line: Line, kind: BlockKind, image: Image | None = None) -> None:
        self.frame.drafts += 1
        if self.frame.parent is not None:
            self.frame.parent.holds_blocks = True
        self.drafts.append(Draft(line, kind, self.frame, image))

    def _open_block(self, tag: str, attributes: Attributes, hidden: bool, opened: _Opened) -> None:
        if self.run.pieces or self.images:
            self.flush()
        outer = self.frame
        self.frames += 1
        opened.outer = outer
        self.frame = Frame(
            tag=tag,
            kind=kind_of(tag, attributes, outer.kind),
            number=self.frames,
            parent=outer,
            depth=outer.depth + 1,
            hidden=outer.hidden or hidden,
            attributes=attributes,
        )
        if opened.figure:
            self.figures += 1
        self._mark(tag, attributes, opened)

    def _open_inline(self, tag: str, attributes: Attributes, opened: _Opened) -> None:
        if self.after_inline and (tag in APART_TAGS or "-" in tag) and self.frame.tag not in PROSE_TAGS:
            self.run.apart()
        if opened.figure:
            self.figures += 1
        self._mark(tag, attributes, opened)
        if not WORDED_ATTRIBUTES.isdisjoint(attributes):
            self._open_mark("words", attributes, opened)

    def _mark(self, tag: str, attributes: Attributes, opened: _Opened) -> None:
        if tag == "a":
            href = attributes.get("href")
            url = self.absolute(href) if href else None
            if url:
                self._open_mark("link", url, opened)
        elif tag in BOLD_TAGS:
            self._open_mark("bold", "", opened)
        elif (tag == "time" or "-" in tag) and (stamp := attributes.get("datetime")):
            self._open_mark("time", visible_text(stamp)[:_STAMP_CHARS], opened)

    def _open_mark(self, kind: MarkKind, value: str | Attributes, opened: _Opened) -> None:
        self.open_marks.append(self.run.open(kind, value))
        opened.marks += 1

    def _meet_image(self, attributes: Attributes) -> None:
        if self.figures and not self.frame.hidden:
            url = image_url(attributes)
            alt = attributes.get("alt")
            if url or alt:
                self.images.append(Image(self.absolute(url) if url else None, alt))

    def _meet_input(self, attributes: Attributes) -> None:
        value = attributes.get("value")
        if value and attributes.get("type", "").lower() in _BUTTON_INPUTS:
            opened = _Opened()
            self._open_block("input", attributes, is_hidden("input", attributes), opened)
            self.run.add(value)
            self.end("input", opened)
