"""What articles share: wordings, copies, stories, counted by hand on an invented corpus."""

from __future__ import annotations

from datetime import date

import pytest
from fakes.harbour import Publish, Rows

from copydesk.report.figures import compute_figures
from copydesk.report.page import About, render_page
from copydesk.report.reading import NO_OUTLET
from copydesk.report.shared import list_names, split_edits
from copydesk.snapshot import Snapshot


def test_the_utterance_of_most_outlets_comes_first(snapshot: Snapshot) -> None:
    shared = compute_figures(snapshot).shared
    assert [(q.cluster_id, q.outlets, q.articles) for q in shared.quotes] == [
        ("q0001", 4, 5),
        ("q0010", 1, 2),
    ]
    assert shared.quote_count == 2
    assert shared.quotes[0].speaker == "Ana Roche"
    assert (shared.quotes[1].speaker, shared.quotes[1].first_day) == (None, None)


def test_outlets_that_print_the_same_words_share_a_line(snapshot: Snapshot) -> None:
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


def test_copies_are_counted_by_outlet_and_kind(publish: Publish, rows: Rows) -> None:
    rows["sources"][1]["status"] = "superseded"
    shared = compute_figures(publish(rows)).shared
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


def test_stories_name_their_outlets_and_days(snapshot: Snapshot) -> None:
    (story,) = compute_figures(snapshot).shared.stories
    assert (story.articles, story.outlet_count) == (8, 4)
    assert (story.first_day, story.last_day) == (date(2026, 4, 21), date(2026, 4, 27))
    assert story.outlets[-1] == NO_OUTLET  # article 9 says none
    assert len(story.outlets) == 5


@pytest.mark.usefixtures("words_only")
def test_a_corpus_that_shares_nothing_says_so(empty_snapshot: Snapshot) -> None:
    figures = compute_figures(empty_snapshot)
    assert (figures.shared.quotes, figures.shared.copies, figures.shared.stories) == ((), (), ())
    page = render_page(figures, About("t", "c", "out"))
    assert "No utterance is printed by more than one article" in page
    assert "No article is a copy of another" in page
    assert "No event is covered by more than one article" in page


@pytest.mark.usefixtures("words_only")
def test_the_page_marks_what_an_outlet_changed(snapshot: Snapshot) -> None:
    page = render_page(compute_figures(snapshot), About("t", "c", "out"))
    assert "The ferry <del>will</del><ins>may</ins> sail" in page
    assert "(a part of it)" in page


def test_many_outlets_are_a_number() -> None:
    assert list_names(("A", "B", "C")) == "A, B, C"
    assert list_names(("A", "B", "C"), most=2) == "A, B and 1 more"


def test_a_cluster_whose_quotes_are_gone_is_left_out(publish: Publish, rows: Rows) -> None:
    rows["quotes"] = []
    assert compute_figures(publish(rows)).shared.quotes == ()


def test_one_speech_does_not_fill_the_list(publish: Publish, rows: Rows) -> None:
    large = [row for row in rows["quote_clusters"] if row["cluster_id"] == "q0001"]
    for n in range(20, 26):
        rows["quotes"][n]["article_id"] = "a0001"
        rows["quote_clusters"] += [{**large[0], "cluster_id": f"q00{n}", "quote_id": f"q00{n}"}]
    shared = compute_figures(publish(rows)).shared
    assert [quote.cluster_id for quote in shared.quotes] == ["q0001", "q0020", "q0010"]
    assert shared.quote_count == 8


@pytest.mark.usefixtures("words_only")
def test_wordings_beyond_the_first_are_a_number(publish: Publish, rows: Rows) -> None:
    like = next(row for row in rows["quote_clusters"] if row["relation"] == "edited")
    for n in range(20, 40):
        rows["quote_clusters"].append({**like, "quote_id": f"q00{n}", "edits": f"The ferry {{+{n}+}} sails"})
    figures = compute_figures(publish(rows))
    first = figures.shared.quotes[0]
    assert (len(first.versions), first.version_count) == (10, 23)
    assert "And 13 more wordings" in render_page(figures, About("t", "c", "out"))
