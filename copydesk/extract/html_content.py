"""Which blocks trafilatura's main extractor takes, told from the blocks and the elements around them; the tree stays as it is.

`extract_content` of trafilatura 2.3 (Apache-2.0), balanced mode: an element whose name promises the content is its frame; from
it goes what is never content (forms, asides), what is named like furniture, captions or teasers, and stretches of links; the
paragraphs, headings, lists, quotes and tables of the rest are taken. trafilatura cuts and rebuilds the tree for that. Its
expressions are used as they are; sizes are those of blocks, so the two may part where an inline element is furniture. What it
saves and how often they part: docs/decisions/0012.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from trafilatura.settings import MANUALLY_CLEANED, MANUALLY_STRIPPED
from trafilatura.xpaths import BODY_XPATH, DISCARD_IMAGE_ELEMENTS, OVERALL_DISCARD_XPATH, TEASER_DISCARD_XPATH

from copydesk.extract.html_blocks import Draft, Frame
from copydesk.extract.html_expressions import Choice, Expression
from copydesk.extract.html_links import LINKED_NAMES, LinkSums
from copydesk.extract.html_markup import Attributes

_FRAMES = [Expression(xpath) for xpath in BODY_XPATH]
_UNWANTED = Choice(  # furniture, captions, teasers
    [Expression(xpath) for xpath in xpaths]
    for xpaths in (OVERALL_DISCARD_XPATH, DISCARD_IMAGE_ELEMENTS, TEASER_DISCARD_XPATH)
)
_KEPT_SHARE = 1 / 7  # furniture that would leave less of a frame's text is none
_PROSE_CHARS = 750  # with less text in paragraphs, other boxes may hold the story
# Its names for what it makes of elements.
_NAMES = {
    **dict.fromkeys(("ul", "ol", "dl"), "list"),
    **dict.fromkeys(("li", "dd", "dt"), "item"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "summary"), "head"),
    **dict.fromkeys(("blockquote", "pre", "q"), "quote"),
    "details": "div",
}
_TAKEN = frozenset(("p", "head", "list", "quote", "table"))
_REBUILT = frozenset(("list", "quote", "table"))  # the text behind them is a paragraph
# Where no frame has enough, it looks for these all over the page; headings and lists would be those of menus.
LEAST_CHARS = 250
_TAKEN_ANYWHERE = frozenset(("p", "quote", "table"))
_TAKEN_IN_RECALL = _TAKEN_ANYWHERE | {"list"}
_ATTRIBUTES_LOST = frozenset(("head", *MANUALLY_STRIPPED))
_FORM = "form"  # content where it holds most of the page
_CLEANED = frozenset(MANUALLY_CLEANED) - {_FORM}
# A comment section or what was appended by scrolling, which it cuts before it begins.
_PRUNED = frozenset(("div", "section", "details", "ol", "ul"))
_PRUNED_ID = re.compile(r"[Cc]omment(?!ary)|comol|disqus_thread|dsq-comments")  # the start of it
_PRUNED_CLASS = re.compile(r"[Cc]omment(?!ary)")  # the start of it
_PRUNED_IN_ID = re.compile(r"mvp-post-add-(?:box|wrap)")
_PRUNED_IN_CLASS = re.compile(
    r"article-comments|post-comments|mvp-post-add-(?:box|wrap)|elementor-share-buttons"
)
_NAME_CHARS = 400  # of an id or a class are looked at
_APPENDED = re.compile(r"infinite-?scroll")  # unless the headline is in it
# No rule of trafilatura's: less below a line break in a cell is an entry of a menu that a table lays out.
_CELL_CHARS = 12


@dataclass(frozen=True, slots=True)
class Content:
    """What is taken."""

    marks: tuple[bool, ...]  # of each draft
    chars: int  # of text, with a space after each block
    page_chars: int  # of all that is no form, menu, aside or comment
    left_teasers: bool  # whether a name of teasers kept something out


def find_content(drafts: Sequence[Draft], *, recall: bool = False) -> Content:
    """The blocks of the main content; with `recall` teasers stay, and boxes and lists are looked for all over the page."""
    page = _Page(drafts)
    cleaned = left = page.cleaned()
    loose = left_teasers = False
    found: list[Taken] = []
    for expression in _FRAMES:
        frame = page.first(expression)
        if frame is None:
            continue
        stretch = page.stretch(frame)
        inside = [number for number in left if page.home[number] in stretch]
        held, teasers = page.without_furniture(inside, stretch)
        if not recall and teasers:
            told = page.without(held, teasers)
            left_teasers = left_teasers or len(told) < len(held)
            held = told
        held = page.without_links(held, stretch)
        if len(held) < len(inside):
            gone = set(inside).difference(held)
            left = [number for number in left if number not in gone]
        loose = loose or not page.has_prose(left)
        found += _take(page, held, stretch, _TAKEN, loose=loose)
        if len({taker for _, taker in found}) > 1:
            found += _lead(page, held, stretch)
            break
    if sum([len(drafts[number].line.text) for number in {number for number, _ in found}]) < LEAST_CHARS:
        stretch = page.stretch(0)
        held = page.without_links(page.without_furniture(cleaned, stretch)[0], stretch)
        found += _take(page, held, stretch, _TAKEN_IN_RECALL if recall else _TAKEN_ANYWHERE, loose=recall)
    taken = {number for number, _ in found}
    marks = tuple([number in taken for number in range(len(drafts))])
    return Content(marks, page.chars(taken), page.chars(cleaned), left_teasers)


Taken = tuple[int, int]  # a block, and the place of the element with which it is taken


def _take(
    page: _Page, held: Sequence[int], stretch: range, names: frozenset[str], *, loose: bool
) -> list[Taken]:
    """Of a frame's blocks those in elements of these names; with `loose` also the text of boxes."""
    takers = page.takers(stretch, names)
    found: list[Taken] = []
    last, before = -1, None
    for number in held:
        home, frame = page.home[number], page.drafts[number].frame
        is_parted = frame is before and page.are_neighbours(last, number)  # by a line break
        last, before = number, frame
        if is_parted and page.names[home] == "tr" and len(page.drafts[number].line.text) < _CELL_CHARS:
            continue
        taker = takers[home - stretch.start]
        if taker is None and (
            (loose and page.names[home] == "div")
            or (is_parted and names is not _TAKEN_ANYWHERE)
            or (found and page.is_right_behind(*found[-1], number))
        ):
            taker = home
        if taker is not None:
            found.append((number, taker))
    while found and page.names[found[-1][1]] == "head":
        found.pop()
    return found


def _lead(page: _Page, held: Sequence[int], stretch: range) -> list[Taken]:
    """The frame's own text above its first element."""
    return [(held[0], stretch.start)] if page.home[held[0]] == stretch.start else []


class _Page:
    """The elements that hold text, by place: in the order of the page, so that what is in one stands right behind it."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        frames: dict[int, Frame] = {}
        self.texts = [number for number, draft in enumerate(drafts) if draft.kind != "image"]
        for number in self.texts:
            frame: Frame | None = drafts[number].frame
            while frame is not None and frame.number not in frames:
                frames[frame.number] = frame
                frame = frame.parent
        place_of = {number: place for place, number in enumerate(sorted(frames))}
        self.drafts = drafts
        self.frames = [frames[number] for number in place_of]
        self.above = [
            -1 if (outer := frame.parent) is None else place_of[outer.number] for frame in self.frames
        ]
        self.names = [_NAMES.get(name := frame.tag.name, name) for frame in self.frames]
        self.home = {number: place_of[drafts[number].frame.number] for number in self.texts}  # of each block
        self.cut: set[int] = set()  # places of what is never content

    def chars(self, numbers: Collection[int]) -> int:
        return sum([len(self.drafts[number].line.text) for number in numbers]) + len(numbers)

    def stretch(self, place: int) -> range:
        """The places of an element and of those in it."""
        return range(place, self._ends[place] if self._ends else 1)

    @cached_property
    def _ends(self) -> list[int]:
        """For each place the first one that is not in it."""
        above = self.above
        ends = list(range(1, len(above) + 1))
        for place in range(len(ends) - 1, 0, -1):
            if ends[above[place]] < ends[place]:
                ends[above[place]] = ends[place]
        return ends

    def without(self, numbers: list[int], places: set[int]) -> list[int]:
        """The blocks in none of these places."""
        home = self.home
        return [number for number in numbers if home[number] not in places] if places else numbers

    def are_neighbours(self, first: int, second: int) -> bool:
        """Whether no other text stands between two blocks."""
        return not any(number in self.home for number in range(first + 1, second))

    def is_right_behind(self, taken: int, taker: int, number: int) -> bool:
        """Whether a block is the text that follows a list, quote or table, in the element that holds it."""
        return (
            self.names[taker] in _REBUILT
            and self.home[number] == self.above[taker]
            and self.are_neighbours(taken, number)
        )

    def _spread(self, chosen: set[int], places: range) -> set[int]:
        """What was chosen among the places, with all that is in it."""
        above = self.above
        for place in places if chosen else ():
            if above[place] in chosen:
                chosen.add(place)
        return chosen

    # ---------------------------------------------------------------- what is cut
    def cleaned(self) -> list[int]:
        """The blocks without those in menus, asides, comments and forms."""
        cut, names, above = self.cut, self.names, self.above
        for place, frame in enumerate(self.frames):
            if (
                above[place] in cut
                or (frame.tag.name in _CLEANED and not (frame.tag.figure and self._has_table(place)))
                or (
                    frame.tag.name in _PRUNED
                    and frame.attributes
                    and self._is_pruned(place, frame.attributes)
                )
            ):
                cut.add(place)
        left = self.without(self.texts, cut)
        places = range(len(names))
        if _FORM in names and (
            forms := [place for place in places if names[place] == _FORM and place not in cut]
        ):
            chars = [0] * len(names)
            for number in left:
                chars[self.home[number]] += len(self.drafts[number].line.text) + 1
            before = [0, *accumulate(chars)]  # each place
            half = before[-1] / 2
            small = {place for place in forms if before[self._ends[place]] - before[place] <= half}
            cut |= self._spread(small, places)
            left = self.without(left, cut)
        return left

    def _is_pruned(self, place: int, attributes: Attributes) -> bool:
        element_id, class_name = attributes.get("id", ""), attributes.get("class", "")
        verdict = _verdict_on_names(element_id[:_NAME_CHARS], class_name[:_NAME_CHARS])
        return verdict is True or (verdict is None and not self._has_title(place))

    def _has_title(self, place: int) -> bool:
        return _is_any_in(self._titles, place, self._ends[place])

    @cached_property
    def _titles(self) -> list[int]:
        return [place for place, frame in enumerate(self.frames) if frame.tag.name == "h1"]

    def _has_table(self, place: int) -> bool:
        return _is_any_in(self._tables, place, self._ends[place])

    @cached_property
    def _tables(self) -> list[int]:
        return [place for place, name in enumerate(self.names) if name == "table"]

    def first(self, expression: Expression) -> int | None:
        """The place of the first element that the expression chooses."""
        conditions, cut = expression.conditions, self.cut
        for place, name in enumerate(self.names):
            if name in conditions and place not in cut:
                condition = conditions[name]
                if condition is None or condition(self.frames[place].attributes.items()):
                    return place
        return None

    def without_furniture(self, numbers: list[int], stretch: range) -> tuple[list[int], set[int]]:
        """The blocks of a frame without furniture and captions; and the places of teasers."""
        frames, names = self.frames, self.names
        chosen: tuple[set[int], ...] = (set(), set(), set())
        for place in stretch[1:]:
            attributes = frames[place].attributes
            if attributes and (name := names[place]) not in _ATTRIBUTES_LOST:
                for number in _UNWANTED(name, attributes):
                    chosen[number].add(place)
        furniture, captions, teasers = (self._spread(found, stretch) for found in chosen)
        left = self.without(numbers, furniture)
        if len(left) < len(numbers) and self.chars(left) <= self.chars(numbers) * _KEPT_SHARE:
            left = numbers
        return self.without(left, captions), teasers

    def without_links(self, numbers: list[int], stretch: range) -> list[int]:
        sums = LinkSums(self, numbers, stretch)
        for _ in range(2):
            before = len(numbers)
            for name in LINKED_NAMES if sums.with_links else ():
                if linked := set(sums.linked_places(name)):
                    numbers = self.without(numbers, self._spread(linked, stretch))
                    sums = LinkSums(self, numbers, stretch)
            if len(numbers) == before:
                break
        return numbers

    # ---------------------------------------------------------------- what is taken
    def has_prose(self, numbers: Sequence[int]) -> bool:
        """Whether the paragraphs have enough text."""
        drafts, chars = self.drafts, 0
        for number in numbers:
            if self.home[number] in self._in_paragraphs:
                chars += len(drafts[number].line.text)
                if chars >= _PROSE_CHARS:
                    return True
        return False

    @cached_property
    def _in_paragraphs(self) -> set[int]:
        """The places of paragraphs and of what is in them."""
        places: set[int] = set()
        for place, name in enumerate(self.names):
            if name == "p" and place not in places:
                places.update(self.stretch(place))
        return places

    def takers(self, stretch: range, names: frozenset[str]) -> list[int | None]:
        """For each place of a frame that of the outermost element around it that is taken as a whole."""
        start = stretch.start
        takers: list[int | None] = [None]
        for place in stretch[1:]:
            taker = takers[self.above[place] - start]
            takers.append(place if taker is None and self.names[place] in names else taker)
        return takers


def _is_any_in(places: list[int], start: int, end: int) -> bool:
    """Whether one of the places, which are in order, lies from a start on and before an end."""
    return bisect_left(places, start) < bisect_left(places, end)


@lru_cache(maxsize=32_768)
def _verdict_on_names(element_id: str, class_name: str) -> bool | None:
    """Whether they are those of something to prune; None where a headline in it decides."""
    if _PRUNED_ID.match(element_id) or _PRUNED_CLASS.match(class_name):
        return True
    if _PRUNED_IN_ID.search(element_id) or _PRUNED_IN_CLASS.search(class_name):
        return True
    return None if _APPENDED.search(element_id) or _APPENDED.search(class_name) else False
