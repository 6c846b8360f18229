"""The headline as a reader sees it, and the dek under it; not the search engine's title, and without the outlet's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.outlets import cut_outlet
from copydesk.records import Claim
from copydesk.words import MARKS

MAX_HEADLINE = 400
AGREE = 0.6  # shared words of two wordings of one headline
AKIN = 0.2  # and of two headlines of one story
KICKER = re.compile(r"^[^:–—|-]{2,60}?(?::| [–—|-])\s{1,3}")
# A kicker in quotation marks with no space before the headline: two elements that a dump printed as one line.
GLUED_KICKER = re.compile(r'^["“„«»][^"“”„«»]{2,60}["”“»«](?=[^\W\d_]\S{0,30}\s\S{1,30}\s\S{1,30}\s)')
MIN_LETTERS = 10  # a shorter claim is a kicker or a site's name
NO_LETTERS = re.compile(r"[\W_]+")
WORD = re.compile(
    rf"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]++(?:[{MARKS}]++[^\W_]*+)*+"
)  # a character of scripts without spaces
SPACE = re.compile(r"\s+")
QUOTES = str.maketrans("“”„«»‘’‚`´", "\"\"\"\"\"'''''")


def find_headline(context: Context) -> Found[str] | None:
    """The sidecar's; else the visible headline, in the wording that the page's own witnesses confirm; else the best claim."""
    visible = context.blocks("headline")
    if context.sidecar.headline:
        return Found(context.sidecar.headline, "sidecar", tuple(block.number for block in visible))
    claims = tuple(claim for claim in context.claims("headline") if 1 < len(claim.value) <= MAX_HEADLINE)
    texts = [claim.value for claim in claims if claim.evidence != "title"] + [
        block.text for block in visible[:1]
    ]
    share = _first(claims, lambda evidence: evidence == "meta:og:title")
    article = _first(claims, lambda evidence: evidence.endswith(("Article.headline", "Posting.headline")))
    if not visible:
        claim = article or share or next(iter(claims), None)
        return Found(_cut(claim.value, context, texts), claim.evidence) if claim else None
    block = visible[0]
    seen = GLUED_KICKER.sub("", _cut(block.text, context, texts), count=1)
    tail = _shared_tail(seen, _cut(share.value, context, texts)) if share else None
    if tail:
        return Found(tail, evidence_of(block), (block.number,))
    claim = _better(seen, claims, share, article, context, texts)
    if (
        claim is None
        and block.level != 1
        and claims
        and not any(_agree(seen, other.value) for other in claims)
    ):
        claim = article or share
    if claim is None:
        return Found(seen, evidence_of(block), (block.number,))
    return Found(
        _cut(claim.value, context, texts),
        claim.evidence,
        (block.number,) if _agree(seen, claim.value) else (),
    )


def _better(
    seen: str,
    claims: tuple[Claim, ...],
    share: Claim | None,
    article: Claim | None,
    context: Context,
    texts: list[str],
) -> Claim | None:
    """A claimed wording that is to be had rather than the visible one, or None.

    A page may word its headline in four ways: for readers, for those who share it, for search engines (the title), and in
    the description of the article. What is wanted is the newsroom's; the wording that the title repeats is mostly a search
    engine's where the others differ from it. On Fundus' outlets each of these rules was right more often than not.
    """
    letters = _letters(seen)
    told = {claim: _letters(_cut(claim.value, context, texts)) for claim in (article, share) if claim}
    for claim, wording in told.items():
        if MIN_LETTERS < len(wording) < len(letters) and letters.endswith(wording):
            return claim  # the visible line has its kicker glued before it
        if wording == letters and _spaced(claim.value) > _spaced(seen):
            return claim  # markup swallowed spaces of the visible line
    title = next((claim for claim in claims if claim.evidence == "title"), None)
    searched = _letters(_cut(title.value, context, texts)) if title else ""
    if share is None or told[share] == letters:
        return None
    if article and told[share] == told[article]:
        return article
    if told[share].startswith(letters) or told[share].endswith(letters):
        return None  # only a kicker or an outlet more
    if letters.startswith(told[share]) and _is_cut_short(seen, share.value):
        return None
    if article is None:
        is_article = any(claim.value == "article" for claim in context.claims("type"))
        others = [claim for claim in claims if claim.evidence == "meta:twitter:title"]
        confirmed = any(_letters(_cut(other.value, context, texts)) == told[share] for other in others)
        signed = context.claims("author") and context.claims("published")
        return share if is_article and confirmed and signed and _agree(seen, share.value) else None
    if told[article] == letters:
        return None if searched == told[share] or not _agree(seen, share.value, AKIN) else share
    if searched == told[share] or searched == told[article]:
        return article if _agree(seen, article.value, AKIN) else None
    return share if _agree(seen, share.value) else None


def _is_cut_short(seen: str, share: str) -> bool:
    """A share line that ends in dots, or where a quotation mark in the visible one broke its attribute off."""
    rest = seen[len(share) :].lstrip()
    return share.rstrip().endswith(("…", "...")) or rest[:1] in tuple("\"'“„«‘")


def _spaced(text: str) -> int:
    """How many pieces with a letter in them stand between spaces."""
    return sum(any(map(str.isalnum, piece)) for piece in text.split())


def _shared_tail(seen: str, share: str) -> str | None:
    """What two wordings with different kickers have in common: "Coast - Mill closes" and "Dispute: Mill closes"."""
    ours, theirs = (KICKER.sub("", wording, count=1) for wording in (seen, share))
    if (
        seen == ours
        or theirs == share
        or _letters(seen) == _letters(share)
        or _letters(ours) != _letters(theirs)
    ):
        return None
    if _words(seen.removesuffix(ours)) & _words(share.removesuffix(theirs)):
        return None  # the same kicker in other words
    return ours if len(_letters(ours)) > MIN_LETTERS else None


def _first(claims: tuple[Claim, ...], is_wanted: Callable[[str], bool]) -> Claim | None:
    return next((claim for claim in claims if is_wanted(claim.evidence)), None)


def _cut(text: str, context: Context, witnesses: list[str]) -> str:
    return _without_outlet(text, context.outlet_names, tuple(other for other in witnesses if other != text))


@lru_cache(maxsize=64)  # several rules ask for the same wording
def _without_outlet(text: str, names: tuple[str, ...], witnesses: tuple[str, ...]) -> str:
    return cut_outlet(text, names, witnesses)


def _letters(text: str) -> str:
    return NO_LETTERS.sub("", _folded(text))


def headline_repeats(context: Context, headline: str | None) -> tuple[int, ...]:
    """Blocks that print the headline again."""
    return tuple(
        block.number
        for block in context.blocks("headline_repeat")
        if headline and _agree(block.text, headline)
    )


def find_dek(context: Context) -> Found[str] | None:
    """The visible standfirst only: a description for search engines is no dek."""
    blocks = context.blocks("dek")
    if not blocks:
        return None
    return Found(
        " ".join(block.text for block in blocks),
        evidence_of(blocks[0]),
        tuple(block.number for block in blocks),
    )


def _agree(one: str, other: str, least: float = AGREE) -> bool:
    """Two wordings of the same headline: most words (or `least` of them) of the shorter stand in the longer."""
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return _folded(one) == _folded(other)
    return len(mine & theirs) / min(len(mine), len(theirs)) >= least


def _words(text: str) -> set[str]:
    return set(WORD.findall(_folded(text)))


@lru_cache(maxsize=256)  # each wording of a headline is compared with each other one
def _folded(text: str) -> str:
    return SPACE.sub(" ", unicodedata.normalize("NFKC", text).translate(QUOTES)).strip().casefold()
