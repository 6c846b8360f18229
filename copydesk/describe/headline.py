"""The headline as a reader sees it, and the dek under it; not the search engine's title, and without the outlet's name."""

from __future__ import annotations

import re
import unicodedata

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.outlets import cut_outlet
from copydesk.records import Claim

MAX_HEADLINE = 400
AGREE = 0.6  # shared words of two wordings of one headline
WITNESS_ORDER = ("json-ld", "meta:og:title", "h1", "microdata", "meta:", "title")
QUOTES = str.maketrans("“”„«»‘’‚`´", "\"\"\"\"\"'''''")


def find_headline(context: Context) -> Found[str] | None:
    """The sidecar's; else the visible headline where a claim agrees or nothing is claimed; else the best claim."""
    if context.sidecar.headline:
        fed = tuple(block.number for block in context.blocks("headline"))
        return Found(context.sidecar.headline, "sidecar", fed)
    visible = context.blocks("headline")
    claims = tuple(claim for claim in context.claims("headline") if 1 < len(claim.value) <= MAX_HEADLINE)
    texts = [claim.value for claim in claims if claim.evidence != "title"]
    if visible:
        block = visible[0]
        if not claims or any(_agree(block.text, claim.value) for claim in claims) or block.level == 1:
            return Found(cut_outlet(block.text, context.outlet_names), evidence_of(block), (block.number,))
    if not claims:
        return None
    claim = _best_claim(claims)
    fed = tuple(block.number for block in visible if _agree(block.text, claim.value))
    return Found(cut_outlet(claim.value, context.outlet_names, texts), claim.evidence, fed)


def headline_repeats(context: Context, headline: str | None) -> tuple[int, ...]:
    """Blocks that print the headline again."""
    return tuple(block.number for block in context.blocks("headline_repeat") if headline and _agree(block.text, headline))


def find_dek(context: Context) -> Found[str] | None:
    """The visible standfirst only: a description for search engines is no dek."""
    blocks = context.blocks("dek")
    if not blocks:
        return None
    return Found(" ".join(block.text for block in blocks), evidence_of(blocks[0]), tuple(block.number for block in blocks))


def _best_claim(claims: tuple[Claim, ...]) -> Claim:
    """The wording that most witnesses share, among these the one of the witness that takes most care."""
    def rank(claim: Claim) -> tuple[int, int]:
        shared = sum(_folded(claim.value) == _folded(other.value) for other in claims)
        place = next((index for index, name in enumerate(WITNESS_ORDER) if claim.evidence.startswith(name)), len(WITNESS_ORDER))
        return -min(shared, 2), place

    return min(claims, key=rank)


def _agree(one: str, other: str) -> bool:
    """Two wordings of the same headline: most words of the shorter stand in the longer."""
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return _folded(one) == _folded(other)
    return len(mine & theirs) / min(len(mine), len(theirs)) >= AGREE


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+", _folded(text)))


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).translate(QUOTES)).strip().casefold()

