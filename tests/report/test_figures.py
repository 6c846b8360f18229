"""The figures of the report, counted by hand on an invented corpus."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from fakes.harbour import STARTED, Publish, Rows

import copydesk
from copydesk.errors import RunError
from copydesk.report.figures import Figures, compute_figures
from copydesk.report.formats import format_change, format_figure, format_share, page_text
from copydesk.report.ledger import count_rules, shorten
from copydesk.report.overview import WATCHED_FIELDS
from copydesk.report.reading import NO_OUTLET
from copydesk.report.spread import Spread
from copydesk.snapshot import Snapshot


@pytest.fixture
def figures(snapshot: Snapshot) -> Figures:
    return compute_figures(snapshot)


def test_the_tiles_count_what_the_tables_hold(figures: Figures) -> None:
    overview = figures.overview
    assert (overview.documents, overview.articles, overview.paragraphs) == (63, 60, 240)
    assert overview.by_status == (("article", 60), ("quarantined", 3))
    assert overview.languages == (("en", 45), ("de", 15))
    assert overview.undated == 15
    assert overview.last_day == date(2026, 5, 2)
    assert figures.seconds == (("edit", 31.2), ("audit", 6.0), ("publish", 1.1))


def test_missing_fields_are_shares_of_each_outlets_articles(figures: Figures) -> None:
    everyone, *outlets = figures.overview.missing
    by_field = dict(zip(WATCHED_FIELDS, everyone.shares, strict=True))
    assert by_field["url"] == 1.0
    assert by_field["headline"] == 0.0
    assert by_field["authors"] == pytest.approx(20 / 60)  # an empty list is missing too
    assert sum(row.articles for row in outlets) == everyone.articles == 60


def test_many_outlets_are_summed_up(publish: Publish, rows: Rows) -> None:
    for n, article in enumerate(rows["articles"]):
        article["outlet"] = f"Outlet {n % 30}"
        article["url"] = "https://gazette.example/1" if n % 30 >= 20 else None
    everyone, *outlets = compute_figures(publish(rows)).overview.missing
    assert len(outlets) == 21
    assert (outlets[-1].outlet, outlets[-1].articles) == ("10 smaller outlets", 20)
    assert everyone.articles == 60


def test_failed_expectations_come_first(figures: Figures) -> None:
    assert [row["success"] for row in figures.audit] == [False, True]
    first = figures.concerns[0]
    assert (first.weight, first.section) == ("warning", "audit")
    assert "articles.headline" in first.text
    assert "9 of 60 rows" in first.text
    assert first.evidence is not None
    assert [row.article_id for row in first.evidence.rows] == ["a0000", "a0007"]


def test_samples_show_different_rules(figures: Figures) -> None:
    byline = next(entry for entry in figures.ledger.labels if entry.label == "byline")
    assert byline.blocks == byline.documents == 60
    assert byline.rules == (("byline/first", 30), ("byline/second", 30))
    assert {sample.rule for sample in byline.samples[:2]} == {"byline/first", "byline/second"}
    assert len(byline.samples) == len({sample.text for sample in byline.samples}) == 5


def test_terms_need_no_speaker(figures: Figures) -> None:
    quotes = figures.quotes
    assert dict(quotes.by_kind) == {"direct": 15, "mixed": 15, "indirect": 15, "term": 15}
    assert quotes.attributable == 45
    assert quotes.with_speaker == 30
    assert [name for name, _, _ in quotes.speakers] == ["Ana Roche", "Piet Lindqvist"]


def test_speakers_are_counted_by_outlet(figures: Figures) -> None:
    shares = {outlet: share for outlet, _, share in figures.quotes.speaker_shares}
    assert sum(shares.values()) / len(shares) == pytest.approx(2 / 3, abs=0.05)
    assert NO_OUTLET in shares


def test_removals_by_outlet_are_blocks_an_article(figures: Figures) -> None:
    table = figures.ledger.by_outlet
    assert table.labels == ("byline", "headline", "newsletter", "share_bar", "unknown")
    assert sum(articles for _, articles, _ in table.rows) == 60
    assert all(values == (1.0,) * 5 for _, _, values in table.rows)
    assert table.most == 1.0


def test_documents_without_an_article_belong_to_no_outlet(publish: Publish, rows: Rows) -> None:
    for removal in rows["removals"]:
        removal["article_id"] = None
    assert compute_figures(publish(rows)).ledger.by_outlet.rows == ()


def test_quarantine_is_counted_by_stage_and_code(figures: Figures) -> None:
    assert [(r.reason, r.documents, r.sample_uri) for r in figures.overview.refusals] == [
        ("read/empty", 2, "bad/1.html"),
        ("read/binary", 1, "bad/0.html"),
    ]


def test_a_run_without_articles_still_has_figures(empty_snapshot: Snapshot) -> None:
    figures = compute_figures(empty_snapshot)
    assert figures.overview.articles == 0
    assert figures.overview.missing == ()
    assert figures.overview.first_day is None
    assert figures.concerns[0].text == "No document gave an article"


def test_rules_that_never_fired_are_listed_with_none() -> None:
    known = {
        "share/print": ("share_bar", "Printed everywhere."),
        "ask/gift": ("donation_appeal", "Under the text."),
    }
    rows = count_rules([("share/print", "share_bar", 2), ("field/byline", "byline", 1)], known)
    assert [(row.id, row.fired) for row in rows] == [("share/print", 2), ("field/byline", 1), ("ask/gift", 0)]
    assert rows[1].label == "byline"


def test_every_line_of_python_gives_the_rows_that_it_is_about(publish: Publish, rows: Rows) -> None:
    for n, article in enumerate(rows["articles"]):
        article["removed_share"] = 0.9 if n < 5 else 0.1
        article["word_count"] = 10 if n == 9 else 300
        if article["outlet"] == "Nordlicht Zeitung":
            article["headline"] = article["published_at"] = None
        if n % 2:
            article["outlet"] = None
    for quote in rows["quotes"]:
        quote["speaker"] = None
    snapshot = publish(rows)
    concerns = [c for c in compute_figures(snapshot).concerns if c.evidence and c.evidence.where]
    assert {c.section for c in concerns} >= {"audit", "quarantine", "fields", "removals", "quotes"}
    for concern in concerns:
        assert concern.evidence is not None
        found = eval(str(concern.evidence.pandas(str(snapshot.out))), {"copydesk": copydesk})
        expected = 1 if concern.section == "audit" else concern.evidence.total
        assert len(found) == expected, concern.text
        assert 0 < len(concern.evidence.rows) <= concern.evidence.total


def test_an_outlet_that_falls_silent_is_named(publish: Publish, rows: Rows) -> None:
    for n, article in enumerate(rows["articles"]):
        gone = n % 2
        article["outlet"] = "Nordlicht Zeitung" if gone else "Castrel Courier"
        article["published_at"] = STARTED - timedelta(days=12 * gone + n % 20)
    snapshot = publish(rows)
    (silence,) = compute_figures(snapshot).overview.silent
    assert (silence.outlet, silence.longest_pause) == ("Nordlicht Zeitung", 2)
    assert silence.days == 13
    concern = next(c for c in compute_figures(snapshot).concerns if "nothing since" in c.text)
    assert concern.evidence is not None
    assert len(eval(str(concern.evidence.pandas(str(snapshot.out))), {"copydesk": copydesk})) == 3


def test_blocks_that_an_outlet_repeats_are_found_whatever_their_numbers(publish: Publish, rows: Rows) -> None:
    for n, article in enumerate(rows["articles"]):
        article["outlet"] = "The Harrow Gazette" if n < 30 else "Castrel Courier"
        article["duplicate_group"] = None
    for n in range(10):
        rows["paragraphs"][4 * n]["text"] = f"Read our {n} stories of the week."
        rows["removals"][5 * n + 2]["text"] = (
            "Read our 7 STORIES of the week." if n > 7 else "Sign up for the letter."
        )
    recurring = compute_figures(publish(rows)).recurring
    ((outlet, count, blocks),) = recurring.outlets
    assert (outlet, count) == ("The Harrow Gazette", 2)
    assert [(block.articles, block.kept_in, block.label) for block in blocks] == [
        (10, 10, "body"),
        (8, 0, "newsletter"),
    ]
    assert blocks[0].share == pytest.approx(1 / 3)
    assert [block.article_id for block in recurring.kept] == [blocks[0].article_id]
    assert recurring.kept_count == 1
    assert recurring.learned == ()


def test_copies_of_one_article_repeat_nothing(publish: Publish, rows: Rows) -> None:
    for n, article in enumerate(rows["articles"]):
        article["outlet"], article["duplicate_group"] = "The Harrow Gazette", "a0000" if n < 4 else None
    for n in range(4):
        rows["paragraphs"][4 * n]["text"] = "The pier of Castrel was shut at noon."
    assert compute_figures(publish(rows)).recurring.kept == ()


def test_rules_that_decide_by_recurrence_are_named(publish: Publish, rows: Rows) -> None:
    for removal in rows["removals"][5:11]:
        removal["rule"] = "repeats:outlet"
    rows["removals"][12]["rule"] = "learned-castrel-courier/every-thursday-3fa91c"
    assert compute_figures(publish(rows)).recurring.learned == (
        ("repeats:outlet", 6, 2),
        ("learned-castrel-courier/every-thursday-3fa91c", 1, 1),
    )


# ---------------------------------------------------------------- tables that cannot be read
def test_a_table_that_is_missing_is_named(snapshot: Snapshot) -> None:
    (snapshot.folder / "quotes.parquet").unlink()
    with pytest.raises(RunError, match=r"quotes\.parquet: expected a table, found no such file"):
        compute_figures(snapshot)


def test_a_table_of_another_version_is_named(snapshot: Snapshot) -> None:
    import pyarrow.parquet as pq

    path = snapshot.folder / "articles.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["story_id"]), path)
    with pytest.raises(RunError, match=r"articles\.parquet: expected a table of this version .* 'story_id'"):
        compute_figures(snapshot)


@pytest.mark.parametrize("keep", [0, 100, 2000])
def test_a_damaged_table_is_one_line(snapshot: Snapshot, keep: int) -> None:
    path = snapshot.folder / "removals.parquet"
    whole = path.read_bytes()
    # The end is as it was: a table whose columns are known and whose rows cannot be read.
    path.write_bytes(
        whole[:keep] + bytes(len(whole) // 2 if keep == 2000 else 0) + whole[-1500:] * (keep == 2000)
    )
    with pytest.raises(RunError) as fault:
        compute_figures(snapshot)
    assert "removals.parquet" in str(fault.value) or "expected whole tables" in str(fault.value)
    assert len(str(fault.value).splitlines()) == 1


def test_a_history_without_runs_is_one_line(publish: Publish, rows: Rows) -> None:
    rows["runs"] = []
    with pytest.raises(RunError, match="runs: expected the run that published the tables"):
        compute_figures(publish(rows))


def test_a_table_in_parts_is_read_as_one(snapshot: Snapshot) -> None:
    import pyarrow.parquet as pq

    path = snapshot.folder / "paragraphs.parquet"
    table = pq.read_table(path)
    path.unlink()
    path.mkdir()
    pq.write_table(table.slice(0, 100), path / "part-0.parquet")
    pq.write_table(table.slice(100), path / "part-1.parquet")
    assert compute_figures(snapshot).overview.paragraphs == 240
    shutil.rmtree(path)
    path.mkdir()
    with pytest.raises(RunError, match="expected the parts of a table, found an empty folder"):
        compute_figures(snapshot)


def test_the_folders_name_may_hold_signs_of_patterns(tmp_path: Path, rows: Rows) -> None:
    from fakes.harbour import publish_rows

    assert compute_figures(publish_rows(tmp_path / "o'ut [1]*", rows)).overview.articles == 60


# ---------------------------------------------------------------- how figures are written
@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0%"), (0.001, "<1%"), (0.42, "42%"), (0.999, ">99%"), (1.0, "100%")]
)
def test_none_and_all_are_said_only_where_they_hold(share: float, shown: str) -> None:
    assert format_share(share) == shown


def test_figures_have_their_unit_and_changes_their_sign() -> None:
    assert format_figure(1234.0, "count") == "1,234"
    assert format_figure(0.0417, "share") == "4.2%"
    assert format_figure(51.4, "seconds") == "51 s"
    assert [format_change(value, "count") for value in (1200.0, -3.0, 0.0, -0.2)] == [
        "+1,200",
        "−3",
        "0",
        "0",
    ]


def test_quantiles_are_values_that_occur() -> None:
    spread = Spread.of([(30, 1), (1, 2), (7, 5), (9, 2)])
    assert (spread.total, spread.least, spread.most, spread.median) == (10, 1, 30, 7)
    assert [spread.quantile(share) for share in (0.0, 0.1, 0.2, 0.9, 1.0)] == [1, 1, 1, 9, 30]


def test_page_text_loses_what_steers_a_browser_and_no_more() -> None:
    assert page_text("a\x1b[31m\u202eb") == "a\ufffd[31m\ufffdb"
    assert page_text("Łódź 👩‍🚒 العربية") == "Łódź 👩‍🚒 العربية"
    assert len(page_text("x" * 5000)) == 300
    assert shorten("word " * 100).endswith("word…")
