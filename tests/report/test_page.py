"""The page: complete in itself, escaped, and looked at by a real browser."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import pytest
from fakes.browsing import browse, contrast, parse, probe
from fakes.harbour import HOSTILE, Publish, Rows, make_rows, publish_rows

from copydesk.check.contracts import SNAPSHOT_TABLES
from copydesk.errors import RunError
from copydesk.report import write_report
from copydesk.report.figures import compute_figures
from copydesk.report.page import About, render_page
from copydesk.snapshot import Snapshot

ABOUT = About("harbour corpus", "copydesk report harbour", "harbour")
LONG = "Ana Mira " * 600  # a name of 5,400 characters
TEXTS = (
    HOSTILE,
    "]]></svg><img src=x onerror=alert(1)>",
    "\u202eעיתון הנמל\u202c يومية الميناء",
    "👩\u200d🚒 Ferry\x00\x1b[31m",
    "港の新聞社がフェリーの運航再開を伝える長い名前",
    '=HYPERLINK("http://ferry.example")',
    "{{ 7 * 7 }} {% raw %} $x^2$ \\alpha _hidden",
    LONG,
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return render_page(compute_figures(publish_rows(tmp_path_factory.mktemp("page"), make_rows())), ABOUT)


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Every text of the corpus is one that nobody would want in a page."""
    rows = make_rows()
    for table in rows.values():
        for n, row in enumerate(table):
            for name, value in row.items():
                free = name in (
                    "headline",
                    "outlet",
                    "section",
                    "text",
                    "message",
                    "speaker",
                    "rule",
                    "wording",
                    "edits",
                )
                if free and isinstance(value, str):
                    row[name] = TEXTS[n % len(TEXTS)]
                elif name == "authors":
                    row[name] = [TEXTS[n % len(TEXTS)]]
    rows["runs"][0]["inputs"] = list(TEXTS)
    rows["runs"][0]["command"] = HOSTILE
    rows["audit"][1]["observed"] = HOSTILE
    return render_page(
        compute_figures(publish_rows(tmp_path_factory.mktemp("hostile"), rows)),
        About(HOSTILE, HOSTILE, f"out {HOSTILE}"),
    )


def test_the_page_is_whole_and_asks_for_nothing(page: str) -> None:
    structure = parse(page)
    assert structure.open == []
    assert "script" not in structure.tags
    assert all(address.startswith(("#", "data:")) for address in structure.addresses)
    assert "url(" not in re.sub(r"url\(#\w+\)", "", page)
    assert "@import" not in page


def test_hostile_text_stays_text(hostile_page: str) -> None:
    structure = parse(hostile_page)
    assert structure.open == []
    assert not {"script", "img"} & set(structure.tags)
    assert HOSTILE not in hostile_page
    assert "\u202e" not in hostile_page
    assert any(HOSTILE in text for text in structure.texts)
    assert any("{{ 7 * 7 }}" in text for text in structure.texts)
    assert any("עיתון הנמל" in text for text in structure.texts)
    assert LONG[:400] not in hostile_page


def test_links_inside_the_page_lead_somewhere_and_ids_are_unique(page: str, hostile_page: str) -> None:
    for text in (page, hostile_page):
        structure = parse(text)
        assert len(structure.ids) == len(set(structure.ids))
        targets = {address[1:] for address in structure.addresses if address.startswith("#")}
        assert targets <= set(structure.ids)


def test_every_concern_leads_to_its_rows(page: str) -> None:
    listed = page[page.index('id="attention"') : page.index('id="changes"')]
    anchors = re.findall(r'href="#(rows-\d+)"', listed)
    assert len(anchors) >= 3
    for anchor in anchors:
        block = page[page.index(f'id="{anchor}"') :].split('class="evidence"')[0]
        assert "copydesk inspect harbour " in block
        assert "copydesk.load(" in block


def test_every_picture_has_words_that_stand_in_for_it(page: str) -> None:
    pictures = re.findall(r'<svg viewBox="[^"]*" role="img" aria-labelledby="([^"]*)"', page)
    assert len(pictures) == page.count("<figcaption>") == 15
    for names in pictures:
        title, words = (re.search(rf'id="{name}">([^<]*)<', page) for name in names.split())
        assert title and len(title[1]) > 5
        assert words and len(words[1]) > 20


def test_pictures_say_what_their_bars_count(page: str) -> None:
    titles = re.findall(r"<figcaption>([^<]*)</figcaption>", page)
    assert set(titles) == {
        "Articles by day and outlet", "Articles by language", "Article length", "Paragraph length",
        "Missing fields by outlet", "Missing fields in all articles", "Removed blocks by label", "Removed share",
        "Removed share by outlet", "Removed blocks by label and outlet", "Quotes by kind", "Quotes in an article",
        "Quotes with a settled speaker by outlet", "Quarantined documents by reason", "Time by stage",
    }  # fmt: skip
    drawn = re.findall(r"<text[^>]*>([^<]*)</text>", page)
    assert {"articles", "paragraphs", "blocks", "quotes", "documents", "seconds", "blocks an article"} <= set(
        drawn
    )


@pytest.mark.usefixtures("words_only")
def test_rules_that_never_fired_stand_under_their_label(snapshot: Snapshot) -> None:
    known = {
        "byline/first": ("byline", "Fires."),
        "share-bar/print-it": ("share_bar", f"Under the text. {HOSTILE}"),
        "newsletter/weekly": ("newsletter", "Boxes of a weekly letter."),
    }
    figures = compute_figures(snapshot, known)
    assert {rule.id for rule in figures.ledger.rules if not rule.fired} == {
        "share-bar/print-it",
        "newsletter/weekly",
    }
    page = render_page(figures, About("t", "c", "out", "0a1b2c"))
    assert parse(page).open == []
    silent = page[page.index("Rules that never fired") :]
    assert silent.index("newsletter/weekly") < silent.index("share-bar/print-it")
    assert HOSTILE not in page
    assert "the run had" not in page
    assert "the run had" in render_page(figures, About("t", "c", "out", "ffffff"))


def test_the_same_snapshot_gives_the_same_page(snapshot: Snapshot, page: str) -> None:
    assert render_page(compute_figures(snapshot), ABOUT) == page


def test_a_corpus_without_articles_has_a_page(empty_snapshot: Snapshot) -> None:
    page = render_page(compute_figures(empty_snapshot), ABOUT)
    assert parse(page).open == []
    assert "No articles" in page


def test_the_page_holds_the_sample_to_be_marked(page: str) -> None:
    files = dict(re.findall(r'<a download="([\w.]+)" href="data:text/csv;base64,([\w+/=]+)"', page))
    assert set(files) == {f"{table}.csv" for table in SNAPSHOT_TABLES}
    assert (
        base64.b64decode(files["quotes.csv"]).decode("utf-8-sig").startswith("mark,note,table,snapshot_id,")
    )


def test_the_page_stays_small_whatever_the_corpus(publish: Publish, rows: Rows) -> None:
    for n, article in enumerate(rows["articles"]):
        article |= {"outlet": f"{n} {LONG}", "headline": LONG, "language": f"{n:03}"}
    for n, removal in enumerate(rows["removals"]):
        removal |= {"rule": f"{n} {LONG}", "text": LONG, "source_uri": f"{n}/{LONG}"}
    for n, quote in enumerate(rows["quotes"]):
        quote |= {"speaker": f"{n} {LONG}", "text": LONG}
    for cluster in rows["quote_clusters"]:
        cluster |= {"wording": LONG, "edits": "[-x-]{+y+} " * 4000}
    for n, source in enumerate(rows["sources"]):
        source |= {"message": LONG, "error": f"{n} {LONG}", "status": "quarantined"}
    known = {f"rule/{n}": ("legal", LONG) for n in range(3000)}
    rows["runs"][0]["inputs"] = [f"{n} {LONG}" for n in range(500)]
    page = render_page(compute_figures(publish(rows), known), ABOUT)
    assert len(page.encode()) < 3_000_000
    assert parse(page).open == []


@pytest.mark.usefixtures("words_only")
def test_how_to_cite_names_what_the_tables_stand_on(publish: Publish, rows: Rows) -> None:
    rows["runs"][0]["command"] = "copydesk build 'my pages' --out harbour"
    page = render_page(compute_figures(publish(rows)), ABOUT)
    cite = page[page.index('id="run"') :]
    for words in (
        "sha256:",
        "copydesk build &#39;my pages&#39; --out harbour",
        "0a1b2c",
        "3d4e5f",
        "python 3.11.9",
    ):
        assert words in cite


@pytest.mark.usefixtures("words_only")
def test_a_report_that_cannot_be_written_leaves_nothing(snapshot: Snapshot, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(RunError, match=r"expected a folder to write report\.html into, found none"):
        write_report(snapshot, tmp_path / "missing" / "report.html", command="c")
    (tmp_path / "taken").mkdir()
    with pytest.raises(RunError, match="found a folder of this name"):
        write_report(snapshot, tmp_path / "taken", command="c")
    (tmp_path / "taken").rmdir()
    with pytest.raises(RunError, match="expected a folder for the sample"):
        write_report(snapshot, tmp_path / "page.html", command="c", sample=snapshot.folder / "quotes.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_line(snapshot: Snapshot, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    with pytest.raises(RunError, match="no permission"):
        write_report(snapshot, shut / "report.html", command="c")


# ---------------------------------------------------------------- in a real browser
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("which", ["page", "hostile_page"])
def test_a_browser_shows_all_of_it_at_any_width(
    browser: str, request: pytest.FixtureRequest, tmp_path: Path, width: int, which: str
) -> None:
    assert probe(browser, request.getfixturevalue(which), tmp_path, width) == ["fits", str(width), "0", "0"]


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


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: str, page: str, tmp_path: Path, scheme: str) -> None:
    assert contrast(browser, page, tmp_path, scheme) == [scheme]
