"""Rules, field finder and model together: exactly one label a block, and what decided it.

The order of trust: a confident field (this line is the byline), a decisive rule (this line asks for money), then the
model's probability that the block is body, which has seen the weaker evidence of both. See docs/decisions for why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from copydesk.label.corrections import (
    BODY,
    SUBHEADING_WORDS,
    keep_alike,
    keep_below_dividers,
    keep_beside_body,
    keep_dateline,
    keep_lists,
    keep_only_prose,
    keep_speakers,
    keep_tight_lists,
)
from copydesk.label.features import Evidence, feature_matrix
from copydesk.label.fields import FieldGuess, find_fields
from copydesk.label.lines import Line
from copydesk.label.menus import name_menus, set_menus_aside
from copydesk.label.model import Family, Forest, load_forest
from copydesk.label.outlets import page_outlets
from copydesk.label.rules import Hit, Rules
from copydesk.label.sections import Section, next_section
from copydesk.records import BODY_ROLES, Block, Label, Labelled, Page
from copydesk.steps import Steps, finish
from copydesk.words import SENTENCE_ENDS

SURE = 0.8  # from this confidence on a field guess needs no second opinion


ASKING = frozenset(("donation_appeal", "payment_widget"))
LETTER_GAP = 3  # paragraphs of a letter that ask for nothing, between two that do


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
    return finish(label_in_steps(page, rules, forest))


def label_in_steps(page: Page, rules: Rules, forest: Forest | None = None) -> Steps[tuple[Labelled, ...]]:
    """The same, with pauses."""
    story, menus = set_menus_aside(page, rules)
    if not story.blocks:
        return tuple(name_menus(page, (), menus, {}, rules))
    forest = forest or load_forest(family(page))
    yield
    gathered = gather(story, rules)
    yield
    matrix = feature_matrix(story, gathered.evidence, gathered.lines)
    yield
    asked = [i for i, found in enumerate(gathered.named) if found is None]
    leaves = forest.leaves(matrix[asked])
    probability = np.zeros(len(story.blocks), dtype=np.float32)
    probability[asked] = forest.probability(leaves)
    labelled = decide(
        story, gathered, probability, lambda rows: forest.reasons(leaves[np.searchsorted(asked, rows)])
    )
    return tuple(name_menus(page, labelled, menus, gathered.hits, rules)) if menus else labelled


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
    keep_dateline(gathered.lines, probability, kept, free)
    keep_speakers(gathered.lines, kept, free)
    keep_lists(gathered.lines, kept, free)
    keep_below_dividers(gathered.lines, kept, free)
    if family(page) == "dump":
        keep_tight_lists(gathered.lines, kept, free)
        keep_alike(gathered.lines, kept, free)
    keep_beside_body(gathered.lines, probability, threshold, kept, free)
    if not any(kept):
        keep_only_prose(page.blocks, probability, named, kept, free)
    unnamed = [
        i for i, (found, body) in enumerate(zip(named, kept, strict=True)) if found is None and not body
    ]
    why = dict(zip(unnamed, reasons(unnamed), strict=True)) if unnamed else {}
    out: list[Labelled] = []
    # What an opener announced: "You might also like" makes what follows related links.
    section: Section | None = None
    for i, (block, line) in enumerate(zip(page.blocks, gathered.lines, strict=True)):
        found = named[i]
        section = next_section(line, section, kept[i])
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
    """Does neither rule nor field finder speak against the block? An address may be the story's, too."""
    guess = gathered.fields.get(block.number)
    return not gathered.hits[block.number] and (guess is None or guess.label == "url")


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
