"""Two wordings of one statement: are they the same words, what did an editor change, and how to show it.

Read by `clusters`, which knows who said them and where.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from copydesk.corpus.wording import normal_words, normal_words_of, plain_words, printed_words, stem, weigh
from copydesk.rows import QuoteRelation

# What an editor puts into a quote ("they [the conscripts] are weak") is nobody's word; length-bounded, as all gaps.
_INSERTION = re.compile(r"\[[^\[\]]{1,80}\]")

SAME_SHARE = 0.7  # of both wordings' words that must agree, in order, for an edited wording
CONTAINED_SHARE = 0.85  # of the shorter one's words
LOOSEST_STRETCH = 1.4  # the words found may be spread over so many times their number
SMALL_BLOCK = 2
SHORTER = 0.8  # one that has at most this share of the other's words is a part of it, not an edit
Block = tuple[int, int, int]  # equal words: start and end in the shorter wording, start in the longer one
READABLE_PRODUCT = 250_000  # of two wordings' words; the readable comparison may take as many steps as their product, and more
SHOWN = 3  # unchanged words beside a change, and words at either end of a long change


@dataclass(frozen=True)
class Wording:
    """The words of a quote in the forms in which they are compared."""

    text: str
    language: str | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(words_said([self.text])[0])

    @cached_property
    def stems(self) -> tuple[str, ...]:
        return tuple(map(stem, self.words))

    @cached_property
    def told(self) -> tuple[str, ...]:
        """The words that say something, as stems, in order."""
        return tuple(telling_stems(self.words, self.language))

    @cached_property
    def stem_sorts(self) -> frozenset[str]:
        return frozenset(self.stems)

    @cached_property
    def told_sorts(self) -> frozenset[str]:
        return frozenset(self.told)

    @cached_property
    def length(self) -> float:
        return weigh(self.words)


def words_said(quotes: Sequence[str]) -> list[list[str]]:
    """The words of each quote, without what an editor put in."""
    return normal_words_of([_INSERTION.sub(" ", text) if "[" in text else text for text in quotes])


def telling_stems(words: Iterable[str], language: str | None) -> list[str]:
    """Those of the words that say something, as stems, in order."""
    plain = plain_words(language)
    return [stem(word) for word in words if word not in plain]


@dataclass(frozen=True, slots=True)
class Match:
    """What two wordings share, seen from the one that is compared with a longer or equal one."""

    relation: QuoteRelation
    words: float  # that agree
    told: float  # those among them that say something, by sort
    share: float  # of both wordings' words


def match(shorter: Wording, longer: Wording) -> Match | None:
    """How the first wording, which has no more words, renders the second; None where it does not."""
    if shorter.words == longer.words:
        return Match("identical", shorter.length, weigh(shorter.told_sorts), 1.0)
    mine, other = shorter.stems, longer.stems
    told = shorter.told_sorts
    if told.isdisjoint(longer.told_sorts) or len(told & longer.stem_sorts) < SAME_SHARE * len(told):
        return None  # either relation asks for more
    from rapidfuzz.distance import LCSseq

    blocks = [
        (op.src_start, op.src_end, op.dest_start) for op in LCSseq.opcodes(mine, other) if op.tag == "equal"
    ]
    agreed = [mine[at] for start, end, _ in blocks for at in range(start, end)]
    share = 2 * len(agreed) / (len(mine) + len(other))
    agreed_told = told & set(agreed)
    if len(mine) <= SHORTER * len(other) and _is_inside(mine, told, _compact(blocks)):
        relation: QuoteRelation = "contained"
    elif share >= SAME_SHARE and len(agreed_told) >= SAME_SHARE * max(len(told), len(longer.told_sorts)):
        relation = "edited"
    else:
        return None
    return Match(relation, weigh(agreed), weigh(agreed_told), share)


def _compact(blocks: list[Block]) -> list[Block]:
    """The blocks without small ones at either end that stand far from the rest: an article or a conjunction found by accident."""
    blocks = list(blocks)
    while len(blocks) > 1 and not _is_dense(blocks):
        gaps = (blocks[1][2] - _end(blocks[0]), blocks[-1][2] - _end(blocks[-2]))
        outer = 0 if gaps[0] >= gaps[1] else -1
        if blocks[outer][1] - blocks[outer][0] > SMALL_BLOCK:
            break
        blocks.pop(outer)
    return blocks


def _is_inside(words: Sequence[str], told: frozenset[str], blocks: list[Block]) -> bool:
    """Whether nearly all words, and of those that say something, stand in these blocks, close together."""
    agreed = [words[at] for start, end, _ in blocks for at in range(start, end)]
    return (
        len(agreed) >= CONTAINED_SHARE * len(words)
        and len(told & set(agreed)) >= CONTAINED_SHARE * len(told)
        and _is_dense(blocks)
    )


def _is_dense(blocks: list[Block]) -> bool:
    found = sum(end - start for start, end, _ in blocks)
    return _end(blocks[-1]) - blocks[0][2] <= LOOSEST_STRETCH * found + 1


def _end(block: Block) -> int:
    """Where a block ends in the longer wording."""
    return block[2] + block[1] - block[0]


def show_edits(wording: str, canonical: str) -> str | None:
    """What a wording changes in the canonical one, word by word; None where the words are the same.

    >>> show_edits("the soldiers refusing to go,", "The soldiers who refuse to go.")
    'The soldiers [-who refuse-]{+refusing+} to go'
    """
    old, new = printed_words(canonical), printed_words(wording)
    old_normal, new_normal = normal_words(canonical), normal_words(wording)
    if old_normal == new_normal:
        return None
    if (len(old), len(new)) != (len(old_normal), len(new_normal)):
        old, new = old_normal, new_normal  # a letter that becomes a word of its own without its case
    pieces: list[str] = []
    gone: list[str] = []
    come: list[str] = []
    operations = _operations(old_normal, new_normal)
    for number, (tag, old_start, old_end, new_start, new_end) in enumerate(operations, start=1):
        if tag == "equal":
            opens, closes = not pieces and not gone + come, number == len(operations)
            pieces += [*_changed(gone, come), _kept(old[old_start:old_end], opens, closes)]
            gone, come = [], []
        else:
            gone += old[old_start:old_end]
            come += new[new_start:new_end]
    return " ".join([*pieces, *_changed(gone, come)])


def _operations(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Equal, replaced, deleted and inserted words. Long common stretches first, as a reader sees it, where that is affordable."""
    from rapidfuzz.distance import Indel

    if len(old) * len(new) <= READABLE_PRODUCT:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end) for op in Indel.opcodes(old, new)]


def _changed(gone: list[str], come: list[str]) -> list[str]:
    shown = (f"[-{_short(gone)}-]" if gone else "") + (f"{{+{_short(come)}+}}" if come else "")
    return [shown] if shown else []


def _kept(words: list[str], opens: bool, closes: bool) -> str:
    """Unchanged words: those beside a change, and a sign for the others."""
    if len(words) <= 2 * SHOWN + 1:
        return " ".join(words)
    head = [] if opens else words[:SHOWN]
    tail = [] if closes else words[-SHOWN:]
    return " ".join([*head, "…", *tail])


def _short(words: list[str]) -> str:
    if len(words) <= 4 * SHOWN:
        return " ".join(words)
    return " ".join([*words[:SHOWN], "…", *words[-SHOWN:]])
