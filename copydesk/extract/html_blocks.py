"""What a page's parser met -> drafts of its blocks: every visible text once, in reading order.

A text belongs to its nearest block-level ancestor; inline content in a row forms one block, and line breaks
may cut it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from copydesk.errors import ExtractError
from copydesk.extract.html_lines import Line, Mark, Run
from copydesk.extract.html_markup import (
    HEADINGS,
    NO_ATTRIBUTES,
    WORDED_ATTRIBUTES,
    Attributes,
    Tag,
    image_url,
    is_block,
    is_hidden,
    kind_of,
    link_of,
    tag_named,
    words_of,
)
from copydesk.extract.html_tree import teller
from copydesk.extract.landmarks import Landmarks
from copydesk.extract.visible import visible_text
from copydesk.records import BlockKind, Image

MAX_DEPTH = 2_048  # of elements; libxml2 has this limit where it builds a tree
_MARKUP_ANCESTORS = 6
_MARKUP_WORDS = 40
_STAMP_CHARS = 100
_BUTTON_INPUTS = frozenset(("submit", "button", "reset"))
_ONE_LINE = frozenset(("heading", "control", "table_row"))  # kinds that a line break does not part
_QUOTE_MARKS = tuple("\"“”„«»‘’'‹›「『")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

# What the start of an element did, to be undone at its end: a sum of these.
_NOTHING, _APART, _BLOCK, _FIGURE, _QUOTED, _MARK = 0, 1, 2, 4, 8, 16
_UNSEEN, _NOTED = 32, 64


@dataclass(slots=True)
class Draft:
    """A block before trafilatura's evidence is in."""

    line: Line
    kind: BlockKind
    frame: Frame
    image: Image | None = None

    @property
    def level(self) -> int:
        return HEADINGS.get(self.frame.tag.name, 0) if self.kind == "heading" else 0


@dataclass
class Frame:
    """An open block-level element."""

    tag: Tag
    kind: BlockKind
    number: int
    parent: Frame | None
    depth: int
    hidden: bool
    attributes: Attributes
    # Values of the class until they are set: most elements need none of these.
    drafts: int = field(default=0, init=False)  # blocks made of its own text
    holds_blocks: bool = field(default=False, init=False)
    _words: tuple[str, ...] | None = field(default=None, init=False)
    _above: tuple[str, ...] | None = field(default=None, init=False)
    _of_children: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, ...]] | None = field(
        default=None, init=False
    )

    def markup(self, inner: tuple[str, ...]) -> tuple[str, ...]:
        """Words of inline elements around the text, of this element and of its ancestors, nearest first."""
        own = self.words()
        if self.parent is None:
            return tuple(dict.fromkeys((*inner, *own)))[:_MARKUP_WORDS]
        return self.parent._markup_of_child(inner, own)

    def _markup_of_child(self, inner: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
        if self._of_children is None:
            self._of_children = {}
        key = (inner, own)  # the same for most items of a list
        markup = self._of_children.get(key)
        if markup is None:
            markup = tuple(dict.fromkeys((*inner, *own, *self.words_upwards())))[:_MARKUP_WORDS]
            self._of_children[key] = markup
        return markup

    def words(self) -> tuple[str, ...]:
        """Those of this element alone."""
        if self._words is None:
            self._words = words_of(self.attributes)
        return self._words

    def words_upwards(self) -> tuple[str, ...]:
        """The words of this element and of those above it; the blocks in one element share them."""
        if self._above is None:
            words: tuple[str, ...] = ()
            frame: Frame | None = self
            for _ in range(_MARKUP_ANCESTORS):
                if frame is None:
                    break
                words += frame.words()
                frame = frame.parent
            self._above = words
        return self._above

    def shared_parent(self) -> int:
        """The number that neighbours share: of their element for pieces of one, else of their parent."""
        if self.drafts > 1 or self.holds_blocks or self.parent is None:
            return self.number
        return self.parent.number


def cut_blocks(
    markup: str, utf8: bytes | None = None, max_blocks: int = 50_000
) -> tuple[list[Draft], Landmarks]:
    """All visible text of a page, and what the page hides (frame.hidden), which may prove to be the story; and its landmarks.

    `utf8` is the markup in UTF-8, if at hand. Raises ExtractError: "too-many-attributes", "no-markup", "too-deep" (over
    2,048 nested elements), and "too-many-blocks" as soon as there are more than `max_blocks`.
    """
    try:
        cutter = _idle.pop()
    except IndexError:
        cutter = _Cutter()
    drafts, landmarks = cutter.cut(markup, utf8, max_blocks)
    _idle.append(cutter)  # unless it was left in the middle of a page
    if not landmarks.names:
        raise ExtractError("no-markup", f"expected HTML, found {len(markup)} characters without an element")
    return drafts, landmarks


class _Cutter:
    """What the parser tells of a page, cut: the block-level element that is open, and the run of inline content in it.

    It serves page after page: lxml's parser and its context hold each other and so their target until garbage is collected.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []  # between two elements
        self.data = self.texts.append
        self._reset(0)
        self._tell = teller(self)

    def cut(self, markup: str, utf8: bytes | None, max_blocks: int) -> tuple[list[Draft], Landmarks]:
        self._reset(max_blocks)
        self._tell(markup, utf8)
        found = self.drafts, self.landmarks
        self._reset(0)  # it would hold them
        return found

    def _reset(self, max_blocks: int) -> None:
        self.max_blocks = max_blocks
        self.drafts: list[Draft] = []
        self.landmarks = Landmarks()
        self.run = Run()
        self.frame = Frame(tag_named("html"), "paragraph", 0, None, 0, False, NO_ATTRIBUTES)
        self.frames = 0
        self.open_marks: list[Mark] = []
        self.images: list[Image] = []  # met in the run that is open
        self.figures = 0  # open figure and picture elements
        self.opened: list[int] = []  # what the end of each open element is to undo
        self.unseen = False  # nothing in the element that is open is to be seen
        self.after_apart = False  # an element whose words stand apart has ended, and no text came since
        self.waits_for_quote = False  # a <q> began, and no text came since
        self.texts.clear()

    def start(self, name: str, attributes: Attributes) -> None:
        if self.texts:
            self._take_text()
        tag = tag_named(name)
        opened = self.opened
        done = _NOTHING
        if not attributes:
            attributes = NO_ATTRIBUTES
        if tag.landmark or "itemprop" in attributes or "itemscope" in attributes:
            self.landmarks.begin(name, attributes, len(opened))
            done = _NOTED
        if self.unseen:
            pass
        elif tag.unseen:
            done += _UNSEEN + (_APART if tag.apart else _NOTHING)
            self.unseen = True
            if tag.empty:
                self.meet(tag, attributes)
        else:
            done += self.open(tag, attributes)
        opened.append(done)
        if len(opened) > MAX_DEPTH:
            raise ExtractError(
                "too-deep", f"expected elements nested at most {MAX_DEPTH} deep, found one deeper"
            )

    def end(self, _: str) -> None:
        if self.texts:
            self._take_text()
        done = self.opened.pop()
        if done == _BLOCK:
            self.close_block()
        elif done > _APART:
            self.undo(done)
        self.after_apart = done & _APART == _APART

    def close(self) -> None:
        """The end of the page."""
        if self.run.pieces or self.images:
            self.flush()

    def open(self, tag: Tag, attributes: Attributes) -> int:
        """Open an element that may be seen; gives what its end is to undo."""
        hidden = ("style" in attributes or "hidden" in attributes or tag.conceals) and is_hidden(
            tag, attributes
        )
        if tag.cell and self.frame.tag.name == "tr" and not hidden:
            self.run.next_cell()  # the cells of a row are one block, unless they hold blocks
        elif tag.parts or is_block(tag, attributes, self.frame.tag):
            self._open_block(tag, attributes, hidden)
            return _BLOCK + self._mark(tag, attributes, NO_ATTRIBUTES) if tag.marks else _BLOCK
        done = _APART if tag.apart else _NOTHING
        if hidden:
            self.unseen = True
            return _UNSEEN + done
        # A class, which most have, answers at once.
        worded = "class" in attributes or not WORDED_ATTRIBUTES.isdisjoint(attributes)
        if worded or tag.marks:
            done += self._mark(tag, attributes, attributes if worded else NO_ATTRIBUTES)
        if self.after_apart and done & _APART and not self.frame.tag.prose:
            self.run.apart()
        if tag.name == "q":
            self.waits_for_quote = True
            self.texts.append("")  # so that what follows is told, whatever it is
        return done

    def undo(self, done: int) -> None:
        if done & _NOTED:
            self.landmarks.end()
        if done & _UNSEEN:
            self.unseen = False
            return
        if done & _QUOTED:
            self.run.add("”")
        if done & _MARK:  # elements nest, so its mark is the last, perhaps in a later run than it began in
            self.run.close(self.open_marks.pop())
        if done & _FIGURE:
            self.figures -= 1
        if done & _BLOCK:
            self.close_block()

    def _take_text(self) -> None:
        texts = self.texts
        text = texts[0] if len(texts) == 1 else "".join(texts)
        texts.clear()
        if self.landmarks.listening:
            self.landmarks.hear(text)
        if self.unseen:
            return
        run = self.run
        if self.waits_for_quote:
            self.waits_for_quote = False
            if not text.lstrip().startswith(_QUOTE_MARKS):
                run.add("“")  # browsers print the marks of <q>
                self.opened[-1] += _QUOTED
        self.after_apart = False
        if run.pieces or not text.isspace():  # what lies between most elements
            if self.frame.tag.name == "pre":
                self.preformatted(text)
            else:
                run.add(text)

    def close_block(self) -> None:
        if self.run.pieces or self.images:
            self.flush()
        if self.frame.parent is not None:
            self.frame = self.frame.parent

    def preformatted(self, text: str) -> None:
        first, *rest = _BLANK_LINE.split(text)
        self.run.add(first)
        for paragraph in rest:
            if self.run.pieces:
                self.flush()
            self.run.add(paragraph)

    def flush(self) -> None:
        """End the run: its lines become blocks, and what is open goes on in a new one."""
        run, frame = self.run, self.frame
        kind = frame.kind
        if kind == "table_row" and run.cells == 1:
            kind = "paragraph"  # a box drawn with a table
        drafts = [Draft(line, kind, frame) for line in run.lines(keep_breaks=kind not in _ONE_LINE)]
        if self.images:
            drafts += [
                Draft(Line(visible_text(image.alt or "")), "image", frame, image) for image in self.images
            ]
            self.images.clear()
        if drafts:
            frame.drafts += len(drafts)
            if frame.parent is not None:
                frame.parent.holds_blocks = True
            self.drafts += drafts
            if len(self.drafts) > self.max_blocks:
                raise ExtractError(
                    "too-many-blocks", f"expected at most {self.max_blocks} blocks of text, found more"
                )
        run.restart(self.open_marks)

    def _open_block(self, tag: Tag, attributes: Attributes, hidden: bool) -> None:
        if self.run.pieces or self.images:
            self.flush()
        outer = self.frame
        self.frames += 1
        self.frame = Frame(
            tag,
            kind_of(tag, attributes, outer.kind),
            self.frames,
            outer,
            outer.depth + 1,
            outer.hidden or hidden,
            attributes,
        )

    def _mark(self, tag: Tag, attributes: Attributes, worded: Attributes) -> int:
        """Mark where an element begins that tells something of its text; gives what is to be undone."""
        done = _NOTHING
        url = stamp = None
        if tag.name == "a":
            href = attributes.get("href")
            url = link_of(href) if href else None
        elif tag.timed and (printed := attributes.get("datetime")):
            stamp = visible_text(printed)[:_STAMP_CHARS]
        elif tag.figure:
            self.figures += 1
            done = _FIGURE
        if worded or url or stamp or tag.bold:
            mark = Mark(self.run.length, worded, url, tag.bold, stamp)
            self.run.marks.append(mark)
            self.open_marks.append(mark)
            done += _MARK
        return done

    def meet(self, tag: Tag, attributes: Attributes) -> None:
        """A line break, a picture, or a control whose words are an attribute."""
        if tag.name == "br":
            self.run.line_break()
        elif tag.name != "input":
            if self.figures and not self.frame.hidden:
                url = image_url(attributes)
                alt = attributes.get("alt")
                if url or alt:
                    self.images.append(Image(link_of(url) if url else None, alt))
        elif attributes.get("type", "").lower() in _BUTTON_INPUTS and (value := attributes.get("value")):
            self._open_block(tag, attributes, is_hidden(tag, attributes))
            self.run.add(value)
            self.close_block()


_idle: list[_Cutter] = []  # as many as ever cut at the same time
