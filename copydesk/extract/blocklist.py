"""Blocks of a dump as they are found: numbered, counted against the limit, never empty."""

from __future__ import annotations

import re

from copydesk.errors import ExtractError
from copydesk.records import Block, BlockKind, Image, Link

_URL = re.compile(r"https?://[^\s<>\"“”«»]{1,2000}", re.IGNORECASE)
_URL_TAIL = ".,;:!?*_'’)]}"


class BlockList:
    """The blocks so far. `blank_lines` is what the next one will have above it."""

    def __init__(self, max_blocks: int) -> None:
        self.blocks: list[Block] = []
        self.blank_lines = 0
        self._max_blocks = max_blocks

    def add(
        self,
        text: str,
        kind: BlockKind,
        start: int,
        end: int,
        *,
        level: int = 0,
        links: tuple[Link, ...] = (),
        image: Image | None = None,
        bold: bool = False,
    ) -> None:
        """One more block over source[start:end]; nothing where it has no visible text and is no image."""
        if not text and image is None:
            return
        number = len(self.blocks)
        if number >= self._max_blocks:
            check_blocks(number + 1, self._max_blocks)
        self.blocks.append(
            Block(
                number=number,
                text=text,
                kind=kind,
                level=level,
                source_start=start,
                source_end=end,
                links=links,
                image=image,
                bold=bold,
                blank_before=self.blank_lines,
            )
        )
        self.blank_lines = 0

    def finish(self) -> tuple[Block, ...]:
        """All of them. Raises ExtractError where there is none."""
        check_blocks(len(self.blocks), self._max_blocks)
        return tuple(self.blocks)


def check_blocks(count: int, max_blocks: int) -> None:
    """Raise ExtractError for a document without blocks, or with more than are reasonable."""
    if not count:
        raise ExtractError("empty", "expected visible text, found none")
    if count > max_blocks:
        raise ExtractError("too-many-blocks", f"expected at most {max_blocks} blocks, found more")


def bare_links(text: str) -> tuple[Link, ...]:
    """URLs that are printed as such, without the punctuation that follows them."""
    if "://" not in text:
        return ()
    found = []
    for match in _URL.finditer(text):
        url = trim_url(match[0])
        found.append(Link(url, url, match.start(), match.start() + len(url)))
    return tuple(found)


def trim_url(url: str) -> str:
    """A URL as running text shows it, cut before closing punctuation: "(see https://example.org/a_(b))."
    gives …/a_(b).
    """
    spare = url.count(")") - url.count("(")
    end = len(url)
    while end and url[end - 1] in _URL_TAIL:
        if url[end - 1] == ")":
            if spare <= 0:
                break
            spare -= 1
        end -= 1
    return url[:end]
