"""The benchmark scripts: scores of outputs whose worth is known, and the places where figures are written."""

from __future__ import annotations

import gzip
import json
import re
import sys
from itertools import islice
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from scoring import html, places, quotes, text  # noqa: E402 - scripts, not a package
from sections import as_table, write_section  # noqa: E402
from variants import variants  # noqa: E402

WORDS = re.compile(r"\w+")
BODY = "The ferry left at noon.\n\nNobody on the quay waved, and the band went home in the rain."
SPOKEN = 'The mayor was angry. "The ferry is late again and the band is wet," Anna Brook said on the quay.'


def aeb_case() -> dict[str, object]:
    return {"id": "one", "source": "aeb", "body": BODY}


def test_an_equal_body_scores_one_and_an_empty_one_nothing() -> None:
    perfect = html.evaluate([aeb_case()], {"one": {"body": BODY}}, rounds=10)["body"]
    empty = html.evaluate([aeb_case()], {}, rounds=10)["body"]
    assert (perfect["f1"], perfect["accuracy"]) == (1.0, 1.0)
    assert empty["f1"] == 0.0


def test_boilerplate_costs_precision_and_not_recall() -> None:
    leaked = BODY + "\n\nSign up for our letter and never miss a ferry again."
    body = html.evaluate([aeb_case()], {"one": {"body": leaked}}, rounds=10)["body"]
    assert body["recall"] == 1.0
    assert 0.4 < body["precision"] < 0.8


@pytest.fixture
def dump_kit(tmp_path: Path) -> Path:
    """A kit with one dump: a headline, two paragraphs, one line of boilerplate."""
    lines = ["Ferry leaves on time", *BODY.split("\n\n"), "Share this story with your friends"]
    folder = tmp_path / "text" / "dumps"
    folder.mkdir(parents=True)
    (folder / "one.reader.txt.gz").write_bytes(gzip.compress("\n\n".join(lines).encode()))
    labels = [["title", 0.0], ["body", 1.0], ["body", 1.0], ["boiler", 0.0]]
    row = {
        "id": "one",
        "language": "en",
        "title": lines[0],
        "authors": [],
        "published": None,
        "body_paragraphs": BODY.split("\n\n"),
        "neutral_paragraphs": [],
        "kinds": {"reader": {"asked": ["title"], "labels": labels}},
    }
    (tmp_path / "text" / "gold.jsonl.gz").write_bytes(gzip.compress(json.dumps(row).encode()))
    return tmp_path


def test_a_dump_without_leak_and_loss_is_clean(dump_kit: Path) -> None:
    pages = text.load_pages(dump_kit, "reader")
    clean = text.aggregate(text.score_run(pages, {"one": {"text": BODY, "title": "Ferry leaves on time"}}))
    leaky = text.aggregate(
        text.score_run(pages, {"one": {"text": BODY + "\nShare this story with your friends"}})
    )
    assert (clean["clean"], clean["title"]) == (1.0, 1.0)
    assert (leaky["clean"], leaky["leak"], leaky["loss"], leaky["title"]) == (0.0, 1.0, 0.0, 0.0)


def quote_case() -> dict[str, object]:
    start = SPOKEN.index("The ferry")
    end = SPOKEN.index('," Anna')
    gold = {
        "kind": "direct",
        "fragments": [[start, end]],
        "source_text": "Anna Brook",
        "names": ["Anna Brook"],
        "alt_name": None,
        "names_from": "source",
        "speaker_type": "name",
        "cue_text": "said",
        "speech": True,
    }
    span = {"start": start, "end": end, "n": 11, "status": "covered", "quote": 0}
    return {"id": "one", "title": "Late", "text": SPOKEN, "n_words": 19, "spans": [span], "quotes": [gold]}


@pytest.mark.parametrize(("speaker", "right"), [("Anna Brook", 100.0), ("the mayor", 0.0), (None, 0.0)])
def test_a_quote_counts_only_with_its_speaker(speaker: str | None, right: float) -> None:
    row = {
        "text": "The ferry is late again and the band is wet",
        "char_start": 22,
        "speaker": speaker,
        "cue": "said",
    }
    placed = places.place([row], SPOKEN, SPOKEN)
    figures = quotes.score([quote_case()], {"one": placed})
    assert figures["det_overlap"] == (100.0, 100.0, 100.0)
    assert figures["e2e"][2] == right


def test_figures_go_between_their_own_comments_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    end = "<!-- end of figures -->"
    page.write_text(f"a\n<!-- figures: x -->\nold\n{end}\nb\n<!-- figures: y -->\n{end}\n")
    write_section(page, "x", as_table({"copydesk": {"F1": "97.0"}, "other": {"P": 1}}))
    new = page.read_text()
    assert "old" not in new
    assert "| copydesk | 97.0 | - |" in new
    assert new.endswith("b\n<!-- figures: y -->\n<!-- end of figures -->\n")
    write_section(page, "y", "z")
    assert "| copydesk | 97.0 | - |" in page.read_text()


def test_a_place_that_is_missing_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    with pytest.raises(SystemExit, match="figures: x"):
        write_section(page, "x", "z")


def test_the_page_of_benchmarks_has_a_place_for_every_set() -> None:
    import accuracy

    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for name in (*accuracy.SETS, "speed-html", "speed-text"):
        assert f"<!-- figures: {name} -->" in page


def test_a_variant_says_other_words_in_the_same_markup_under_its_own_address() -> None:
    page = f"""<link rel="canonical" href="https://a.example/ferry"><p class="lead">{BODY}</p><p>By Anna Brook</p>"""
    documents = [(".html", page.encode()), (".txt", SPOKEN.encode())]
    first, dump, second, spoken, third, _ = islice(variants(documents), 6)
    assert [first, dump] == documents
    assert len({first, second, third}) == 3
    text = second[1].decode()
    assert text.startswith('<link rel="canonical" href="https://a.example/1/ferry"><p class="lead">The ')
    assert text.endswith("</p><p>By Anna Brook</p>")
    assert sorted(WORDS.findall(f"{text} {spoken[1].decode()}".replace("/1/", "/"))) == sorted(
        WORDS.findall(f"{page} {SPOKEN}")
    )
    assert list(islice(variants(documents), 6))[2:4] == [second, spoken]
