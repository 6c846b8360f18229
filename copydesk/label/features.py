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
from itertools import chain, compress, filterfalse, pairwise

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
    openers: list[int] = []
    for i, line in enumerate(lines):
        found = evidence.get(line.block.number)
        if found is not None and (found.boilerplate or found.field is not None):
            out[i, 0] = found.boilerplate
            if found.opener:
                out[i, 1] = 1.0
                openers.append(i)
            if found.field in _GROUP_OF:
                out[i, 2 + _GROUP_OF[found.field]] = found.field_confidence
    out[:, 7] = 30.0
    for i in openers:
        out[i : i + 30, 7] = _FIRST_30[: len(lines) - i]
    out[:, 8] = 1.0
    alike = Counter([line.plain for line in lines])
    if len(alike) < len(lines):
        twice = {i: line.text.casefold() for i, line in enumerate(lines) if alike[line.plain] > 1}
        seen = Counter(twice.values())
        for i, text in twice.items():
            out[i, 8] = min(4, seen[text])
    return out


_FIRST_30 = np.arange(30, dtype=np.float32)


def _matrix(rows: Sequence[Iterable[float]], width: int) -> Matrix:
    """Rows of numbers as an array; one by one they are taken twice as fast as by `numpy.array`."""
    numbers = np.fromiter(chain.from_iterable(rows), dtype=np.float32, count=len(rows) * width)
    return numbers.reshape(-1, width)


# ---------------------------------------------------------------- the block in its document
_PLACE = (
    "count", "index_share", "from_top", "from_bottom", "core_before", "core_after", "to_first_core",
    "to_last_core", "between_core", "core_share", "run_words", "run_is_longest", "to_longest_run", "window_3",
    "window_6", "overlap_core", "overlap_rare", "overlap_headline", "overlap_description", "starts_like_core",
    "short_run", "short_run_left", "colon_above_run", "short_run_alike", "gap_below", "gaps_around",
)  # fmt: skip
WINDOWS = (3, 6)
GAP_LINES, _EDGE = 3, -1  # more empty lines say no more; what stands above the first block and below the last
CORE_WORDS = 18  # a block of this many words that ends a sentence and is no list of links is prose beyond doubt in most pages


def _place(
    page: Page,
    lines: Sequence[Line],
    core: npt.NDArray[np.float32],
) -> Matrix:
    """One row a name of _PLACE, one column a block."""
    blocks = page.blocks
    n = len(blocks)
    out = np.zeros((len(_PLACE), n), dtype=np.float32)
    index = np.arange(n, dtype=np.float32)
    out[0] = math.log1p(n)
    out[1] = index / max(1, n - 1)
    out[2] = np.minimum(index, 60)
    out[3] = out[2, ::-1]
    # The words of prose up to each block, with as many more places at either end as the widest window reaches.
    reach = max(WINDOWS)
    upto = np.zeros(n + 2 * reach + 1)
    np.cumsum(core, out=upto[reach + 1 : reach + 1 + n])
    upto[reach + 1 + n :] = upto[reach + n]
    total = float(upto[-1]) or 1.0
    before = upto[reach : reach + n]
    out[4] = before / total
    out[5] = (total - before - core) / total
    where: list[int] = core.nonzero()[0].tolist()
    if where:
        first, last = where[0], where[-1]
        out[6] = _distance(index, first)
        out[7] = _distance(index, last)
        out[8, first : last + 1] = 1.0
        _runs(core, where, index, out)
    out[9] = len(where) / max(1, n)
    for column, width in zip((13, 14), WINDOWS, strict=True):
        sums = upto[reach + 1 + width :][:n] - upto[reach - width :][:n]
        out[column] = np.log1p(sums - core)
    _overlaps(page, lines, core, out)
    _short_runs(blocks, where, index, out)
    _gaps(blocks, core, out)
    return out


def _distance(index: npt.NDArray[np.float32], place: int) -> npt.NDArray[np.float32]:
    """How far below a place each block stands, above it less than 0; what is 30 or more off is 30."""
    return np.maximum(np.minimum(index - place, 30), -30)


def _short_runs(
    blocks: Sequence[Block], where: Sequence[int], index: npt.NDArray[np.float32], out: Matrix
) -> None:
    """Rows 20-23: the stretch of blocks between two pieces of prose: its length, the place in it, whether a colon
    announces it (a list in the story), and how many of its blocks begin alike ("June 10 - …", "June 12 - …")."""
    start = 0
    for end in (*where, len(blocks)):
        if size := end - start:
            out[20, start:end] = min(size, 30)
            if start > 0 and blocks[start - 1].text.endswith((":", "：")):
                out[22, start:end] = 1.0
            if size == 1:
                out[23, start] = 1.0
            else:
                out[21, start:end] = np.minimum(index[:size], 30)
                beginnings = list(map(_beginning, blocks[start:end]))
                shapes = Counter(beginnings)
                out[23, start:end] = [shapes[beginning] / size for beginning in beginnings]
        start = end + 1


def _gaps(blocks: Sequence[Block], core: npt.NDArray[np.float32], out: Matrix) -> None:
    """Rows 24-25: whether the empty lines below a block, and those above and below it, are as many as at prose (up to 1) or
    as at what is none (down to -1): in many dumps a paragraph has one below it, a teaser or a caption has none."""
    lines = [block.blank_before for block in blocks]
    if not any(lines):
        return
    gaps = np.full(len(lines) + 1, _EDGE)
    gaps[1:-1] = np.minimum(lines[1:], GAP_LINES)
    gaps -= _EDGE  # as numbers from 0 on
    above, below = gaps[:-1], gaps[1:]
    is_core = core > 0
    n_core = np.count_nonzero(is_core)
    n_other = len(lines) - n_core
    for row, gap in ((24, below), (25, above * (GAP_LINES - _EDGE + 1) + below)):
        pairs = gap * 2 + is_core
        seen = [*np.bincount(pairs).tolist(), 0]  # of each gap at what is no prose, then at prose
        shares = [0.0] * len(seen)
        for pair in set(pairs.tolist()):
            own, other = pair & 1, ~pair & 1
            # Of the others of each kind, the share that has the same gap; a half where there are no others.
            at_core = (seen[pair | 1] - own + 0.5) / (n_core - own + 1)
            shares[pair] = at_core - (seen[pair & ~1] - other + 0.5) / (n_other - other + 1)
        out[row] = np.array(shares).take(pairs)


def _beginning(block: Block) -> str:
    """How a block begins: "12 June" like "10 June", "June 12" like any paragraph with a J."""
    first = block.text[:1]
    return _SHAPE.sub("0", block.text[:3]) if first.isdigit() else block.kind + first


def _runs(
    core: npt.NDArray[np.float32], where: Sequence[int], index: npt.NDArray[np.float32], out: Matrix
) -> None:
    """Rows 10-12: the stretch of prose that a block belongs to, a gap of up to two short blocks allowed."""
    starts = [where[0], *(below for above, below in pairwise(where) if below - above > 3)]
    ends = [*(above + 1 for above, below in pairwise(where) if below - above > 3), where[-1] + 1]
    sums = np.add.reduceat(core, starts)
    longest = int(sums.argmax())
    for start, end, words in zip(starts, ends, np.log1p(sums), strict=True):
        out[10, start:end] = words
    start, end = starts[longest], ends[longest]
    out[11, start:end] = 1.0
    out[12] = _distance(index, end - 1)
    out[12, :start] = _distance(index[:start], start)
    out[12, start:end] = 0.0


def _content(line: Line) -> set[str]:
    """Its words but for function words, and for short ones that nowhere begin with a capital."""
    words = set(filterfalse(function_words().__contains__, line.lowered))
    words.difference_update([word for word in words if len(word) <= 3 and not line.has_capitalised(word)])
    return words


def _overlaps(page: Page, lines: Sequence[Line], core: npt.NDArray[np.float32], out: Matrix) -> None:
    """Rows 15-19: share of a block's content words that the prose around it, the headline or the description use too."""
    is_core = (core > 0).tolist()
    prose = list(compress(lines, is_core))
    spread = Counter(chain.from_iterable([line.recall(_content) for line in prose]))
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
    known: dict[str, tuple[float, ...]] = {}  # many lines of a page say the same
    rows: list[tuple[float, ...]] = []
    for line, own in zip(lines, is_core, strict=True):
        row = None if own else known.get(line.text)
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
            if not own:
                known[line.text] = row
        rows.append(row)
    out[15:20] = _matrix(rows, 5).T


_NEIGHBOUR = (
    "words", "ends_sentence", "function_share", "link_share", "is_heading", "blank_before", "symbols",
    "is_list_item", "digit_share", "capital_share", "address_share", "ends_colon", "starts_mark",
    "starts_digit",
)  # fmt: skip
_NEIGHBOUR_COLUMNS = np.array([OWN.index(name) for name in _NEIGHBOUR])
_FIELD_COLUMNS = 7
STEPS = (-2, -1, 1, 2)
FEATURES: tuple[str, ...] = (
    *OWN, *_EVIDENCE, *MARKUP, *_PLACE,
    *(f"{name}[{step:+d}]" for step in STEPS for name in (*_NEIGHBOUR, *_EVIDENCE[:_FIELD_COLUMNS], "main")),
)  # fmt: skip


def feature_matrix(
    page: Page, evidence: Mapping[int, Evidence], lines: Sequence[Line] | None = None
) -> Matrix:
    """One row a block, one column a name of FEATURES; float32. `lines` are the page's, where they have been read."""
    lines = lines or [Line(block) for block in page.blocks]
    n = len(lines)
    own = own_measurements(lines)
    core, prose = _core(lines, own)
    found = _evidence(lines, evidence)
    markup = markup_columns(page.blocks, core, prose)
    near = np.full((n + STEPS[-1] - STEPS[0], len(_NEIGHBOUR) + _FIELD_COLUMNS + 1), -1.0, dtype=np.float32)
    here = near[-STEPS[0] :][:n]
    here[:, : len(_NEIGHBOUR)] = own.take(_NEIGHBOUR_COLUMNS, axis=1)
    here[:, len(_NEIGHBOUR) : -1] = found[:, :_FIELD_COLUMNS]
    here[:, -1] = markup[:, 0]
    # The rows of the block so many places on; -1 beyond the ends.
    neighbours = [near[step - STEPS[0] :][:n] for step in STEPS]
    return np.concatenate([own, found, markup, _place(page, lines, core).T, *neighbours], axis=1)


def _core(lines: Sequence[Line], own: Matrix) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Words of each block that is prose beyond doubt, else 0: of those that trafilatura takes too, where it takes two or
    more, and of all."""
    n_words = np.array([len(line.lowered) for line in lines], dtype=np.float32)
    sure = (n_words >= CORE_WORDS) & (own[:, _ENDS_SENTENCE] > 0) & (own[:, _LINK_SHARE] < 0.5)
    prose = n_words * sure
    refused = [i for i, line in enumerate(lines) if line.block.main is False]
    if not refused:
        return prose, prose
    chosen = prose.copy()
    chosen[refused] = 0.0
    return (chosen if np.count_nonzero(chosen) >= 2 else prose), prose


_ENDS_SENTENCE, _LINK_SHARE = OWN.index("ends_sentence"), OWN.index("link_share")
