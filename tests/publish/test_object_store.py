"""OUT on an object store: a real S3 server, and the memory of this process for a store without conditions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fakes.newsdesk import TINY, page, tiny_build, write_pages
from fakes.object_store import new_bucket, s3_server

import copydesk
from copydesk import read
from copydesk.errors import AuditError, RunError
from copydesk.pipeline import build
from copydesk.publish.remote import RemoteOut
from copydesk.snapshot import open_snapshot
from flows.arguments import named, put_beside, read_out

pytestmark = pytest.mark.xdist_group("object_store")
TABLES = ("articles", "paragraphs", "quotes", "removals", "quote_clusters", "stories")


@pytest.fixture(scope="module")
def s3() -> Iterator[None]:
    with s3_server():
        yield


@pytest.fixture
def out(s3) -> str:
    return f"s3://{new_bucket()[1]}/corpus"


def assert_same(left, right) -> None:
    for table in TABLES:
        assert getattr(left, table).equals(getattr(right, table)), table
    unstable = ["run_id", "first_seen_at"]
    assert left.sources.drop(columns=unstable).equals(right.sources.drop(columns=unstable))


def test_a_corpus_grows_there_as_it_does_on_disk(out, tmp_path):
    source = write_pages(tmp_path / "in", 4, bad="!crash\n")
    summary = build([source], out, settings=TINY)
    assert summary.out == out
    first = copydesk.load(out)
    assert len(first.articles) == 4
    (source / "page-001.txt").write_text(page(1, "One line more.\n"))
    write_pages(source, 6)
    (source / "page-000.txt").unlink()
    second = build([source], out, settings=TINY)
    assert second.snapshot_id != summary.snapshot_id
    tiny_build(source, tmp_path / "local")
    # What the local build never saw stays in the other one.
    grown = copydesk.load(out)
    assert len(grown.articles) == 6
    assert grown.runs["status"].tolist() == ["published", "published"]
    assert grown.sources["run_id"].nunique() == 2  # what was not new was not edited again
    pruned = build([source], out, settings=replace(TINY, prune=True))
    assert pruned.documents == 6
    assert_same(copydesk.load(out), copydesk.load(tmp_path / "local"))
    older = copydesk.load(
        out, tables="articles", columns={"articles": ["headline"]}, snapshot=summary.snapshot_id
    )
    assert older.articles["headline"].tolist() == first.articles["headline"].tolist()


def test_nothing_new_publishes_nothing_and_the_history_says_so(out, tmp_path):
    source = write_pages(tmp_path / "in", 2)
    snapshot = build([source], out, settings=TINY).snapshot_id
    build([source], out, settings=TINY)
    assert RemoteOut(out).head().snapshots == (snapshot,)
    assert copydesk.load(out, "runs").runs["status"].tolist() == ["published", "unchanged"]
    write_pages(source, 3)
    build([source], out, settings=TINY)
    runs = copydesk.load(out, "runs").runs
    assert runs["status"].tolist() == ["published", "unchanged", "published"]
    store, _ = new_bucket()
    assert not store.find(f"{out}/.history")  # it moved into the snapshot


def test_a_refused_build_leaves_the_last_snapshot_and_its_row(out, tmp_path):
    source = write_pages(tmp_path / "in", 2)
    build([source], out, settings=TINY)
    write_pages(source, 2, zz=page(9, "!bad-offset\n"))
    with pytest.raises(AuditError):
        build([source], out, settings=TINY)
    tables = copydesk.load(out)
    assert len(tables.articles) == 2
    assert tables.runs["status"].tolist() == ["published", "refused"]
    assert not tables.audit["success"].all()


def test_of_two_writers_one_wins_and_the_other_says_so(out, tmp_path):
    ours, theirs = write_pages(tmp_path / "ours", 2), write_pages(tmp_path / "theirs", 3)

    def meanwhile(stage, done, total):
        if stage == "publish" and not RemoteOut(out).head().snapshots:
            build([theirs], out, settings=TINY)

    with pytest.raises(RunError, match="another build has published here") as fault:
        build([ours], out, settings=TINY, progress=meanwhile)
    assert "\n" not in str(fault.value)
    assert len(copydesk.load(out, "articles").articles) == 3
    store, _ = new_bucket()
    assert len(store.ls(f"{out}/.snapshots")) == 1  # nothing is left of the other
    build([ours], out, settings=TINY)
    assert len(copydesk.load(out, "articles").articles) == 3  # the same pages under other names


def test_snapshots_are_kept_and_strays_removed(out, tmp_path):
    source = tmp_path / "in"
    store, _ = new_bucket()
    store.pipe_file(f"{out}/.snapshots/20200101T000000000000Z-aaaaaa/articles.parquet", b"never published")
    ids = []
    for count in (1, 2, 3):
        write_pages(source, count)
        ids.append(build([source], out, settings=replace(TINY, keep=2)).snapshot_id)
    assert RemoteOut(out).head().snapshots == tuple(ids[1:])
    assert [path.rpartition("/")[2] for path in store.ls(f"{out}/.snapshots")] == ids[1:]
    with pytest.raises(RunError, match="expected a snapshot called"):
        copydesk.load(out, snapshot=ids[0])


def test_commands_read_a_copy_and_write_beside_the_original(out, tmp_path):
    build([write_pages(tmp_path / "in", 3)], out, settings=TINY)
    copy = read_out(out)
    assert open_snapshot(copy).table("articles").num_rows == 3
    assert open_snapshot(copy).table("runs").num_rows == 1
    assert named(copy) == out
    (copy / "report.html").write_text("<p>A page")
    assert put_beside(copy, copy / "report.html") == f"{out}/report.html"
    store, _ = new_bucket()
    assert store.cat_file(f"{out}/report.html") == b"<p>A page"


def test_a_place_that_is_not_ours_or_empty_is_one_line(out, tmp_path):
    store, _ = new_bucket()
    source = write_pages(tmp_path / "in", 1)
    with pytest.raises(RunError, match="no tables have been published"):
        copydesk.load(out)
    store.pipe_file(f"{out}/thesis.docx", b"mine")
    with pytest.raises(RunError, match=r"thesis\.docx"):
        build([source], out, settings=TINY)
    assert store.find(out) == [f"{out.removeprefix('s3://')}/thesis.docx"]
    with pytest.raises(RunError) as fault:
        build([source], "s3://no-such-bucket-anywhere/x", settings=TINY)
    assert "\n" not in str(fault.value)
    store.pipe_file(f"{out}/LATEST.json", json.dumps({"layout": 99, "snapshots": ["x"]}).encode())
    with pytest.raises(RunError, match="another version"):
        copydesk.load(out)


def test_a_store_without_conditions_is_held_by_one_writer(tmp_path):
    import fsspec

    out = "memory://velmora/corpus"
    store = fsspec.filesystem("memory")
    source = write_pages(tmp_path / "in", 2)

    with RemoteOut(out).held("some-run"), pytest.raises(RunError, match="another build is writing here"):
        build([source], out, settings=TINY)
    assert not store.exists("/velmora/corpus/.lock")
    build([source], out, settings=TINY)
    write_pages(source, 3)
    build([source], out, settings=TINY)
    tables = copydesk.load(out)
    assert len(tables.articles) == 3
    assert tables.sources["run_id"].nunique() == 2
    with pytest.raises(RunError, match="web address"):
        build([source], "https://gazette.example/corpus", settings=TINY)


def test_an_object_that_could_not_be_read_is_tried_again_by_the_next_build(out, tmp_path, monkeypatch):
    store, bucket = new_bucket()
    for number in range(2):
        store.pipe_file(f"{bucket}/raw/{number}.txt", page(number).encode())
    found = read.find_inputs

    def elsewhere(inputs, mappings=()):
        """The second object is gone between the listing and the reading."""
        first, second = found(inputs, mappings)
        return first, replace(second, path=second.path.replace("/1.txt", "/gone.txt"))

    with monkeypatch.context() as patched:
        patched.setattr(read, "find_inputs", elsewhere)
        build([f"s3://{bucket}/raw"], out, settings=TINY)
    assert copydesk.load(out).sources["error"].fillna("").tolist() == ["", "unreadable"]
    build([f"s3://{bucket}/raw"], out, settings=TINY)
    sources = copydesk.load(out).sources
    assert sources["status"].tolist() == ["article", "article"]
    assert sources["run_id"].nunique() == 2
