"""The figures of the report, counted by hand on an invented corpus."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from copydesk.report.attention import find_concerns
from copydesk.report.figures import WATCHED_FIELDS, compute_figures, count_refusals, shorten
from copydesk.report.ledger import count_rules
from copydesk.report.page import format_share, page_text
from copydesk.report.shared import NO_OUTLET


def test_the_tiles_count_what_the_tables_hold(snapshot: Any) -> None:
    figures = compute_figures(snapshot)
    assert (figures.documents, figures.articles, figures.paragraphs) == (63, 60, 240)
    assert figures.by_status == (("article", 60), ("quarantined", 3))
    assert figures.languages == (("en", 45), ("de", 15))
    assert figures.undated == 15
    assert figures.last_day == "2026-05-02"
    assert figures.seconds == (("edit", 31.2), ("audit", 6.0), ("publish", 1.1))


def test_missing_fields_are_shares_of_each_outlets_articles(snapshot: Any) -> None:
    figures = compute_figures(snapshot)
    everyone, *outlets = figures.missing
    by_field = dict(zip(WATCHED_FIELDS, everyone.shares, strict=True))
    assert by_field["url"] == 1.0
    assert by_field["headline"] == 0.0
    assert by_field["authors"] == pytest.approx(20 / 60)  # an empty list is missing too
    assert sum(row.articles for row in outlets) == everyone.articles == 60


def test_failed_expectations_come_first(snapshot: Any) -> None:
    figures = compute_figures(snapshot)
    assert [row["success"] for row in figures.audit] == [False, True]
    first = find_concerns(figures)[0]
    assert (first.weight, first.anchor) == ("warning", "audit")
    assert "articles.headline" in first.text
    assert "9 of 60 rows" in first.text


def test_samples_show_different_rules(snapshot: Any) -> None:
    byline = next(entry for entry in compute_figures(snapshot).labels if entry.label == "byline")
    assert byline.blocks == byline.documents == 60
    assert byline.rules == (("byline/first", 30), ("byline/second", 30))
    assert {rule for _, rule, _ in byline.samples[:2]} == {"byline/first", "byline/second"}
    assert len(byline.samples) == len({text for text, _, _ in byline.samples}) == 5


def test_terms_need_no_speaker(snapshot: Any) -> None:
    quotes = compute_figures(snapshot).quotes
    assert dict(quotes.by_kind) == {"direct": 15, "mixed": 15, "indirect": 15, "term": 15}
    assert quotes.attributable == 45
    assert quotes.with_speaker == 30
    assert [name for name, _, _ in quotes.speakers] == ["Ana Roche", "Piet Lindqvist"]


def test_speakers_are_counted_by_outlet(snapshot: Any) -> None:
    shares = dict(compute_figures(snapshot).quotes.speaker_shares)
    assert sum(shares.values()) / len(shares) == pytest.approx(2 / 3, abs=0.05)
    assert NO_OUTLET in shares


def test_removals_by_outlet_are_blocks_an_article(snapshot: Any) -> None:
    table = compute_figures(snapshot).removed_by_outlet
    assert table.labels == ("byline", "headline", "newsletter", "share_bar", "unknown")
    assert sum(articles for _, articles, _ in table.rows) == 60
    assert all(values == (1.0,) * 5 for _, _, values in table.rows)
    assert table.most == 1.0


def test_documents_without_an_article_belong_to_no_outlet(snapshot: Any) -> None:
    snapshot.frames["removals"]["article_id"] = None
    assert compute_figures(snapshot).removed_by_outlet.rows == ()


def test_quarantine_is_counted_by_stage_and_code(snapshot: Any) -> None:
    refusals = count_refusals(snapshot.frame("sources"))
    assert [(r.reason, r.documents, r.sample_uri) for r in refusals] == [
        ("read/empty", 2, "bad/1.html"),
        ("read/binary", 1, "bad/0.html"),
    ]


def test_a_run_without_articles_still_has_figures(empty_snapshot: Any) -> None:
    figures = compute_figures(empty_snapshot)
    assert figures.articles == 0
    assert figures.missing == ()
    assert figures.first_day is None
    assert "no document gave an article" in [concern.text for concern in find_concerns(figures)]


def test_rules_that_never_fired_are_listed_with_none() -> None:
    known = {
        "share/print": ("share_bar", "Printed everywhere."),
        "ask/gift": ("donation_appeal", "Under the text."),
    }
    rows = count_rules(
        [("share/print", "share_bar"), ("field/byline", "byline"), ("share/print", "share_bar")], known
    )
    assert [(row.id, row.fired) for row in rows] == [("share/print", 2), ("field/byline", 1), ("ask/gift", 0)]
    assert rows[1].label == "byline"


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0%"), (0.001, "<1%"), (0.42, "42%"), (0.999, ">99%"), (1.0, "100%")]
)
def test_none_and_all_are_said_only_where_they_hold(share: float, shown: str) -> None:
    assert format_share(share) == shown


def test_page_text_loses_what_steers_a_browser_and_no_more() -> None:
    assert page_text("a\x1b[31m\u202eb") == "a\ufffd[31m\ufffdb"
    assert page_text("Łódź 👩‍🚒 العربية") == "Łódź 👩‍🚒 العربية"
    assert len(page_text("x" * 5000)) == 300
    assert shorten("word " * 100).endswith("word…")


def test_frames_without_dates_draw_no_days() -> None:
    from copydesk.report.figures import articles_by_day

    frame = pd.DataFrame({"published_at": pd.to_datetime([None], utc=True), "outlet_name": ["x"]})
    assert articles_by_day(frame).empty
