"""Samples to be marked by hand, and what the marks say."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from fakes.harbour import HOSTILE, Publish, Rows

from copydesk.errors import UsageError
from copydesk.report import write_report
from copydesk.report.marking import read_marked, wilson
from copydesk.report.reading import open_tables
from copydesk.report.sampling import Sample, draw_samples, safe_cell
from copydesk.snapshot import Snapshot


def draw(snapshot: Snapshot, seed: int = 1) -> dict[str, Sample]:
    with open_tables(snapshot.folder) as tables:
        return {sample.question.table: sample for sample in draw_samples(tables, snapshot.snapshot_id, seed)}


def read(sample: Sample) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sample.csv)))


def mark(rows: list[dict[str, str]], marks: list[str], to: Path, delimiter: str = ",") -> Path:
    """A person's work, saved as a spreadsheet saves it."""
    for row, value in zip(rows, marks, strict=False):
        row["mark"] = value
    with to.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return to


def test_a_hundred_rows_of_each_table_are_drawn(snapshot: Snapshot) -> None:
    samples = draw(snapshot)
    assert {table: (sample.rows, sample.of_rows) for table, sample in samples.items()} == {
        "articles": (60, 60),
        "paragraphs": (100, 240),
        "quotes": (60, 60),
        "removals": (100, 300),
        "quote_clusters": (7, 7),
        "stories": (1, 1),
        "sources": (63, 63),
    }
    for table, sample in samples.items():
        found = read(sample)
        assert len(found) == sample.rows
        assert all(row["table"] == table and row["mark"] == "" for row in found)


def test_the_draw_hangs_on_the_seed_and_on_no_order(publish: Publish, rows: Rows) -> None:
    first = draw(publish(rows))
    for table in ("paragraphs", "removals"):
        rows[table].reverse()
    again = draw(publish(rows))
    assert {table: sample.csv for table, sample in again.items()} == {t: s.csv for t, s in first.items()}
    other = draw(publish(rows), seed=2)["paragraphs"]
    assert {row["paragraph_id"] for row in read(other)} != {
        row["paragraph_id"] for row in read(first["paragraphs"])
    }


def test_a_row_shows_what_it_is_judged_by(snapshot: Snapshot) -> None:
    quote = next(row for row in read(draw(snapshot)["quotes"]) if row["quote_id"] == "q0001")
    assert (quote["speaker"], quote["of"], quote["paragraph"]) == (
        "Piet Lindqvist",
        "mixed",
        "Ferry b sails at noon.",
    )
    article = next(row for row in read(draw(snapshot)["articles"]) if row["article_id"] == "a0001")
    assert (article["authors"], article["published_at"]) == ("Mira Tolland", "2026-05-01 02:15:00")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+47 22", "'+47 22"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("1 + 1 = 2", "1 + 1 = 2"),
        ("“=”", "“=”"),
        (None, ""),
        (0.9, "0.9"),
        ("a\x00b\x1bc", "a\ufffdb\ufffdc"),
        ("עיתון 👩‍🚒", "עיתון 👩‍🚒"),
    ],
)
def test_what_a_spreadsheet_would_run_is_text(value: object, shown: str) -> None:
    assert safe_cell(value) == shown


def test_hostile_cells_survive_the_file(publish: Publish, rows: Rows) -> None:
    texts = ("=HYPERLINK(1)", f'{HOSTILE} "quoted", and\nmore', "עיתון", "x" * 5000)
    for n, removal in enumerate(rows["removals"]):
        removal["text"] = texts[n % 4]
    found = {row["text"] for row in read(draw(publish(rows))["removals"])}
    assert found == {"'=HYPERLINK(1)", texts[1], texts[2], "x" * 599 + "…"}


def test_marks_become_precision_with_its_interval(snapshot: Snapshot, tmp_path: Path) -> None:
    sampled = read(draw(snapshot)["quotes"])
    file = mark(sampled, ["right"] * 8 + ["wrong", "unsure", "R", " Yes "], tmp_path / "quotes.csv", ";")
    (marked,) = read_marked([file, file])  # the same file twice counts once
    assert marked.precision is not None
    assert (marked.precision.right, marked.precision.judged, marked.unsure, marked.unmarked) == (
        10,
        11,
        1,
        48,
    )
    low, high = marked.precision.interval
    assert low < 10 / 11 < high
    assert sum(part.judged for part in marked.strata) == 11
    assert {part.name for part in marked.strata} <= {"direct", "mixed", "indirect", "term"}
    assert [(row.text, row.of) for row in marked.wrong] == [(sampled[8]["text"], sampled[8]["of"])]


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    [(95, 100, 0.8882, 0.9785), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_the_interval_is_wilsons(right: int, judged: int, low: float, high: float) -> None:
    assert wilson(right, judged) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.usefixtures("words_only")
def test_the_report_shows_the_precision_and_what_was_wrong(snapshot: Snapshot, tmp_path: Path) -> None:
    page, folder = tmp_path / "page.html", tmp_path / "to" / "mark"
    write_report(snapshot, page, command="c", sample=folder)
    assert sorted(path.name for path in folder.iterdir()) == [
        "articles.csv", "paragraphs.csv", "quote_clusters.csv", "quotes.csv", "removals.csv", "sources.csv", "stories.csv",
    ]  # fmt: skip
    with (folder / "removals.csv").open(encoding="utf-8-sig", newline="") as file:
        sampled = list(csv.DictReader(file))
    sampled[0]["note"] = f"this was the lede {HOSTILE}"
    marked = mark(sampled, ["wrong"] + ["right"] * 99, folder / "removals.csv")
    write_report(snapshot, page, command="c", marked=[marked])
    text = page.read_text(encoding="utf-8")
    assert "99.0%" in text
    assert "94.6% to 99.8%" in text
    assert "this was the lede &lt;script&gt;" in text
    assert "of snapshot" not in text[text.index('id="sample"') : text.index('id="run"')]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n", "expected the columns mark, table, snapshot_id, of"),
        (b"", "expected the columns"),
        (b"\xff\xfe\x00mark", "expected UTF-8"),
        (
            b"mark,table,snapshot_id,of,quote_id\nperhaps,quotes,s,direct,q1\n",
            "line 2: expected right, wrong",
        ),
        (b"mark,table,snapshot_id,of\nright,nonsense,s,x\n", "line 2: expected a row of a sample"),
        (b"mark,table,snapshot_id,of\nright,quotes,s,x\n", "line 2: expected a row of a sample"),
        (b'mark,table,snapshot_id,of\n"' + b"x" * 200_000 + b'",quotes,s,x\n', "expected CSV, found"),
    ],
)
def test_a_file_that_is_no_marked_sample_is_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "marks.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=message) as fault:
        read_marked([file])
    assert len(str(fault.value).splitlines()) == 1
    with pytest.raises(UsageError, match="No such file"):
        read_marked([tmp_path / "nothing.csv"])
