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
Nodes = npt.NDArray[np.int32]
_ROWS_AT_ONCE = 32  # whose paths fit into the processor's cache


@dataclass(frozen=True, slots=True)
class Forest:
    """All trees as flat arrays over one run of node numbers.

    The children of a node lie side by side, the lower one at `child`; a leaf is its own child and its threshold is
    infinite, so that a walk of `depth` steps ends in it from wherever it reached it.
    """

    root: Nodes
    feature: Nodes
    threshold: npt.NDArray[np.float32]
    child: Nodes
    # Mean log-odds at every node, inner ones too, so that a path explains itself.
    value: npt.NDArray[np.float32]
    depth: int

    # Of each node the features that the path to it asked, and what their answers added; the last feature stands for none.
    asked: npt.NDArray[np.intp]
    gain: npt.NDArray[np.float64]

    def leaves(self, matrix: Matrix) -> Nodes:
        """Where each row ends in each tree; shape (rows, trees)."""
        rows, width = matrix.shape
        cells = np.ascontiguousarray(matrix).ravel()
        base = (np.arange(rows, dtype=np.int32) * width)[:, None]
        node = np.broadcast_to(self.root, (rows, len(self.root)))
        for _ in range(self.depth):
            cell = base + self.feature.take(node)
            node = self.child.take(node) + (cells.take(cell) > self.threshold.take(node))
        return node

    def probability(self, leaves: Nodes) -> npt.NDArray[np.float32]:
        """Of each row of leaves, the probability of being body; shape (rows,)."""
        odds = self.value.take(leaves).sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)

    def reasons(self, leaves: Nodes) -> list[str]:
        """Of each row of leaves, the measurement that spoke most against body (path contributions, summed over the trees)."""
        return [
            FEATURES[i]
            for start in range(0, len(leaves), _ROWS_AT_ONCE)
            for i in self._most_against(leaves[start : start + _ROWS_AT_ONCE])
        ]

    def _most_against(self, leaves: Nodes) -> list[int]:
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


def forest_of(trees: Sequence[dict[str, list[float]]]) -> Forest:
    """Trees as lists (feature, threshold, left, right, value by node; a leaf leads to itself) made one run of nodes."""
    root: list[int] = []
    feature: list[int] = []
    threshold: list[float] = []
    child: list[int] = []
    value: list[float] = []
    parent: list[int] = []
    longest = 0
    for tree in trees:
        root.append(len(value))
        parent.append(len(value))
        queue = [(0, 0)]  # breadth first: children are queued as pairs, hence lie side by side
        after = len(value) + 1  # where the next pair will lie
        for node, depth in queue:
            longest = max(longest, depth)
            is_leaf = tree["left"][node] == node
            feature.append(int(tree["feature"][node]))
            threshold.append(np.inf if is_leaf else tree["threshold"][node])
            value.append(tree["value"][node])
            child.append(len(child) if is_leaf else after)
            if not is_leaf:
                parent += [len(child) - 1] * 2
                after += 2
                queue += [(int(tree["left"][node]), depth + 1), (int(tree["right"][node]), depth + 1)]
    values = np.array(value, dtype=np.float32)
    asked, gain = _paths(np.array(feature, dtype=np.int32), np.array(parent), values, longest)
    return Forest(
        np.array(root, dtype=np.int32),
        np.array(feature, dtype=np.int32),
        np.array(threshold, dtype=np.float32),
        np.array(child, dtype=np.int32),
        values,
        longest,
        asked,
        gain,
    )


def _paths(
    feature: Nodes, parent: npt.NDArray[np.int_], value: npt.NDArray[np.float32], depth: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """`asked` and `gain` of a forest: from every node up to its root, which is its own parent."""
    asked = np.full((len(value), depth), len(FEATURES), dtype=np.intp)
    gain = np.zeros((len(value), depth))
    node = np.arange(len(value))
    for step in range(depth):
        above = parent[node]
        inner = above != node
        asked[inner, step] = feature[above[inner]]
        gain[:, step] = value[node] - value[above]
        node = above
    return asked, gain
