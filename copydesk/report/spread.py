"""How a measure is spread: each value with how often it occurs, small whatever the number of rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate


@dataclass(frozen=True)
class Spread:
    """Values in rising order, each once, with its count."""

    pairs: tuple[tuple[float, int], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, int]]) -> Spread:
        return cls(tuple(sorted((float(value), int(count)) for value, count in pairs)))

    @cached_property
    def _below(self) -> list[int]:
        return list(accumulate(count for _, count in self.pairs))

    @property
    def total(self) -> int:
        """How many were measured."""
        return self._below[-1] if self.pairs else 0

    @property
    def least(self) -> float:
        return self.pairs[0][0]

    @property
    def most(self) -> float:
        return self.pairs[-1][0]

    def quantile(self, share: float) -> float:
        """The least value that this share of all does not exceed.

        >>> Spread.of([(1, 2), (5, 1), (9, 1)]).quantile(0.5)
        1.0
        """
        return self.pairs[bisect_left(self._below, share * self.total)][0]

    @property
    def median(self) -> float:
        return self.quantile(0.5)
