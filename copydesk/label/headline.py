"""The headline among the blocks: by the page's own claims where it makes any, else by where and how a line stands."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import cast

from copydesk.grammar.outlets import is_same_outlet
from copydesk.label.lines import Line
from copydesk.label.reading import plain
from copydesk.records import Page
from copydesk.resources import read_resource
from copydesk.words import MARKS

# Weights of the evidence for a headline on a page without claims, set by hand on 197 pages dumped in four ways.
OVERLAP_WEIGHT = 4.0
FEW_WORDS = 3  # added to a line's words, so that one common word is no evidence
FIELDS_WEIGHT = 1.0
FIELD_REACH = 4  # lines from a headline down to its date or byline
FIRST_WEIGHT = 0.6
DISTANCE_WEIGHT = 0.03
MAX_DISTANCE = 20
REPEAT_WEIGHT = 0.4
PROSE_PENALTY = 2.2
BYLINE_PENALTY = 0.8
SCRIPT_PENALTY = 1.5
LATIN_SHARE = 0.3  # of a story's words; names of firms are in Latin letters in every script
MIN_SCORE = 0.3
MIN_TRAIL = 8  # letters of a headline that a breadcrumb may end with
DEK_REACH = 6  # lines between a headline and its dek: dates, bylines
DEK_MARGIN = 0.7
KICKER_WORDS = 5  # a title line of fewer words above a title is mostly its kicker
ALIKE = 0.75  # shared words of a line and a claim that speaks of it
MIN_COMMON = 3  # words; two lines that share fewer are alike by chance
SITE_WORDS = 6
# How far a claim is to be believed about which line is the headline; a first heading may be the site's name.
WITNESSES: Mapping[str, float] = {
    "sidecar": 3.0,
    "json-ld": 1.0,
    "meta:og:title": 1.0,
    "title": 0.8,
    "h1": 0.6,
}
WEAK_WITNESS = 0.4
MAX_WORD = 40  # letters; the next pattern cuts there
_LONG_WORD = re.compile(rf"[\w{MARKS}]{{4,40}}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{{2}}")
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
    witnesses = _witnesses(page)
    claimed = {wording for wordings in witnesses.values() for wording in wordings}
    if not claimed:
        return None
    words = {word for wording in claimed for word in wording.split()}
    best: tuple[float, int] | None = None
    for i, line in enumerate(lines):
        theirs = line.plain_words
        if line.words > 45 or not theirs:
            continue
        if not _may_be_alike(theirs, words) and (len(theirs) >= MIN_COMMON or line.plain not in claimed):
            continue
        support = {
            name: likeness
            for name, wordings in witnesses.items()
            if (likeness := max([_likeness(line, wording) for wording in wordings])) >= ALIKE
        }
        if not support or (support.keys() <= {"h1", "title"} and _is_site_line(page, line)):
            continue
        score = sum(WITNESSES.get(name, WEAK_WITNESS) * likeness for name, likeness in support.items())
        score += 0.5 if line.block.kind == "heading" and line.block.level == 1 else 0.0
        score += 0.2 if line.block.kind == "heading" else 0.0
        score -= 0.3 if i > lead + 2 else 0.0  # a related rail or a list of tags may repeat it
        if best is None or score > best[0]:
            best = (score, i)
    return Found(best[1], "field/headline-claim", 0.95) if best else None


def _may_be_alike(words: Sequence[str], claimed: Set[str]) -> bool:
    """Whether a line's words are like one claim's, as far as the words of all claims together tell."""
    if len(words) < MIN_COMMON or claimed.isdisjoint(words):
        return False
    shared = sum(map(claimed.__contains__, words))
    # Of n words and a claim's m, with x in common, 2x / (n + m) must reach ALIKE; and m is at least x.
    return shared >= MIN_COMMON and (2 - ALIKE) * shared >= ALIKE * len(words)


def _witnesses(page: Page) -> dict[str, tuple[str, ...]]:
    """What each kind of claim says, in all parts of its wording that could be the headline."""
    found: dict[str, dict[str, None]] = {}
    claims = [(claim.evidence, claim.value) for claim in page.claimed("headline")]
    if page.sidecar.headline:
        claims.insert(0, ("sidecar", page.sidecar.headline))
    for evidence, value in claims:
        kind = "json-ld" if evidence.startswith("json-ld:") and evidence.endswith(".headline") else evidence
        wordings = found.setdefault(kind, {})
        wordings[plain(value)] = None
        # "Mill closes | The Harrow Gazette": a title carries the outlet before or after the headline.
        first, *rest = _SUFFIX.split(value)
        wordings.update((plain(part), None) for part in rest if len(part.split()) >= 3)
        if len(first.split()) >= 2:
            wordings[plain(first)] = None
    return {kind: tuple(wordings) for kind, wordings in found.items()}


def _is_site_line(page: Page, line: Line) -> bool:
    """A first heading that names the site, a section or a menu: short, while the page's titles speak of something else."""
    if is_same_outlet(line.text, (claim.value for claim in page.claimed("outlet"))):
        return True
    titles = [c.value for c in page.claimed("headline") if c.evidence != "h1" and len(c.value.split()) >= 3]
    split = [_SUFFIX.split(title) for title in titles[:6]]
    if any(len(first.split()) >= 3 and line.plain in map(plain, rest) for first, *rest in split):
        return True  # "Mill closes in Harrow | Harbour Weekly"
    words = set(line.plain.split())
    parts = [part for pieces in split for part in pieces if len(part.split()) >= 3]
    return line.words <= SITE_WORDS and bool(parts) and not any(words & set(plain(p).split()) for p in parts)


def _likeness(line: Line, claim: str) -> float:
    """The share of their words that a line and a claim have in common; 0 for less than ALIKE."""
    if line.plain == claim:
        return 1.0
    words = line.plain_words
    theirs, size = _bag(claim)
    shared = sum(map(theirs.__contains__, words))  # at least as many as are common; counting is dear
    if shared < MIN_COMMON or 2 * min(shared, size) < ALIKE * (len(words) + size):
        return 0.0
    common = (Counter(words) & theirs).total()
    likeness = 2 * common / (len(words) + size)
    return likeness if common >= MIN_COMMON and likeness >= ALIKE else 0.0


@lru_cache(256)
def _bag(claim: str) -> tuple[Counter[str], int]:
    """A claim's words, and how many they are."""
    words = claim.split()
    return Counter(words), len(words)


def _by_heading(page: Page, lines: Sequence[Line], lead: int) -> Found | None:
    """The only heading of the first level, or the one nearest above the prose."""
    tops = [i for i, line in enumerate(lines) if line.block.kind == "heading" and line.block.level == 1]
    tops = [i for i in tops if lines[i].may_be_title and not _is_site_line(page, lines[i])]
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
    possible = [i for i in range(min(lead + 1, len(lines))) if _may_be_candidate(lines[i])]
    candidates = (i for i in possible if not _is_other_field(lines[i]))
    candidate = next(candidates, None)
    if candidate is None:
        return None
    unstopped = (i for i in chain((candidate,), candidates) if not lines[i].ends_in_full_stop)
    if list(islice(unstopped, 2)) == [0] and not lines[0].suspected:
        # Short as it may be: the document begins with it, and every other line is a sentence or another field.
        return Found(0, "field/headline-first-line", 0.85)
    scene = _scene(lines, lead, possible, candidate)
    limits = {i: _title_score(lines, i, scene, above_field=True) for i in possible}
    best, score = _best(lines, limits, scene)
    # A dek takes up the story's words even better than the headline above it, and is longer.
    for i in range(best - 1, max(-1, best - 1 - DEK_REACH), -1):
        shorter = lines[i].words < lines[best].words and (
            lines[i].words >= KICKER_WORDS or lines[best].words >= 9
        )
        if i not in limits or not shorter or limits[i] <= score - DEK_MARGIN or _is_other_field(lines[i]):
            continue
        above = _full_score(lines, i, scene)
        if above > score - DEK_MARGIN and _is_about(lines[i], scene):
            best, score = i, above
    if score < MIN_SCORE:
        return None
    if (clean := _without_breadcrumb(lines, best)) != best:
        return Found(clean, "field/headline-place", 0.9)
    if best == scene.first:
        return Found(best, "field/headline-place", 0.9)
    _, rest = _best(lines, {i: other for i, other in limits.items() if i != best}, scene)
    return Found(best, "field/headline-place", 0.9 if score > rest + 0.5 else 0.8)


def _best(lines: Sequence[Line], limits: Mapping[int, float], scene: _Scene) -> tuple[int, float]:
    """The first line of the highest score, and that score. Only those lines are read closely whose scores have higher limits."""
    best, highest = -1, -math.inf
    for i in sorted(limits, key=lambda i: (-limits[i], i)):
        if limits[i] < highest:
            break
        if _is_other_field(lines[i]):
            continue
        score = _full_score(lines, i, scene)
        if score > highest or (score == highest and i < best):
            best, highest = i, score
    return best, highest


def _full_score(lines: Sequence[Line], i: int, scene: _Scene) -> float:
    """How much a line looks like the title."""
    following = lines[i + 1 : i + 1 + FIELD_REACH]
    above_field = any(other.stamp is not None or other.marked_byline is not None for other in following)
    score = _title_score(lines, i, scene, above_field=above_field)
    return score - BYLINE_PENALTY if lines[i].byline is not None else score


def _is_about(line: Line, scene: _Scene) -> bool:
    """Does it share a word with the story? A notice ("Article saved") above a headline does not."""
    return not scene.themes.isdisjoint(_stems(line))


def _may_be_candidate(line: Line) -> bool:
    """Whether a line could be the title as far as its shape tells, which is known at once."""
    return line.is_title_shaped and not (line.is_prose and line.ends_in_full_stop)


def _is_other_field(line: Line) -> bool:
    return line.marked_byline is not None or line.is_credited or line.is_dated


def _without_breadcrumb(lines: Sequence[Line], best: int) -> int:
    """ "Home » Coast » Mill closes" is the way to "Mill closes", which stands alone further down."""
    if not _is_breadcrumb(lines[best]):
        return best
    trail = lines[best].plain.replace(" ", "")
    for i in range(best + 1, min(best + 1 + DEK_REACH, len(lines))):
        end = lines[i].plain.replace(" ", "")
        if MIN_TRAIL <= len(end) < len(trail) and trail.endswith(end):
            return i
    return best


def _is_breadcrumb(line: Line) -> bool:
    starts = cast(dict[str, list[str]], read_resource("common/breadcrumbs.yaml"))["starts"]
    return line.text.casefold().startswith(tuple(starts)) or len(_SEPARATED.findall(line.text)) >= 2


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a line is compared with to be the headline."""

    lead: int
    first: int  # the first line that could be one
    themes: frozenset[str]
    counts: Counter[str]
    is_other_script: (
        bool  # the story is not in Latin letters, so that a line in them is an address or a transcript
    )
    open_before: tuple[int, ...]  # at each line, how many up to it are neither fields nor boilerplate


def _scene(lines: Sequence[Line], lead: int, possible: Sequence[int], candidate: int) -> _Scene:
    """`candidate` is the first of the `possible` lines that is no other field."""
    titles = (i for i in possible if not lines[i].suspected and lines[i].words >= KICKER_WORDS)
    first = next((i for i in titles if not _is_other_field(lines[i])), candidate)
    before: list[int] = []
    for line in lines[: lead + 1]:
        before.append((before[-1] if before else 0) + (not line.suspected and line.stamp is None))
    themes = _themes(lines, lead)
    is_other_script = sum(map(str.isascii, themes)) < LATIN_SHARE * len(themes)
    return _Scene(lead, first, themes, Counter(line.plain for line in lines), is_other_script, tuple(before))


def _title_score(lines: Sequence[Line], i: int, scene: _Scene, *, above_field: bool) -> float:
    """How much a line looks like the title, were it no byline; `above_field`: a date or a byline follows soon."""
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
    words = _stems(line)
    score += OVERLAP_WEIGHT * len(words & scene.themes) / (len(words) + FEW_WORDS)
    score -= DISTANCE_WEIGHT * min(scene.open_before[-1] - scene.open_before[i], MAX_DISTANCE)
    if i == scene.first:
        score += FIRST_WEIGHT
    if line.words <= 8 and _SEPARATED.search(line.text):
        score -= 0.8  # "Politics / 11 January", "News | Harrow"
    if scene.counts[line.plain] > 1 and line.words >= 4:
        score += REPEAT_WEIGHT
    if scene.is_other_script and line.text.isascii():
        score -= SCRIPT_PENALTY
    if above_field:
        score += FIELDS_WEIGHT
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
            stems |= _stems(line)
            taken += 1
            if taken == 12:
                break
    return frozenset(stems)


def _stems(line: Line) -> set[str]:
    """Words of four letters and more, cut to five, so that "soldiers" meets "soldier"; pairs of characters in CJK."""
    words = line.folded
    if words is None or (len(line.text) > MAX_WORD and max(map(len, words), default=0) > MAX_WORD):
        words = _LONG_WORD.findall(line.text.casefold())
    if line.folded is None:
        return {word[:5] for word in words}
    return {word[:5] for word in words if len(word) > 3}
