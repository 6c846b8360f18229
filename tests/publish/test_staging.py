"""OUT on disk: what is refused, what is locked, what is swept, what is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from fakes.snapshots import publish_numbered, read_numbers

from copydesk.errors import RunError
from copydesk.publish import staging as staging_module
from copydesk.publish.layout import snapshot_folder, snapshots
from copydesk.publish.staging import open_staging, publish


def test_tables_appear_together_and_by_their_plain_names(tmp_path):
    out = tmp_path / "out"
    publish_numbered(out, 1)
    assert read_numbers(out) == {1}
    assert str((out / "articles.parquet").readlink()) == "current/articles.parquet"
    assert json.loads((out / "current" / "snapshot.json").read_text())["number"] == 1
    assert not (out / ".staging").exists()


def test_the_newest_snapshots_are_kept(tmp_path):
    for number in range(1, 6):
        publish_numbered(tmp_path, number, keep=2)
    assert len(snapshots(tmp_path)) == 2
    assert read_numbers(tmp_path) == {5}
    assert snapshot_folder(tmp_path, snapshots(tmp_path)[0]).name.startswith("run-0004")


def test_history_outlives_snapshots(tmp_path):
    for number in range(1, 5):
        publish_numbered(tmp_path, number, keep=1)
    assert pq.read_table(tmp_path / "runs.parquet")["run_id"].to_pylist() == [
        f"run-{n:04d}" for n in range(1, 5)
    ]


def test_a_folder_that_is_not_ours_is_refused_and_untouched(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(RunError, match=r"thesis\.docx"), open_staging(tmp_path, "run"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_readme_and_an_ignore_file_do_not_make_a_folder_a_stranger(tmp_path):
    (tmp_path / "README.md").write_text("what lies here")
    (tmp_path / ".gitignore").write_text("*")
    publish_numbered(tmp_path, 1)
    assert read_numbers(tmp_path) == {1}


def test_a_file_in_the_place_of_out_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(RunError, match="found a file"), open_staging(tmp_path / "out", "run"):
        pass


def test_another_layout_is_refused(tmp_path):
    publish_numbered(tmp_path, 1)
    (tmp_path / ".copydesk.json").write_text('{"layout": 99}')
    with pytest.raises(RunError, match="99"), open_staging(tmp_path, "run"):
        pass
    (tmp_path / ".copydesk.json").write_text("not json")
    with pytest.raises(RunError, match="found something else"), open_staging(tmp_path, "run"):
        pass


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError) as fault, open_staging(tmp_path / "file" / "out", "run"):
        pass
    assert "\n" not in str(fault.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_one_line(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match="Permission denied"), open_staging(tmp_path / "out", "run"):
        pass


def test_a_full_disk_is_one_line_and_leaves_the_last_snapshot(tmp_path, monkeypatch):
    publish_numbered(tmp_path, 1)

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging_module, "sync", full)
    with pytest.raises(RunError, match="No space left"):
        publish_numbered(tmp_path, 2)
    assert read_numbers(tmp_path) == {1}
    assert not (tmp_path / ".staging").exists()


def test_two_builds_at_once_the_second_says_so_and_ends(tmp_path):
    with open_staging(tmp_path, "one") as first:
        marker = first.tables / "in-progress"
        marker.write_text("")
        with (
            pytest.raises(RunError, match=rf"process {os.getpid()}\) is writing"),
            open_staging(tmp_path, "two"),
        ):
            pass
        assert marker.exists()


def test_the_lock_holds_between_processes(tmp_path):
    script = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from copydesk.errors import RunError\n"
        "from copydesk.publish.staging import open_staging\n"
        "try:\n"
        f"    with open_staging(Path({str(tmp_path)!r}), 'two'): print('in')\n"
        "except RunError as fault: print(fault)\n"
    )
    with open_staging(tmp_path, "one"):
        said = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout
    assert "another build" in said
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        == "in\n"
    )


def test_what_a_killed_build_left_is_swept(tmp_path):
    publish_numbered(tmp_path, 1)
    left = tmp_path / ".staging" / "killed" / "parts"
    left.mkdir(parents=True)
    (left / "half").write_text("half")
    (tmp_path / ".snapshots" / ".doomed").mkdir()
    (tmp_path / ".snapshots" / "run-9999").mkdir()  # renamed into place, but never made current
    with open_staging(tmp_path, "next"):
        assert not left.exists()
        assert len(snapshots(tmp_path)) == 1
    assert read_numbers(tmp_path) == {1}


def test_a_run_that_raises_publishes_nothing(tmp_path):
    publish_numbered(tmp_path, 1)
    with pytest.raises(ZeroDivisionError), open_staging(tmp_path, "run-0002") as staging:
        staging.table("articles").write_bytes(b"half a table")
        raise ZeroDivisionError
    assert read_numbers(tmp_path) == {1}
    assert not (tmp_path / ".staging").exists()


def test_a_snapshot_that_nobody_knows_is_named(tmp_path):
    publish_numbered(tmp_path, 1)
    for name in ("yesterday", "..", "../.."):
        with pytest.raises(RunError, match="expected a snapshot called"):
            snapshot_folder(tmp_path, name)


def test_the_links_are_mended(tmp_path):
    publish_numbered(tmp_path, 1)
    (tmp_path / "quotes.parquet").unlink()
    with open_staging(tmp_path, "run-0002") as staging:
        assert (tmp_path / "quotes.parquet").exists()
        assert callable(publish)
        assert staging.tables.is_dir()
