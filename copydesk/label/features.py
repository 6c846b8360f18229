"""Measurements of blocks: what a block is like by itself (`own.py`), beside its neighbours, and in its document.

Structure and the words of our own resources only: no vocabulary of any page. `feature_matrix` gives one row a block for
`label/model.py`; the names in FEATURES say what each column is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from struct import Struct

import numpy as np
import numpy.typing as npt

from copydesk.label.lines import Line
from copydesk.label.markup import MARKUP, markup_columns
from copydesk.label.own import OWN, function_words, own_measurements
from copydesk.label.reading import Reading
from copydesk.records import Block, Page

Matrix = npt.NDArray[np.float32]

_SHAPE = re.compile(r"\d+")


# ---------------------------------------------------------------- evidence from elsewhere
@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules and the field finder say of one block, as numbers."""

    boilerplate: float = 0.0  # strongest rule that calls it boilerplate: 1 decisive, 0.5 evidence
    opener: bool = False  # a rule says that boilerplate begins here
    field: str | None = None  # field role, where one was guessed
    field_confidence: float = 0.0


FIELD_GROUPS = (
    ("headline", frozenset(("headline", "headline_repeat", "kicker"))),
    ("dek", frozenset(("dek",))),
    ("byline", frozenset(("byline", "sign_off", "outlet", "url", "tags"))),
    ("timestamp", frozenset(("timestamp",))),
    ("caption", frozenset(("caption", "credit", "image"))),
)
_GROUP_OF = {label: place for place, (_, labels) in enumerate(FIELD_GROUPS) for label in labels}
_EVIDENCE = (
    "rule_boilerplate",
    "rule_opener",
    *(f"field_{name}" for name, _ in FIELD_GROUPS),
    "since_opener",
    "repeats_in_page",
)


def _evidence(lines: Sequence[Line], evidence: Mapping[int, Evidence]) -> Matrix:
    out = np.zeros((len(lines), len(_EVIDENCE)), dtype=np.float32)
    opened = np.full(len(lines), -30)
    for i, line in enumerate(lines):
        found = evidence.get(line.block.number)
        if found is not None and (found.boilerplate or found.field is not None):
            out[i, 0] = found.boilerplate
            if found.opener:
                out[i, 1], opened[i] = 1.0, i
            if found.field in _GROUP_OF:
                out[i, 2 + _GROUP_OF[found.field]] = found.field_confidence
    out[:, 7] = np.minimum(30, np.arange(len(lines)) - np.maximum.accumulate(opened))
    out[:, 8] = 1.0
    alike = Counter([line.plain for line in lines])
    twice = {i: line.text.casefold() for i, line in enumerate(lines) if alike[line.plain] > 1}
    seen = Counter(twice.values())
    for i, text in twice.items():
        out[i, 8] = min(4, seen[text])
    return out


def _matrix(rows: Iterable[Iterable[float]], width: int) -> Matrix:
    """Rows of numbers as an array; packing them is twice as fast as `numpy.array`."""
    pack = Struct(f"{width}f").pack
    return np.frombuffer(b"".join([pack(*row) for row in rows]), dtype=np.float32).reshape(-1, width)


# ---------------------------------------------------------------- the block in its document
_PLACE = (
    "count", "index_share", "from_top", "from_bottom", "core_before", "core_after", "to_first_core",
    "to_last_core", "between_core", "core_share", "run_words", "run_is_longest", "to_longest_run", "window_3",
    "window_6", "overlap_core", "overlap_rare", "overlap_headline", "overlap_description", "starts_like_core",
    "short_run", "short_run_left", "colon_above_run", "short_run_alike", "gap_below", "gaps_around",
)  # fmt: skip
GAP_LINES, _EDGE = 3, -1  # more empty lines say no more; what stands above the first block and below the last
CORE_WORDS = 18  # a block of this many words that ends a sentence and is no list of links is prose beyond doubt in most pages


def _place(
    page: Page,
    lines: Sequence[Line],
    core: npt.NDArray[np.float32],
) -> Matrix:
    blocks = page.blocks
    n = len(blocks)
    out = np.zeros((n, len(_PLACE)), dtype=np.float32)
    index = np.arange(n, dtype=np.float32)
    out[:, 0] = math.log1p(n)
    out[:, 1] = index / max(1, n - 1)
    out[:, 2] = np.minimum(index, 60)
    out[:, 3] = np.minimum(n - 1 - index, 60)
    total = float(core.sum()) or 1.0
    before = np.cumsum(core) - core
    out[:, 4] = before / total
    out[:, 5] = (total - before - core) / total
    where = np.flatnonzero(core)
    if len(where):
        out[:, 6] = np.clip(index - where[0], -30, 30)
        out[:, 7] = np.clip(index - where[-1], -30, 30)
        out[:, 8] = (index >= where[0]) & (index <= where[-1])
    out[:, 9] = len(where) / max(1, n)
    _runs(core, out)
    for column, width in ((13, 3), (14, 6)):
        padded = np.concatenate([np.zeros(width), core, np.zeros(width)])
        sums = np.convolve(padded, np.ones(2 * width + 1), mode="valid")
        out[:, column] = np.log1p(sums - core)
    _overlaps(page, lines, core, out)
    _short_runs(blocks, core, out)
    _gaps(blocks, core, out)
    return out


def _short_runs(blocks: Sequence[Block], core: npt.NDArray[np.float32], out: Matrix) -> None:
    """Columns 20-23: the stretch of blocks between two pieces of prose: its length, the place in it, whether a colon
    announces it (a list in the story), and how many of its blocks begin alike ("June 10 - …", "June 12 - …")."""
    start = 0
    rows: list[tuple[float, ...]] = []
    for end in (*np.flatnonzero(core).tolist(), len(blocks)):
        size = end - start
        announced = start > 0 and blocks[start - 1].text.endswith((":", "："))
        if size == 1:
            rows.append((1, 0, announced, 1.0))
        elif size:
            beginnings = [_beginning(block) for block in blocks[start:end]]
            shapes = Counter(beginnings)
            rows += [
                (min(size, 30), min(i, 30), announced, shapes[beginning] / size)
                for i, beginning in enumerate(beginnings)
            ]
        rows.append((0.0, 0.0, 0.0, 0.0))  # of the prose itself
        start = end + 1
    out[:, 20:24] = _matrix(rows[: len(blocks)], 4)


def _gaps(blocks: Sequence[Block], core: npt.NDArray[np.float32], out: Matrix) -> None:
    """Columns 24-25: whether the empty lines below a block, and those above and below it, are as many as at prose (up to 1) or
    as at what is none (down to -1): in many dumps a paragraph has one below it, a teaser or a caption has none."""
    if not any(block.blank_before for block in blocks):
        return
    lines = [min(block.blank_before, GAP_LINES) for block in blocks]
    below = [*lines[1:], _EDGE]
    around = list(zip([_EDGE, *lines[1:]], below, strict=True))
    is_core = (core > 0).tolist()
    sizes = Counter(is_core)
    for column, gaps in ((24, below), (25, around)):
        pairs = list(zip(gaps, is_core, strict=True))
        seen = Counter(pairs)
        # Of the others of each kind, the share that has the same gap; a half where there are no others.
        shares = {
            (gap, own): (seen[gap, True] - own + 0.5) / (sizes[True] - own + 1)
            - (seen[gap, False] - (not own) + 0.5) / (sizes[False] - (not own) + 1)
            for gap, own in seen
        }
        out[:, column] = [shares[pair] for pair in pairs]


def _beginning(block: Block) -> str:
    """How a block begins: "12 June" like "10 June", "June 12" like any paragraph with a J."""
    return _SHAPE.sub("0", block.text[:3]) if block.text[:1].isdigit() else block.kind + block.text[:1]


def _runs(core: npt.NDArray[np.float32], out: Matrix) -> None:
    """Columns 10-12: the stretch of prose that a block belongs to, a gap of up to two short blocks allowed."""
    n = len(core)
    run_of = np.full(n, -1)
    sums: list[float] = []
    gap = 99
    for i, weight in enumerate(core.tolist()):
        if weight > 0:
            if gap > 2:
                sums.append(0.0)
            else:
                run_of[i - gap : i] = len(sums) - 1
            sums[-1] += weight
            run_of[i] = len(sums) - 1
            gap = 0
        else:
            gap += 1
    if not sums:
        return
    longest = int(np.argmax(sums))
    inside = run_of >= 0
    out[inside, 10] = np.log1p(np.array(sums, dtype=np.float32)[run_of[inside]])
    out[:, 11] = run_of == longest
    members = np.flatnonzero(run_of == longest)
    index = np.arange(n)
    below = np.where(index > members[-1], index - members[-1], 0)
    out[:, 12] = np.clip(np.where(index < members[0], index - members[0], below), -30, 30)


def _content(line: Line) -> set[str]:
    """Its words but for function words, and for short ones that nowhere begin with a capital."""
    words = set(line.lowered).difference(function_words())
    words.difference_update([word for word in words if len(word) <= 3 and not line.has_capitalised(word)])
    return words


def _overlaps(page: Page, lines: Sequence[Line], core: npt.NDArray[np.float32], out: Matrix) -> None:
    """Columns 15-19: share of a block's content words that the prose around it, the headline or the description use too."""
    is_core = (core > 0).tolist()
    prose = list(compress(lines, is_core))
    spread = Counter(chain.from_iterable(line.recall(_content) for line in prose))
    claims = [
        {word for claim in page.claimed(name)[:3] for word in Reading(claim.value).lowered} - function_words()
        for name in ("headline", "dek")
    ]
    n_core = len(prose)
    # Words that so many pieces of prose use: one more where the block is prose itself.
    several = frozenset(w for w, c in spread.items() if c > 1)
    common = {w for w in several if spread[w] > 0.5 * n_core} if n_core > 3 else set()
    used = (frozenset(spread), several)
    rare = (several - common, frozenset(w for w in several if spread[w] > 2) - common)
    known_words = used[False].union(*claims)
    firsts = {line.text[:12] for line in prose}
    known: dict[tuple[str, bool], tuple[float, ...]] = {}  # many lines of a page say the same
    rows: list[tuple[float, ...]] = []
    for line, own in zip(lines, is_core, strict=True):
        row = known.get((line.text, own))
        if row is None:
            starts_alike = not own and line.text[:12] in firsts
            if known_words.isdisjoint(line.lowered):  # a menu's words are seldom the story's
                row = (0.0, 0.0, 0.0, 0.0, starts_alike)
            else:
                bag = line.recall(_content)
                size = len(bag) or 1
                shared = bag & used[own]
                shares = [
                    len(bag & claimed) / min(size, len(claimed)) if claimed else 0.0 for claimed in claims
                ]
                row = (len(shared) / size, len(shared & rare[own]) / size, *shares, starts_alike)
            known[line.text, own] = row
        rows.append(row)
    out[:, 15:20] = _matrix(rows, 5)


_NEIGHBOUR = (
    "words", "ends_sentence", "function_share", "link_share", "is_heading", "blank_before", "symbols",
    "is_list_item", "digit_share", "capital_share", "address_share", "ends_colon", "starts_mark",
    "starts_digit",
)  # fmt: skip
_NEIGHBOUR_COLUMNS = tuple(OWN.index(name) for name in _NEIGHBOUR)
_FIELD_COLUMNS = tuple(range(7))
STEPS = (-2, -1, 1, 2)
FEATURES: tuple[str, ...] = (
    *OWN, *_EVIDENCE, *MARKUP, *_PLACE,
    *(f"{name}[{step:+d}]" for step in STEPS for name in (*_NEIGHBOUR, *_EVIDENCE[:7], "main")),
)  # fmt: skip


def feature_matrix(
    page: Page, evidence: Mapping[int, Evidence], lines: Sequence[Line] | None = None
) -> Matrix:
    """One row a block, one column a name of FEATURES; float32. `lines` are the page's, where they have been read."""
    lines = lines or [Line(block) for block in page.blocks]
    own = own_measurements(lines)
    core, prose = _core(lines, own)
    found = _evidence(lines, evidence)
    markup = markup_columns(page.blocks, core, prose)
    near = np.concatenate([own[:, _NEIGHBOUR_COLUMNS], found[:, _FIELD_COLUMNS], markup[:, :1]], axis=1)
    return np.concatenate(
        [own, found, markup, _place(page, lines, core), *(_shift(near, step) for step in STEPS)],
        axis=1,
    )


def _core(lines: Sequence[Line], own: Matrix) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Words of each block that is prose beyond doubt, else 0: of those that trafilatura takes too, where it takes two or
    more, and of all."""
    n_words = np.array([len(line.lowered) for line in lines], dtype=np.float32)
    sure = (
        (n_words >= CORE_WORDS)
        & (own[:, OWN.index("ends_sentence")] > 0)
        & (own[:, OWN.index("link_share")] < 0.5)
    )
    chosen = sure & np.array([line.block.main is not False for line in lines])
    prose = np.where(sure, n_words, 0.0).astype(np.float32)
    return (np.where(chosen, n_words, 0.0).astype(np.float32) if chosen.sum() >= 2 else prose), prose


def _shift(matrix: Matrix, step: int) -> Matrix:
    """The rows of the block `step` places on; -1 beyond the ends."""
    out = np.full_like(matrix, -1.0)
    if step > 0:
        out[: -step or None] = matrix[step:] if step < len(matrix) else out[: -step or None]
    elif -step < len(matrix):
        out[-step:] = matrix[:step]
    return out
