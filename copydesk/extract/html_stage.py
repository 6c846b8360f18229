"""The main pass of trafilatura's extractor: the frame of the content is found, cleared and taken over.

`extract_content` of trafilatura 2.3 (Apache-2.0) for its balanced mode and for recall, with the same outcome, but for
three things that cost it most: its expressions are functions (`html_expressions`), the tree is not copied for the case
that nothing is found, and the links of an element are counted only where it has any.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lxml.etree import Element, _Element, strip_elements, strip_tags
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import link_density_test, link_density_test_tables, process_node
from trafilatura.main_extractor import NOT_AT_THE_END, REBUILT_BLOCKS, handle_textelem
from trafilatura.settings import INLINE_FORMATTABLE, MIN_DUPLICATE_LENGTH, TAG_CATALOG, Extractor
from trafilatura.utils import SPACING_PROTECTED, text_chars_test, trim
from trafilatura.xml import delete_element
from trafilatura.xpaths import (
    BODY_XPATH,
    DISCARD_IMAGE_ELEMENTS,
    OVERALL_DISCARD_XPATH,
    TEASER_DISCARD_XPATH,
)

from copydesk.extract.html_expressions import Expression, chosen

_FRAMES = [Expression(xpath) for xpath in BODY_XPATH]
_FURNITURE = [Expression(xpath) for xpath in OVERALL_DISCARD_XPATH]
_CAPTIONS = [Expression(xpath) for xpath in DISCARD_IMAGE_ELEMENTS]
_CAPTIONS_AND_TEASERS = [*_CAPTIONS, *(Expression(xpath) for xpath in TEASER_DISCARD_XPATH)]
_KEPT_SHARE = 1 / 7  # furniture that would leave less of a frame's text is none
_LINKED_TAGS = ("div", "list", "p")
# A block with fewer characters goes where its few links are not all of it but it has three elements or more.
_SHORT_CHARS, _SHORT_CHILDREN = 100, 3
_PROSE_FACTOR = (
    3  # of the least size that counts: with less text in paragraphs, other boxes may hold the story
)


def main_pass(tree: HtmlElement, options: Extractor) -> tuple[_Element, str]:
    """The content as trafilatura's own elements, and its text. Uses up the tree, which is cleaned and converted."""
    body = _take(tree, options)
    text = " ".join(_texts(body)).strip()
    previous = None
    for element in list(body):
        current = trim("".join(_texts(element)))
        if current and current == previous and len(current) > MIN_DUPLICATE_LENGTH:
            delete_element(element, keep_tail=False)
        else:
            previous = current
    strip_elements(body, "done")
    strip_tags(body, "div")
    for line_break in body.iter("lb"):
        tail = line_break.tail
        if (
            tail
            and not text_chars_test(tail)
            and next(line_break.iterancestors(*SPACING_PROTECTED), None) is None
        ):
            line_break.tail = None
    return body, text


def _take(tree: HtmlElement, options: Extractor) -> _Element:
    tags = {*TAG_CATALOG, "table", "td", "th", "tr"}
    body = Element("body")
    for frames in _FRAMES:
        frame = frames.first(tree)
        if frame is None:
            continue
        _clear(frame, options)
        if len(frame) == 0:
            continue
        if not _has_prose(frame.getroottree().getroot(), options.min_extracted_size * _PROSE_FACTOR):
            tags.add("div")
        start = len(body)
        lead = _take_frame(frame, body, tags, options)
        while len(body) and body[-1].tag in NOT_AT_THE_END:
            delete_element(body[-1], keep_tail=False)
        if len(body) > 1:
            if lead is not None:
                body.insert(start, lead)
            break
    return body


def _take_frame(frame: HtmlElement, body: _Element, tags: set[str], options: Extractor) -> _Element | None:
    """Move what the frame holds into the body; gives the text before its first element as a paragraph."""
    elements: list[_Element] = list(frame.iterdescendants("*"))
    held = {element.tag for element in elements}
    lead = None
    if held == {"lb"} or (frame.tag == "div" and "div" in tags and held <= INLINE_FORMATTABLE | {"lb"}):
        elements = [frame]
    elif text_chars_test(frame.text):
        lead = _paragraph(frame.text, options)
    for element in elements:
        if element.getroottree().getroot() is body:  # moved with an element that held it
            continue
        tag, tail = element.tag, element.tail  # a handler may rename the element
        taken = handle_textelem(element, tags, options)
        if taken is not None:
            body.append(taken)
            if element.getroottree().getroot() is not body:
                element.tag = "done"
        if tag in REBUILT_BLOCKS and text_chars_test(tail) and (taken is None or taken.tail is None):
            after = Element("p")
            after.text = tail
            if process_node(after, options) is not None:
                body.append(after)
    return lead


def _paragraph(text: str | None, options: Extractor) -> _Element | None:
    paragraph = Element("p")
    paragraph.text = text
    processed: _Element | None = process_node(paragraph, options)
    return processed


def _texts(element: _Element) -> Iterable[str]:
    return cast("Iterable[str]", element.itertext())  # lxml's own type allows for bytes, as Python 2 did


def _has_prose(root: HtmlElement, chars: int) -> bool:
    """Whether the paragraphs of the page, the nested ones counted once, have so much text."""
    found = 0
    for paragraph in root.iter("p"):
        if next(paragraph.iterancestors("p"), None) is None:
            found += len(paragraph.text_content())
            if found >= chars:
                return True
    return False


def _clear(frame: HtmlElement, options: Extractor) -> None:
    """Delete furniture and stretches of links from a frame."""
    unwanted = _CAPTIONS if options.focus == "recall" else _CAPTIONS_AND_TEASERS
    furniture, extras = chosen(frame, (_FURNITURE, unwanted))
    _delete_unless_all(frame, furniture)
    for element in extras:
        delete_element(element)
    for _ in range(2):
        for tag in _LINKED_TAGS:
            _delete_linked(frame, tag)
    for table in [table for table in frame.iter("table") if link_density_test_tables(table)]:
        delete_element(table, keep_tail=False)
    strip_tags(frame, "span", "ref")  # whose work is done


def _delete_unless_all(frame: HtmlElement, elements: Iterable[HtmlElement]) -> None:
    chosen_ones = set(elements)
    outer = [element for element in elements if chosen_ones.isdisjoint(element.iterancestors())]
    size = len(frame.text_content())
    if size - sum([len(element.text_content()) for element in outer]) > size * _KEPT_SHARE:
        for element in outer:
            delete_element(element)


def _delete_linked(frame: HtmlElement, tag: str) -> None:
    deleted = []
    for element in frame.iter(tag):
        if next(element.iterdescendants("ref"), None) is None:
            continue
        linked, is_short = link_density_test(element)
        if linked or (
            tag == "div"
            and is_short
            and len(element) >= _SHORT_CHILDREN
            and len(trim(element.text_content())) < _SHORT_CHARS
        ):
            parent = element.getparent()
            if tag == "p" and parent is not None and parent.tag in ("item", "td", "th"):
                continue  # the content of the item, whose list is measured as a whole
            deleted.append(element)
    for element in deleted:
        delete_element(element)
