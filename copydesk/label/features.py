"""Measurements of blocks: what a block is like by itself, beside its neighbours, and in its document.

Structure and the words of our own resources only: no vocabulary of any page. `feature_matrix` gives one row a block for
`label/model.py`; the names in FEATURES say what each column is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import get_args

import numpy as np
import numpy.typing as npt

from copydesk.label.markup import MARKUP, markup_columns
from copydesk.records import Block, BlockKind, Page
from copydesk.resources import LANGUAGES, read_resource

Matrix = npt.NDArray[np.float32]

# ---------------------------------------------------------------- one block by itself
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_UNSPACED_CHAR = re.compile(rf"[{_UNSPACED}]")
_SENTENCE_END = re.compile(r"""[.!?…。！？؟।]["'”’»“)\]）」』]{0,3}$""")
_INNER_STOP = re.compile(r"[.!?。！？](?:[\"'”’»“)]? |(?<=[。！？]))")
_SHAPE = re.compile(r"\d+")
_DIGIT = re.compile(r"\d")
_COMMA = re.compile(r"[,;،、，；]")
_QUOTE_MARK = re.compile('["“”„«»「」『』]')
_SYMBOL = re.compile(r"[|©›»→▶►•·×✕☰]")
_SIGN = re.compile(
    r"[|©›»→▶►•·×✕☰@$€£¥₽₴₺/]"
)  # without it none of the next three finds anything, but for "www."
_AT = re.compile(r"@\w|https?://|www\.")
_MONEY = re.compile(r"[$€£¥₽₴₺]\s?\d|\d\s?[$€£¥₽₴₺]")

OWN = (
    "words", "chars", "word_length", "ends_sentence", "ends_colon", "ends_ellipsis", "starts_lower",
    "starts_digit", "starts_mark", "capital_share", "all_capitals", "digit_share", "function_share", "commas",
    "inner_stops", "quote_marks", "symbols", "at_or_url", "money", "link_share", "links", "is_heading",
    "heading_level", "is_list_item", "is_blockquote", "is_caption", "is_image", "is_table_row", "is_control",
    "is_preformatted", "bold", "blank_before", "has_datetime", "address_share", "starts_functional", "speech_words", "pronouns",
)  # fmt: skip


@cache
def _words(key: str) -> frozenset[str]:
    """One word list of `function_words.yaml`, all languages together."""
    words: set[str] = set()
    for language in LANGUAGES:
        entry = read_resource(f"{language}/function_words.yaml")
        assert isinstance(entry, dict)
        words.update(entry.get(key, ()))
    return frozenset(words)


@cache
def _function_words() -> frozenset[str]:
    """Function words, and the grammar characters of scripts without spaces."""
    return _words("words") | _words("characters")


@cache
def _address_words() -> frozenset[str]:
    """Words by which an outlet speaks of itself and to its readers, as written: German "Sie" is not "sie"."""
    return frozenset(_words("address") | {w.capitalize() for w in _words("address")})


def tokens(text: str) -> list[str]:
    """Words as written; scripts without spaces give single characters."""
    return _TOKEN.findall(text)


def ends_sentence(text: str) -> bool:
    """Does it close with a full stop or its like, quotation marks and brackets after it allowed?"""
    return _SENTENCE_END.search(text, max(0, len(text) - 6)) is not None


_KINDS = ("list_item", "blockquote", "caption", "image", "table_row", "control", "preformatted")
_IS_KIND = {kind: tuple(kind == other for other in _KINDS) for kind in get_args(BlockKind)}


def _own(block: Block, words: Sequence[str], lowered: Sequence[str]) -> tuple[float, ...]:
    text, n = block.text, len(words)
    size = n or 1
    length = len(text) or 1
    first = text[:1]
    functions = _function_words()
    functional = sum(map(functions.__contains__, lowered))
    capitals = sum([w[0].isupper() for w in words]) - (n > 0 and words[0][0].isupper())
    quoted = _QUOTE_MARK.search(text) is not None
    signed = _SIGN.search(text) is not None or "www." in text
    digits = len(_DIGIT.findall(text)) if n < 60 else 0  # in a long paragraph they say nothing
    linked = sum([link.char_end - link.char_start for link in block.links]) if block.links else 0
    return (
        math.log1p(n),
        math.log1p(len(text)),
        min(12.0, len(text) / size),
        float(ends_sentence(text)),
        float(text.endswith((":", "："))),
        float(text.endswith(("…", "..."))),
        float(first.islower()),
        float(first.isdigit()),
        float(bool(first) and not first.isalnum()),
        capitals / max(1, n - 1),
        float(text.isupper()),
        digits / max(1, len(text)),
        functional / size,
        len(_COMMA.findall(text)) / size,
        min(6.0, len(_INNER_STOP.findall(text))),
        quoted,
        signed and _SYMBOL.search(text) is not None,
        signed and _AT.search(text) is not None,
        signed and _MONEY.search(text) is not None,
        min(1.0, linked / length),
        min(5.0, len(block.links)),
        block.kind == "heading",
        block.level,
        *_IS_KIND[block.kind],
        block.bold,
        min(4.0, block.blank_before),
        block.datetime is not None,
        0.0 if quoted else sum(map(_address_words().__contains__, words)) / size,
        n > 0 and lowered[0] in functions,
        min(3.0, sum(map(_words("speech").__contains__, lowered))),
        sum(map(_words("pronouns").__contains__, lowered)) / size,
    )


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
_NO_FIELDS = (0.0,) * len(FIELD_GROUPS)
_EVIDENCE = (
    "rule_boilerplate",
    "rule_opener",
    *(f"field_{name}" for name, _ in FIELD_GROUPS),
    "since_opener",
    "repeats_in_page",
)


def _evidence(blocks: Sequence[Block], evidence: Mapping[int, Evidence]) -> Matrix:
    texts = [b.text.casefold() for b in blocks]
    seen = Counter(texts)
    rows: list[tuple[float, ...]] = []
    since, nothing = 30.0, Evidence()
    for block, text in zip(blocks, texts, strict=True):
        found = evidence.get(block.number, nothing)
        since = 0.0 if found.opener else min(30.0, since + 1)
        fields = (
            [found.field_confidence if found.field in labels else 0.0 for _, labels in FIELD_GROUPS]
            if found.field
            else _NO_FIELDS
        )
        rows.append((found.boilerplate, found.opener, *fields, since, min(4, seen[text])))
    return np.array(rows, dtype=np.float32).reshape(-1, len(_EVIDENCE))


# ---------------------------------------------------------------- the block in its document
_PLACE = (
    "count", "index_share", "from_top", "from_bottom", "core_before", "core_after", "to_first_core",
    "to_last_core", "between_core", "core_share", "run_words", "run_is_longest", "to_longest_run", "window_3",
    "window_6", "overlap_core", "overlap_rare", "overlap_headline", "overlap_description", "starts_like_core",
    "short_run", "short_run_left", "colon_above_run", "short_run_alike",
)  # fmt: skip
CORE_WORDS = 18  # a block of this many words that ends a sentence and is no list of links is prose beyond doubt in most pages


def _place(
    page: Page,
    words: Sequence[Sequence[str]],
    lowered: Sequence[Sequence[str]],
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
    _overlaps(page, words, lowered, core, out)
    _short_runs(blocks, core, out)
    return out


def _short_runs(blocks: Sequence[Block], core: npt.NDArray[np.float32], out: Matrix) -> None:
    """Columns 20-23: the stretch of blocks between two pieces of prose: its length, the place in it, whether a colon
    announces it (a list in the story), and how many of its blocks begin alike ("June 10 - …", "June 12 - …")."""
    start = 0
    for end in (*np.flatnonzero(core).tolist(), len(blocks)):
        size = end - start
        if size:
            beginnings = [_beginning(block) for block in blocks[start:end]]
            shapes = Counter(beginnings)
            announced = start > 0 and blocks[start - 1].text.endswith((":", "："))
            out[start:end, 20:24] = [
                (min(size, 30), min(i, 30), announced, shapes[beginning] / size)
                for i, beginning in enumerate(beginnings)
            ]
        start = end + 1


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


def _overlaps(
    page: Page,
    words: Sequence[Sequence[str]],
    lowered: Sequence[Sequence[str]],
    core: npt.NDArray[np.float32],
    out: Matrix,
) -> None:
    """Columns 15-19: share of a block's content words that the prose around it, the headline or the description use too."""
    function_words = _function_words()
    content = [
        {
            low
            for w, low in zip(ws, lows, strict=True)
            if (len(w) > 3 or w[0].isupper()) and low not in function_words
        }
        for ws, lows in zip(words, lowered, strict=True)
    ]
    is_core = (core > 0).tolist()
    spread = Counter(chain.from_iterable(bag for bag, inside in zip(content, is_core, strict=True) if inside))
    claims = {
        name: {word.lower() for claim in page.claimed(name)[:3] for word in tokens(claim.value)}
        - function_words
        for name in ("headline", "dek")
    }
    n_core = sum(is_core)
    common = {w for w, c in spread.items() if c > 0.5 * n_core} if n_core > 3 else set()
    # Words that so many pieces of prose use: one more where the block is prose itself.
    used = [frozenset(w for w, c in spread.items() if c > own) for own in (0, 1)]
    rare = [frozenset(w for w, c in spread.items() if c > own + 1) - common for own in (0, 1)]
    firsts = {b.text[:12] for b, inside in zip(page.blocks, is_core, strict=True) if inside}
    rows: list[tuple[float, ...]] = []
    for block, bag, own in zip(page.blocks, content, is_core, strict=True):
        size = len(bag) or 1
        shares = [
            len(bag & claimed) / min(size, len(claimed)) if claimed else 0.0 for claimed in claims.values()
        ]
        starts_alike = not own and block.text[:12] in firsts
        rows.append((len(bag & used[own]) / size, len(bag & rare[own]) / size, *shares, starts_alike))
    out[:, 15:20] = np.array(rows, dtype=np.float32).reshape(-1, 5)


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


def feature_matrix(page: Page, evidence: Mapping[int, Evidence]) -> Matrix:
    """One row a block, one column a name of FEATURES; float32."""
    words = [tokens(b.text) for b in page.blocks]
    lowered = [[w.lower() for w in ws] for ws in words]
    rows = [_own(*row) for row in zip(page.blocks, words, lowered, strict=True)]
    own = np.array(rows, dtype=np.float32).reshape(-1, len(OWN))
    core, prose = _core(page.blocks, own, words)
    found = _evidence(page.blocks, evidence)
    markup = markup_columns(page.blocks, core, prose)
    near = np.concatenate([own[:, _NEIGHBOUR_COLUMNS], found[:, _FIELD_COLUMNS], markup[:, :1]], axis=1)
    return np.concatenate(
        [own, found, markup, _place(page, words, lowered, core), *(_shift(near, step) for step in STEPS)],
        axis=1,
    )


def _core(
    blocks: Sequence[Block], own: Matrix, words: Sequence[Sequence[str]]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Words of each block that is prose beyond doubt, else 0: of those that trafilatura takes too, where it takes two or
    more, and of all."""
    n_words = np.array([len(w) for w in words], dtype=np.float32)
    sure = (
        (n_words >= CORE_WORDS)
        & (own[:, OWN.index("ends_sentence")] > 0)
        & (own[:, OWN.index("link_share")] < 0.5)
    )
    chosen = sure & np.array([b.main is not False for b in blocks])
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
