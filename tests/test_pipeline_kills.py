"""Builds and their workers, killed in the middle: no orphans, no lost snapshot, no lost document."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes.newsdesk import TINY, page, write_pages

import copydesk
from copydesk import workers
from copydesk.child import MANY_TAGS, TOGETHER
from copydesk.errors import ContractError, RunError
from copydesk.jobs import Fresh, Job
from copydesk.pipeline import build, new_run
from copydesk.read import find_inputs
from copydesk.store.index import in_order, read_documents
from copydesk.store.live import LiveDocuments
from copydesk.store.place import LocalPlace

DRIVER = """
import sys; sys.path[:] = {path!r}
from fakes.newsdesk import TINY
from copydesk.pipeline import build
build([sys.argv[1]], sys.argv[2], settings=TINY, progress=lambda stage, done, total: print(stage, done, flush=True))
print("published", 0, flush=True)
"""


def start_build(source: Path, out: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER.format(path=sys.path), str(source), str(out)],
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdout is not None
    for said in process.stdout:
        if said.startswith(line):
            return
    raise AssertionError(f"the build ended before it said {line!r}")


def children_of(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(true, seconds=10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_a_build_that_is_ended_while_a_document_hangs(tmp_path, ending):
    source = write_pages(tmp_path / "in", TOGETHER, zz="!hang\n")
    build = start_build(source, tmp_path / "out")
    try:
        wait_for(build, f"edit {TOGETHER}")
        children = children_of(build.pid)
        assert len(children) == 1
        build.send_signal(ending)
        build.wait(timeout=20)
        assert wait_until(lambda: not any(map(is_running, children)))
    finally:
        build.kill()
        build.wait()


def test_a_build_killed_at_any_stage_leaves_the_last_snapshot_and_the_next_one_works(tmp_path):
    source, out = write_pages(tmp_path / "in", 3), tmp_path / "out"
    first = start_build(source, out)
    assert first.communicate()[0].splitlines()[-1] == "published 0"
    before = copydesk.load(out, tables=["articles", "runs"])
    write_pages(source, 5)
    for stage in ("edit 1", "assemble", "audit", "publish"):
        build = start_build(source, out)
        wait_for(build, stage)
        build.kill()
        build.wait()
        tables = copydesk.load(out)
        assert len(tables.articles) in ((3, 5) if stage == "publish" else (3,))
        assert len(tables.articles) == len(tables.sources) == len(tables.quotes)
    last = start_build(source, out)
    assert last.communicate()[0].splitlines()[-1] == "published 0"
    after = copydesk.load(out)
    assert len(after.articles) == 5
    assert after.runs["run_id"].iloc[0] == before.runs["run_id"].iloc[0]
    assert not (out / ".staging").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_that_is_killed_from_outside_costs_no_document(tmp_path):
    killed: list[int] = []

    def kill_once(stage, done, total):
        if stage == "edit" and done == 2 and not killed:
            killed.extend(children_of(os.getpid()))
            for child in killed:
                os.kill(child, signal.SIGKILL)

    summary = build(
        [write_pages(tmp_path / "in", 6, zz="!crash\n")], tmp_path / "out", settings=TINY, progress=kill_once
    )
    assert killed
    assert summary.sources_by_status == {"article": 6, "quarantined": 1}
    assert summary.quarantined_by_reason == {"edit/crashed": 1}


# ---------------------------------------------------------------- one worker
def edit(tmp_path, text, **changes):
    """(source_uri, status, stage, error) of each document of one container, in the order reported."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "box.txt").write_text(text)
    (tmp_path / "in" / "last.txt").write_text(page(99))
    setup = workers.Setup(desk="fakes.tiny_desk", reader="fakes.tiny_reader", **changes)
    store = LocalPlace(str(tmp_path / "store"))
    sources = tuple(Fresh(item, "key") for item in find_inputs([str(tmp_path / "in")]))
    ticks = []
    try:
        result = workers.do_job(
            Job(sources, new_run(), store, "00000001", "edition", "lost"), setup, lambda: ticks.append(1)
        )
    finally:
        workers.dismiss()
    index, faults = read_documents(store, result.segments)
    assert not faults
    assert len(ticks) == result.documents
    columns = ["source_uri", "status", "stage", "error"]
    rows = LiveDocuments(store, in_order(index)).table_rows("sources", columns)
    return [tuple(row[name] for name in columns) for batch, _ in rows for row in batch.to_pylist()]


def test_records_behind_a_bad_one_are_edited(tmp_path):
    box = "====\n".join([page(1), "!crash\n", page(2), "!hang\n", page(3)])
    assert edit(tmp_path, box, document_seconds=2) == [
        ("box.txt#0", "article", None, None),
        ("box.txt#1", "quarantined", "edit", "crashed"),
        ("box.txt#2", "article", None, None),
        ("box.txt#3", "quarantined", "edit", "timeout"),
        ("box.txt#4", "article", None, None),
        ("last.txt#0", "article", None, None),
    ]


@pytest.mark.parametrize(("bait", "code"), [("!stuck\n", "timeout"), ("!gone\n", "crashed")])
def test_a_record_that_cannot_be_read_costs_its_own_row(tmp_path, bait, code):
    box = "====\n".join([page(1), bait, page(2), bait, bait, page(3)])
    assert edit(tmp_path, box, document_seconds=2) == [
        ("box.txt#0", "article", None, None),
        ("box.txt#1", "quarantined", "read", code),
        ("box.txt#2", "article", None, None),
        ("box.txt#3", "quarantined", "read", code),
        ("box.txt#4", "quarantined", "read", code),
        ("box.txt#5", "article", None, None),
        ("last.txt#0", "article", None, None),
    ]


def test_a_container_in_which_no_further_record_can_be_found_costs_a_row_and_not_the_shard(tmp_path):
    inner = "box\n" + "----\n".join([page(2), "!lost\n", page(3)])
    box = "====\n".join([page(1), inner, page(4), "!crash\n", "!lost\n", page(5)])
    assert edit(tmp_path, box) == [
        ("box.txt#0", "article", None, None),
        ("box.txt#1#0", "article", None, None),
        ("box.txt#1", "quarantined", "read", "crashed"),
        ("box.txt#2", "article", None, None),
        ("box.txt#3", "quarantined", "edit", "crashed"),
        ("box.txt", "quarantined", "read", "crashed"),
        ("last.txt#0", "article", None, None),
    ]


def test_a_reader_lost_right_behind_a_container_in_which_it_was_lost_costs_a_row_more(tmp_path):
    inner = "box\n" + "----\n".join([page(2), "!lost\n"])
    assert edit(tmp_path, "====\n".join([page(1), inner, "!lost\n", page(3)])) == [
        ("box.txt#0", "article", None, None),
        ("box.txt#1#0", "article", None, None),
        ("box.txt#1", "quarantined", "read", "crashed"),
        ("box.txt", "quarantined", "read", "crashed"),
        ("last.txt#0", "article", None, None),
    ]


def test_pages_that_wait_beside_a_bad_one_lose_nothing(tmp_path):
    """More than are edited together, a large one that is edited alone, and bad ones at both ends of what waits."""
    large = page(50) + "\n".join(f"The harbour office read out <b>entry {n}." for n in range(25_000)) + "\n"
    assert large.count("<") > MANY_TAGS
    pages = [page(number) for number in range(TOGETHER + 8)]
    pages[0:0] = ["!crash\n"]
    pages[5:5] = [large, page(51) + "!explode\n", "!hang\n"]
    pages[TOGETHER:TOGETHER] = ["!segfault\n"]
    rows = edit(tmp_path, "====\n".join(pages), document_seconds=2, document_bytes=400_000_000)
    assert [uri for uri, *_ in rows] == [f"box.txt#{n}" for n in range(len(pages))] + ["last.txt#0"]
    assert {uri: error for uri, status, _, error in rows if status != "article"} == {
        "box.txt#0": "crashed",
        "box.txt#6": "memory",
        "box.txt#7": "timeout",
        f"box.txt#{TOGETHER}": "crashed",
    }


def test_children_that_are_to_work_together_load_at_the_same_time(monkeypatch):
    spawn, spawned = workers._spawn, []
    monkeypatch.setattr(workers, "_spawn", lambda *how: spawned.append(spawn(*how)) or spawned[-1])
    setup = workers.Setup(desk="fakes.tiny_desk")
    try:
        workers.start(setup, 2)
        assert len(spawned) == 2
        workers.start(setup, 2)  # as many as there are
        crew = [workers.borrow(setup), workers.borrow(setup)]
        assert len(spawned) == 2
        assert len({worker.rules_version for worker in crew}) == 1
        for worker in crew:
            workers.give_back(worker)
    finally:
        workers.dismiss()
    assert [process.poll() is not None for process in spawned] == [True, True]


def test_a_worker_is_used_again_and_replaced_when_it_died_meanwhile():
    setup = workers.Setup(desk="fakes.tiny_desk")
    try:
        first = workers.borrow(setup)
        assert first.rules_version == "tiny-1"
        workers.give_back(first)
        assert workers.borrow(setup) is first
        workers.give_back(first)
        first._process.kill()
        first._process.wait()
        second = workers.borrow(setup)
        assert second is not first
        assert second.rules_version == "tiny-1"
        second.end()
    finally:
        workers.dismiss()


def test_what_a_worker_cannot_load_is_told_as_it_is():
    with pytest.raises(ContractError, match=r"mine\.yaml: expected rules"):
        _ = workers.Worker(workers.Setup((Path("mine.yaml"),), desk="fakes.tiny_desk")).rules_version
    with pytest.raises(RunError, match="could not start"):
        _ = workers.Worker(workers.Setup(desk="fakes.no_such_desk")).rules_version


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_of_workers_that_cannot_load_none_is_left():
    setup = workers.Setup((Path("mine.yaml"),), desk="fakes.tiny_desk")
    before = children_of(os.getpid())
    try:
        workers.start(setup, 3)
        assert len(children_of(os.getpid())) == len(before) + 3
        with pytest.raises(ContractError, match=r"mine\.yaml: expected rules"):
            workers.rules_version(setup)
        assert set(children_of(os.getpid())) <= set(before)
    finally:
        workers.dismiss()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_dismissed_workers_are_gone():
    worker = workers.borrow(workers.Setup(desk="fakes.tiny_desk"))
    assert worker.rules_version
    child = worker._process.pid
    workers.give_back(worker)
    workers.dismiss()
    assert not is_running(child)
    assert child not in children_of(os.getpid())
