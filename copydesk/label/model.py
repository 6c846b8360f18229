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

    def probability(self, matrix: Matrix) -> npt.NDArray[np.float32]:
        """Of each row, the probability of being body; shape (rows,)."""
        node, _ = self._walk(matrix, explain=False)
        odds = self.value.take(node).sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)

    def reasons(self, matrix: Matrix) -> list[str]:
        """Of each row, the measurement that spoke most against body (path contributions, summed over the trees)."""
        _, share = self._walk(matrix, explain=True)
        return [FEATURES[i] for i in share.argmin(axis=1)]

    def _walk(self, matrix: Matrix, *, explain: bool) -> tuple[Nodes, npt.NDArray[np.float64]]:
        rows, width = matrix.shape
        cells = np.ascontiguousarray(matrix).ravel()
        base = (np.arange(rows, dtype=np.int32) * width)[:, None]
        node = np.broadcast_to(self.root, (rows, len(self.root)))
        share = np.zeros(rows * width if explain else 0)
        for _ in range(self.depth):
            cell = base + self.feature.take(node)
            after = self.child.take(node) + (cells.take(cell) > self.threshold.take(node))
            if explain:
                gain = self.value.take(after) - self.value.take(node)
                share += np.bincount(cell.ravel(), weights=gain.ravel(), minlength=len(share))
            node = after
        return node, share.reshape(rows, width) if explain else share


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
    longest = 0
    for tree in trees:
        root.append(len(value))
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
                after += 2
                queue += [(int(tree["left"][node]), depth + 1), (int(tree["right"][node]), depth + 1)]
    return Forest(
        np.array(root, dtype=np.int32),
        np.array(feature, dtype=np.int32),
        np.array(threshold, dtype=np.float32),
        np.array(child, dtype=np.int32),
        np.array(value, dtype=np.float32),
        longest,
    )
