"""Corpora that grow, change and shrink: the tables are a function of the documents that are there, however they came."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from fakes.newsdesk import page, tiny_build, write_pages
from fakes.tables import rows_of

import copydesk
from copydesk.errors import RunError


def increments(folder: Path, parts: int, seed: int) -> list[Path]:
    """The files of a folder dealt out to so many folders, at random."""
    files = sorted(path.relative_to(folder) for path in folder.rglob("*.txt"))
    random.Random(seed).shuffle(files)
    folders = []
    for number in range(parts):
        part = folder.parent / f"part-{seed}-{number}"
        for name in files[number::parts]:
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / name, part / name)
        folders.append(part)
    return folders


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Sound pages, equal content, editions of one URL, pages without body, copies of a text under other names."""
    folder = write_pages(
        tmp_path_factory.mktemp("grow") / "pages",
        14,
        twin=page(4),
        later=page(5, "A late addition.\n"),
        latest=page(5, "A later addition still.\n"),
        rail="- Only a rail\n",
        copy=page(7).replace("url https://harrow-gazette.example/7", "url https://nordlicht.example/7"),
    )
    (folder / "sub").mkdir()
    (folder / "sub" / "deep.txt").write_text(page(40))
    return folder


@pytest.fixture(scope="module")
def at_once(pages):
    out = pages.parent / "at-once"
    tiny_build(pages, out)
    return rows_of(out)


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_increments_in_any_order_are_one_build(pages, at_once, tmp_path, seed):
    out = tmp_path / "out"
    for part in increments(pages, 10, seed):
        tiny_build(part, out)
    assert rows_of(out) == at_once
    assert len(copydesk.load(out, tables="runs").runs) == 10


def test_a_folder_that_grows_is_edited_once(pages, at_once, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    for part in increments(pages, 2, 3):
        shutil.copytree(part, source, dirs_exist_ok=True)
        summary = tiny_build(source, out)
    assert summary.changes == {"unchanged": 10, "new": 10}
    assert rows_of(out) == at_once


def test_a_run_with_nothing_new_publishes_nothing(tmp_path):
    source, out = write_pages(tmp_path / "in", 3), tmp_path / "out"
    first = tiny_build(source, out)
    before = sorted(path.name for path in (out / ".snapshots").iterdir())
    second = tiny_build(source, out)
    assert (second.status, second.snapshot_id) == ("unchanged", first.snapshot_id)
    assert second.changes == {"unchanged": 3}
    assert (second.documents, second.articles, second.quotes) == (3, 3, 3)
    assert second.sources_by_status == first.sources_by_status
    assert sorted(path.name for path in (out / ".snapshots").iterdir()) == before
    assert copydesk.load(out, tables="runs").runs["status"].tolist() == ["published", "unchanged"]


def test_changed_content_replaces_what_was_there(tmp_path):
    source, out = write_pages(tmp_path / "in", 3), tmp_path / "out"
    tiny_build(source, out)
    seen = copydesk.load(out, tables="sources").sources.set_index("source_uri")["first_seen_at"]
    (source / "page-001.txt").write_text(page(1, "A correction was added.\n"))
    summary = tiny_build(source, out)
    assert summary.changes == {"unchanged": 2, "changed": 1}
    tables = copydesk.load(out)
    assert len(tables.articles) == 3
    assert tables.paragraphs["text"].str.contains("correction").sum() == 1
    assert (tables.sources.set_index("source_uri")["first_seen_at"] == seen).all()
    assert tables.sources["run_id"].nunique() == 2


def test_a_sidecar_that_changes_changes_what_it_describes(tmp_path):
    source, out = write_pages(tmp_path / "in", 2), tmp_path / "out"
    tiny_build(source, out)
    (source / "page-001.meta.json").write_text('{"outlet": "The Harrow Gazette"}')
    assert tiny_build(source, out).changes == {"unchanged": 1, "redone": 1}
    outlets = copydesk.load(out, tables="articles").articles["outlet"]
    assert outlets.notna().tolist() == [False, True]


def test_the_newer_edition_of_a_url_supersedes_over_runs(tmp_path):
    first = write_pages(tmp_path / "monday", 0, old=page(1))
    (first / "old.meta.json").write_text('{"fetched_at": "2024-03-04T06:00:00Z"}')
    second = write_pages(tmp_path / "tuesday", 0, new=page(1, "A late addition.\n"))
    (second / "new.meta.json").write_text('{"fetched_at": "2024-03-05T06:00:00Z"}')
    for order, name in (((first, second), "forth"), ((second, first), "back")):
        for folder in order:
            tiny_build(folder, tmp_path / name)
        sources = copydesk.load(tmp_path / name, tables="sources").sources.set_index("source_uri")
        assert sources["status"].to_dict() == {"new.txt": "article", "old.txt": "superseded"}


def test_vanished_files_keep_their_rows_unless_they_are_pruned(tmp_path):
    source, out = write_pages(tmp_path / "in", 4), tmp_path / "out"
    tiny_build(source, out)
    before = rows_of(out)
    (source / "page-002.txt").unlink()
    assert tiny_build(source, out).status == "unchanged"
    write_pages(source, 0, more=page(30))
    assert tiny_build(source, out).changes == {"unchanged": 4, "new": 1, "vanished": 1}
    assert "page-002.txt" in copydesk.load(out, tables="sources").sources["source_uri"].tolist()
    (source / "more.txt").unlink()
    pruned = tiny_build(source, out, prune=True)
    assert pruned.changes == {"unchanged": 3, "removed": 2}
    tiny_build(source, tmp_path / "anew")
    assert rows_of(out) == rows_of(tmp_path / "anew") != before


def test_without_inputs_there_is_nothing_to_prune(tmp_path):
    source, out = write_pages(tmp_path / "in", 1), tmp_path / "out"
    tiny_build(source, out)
    before = rows_of(out)
    shutil.rmtree(source)
    with pytest.raises(RunError, match="found nothing"):
        tiny_build(source, out, prune=True)
    assert rows_of(out) == before
