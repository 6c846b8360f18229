"""The dek, or standfirst: the sentence or two under a headline that sum the story up and are no part of its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.grammar.dateline import read_dateline
from copydesk.label.lines import Line
from copydesk.label.reading import plain
from copydesk.records import Page
from copydesk.words import MARKS

DEK_WORDS = (4, 48)
LATE_DEK_WORDS = 30
PLAIN_DEK_WORDS = 24  # longest dek that is known only by the picture under it
ECHO_WORDS = 24  # longest dek that is known by the story saying it again
ECHO_SHARE = 0.75  # of its long words that stand in the paragraphs after it
DEK_REACH = 200  # lines under the headline; each is seen against all that follow it
ECHO_REACH = 6
_LONG_WORD = re.compile(rf"[\w{MARKS}]{{4,40}}")
_ANCHORS = frozenset(
    (
        "byline",
        "timestamp",
        "caption",
        "credit",
        "image",
        "headline_repeat",
        "outlet",
        "url",
        "share_bar",
        "media_player",
    )
)
_BARS = frozenset(
    ("share_bar", "comments")
)  # right above a dek in some layouts; a first paragraph follows fields
# Those that stand above a story's first paragraph only.
_STRONG_ANCHORS = _ANCHORS - {"caption", "credit", "image", "media_player"}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a story as the other fields leave it."""

    headline: int | None
    lead: int  # where prose begins
    end: int  # past the last line that may still belong to it
    labels: Sequence[str | None]  # of each line, where a field or a rule is sure of it
    taken: frozenset[int]


@dataclass(frozen=True, slots=True)
class Dek:
    """The dek's place among the lines, how it was known and how well."""

    index: int
    rule: str
    confidence: float


def find_dek(page: Page, lines: Sequence[Line], head: Head) -> Dek | None:
    """The first line under the headline that is a dek; None where the story begins without one."""
    if head.headline is None:
        return None
    claims = {plain(claim.value) for claim in page.claimed("dek")}
    low, high = DEK_WORDS
    for i in range(head.headline + 1, min(head.end, head.headline + DEK_REACH)):
        line = lines[i]
        if i in head.taken or line.boilerplate or not low <= line.words <= high or line.sentences > 3:
            continue
        if line.marked_byline is not None or line.is_dated:
            continue
        if read_dateline(line.text) is not None:
            return None  # "VELMORA (AP) -" opens the story itself
        later = _anchors(head, range(i + 1, head.end))
        if line.plain in claims and (later or _is_set_off(lines, i)):
            return Dek(i, "dek-claim", 0.9)
        if later and _prose_between(lines, head, i, later) == 0:
            return Dek(i, "dek-before-fields", 0.85 if _is_early(lines, head, i, later) else 0.6)
        if _is_late(lines, head, i):
            return Dek(i, "dek-set-off", 0.8)
        if line.is_prose:
            return None
    return None


def _is_early(lines: Sequence[Line], head: Head, i: int, later: Sequence[int]) -> bool:
    """Fields of the head follow; a picture alone may also stand under the first paragraph."""
    assert head.headline is not None
    if any(head.labels[j] in _STRONG_ANCHORS for j in later):
        return True
    earlier = _anchors(head, range(head.headline + 1, i))
    return lines[i].words <= PLAIN_DEK_WORDS and not any(head.labels[j] in _STRONG_ANCHORS for j in earlier)


def _is_late(lines: Sequence[Line], head: Head, i: int) -> bool:
    """One short sentence after the fields, with a larger gap below it, or that the story says again."""
    line = lines[i]
    assert head.headline is not None
    if line.sentences > 1 or line.words > LATE_DEK_WORDS or i + 1 >= len(lines):
        return False
    after = lines[i + 1]
    if not after.is_prose or after.words <= line.words or not _anchors(head, range(head.headline + 1, i)):
        return False
    return _is_set_off(lines, i) or (head.labels[i - 1] in _BARS and _is_echoed(lines, i))


def _is_echoed(lines: Sequence[Line], i: int) -> bool:
    """Nearly all long words of a short line without a quote stand in the paragraphs after it: it sums them up."""
    line = lines[i]
    if line.words > ECHO_WORDS or any(mark in line.text for mark in '"“„«「'):
        return False
    words = set(_LONG_WORD.findall(line.plain))
    told = set(_LONG_WORD.findall(" ".join(other.plain for other in lines[i + 1 : i + 1 + ECHO_REACH])))
    return len(words) >= 4 and len(words & told) >= ECHO_SHARE * len(words)


def _anchors(head: Head, indexes: Iterable[int]) -> list[int]:
    """Blocks that belong to the head: fields, and the bars that stand among them."""
    return [i for i in indexes if head.labels[i] in _ANCHORS]


def _prose_between(lines: Sequence[Line], head: Head, i: int, anchors: Sequence[int]) -> int:
    return sum(1 for j in range(i + 1, anchors[0]) if lines[j].is_prose and j not in head.taken)


def _is_set_off(lines: Sequence[Line], i: int) -> bool:
    """A larger gap follows than stands between the paragraphs after it."""
    if i + 2 >= len(lines):
        return False
    gaps = [line.block.blank_before for line in lines[i + 2 : i + 12]]
    return bool(gaps) and lines[i + 1].block.blank_before > sorted(gaps)[len(gaps) // 2]
