"""Articles that are copies of one another, and of which kind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fakes.newsroom import article, cut_short, edited, event, respaced, shuffled, under, with_own_ends

from copydesk.corpus.copies import Bodies
from copydesk.corpus.scratch import open_scratch

ORIGINAL = article(event(1), 0)
MAKE = {"exact": respaced, "cut": cut_short, "agency": with_own_ends, "edited": edited}


def copies_of(articles, tmp_path):
    with open_scratch(tmp_path) as store:
        bodies = Bodies(store)
        for each in articles:
            bodies.add(each)
        return bodies.copies()


@pytest.mark.parametrize("how", sorted(MAKE))
def test_a_copy_joins_its_original(how, tmp_path):
    copy = under(MAKE[how](ORIGINAL), "copy", "Tarn Observer")
    others = [article(event(number), 0) for number in range(2, 12)]
    found = copies_of([*others, copy, ORIGINAL], tmp_path)
    assert set(found) == {"copy", ORIGINAL.article_id}
    assert len({entry.group for entry in found.values()}) == 1


@pytest.mark.parametrize(
    ("how", "outlet", "wire", "kind"),
    [
        ("exact", "Tarn Observer", None, "exact"),
        ("exact", ORIGINAL.outlet, None, "exact"),
        ("edited", "Tarn Observer", None, "syndicated"),
        ("cut", "Tarn Observer", "VBP", "syndicated"),
        ("edited", ORIGINAL.outlet, None, "near"),
        ("edited", ORIGINAL.outlet, "VBP", "near"),
        ("edited", None, None, "near"),
        ("edited", None, "VBP", "syndicated"),
    ],
)
def test_the_kind_says_what_was_copied_and_by_whom(how, outlet, wire, kind, tmp_path):
    found = copies_of([ORIGINAL, under(MAKE[how](ORIGINAL), "copy", outlet, wire)], tmp_path)
    assert {entry.kind for entry in found.values()} == {kind}


def test_a_group_bears_the_id_of_its_longest_article(tmp_path):
    versions = [
        under(cut_short(ORIGINAL), "a", "Tarn Observer"),
        ORIGINAL,
        under(edited(ORIGINAL), "b", None),
    ]
    assert {entry.group for entry in copies_of(versions, tmp_path).values()} == {ORIGINAL.article_id}


def test_articles_about_one_event_are_no_copies(tmp_path):
    # They share the quoted sentence and some facts, each in a sentence or two.
    assert copies_of([article(event(5), outlet, paragraphs=5) for outlet in range(4)], tmp_path) == {}


def test_a_notice_inside_a_report_is_no_copy_of_it(tmp_path):
    notice = replace(ORIGINAL, article_id="notice", text=ORIGINAL.text[:250])
    assert copies_of([ORIGINAL, notice], tmp_path) == {}


def test_captions_that_many_pages_share_are_no_copies(tmp_path):
    pages = [replace(ORIGINAL, article_id=str(n), text="Watch the video of the day here.") for n in range(5)]
    assert copies_of(pages, tmp_path) == {}


def test_the_order_of_articles_changes_nothing(tmp_path):
    originals = [article(event(number), 0) for number in range(12)]
    versions = [
        under(make(o), f"{how}-{o.article_id}", "Tarn Observer")
        for o in originals
        for how, make in MAKE.items()
    ]
    expected = copies_of([*originals, *versions], tmp_path)
    assert len(expected) == 60
    for seed in range(3):
        assert copies_of(shuffled([*originals, *versions], seed), tmp_path) == expected


def test_a_text_that_hundreds_print_stays_one_group(tmp_path):
    copies = [under(edited(ORIGINAL, seed=n), f"copy-{n:03d}", f"Outlet {n}") for n in range(300)]
    assert len({entry.group for entry in copies_of([ORIGINAL, *copies], tmp_path).values()}) == 1


def test_precision_and_recall_over_invented_events(tmp_path):
    """80 originals with four copies each, among three other articles on each event: copies only, and nearly all."""
    originals = [article(event(number), 0, paragraphs=8) for number in range(80)]
    others = [article(event(number), outlet, paragraphs=8) for number in range(80) for outlet in (1, 2, 3)]
    versions = [
        under(make(o), f"{o.article_id}-{how}", "Tarn Observer")
        for o in originals
        for how, make in MAKE.items()
    ]
    found = copies_of([*originals, *others, *versions], tmp_path)
    wrong = [article_id for article_id, entry in found.items() if article_id[:7] != entry.group[:7]]
    assert len(wrong) <= 0.01 * len(found)
    assert len(found) >= 0.98 * (len(originals) + len(versions))
