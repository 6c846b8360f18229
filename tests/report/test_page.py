"""The page: complete in itself, escaped, and looked at by a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fakes.browsing import browse, parse, probe

from copydesk.errors import RunError
from copydesk.report import write_report
from copydesk.report.figures import compute_figures
from copydesk.report.page import render_page

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def page(snapshot: Any) -> str:
    return render_page(compute_figures(snapshot), title="harbour corpus", command="copydesk report harbour")


def test_the_page_is_whole_and_asks_for_nothing(page: str) -> None:
    structure = parse(page)
    assert structure.open == []
    assert "script" not in structure.tags
    assert all(address.startswith(("#", "data:,")) for address in structure.addresses)
    assert "url(" not in re.sub(r"url\(#\w+\)", "", page)
    assert "@import" not in page


def test_hostile_text_stays_text(page: str) -> None:
    assert HOSTILE not in page
    assert any(HOSTILE in text for text in parse(page).texts)


def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(page: str) -> None:
    structure = parse(page)
    assert len(structure.ids) == len(set(structure.ids))
    targets = {address[1:] for address in structure.addresses if address.startswith("#")}
    assert targets <= set(structure.ids)


def test_every_picture_has_words_that_stand_in_for_it(page: str) -> None:
    labels = re.findall(r'<figure role="img" aria-label="([^"]*)">', page)
    assert len(labels) == page.count("<svg") == 11
    assert all(len(label) > 20 for label in labels)


def test_pictures_say_what_their_bars_count(page: str) -> None:
    titles = re.findall(r"<figcaption>([^<]*)</figcaption>", page)
    assert {"Articles by day and outlet", "Articles by language", "Removed share"} <= set(titles)
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", page)
    assert drawn.count("articles") == 4  # by day; length; removed share; quotes in an article
    assert "paragraphs" in drawn


def test_rules_that_never_fired_stand_under_their_label(snapshot: Any) -> None:
    known = {
        "byline/first": ("byline", "Fires."),
        "share-bar/print-it": ("share_bar", f"Under the text. {HOSTILE}"),
        "newsletter/weekly": ("newsletter", "Boxes of a weekly letter."),
    }
    figures = compute_figures(snapshot, known)
    assert {rule.id for rule in figures.rules if not rule.fired} == {
        "share-bar/print-it",
        "newsletter/weekly",
    }
    page = render_page(figures, title="t", command="c", rules_version="0a1b2c")
    assert parse(page).open == []
    silent = page[page.index("Rules that never fired") :]
    assert silent.index("newsletter/weekly") < silent.index("share-bar/print-it")
    assert "byline/first" not in silent
    assert HOSTILE not in page
    assert "the run had" not in page
    assert "the run had" in render_page(figures, title="t", command="c", rules_version="ffffff")


def test_the_same_snapshot_gives_the_same_page(snapshot: Any, page: str) -> None:
    again = render_page(compute_figures(snapshot), title="harbour corpus", command="copydesk report harbour")
    assert again == page


def test_a_corpus_without_articles_has_a_page(empty_snapshot: Any) -> None:
    page = render_page(compute_figures(empty_snapshot), title="nothing", command="copydesk report nothing")
    assert parse(page).open == []
    assert "No articles" in page


def test_a_report_that_cannot_be_written_leaves_nothing(snapshot: Any, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected to write the page to"):
        write_report(snapshot, tmp_path / "missing" / "report.html", title="t", command="c")
    (tmp_path / "taken").mkdir()
    with pytest.raises(RunError):
        write_report(snapshot, tmp_path / "taken", title="t", command="c")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


# ---------------------------------------------------------------- in a real browser
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1600])
def test_a_browser_shows_all_of_it_at_any_width(browser: str, page: str, tmp_path: Path, width: int) -> None:
    assert probe(browser, page, tmp_path, width) == ["fits", str(width), "0", "0"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [500, 1600])
def test_the_browser_has_nothing_to_complain_about(
    browser: str, page: str, tmp_path: Path, width: int
) -> None:
    path, shot = tmp_path / "report.html", tmp_path / "shot.png"
    path.write_text(page, encoding="utf-8")
    run = browse(browser, path, f"--window-size={width},2400", f"--screenshot={shot}")
    assert shot.stat().st_size > 20_000
    assert ":CONSOLE" not in run.stderr


@pytest.mark.browser
def test_the_browser_would_complain_about_a_script(browser: str, page: str, tmp_path: Path) -> None:
    """The page's own policy refuses what its escaping might let through, and the test above would see it."""
    path = tmp_path / "report.html"
    path.write_text(page.replace("<main>", "<main>" + HOSTILE), encoding="utf-8")
    assert ":CONSOLE" in browse(browser, path, f"--screenshot={tmp_path / 'shot.png'}").stderr
