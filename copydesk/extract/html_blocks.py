"""A page's tree -> drafts of its blocks: every visible text once, in reading order. No judgement of content here.

A text belongs to its nearest block-level ancestor; inline content in a row forms one block, and line breaks may cut it.
The walk is one loop over events, so that depth costs no stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from copydesk.extract.html_lines import Line, Mark, MarkKind, Run
from copydesk.extract.html_markup import (
    APART_TAGS,
    BOLD_TAGS,
    HEADINGS,
    PROSE_TAGS,
    UNSEEN_TAGS,
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
    element: HtmlElement | None = None
    drafts: int = 0  # blocks made of its own text
    holds_blocks: bool = False
    _words: tuple[str, ...] | None = None

    def words(self) -> tuple[str, ...]:
        """The words of the element's attributes, read when they are first asked for: most elements hold no text."""
        if self._words is None:
            self._words = words_of(self.element) if self.element is not None else ()
        return self._words

    def markup(self, inner: tuple[str, ...]) -> tuple[str, ...]:
        """The words of inline elements around the text, of this element and of its ancestors, nearest first."""
        words, frame = dict.fromkeys(inner), self
        for _ in range(_MARKUP_ANCESTORS + 1):
            words.update(dict.fromkeys(frame.words()))
            if frame.parent is None or len(words) >= _MARKUP_WORDS:
                break
            frame = frame.parent
        return tuple(words)[:_MARKUP_WORDS]

    def shared_parent(self) -> int:
        """The number that neighbours share: pieces of one element share it, whole elements share their parent."""
        if self.drafts > 1 or self.holds_blocks or self.parent is None:
            return self.number
        return self.parent.number


@dataclass(slots=True)
class _Opened:
    """What the start of an element did, to be undone at its end."""

    outer: Frame | None = None  # of a block-level element
    marks: list[Mark] = field(default_factory=list)
    after: str = ""  # text that its end adds
    figure: bool = False


def cut_blocks(root: HtmlElement, absolute: Callable[[str], str | None]) -> list[Draft]:
    """All visible text under `root`, and what a hiding style hides (frame.hidden), which may yet prove to be the story.

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
            opened = cutter.start(element, tag)
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
    cutter.flush()
    return cutter.drafts


class _Cutter:
    """The state of the walk: the block-level element that is open, and the run of inline content in it."""

    def __init__(self, absolute: Callable[[str], str | None]) -> None:
        self.absolute = absolute
        self.drafts: list[Draft] = []
        self.run = Run()
        self.frame = Frame("html", "paragraph", 0, None, 0, False)
        self.frames = 0
        self.open_marks: list[Mark] = []
        self.images: list[Image] = []  # met in the run that is open
        self.figures = 0  # open figure and picture elements
        self.after_inline = False  # an element of APART_TAGS has ended, and no text came since

    def start(self, element: HtmlElement, tag: str) -> _Opened | None:
        """Open an element; None when nothing in it is to be seen."""
        if tag in UNSEEN_TAGS:
            return None
        if tag == "br":
            self.run.line_break()
            return None
        if tag in ("img", "amp-img"):
            self._meet_image(element)
            return None
        if tag == "input":
            self._meet_input(element)
            return None
        hidden = is_hidden(element)
        opened = _Opened(figure=tag in ("figure", "picture"))
        if tag in ("td", "th") and self.frame.tag == "tr" and not hidden:
            self.run.next_cell()  # the cells of a row are one block, unless they hold blocks
        elif is_block(tag, element, self.frame.tag):
            self._open_block(element, tag, hidden, opened)
            return opened
        elif hidden:
            return None
        self._open_inline(element, tag, opened)
        return opened

    def end(self, tag: str, opened: _Opened) -> None:
        if opened.after:
            self.run.add(opened.after)
        for mark in opened.marks:
            # Inline elements nest, so the mark is the last, or the walk has re-opened it in a later run.
            self.run.close(self.open_marks.pop())
        if opened.figure:
            self.figures -= 1
        if opened.outer is not None:
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
                self.flush()
                self.run.add(paragraph)
        else:
            self.run.add(text)
        self.after_inline = False

    def flush(self) -> None:
        """End the run: its lines become blocks, and what is open goes on in a new one."""
        if not self.run.pieces and not self.images:
            self.run.breaks.clear()
            return
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

    def _open_block(self, element: HtmlElement, tag: str, hidden: bool, opened: _Opened) -> None:
        self.flush()
        outer = self.frame
        self.frames += 1
        opened.outer = outer
        self.frame = Frame(
            tag=tag,
            kind=kind_of(tag, element, outer.kind),
            number=self.frames,
            parent=outer,
            depth=outer.depth + 1,
            hidden=outer.hidden or hidden,
            element=element,
        )
        if opened.figure:
            self.figures += 1
        self._mark(element, tag, opened)

    def _open_inline(self, element: HtmlElement, tag: str, opened: _Opened) -> None:
        if self.after_inline and (tag in APART_TAGS or "-" in tag) and self.frame.tag not in PROSE_TAGS:
            self.run.apart()
        if opened.figure:
            self.figures += 1
        self._mark(element, tag, opened)
        if words := words_of(element):
            self._open_mark("words", words, opened)
        if tag == "q" and not (element.text or "").lstrip().startswith(_QUOTE_MARKS):
            self.run.add("“")  # browsers print the marks of <q>
            opened.after = "”"

    def _mark(self, element: HtmlElement, tag: str, opened: _Opened) -> None:
        if tag == "a":
            href = element.get("href")
            url = self.absolute(href) if href else None
            if url:
                self._open_mark("link", url, opened)
        elif tag in BOLD_TAGS:
            self._open_mark("bold", "", opened)
        elif (tag == "time" or "-" in tag) and (stamp := element.get("datetime")):
            self._open_mark("time", visible_text(stamp)[:_STAMP_CHARS], opened)

    def _open_mark(self, kind: MarkKind, value: str | tuple[str, ...], opened: _Opened) -> None:
        mark = self.run.open(kind, value)
        opened.marks.append(mark)
        self.open_marks.append(mark)

    def _meet_image(self, element: HtmlElement) -> None:
        if self.figures and not self.frame.hidden:
            url = image_url(element)
            alt = element.get("alt")
            if url or alt:
                self.images.append(Image(self.absolute(url) if url else None, alt))

    def _meet_input(self, element: HtmlElement) -> None:
        value = element.get("value")
        if value and (element.get("type") or "").lower() in _BUTTON_INPUTS:
            opened = _Opened()
            self._open_block(element, "input", is_hidden(element), opened)
            self.run.add(value)
            self.end("input", opened)
