"""SIGKILL at every change that publishing makes to the disk: readers find the old snapshot or the new one."""

from __future__ import annotations

import os
import signal

import pyarrow.parquet as pq
import pytest
from fakes.snapshots import publish_numbered, read_numbers

CHANGES = ("mkdir", "rename", "replace", "symlink", "fsync", "unlink", "rmdir", "pwrite")


def publish_and_die(out, at: int) -> bool:
    """Publish number 4 in a process that is killed at its `at`-th change; False when it lived, for want of so many."""
    child = os.fork()
    if child == 0:
        try:
            _arm(at)
            publish_numbered(out, 4, keep=2)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL)
    return code != 0


def _arm(left: int) -> None:
    def deadly(call):
        def run(*args, **kwargs):
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return run

    for name in CHANGES:
        setattr(os, name, deadly(getattr(os, name)))


@pytest.mark.parametrize("before", [0, 3])
def test_a_kill_at_any_change_leaves_one_whole_snapshot(tmp_path, before):
    at, outcomes = 0, []
    while True:
        at += 1
        out = tmp_path / f"out-{at}"
        for number in range(1, before + 1):
            publish_numbered(out, number, keep=2)
        killed = publish_and_die(out, at)
        # a table that cannot be opened yet is right only where there was none before
        seen = read_numbers(out) if before or (out / "current").exists() else set()
        assert seen in ([{3}, {4}] if before else [set(), {4}]), f"killed at change {at}: found {seen}"
        publish_numbered(out, 5, keep=2)
        assert read_numbers(out) == {5}
        runs = pq.read_table(out / "runs.parquet")["run_id"].to_pylist()
        # whatever was published is in the history, once, in order
        assert runs == [
            f"run-{n:04d}" for n in range(1, 6) if n <= before or n == 5 or (n == 4 and seen == {4})
        ]
        assert max(path.name for path in (out / ".snapshots").iterdir()) == "run-0005"
        assert not list((out / ".snapshots").glob(".*"))
        if not killed:
            break
        outcomes.append(seen)
    assert len(outcomes) > 15
    assert {4} in outcomes
