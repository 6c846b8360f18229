"""What follows the model: blocks that it has seen too little of are kept, by what stands around them.

Each function keeps more in `kept`, a flag a block; `free` tells of which blocks neither a rule nor the field finder says
anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt

from copydesk.grammar.dateline import read_dateline
from copydesk.label.lines import Line, ends_sentence
from copydesk.label.model import Family
from copydesk.records import Block, Label


@dataclass(frozen=True, slots=True)
class Threshold:
    """Probability from which a block is body, by what would be lost with it."""

    sentence: float  # a whole sentence of PROSE_WORDS or more, or LONG_WORDS without a stop
    line: float  # a shorter sentence, or another line of PROSE_WORDS or more
    short: float  # fewer words and no sentence

    def of(self, line: Line) -> float:
        """That of one block."""
        if line.words >= LONG_WORDS:
            return self.sentence
        is_whole, is_long = _is_whole(line), line.words >= PROSE_WORDS
        return self.sentence if is_whole and is_long else self.line if is_whole or is_long else self.short


# Sentences lie below 0.5, since a lost paragraph cannot be had back while a leaked line can still be cut. Swept with six forests
# of other seeds: on HTML .25 gives 0.2 points of F1 more than .35 on pages that none was trained on (traf) and on aeb out of
# fold, and 0.1 less on fundus; the kinds of block make no difference there. On dumps out of fold (reader, two seeds) .05
# less for sentences saves a paragraph on two pages of 189 and leaks a line on two to six more.
BODY: Mapping[Family, Threshold] = {"dump": Threshold(0.3, 0.45, 0.6), "html": Threshold(0.25, 0.25, 0.25)}
# Beside body a block needs less: a whole sentence or a long line next to a kept block, anything between two of them. On
# dumps out of fold these two keep 163 body blocks for 114 others, and 201 for 82.
SENTENCE_BESIDE_BODY = 0.4  # times the threshold
BETWEEN_BODY = 0.75
PROSE_WORDS = (
    8  # words of a whole sentence; and where nothing is body: shortest sentence that may be the story,
)
LONG_WORDS = 20
# What may stand between two paragraphs of a dump; without it 23 body blocks fewer are kept, and 7 others.
PASSED_OVER = frozenset(("navigation", "advertisement", "share_bar"))
PROSE = 0.05  # and the least probability that the model must give it
# Kept turns that tell a speaker's name, which stands in the first characters; 42 body blocks are kept so, and 1 other.
SPEAKER_TURNS, SPEAKER_CHARS = 3, 32
# Shortest list of lines that begin alike, and the characters that are looked at; 34 and 6.
ALIKE, SHAPE_CHARS = 3, 40
ALIKE_REACH = 8  # lines above and below an entry where those may stand that begin as it does; 11 and none
# Longest line of a dump taken for a subheading: of 298 subheadings in the Fundus gold 98 % have no more words.
SUBHEADING_WORDS = 14
# Kept paragraphs right below lines that say the same, and their share of all prose below such: then these lines divide the
# story. On 197 pages dumped in four ways 27 body blocks are kept so, and no other.
DIVIDED, DIVIDED_SHARE = 4, 1 / 2

_COLONS = (":", "：")
# Who speaks: "Q:", "Nora Feld:".
_SPEAKER = re.compile(r"[^\W\d_][^:：]{0,28}(?::(?=\s)|：)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+\.?|[^\w\s]+")


def keep_lists(lines: Sequence[Line], kept: list[bool], free: Sequence[bool]) -> None:
    """Keep (in `kept`) lists of the story: those that a kept line announces with a colon, or that stand between body, with or
    without a heading.

    The model has seen many more lists of links than lists in stories. An item with a link, or one that a rule speaks
    against, ends the list.
    """
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and free[end] and _is_item(lines, end, start):
            end += 1
        if end == start > 0 and kept[start - 1] and lines[start - 1].text.endswith(_COLONS):
            end = _end_of_alike(lines, start, free)
        goes_on = end < len(lines) and kept[end]
        if end > start > 0 and kept[start - 1]:
            if goes_on or lines[start - 1].text.endswith(_COLONS):
                kept[start:end] = [True] * (end - start)
        elif (
            end > start + 1
            and start > 1
            and goes_on
            and kept[start - 2]
            and _may_head(lines, start - 1, free)
        ):
            kept[start - 1 : end] = [True] * (end - start + 1)
        start = max(end, start + 1)


def _end_of_alike(lines: Sequence[Line], start: int, free: Sequence[bool]) -> int:
    """Where lines that begin alike end, "9 June – Harrow" and "12 July – Elmouth"; the start itself where fewer than ALIKE do."""
    shape, end = _shape(lines[start]), start
    if set(shape) <= {"a"}:
        return start
    while end < len(lines) and free[end] and lines[end].link_share < 0.5 and _shape(lines[end]) == shape:
        end += 1
    return end if end - start >= ALIKE else start


def _shape(line: Line) -> tuple[str, ...]:
    """The first of its words and marks, a word as "a" and a number as "0"."""
    tokens = [match[0] for match in islice(_TOKEN.finditer(line.text[:SHAPE_CHARS]), 3)]
    return tuple(["0" if token[0].isdigit() else "a" if token[0].isalpha() else token for token in tokens])


def keep_tight_lists(lines: Sequence[Line], kept: list[bool], free: Sequence[bool]) -> None:
    """Keep (in `kept`) the list that a kept line announces with a colon: short lines with no empty line between them, down to
    body. Of a dump's lines alone: on 197 pages dumped in four ways 41 body blocks are kept so, and 10 links of one page."""
    for i, line in enumerate(lines):
        if not (kept[i] and line.text.endswith(_COLONS)):
            continue
        end = i + 1
        while end < len(lines) and (kept[end] or free[end]) and _is_tight(lines[end], opens=end == i + 1):
            end += 1
        last = max((j for j in range(i + 1, min(end + 1, len(lines))) if kept[j]), default=i)
        kept[i + 1 : last] = [True] * max(0, last - i - 1)


def _is_tight(line: Line, *, opens: bool) -> bool:
    """A short line of a list, with an empty line above it where it opens the list and none otherwise."""
    return (line.block.blank_before > 0) == opens and line.words <= LONG_WORDS and line.link_share < 0.5


def keep_alike(lines: Sequence[Line], kept: list[bool], free: Sequence[bool]) -> None:
    """Keep (in `kept`) lines that begin as ALIKE kept ones near them do: with a number and a word, or with a word and a colon."""
    known = {
        i: _shape(line)
        for i, (line, is_body) in enumerate(zip(lines, kept, strict=True))
        if is_body and _may_be_entry(line.text)
    }
    if len(known) < ALIKE:
        return
    for i, line in enumerate(lines):
        if kept[i] or not free[i] or not _may_be_entry(line.text):
            continue
        shape = _shape(line)
        if shape[:2] == ("0", "a") or _has_colon("".join(shape)):
            near = range(max(0, i - ALIKE_REACH), min(len(lines), i + ALIKE_REACH + 1))
            kept[i] = sum(known.get(j) == shape for j in near) >= ALIKE


def _may_be_entry(text: str) -> bool:
    return text[:1].isdigit() or _has_colon(text[:SHAPE_CHARS])


def keep_dateline(
    lines: Sequence[Line], probability: npt.NDArray[np.float32], kept: list[bool], free: Sequence[bool]
) -> None:
    """Keep (in `kept`) the first sentence that opens as a story with an agency does, "HARROW (SNP) - …", above all other body."""
    for i, line in enumerate(lines):
        if kept[i]:
            return
        if free[i] and line.words >= PROSE_WORDS and probability[i] >= PROSE and _is_whole(line):
            dateline = read_dateline(line.text)
            if dateline is not None and dateline.agency is not None:
                kept[i] = True
                return


def keep_speakers(lines: Sequence[Line], kept: list[bool], free: Sequence[bool]) -> None:
    """Keep (in `kept`) the short turns of an interview: lines among body that name who speaks as SPEAKER_TURNS kept ones do."""
    turns = [i for i, is_body in enumerate(kept) if is_body and _has_colon(lines[i].text[:SPEAKER_CHARS])]
    names = Counter(_speaker(lines[i]) for i in turns)
    speakers = {name for name, count in names.items() if name and count >= SPEAKER_TURNS}
    if speakers:
        for i in range(turns[0] + 1, turns[-1]):
            if free[i] and _speaker(lines[i]) in speakers:
                kept[i] = True


def _has_colon(text: str) -> bool:
    return ":" in text or "：" in text


def _speaker(line: Line) -> str | None:
    found = _SPEAKER.match(line.text)
    return found[0] if found else None


def _may_head(lines: Sequence[Line], i: int, free: Sequence[bool]) -> bool:
    """Whether a line could be a list's own heading."""
    return free[i] and lines[i].words <= SUBHEADING_WORDS


def keep_only_prose(
    blocks: Sequence[Block],
    probability: npt.NDArray[np.float32],
    named: list[tuple[Label, str] | None],
    kept: list[bool],
    free: Sequence[bool],
) -> None:
    """Keep (in `kept`) the prose of a page on which nothing else was kept: an item so short that its dek is all of it."""
    for i, block in enumerate(blocks):
        found = named[i]
        is_dek = found is not None and found[0] == "dek"
        is_prose = (
            ends_sentence(block.text) and len(block.text.split()) >= PROSE_WORDS and block.main is not False
        )
        if is_prose and (is_dek or (free[i] and probability[i] >= PROSE)):
            kept[i], named[i] = True, ("body", "fallback/only-prose")


def _is_item(lines: Sequence[Line], i: int, start: int) -> bool:
    """An item of a list in a story: marked up as one, or in a dump a line that ends in a comma, or goes on small after one."""
    block = lines[i].block
    if lines[i].link_share >= 0.5:
        return False
    if block.kind == "list_item":
        return True
    goes_on = i > start and block.text[:1].islower()
    return (
        not block.tag
        and block.kind == "paragraph"
        and (goes_on or block.text.endswith((",", ";", "，", "；")))
    )


def keep_beside_body(
    lines: Sequence[Line],
    probability: npt.NDArray[np.float32],
    threshold: Threshold,
    kept: list[bool],
    free: Sequence[bool],
) -> None:
    """Keep (in `kept`) what falls just short of the threshold, stands beside body, and that no rule speaks against."""
    above = _nearest(lines, kept)
    below = _nearest(lines[::-1], kept[::-1])[::-1]
    goes_on = [
        is_body and line.text.startswith((",", ";")) for line, is_body in zip(lines, kept, strict=True)
    ]
    for i, line in enumerate(lines):
        if kept[i] or not free[i]:
            continue
        if goes_on[i + 1 : i + 2] == [True]:
            share = 0.0  # a link broken out of its sentence
        elif not (above[i] or below[i]):
            continue
        elif above[i] and below[i] and line.is_url:
            share = 0.0  # 6 addresses between two paragraphs, all body
        elif _is_whole(line) or line.words >= LONG_WORDS:
            share = SENTENCE_BESIDE_BODY
        elif above[i] and below[i]:
            share = BETWEEN_BODY
        else:
            continue
        kept[i] = bool(probability[i] >= share * threshold.of(line))


def keep_below_dividers(lines: Sequence[Line], kept: list[bool], free: Sequence[bool]) -> None:
    """Keep (in `kept`) prose right below a line that the page prints between its paragraphs, "Advertisement"."""
    below: dict[str, list[int]] = {}
    for i, (divider, line) in enumerate(pairwise(lines), 1):
        if not kept[i - 1] and (kept[i] or (free[i] and line.is_prose)):
            below.setdefault(divider.plain, []).append(i)
    for places in below.values():
        known = sum(kept[i] for i in places)
        if known >= DIVIDED and known >= DIVIDED_SHARE * len(places):
            for i in places:
                kept[i] = True


def _nearest(lines: Sequence[Line], kept: Sequence[bool]) -> list[bool]:
    """Of each line whether the one before it is kept; advertisements and controls between paragraphs are passed over."""
    out, last = [], False
    for line, is_body in zip(lines, kept, strict=True):
        out.append(last)
        if line.boilerplate not in PASSED_OVER or any(hit.opens_section for hit in line.hits):
            last = is_body
    return out


def _is_whole(line: Line) -> bool:
    """A sentence with its end, or with a colon before what it announces; a teaser is cut off with three dots."""
    return (line.ends_sentence and not line.text.endswith(("...", "…"))) or line.text.endswith(_COLONS)
