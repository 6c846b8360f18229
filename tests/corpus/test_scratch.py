"""Numbers in their order, however few of them memory holds at once."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from copydesk.corpus import scratch
from copydesk.corpus.scratch import Spool, open_scratch


@pytest.fixture(params=[None, (50, 40, 7), (10, 100, 3), (1, 1, 1)])
def rows_at_once(request, monkeypatch):
    """As set, or so small that there are many runs and stretches."""
    if request.param:
        for name, rows in zip(("RUN_ROWS", "STRETCH_ROWS", "SAMPLED"), request.param, strict=True):
            monkeypatch.setattr(scratch, name, rows)


def spooled(tmp_path, added, *, with_items=True):
    with open_scratch(tmp_path) as place:
        spool = Spool(place, with_items=with_items)
        for keys in added:
            numbers = np.array(keys, np.uint64)
            spool.add(numbers, (numbers % 1000).astype(np.int32) if with_items else None)
        return list(spool.stretches())


@pytest.mark.parametrize("seed", range(5))
def test_all_numbers_come_back_in_order_with_their_items(tmp_path, rows_at_once, seed):
    chance = random.Random(seed)
    most = chance.choice((5, 100, 2**64 - 1))
    added = [
        [chance.randint(0, most) for _ in range(chance.randint(0, 30))] for _ in range(chance.randint(0, 20))
    ]
    stretches = spooled(tmp_path, added)
    keys = [key for part, _ in stretches for key in part.tolist()]
    assert keys == sorted(key for part in added for key in part)
    assert [item for _, part in stretches for item in part.tolist()] == [key % 1000 for key in keys]
    ends = [part[[0, -1]].tolist() for part, _ in stretches if len(part)]
    assert all(before[1] < after[0] for before, after in pairwise(ends))


def test_without_items_there_are_numbers_alone(tmp_path, rows_at_once):
    stretches = spooled(tmp_path, [[9, 3], [], [3, 2**63]], with_items=False)
    assert [key for part, _ in stretches for key in part.tolist()] == [3, 3, 9, 2**63]
    assert all(not len(items) for _, items in stretches)


def test_many_numbers_are_given_back_a_stretch_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch, "RUN_ROWS", 1_000)
    monkeypatch.setattr(scratch, "STRETCH_ROWS", 500)
    monkeypatch.setattr(scratch, "SAMPLED", 10)
    stretches = spooled(tmp_path, np.random.default_rng(1).integers(0, 2**60, (20, 1_000)).tolist())
    assert max(len(keys) for keys, _ in stretches) < 1_000


def test_files_are_gone_afterwards(tmp_path, rows_at_once):
    spooled(tmp_path, [[1, 2, 3]])
    assert not list(tmp_path.iterdir())
