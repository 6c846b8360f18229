"""What articles share: wordings, copies, stories, counted by hand on an invented corpus."""

from __future__ import annotations

from typing import Any

import pytest

from copydesk.report.figures import compute_figures
from copydesk.report.page import render_page
from copydesk.report.shared import NO_OUTLET, list_names, split_edits


def test_the_utterance_of_most_outlets_comes_first(snapshot: Any) -> None:
    shared = compute_figures(snapshot).shared
    assert [(q.cluster_id, q.outlets, q.articles) for q in shared.quotes] == [
        ("q0001", 4, 5),
        ("q0010", 1, 2),
    ]
    assert shared.quote_count == 2
    assert shared.quotes[0].speaker == "Ana Roche"
    assert (shared.quotes[1].speaker, shared.quotes[1].first_day) == (None, None)


def test_outlets_that_print_the_same_words_share_a_line(snapshot: Any) -> None:
    as_it_is, *changed = compute_figures(snapshot).shared.quotes[0].versions
    assert as_it_is.parts == ()
    assert as_it_is.outlets == ("Castrel Courier", "Nordlicht Zeitung")
    assert as_it_is.articles == 3  # of two outlets: one printed it twice
    assert [version.relation for version in changed] == ["edited", "contained"]
    assert changed[0].outlets == ("<script>alert(1)</script>",)


@pytest.mark.parametrize(
    ("edits", "parts"),
    [
        ("", []),
        ("no change", [("same", "no change")]),
        (
            "The [-old-]{+new+} pier",
            [("same", "The "), ("left_out", "old"), ("put_in", "new"), ("same", " pier")],
        ),
        # What only looks like a change, and one that is longer than any that is written, stay text.
        ("a [-b", [("same", "a [-b")]),
        ("[-" + "x" * 600 + "-]", [("same", "[-" + "x" * 600 + "-]")]),
    ],
)
def test_edits_are_read_as_they_are_written(edits: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.kind, part.text) for part in split_edits(edits)] == parts


def test_copies_are_counted_by_outlet_and_kind(snapshot: Any) -> None:
    sources = snapshot.frames["sources"]
    sources.loc[sources["source_uri"] == "gazette/0001.html", "status"] = "superseded"
    shared = compute_figures(snapshot).shared
    by_outlet = {row.outlet: (row.exact, row.near, row.syndicated) for row in shared.copies}
    assert by_outlet == {
        "The Harrow Gazette": (1, 0, 0),
        "Nordlicht Zeitung": (0, 1, 0),
        "Castrel Courier": (0, 0, 1),
        "<script>alert(1)</script>": (0, 0, 1),
    }
    assert {row.outlet: row.repeated_documents for row in shared.copies}["Nordlicht Zeitung"] == 1
    (group,) = shared.groups
    assert (group.headline, group.articles) == ("Ferry line 4 opens", 4)
    assert group.kinds == ("exact", "near", "syndicated")


def test_stories_name_their_outlets_and_days(snapshot: Any) -> None:
    (story,) = compute_figures(snapshot).shared.stories
    assert (story.articles, story.outlet_count) == (8, 4)
    assert (story.first_day, story.last_day) == ("2026-04-21", "2026-04-27")
    assert story.outlets[-1] == NO_OUTLET  # article 9 says none
    assert len(story.outlets) == 5


def test_a_corpus_that_shares_nothing_says_so(empty_snapshot: Any) -> None:
    figures = compute_figures(empty_snapshot)
    assert (figures.shared.quotes, figures.shared.copies, figures.shared.stories) == ((), (), ())
    page = render_page(figures, title="t", command="c")
    assert "No utterance is printed by more than one article" in page
    assert "No article is a copy of another" in page
    assert "No event is covered by more than one article" in page


def test_the_page_marks_what_an_outlet_changed(snapshot: Any) -> None:
    page = render_page(compute_figures(snapshot), title="t", command="c")
    assert "The ferry <del>will</del><ins>may</ins> sail" in page
    assert "(a part of it)" in page


def test_many_outlets_are_a_number() -> None:
    assert list_names(("A", "B", "C")) == "A, B, C"
    assert list_names(("A", "B", "C"), most=2) == "A, B and 1 more"


def test_a_cluster_whose_quotes_are_gone_is_left_out(snapshot: Any) -> None:
    snapshot.frames["quotes"] = snapshot.frames["quotes"].iloc[:0]
    assert compute_figures(snapshot).shared.quotes == ()
