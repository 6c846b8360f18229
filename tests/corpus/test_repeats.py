"""Blocks that an outlet repeats over its pages."""

from __future__ import annotations

import random

from copydesk.corpus.repeats import PageBlocks, count_repeats

APPEAL = "Help us keep the lights on: give to the Gazette today!"
GAZETTE, ZEITUNG = "The Harrow Gazette", "Nordlicht Zeitung"


def pages(outlet, count, *furniture):
    return [
        PageBlocks(
            f"{outlet}-{n}", outlet, (f"The ferries of pier {'abcdefghij'[n]} stay ashore.", *furniture)
        )
        for n in range(count)
    ]


def test_what_an_outlet_prints_on_page_after_page_is_counted():
    (repeat,) = count_repeats([*pages(GAZETTE, 4, APPEAL), *pages(GAZETTE, 8)[4:]])
    assert (repeat.outlet, repeat.example, repeat.page_count, repeat.page_share) == (GAZETTE, APPEAL, 4, 0.5)


def test_case_marks_and_numbers_make_no_difference():
    texts = ["12 comments", "3 Comments", "140 comments."]
    found = count_repeats([PageBlocks(str(n), GAZETTE, (text,)) for n, text in enumerate(texts)])
    assert [(repeat.form, repeat.page_count, repeat.example) for repeat in found] == [
        ("0 comments", 3, "12 comments")
    ]


def test_a_sentence_that_many_outlets_print_once_is_no_repeat():
    sentence = "“Nobody wanted this,” the minister said."
    assert count_repeats([PageBlocks("p", f"Outlet {n}", (sentence,)) for n in range(50)]) == ()


def test_outlets_are_counted_apart_and_told():
    found = count_repeats(
        [*pages(GAZETTE, 3, APPEAL), *pages(ZEITUNG, 3, APPEAL), *pages("Riverland Daily", 1, APPEAL)]
    )
    assert [(repeat.outlet, repeat.page_count, repeat.outlet_count) for repeat in found] == [
        (ZEITUNG, 3, 3),
        (GAZETTE, 3, 3),
    ]


def test_a_page_counts_once():
    page = PageBlocks("one", GAZETTE, (APPEAL, APPEAL.upper(), APPEAL))
    assert count_repeats([page, page, page]) == ()
    assert count_repeats([*pages(GAZETTE, 3, APPEAL, APPEAL)])[0].page_count == 3


def test_the_order_of_pages_changes_nothing():
    corpus = [*pages(GAZETTE, 6, APPEAL, "Share this"), *pages(ZEITUNG, 5, "Mehr lesen", "MEHR LESEN!")]
    expected = count_repeats(corpus)
    for seed in range(4):
        assert count_repeats(random.Random(seed).sample(corpus, len(corpus))) == expected
