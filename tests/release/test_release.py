"""A release is whole or not there, the same twice, and says what the tables and their holder say."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from copydesk.check.contracts import SNAPSHOT_TABLES, load_contract
from copydesk.errors import RunError, UsageError
from copydesk.release import About, write_release
from copydesk.release.about import read_about
from copydesk.release.datasheet import OPEN, question_ids
from copydesk.release.layout import table_path
from copydesk.snapshot import open_snapshot

pytestmark = pytest.mark.xdist_group("sample")

COPY = {table: [c.name for c in load_contract(table).columns if c.is_copy] for table in SNAPSHOT_TABLES}


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_same_snapshot_gives_the_same_bytes(sample_out: Path, bare: Path, tmp_path: Path) -> None:
    write_release(
        open_snapshot(sample_out), str(tmp_path / "again"), title="Velmora bridge", without_text=True
    )
    assert files_of(tmp_path / "again") == files_of(bare)


def test_every_row_of_the_snapshot_is_released(sample_out: Path, released: Path) -> None:
    for table in SNAPSHOT_TABLES:
        own = pq.read_table(sample_out / f"{table}.parquet")
        given = pq.read_table(released / table_path(table))
        assert given.num_rows == own.num_rows
        same = [f.name for f in own.schema if f.type == given.schema.field(f.name).type]
        assert given.select(same).equals(own.select(same))
        for name in set(own.column_names) - set(same):  # maps
            pairs = [[(e["key"], e["value"]) for e in row] for row in given[name].to_pylist()]
            assert pairs == own[name].to_pylist()


# ---------------------------------------------------------------- without text
def test_no_wording_of_an_outlet_is_left_in_a_release_without_text(sample_out: Path, bare: Path) -> None:
    everything = b"\n".join(
        repr(pq.read_table(path).to_pydict()).encode() if path.suffix == ".parquet" else path.read_bytes()
        for path in bare.rglob("*")
        if path.is_file()
    ).decode()
    snapshot = open_snapshot(sample_out)
    for table, columns in COPY.items():
        for row in snapshot.rows(table, columns) if columns else []:
            for value in row.values():
                if isinstance(value, str) and len(value.split()) > 8:  # a printed date may be a value too
                    assert value not in everything, (table, value)


def test_hashes_stand_in_the_place_of_wording(sample_out: Path, bare: Path) -> None:
    own = pq.read_table(sample_out / "paragraphs.parquet").to_pylist()
    given = pq.read_table(bare / table_path("paragraphs")).to_pylist()
    assert [hashlib.sha256(row["text"].encode()).hexdigest() for row in own] == [
        r["text_sha256"] for r in given
    ]
    assert [(r["char_start"], r["char_end"]) for r in own] == [
        (r["char_start"], r["char_end"]) for r in given
    ]


def test_what_is_left_out_is_what_the_contracts_call_copy(bare: Path) -> None:
    for table, columns in COPY.items():
        names = pq.read_schema(bare / table_path(table)).names
        assert not set(columns) & set(names)
        assert {f"{name}_sha256" for name in columns} <= set(names)
    assert COPY["articles"] == ["headline", "dek", "images", "links", "text"]
    assert "authors" in pq.read_schema(bare / table_path("articles")).names


# ---------------------------------------------------------------- pages
def test_rights_are_the_holders_words_and_else_unknown(released: Path) -> None:
    rights = (released / "RIGHTS.md").read_text(encoding="utf-8")
    (gazette,) = [line for line in rights.splitlines() if "The Harrow Gazette" in line]
    assert r"Licensed for \*research\* \| until 2030" in gazette
    (courier,) = [line for line in rights.splitlines() if "The Castrel Courier" in line]
    assert courier.endswith("| unknown |")


def test_the_datasheet_answers_from_the_tables_and_says_what_is_open(released: Path) -> None:
    sheet = (released / "DATASHEET.md").read_text(encoding="utf-8")
    assert sheet.count("**") == 2 * len(question_ids())
    assert "10 articles" in sheet
    assert "To compare how outlets quote one ministry." in sheet
    assert OPEN in sheet
    assert "{" not in sheet


def test_page_text_is_no_markup_on_the_card(sample_out: Path, tmp_path: Path) -> None:
    odd = About(title="<script>alert(1)</script> | [x](y)")
    write_release(open_snapshot(sample_out), str(tmp_path / "odd"), title="", about=odd)
    card = (tmp_path / "odd" / "README.md").read_text(encoding="utf-8").split("\n---\n", 1)[1]
    assert "<script>" not in card.split("```bibtex")[0]
    assert r"&lt;script&gt;alert\(1\)&lt;/script&gt; \| \[x\]\(y\)" in card


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("titel = 'x'", "nothing is called titel; did you mean title?"),
        ("title = 3", "title: expected a text, found '3'"),
        ("authors = 'Ana'", "authors: expected a list of texts, found 'Ana'"),
        ("[outlets]\nGazette = 'x'", "outlets.Gazette: expected a table with rights"),
        ("[datasheet]\nmotivation = 'x'", "nothing is called datasheet.motivation"),
        ("title", "expected TOML"),
    ],
)
def test_a_wrong_key_of_the_holders_file_is_named(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "about.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"about\.toml: ") as raised:
        read_about(path, question_ids())
    assert says in str(raised.value)


def test_the_holders_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "about.toml"
    path.write_text(
        'title = "Bridge"\nauthors = ["A", "B"]\n[outlets."X | Y"]\nrights = "none"\n', encoding="utf-8"
    )
    assert read_about(path, question_ids()) == About(
        title="Bridge", authors=("A", "B"), rights={"X | Y": "none"}
    )


# ---------------------------------------------------------------- whole or not at all
def test_a_place_that_holds_something_is_left_alone(sample_out: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match=r"found 'notes.txt' in it"):
        write_release(open_snapshot(sample_out), str(tmp_path / "full"), title="x")
    assert files_of(tmp_path / "full") == {"notes.txt": b"mine"}


def test_a_table_that_is_missing_or_odd_is_one_line_and_leaves_nothing(
    sample_out: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(sample_out, out, symlinks=True)
    quotes = open_snapshot(out).folder / "quotes.parquet"
    table = pq.read_table(quotes).drop_columns(["cue"])
    quotes.unlink()
    with pytest.raises(RunError, match=r"quotes\.parquet: expected a table"):
        write_release(open_snapshot(out), str(tmp_path / "to"), title="x")
    pq.write_table(table, quotes)
    with pytest.raises(RunError, match="found quotes with another 'cue'; build it again"):
        write_release(open_snapshot(out), str(tmp_path / "to"), title="x")
    assert not (tmp_path / "to").exists()
    assert not list(tmp_path.glob(".to.*"))


def test_a_draft_of_a_killed_release_is_swept_and_that_of_a_living_one_is_not(
    sample_out: Path, tmp_path: Path
) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True
    )
    dead = tmp_path / f".to.draft-{gone.stdout.strip()}"
    living = tmp_path / f".to.draft-{os.getppid()}"
    dead.mkdir()
    living.mkdir()
    write_release(open_snapshot(sample_out), str(tmp_path / "to"), title="x")
    assert not dead.exists()
    assert living.exists()
    assert (tmp_path / "to" / "SHA256SUMS").is_file()


def test_the_command_says_what_it_wrote(sample_out: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "release", str(sample_out), "--to", str(tmp_path / "to")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "10 articles" in done.stdout
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1
