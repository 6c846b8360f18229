"""Which blocks trafilatura's main extractor takes, told from the blocks and the elements around them; the tree stays as it is.

`extract_content` of trafilatura 2.3 (Apache-2.0), balanced mode: an element whose name promises the content is its frame; from
it goes what is never content (forms, asides), what is named like furniture, captions or teasers, and stretches of links; the
paragraphs, headings, lists, quotes and tables of the rest are taken. trafilatura cuts and rebuilds the tree for that, which
costs six times as much. Its expressions are used as they are; sizes are those of blocks, so the two may part where an inline
element is furniture. How often they do: docs/decisions/0012.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from trafilatura.settings import MANUALLY_CLEANED, MANUALLY_STRIPPED
from trafilatura.utils import LINK_FARM_RATIO
from trafilatura.xpaths import BODY_XPATH, DISCARD_IMAGE_ELEMENTS, OVERALL_DISCARD_XPATH, TEASER_DISCARD_XPATH

from copydesk.extract.html_blocks import Draft, Frame
from copydesk.extract.html_expressions import Expression
from copydesk.extract.html_markup import Attributes

_FRAMES = [Expression(xpath) for xpath in BODY_XPATH]
_UNWANTED = [  # furniture, captions, teasers
    [Expression(xpath).conditions for xpath in xpaths]
    for xpaths in (OVERALL_DISCARD_XPATH, DISCARD_IMAGE_ELEMENTS, TEASER_DISCARD_XPATH)
]
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
# Where no frame has enough, it looks for these all over the page; headings and lists would be those of menus.
LEAST_CHARS = 250
_TAKEN_ANYWHERE = frozenset(("p", "quote", "table"))
_TAKEN_IN_RECALL = _TAKEN_ANYWHERE | {"list"}
_ATTRIBUTES_LOST = frozenset(("head", *MANUALLY_STRIPPED))
_FORM = "form"  # content where it holds most of the page
_CLEANED = frozenset(MANUALLY_CLEANED) - {_FORM}
# A comment section or what was appended by scrolling, which it cuts before it begins.
_PRUNED = frozenset(("div", "list", "section", "aside"))
_PRUNED_ID = re.compile(r"^(?:[Cc]omment(?!ary)|comol|disqus_thread|dsq-comments)|mvp-post-add-(?:box|wrap)")
_PRUNED_CLASS = re.compile(
    r"^[Cc]omment(?!ary)|(?:article|post)-comments|mvp-post-add-(?:box|wrap)|elementor-share-buttons"
)
_APPENDED = re.compile(r"infinite-?scroll")  # unless the headline is in it
# Links: a box is cut where most of its text is linked. Of the shorter boxes more is, and of those at the end of theirs.
_LONE_LINK_CHARS, _LONE_LINK_SHARE = 100, 0.9
_LINKED_SHARE, _SHORT_LINK_CHARS = 0.8, 10
_SHORT_PARAGRAPH, _SHORT_BOX = (30, 60), (100, 300)  # characters; before another element, at the end
_FARM_LINKS, _FARM_LINK_CHARS = 4, 100
_SMALL_CHARS, _SMALL_CHILDREN = 100, 3
_TABLE_CHARS, _LARGE_TABLE_CHARS, _LARGE_TABLE_SHARE = 200, 1_000, 0.5
_CELL_CHARS = 12  # less below a line break in a cell is an entry of a menu that a table lays out
_LINKED_NAMES = ("div", "list", "p", "table")


@dataclass(frozen=True, slots=True)
class Content:
    """What is taken."""

    marks: list[bool]  # of each draft
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
    if sum([len(drafts[number].line.text) for number, _ in found]) < LEAST_CHARS:
        stretch = page.stretch(0)
        held = page.without_links(page.without_furniture(cleaned, stretch)[0], stretch)
        found += _take(page, held, stretch, _TAKEN_IN_RECALL if recall else _TAKEN_ANYWHERE, loose=recall)
    marks = [False] * len(drafts)
    for number, _ in found:
        marks[number] = True
    chars = page.chars([number for number, mark in enumerate(marks) if mark])
    return Content(marks, chars, page.chars(cleaned), left_teasers)


Taken = tuple[int, int]  # a block, and the place of the element with which it is taken


def _take(
    page: _Page, held: Sequence[int], stretch: range, names: frozenset[str], *, loose: bool
) -> list[Taken]:
    """Of a frame's blocks those in elements of these names; with `loose` also the text of boxes."""
    takers = page.takers(stretch, names)
    found: list[Taken] = []
    before: Frame | None = None
    for number in held:
        home, frame = page.home[number], page.drafts[number].frame
        if frame is before and page.names[home] == "tr" and len(page.drafts[number].line.text) < _CELL_CHARS:
            continue
        taker = takers[home - stretch.start]
        # A line break parts a paragraph from the text above it.
        if taker is None and ((loose and page.names[home] == "div") or frame is before):
            taker = home
        if taker is not None:
            found.append((number, taker))
        before = frame
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
        self.names = [_NAMES.get(frame.tag.name, frame.tag.name) for frame in self.frames]
        self.home = {number: place_of[drafts[number].frame.number] for number in self.texts}  # of each block
        self.cut: set[int] = set()  # places of what is never content

    def chars(self, numbers: Sequence[int]) -> int:
        return sum([len(self.drafts[number].line.text) for number in numbers]) + len(numbers)

    def stretch(self, place: int) -> range:
        """The places of an element and of those in it."""
        return range(place, self._ends[place] if self._ends else 1)

    @cached_property
    def _ends(self) -> list[int]:
        """For each place the first one that is not in it."""
        ends = list(range(1, len(self.above) + 1))
        for place in range(len(ends) - 1, 0, -1):
            outer = self.above[place]
            ends[outer] = max(ends[outer], ends[place])
        return ends

    def without(self, numbers: list[int], places: set[int]) -> list[int]:
        """The blocks in none of these places."""
        home = self.home
        return [number for number in numbers if home[number] not in places] if places else numbers

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
                or frame.tag.name in _CLEANED
                or (names[place] in _PRUNED and frame.attributes and self._is_pruned(place, frame.attributes))
            ):
                cut.add(place)
        left = self.without(self.texts, cut)
        places = range(len(names))
        if forms := [place for place in places if names[place] == _FORM and place not in cut]:
            chars = _Sums(self, left, places).chars
            half = self.chars(left) / 2
            small = {place for place in forms if chars[place] <= half}
            cut |= self._spread(small, places)
            left = self.without(left, cut)
        return left

    def _is_pruned(self, place: int, attributes: Attributes) -> bool:
        verdict = _verdict_on_names(attributes.get("id"), attributes.get("class"))
        return verdict is True or (verdict is None and not self._titles_in(place, self._ends[place]))

    def _titles_in(self, place: int, end: int) -> int:
        """How many main headings stand from a place on and before another."""
        return bisect_left(self._titles, end) - bisect_left(self._titles, place)

    @cached_property
    def _titles(self) -> list[int]:
        return [place for place, frame in enumerate(self.frames) if frame.tag.name == "h1"]

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
                items = attributes.items()
                for found, conditions in zip(chosen, _UNWANTED, strict=True):
                    for by_name in conditions:
                        condition = by_name.get(name) or by_name.get("*")
                        if condition is not None and condition(items):
                            found.add(place)
                            break
        furniture, captions, teasers = (self._spread(found, stretch) for found in chosen)
        left = self.without(numbers, furniture)
        if len(left) < len(numbers) and self.chars(left) <= self.chars(numbers) * _KEPT_SHARE:
            left = numbers
        return self.without(left, captions), teasers

    def without_links(self, numbers: list[int], stretch: range) -> list[int]:
        sums = _Sums(self, numbers, stretch)
        for _ in range(2):
            before = len(numbers)
            for name in _LINKED_NAMES if any(sums.links) else ():
                if linked := set(sums.linked_places(name)):
                    numbers = self.without(numbers, self._spread(linked, stretch))
                    sums = _Sums(self, numbers, stretch)
            if len(numbers) == before:
                break
        return numbers

    # ---------------------------------------------------------------- what is taken
    def has_prose(self, numbers: Sequence[int]) -> bool:
        """Whether the paragraphs have enough text."""
        drafts, chars = self.drafts, 0
        for number in numbers:
            if self._is_in_paragraph[self.home[number]]:
                chars += len(drafts[number].line.text)
                if chars >= _PROSE_CHARS:
                    return True
        return False

    @cached_property
    def _is_in_paragraph(self) -> list[bool]:
        flags: list[bool] = []
        for name, above in zip(self.names, self.above, strict=True):
            flags.append(name == "p" or (above >= 0 and flags[above]))
        return flags

    def takers(self, stretch: range, names: frozenset[str]) -> list[int | None]:
        """For each place of a frame that of the outermost element around it that is taken as a whole."""
        start = stretch.start
        takers: list[int | None] = [None]
        for place in stretch[1:]:
            taker = takers[self.above[place] - start]
            takers.append(place if taker is None and self.names[place] in names else taker)
        return takers


class _Sums:
    """Of each element in a frame, by how far its place is from the frame's: how much text and how many links it holds."""

    def __init__(self, page: _Page, numbers: Sequence[int], stretch: range) -> None:
        self.page, self.stretch = page, stretch
        start, size = stretch.start, len(stretch)
        self.chars = chars = [0] * size
        self.links = links = [0] * size
        self.linked = linked = [0] * size  # characters
        self.short = short = [0] * size  # links
        self.lone = lone = [0] * size  # links that stand alone in their paragraph
        self.children = children = [0] * size
        for number in numbers:
            place = page.home[number] - start
            line = page.drafts[number].line
            chars[place] += len(line.text) + 1
            if line.links:
                lengths = [link.char_end - link.char_start for link in line.links]
                links[place] += len(lengths)
                linked[place] += sum(lengths)
                short[place] += sum([length < _SHORT_LINK_CHARS for length in lengths])
                children[place] += len(lengths)
                lone[place] += len(lengths) == 1 and page.names[place + start] == "p"
        self.is_last = is_last = [False] * size
        last = [True] * size  # whether the next child that is met, from the end on, is the last of its parent
        for place in range(size - 1, 0, -1):
            if not chars[place]:
                continue
            outer = page.above[place + start] - start
            is_last[place], last[outer] = last[outer], False
            children[outer] += 1
            chars[outer] += chars[place]
            if links[place]:
                links[outer] += links[place]
                linked[outer] += linked[place]
                short[outer] += short[place]
                lone[outer] += lone[place]

    def linked_places(self, name: str) -> Iterator[int]:
        """The places of elements of a name that are mostly links."""
        page, start = self.page, self.stretch.start
        is_mostly_links = self._is_linked_table if name == "table" else self._is_linked_box
        for place in range(1, len(self.stretch)):
            if self.links[place] and page.names[place + start] == name and is_mostly_links(place, name):
                yield place + start

    def _is_linked_table(self, place: int, _: str) -> bool:
        chars = self.chars[place]
        share = _LINKED_SHARE if chars < _LARGE_TABLE_CHARS else _LARGE_TABLE_SHARE
        return chars >= _TABLE_CHARS and self.linked[place] > share * chars

    def _is_linked_box(self, place: int, name: str) -> bool:
        chars, links, linked = self.chars[place] - 1, self.links[place], self.linked[place]
        if links == 1 and linked > _LONE_LINK_CHARS and linked > _LONE_LINK_SHARE * chars:
            return True
        limits = _SHORT_PARAGRAPH if name == "p" else _SHORT_BOX
        if chars < limits[self.is_last[place]]:
            if linked > _LINKED_SHARE * chars or (links > 1 and self.short[place] > _LINKED_SHARE * links):
                return not self._is_content_of_item(place, name)
            return name == "div" and chars < _SMALL_CHARS and self.children[place] >= _SMALL_CHILDREN
        return (
            links > _FARM_LINKS
            and linked > LINK_FARM_RATIO * chars
            and linked < _FARM_LINK_CHARS * links
            and self.lone[place] < links
        )

    def _is_content_of_item(self, place: int, name: str) -> bool:
        """A paragraph that is the text of a list's item or a cell: the list is judged as a whole."""
        page, start = self.page, self.stretch.start
        return name == "p" and page.names[page.above[place + start]] in ("item", "td", "th", "tr")


@lru_cache(maxsize=4096)
def _verdict_on_names(element_id: str | None, class_name: str | None) -> bool | None:
    """Whether they are those of something to prune; None where a headline in it decides."""
    if _PRUNED_ID.search(element_id or "") or _PRUNED_CLASS.search(class_name or ""):
        return True
    return None if _APPENDED.search(element_id or "") or _APPENDED.search(class_name or "") else False
