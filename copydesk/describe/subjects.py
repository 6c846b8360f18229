"""Section and tags: what the page claims, else what its tag line and kicker print."""

from __future__ import annotations

import re

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.outlets import is_same_outlet

MAX_TAGS = 40
MAX_TAG = 80
MAX_SECTION = 60
LEAD = re.compile(r"^[^\W\d_]{3,20}(?:\s[^\W\d_]{2,12})?\s?:\s")


def find_section(context: Context) -> Found[str] | None:
    """The part of the outlet that the article stands in."""
    for claim in context.claims("section"):
        if (
            claim.value.strip()
            and len(claim.value) <= MAX_SECTION
            and not is_same_outlet(claim.value, context.outlet_names)
        ):
            return Found(claim.value.strip(), claim.evidence)
    return None


def find_tags(context: Context) -> Found[tuple[str, ...]] | None:
    """Keywords, each once, in order; claims first."""
    claims = context.claims("tag")
    if claims:
        return Found(_distinct([claim.value for claim in claims]), claims[0].evidence)
    blocks = context.blocks("tags")
    printed = [
        piece for block in blocks for piece in _pieces(block.text, [link.text for link in block.links])
    ]
    tags = _distinct(printed)
    return Found(tags, evidence_of(blocks[0]), tuple(block.number for block in blocks)) if tags else None


def _pieces(text: str, links: list[str]) -> list[str]:
    """The tags of a line: its links, else what stands between commas; "Tags: a, b" without its first word."""
    if links:
        return links
    line = LEAD.sub("", text)
    pieces = re.split(r"[,;|•·#]", line)
    return pieces if len(pieces) > 1 or not LEAD.match(f"{text} ") else []


def _distinct(tags: list[str]) -> tuple[str, ...]:
    """Each tag once, as first printed."""
    found: dict[str, str] = {}
    for tag in tags:
        cleaned = re.sub(r"\s+", " ", tag).strip(" #,;")
        if 0 < len(cleaned) <= MAX_TAG:
            found.setdefault(cleaned.casefold(), cleaned)
    return tuple(found.values())[:MAX_TAGS]
