"""The headline among the blocks: by the page's own claims where it makes any, else by where and how a line stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.label.lines import Line, plain
from copydesk.records import Page

# Weights of the evidence for a headline on a page without claims, set by hand on 197 pages dumped in four ways.
OVERLAP_WEIGHT = 2.6
FIRST_WEIGHT = 1.2
DISTANCE_WEIGHT = 0.06
MAX_DISTANCE = 20
REPEAT_WEIGHT = 0.8
PROSE_PENALTY = 2.2
MIN_SCORE = 0.3
DEK_REACH = 6  # lines between a headline and its dek: dates, bylines
DEK_MARGIN = 0.7
KICKER_WORDS = 5  # a title line of fewer words above a title is mostly its kicker
_LONG_WORD = re.compile(r"\w{4,40}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
_SEPARATED = re.compile(r"\s[|/•·»›>]\s|[|›»]")
_SUFFIX = re.compile(r"\s[|–—•·:-]\s|\s?\|\s?")


@dataclass(frozen=True, slots=True)
class Found:
    """The headline's place among the lines, how it was known and how well."""

    index: int
    rule: str
    confidence: float


def find_headline(page: Page, lines: Sequence[Line], lead: int) -> Found | None:
    """Where the headline stands; None where no line could be one. `lead` is the index of the first prose."""
    return _by_claim(page, lines, lead) or _by_heading(page, lines, lead) or _by_place(lines, lead)


def _by_claim(page: Page, lines: Sequence[Line], lead: int) -> Found | None:
    claims = [claim.value for claim in page.claimed("headline")]
    if page.sidecar.headline:
        claims.insert(0, page.sidecar.headline)
    wanted: dict[str, None] = {}
    for claim in claims:
        wanted[plain(claim)] = None
        # "Mill closes | The Harrow Gazette": a title carries the outlet before or after the headline.
        for part in _SUFFIX.split(claim):
            if len(part.split()) >= 3:
                wanted[plain(part)] = None
    best: tuple[float, int] | None = None
    for i, line in enumerate(lines):
        if line.words > 45 or not line.plain:
            continue
        likeness = max((_likeness(line.plain, claim) for claim in wanted), default=0.0)
        if likeness < 0.75:
            continue
        score = likeness + (0.5 if line.block.kind == "heading" and line.block.level == 1 else 0.0)
        score += 0.2 if line.block.kind == "heading" else 0.0
        score -= 0.3 if i > lead + 2 else 0.0  # a related rail or a list of tags may repeat it
        if best is None or score > best[0]:
            best = (score, i)
    return Found(best[1], "field/headline-claim", 0.95) if best else None


def _likeness(text: str, claim: str) -> float:
    if text == claim:
        return 1.0
    if not text or not claim:
        return 0.0
    ours, theirs = Counter(text.split()), Counter(claim.split())
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common >= 3 else 0.0


def _by_heading(page: Page, lines: Sequence[Line], lead: int) -> Found | None:
    """The only heading of the first level, or the one nearest above the prose."""
    tops = [i for i, line in enumerate(lines) if line.block.kind == "heading" and line.block.level == 1]
    tops = [i for i in tops if lines[i].may_be_title]
    above = [i for i in tops if i <= lead + 1]
    if not above:
        return None
    if len(tops) == 1 or page.source_format == "html":
        return Found(above[-1], "field/headline-heading", 0.9)
    best = _by_place(lines, lead)
    if best is not None and best.index in above:
        return best
    return Found(above[-1], "field/headline-heading", 0.8)


def _by_place(lines: Sequence[Line], lead: int) -> Found | None:
    """The line before the prose that looks most like its title."""
    themes = _themes(lines, lead)
    counts = Counter(line.plain for line in lines)
    first = next((i for i, line in enumerate(lines) if not line.boilerplate and not line.suspected), 0)
    scores: dict[int, float] = {}
    for i, line in enumerate(lines[: lead + 1]):
        if line.may_be_title and not line.is_credited and not (line.is_prose and line.ends_in_full_stop):
            scores[i] = _title_score(lines, i, lead, first, themes, counts)
    if not scores:
        return None
    best = max(scores, key=lambda i: (scores[i], -i))
    # A dek takes up the story's words even better than the headline above it, and is longer.
    for i in range(best - 1, max(-1, best - 1 - DEK_REACH), -1):
        shorter = lines[i].words < lines[best].words and (
            lines[i].words >= KICKER_WORDS or lines[best].words >= 9
        )
        if i in scores and shorter and scores[i] > scores[best] - DEK_MARGIN:
            best = i
    if scores[best] < MIN_SCORE:
        return None
    rest = max((score for i, score in scores.items() if i != best), default=0.0)
    return Found(best, "field/headline-place", 0.9 if best == first or scores[best] > rest + 0.5 else 0.8)


def _title_score(
    lines: Sequence[Line], i: int, lead: int, first: int, themes: frozenset[str], counts: Counter[str]
) -> float:
    line = lines[i]
    score = _length_score(line.words)
    if line.is_prose or (line.ends_in_full_stop and line.words > 4):
        score -= PROSE_PENALTY
    elif line.ends_in_full_stop:
        score -= 0.4
    if line.sentences > 2:
        score -= 0.6
    if line.block.kind == "heading":
        score += 1.6 if line.block.level == 1 else 0.9 if line.block.level == 2 else 0.3
    if line.block.kind == "list_item":
        score -= 1.0
    if line.suspected:
        score -= 1.2
    if line.byline is not None:
        score -= 0.8
    words = _stems(line.text)
    score += OVERLAP_WEIGHT * (len(words & themes) / len(words) if words else 0.0)
    score -= DISTANCE_WEIGHT * min(lead - i, MAX_DISTANCE)
    if i == first:
        score += FIRST_WEIGHT if line.words >= KICKER_WORDS else FIRST_WEIGHT / 2
    if line.words <= 8 and _SEPARATED.search(line.text):
        score -= 0.8  # "Politics / 11 January", "News | Harrow"
    if counts[line.plain] > 1 and line.words >= 4:
        score += REPEAT_WEIGHT
    following = lines[i + 1 : i + 5]
    if any(
        other.stamp is not None or (other.byline is not None and other.byline.marked) for other in following
    ):
        score += 0.5
    if line.block.links and sum(len(link.text) for link in line.block.links) > 0.8 * len(line.text):
        score -= 1.0
    return score


def _length_score(words: int) -> float:
    if words <= 2:
        return -1.0
    if words <= 4:
        return 0.0
    return 1.0 if words <= 20 else 0.4


def _themes(lines: Sequence[Line], lead: int) -> frozenset[str]:
    """Stems of the words in the first paragraphs, which a headline takes up."""
    stems: set[str] = set()
    taken = 0
    for line in lines[lead:]:
        if line.is_prose:
            stems |= _stems(line.text)
            taken += 1
            if taken == 12:
                break
    return frozenset(stems)


def _stems(text: str) -> set[str]:
    """Words of four letters and more, cut to five, so that "soldiers" meets "soldier"; pairs of characters in CJK."""
    return {word[:5] for word in _LONG_WORD.findall(text.casefold())}
