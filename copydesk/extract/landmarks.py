"""The elements by which a page speaks of itself, noted while it is parsed: names, attributes, nesting, and what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from copydesk.extract.html_markup import LANDMARK_TAGS, Attributes

_MAX_PIECES = (
    200  # of an element's text, parted by elements in it; what follows so many is no field of metadata
)
_SAID_BY_ATTRIBUTE = ("content", "datetime")  # instead of by the text


class Landmarks:
    """Elements of `LANDMARK_TAGS` and those with an itemprop or itemscope, by place: their number in the order of the page.

    The first is the root.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.attributes: list[Attributes] = []
        self.depths: list[int] = []  # how many elements are around each
        self.named: dict[str, list[int]] = defaultdict(list)  # places by name
        self.properties: list[int] = []  # places of elements with an itemprop
        self.listening: list[list[str]] = []  # texts of open elements, the innermost last
        self._outer: list[int] = []  # the place of the landmark around each, -1 for the root
        self._texts: list[list[str] | None] = []
        self._opened = [-1]

    def begin(self, name: str, attributes: Attributes, depth: int) -> None:
        place = len(self.names)
        self.names.append(name)
        self.attributes.append(attributes)
        self.depths.append(depth)
        self._outer.append(self._opened[-1])
        self._opened.append(place)
        texts: list[str] | None = None
        if "itemprop" in attributes:
            self.properties.append(place)
            if not any(attributes.get(key) for key in _SAID_BY_ATTRIBUTE):
                texts = []
        if texts is None and self._is_heard(name, attributes):
            texts = []
        if name in LANDMARK_TAGS:
            self.named[name].append(place)
        self._texts.append(texts)
        if texts is not None:
            self.listening.append(texts)

    def _is_heard(self, name: str, attributes: Attributes) -> bool:
        if name == "script":
            return is_jsonld(attributes)
        return name == "title" or (name == "h1" and not self.named["h1"])

    def hear(self, text: str) -> None:
        """A text in the elements that listen."""
        for texts in self.listening:
            texts.append(text)
        if len(self.listening[0]) >= _MAX_PIECES:  # the outermost has heard most
            self.listening = [texts for texts in self.listening if len(texts) < _MAX_PIECES]

    def end(self) -> None:
        """The landmark that began last ends."""
        texts = self._texts[self._opened.pop()]
        if texts is not None and self.listening and self.listening[-1] is texts:
            self.listening.pop()

    # ---------------------------------------------------------------- what stands at a place
    def text_at(self, place: int) -> str:
        """The text of an element that was listened to, up to some hundred pieces."""
        return "".join(self._texts[place] or ())

    def attributes_of(self, name: str) -> Iterator[Attributes]:
        """Of each landmark of a name."""
        return (self.attributes[place] for place in self.named.get(name, ()))

    def above(self, place: int) -> Iterator[int]:
        """The places of the landmarks around that at a place, the nearest first."""
        while (place := self._outer[place]) >= 0:
            yield place

    def is_in(self, place: int, outer: int) -> bool:
        """Whether a landmark stands in another, or is it."""
        while place > outer:
            place = self._outer[place]
        return place == outer


def is_jsonld(script: Attributes) -> bool:
    return "ld+json" in script.get("type", "").lower()
