"""`copydesk report` as a user types it: what it writes, and one clear line where it cannot."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.harbour import Publish, Rows

from copydesk.report.figures import compute_figures
from copydesk.report.page import About, render_page
from copydesk.snapshot import Snapshot
from flows.cli import main


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows.cli", "report", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_report_stands_beside_the_tables(snapshot: Snapshot, tmp_path: Path) -> None:
    done = run(snapshot.out)
    page = snapshot.out / "report.html"
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(page), "")
    assert "harbour: data-quality report" in page.read_text(encoding="utf-8")
    again = run(snapshot.out, "--to", tmp_path / "other.html", "--sample", tmp_path / "marks", "--seed", 7)
    assert again.returncode == 0, again.stderr
    assert len(list((tmp_path / "marks").iterdir())) == 7
    assert "seed 7" in (tmp_path / "other.html").read_text(encoding="utf-8")


def test_the_hash_of_the_inputs_is_what_the_guide_says(snapshot: Snapshot) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "report.md").read_text(encoding="utf-8")
    code = re.search(r'python -c "\n(.*?)"\n', guide, re.DOTALL)
    assert code is not None
    lines = "\n".join(line.strip() for line in code[1].splitlines()).replace(
        "data/processed", str(snapshot.out)
    )
    shown = subprocess.run(
        [sys.executable, "-c", lines], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert shown == compute_figures(snapshot).citation.inputs_sha256


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A file of one rule that fires nowhere."""
    rule = {
        "id": "newsletter/harbour-letter",
        "label": "newsletter",
        "pattern": "^the harbour letter$",
        "why": "Printed by the harbour's outlets.",
        "examples": ["The Harbour Letter"],
        "counterexamples": ["The harbour letter was found."],
    }
    path = tmp_path / "ours.yaml"
    path.write_text(json.dumps([rule]), encoding="utf-8")
    return path


def silent_rules(out: Path) -> str:
    page = (out / "report.html").read_text(encoding="utf-8")
    return page[page.index("Rules that never fired") :]


def test_a_file_of_rules_counts_among_those_that_never_fired(
    snapshot: Snapshot, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_RULES", str(rules))
    assert run(snapshot.out).returncode == 0
    assert "newsletter/harbour-letter" in silent_rules(snapshot.out)


def test_a_build_with_rules_of_its_own_reports_on_them(snapshot: Snapshot, rules: Path) -> None:
    from flows.report import write_report_of

    assert write_report_of.fn(str(snapshot.out), [str(rules)]) == str(snapshot.out / "report.html")
    assert "newsletter/harbour-letter" in silent_rules(snapshot.out)


@pytest.mark.parametrize(
    "harm", ["empty", "foreign", "no current", "no tables", "half gone", "no history", "old", "a file"]
)
def test_an_out_that_cannot_be_reported_is_one_line(
    snapshot: Snapshot, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = snapshot.out
    if harm in ("empty", "foreign", "a file"):
        shutil.rmtree(out)
        if harm == "a file":
            out.write_text("x", encoding="utf-8")
        else:
            out.mkdir()
            (out / "notes.txt" if harm == "foreign" else out / ".keep").write_text("x", encoding="utf-8")
    elif harm == "no current":
        (out / "current").unlink()
    elif harm == "no tables":
        shutil.rmtree(snapshot.folder)
    elif harm == "half gone":
        (snapshot.folder / "sources.parquet").unlink()
    elif harm == "no history":
        (out / "runs.parquet").unlink()
    else:
        import pyarrow.parquet as pq

        pq.write_table(
            pq.read_table(snapshot.folder / "quotes.parquet").drop_columns(["cue"]),
            snapshot.folder / "quotes.parquet",
        )
    with pytest.raises(SystemExit) as leaving:
        main(["report", str(out)])
    said = capsys.readouterr()
    assert leaving.value.code == 1
    assert said.out == ""
    assert len(said.err.splitlines()) == 1, said.err
    assert re.search(r"copydesk: .*(expected|no tables)", said.err)
    assert not out.is_dir() or not (out / "report.html").exists()


def test_marks_that_cannot_be_read_change_no_report(snapshot: Snapshot, tmp_path: Path) -> None:
    page = snapshot.out / "report.html"
    page.write_text("the last report", encoding="utf-8")
    marks = tmp_path / "marks.csv"
    marks.write_text("name,value\n", encoding="utf-8")
    done = run(snapshot.out, "--marked", marks)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert page.read_text(encoding="utf-8") == "the last report"


def test_a_corpus_of_one_outlet_without_dates_has_a_report(publish: Publish, rows: Rows) -> None:
    for article in rows["articles"]:
        article |= {
            "outlet": None,
            "published_at": None,
            "language": None,
            "removed_share": 0.0,
            "word_count": 7,
        }
    assert "No article is dated" in render_page(compute_figures(publish(rows)), About("t", "c", "out"))
