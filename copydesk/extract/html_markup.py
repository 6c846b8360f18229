"""What tags and attributes mean for a reader: block or inline, shown or hidden, and the words that class names hold."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

from copydesk.records import BlockKind

HEADINGS = {f"h{level}": level for level in range(1, 7)}

# Elements that browsers lay out as blocks, and controls, which stand apart even where they are inline.
BLOCK_TAGS = frozenset(
    """address amp-embed article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre
    search section select summary table tbody td textarea tfoot th thead tr ul button""".split()
)
# Never shown, or shown only where something else fails (object, video, canvas: fallbacks).
UNSEEN_TAGS = frozenset(
    """head script style template noscript iframe frame object embed audio video canvas svg datalist meta link title
    base rp param source track noembed noframes applet amp-ad amp-analytics amp-iframe""".split()
)
# Words stand apart between two of these even where the markup has no space: the style sheet keeps them apart.
APART_TAGS = frozenset(("a", "span", "time", "small", "address", "label"))
# Inside these, neighbouring spans are pieces of one sentence.
PROSE_TAGS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "dd", "dt", "pre"))
BOLD_TAGS = frozenset(("b", "strong"))

_CONTROL_TAGS = frozenset(("button", "label", "option", "select", "textarea", "summary", "legend", "optgroup"))
# A story inside a list item or a cell is laid out by it, not an item or a cell itself.
_FRESH_TAGS = frozenset(("article", "section", "aside", "main", "nav", "header", "footer", "figure", "form", "body"))
_CAPTION_CLASS = re.compile(r"(?:^|[\s_-])(?:img|image|photo|picture|media|figure|wp)?_?-?caption(?:[\s_-]+(?:text|body|content))?(?:\s|$)", re.I)
_HIDING_STYLE = re.compile(r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden)", re.I)
_BLOCK_STYLE = re.compile(r"display\s{0,3}:\s{0,3}(?:block|flex|grid|table)", re.I)

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
_WORDED_ATTRIBUTES = ("class", "id", "role", "itemprop", "data-testid")
_MAX_ATTRIBUTE_CHARS = 400


def is_block(tag: str, element: HtmlElement, inside: str) -> bool:
    """Does a reader see this element as lines of its own? `inside` is the tag of the block that holds it."""
    if tag in BLOCK_TAGS:
        # A button in running text explains a term; a label or a select there is part of the sentence too.
        return not (tag in _CONTROL_TAGS and inside in PROSE_TAGS)
    if inside in PROSE_TAGS:
        return False
    if "-" in tag:
        return True  # custom elements hold whole components
    style = element.get("style")
    if style is not None and _BLOCK_STYLE.search(style):
        return True
    return is_caption(element) or element.get("role") == "button"


def is_hidden(element: HtmlElement) -> bool:
    """Hidden by the page itself: `hidden`, a hiding inline style, a dialog that is not open."""
    if element.get("hidden") is not None:
        return element.get("hidden") != "until-found"
    style = element.get("style")
    if style is not None and _HIDING_STYLE.search(style):
        return True
    return element.tag == "dialog" and element.get("open") is None


def is_caption(element: HtmlElement) -> bool:
    """A class like "photo-caption" or "wp-caption-text"."""
    name = element.get("class")
    return name is not None and "aption" in name and _CAPTION_CLASS.search(name) is not None


def kind_of(tag: str, element: HtmlElement, outer: BlockKind) -> BlockKind:
    """The kind of the text in a block element, given the kind that its parent gives."""
    if outer in ("caption", "control"):
        return outer
    if tag in HEADINGS:
        return "heading"
    if tag in ("figcaption", "caption") or is_caption(element):
        return "caption"
    if tag in _CONTROL_TAGS or tag == "input" or element.get("role") == "button":
        return "control"
    if tag == "blockquote":
        return "blockquote"
    if tag in ("li", "dd", "dt"):
        return "list_item"
    if tag == "tr":
        return "table_row"
    if tag == "pre":
        return "preformatted"
    # A block inside a cell makes its table one of layout, and itself no cell.
    return "paragraph" if tag in _FRESH_TAGS or outer == "table_row" else outer


def words_of(element: HtmlElement) -> tuple[str, ...]:
    """The words in an element's class, id, role, itemprop and data-testid, lower-cased: "ArticleBody__lead" -> article, body, lead."""
    words: tuple[str, ...] = ()
    for attribute in _WORDED_ATTRIBUTES:
        value = element.get(attribute)
        if value:
            words += _split_words(value[:_MAX_ATTRIBUTE_CHARS])
    return words


@lru_cache(maxsize=8192)
def _split_words(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.lower() for word in _WORD.findall(value) if 1 < len(word) <= 30))


def image_url(element: HtmlElement) -> str | None:
    """Where the picture lies: lazy loaders keep it in data-src and a placeholder in src."""
    for attribute in ("data-src", "data-original", "data-lazy-src", "src"):
        url = (element.get(attribute) or "").strip()
        if url and not url.startswith("data:"):
            return url
    candidates = (element.get("srcset") or element.get("data-srcset") or "").split()
    return candidates[0] if candidates and not candidates[0].startswith("data:") else None
