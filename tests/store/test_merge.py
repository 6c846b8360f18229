"""Many small segments: they are put together, and more of them than files may be open can be read."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from fakes.newsdesk import page, tiny_build, write_pages
from fakes.tables import rows_of

from copydesk.errors import RunError
from copydesk.store import live, merge
from copydesk.store.place import LocalPlace
from copydesk.store.segment import SEGMENTS


def segments(out: Path) -> list[Path]:
    return sorted((out / ".store" / "segments").iterdir())


@pytest.fixture
def small(monkeypatch):
    """Four small segments are one."""
    monkeypatch.setattr(merge, "MERGED", 4)
    monkeypatch.setattr(merge, "SMALL_DOCUMENTS", 4)


def test_what_was_merged_is_found_again_and_leaves_when_it_changes(tmp_path, small):
    source, out = write_pages(tmp_path / "in", 9), tmp_path / "out"
    tiny_build(source, out, shard_inputs=1)
    assert len(segments(out)) == 3
    (source / "page-002.txt").write_text(page(2, "A correction was added.\n"))
    (source / "page-003.txt").rename(source / "page-020.txt")
    assert tiny_build(source, out, prune=True).changes == {
        "unchanged": 7,
        "changed": 1,
        "new": 1,
        "removed": 1,
    }
    tiny_build(source, tmp_path / "at-once")
    assert rows_of(out) == rows_of(tmp_path / "at-once")


def test_segments_of_long_pages_are_merged_a_few_at_a_time(tmp_path, small, monkeypatch):
    source, out = write_pages(tmp_path / "in", 9), tmp_path / "out"
    monkeypatch.setattr(merge, "SMALL_BYTES", 10_000)
    monkeypatch.setattr(merge, "MERGED_BYTES", 18_000)
    monkeypatch.setattr(merge, "_page_bytes", lambda place, name: 6_000)
    tiny_build(source, out, shard_inputs=1)
    assert len(segments(out)) == 5  # four of two, and one that waits for another
    tiny_build(source, tmp_path / "at-once")
    assert rows_of(out) == rows_of(tmp_path / "at-once")


def test_more_segments_than_may_be_open_at_a_time_give_the_same_tables(tmp_path, small, monkeypatch):
    source, out = write_pages(tmp_path / "in", 12), tmp_path / "out"
    tiny_build(source, tmp_path / "at-once")
    opened = []

    def reading(place: LocalPlace, name: str):
        opened[:] = [file for file in opened if not file.closed]
        opened.append(read(place, name))
        assert len(opened) <= 3
        return opened[-1]

    read = LocalPlace.reading
    monkeypatch.setattr(merge, "SMALL_BYTES", 100)  # so that all of them are left alone
    monkeypatch.setattr(live, "MOST_OPEN", 2)
    monkeypatch.setattr(LocalPlace, "reading", reading)
    tiny_build(source, out, shard_inputs=1)
    assert len(segments(out)) == 12
    assert rows_of(out) == rows_of(tmp_path / "at-once")


def test_a_segment_that_cannot_be_opened_for_want_of_files_is_not_taken_for_damaged(tmp_path, monkeypatch):
    source, out = write_pages(tmp_path / "in", 3), tmp_path / "out"
    tiny_build(source, out)
    before = rows_of(out)
    for path in source.iterdir():  # nobody could edit them again
        path.unlink()
    (source / "new.txt").write_text(page(40))

    def reading(place: LocalPlace, name: str):
        if name.startswith(SEGMENTS):
            raise OSError(errno.EMFILE, "Too many open files")
        return read(place, name)

    read = LocalPlace.reading

    with monkeypatch.context() as patched, pytest.raises(RunError, match=r"segments/.*Too many open files"):
        patched.setattr(LocalPlace, "reading", reading)
        tiny_build(source, out)
    assert rows_of(out) == before
    assert tiny_build(source, out).changes == {"unchanged": 3, "new": 1, "vanished": 3}
