"""A release without text gets it back from raw files, proved equal; what cannot be had is said, a line a document."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from copydesk.errors import RunError
from copydesk.rehydrate import Rehydrated, rehydrate
from copydesk.release import write_release, write_sums
from copydesk.release.layout import MANIFEST, table_path
from copydesk.release.shape import RELEASED_TABLES
from copydesk.snapshot import open_snapshot

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="session")
def raws(sample_checkout: Path) -> Path:
    return sample_checkout / "data" / "raw"


def same_tables(one: Path, other: Path) -> bool:
    return all(
        (one / table_path(t)).read_bytes() == (other / table_path(t)).read_bytes() for t in RELEASED_TABLES
    )


def table(release: Path, name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(release / table_path(name)).to_pylist()
    return rows


@pytest.mark.parametrize("workers", [1, 2])
def test_the_tables_are_byte_for_byte_those_of_a_release_with_text(
    bare: Path, released: Path, raws: Path, tmp_path: Path, workers: int
) -> None:
    done = rehydrate(bare, [str(raws)], str(tmp_path / "to"), workers=workers)
    assert done == Rehydrated(str(tmp_path / "to"), 10, 10, ())
    assert same_tables(tmp_path / "to", released)


def test_files_are_known_by_their_bytes_wherever_they_lie(
    bare: Path, released: Path, raws: Path, tmp_path: Path
) -> None:
    """Other names, other folders, another packing, in a container; and what stood beside them is gone."""
    held = tmp_path / "held"
    held.mkdir()
    pages = [
        p
        for p in sorted(raws.rglob("*"))
        if p.suffix in (".txt", ".html", ".md", ".gz") and p.name != "README.md"
    ]
    with zipfile.ZipFile(held / "all.zip", "w") as packed:
        for number, page in enumerate(pages):
            content = gzip.decompress(page.read_bytes()) if page.suffix == ".gz" else page.read_bytes()
            if number % 2:
                (held / f"{number}.bin").write_bytes(content)
            else:
                packed.writestr(f"{number}", content)
    done = rehydrate(bare, [str(held)], str(tmp_path / "to"))
    assert (done.rebuilt, done.notes) == (10, ())
    assert same_tables(tmp_path / "to", released)


def test_a_document_that_is_not_there_or_was_changed_is_one_line_and_null(
    bare: Path, released: Path, raws: Path, tmp_path: Path
) -> None:
    held = tmp_path / "held"
    shutil.copytree(raws, held)
    (held / "sample/dumps/dagpost-tarn-bridge.txt").unlink()
    changed = held / "sample/pages/nordlicht-zeitung-bruecke.html"
    changed.write_bytes(changed.read_bytes() + b" ")
    done = rehydrate(bare, [str(held)], str(tmp_path / "to"))
    assert (done.documents, done.rebuilt) == (10, 8)
    assert [note.split(": ")[:2] for note in done.notes] == [
        ["sample/dumps/dagpost-tarn-bridge.txt", "not rebuilt"],
        ["sample/pages/nordlicht-zeitung-bruecke.html", "not rebuilt"],
    ]
    lost = {note.split(": ")[0] for note in done.notes}
    full = {row["article_id"]: row for row in table(released, "articles")}
    for row in table(tmp_path / "to", "articles"):
        if row["source_uri"] in lost:
            assert (row["text"], row["headline"]) == (None, None)
            assert row["published_raw"] == full[row["article_id"]]["published_raw"]
        else:
            assert row == full[row["article_id"]]
    for name in RELEASED_TABLES:  # no row is lost
        assert len(table(tmp_path / "to", name)) == len(table(released, name))
    sums = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "to", check=False)
    assert sums.returncode == 0


def test_a_field_that_only_the_releasers_sidecar_told_is_named(sample_checkout: Path, tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "a.txt").write_text(
        "The ferry between Castrel and Sorel stays in port until Monday, the ministry said.\n\n"
        "Crews refused to sail after the third storm of the week had damaged both piers.\n",
        encoding="utf-8",
    )
    (raw / "a.txt.meta.json").write_text(json.dumps({"headline": "Ferry stays in port"}), encoding="utf-8")
    build = [sys.executable, "-m", "flows.cli", "build", str(raw), "--out", str(out), "--quiet"]
    subprocess.run(build, check=True, capture_output=True)
    write_release(open_snapshot(out), str(tmp_path / "bare"), title="x", without_text=True)
    (raw / "a.txt.meta.json").unlink()
    done = rehydrate(tmp_path / "bare", [str(raw)], str(tmp_path / "to"))
    assert done.rebuilt == 1
    assert done.notes == ("a.txt: rebuilt without headline, which its releaser knew from elsewhere",)
    (article,) = table(tmp_path / "to", "articles")
    assert article["headline"] is None
    assert str(article["text"]).startswith("The ferry between")


def test_raw_files_of_something_else_give_nothing(bare: Path, raws: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="found none of its 10 documents"):
        rehydrate(bare, [str(raws / "sample" / "damaged")], str(tmp_path / "to"))
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_release_without_text_is_one_line(released: Path, raws: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="found one that holds it already"):
        rehydrate(released, [str(raws)], str(tmp_path / "to"))
    with pytest.raises(RunError, match=rf"found no {MANIFEST} in it"):
        rehydrate(raws, [str(raws)], str(tmp_path / "to"))
    (tmp_path / MANIFEST).write_text("[]", encoding="utf-8")
    with pytest.raises(RunError, match="found something else"):
        rehydrate(tmp_path, [str(raws)], str(tmp_path / "to"))


def test_a_release_of_another_version_is_refused(bare: Path, raws: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(bare, older)
    manifest = json.loads((older / MANIFEST).read_text(encoding="utf-8"))
    (older / MANIFEST).write_text(json.dumps({**manifest, "copydesk_version": "0.0.1"}), encoding="utf-8")
    with pytest.raises(RunError, match=r"found one by 0\.0\.1; rehydrate it with that one"):
        rehydrate(older, [str(raws)], str(tmp_path / "to"))


def test_a_damaged_release_is_one_line(bare: Path, raws: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(bare, damaged)
    path = damaged / table_path("paragraphs")
    pq.write_table(pq.read_table(path).drop_columns(["role"]), path)
    with pytest.raises(RunError, match=r"paragraphs\.parquet: expected the columns of a release"):
        rehydrate(damaged, [str(raws)], str(tmp_path / "to"))
    path.write_bytes(b"PAR1")
    with pytest.raises(RunError, match=r"paragraphs\.parquet: expected a table of a release, found: "):
        rehydrate(damaged, [str(raws)], str(tmp_path / "to"))
    assert not (tmp_path / "to").exists()


def test_a_forged_value_is_not_written(bare: Path, raws: Path, tmp_path: Path) -> None:
    """A release whose hash is not that of the text: the text does not take its place."""
    forged = tmp_path / "forged"
    shutil.copytree(bare, forged)
    path = forged / table_path("articles")
    articles = pq.read_table(path)
    rows = articles.to_pylist()
    rows[0]["headline_sha256"] = "0" * 64
    pq.write_table(type(articles).from_pylist(rows, schema=articles.schema), path)
    write_sums(forged)
    done = rehydrate(forged, [str(raws)], str(tmp_path / "to"))
    assert len(done.notes) == 1
    assert "without headline" in done.notes[0]
    assert table(tmp_path / "to", "articles")[0]["headline"] is None


def test_the_command_says_how_many_and_names_the_rest_on_stderr(
    bare: Path, raws: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "flows.cli", "rehydrate", str(bare), str(raws / "sample" / "pages"),
               "--out", str(tmp_path / "to"), "--workers", "1"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0
    assert "5 of 10 documents rebuilt" in done.stdout
    assert done.stderr.count("\n") == 5
    assert all(line.startswith("copydesk: sample/dumps/") for line in done.stderr.splitlines())
