"""One document as a page: every block with its fate, quotes tied to their speakers, hostile text harmless."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fakes.browsing import browse, contrast, parse, probe

from copydesk.errors import RunError
from copydesk.inspection import Field, Inspection, Mark, Piece
from copydesk.inspection_samples import Sample, Samples
from copydesk.report import write_inspection
from copydesk.report.document import (
    cut_text,
    judge,
    list_speakers,
    render_document,
    render_samples,
    show_pieces,
)

HOSTILE = "<script>alert(1)</script>"
SOURCE = {
    "source_uri": f"gazette/{HOSTILE}.html",
    "status": "article",
    "format": "html",
    "encoding": "utf-8",
    "article_id": "0a1b2c3d4e5f",
    "message": None,
    "stage": None,
    "error": None,
}


def mark(start: int, end: int, speaker: str | None = None, kind: str = "direct") -> Mark:
    return Mark(start, end, kind, speaker, "she" if speaker else None, "said" if speaker else None, 0.9)


def make_inspection() -> Inspection:
    # The first quote holds a term, the second opens where a marked-up name stands.
    said = f"“The ‘new’ ferry sails,” said {HOSTILE}. “We wait.”"
    second = said.index("We wait")
    pieces = (
        Piece(0, f"Ferry sails {HOSTILE}", False, "headline", "field/headline-claim", "headline"),
        Piece(1, "", False, "image", "field/image", None),
        Piece(
            2,
            said,
            True,
            "body",
            None,
            None,
            (
                mark(1, said.index(",”") + 1, "Ana Roche"),
                mark(6, 9, kind="term"),
                mark(second, second + 8, f"Piet {HOSTILE}"),
            ),
        ),
        Piece(3, "She said the pier was shut.", True, "body", None, None, (mark(9, 26, "Ana Roche"),)),
        Piece(4, "x" * 3000, False, "newsletter", "newsletter/sign-up"),
        Piece(5, "عبّارة جديدة 👩‍🚒 \u202egnp.exe", False, "unknown", "model/text", None),
    )
    fields = (Field("headline", f"Ferry sails {HOSTILE}", "block:0"), Field("outlet", "Harrow", None))
    return Inspection(SOURCE, {"headline": f"Ferry sails {HOSTILE}"}, fields, pieces)


@pytest.fixture
def page() -> str:
    return render_document(make_inspection())


def test_every_block_stands_there_once_in_order(page: str) -> None:
    assert re.findall(r'<li class="block (\w+)"', page) == ["field", "field", "kept", "kept", "cut", "doubt"]
    assert page.index("field/headline-claim") < page.index("newsletter/sign-up") < page.index("model/text")
    assert "x" * 3000 in page
    assert "(no text: an image)" in page


@pytest.mark.parametrize(
    ("piece", "fate"),
    [
        (Piece(0, "t", True, "body", None), "kept"),
        (Piece(0, "t", False, "summary", "field/summary", "dek"), "field"),
        (Piece(0, "t", False, "byline", "field/byline"), "field"),
        (Piece(0, "t", False, "share_bar", "share-bar/print"), "cut"),
        (Piece(0, "t", False, "unknown", "model/text"), "doubt"),
    ],
)
def test_the_colour_follows_from_what_became_of_a_block(piece: Piece, fate: str) -> None:
    assert judge(piece) == fate


def test_quotes_are_numbered_through_the_document_and_lead_to_their_speakers(page: str) -> None:
    structure = parse(page)
    assert [name for name in structure.ids if name.startswith("q")] == ["q1", "q2", "q3", "q4"]
    targets = {address[1:] for address in structure.addresses if address.startswith("#")}
    assert targets <= set(structure.ids)
    assert len(structure.ids) == len(set(structure.ids))
    speakers = list_speakers(show_pieces(make_inspection().pieces))
    assert speakers == (("Ana Roche", (1, 4)), (f"Piet {HOSTILE}", (3,)))  # a term has no speaker


def test_quotes_within_quotes_are_cut_at_both_their_ends() -> None:
    (_, _, body, *_) = show_pieces(make_inspection().pieces)
    assert "".join(stretch.text for stretch in body.stretches) == body.piece.text
    assert [(s.quotes, s.ends) for s in body.stretches[:5]] == [
        ((), ()),
        ((1,), ()),
        ((1, 2), (2,)),
        ((1,), (1,)),
        ((), ()),
    ]
    assert cut_text("", ()) == ()


def test_hostile_text_stays_text(page: str) -> None:
    structure = parse(page)
    assert structure.open == []
    assert HOSTILE not in page
    assert "script" not in structure.tags
    assert any(HOSTILE in text for text in structure.texts)
    assert "\u202e" not in page
    assert all(address.startswith(("#", "data:,")) for address in structure.addresses)


def test_fields_name_their_evidence(page: str) -> None:
    assert '<a href="#b0">block:0</a>' in page
    assert "Harrow" in page[page.index('id="fields"') :]
    assert (
        '<a href="#field-headline">headline</a>' in page
    )  # and back, from the block to the field that it gave
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(parse(page).ids)


def test_quotes_of_one_speaker_share_a_colour(page: str) -> None:
    marked = re.findall(r'<mark class="(hue-\d)">([^<]*)</mark>', page)
    assert ("hue-1", "The ‘") in marked
    assert ("hue-2", "We wait.") in marked
    assert page.count('class="hue hue-1">Ana Roche') == 3  # two quotes and the list of speakers
    assert page.count('class="hue hue-2">Piet') == 2


def test_a_document_without_blocks_says_why() -> None:
    source = {
        **SOURCE,
        "status": "quarantined",
        "article_id": None,
        "format": None,
        "encoding": None,
        "stage": "read",
        "error": "empty",
        "message": f"expected text, found {HOSTILE}",
    }
    page = render_document(Inspection(source, None, (), ()))
    assert parse(page).open == []
    assert "quarantined: read/empty" in page
    assert "No block of it is in the tables" in page
    assert HOSTILE not in page


def test_a_page_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected to write "):
        write_inspection(make_inspection(), tmp_path / "missing" / "page.html")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def samples_page() -> str:
    texts = (HOSTILE, "Sign up 👩‍🚒", "عبّارة جديدة \u202egnp.exe", "x" * 6000, "")
    drawn = tuple(
        Sample(
            text,
            "newsletter",
            f"newsletter/{HOSTILE}",
            f"gazette/{n} {HOSTILE}.html",
            n,
            1 + n,
            HOSTILE,
            None,
        )
        for n, text in enumerate(texts)
    )
    rules = ((f"newsletter/{HOSTILE}", 9), ("newsletter/" + "y" * 5000, 1))
    return render_samples(Samples(f"newsletter {HOSTILE}", HOSTILE, drawn, 10, 5, rules), f"out {HOSTILE}")


def test_samples_stand_each_between_its_neighbours(samples_page: str) -> None:
    structure = parse(samples_page)
    assert structure.open == []
    assert HOSTILE not in samples_page
    assert not {"script", "img"} & set(structure.tags)
    assert "\u202e" not in samples_page
    assert samples_page.count('<li class="block cut">') == 5
    assert samples_page.count('class="text around"') == 5
    assert "10 blocks in 5 documents" in samples_page
    assert "(no text: an image)" in samples_page
    assert "copydesk inspect &#39;out &lt;script&gt;" in samples_page


def test_a_rule_that_never_fired_has_a_page_that_says_so() -> None:
    page = render_samples(Samples("legal/imprint", "Under every page.", (), 0, 0, ()), "out")
    assert parse(page).open == []
    assert "it never fired here" in page
    assert "Under every page." in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("which", ["page", "samples_page"])
def test_a_browser_shows_all_of_it_at_any_width(
    browser: str, request: pytest.FixtureRequest, tmp_path: Path, width: int, which: str
) -> None:
    assert probe(browser, request.getfixturevalue(which), tmp_path, width) == ["fits", str(width), "0", "0"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(browser: str, page: str, tmp_path: Path, scheme: str) -> None:
    assert contrast(browser, page, tmp_path, scheme) == [scheme]


@pytest.mark.browser
def test_the_browser_has_nothing_to_complain_about(browser: str, tmp_path: Path) -> None:
    path = write_inspection(make_inspection(), tmp_path / "page.html")
    run = browse(browser, path, f"--screenshot={tmp_path / 'shot.png'}", "--window-size=900,1800")
    assert (tmp_path / "shot.png").stat().st_size > 10_000
    assert ":CONSOLE" not in run.stderr
