"""Pairs of items with keys in common, against all pairs looked at one by one."""

from __future__ import annotations

import random
import tracemalloc
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
import pytest

from copydesk.corpus import postings, scratch
from copydesk.corpus.postings import Postings
from copydesk.corpus.scratch import open_scratch


def pairs_of(tmp_path, keys_of, links=100, **options):
    with open_scratch(tmp_path) as place:
        index = Postings(place)
        for item, keys in keys_of.items():
            index.add(np.array(sorted(keys), np.uint64), np.full(len(keys), item, np.int32))
        return {
            (x, y): shared
            for part in index.pairs(links, **options)
            for x, y, shared in zip(*(each.tolist() for each in part), strict=True)
        }


def expected_pairs(keys_of, links, all_up_to=0, most=10**9):
    """By the definition."""
    items_of = defaultdict(list)
    for item in sorted(keys_of):
        for key in keys_of[item]:
            items_of[key].append(item)
    found = Counter()
    for items in items_of.values():
        for x, y in combinations(range(len(items)), 2):
            is_linked = len(items) <= all_up_to or x < links or y - x <= links
            if is_linked and len(items) <= most:
                found[items[x], items[y]] += 1
    return found


def some_items(seed):
    chance = random.Random(seed)
    return {
        item: {chance.randint(0, chance.choice((5, 40))) for _ in range(chance.randint(0, 8))}
        for item in chance.sample(range(1_000), 40)
    }


@pytest.mark.parametrize("pairs_at_once", [400_000, 1, 17])
@pytest.mark.parametrize("options", [{}, {"all_up_to": 6}, {"most": 9}, {"all_up_to": 3, "most": 12}])
@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_those_of_the_definition(tmp_path, monkeypatch, seed, options, pairs_at_once):
    monkeypatch.setattr(postings, "PAIRS_AT_ONCE", pairs_at_once)
    keys_of = some_items(seed)
    expected = expected_pairs(keys_of, 2, **options)
    assert expected
    assert pairs_of(tmp_path, keys_of, 2, **options) == expected


def test_pairs_with_fewer_keys_in_common_are_left_out(tmp_path):
    keys_of = {1: {10, 11, 12}, 2: {11, 12, 13}, 3: {12}}
    assert pairs_of(tmp_path, keys_of) == {(1, 2): 2, (1, 3): 1, (2, 3): 1}
    assert pairs_of(tmp_path, keys_of, least=2) == {(1, 2): 2}


def test_places_take_the_place_of_items_or_leave_them_out(tmp_path):
    keys_of = {0: {7}, 1: {7}, 2: {7}}
    assert pairs_of(tmp_path, keys_of, places=np.array([5, -1, 3], np.int32)) == {(3, 5): 1}


def test_a_frequent_key_costs_what_its_items_cost(tmp_path):
    found = pairs_of(tmp_path, {item: {7} for item in range(2_000)}, 3)
    assert len(found) < 2 * 3 * 2_000


def test_pairs_take_the_memory_of_a_stretch_however_many_there_are(tmp_path, monkeypatch):
    for module, name, rows in (
        (scratch, "RUN_ROWS", 4_000),
        (scratch, "STRETCH_ROWS", 4_000),
        (scratch, "SAMPLED", 50),
        (postings, "PAIRS_AT_ONCE", 4_000),
    ):
        monkeypatch.setattr(module, name, rows)
    keys_of = np.random.default_rng(1).integers(0, 4_000, (2_000, 40)).astype(np.uint64)
    with open_scratch(tmp_path) as place:
        index = Postings(place)
        for item, keys in enumerate(keys_of):
            distinct = np.unique(keys)
            index.add(distinct, np.full(len(distinct), item, np.int32))
        tracemalloc.start()
        found = sum(int(shared.sum()) for _, _, shared in index.pairs(100))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert 8 * found > 5_000_000  # bytes of all pairs as numbers
    assert peak < 1_500_000


def test_no_items_have_no_pairs(tmp_path):
    assert pairs_of(tmp_path, {}) == {}
