"""Blocks that an outlet repeats over its pages."""

from __future__ import annotations

import random

from copydesk.corpus import repeats
from copydesk.corpus.repeats import Printed, Repeat, count_repeats, form_key

APPEAL = "Help us keep the lights on: give to the Gazette today!"
GAZETTE, ZEITUNG, DAILY = 1, 2, 3


def pages(outlet, count, *furniture):
    return [
        Printed(outlet, 100 * outlet + n, text)
        for n in range(count)
        for text in (f"The ferries of pier {'abcdefghij'[n]} stay ashore.", *furniture)
    ]


def test_what_an_outlet_prints_on_page_after_page_is_counted():
    found = count_repeats([*pages(GAZETTE, 4, APPEAL), *pages(GAZETTE, 8)])
    assert found == {(GAZETTE, form_key(APPEAL)): Repeat(4, 1)}


def test_case_marks_and_numbers_make_no_difference():
    texts = ["12 comments", "3 Comments", "140 comments."]
    found = count_repeats([Printed(GAZETTE, n, text) for n, text in enumerate(texts)])
    assert found == {(GAZETTE, form_key("0 comments")): Repeat(3, 1)}


def test_a_block_that_says_nothing_is_none():
    assert count_repeats([Printed(GAZETTE, n, text) for n in range(9) for text in ("*", "", "…", "7")]) == {}
    assert count_repeats([]) == {}


def test_a_sentence_that_many_outlets_print_once_is_no_repeat():
    sentence = "“Nobody wanted this,” the minister said."
    assert count_repeats([Printed(n, n, sentence) for n in range(50)]) == {}


def test_outlets_are_counted_apart_and_told():
    found = count_repeats([*pages(GAZETTE, 3, APPEAL), *pages(ZEITUNG, 4, APPEAL), *pages(DAILY, 1, APPEAL)])
    assert found == {(GAZETTE, form_key(APPEAL)): Repeat(3, 3), (ZEITUNG, form_key(APPEAL)): Repeat(4, 3)}


def test_a_page_counts_once():
    page = [Printed(GAZETTE, 1, text) for text in (APPEAL, APPEAL.upper(), APPEAL)]
    assert count_repeats([*page, *page, *page]) == {}
    assert count_repeats(pages(GAZETTE, 3, APPEAL, APPEAL))[GAZETTE, form_key(APPEAL)].page_count == 3


def test_the_order_of_blocks_and_how_they_are_packed_change_nothing(monkeypatch):
    corpus = [*pages(GAZETTE, 6, APPEAL, "Share this"), *pages(ZEITUNG, 5, "Mehr lesen", "MEHR LESEN!")]
    expected = count_repeats(corpus)
    assert {repeat.page_count for repeat in expected.values()} == {5, 6}
    monkeypatch.setattr(repeats, "CHUNK", 4)
    for seed in range(4):
        assert count_repeats(random.Random(seed).sample(corpus, len(corpus))) == expected
