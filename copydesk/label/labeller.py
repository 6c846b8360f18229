"""Rules, field finder and model together: exactly one label a block, and what decided it.

The order of trust: a confident field (this line is the byline), a decisive rule (this line asks for money), then the
model's probability that the block is body, which has seen the weaker evidence of both. See docs/decisions for why.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from copydesk.grammar.dateline import read_dateline
from copydesk.label.features import Evidence, feature_matrix
from copydesk.label.fields import FieldGuess, find_fields
from copydesk.label.lines import Line, ends_sentence
from copydesk.label.model import Family, Forest, load_forest
from copydesk.label.outlets import page_outlets
from copydesk.label.rules import Hit, Rules
from copydesk.records import BODY_ROLES, Block, Label, Labelled, Page
from copydesk.words import SENTENCE_ENDS

SURE = 0.8  # from this confidence on a field guess needs no second opinion


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
ASKING = frozenset(("donation_appeal", "payment_widget"))
# Kept turns that tell a speaker's name, which stands in the first characters; 42 body blocks are kept so, and 1 other.
SPEAKER_TURNS, SPEAKER_CHARS = 3, 32
# Shortest list of lines that begin alike, and the characters that are looked at; 34 and 6.
ALIKE, SHAPE_CHARS = 3, 40
LETTER_GAP = 3  # paragraphs of a letter that ask for nothing, between two that do
# Longest line of a dump taken for a subheading: of 298 subheadings in the Fundus gold 98 % have no more words.
SUBHEADING_WORDS = 14


# Blocks that an announced section may have: lists of teasers and comments are long, boxes about the author or a newsletter short.
SECTION_REACH: Mapping[Label, int] = {"related_links": 40, "comments": 300}
SHORT_REACH = 10


@dataclass(frozen=True, slots=True)
class _Section:
    """What an opener announced, and how many blocks more it may reach."""

    label: Label
    left: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything but the model's opinion, by block number."""

    hits: Mapping[int, Sequence[Hit]]
    fields: Mapping[int, FieldGuess]
    evidence: Mapping[int, Evidence]
    lines: Sequence[Line]
    named: Sequence[
        tuple[Label, str] | None
    ]  # of each block in order, label and rule where the model has no say


def label(page: Page, rules: Rules, forest: Forest | None = None) -> tuple[Labelled, ...]:
    """One Labelled a block, in order. `forest` replaces the bundled model (training uses that)."""
    if not page.blocks:
        return ()
    forest = forest or load_forest(family(page))
    gathered = gather(page, rules)
    matrix = feature_matrix(page, gathered.evidence, gathered.lines)
    asked = [i for i, found in enumerate(gathered.named) if found is None]
    leaves = forest.leaves(matrix[asked])
    probability = np.zeros(len(page.blocks), dtype=np.float32)
    probability[asked] = forest.probability(leaves)
    return decide(
        page, gathered, probability, lambda rows: forest.reasons(leaves[np.searchsorted(asked, rows)])
    )


def family(page: Page) -> Family:
    """Which of the two models judges the page: markup or none."""
    return "html" if page.source_format == "html" else "dump"


def gather(page: Page, rules: Rules) -> Gathered:
    """What rules and field finder say of each block."""
    outlets = page_outlets(page, rules.outlets) if rules.outlets else rules.outlets
    lines = [Line(block) for block in page.blocks]
    for line in lines:
        kind, share = line.block.kind, line.link_share
        if found := rules.match(line.text, kind=kind, link_share=share, outlets=outlets, reading=line):
            line.heed(found)
    hits = {line.block.number: line.hits for line in lines}
    fields = find_fields(page, lines)
    letters = _letters(page.blocks, hits)
    evidence: dict[int, Evidence] = {}
    named: list[tuple[Label, str] | None] = []
    for line in lines:
        number = line.block.number
        guess = fields.get(number)
        told = bool(line.hits) or guess is not None  # nothing is told of most blocks
        evidence[number] = _evidence(line.hits, guess) if told else NOTHING
        named.append((_named(line.hits, guess) if told else None) or letters.get(number))
    return Gathered(hits, fields, evidence, lines, named)


NOTHING = Evidence()
_COLONS = (":", "：")
# Who speaks: "Q:", "Nora Feld:".
_SPEAKER = re.compile(r"[^\W\d_][^:：]{0,28}[:：](?=\s)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+\.?|[^\w\s]+")
_NO_TITLE_ENDS = f'{SENTENCE_ENDS}:,;"”»“'


def _evidence(hits: Sequence[Hit], guess: FieldGuess | None) -> Evidence:
    against = [h for h in hits if h.label not in BODY_ROLES]
    return Evidence(
        boilerplate=max((1.0 if h.strength == "decisive" else 0.5 for h in against), default=0.0),
        opener=any(h.opens_section for h in against),
        field=guess.label if guess else None,
        field_confidence=guess.confidence if guess else 0.0,
    )


# ---------------------------------------------------------------- the decision
def decide(
    page: Page,
    gathered: Gathered,
    probability: npt.NDArray[np.float32],
    reasons: Callable[[list[int]], list[str]],
) -> tuple[Labelled, ...]:
    """The labels, from what was gathered and the model's probability of body, which counts where nothing else names a block.

    `reasons` explains rows of the model.
    """
    threshold = BODY[family(page)]
    named = list(gathered.named)
    kept = [
        bool(chance >= threshold.of(line) if found is None else found[0] in BODY_ROLES)
        for line, found, chance in zip(gathered.lines, named, probability, strict=True)
    ]
    free = [
        found is None and _is_free(block, gathered) for block, found in zip(page.blocks, named, strict=True)
    ]
    _keep_dateline(gathered.lines, probability, kept, free)
    _keep_speakers(gathered.lines, kept, free)
    _keep_lists(gathered.lines, kept, free)
    _keep_beside_body(gathered.lines, probability, threshold, kept, free)
    if not any(kept):
        _keep_only_prose(page.blocks, probability, named, kept, free)
    unnamed = [
        i for i, (found, body) in enumerate(zip(named, kept, strict=True)) if found is None and not body
    ]
    why = dict(zip(unnamed, reasons(unnamed), strict=True)) if unnamed else {}
    out: list[Labelled] = []
    # What an opener announced: "You might also like" makes what follows related links.
    section: _Section | None = None
    for i, (block, line) in enumerate(zip(page.blocks, gathered.lines, strict=True)):
        found = named[i]
        section = _section(line, section, kept[i])
        if found is not None and found[0] == "headline":
            section = None  # what a menu announced ends where the story begins
        if found is not None:
            out.append(Labelled(block, *found))
        elif kept[i]:
            out.append(Labelled(block, _role(page.blocks, kept, i), "model/body"))
        else:
            out.append(
                Labelled(block, _class(line, gathered, section.label if section else None), f"model/{why[i]}")
            )
    return tuple(out)


def _named(hits: Sequence[Hit], guess: FieldGuess | None) -> tuple[Label, str] | None:
    """Label and rule where a confident field or a decisive rule settles it."""
    if guess and guess.confidence >= SURE:
        return guess.label, guess.rule
    for hit in hits:
        if hit.strength == "decisive":
            return hit.label, hit.rule
    return None


def _is_free(block: Block, gathered: Gathered) -> bool:
    """Does neither rule nor field finder speak against the block?"""
    return not gathered.hits[block.number] and block.number not in gathered.fields


def _keep_lists(lines: Sequence[Line], kept: list[bool], free: Sequence[bool]) -> None:
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
    tokens = _TOKEN.findall(line.text[:SHAPE_CHARS])[:3]
    return tuple("0" if token[0].isdigit() else "a" if token[0].isalpha() else token for token in tokens)


def _keep_dateline(
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


def _keep_speakers(lines: Sequence[Line], kept: list[bool], free: Sequence[bool]) -> None:
    """Keep (in `kept`) the short turns of an interview: lines among body that name who speaks as SPEAKER_TURNS kept ones do."""
    turns = [i for i, is_body in enumerate(kept) if is_body and ":" in lines[i].text[:SPEAKER_CHARS]]
    names = Counter(_speaker(lines[i]) for i in turns)
    speakers = {name for name, count in names.items() if name and count >= SPEAKER_TURNS}
    if speakers:
        for i in range(turns[0] + 1, turns[-1]):
            if free[i] and _speaker(lines[i]) in speakers:
                kept[i] = True


def _speaker(line: Line) -> str | None:
    found = _SPEAKER.match(line.text)
    return found[0] if found else None


def _may_head(lines: Sequence[Line], i: int, free: Sequence[bool]) -> bool:
    """Whether a line could be a list's own heading."""
    return free[i] and lines[i].words <= SUBHEADING_WORDS


def _keep_only_prose(
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


def _keep_beside_body(
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
        share = 1.0
        if goes_on[i + 1 : i + 2] == [True]:
            share = 0.0  # a link broken out of its sentence
        elif (above[i] or below[i]) and (_is_whole(line) or line.words >= LONG_WORDS):
            share = SENTENCE_BESIDE_BODY
        elif above[i] and below[i]:
            share = BETWEEN_BODY
        kept[i] = bool(probability[i] >= share * threshold.of(line))


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


def _letters(blocks: Sequence[Block], all_hits: Mapping[int, Sequence[Hit]]) -> dict[int, tuple[Label, str]]:
    """The paragraphs of letters to readers that ask for money: prose like any other, known by what stands around it.

    A letter begins at a decisive opener ("A message from …", "Dear readers,") and reaches as far as blocks that speak of
    support and payment follow one another with at most LETTER_GAP others between.
    """
    out: dict[int, tuple[Label, str]] = {}
    opener: tuple[Label, str] | None = None
    waiting: list[int] = []
    for block in blocks:
        hits = all_hits[block.number]
        if not hits and opener is None:
            continue
        asks = [hit for hit in hits if hit.label in ASKING]
        opening = next((hit for hit in asks if hit.opens_section and hit.strength == "decisive"), None)
        if opener and asks:
            out.update(dict.fromkeys([*waiting, block.number], opener))
            waiting = []
        elif opener:
            waiting.append(block.number)
            if len(waiting) > LETTER_GAP:
                opener, waiting = None, []
        if opening and opening.label == "donation_appeal":
            opener = opener or (opening.label, opening.rule)
    return out


def _section(line: Line, section: _Section | None, is_body: bool) -> _Section | None:
    """What was announced above a block and still goes on: "You might also like" makes related links of what follows."""
    for hit in line.hits:
        if hit.opens_section and hit.label not in BODY_ROLES and not _is_menu_entry(line):
            return _Section(hit.label, SECTION_REACH.get(hit.label, SHORT_REACH))
    if is_body or section is None or section.left == 0:
        return None
    if line.block.kind == "heading" and section.label not in SECTION_REACH:
        return None  # a box has one heading, a list of teasers one a teaser
    return _Section(section.label, section.left - 1)


def _is_menu_entry(line: Line) -> bool:
    """ "Authors" among a menu's links leads to a page of them."""
    return line.block.kind in ("list_item", "control") and line.link_share > 0.9


def _role(blocks: Sequence[Block], kept: Sequence[bool], i: int) -> Label:
    """What part of the body a kept block is."""
    block = blocks[i]
    if block.kind == "heading" or _is_subheading_line(blocks, kept, i):
        return "subheading"
    if block.kind in ("list_item", "blockquote"):
        return block.kind
    return "body"


def _is_subheading_line(blocks: Sequence[Block], kept: Sequence[bool], i: int) -> bool:
    """A short line set off by itself, without a sentence's end, with body before and longer body right after it."""
    block = blocks[i]
    if block.kind != "paragraph" or block.text[-1:] in _NO_TITLE_ENDS or block.text[:1].islower():
        return False
    words = len(block.text.split())
    if words > SUBHEADING_WORDS or (words == 1 and len(block.text) > 40):
        return False
    after = next((j for j in range(i + 1, len(blocks)) if kept[j]), None)
    return after is not None and len(blocks[after].text) > 1.3 * len(block.text) and kept.index(True) < i


def _class(line: Line, gathered: Gathered, section: Label | None) -> Label:
    """The label of a block that the model took out: the weaker evidence decides which class it is."""
    block = line.block
    guess = gathered.fields.get(block.number)
    if guess:
        return guess.label
    for hit in line.hits:
        if hit.label not in BODY_ROLES:
            return hit.label
    if section:
        return section
    if block.kind == "image":
        return "image"
    if block.kind == "caption":
        return "caption"
    if block.kind == "control":
        return "navigation"
    if line.link_share > 0.6:
        return "related_teaser" if len(block.text.split()) > 4 else "navigation"
    return "unknown"
