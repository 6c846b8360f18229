"""A store that is damaged, half-written, of another version, or that cannot be written: nothing is lost in silence."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from fakes.newsdesk import TINY, page, tiny_build, write_pages
from fakes.tables import rows_of

import copydesk
from copydesk.errors import RunError
from copydesk.publish.layout import snapshot_folder
from copydesk.store.index import INDEX_FILE, read_index, segments_of

CHANGED_RULES = replace(TINY.limits, max_blocks=49_999)  # a setting that every row depends on

DRIVER = """
import os, signal, sys; sys.path[:] = {path!r}
from copydesk import child
from fakes.newsdesk import TINY
from copydesk.pipeline import build
def tell(stage, done, total):
    print(stage, done, flush=True)
    if (stage, done) == ({stage!r}, {done}):
        os.kill(os.getpid(), signal.SIGKILL)
build([sys.argv[1]], sys.argv[2], settings=TINY, progress=tell)
"""


@pytest.fixture
def corpus(tmp_path):
    source = write_pages(tmp_path / "in", 6)
    tiny_build(source, tmp_path / "out")
    return source, tmp_path / "out"


def segments(out: Path) -> list[Path]:
    return sorted((out / ".store" / "segments").iterdir())


def killed_build(source: Path, out: Path, stage: str, done: int) -> None:
    driver = DRIVER.format(path=sys.path, stage=stage, done=done)
    ended = subprocess.run(
        [sys.executable, "-c", driver, str(source), str(out)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.parametrize("stage", ["assemble", "audit", "publish"])
def test_what_a_killed_run_has_edited_is_not_edited_again(tmp_path, stage):
    source, out = write_pages(tmp_path / "in", 6, twin=page(4)), tmp_path / "out"
    killed_build(source, out, stage, 0)
    before = {path: path.stat().st_mtime_ns for path in segments(out)}
    summary = tiny_build(source, out)
    assert summary.changes == {"new": 7}
    assert {path: path.stat().st_mtime_ns for path in segments(out)} == before
    tiny_build(source, tmp_path / "anew")
    assert rows_of(out) == rows_of(tmp_path / "anew")


def test_what_a_killed_run_left_of_vanished_files_is_no_document(tmp_path):
    source, out = write_pages(tmp_path / "in", 3), tmp_path / "out"
    killed_build(source, out, "assemble", 0)
    (source / "page-001.txt").unlink()
    assert tiny_build(source, out).documents == 2
    assert tiny_build(source, out).status == "unchanged"


def test_other_rules_edit_everything_again_raw_files_gone_or_not(corpus, tmp_path):
    source, out = corpus
    for name in ("page-001.txt", "page-004.txt"):
        (source / name).unlink()
    before = rows_of(out)
    summary = tiny_build(source, out, limits=CHANGED_RULES)
    assert summary.changes == {"redone": 6, "vanished": 2}
    assert rows_of(out) == before
    assert len(set(read_index(snapshot_folder(out) / INDEX_FILE)["edition"].to_pylist())) == 1
    assert tiny_build(source, out, limits=CHANGED_RULES).status == "unchanged"


@pytest.mark.parametrize("damage", ["cut", "gone", "scrambled"])
def test_documents_of_a_damaged_segment_are_edited_again(corpus, damage):
    source, out = corpus
    before = rows_of(out)
    (segment,) = segments(out)
    content = segment.read_bytes()
    if damage == "gone":
        segment.unlink()
    elif damage == "cut":
        segment.write_bytes(content[: len(content) // 2])
    else:
        middle = len(content) // 2
        segment.write_bytes(content[:4000] + bytes(middle - 4000) + content[middle:])
    (source / "more.txt").write_text(page(40))
    summary = tiny_build(source, out)
    assert len(summary.input_warnings) == (1 if damage == "gone" else 2)
    assert "segments" in summary.input_warnings[0]
    paragraphs = rows_of(out)["paragraphs"]
    assert [row for row in before["paragraphs"] if row not in paragraphs] == []
    assert tiny_build(source, out).status == "unchanged"


def test_an_index_that_is_damaged_is_made_again_from_the_segments(corpus):
    source, out = corpus
    (source / "page-002.txt").unlink()
    before = rows_of(out)
    (snapshot_folder(out) / INDEX_FILE).write_bytes(b"nothing")
    summary = tiny_build(source, out)
    assert [warning for warning in summary.input_warnings if INDEX_FILE in warning]
    assert summary.changes == {"unchanged": 6, "vanished": 1}
    assert rows_of(out) == before


def test_segments_of_another_version_give_their_pages_to_be_edited_again(corpus, monkeypatch):
    source, out = corpus
    (source / "page-002.txt").unlink()
    before = rows_of(out)
    (segment,) = segments(out)
    with pa.OSFile(str(segment)) as file, pa.ipc.open_file(file) as reader:
        table = reader.read_all()
    older = table.drop_columns(["quotes.confidence", "trace.blocks"])
    older = older.set_column(
        older.schema.get_field_index("edition"), "edition", pa.array(["older"] * len(older))
    )
    with pa.OSFile(str(segment), "wb") as file, pa.ipc.new_file(file, older.schema) as writer:
        writer.write_table(older)
    (snapshot_folder(out) / INDEX_FILE).unlink()
    assert tiny_build(source, out).changes == {"redone": 6, "vanished": 1}
    assert rows_of(out) == before


def test_segments_that_nobody_needs_are_removed(corpus):
    source, out = corpus
    first = segments(out)
    for number in range(6):
        (source / f"page-{number:03d}.txt").write_text(page(number, "Every page has changed.\n"))
    tiny_build(source, out)
    assert not set(first) & set(segments(out))
    named = segments_of(read_index(snapshot_folder(out) / INDEX_FILE))
    assert {f"segments/{path.name}" for path in segments(out)} == named


def test_a_full_disk_is_one_line_and_leaves_the_last_snapshot(corpus, tmp_path):
    source, out = corpus
    before = rows_of(out)
    (source / "large.txt").write_text(
        page(41) + "".join(f"Line {n} of many that do not fit.\n" for n in range(20_000))
    )
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(RunError, match=r"expected to write here|expected room|File too large"):
            tiny_build(source, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert rows_of(out) == before
    assert tiny_build(source, out).changes == {"unchanged": 6, "new": 1}
    assert len(copydesk.load(out, tables="articles").articles) == 7
