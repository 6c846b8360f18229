"""HTML -> Page: the blocks that a reader sees, trafilatura's opinion of each, and the page's claims.

One parse serves all: the claims are read, the blocks cut, and the tree goes on to trafilatura.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from copydesk.errors import ExtractError
from copydesk.extract.claims import read_claims
from copydesk.extract.html_blocks import Draft, cut_blocks
from copydesk.extract.html_main import main_marks
from copydesk.extract.html_tree import parse_html
from copydesk.extract.landmarks import Landmarks, find_landmarks
from copydesk.records import Block, Page, Sidecar
from copydesk.steps import Steps

# A picture this many blocks above the first paragraph may still be the story's.
_LEAD_BLOCKS = 8
# This much of the main content hidden is a story behind "read more"; less is a menu or a dialog that slipped
# in.
_UNCOVERED_SHARE = 0.25
_LINE_ENDS = re.compile(r"[\t\r\n]+")
_NO_LINK = ("javascript:", "data:", "vbscript:", "about:")


def extract_html(
    text: str,
    source_uri: str,
    sidecar: Sidecar | None = None,
    max_blocks: int = 50_000,
    utf8: bytes | None = None,
) -> Steps[Page]:
    """The page's visible text as blocks, in reading order, with its claims, strongest first.

    `Block.main` says whether trafilatura takes the block for main content. Text that the page itself hides
    (`hidden`, "display: none") is no visible text and gives a block only where trafilatura finds much of the story
    in it, or where the page hides more than it shows. An image gives a block of its own (kind "image", text = alt
    text, may be empty) when it stands in a <figure> or <picture> beside main content; other images are decoration
    and give none. `utf8` is the text in UTF-8, where that is at hand.

    Raises ExtractError: "no-markup", "too-deep", "too-many-attributes", "too-many-blocks", "no-text".
    """
    sidecar = sidecar or Sidecar()
    root = parse_html(text, utf8)
    yield
    marks = find_landmarks(root)
    claims = read_claims(marks)
    claimed_url = next((claim.value for claim in claims if claim.field == "url"), None)
    yield
    drafts = cut_blocks(root, _resolver(marks, sidecar.url or claimed_url), max_blocks)
    yield
    main = main_marks(root, text, drafts, utf8)
    del root, marks  # which end the tree
    yield
    blocks = tuple(_blocks(drafts, main))
    if not any(block.text for block in blocks):
        raise ExtractError("no-text", f"no visible text among {len(text)} characters of HTML")
    return Page(source_uri, "html", blocks, claims, sidecar)


def _blocks(drafts: list[Draft], main: list[bool]) -> list[Block]:
    shown = _shown(drafts, main)
    chosen = [number for number, is_main in enumerate(main) if is_main]
    first, last = (chosen[0] - _LEAD_BLOCKS, chosen[-1] + 1) if chosen else (0, -1)
    blocks: list[Block] = []
    for number, draft in enumerate(drafts):
        frame = draft.frame
        if draft.kind == "image":
            if not first <= number <= last:
                continue
        elif not shown[number]:
            continue
        text, links, bold, words, stamp = draft.line
        blocks.append(
            Block(  # by position: names of arguments would take as long as all else here
                len(blocks),
                text,
                draft.kind,
                draft.level,
                None,  # no place in the source is told
                None,
                links,
                draft.image,
                bold,
                0,  # nor empty lines
                frame.tag.name,
                frame.markup(words),
                frame.depth,
                frame.shared_parent(),
                main[number],
                stamp,
            )
        )
    return blocks


def _shown(drafts: list[Draft], main: list[bool]) -> list[bool]:
    """Which drafts are visible text, or hidden text that the page's scripts uncover."""
    if not any(draft.frame.hidden for draft in drafts):
        return [True] * len(drafts)
    chars, main_chars = [0, 0], [0, 0]  # of what is shown, of what is hidden
    for draft, is_main in zip(drafts, main, strict=True):
        chars[draft.frame.hidden] += len(draft.line.text)
        main_chars[draft.frame.hidden] += len(draft.line.text) * is_main
    if chars[True] > chars[False]:  # a guard against flicker: the page hides itself until it is ready
        return [True] * len(drafts)
    uncovers = main_chars[True] > _UNCOVERED_SHARE * sum(main_chars)
    return [
        not draft.frame.hidden or (uncovers and is_main) for draft, is_main in zip(drafts, main, strict=True)
    ]


def _resolver(marks: Landmarks, page_url: str | None) -> Callable[[str], str | None]:
    """Makes an href of this page absolute; as written where the page gives no base, None where it is no link."""
    base = page_url or ""
    if marks.bases and (declared := marks.bases[0].get("href")):
        base = _join(base, declared.strip())
    parts = _split(base)
    origin = f"{parts[0]}://{parts[1]}" if parts and parts[1] else ""

    def absolute(href: str) -> str | None:
        href = href.strip()
        if not href.isprintable():
            href = _LINE_ENDS.sub("", href)  # as browsers do: "java\nscript:" is "javascript:"
        if href.startswith(("https://", "http://")):
            return href
        if not href or href[:11].lower().startswith(_NO_LINK):
            return None
        if not origin:
            return href
        if href[0] == "/" and href[1:2] != "/":
            return origin + href
        return _join(base, href)

    return absolute


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:  # "http://[": as written, then
        return href


def _split(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme, parts.netloc
