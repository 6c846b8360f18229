"""trafilatura: the text of a page's main content. Besides this module only `html_stage` and its expressions know it.

Its cascade begins with a main extractor, which is all that most pages need; but as a whole it copies the tree five
times on the way and measures the page's text for the decision whether to go on. So its two stages that nearly all pages
need, the main extractor and that again in recall mode, are run by themselves here, each on a tree that may be used
up, and the whole cascade only where it would have gone on to other means. What comes out is the same
(`tests/extract/test_html_engine.py`).
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.baseline import html2txt
from trafilatura.core import ESCALATION_ACCEPT_RATIO, ESCALATION_MAX_LENGTH, ESCALATION_PAGE_SHARE
from trafilatura.htmlprocessing import convert_tags, tree_cleaning
from trafilatura.settings import Extractor
from trafilatura.xml import delete_element, xmltotxt
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REGEXP_NS, REMOVE_COMMENTS_AND_LISTS_XPATH

from copydesk.extract.html_stage import main_pass
from copydesk.extract.html_tree import parse_html

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without main content

# Its fast mode is as good as the standard one and takes half the time, but for pages of which it finds next
# to nothing. Swept on 646 news and web pages: below 1,500 characters and a fifth of the page's unlinked text the
# standard call gains 0.7 points of F1 on one set and 0.5 on another; above it loses.
_SHORT_CHARS = 1_500
_SHORT_SHARE = 0.2
# It counts the children of an element again for each of them: 10,000 take a second, 40,000 half a minute.
_MAX_WIDTH = 10_000
_TOO_WIDE = etree.XPath(f"boolean(//*[{_MAX_WIDTH + 1}])")

_BALANCED, _RECALL = (
    Extractor(output_format="python", fast=True, comments=False, tables=True, recall=recall)
    for recall in (False, True)
)
_FORUM = "DiscussionForumPosting"  # where comments are content
_DRAWINGS = ("style", "svg", "template", "link")
# What trafilatura cuts from the raw tree: comments, and articles that were appended by scrolling. Its expressions are
# asked of the few elements that can be meant, not of all; the patterns are wider than theirs.
_PRUNED_TAGS = ("div", "section", "aside", "details", "list", "ol", "ul")
_PRUNED_ID = re.compile(r"^[Cc]omment|^comol|^disqus_thread|^dsq-comments|mvp-post-add|infinite-?scroll")
_PRUNED_CLASS = re.compile(
    r"^[Cc]omment|(?:article|post)-comments|mvp-post-add|infinite-?scroll|elementor-share-buttons"
)
_PRUNING = [
    etree.XPath("self::*" + xpath.path.strip().removeprefix(".//*"), namespaces={"re": REGEXP_NS})
    for xpath in (*RAW_TREE_PRUNE_XPATH, *REMOVE_COMMENTS_AND_LISTS_XPATH)
]


def main_text(root: HtmlElement, markup: str, *, blocks: int, prose_chars: int) -> str:
    """The main content as plain lines, "" where trafilatura finds none or is not asked. Uses up the tree of `markup`.

    `blocks` and `prose_chars` are how many blocks and how much unlinked text the page has; where little of it is
    found, the slower standard mode has a try.
    """
    if markup.count("<") > _MAX_WIDTH and _TOO_WIDE(root):
        return ""
    try:
        text = _own_cascade(root, markup, blocks)
    except (TypeError, ValueError):  # what trafilatura itself expects to meet
        text = None
    if text is None:
        text = _cascade(parse_html(markup), fast=True)
    if len(text) < _SHORT_CHARS and len(text) < _SHORT_SHARE * prose_chars:
        return _cascade(parse_html(markup), fast=False) or text
    return text


def _own_cascade(root: HtmlElement, markup: str, blocks: int) -> str | None:
    """What trafilatura's main extractor finds, or finds in recall mode; None where its cascade has other means."""
    if any(_FORUM in (script.text or "") for script in root.iter("script") if _is_jsonld(script)):
        return None
    _prune(root)
    body = root.find(".//body")
    page_text = (root if body is None else body).text_content()
    content, text = _run(root, _BALANCED)
    if len(text) < _BALANCED.min_extracted_size:
        return None
    short, share = len(text) < ESCALATION_MAX_LENGTH, ESCALATION_PAGE_SHARE
    if short and len(text) < share * _most_chars(page_text, blocks):
        root = parse_html(markup)
        _prune(root)
        if len(text) < share * len(html2txt(root)):
            more, longer = _run(root, _RECALL)
            if len(longer) < _RECALL.min_extracted_size:
                return None
            if len(longer) > ESCALATION_ACCEPT_RATIO * len(text):
                content = more
    plain: str = xmltotxt(content, include_formatting=False)
    return plain


def _run(root: HtmlElement, options: Extractor) -> tuple[_Element, str]:
    return main_pass(convert_tags(tree_cleaning(root, options), options), options)


def _prune(root: HtmlElement) -> None:
    """Drop what no stage of the cascade sees."""
    etree.strip_elements(root, "script", *_DRAWINGS, with_tail=False)
    suspects = [
        element
        for element in root.iterdescendants(*_PRUNED_TAGS)
        if _is_pruned_name(element.get("id"), element.get("class"))
    ]
    for expression in _PRUNING if suspects else ():
        for element in [element for element in suspects if expression(element)]:
            delete_element(element)


def _cascade(root: HtmlElement, *, fast: bool) -> str:
    _lighten(root)
    document = bare_extraction(
        root, fast=fast, include_comments=False, include_tables=True, deduplicate=False
    )
    return (document.text or "") if document is not None else ""


def _lighten(root: HtmlElement) -> None:
    """Drop scripts and drawings before trafilatura copies them.

    JSON-LD stays, because trafilatura falls back on the article in it.
    """
    for script in root.iter("script"):
        if not _is_jsonld(script):
            script.text = None
    etree.strip_elements(root, *_DRAWINGS, with_tail=False)


def _is_jsonld(script: HtmlElement) -> bool:
    return "ld+json" in (script.get("type") or "")


@lru_cache(maxsize=4096)
def _is_pruned_name(name: str | None, class_name: str | None) -> bool:
    return (name is not None and _PRUNED_ID.search(name) is not None) or (
        class_name is not None and _PRUNED_CLASS.search(class_name) is not None
    )


def _most_chars(page_text: str, blocks: int) -> int:
    """How much text trafilatura may measure: it takes some furniture off, and parts words where blocks end."""
    words = page_text.split()
    return sum(map(len, words)) + len(words) + 2 * blocks
