"""Articles that are copies of one another: the same body, nearly the same, or agency copy that several outlets print.

Copies are marked, never dropped. A group stands around its longest article, so that cut copies find the whole one, and two
articles that only share a third with each other are not joined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from copydesk.corpus.similar import SharedKeys, groups_around
from copydesk.corpus.texts import ArticleText
from copydesk.corpus.wording import word_key
from copydesk.records import DuplicateKind

if TYPE_CHECKING:
    from copydesk.corpus.scratch import Keys, Scratch
    from copydesk.corpus.similar import Pairs
    from copydesk.corpus.traces import Runs

LEAST_WORDS = 25  # of a body that can be a copy; shorter ones are captions and notices that many pages share

# Of the shorter article's word runs; a changed word spoils four of them, so this is about nine words in ten.
LEAST_SHARE = 0.55
LEAST_PART = 0.3  # of the longer article's length: a short notice inside a long report is no copy of it
ARTICLES_AT_ONCE = 1_000
KEPT_BODIES = 1_000  # in memory
PAIRS_AT_ONCE = 100_000
ASKED = 9  # members of a group that a small one is compared with before it joins
LEAST_SKETCH_SHARE = 0.25  # before the exact comparison; sketches of short articles scatter


@dataclass(frozen=True, slots=True)
class Copy:
    """An article's place among its copies."""

    group: str  # article_id of the longest of them
    kind: DuplicateKind


@dataclass(frozen=True, slots=True)
class _Body:
    """An article that can be a copy, without its text."""

    article_id: str
    outlet: str | None
    wire: str | None
    whole: int  # hash of all its words
    size: int  # runs of words
    place: int  # where they lie in the file, in bytes


class Bodies:
    """The bodies of all articles that can be copies; their runs of words lie in a file."""

    def __init__(self, scratch: Scratch) -> None:
        self._file = scratch.file()
        self._index = SharedKeys(scratch)
        self._bodies: list[_Body] = []
        self._waiting: list[tuple[Keys, int]] = []  # the last ones' sketches and ties
        self.runs = lru_cache(maxsize=KEPT_BODIES)(self._read)

    def __getitem__(self, number: int) -> _Body:
        return self._bodies[number]

    def add(self, article: ArticleText) -> None:
        trace = article.trace
        if trace.words < LEAST_WORDS:
            return
        self._waiting.append((trace.sketch, word_key(article.article_id)))
        place = self._file.append(trace.runs)
        self._bodies.append(
            _Body(article.article_id, article.outlet, article.wire, trace.whole, len(trace.runs), place)
        )
        if len(self._waiting) == ARTICLES_AT_ONCE:
            self._flush()

    def copies(self) -> dict[str, Copy]:
        """Copies by article_id; articles without any are absent. Asked once, when all are in."""
        self._flush()
        return dict(sorted(_copies(self, self._index.pairs(1, LEAST_SKETCH_SHARE))))

    def _flush(self) -> None:
        import numpy as np

        if self._waiting:
            sketches, ties = zip(*self._waiting, strict=True)
            numbers = np.arange(len(self._bodies) - len(ties), len(self._bodies))
            sizes = np.array(list(map(len, sketches)), np.int32)
            self._index.add(numbers, np.concatenate(sketches), sizes, np.array(ties, np.uint64))
            self._waiting = []

    def are_copies(self, first: int, second: int) -> bool:
        shorter, longer = sorted((self[first].size, self[second].size))
        return shorter >= LEAST_PART * longer and is_copy(self.runs(first), self.runs(second))

    def _read(self, number: int) -> Runs:
        import numpy as np

        body = self[number]
        return self._file.read(body.place, body.size, np.uint32)


def _copies(bodies: Bodies, pairs: Pairs) -> Iterator[tuple[str, Copy]]:
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        for first, second in pairs[start : start + PAIRS_AT_ONCE].tolist():
            if bodies.are_copies(first, second):
                neighbours[first].add(second)
                neighbours[second].add(first)

    def rank(item: int, left: set[int]) -> tuple[int, str]:
        return -bodies[item].size, bodies[item].article_id

    for members in _merged(groups_around(neighbours, rank), neighbours, bodies):
        if len(members) < 2:
            continue
        group = [bodies[member] for member in members]
        kinds = _kinds(group)
        yield from (
            (body.article_id, Copy(group[0].article_id, kind))
            for body, kind in zip(group, kinds, strict=True)
        )


def _merged(
    groups: Iterable[tuple[int, list[int]]], neighbours: Mapping[int, set[int]], bodies: Bodies
) -> list[list[int]]:
    """The groups, where those that most members of another one resemble have joined it.

    Of hundreds of versions of one text, each changed in places of its own, not all are alike to the longest.
    """
    merged: list[list[int]] = []
    home: dict[int, int] = {}  # the group of each item so far
    for centre, members in groups:
        linked = {home[other] for member in members for other in neighbours[member] if other in home}
        for place in sorted(linked):
            asked = merged[place][:ASKED]
            alike = sum(bodies.are_copies(centre, member) for member in asked)
            if 2 * alike > len(asked):
                break
        else:
            place = len(merged)
            merged.append([])
        merged[place] += members
        home.update(dict.fromkeys(members, place))
    return merged


def is_copy(first: Runs, second: Runs) -> bool:
    """Whether the shorter of two articles, as sorted keys of word runs, is nearly all in the other, and a good part of it."""
    import numpy as np

    shorter, longer = sorted((len(first), len(second)))
    if shorter < LEAST_PART * longer:
        return False
    together = np.concatenate((first, second))
    together.sort(kind="stable")  # merges two that are sorted
    return int(np.count_nonzero(together[1:] == together[:-1])) >= LEAST_SHARE * shorter


def _kinds(group: list[_Body]) -> list[DuplicateKind]:
    """The kind of each copy; the longest article, the first, takes the kind of what is copied from it."""
    counted: defaultdict[int, int] = defaultdict(int)
    for body in group:
        counted[body.whole] += 1
    longest = group[0]

    def syndicated(body: _Body) -> bool:
        """Another outlet prints it, or it credits an agency and nobody knows the outlets; not an outlet's own second version."""
        if body.outlet is not None and longest.outlet is not None:
            return body.outlet != longest.outlet
        return bool(body.wire or longest.wire)

    kinds: list[DuplicateKind] = [
        "exact" if counted[body.whole] > 1 else "syndicated" if syndicated(body) else "near"
        for body in group[1:]
    ]
    own: DuplicateKind = (
        "exact" if counted[longest.whole] > 1 else "syndicated" if "syndicated" in kinds else "near"
    )
    return [own, *kinds]
