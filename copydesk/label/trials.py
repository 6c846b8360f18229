"""Patterns of rules with what a text must hold before one is run, and the index that finds those worth running."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.label.anchors import ASCII
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
    openings: frozenset[str]  # of the ASCII characters
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
        self._anchorless = _bits(not trial.anchors for trial in trials)
        self._opening = {char: _bits(char in trial.openings for trial in trials) for char in ASCII}
        self._fitting: dict[int, int] = {}  # by length in words

    def worth(self, keys: frozenset[str], words: int, first: str) -> list[Trial]:
        """The trials that a text of so many words is worth that has these of the index's keys and begins with `first`."""
        trials = self._trials
        left = self._fit(words) & self._opening.get(first, -1)
        if keys:
            held, held_by = self._unasked, self._held
            for key in keys:
                held |= held_by[key]
            left &= held
            for _ in range(1, ANCHORS):
                held >>= len(trials)
                left &= held
        else:
            left &= self._anchorless
        found: list[Trial] = []
        while left:
            number = left.bit_length() - 1
            left ^= 1 << number
            found.append(trials[number])
        return found

    def _fit(self, words: int) -> int:
        """The trials for texts of so many words."""
        if words not in self._fitting:
            self._fitting[words] = _bits(
                trial.min_words <= words <= trial.max_words for trial in self._trials
            )
        return self._fitting[words]


def _bits(flags: Iterable[bool]) -> int:
    """A number with a bit set for each that holds."""
    return sum(1 << number for number, flag in enumerate(flags) if flag)
