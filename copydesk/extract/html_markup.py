"""What tags and attributes mean for a reader: block or inline, shown or hidden; and the words in class names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

from copydesk.records import BlockKind

HEADINGS = {f"h{level}": level for level in range(1, 7)}

# Elements that browsers lay out as blocks, and controls, which stand apart even where they are inline.
_BLOCK_NAMES = """
    address amp-embed article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noscript
    ol optgroup option p pre search section select summary table tbody td textarea tfoot th thead tr ul button
"""
_BLOCK_TAGS = frozenset(_BLOCK_NAMES.split())
# Never shown, or shown only where something else fails (object, video, canvas: fallbacks); and the reading aids
# beside ruby text, which repeat its words in another script.
_UNSEEN_NAMES = """
    head script style template iframe frame object embed audio video canvas svg datalist meta link title base
    rp rt rtc param source track noembed noframes applet amp-ad amp-analytics amp-iframe
"""
_EMPTY_TAGS = frozenset(("br", "img", "amp-img", "input"))
_UNSEEN_TAGS = frozenset(_UNSEEN_NAMES.split()) | _EMPTY_TAGS
# Words stand apart between two of these even where the markup has no space: the style sheet keeps them apart.
_APART_TAGS = frozenset(("a", "span", "time", "small", "address", "label"))
# Inside these, neighbouring spans are pieces of one sentence.
_PROSE_TAGS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "dd", "dt", "pre")
)
# By these a page speaks of itself.
LANDMARK_TAGS = frozenset(
    ("html", "head", "meta", "link", "script", "base", "title", "h1", "article", "main", "time")
)
_BOLD_TAGS = frozenset(("b", "strong"))
_MARKING_TAGS = _BOLD_TAGS | {"a", "time", "figure", "picture"}
_CONTROL_TAGS = frozenset(
    ("button", "label", "option", "select", "textarea", "summary", "legend", "optgroup")
)
# A story inside a list item or a cell is laid out by it, not an item or a cell itself.
_FRESH_TAGS = frozenset(
    ("article", "section", "aside", "main", "nav", "header", "footer", "figure", "form", "body")
)
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(HEADINGS, "heading"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    **dict.fromkeys((*_CONTROL_TAGS, "input"), "control"),
    **dict.fromkeys(("li", "dd", "dt"), "list_item"),
    "blockquote": "blockquote",
    "tr": "table_row",
    "pre": "preformatted",
}
_HANDED_DOWN = ("caption", "control")  # the text in these is of their kind, whatever is in them
_CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:img|image|photo|picture|media|figure|wp)?_?-?caption(?:[\s_-]+(?:text|body|content))?(?:\s|$)",
    re.I,
)
_HIDING_STYLE = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden")  # in lower case
_BLOCK_STYLE = re.compile(r"display\s{0,3}:\s{0,3}(?:block|flex|grid|table)")

_LINE_ENDS = re.compile(r"[\t\r\n]+")
_NO_LINK = ("javascript:", "data:", "vbscript:", "about:")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
_LOWER = bytes(byte if chr(byte).islower() and byte < 0x80 else 0x20 for byte in range(0x100))
_IN_ORDER = ("class", "id", "role", "itemprop", "data-testid")
WORDED_ATTRIBUTES = frozenset(_IN_ORDER)
_BESIDE_CLASS = frozenset(_IN_ORDER[1:])  # few elements have one of these
_MAX_ATTRIBUTE_CHARS = 400

# An element's attributes, read once: each look-up in the tree costs ten times that of a dict.
Attributes = Mapping[str, str]
NO_ATTRIBUTES: Attributes = {}


@dataclass(frozen=True, slots=True)
class Tag:
    """What an element's name alone says; made once for each name."""

    name: str
    unseen: bool  # what is in it
    block: bool
    control: bool
    parts: bool  # a block wherever it stands, and no control
    prose: bool  # what it holds is one stretch of prose, however many elements are in it
    custom: bool  # a name with a hyphen, which a script gives its meaning
    apart: bool  # its words stand apart from those of a neighbour of the kind
    bold: bool
    timed: bool  # its `datetime` is a time stamp
    figure: bool
    marks: bool  # what it holds may be a link, bold, dated, or have a figure's pictures
    cell: bool
    empty: bool  # a line break, or a picture or an input, which show attributes of theirs
    conceals: bool  # shown only under some circumstance
    landmark: bool
    firm: bool  # a heading or a caption whatever its attributes say
    kinds: Mapping[
        BlockKind, BlockKind
    ]  # of the text in it, by the kind around it, where its attributes say nothing


@lru_cache(maxsize=1024)
def tag_named(name: str) -> Tag:
    custom = "-" in name
    return Tag(
        name=name,
        unseen=name in _UNSEEN_TAGS,
        block=name in _BLOCK_TAGS,
        control=name in _CONTROL_TAGS,
        parts=name in _BLOCK_TAGS - _CONTROL_TAGS,
        prose=name in _PROSE_TAGS,
        custom=custom,
        apart=custom or name in _APART_TAGS,
        bold=name in _BOLD_TAGS,
        timed=custom or name == "time",
        figure=name in ("figure", "picture"),
        marks=custom or name in _MARKING_TAGS,
        cell=name in ("td", "th"),
        empty=name in _EMPTY_TAGS,
        # An unclosed <noscript> may hold the whole page, so it is hidden and not cut off.
        conceals=name in ("noscript", "dialog"),
        landmark=name in LANDMARK_TAGS,
        firm=_KINDS.get(name) in ("heading", "caption"),
        kinds={outer: _kind_by_name(name, outer) for outer in get_args(BlockKind)},
    )


def _kind_by_name(name: str, outer: BlockKind) -> BlockKind:
    if outer in _HANDED_DOWN:
        return outer
    if name in _KINDS:
        return _KINDS[name]
    # A block inside a cell makes its table one of layout, and itself no cell.
    return "paragraph" if name in _FRESH_TAGS or outer == "table_row" else outer


def is_block(tag: Tag, attributes: Attributes, inside: Tag) -> bool:
    """Does a reader see this element as lines of its own? `inside` is the tag of the block that holds it."""
    if tag.block:
        # A button in running text explains a term; a label or a select there is part of the sentence too.
        return not (tag.control and inside.prose)
    if inside.prose:
        return False
    if tag.custom:
        return True  # custom elements hold whole components
    if not attributes:
        return False
    style = attributes.get("style")
    if style is not None and _BLOCK_STYLE.search(style.lower()):
        return True
    return is_caption(attributes) or attributes.get("role") == "button"


def is_hidden(tag: Tag, attributes: Attributes) -> bool:
    """Hidden by the page: `hidden`, a hiding inline style, a dialog that is not open, what script-less readers see."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    if "style" in attributes and _HIDING_STYLE.search(attributes["style"].lower()):
        return True
    return tag.conceals and not (tag.name == "dialog" and "open" in attributes)


def is_caption(attributes: Attributes) -> bool:
    """A class like "photo-caption" or "wp-caption-text"."""
    return (
        "class" in attributes
        and "aption" in (name := attributes["class"])
        and _CAPTION_CLASS.search(name[:_MAX_ATTRIBUTE_CHARS]) is not None
    )


def kind_of(tag: Tag, attributes: Attributes, outer: BlockKind) -> BlockKind:
    """The kind of the text in a block element, given the kind that its parent gives."""
    if attributes and not tag.firm and outer not in _HANDED_DOWN:
        if is_caption(attributes):
            return "caption"
        if "role" in attributes and attributes["role"] == "button":
            return "control"
    return tag.kinds[outer]


def words_of(attributes: Attributes) -> tuple[str, ...]:
    """The words in class, id, role, itemprop, data-testid: "ArticleBody__lead" -> article, body, lead."""
    words: tuple[str, ...] = ()
    if "class" in attributes:
        words = _split_words(attributes["class"][:_MAX_ATTRIBUTE_CHARS])
    if not _BESIDE_CLASS.isdisjoint(attributes):
        for name in _IN_ORDER[1:]:
            if name in attributes:
                words += _split_words(attributes[name][:_MAX_ATTRIBUTE_CHARS])
    return words


@lru_cache(maxsize=32_768)  # a page has some 150 values of its own, and an outlet the same on all its pages
def _split_words(value: str) -> tuple[str, ...]:
    if value.isascii() and value == value.lower():  # most are: what is no letter parts words
        words = value.encode().translate(_LOWER).decode().split()
        return tuple(dict.fromkeys([word for word in words if 1 < len(word) <= 30]))
    return tuple(dict.fromkeys([word.lower() for word in _WORD.findall(value) if 1 < len(word) <= 30]))


def link_of(href: str) -> str | None:
    """What it links to, as written but for white space; None where it is no link."""
    href = href.strip()
    if not href.isprintable():
        href = _LINE_ENDS.sub("", href)  # as browsers do: "java\nscript:" is "javascript:"
    return None if not href or href[:11].lower().startswith(_NO_LINK) else href


def image_url(attributes: Attributes) -> str | None:
    """Where the picture lies: lazy loaders keep it in data-src and a placeholder in src."""
    for attribute in ("data-src", "data-original", "data-lazy-src", "src"):
        url = attributes.get(attribute, "").strip()
        if url and not url.startswith("data:"):
            return url
    candidates = (attributes.get("srcset") or attributes.get("data-srcset") or "").split()
    return candidates[0] if candidates and not candidates[0].startswith("data:") else None
