"""The learned part of the labeller: how probable it is that a block is body, and which measurement said so.

Boosted trees, trained by `benchmarks/train_labeller.py` and kept as JSON in `resources/common/`; here they are only
evaluated, all blocks and all trees of a page at once in numpy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from copydesk.errors import ContractError
from copydesk.label.features import FEATURES, Matrix

Family = Literal["dump", "html"]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees as flat arrays, padded to one size: row t is tree t, column k its node k; a leaf leads to itself."""

    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float32]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]  # mean log-odds at every node, inner ones too, so that a path explains itself
    depth: int
    bias: float

    def probability(self, matrix: Matrix) -> npt.NDArray[np.float32]:
        """Of each row, the probability of being body; shape (rows,)."""
        rows = np.arange(len(matrix))[:, None]
        trees = np.arange(len(self.feature))[None, :]
        node = np.zeros((len(matrix), len(self.feature)), dtype=np.int32)
        for _ in range(self.depth):
            low = matrix[rows, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(low, self.left[trees, node], self.right[trees, node])
        odds = self.value[trees, node].sum(axis=1) + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)

    def reasons(self, matrix: Matrix) -> list[str]:
        """Of each row, the measurement that spoke most against body (path contributions, summed over the trees)."""
        rows = np.arange(len(matrix))[:, None]
        trees = np.arange(len(self.feature))[None, :]
        node = np.zeros((len(matrix), len(self.feature)), dtype=np.int32)
        share = np.zeros((len(matrix), len(FEATURES)), dtype=np.float32)
        for _ in range(self.depth):
            feature = self.feature[trees, node]
            low = matrix[rows, feature] <= self.threshold[trees, node]
            after = np.where(low, self.left[trees, node], self.right[trees, node])
            np.add.at(share, (np.broadcast_to(rows, feature.shape), feature), self.value[trees, after] - self.value[trees, node])
            node = after
        return [FEATURES[i] for i in share.argmin(axis=1)]


@cache
def load_forest(family: Family) -> Forest:
    """The bundled model for dumps (text and Markdown) or HTML. Raises ContractError where it does not fit the code."""
    raw: dict[str, Any] = json.loads(files("copydesk.resources").joinpath(f"common/labeller_{family}.json").read_text("utf-8"))
    if raw["features"] != list(FEATURES):
        raise ContractError(f"labeller_{family}.json was trained on other measurements; run benchmarks/train_labeller.py again")
    return forest_of(raw["trees"], raw["bias"])


def forest_of(trees: Sequence[dict[str, list[float]]], bias: float) -> Forest:
    """Pad trees of different size to one array each."""
    width = max(len(t["feature"]) for t in trees)

    def stack(name: str, dtype: type) -> npt.NDArray[Any]:
        out = np.zeros((len(trees), width), dtype=dtype)
        for i, tree in enumerate(trees):
            out[i, : len(tree[name])] = tree[name]
        return out

    left, right = stack("left", np.int32), stack("right", np.int32)
    return Forest(stack("feature", np.int32), stack("threshold", np.float32), left, right, stack("value", np.float32), _depth(left, right), bias)


def _depth(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> int:
    """Length of the longest path from a root to a leaf."""
    longest = 0
    for lefts, rights in zip(left.tolist(), right.tolist(), strict=True):
        stack = [(0, 0)]
        while stack:
            node, depth = stack.pop()
            longest = max(longest, depth)
            if lefts[node] != node:
                stack += [(lefts[node], depth + 1), (rights[node], depth + 1)]
    return longest
