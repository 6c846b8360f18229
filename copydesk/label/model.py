"""The learned part of the labeller: how probable it is that a block is body, and which measurement said so.

Boosted trees, trained by `benchmarks/train_labeller.py` and kept as JSON in `resources/common/`; here they are only
evaluated, all trees and many blocks of a page at once in numpy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from copydesk.errors import ContractError
from copydesk.label.features import FEATURES, Matrix

Family = Literal["dump", "html"]
Leaves = npt.NDArray[np.intp]
Tree = Mapping[str, Sequence[float]]
# So that what is computed of them stays in the processor's cache.
_ROWS_AT_ONCE = 96
_REASONS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Forest:
    """All trees as flat arrays, evaluated without walking them.

    Every question of every tree is put to every row. An answer above the threshold shuts the leaves below the other branch;
    of those that stay open the first is where the row ends (Lucchese et al. 2015, QuickScorer).
    """

    # Of each question; half of them are put by several trees.
    feature: npt.NDArray[np.intp]
    threshold: npt.NDArray[np.float32]
    # Of each place for a question, in arrays of shape (questions a tree, trees); what a short tree lacks shuts nothing.
    question: npt.NDArray[np.intp]
    shuts: npt.NDArray[np.unsignedinteger[Any]]  # a bit a leaf
    # Log-odds of every leaf, tree after tree, and the features that the path to it asked with what their answers added; the
    # last feature stands for none.
    value: npt.NDArray[np.float32]
    asked: npt.NDArray[np.intp]
    gain: npt.NDArray[np.float64]

    def leaves(self, matrix: Matrix) -> Leaves:
        """Where each row ends in each tree; shape (rows, trees)."""
        places, trees = self.question.shape
        out = np.empty((len(matrix), trees), dtype=np.intp)
        first = np.arange(trees) * (places + 1)
        question, threshold = self.question.ravel(), self.threshold.reshape(-1, 1)
        shuts = self.shuts.reshape(-1, 1)
        for start in range(0, len(matrix), _ROWS_AT_ONCE):
            rows = np.ascontiguousarray(matrix[start : start + _ROWS_AT_ONCE].T)
            above = (rows.take(self.feature, axis=0) > threshold).take(question, axis=0)
            shut = np.bitwise_or.reduce((above * shuts).reshape(places, trees, -1), axis=0)
            lowest_open = (~shut & (shut + 1)).astype(
                np.float32
            )  # a power of two, of which frexp tells the exponent
            out[start : start + _ROWS_AT_ONCE] = (np.frexp(lowest_open)[1] - 1).T + first
        return out

    def probability(self, leaves: Leaves) -> npt.NDArray[np.float32]:
        """Of each row of leaves, the probability of being body; shape (rows,)."""
        odds = self.value.take(leaves).sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)

    def reasons(self, leaves: Leaves) -> list[str]:
        """Of each row of leaves, the measurement that spoke most against body (path contributions, summed over the trees)."""
        return [
            FEATURES[i]
            for start in range(0, len(leaves), _REASONS_AT_ONCE)
            for i in self._most_against(leaves[start : start + _REASONS_AT_ONCE])
        ]

    def _most_against(self, leaves: Leaves) -> list[int]:
        width = len(FEATURES) + 1
        cells = self.asked.take(leaves, axis=0)
        cells += (np.arange(len(leaves)) * width)[:, None, None]
        gain = self.gain.take(leaves, axis=0)
        share = np.bincount(cells.ravel(), weights=gain.ravel(), minlength=len(leaves) * width)
        return share.reshape(-1, width)[:, :-1].argmin(axis=1).tolist()  # type: ignore[no-any-return]  # numpy's Any


@cache
def load_forest(family: Family) -> Forest:
    """The bundled model for dumps (text and Markdown) or HTML. Raises ContractError where it does not fit the code."""
    name = f"common/labeller_{family}.json"
    raw: dict[str, Any] = json.loads(files("copydesk.resources").joinpath(name).read_text("utf-8"))
    if raw["features"] != list(FEATURES):
        raise ContractError(
            f"{name} was trained on other measurements; run benchmarks/train_labeller.py again"
        )
    return forest_of(raw["trees"])


def forest_of(trees: Sequence[Tree]) -> Forest:
    """Trees as lists (feature, threshold, left, right, value by node; a leaf leads to itself) made flat arrays.

    None may have more than 64 leaves.
    """
    paths = [list(_paths(tree)) for tree in trees]
    leaves = max(map(len, paths))
    depth = max(len(path) for tree in paths for path in tree)
    shape = (leaves - 1, len(trees))
    questions: dict[tuple[float, float], int] = {}
    question = np.zeros(shape, dtype=np.intp)
    shuts = np.zeros(shape, dtype=np.min_scalar_type((1 << leaves) - 1))
    ways: list[
        list[int]
    ] = []  # of each leaf the nodes that lead to it, numbered over all trees; it fills the rest
    root = 0
    for number, tree in enumerate(trees):
        inner = [node for node, left in enumerate(tree["left"]) if left != node]
        shut = dict.fromkeys(inner, 0)
        for leaf, path in enumerate(paths[number]):
            ways.append([root + node for node in path] + [root + path[-1]] * (depth - len(path)))
            for node, below in pairwise(path):
                shut[node] |= (below == tree["left"][node]) << leaf
        ways += [[root] * depth] * (leaves - len(paths[number]))
        question[: len(inner), number] = [
            questions.setdefault((tree["feature"][node], tree["threshold"][node]), len(questions))
            for node in inner
        ]
        shuts[: len(inner), number] = list(shut.values())
        root += len(tree["left"])
    way = np.array(ways)
    value = np.array([value for tree in trees for value in tree["value"]], dtype=np.float32)[way]
    asks = np.array([feature for tree in trees for feature in tree["feature"]], dtype=np.intp)[way[:, :-1]]
    asked = np.where(way[:, 1:] == way[:, :-1], len(FEATURES), asks)
    return Forest(
        np.array([feature for feature, _ in questions], dtype=np.intp),
        np.array([threshold for _, threshold in questions], dtype=np.float32),
        question,
        shuts,
        value[:, -1].copy(),
        asked,
        np.diff(value).astype(np.float64),
    )


def _paths(tree: Tree, node: int = 0) -> Iterator[tuple[int, ...]]:
    """The nodes from the root to each leaf, those of lower answers first."""
    if tree["left"][node] == node:
        yield (node,)
        return
    for side in ("left", "right"):
        for path in _paths(tree, int(tree[side][node])):
            yield (node, *path)
