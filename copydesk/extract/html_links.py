"""Which elements of a frame are mostly links, as trafilatura's `link_density_test` judges it (2.3, Apache-2.0)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from trafilatura.utils import LINK_FARM_RATIO

from copydesk.extract.html_blocks import Draft

# A box is cut where most of its text is linked; one is short below the first number of characters, or below the second where it
# is the last in its element.
_LONE_LINK_CHARS, _LONE_LINK_SHARE = 100, 0.9
_LINKED_SHARE, _SHORT_LINK_CHARS = 0.8, 10
_SHORT_PARAGRAPH, _SHORT_BOX = (30, 60), (100, 300)
_FARM_LINKS, _FARM_LINK_CHARS = 4, 100
_SMALL_CHARS, _SMALL_CHILDREN = 100, 3
_TABLE_CHARS, _LARGE_TABLE_CHARS, _LARGE_TABLE_SHARE = 200, 1_000, 0.5
_HOLDERS = frozenset(("item", "td", "th", "tr"))
LINKED_NAMES = ("div", "list", "p", "table")


class Places(Protocol):
    """The elements of a page that hold text, by place."""

    drafts: Sequence[Draft]
    names: list[str]
    above: list[int]  # the place of the element around each
    home: dict[int, int]  # of each block the place of its element


class LinkSums:
    """Of each element in a frame, by how far its place is from the frame's: how much text and how many links it holds."""

    def __init__(self, page: Places, numbers: Sequence[int], stretch: range) -> None:
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
        self.with_links: list[int] = []  # places
        last = [True] * size  # whether the next child that is met, from the end on, is the last of its parent
        for place in range(size - 1, 0, -1):
            if not chars[place]:
                continue
            outer = page.above[place + start] - start
            is_last[place], last[outer] = last[outer], False
            children[outer] += 1
            chars[outer] += chars[place]
            if links[place]:
                self.with_links.append(place)
                links[outer] += links[place]
                linked[outer] += linked[place]
                short[outer] += short[place]
                lone[outer] += lone[place]

    def linked_places(self, name: str) -> Iterator[int]:
        """The places of elements of a name that are mostly links."""
        page, start = self.page, self.stretch.start
        is_mostly_links = self._is_linked_table if name == "table" else self._is_linked_box
        for place in self.with_links:
            if (
                page.names[place + start] == name
                and is_mostly_links(place, name)
                # The paragraph of a list's item or a cell is judged with the list.
                and (name != "p" or page.names[page.above[place + start]] not in _HOLDERS)
            ):
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
                return True
            return name == "div" and chars < _SMALL_CHARS and self.children[place] >= _SMALL_CHILDREN
        return (
            links > _FARM_LINKS
            and linked > LINK_FARM_RATIO * chars
            and linked < _FARM_LINK_CHARS * links
            and self.lone[place] < links
        )
