"""Patterns of rules with what a text must hold before one is run, and the index that finds those worth running."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from copydesk.label.rulefile import Scope

MAX_CHARS = 600  # what of a text patterns look at; a letter to readers shows itself in its first sentences
ANCHORS = 3  # of a pattern's that are asked for; a fourth refuses hardly a text more


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A pattern of a rule and when to run it."""

    rule: int
    min_words: int
    max_words: int
    anchors: tuple[frozenset[str], ...]  # without any it is tried on every text
    needles: tuple[str, ...]
    scope: Scope
    pattern: re.Pattern[str]

    def holds(self, text: str) -> bool:
        if self.scope == "line":
            if len(text) > MAX_CHARS:
                return False
            if self.pattern.fullmatch(text):
                return True
            return text.endswith(":") and self.pattern.fullmatch(text[:-1]) is not None
        head = text[:MAX_CHARS]
        return (self.pattern.match(head) if self.scope == "prefix" else self.pattern.search(head)) is not None


class Index:
    """The trials by what keys a text has.

    A trial is a bit, once for each of its first ANCHORS anchors. Each key sets the bits of the anchors that it is in; a text
    is worth the trials all of whose bits its keys set.
    """

    keys: frozenset[str]  # every key that an anchor asks for

    def __init__(self, trials: Sequence[Trial]) -> None:
        self._trials = trials
        held: defaultdict[str, int] = defaultdict(int)
        self._unasked = 0
        for place in range(ANCHORS):
            for number, trial in enumerate(trials):
                bit = 1 << place * len(trials) + number
                if place >= len(trial.anchors):
                    self._unasked |= bit
                    continue
                for key in trial.anchors[place]:
                    held[key] |= bit
        self._held = dict(held)
        self.keys = frozenset(held)
        self._fitting: dict[int, int] = {}  # by length in words

    def worth(self, keys: Iterable[str], words: int) -> Iterator[Trial]:
        """The trials that a text of so many words is worth that has these of the index's keys."""
        held = self._unasked
        for key in keys:
            held |= self._held[key]
        trials = self._trials
        left = held & self._fit(words)
        for _ in range(1, ANCHORS):
            held >>= len(trials)
            left &= held
        while left:
            number = left.bit_length() - 1
            left ^= 1 << number
            yield trials[number]

    def _fit(self, words: int) -> int:
        """The trials for texts of so many words."""
        if words not in self._fitting:
            self._fitting[words] = sum(
                1 << number
                for number, trial in enumerate(self._trials)
                if trial.min_words <= words <= trial.max_words
            )
        return self._fitting[words]
