"""HTML -> Page: the blocks that a reader sees, trafilatura's opinion of each, and the page's claims.

One parse serves all: the claims are read and the blocks cut from what the parser met.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from copydesk.errors import ExtractError
from copydesk.extract.claims import read_claims
from copydesk.extract.html_blocks import Draft, cut_blocks
from copydesk.extract.html_main import is_forum, main_marks
from copydesk.extract.html_markup import NO_ATTRIBUTES
from copydesk.extract.landmarks import Landmarks
from copydesk.records import Block, Image, Link, Page, Sidecar
from copydesk.steps import Steps

# A picture this many blocks above the first paragraph may still be the story's.
_LEAD_BLOCKS = 8
# This much of the main content hidden is a story behind "read more"; less is a menu or a dialog that slipped
# in.
_UNCOVERED_SHARE = 0.25

Absolute = Callable[[str], str]


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
    drafts, landmarks = cut_blocks(text, utf8, max_blocks)
    yield
    claims = read_claims(landmarks)
    claimed_url = next((claim.value for claim in claims if claim.field == "url"), None)
    absolute = _resolver(landmarks, sidecar.url or claimed_url)
    forum = is_forum(landmarks)
    del landmarks  # the scripts with JSON-LD are in it
    yield
    main = main_marks(text, drafts, forum=forum, utf8=utf8)
    yield
    blocks = tuple(_blocks(drafts, main, absolute))
    if not any(block.text for block in blocks):
        raise ExtractError("no-text", f"no visible text among {len(text)} characters of HTML")
    return Page(source_uri, "html", blocks, claims, sidecar)


def _blocks(drafts: list[Draft], main: list[bool], absolute: Absolute) -> list[Block]:
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
                tuple([Link(link.text, absolute(link.url), link.char_start, link.char_end) for link in links])
                if links
                else links,
                Image(image.url and absolute(image.url), image.alt) if (image := draft.image) else None,
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


def _resolver(page: Landmarks, page_url: str | None) -> Absolute:
    """Makes an href of this page absolute; as written where the page gives no base."""
    base = page_url or ""
    first = next(page.attributes_of("base"), NO_ATTRIBUTES)
    if declared := first.get("href"):
        base = _join(base, declared.strip())
    parts = _split(base)
    origin = f"{parts[0]}://{parts[1]}" if parts and parts[1] else ""

    def absolute(href: str) -> str:
        if not origin or href.startswith(("https://", "http://")):
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
