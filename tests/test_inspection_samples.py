"""Samples of a label or rule, and the commands that show them, on the tables of the sample corpus."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from copydesk.errors import UsageError
from copydesk.inspection import find_source
from copydesk.inspection_samples import draw_samples
from copydesk.snapshot import open_snapshot

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def out(sample_checkout: Path) -> Path:
    return sample_checkout / "data" / "processed"


def test_a_labels_samples_are_its_blocks(out: Path) -> None:
    rows = [row for row in open_snapshot(out).rows("removals") if row["label"] == "newsletter"]
    assert rows, "the sample has newsletters"
    drawn = draw_samples(out, label="newsletter")
    assert drawn.blocks == len(rows) == sum(sample.alike for sample in drawn.samples)
    assert drawn.documents == len({row["source_uri"] for row in rows})
    assert {(s.source_uri, s.block, s.text) for s in drawn.samples} <= {
        (row["source_uri"], row["block"], row["text"]) for row in rows
    }
    assert len({sample.text for sample in drawn.samples}) == len(drawn.samples)
    assert dict(drawn.rules) == {
        rule: sum(row["rule"] == rule for row in rows) for rule in {r["rule"] for r in rows}
    }


def test_a_rules_samples_name_that_rule_alone(out: Path) -> None:
    (rule, fired), *_ = draw_samples(out, label="newsletter").rules
    drawn = draw_samples(out, rule=rule)
    assert {sample.rule for sample in drawn.samples} == {rule}
    assert drawn.blocks >= fired
    assert draw_samples(out, label="newsletter", rule=rule).blocks == fired


def test_kept_blocks_are_sampled_by_their_role(out: Path) -> None:
    drawn = draw_samples(out, label="body", limit=3)
    assert len(drawn.samples) == 3
    assert drawn.blocks > 3
    assert all(sample.rule is None and sample.label == "body" for sample in drawn.samples)
    assert draw_samples(out, label="body", limit=3) == drawn


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"label": "newsleter"}, "near it: newsletter"),
        ({"rule": "share-bar/no-such"}, "copydesk rules lists them"),
    ],
)
def test_what_does_not_exist_is_said(out: Path, asked: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        draw_samples(out, **asked)  # type: ignore[arg-type]


def test_a_rule_that_never_fired_gives_no_samples(out: Path) -> None:
    from copydesk.label.rules import load_rules

    fired = {row["rule"] for row in open_snapshot(out).rows("removals", ["rule"])}
    silent = next(rule.id for rule in load_rules().rules if rule.id not in fired)
    assert draw_samples(out, rule=silent).samples == ()
    # A label of kept blocks and a rule exclude each other: no removal is body text.
    assert draw_samples(out, label="body", rule=next(iter(fired))).blocks == 0


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_command_shows_samples(out: Path) -> None:
    done = run("inspect", out, "--label", "newsletter")
    assert done.returncode == 0, done.stderr
    assert "shown of" in done.stdout
    assert "newsletter · newsletter/" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [(), ("x.html", "--label", "newsletter"), ("--html", "p")],
)
def test_the_command_wants_a_document_or_samples(out: Path, arguments: tuple[str, ...]) -> None:
    done = run("inspect", out, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("copydesk: expected a document")
    assert len(done.stderr.splitlines()) == 1


def test_the_command_writes_a_documents_page(out: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = run("inspect", out, "harrow-gazette-bridge.html", "--html", page)
    assert done.stdout.strip() == str(page), done.stderr
    text = page.read_text(encoding="utf-8")
    snapshot = open_snapshot(out)
    (source,) = [
        row for row in snapshot.rows("sources") if row["source_uri"].endswith("/harrow-gazette-bridge.html")
    ]
    removed = snapshot.rows("removals", ["block"], [("source_uri", "==", source["source_uri"])])
    kept = snapshot.rows("paragraphs", ["block"], [("article_id", "==", source["article_id"])])
    assert text.count('<li class="block ') == len(removed) + len(kept)


def test_the_command_writes_samples_as_a_page(out: Path, tmp_path: Path) -> None:
    page = tmp_path / "samples.html"
    done = run("inspect", out, "--label", "newsletter", "--html", page)
    assert done.stdout.strip() == str(page), done.stderr
    text = page.read_text(encoding="utf-8")
    drawn = draw_samples(out, label="newsletter")
    assert text.count('<li class="block cut"') == len(drawn.samples)
    assert all(f"inspect {out} {sample.source_uri}</code>" in text for sample in drawn.samples)
    refused = run("inspect", out, "--label", "newsletter", "--html", tmp_path / "missing" / "samples.html")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1


def test_a_sample_stands_between_its_neighbours(out: Path) -> None:
    snapshot = open_snapshot(out)
    uris = {row["article_id"]: row["source_uri"] for row in snapshot.rows("articles")}
    texts = {(row["source_uri"], row["block"]): row["text"] for row in snapshot.rows("removals")}
    texts |= {(uris[row["article_id"]], row["block"]): row["text"] for row in snapshot.rows("paragraphs")}
    drawn = draw_samples(out, label="newsletter").samples
    assert any(sample.before and sample.after for sample in drawn)
    for sample in drawn:
        assert sample.before == texts.get((sample.source_uri, sample.block - 1))
        assert sample.after == texts.get((sample.source_uri, sample.block + 1))


def test_a_rule_comes_with_its_reason(out: Path) -> None:
    from copydesk.label.rules import load_rules

    reasons = {rule.id: rule.why for rule in load_rules().rules}
    rule = next(rule for rule, _ in draw_samples(out, label="newsletter").rules if rule in reasons)
    assert draw_samples(out, rule=rule).why == reasons[rule]


def test_a_document_is_found_by_the_end_of_its_name_in_a_folder_or_an_archive() -> None:
    rows = [{"source_uri": uri, "article_id": None} for uri in ("day/7.txt", "pages.tar.gz#m/17.txt")]
    assert find_source(rows, "m/17.txt") is rows[1]
    assert find_source(rows, "17.txt") is rows[1]
    assert find_source(rows, "7.txt") is rows[0]
