"""The sample corpus shows what its README says that it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import copydesk

SAMPLE = Path(__file__).parents[1] / "data" / "raw" / "sample"
SPEAKER = "Ilka Dorrin"

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def tables(sample_checkout: Path) -> Any:
    return copydesk.load(sample_checkout / "data" / "processed")


def row(tables: Any, table: str, file: str) -> Any:
    """The one row of `articles` or `sources` that a file of the sample became."""
    frame = getattr(tables, table)
    found = frame[frame.source_uri.str.endswith(file)]
    assert len(found) == 1, f"{file}: {len(found)} rows of {table}"
    return found.iloc[0]


def documents() -> list[Path]:
    files = (path for path in SAMPLE.rglob("*") if path.is_file())
    return sorted(path for path in files if not path.name.endswith(("_meta.json", ".meta.json")))


def test_every_document_is_one_row_of_sources_with_its_fate(tables: Any) -> None:
    fates = {path.name: row(tables, "sources", f"/{path.name}").status for path in documents()}
    assert len(tables.sources) == len(fates)
    assert {name: fate for name, fate in fates.items() if fate != "article"} == {
        "README.md": "skipped",
        "empty.txt": "quarantined",
        "photo-named-as-page.html": "quarantined",
        "harrow-gazette-bridge.morning.html": "superseded",
        "tarn-observer-bridge-saved-twice.html": "duplicate",
    }


def test_what_was_set_aside_says_why(tables: Any) -> None:
    for name in ("empty.txt", "photo-named-as-page.html"):
        source = row(tables, "sources", name)
        assert source.stage == "read"
        assert source.error
        assert source.message


def test_the_wrong_declaration_of_an_encoding_does_no_harm(tables: Any) -> None:
    source = row(tables, "sources", "courrier-de-sorel-pont.html.gz")
    assert source.encoding == "cp1252"
    article = row(tables, "articles", "courrier-de-sorel-pont.html.gz")
    assert article.headline == "À Castrel, un pont fermé et six années de signatures"
    assert "procès-verbaux ont été signés" in article.text
    assert "\ufffd" not in article.text


@pytest.mark.parametrize(
    ("file", "outlet", "authors"),
    [
        ("dagpost-tarn-bridge.txt", None, ["Tobias N"]),
        ("castrel-courier-bridge.txt", "The Castrel Courier", []),
        ("continent-now-bridge.txt", None, ["Amadeo Lindqvist"]),
        ("halden-news-bridge.md", "Halden News", None),
        ("harrow-gazette-bridge.html", "The Harrow Gazette", ["Philippa Thorne", "Gareth Oyelaran"]),
        ("tarn-observer-bridge.html", None, ["Rosalind Peake"]),
        ("riverland-daily-bridge.html", "Riverland Daily", ["Mats Elgin"]),
        ("nordlicht-zeitung-bruecke.html", "Nordlicht Zeitung", ["Friederike Nordahl"]),
        ("courrier-de-sorel-pont.html.gz", "Le Courrier de Sorel", ["Hélène Vautrin"]),
    ],
)
def test_outlet_and_people_are_read(
    tables: Any, file: str, outlet: str | None, authors: list[str] | None
) -> None:
    article = row(tables, "articles", file)
    if outlet is not None:
        assert article.outlet == outlet
    if authors is not None:
        assert list(article.authors) == authors


@pytest.mark.parametrize(
    ("file", "published", "precision"),
    [
        ("dagpost-tarn-bridge.txt", "2024-04-19T08:40:00+00:00", "minute"),  # CET as written, in April
        ("plainsman-times-bridge.txt", "2024-04-19T00:00:00+00:00", "day"),
        ("halden-news-bridge.md", "2024-04-18T17:25:00+00:00", "minute"),
        ("tarn-observer-bridge.html", "2024-04-20T00:00:00+00:00", "day"),
        ("riverland-daily-bridge.html", "2024-04-22T16:05:00+00:00", "second"),  # the attribute of <time>
        ("courrier-de-sorel-pont.html.gz", "2024-04-20T06:40:00+00:00", "minute"),  # the sidecar's zone
    ],
)
def test_the_day_and_the_minute_are_read(tables: Any, file: str, published: str, precision: str) -> None:
    article = row(tables, "articles", file)
    assert article.published_at.isoformat() == published
    assert article.published_precision == precision


@pytest.mark.parametrize("file", ["castrel-courier-bridge.txt", "continent-now-bridge.txt"])
def test_no_date_is_taken_from_a_caption_or_a_letter(tables: Any, file: str) -> None:
    assert row(tables, "articles", file).isna().published_at


def test_the_letter_to_readers_is_in_the_ledger_and_not_in_the_body(tables: Any) -> None:
    article = row(tables, "articles", "castrel-courier-bridge.txt")
    removed = tables.removals[tables.removals.article_id == article.article_id]
    for line in ("Dear reader,", "This has been the hardest year in our history.", "Give now", "€3"):
        assert removed.text.str.startswith(line).any(), line
        assert line not in article.text


def test_the_spokeswoman_is_quoted_by_every_outlet(tables: Any) -> None:
    spoken = tables.quotes[(tables.quotes.speaker == SPEAKER) & tables.quotes.kind.isin(["direct", "mixed"])]
    outlets = set(spoken.article_id)
    assert len(outlets) == len(tables.articles)


def test_a_man_between_her_quotes_keeps_his_own(tables: Any) -> None:
    article = row(tables, "articles", "continent-now-bridge.txt")
    quotes = tables.quotes[tables.quotes.article_id == article.article_id]
    bolt = quotes[quotes.text.str.contains("If a bolt is missing")]
    assert len(bolt) == 1
    assert bolt.iloc[0].speaker != SPEAKER


def test_reporters_and_editors_become_contributors(tables: Any) -> None:
    article = row(tables, "articles", "halden-news-bridge.md")
    assert [(c["role"], c["name"]) for c in article.contributors] == [
        ("Reporting", "Sunniva Kell"),
        ("Reporting", "Bram Oster"),
        ("Additional reporting", "Tilde Marek"),
        ("Additional reporting", "Yusuf Arden"),
        ("Editing", "Corin Vale"),
    ]
