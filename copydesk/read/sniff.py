"""Which of the three formats a text is in, by what it holds; its name is a hint where that is not clear.

Pasted news is mislabelled more often than not: `.txt` files hold Markdown, `.html` files hold plain text. So
markup counts as such only where there is enough of it that a reader of plain text would not have written it:
a stray asterisk or "#hashtag" does not.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import islice

from copydesk.errors import ReadError
from copydesk.read.binary import sniff_bytes
from copydesk.read.compressed import unpacked_name
from copydesk.records import SourceFormat

__all__ = ["sniff", "sniff_bytes"]

_SAMPLE_CHARS = 100_000
_HEAD_CHARS = 2000

_HTML_START = re.compile(
    r"\s{0,500}<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>]|article[\s>])", re.IGNORECASE
)
_XML_START = re.compile(r"\s{0,500}<\?xml\b[^>]{0,300}>", re.IGNORECASE)
_HTML_TAG = re.compile(
    r"</?(?:p|div|span|a|br|h[1-6]|ul|ol|li|table|tr|td|article|section|header|footer|main|nav|figure|figcaption|img|script|style|link"
    r"|meta|title|html|head|body|blockquote|strong|b|em|i|time|button|form|input|iframe|svg|picture|source|aside)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)  # fmt: skip
_FEEDS = {
    "rss": "an RSS feed",
    "feed": "an Atom feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "svg": "an SVG image",
}
_JSON_START = re.compile(r"\{\s{0,200}\"[^\"\n]{0,200}\"\s{0,9}:|\[\s{0,200}\{\s{0,200}\"")
_ROOT = re.compile(r"<(?!\?|!)([A-Za-z][\w:.-]{0,40})")
_HTML_NAMES = (".html", ".htm", ".xhtml", ".shtml", ".php", ".aspx")
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")

MIN_HTML_TAGS = 3  # "<b>" once is a slip of the hand; an element and a half is markup
CHARS_PER_TAG = 1500  # and they must not be lost in a long text that quotes a little HTML
MIN_MARKDOWN_SCORE = 4.0
MIN_MARKDOWN_SCORE_NAMED = 1.0  # in a file called .md one sure mark is enough
LINES_PER_POINT = 20  # in a long text more is asked for: one point for so many lines


@dataclass(frozen=True, slots=True)
class _Mark:
    """A piece of Markdown: what it looks like, what one is worth, and what all of them together are at
    most.
    """

    needle: str  # found first, since most texts have none
    pattern: re.Pattern[str]
    worth: float
    most: float


# A sure mark alone makes Markdown of a page, a doubtful one only with others.
_MARKS = tuple(
    _Mark(needle, re.compile(pattern, re.MULTILINE), worth, most)
    for needle, pattern, worth, most in (
        ("![", r"(?<!\\)!\[[^\]\n]{0,500}\]\([^\s)][^\n)]{0,2000}\)", 4.0, 40.0),  # image
        ("](", r"(?<![\\!])\[[^\]\n]{1,500}\]\((?:https?:|/|#|mailto:)[^\n)]{0,2000}\)", 4.0, 400.0),  # link
        ("# ", r"^ {0,3}#{1,6}[ \t]+\S", 2.0, 40.0),  # heading; "#hashtag" has no blank
        ("\n===", r"^\S[^\n]{0,200}\n={3,}[ \t]*$", 2.0, 20.0),  # underlined heading
        ("\n---", r"^\S[^\n]{0,200}\n-{3,}[ \t]*$", 2.0, 20.0),
        ("**", r"(?<![\w*\\])\*\*(?=[^\s*])[^\n*]{1,500}(?<=[^\s\\])\*\*(?![\w*])", 1.5, 40.0),  # bold
        ("_", r"(?<![\w_\\])_(?=[^\s_])[^\n_]{1,300}(?<=[^\s\\])_(?![\w_])", 0.5, 4.0),  # emphasis
        ("*", r"(?<![\w*\\])\*(?=[^\s*])[^\n*]{1,300}(?<=[^\s\\])\*(?![\w*])", 0.5, 4.0),
        ("]: ", r"^ {0,3}\[[^\]\n]{1,200}\]:[ \t]+\S", 2.0, 20.0),  # link definition
        ("\n> ", r"^ {0,3}>[ \t]\S", 0.5, 2.0),  # block quote; also mail
        ("\n- ", r"^ {0,8}-[ \t]+\S", 0.1, 1.0),  # list; also every dump of a web page
        ("---|", r"^\|?[ \t]{0,9}:?-{3,}:?[ \t]{0,9}\|", 2.0, 4.0),  # table
    )
)  # fmt: skip


def sniff(text: str, name: str = "", declared: SourceFormat | None = None) -> SourceFormat:
    """The format of a text. Raises ReadError("empty") for no visible text, ReadError("data") for JSON, feeds
    and the like.

    >>> sniff("# Bridge reopens\\n**The Harrow Gazette**\\n\\n[Map](https://example.org/map)", "a.txt")
    'markdown'
    """
    sample = text[:_SAMPLE_CHARS]
    if not sample.strip() and not text.strip():
        raise ReadError("empty", f"expected text or HTML, found {len(text)} characters of white space")
    _refuse_data(text)
    name = unpacked_name(name.lower())
    if _is_html(sample, declared == "html" or name.endswith(_HTML_NAMES)):
        return "html"
    if _is_markdown(sample, declared == "markdown" or name.endswith(_MARKDOWN_NAMES)):
        return "markdown"
    return "text"


def _refuse_data(text: str) -> None:
    head = text[:_HEAD_CHARS].lstrip("\ufeff \t\r\n")
    if _JSON_START.match(head) and text.rstrip()[-1:] in ("}", "]"):
        raise ReadError("data", "expected text or HTML, found JSON")
    if head.startswith("<") and (root := _ROOT.search(head)) and (kind := _FEEDS.get(root[1].lower())):
        raise ReadError("data", f"expected text or HTML, found {kind}")


def _is_html(sample: str, hinted: bool) -> bool:
    if "<" not in sample:
        return False
    if _HTML_START.match(sample) or (_XML_START.match(sample) and "<html" in sample[:_HEAD_CHARS].lower()):
        return True
    tags = 0
    for tags, _ in enumerate(_HTML_TAG.finditer(sample), start=1):
        if tags >= (1 if hinted else MIN_HTML_TAGS) and tags * CHARS_PER_TAG >= len(sample):
            return True
    return hinted and tags > 0


def _is_markdown(sample: str, hinted: bool) -> bool:
    score = sum(_points(mark, sample) for mark in _MARKS if mark.needle in sample)
    if hinted:
        return score >= MIN_MARKDOWN_SCORE_NAMED
    return score >= max(MIN_MARKDOWN_SCORE, min(sample.count("\n"), 400) / LINES_PER_POINT)


def _points(mark: _Mark, sample: str) -> float:
    found = islice(mark.pattern.finditer(sample), math.ceil(mark.most / mark.worth))
    return min(mark.most, mark.worth * sum(1 for _ in found))
