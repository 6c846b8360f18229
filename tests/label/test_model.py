"""The forest: its flat evaluation ends where a walk down each tree does, and explains itself by the same path."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from copydesk.label.features import FEATURES
from copydesk.label.model import Tree, forest_of

ASKED = 6  # so few features that paths ask one twice


def grow(rng: random.Random, leaves: int) -> dict[str, list[float]]:
    """A tree with so many leaves, split at random."""
    tree: dict[str, list[float]] = {
        "feature": [0],
        "threshold": [0.0],
        "left": [0],
        "right": [0],
        "value": [0.5],
    }
    while sum(left == i for i, left in enumerate(tree["left"])) < leaves:
        node = rng.choice([i for i, left in enumerate(tree["left"]) if left == i])
        tree["feature"][node], tree["threshold"][node] = rng.randrange(ASKED), rng.randrange(4)
        for side in ("left", "right"):
            new = len(tree["left"])
            tree[side][node] = new
            for key, value in (("feature", 0), ("threshold", 0.0), ("value", rng.randrange(-64, 64) / 64)):
                tree[key].append(value)
            tree["left"].append(new)
            tree["right"].append(new)
    return tree


def walk(tree: Tree, row: list[float]) -> list[int]:
    """The nodes from the root to the leaf in which the row ends."""
    path = [0]
    while tree["left"][path[-1]] != path[-1]:
        node = path[-1]
        side = "right" if row[int(tree["feature"][node])] > tree["threshold"][node] else "left"
        path.append(int(tree[side][node]))
    return path


@pytest.mark.parametrize("most_leaves", [2, 8, 15, 16, 17, 40, 64])
def test_a_forest_ends_and_explains_as_a_walk_down_its_trees(most_leaves: int) -> None:
    rng = random.Random(most_leaves)
    trees = [grow(rng, rng.randint(1, most_leaves)) for _ in range(7)] + [grow(rng, most_leaves)]
    forest = forest_of(trees)
    matrix = np.full((70, len(FEATURES)), -1.0, dtype=np.float32)
    matrix[:, :ASKED] = [[rng.choice([-1, 0, 0.5, 1, 2, 3, 9, np.nan]) for _ in range(ASKED)] for _ in matrix]
    leaves = forest.leaves(matrix)
    for row, ends, reason in zip(matrix.tolist(), leaves, forest.reasons(leaves), strict=True):
        paths = [walk(tree, row) for tree in trees]
        assert forest.value[ends].tolist() == [
            tree["value"][path[-1]] for tree, path in zip(trees, paths, strict=True)
        ]
        gains = np.zeros(len(FEATURES))
        for tree, path in zip(trees, paths, strict=True):
            for above, node in pairwise(path):
                gains[int(tree["feature"][above])] += tree["value"][node] - tree["value"][above]
        assert reason == FEATURES[int(gains.argmin())]
    odds = forest.value[leaves].sum(axis=1)
    assert forest.probability(leaves) == pytest.approx(1 / (1 + np.exp(-odds)))
