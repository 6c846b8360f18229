"""Where the flow's tasks run: threads that each own a worker process. A cluster is another runner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner


def make_runner(workers: int) -> TaskRunner[Any]:
    """A runner for `workers` shards at a time.

    A thread only waits for the process that edits its shard: threads are enough, and nothing needs pickling.
    """
    from prefect.task_runners import ThreadPoolTaskRunner

    return ThreadPoolTaskRunner(max_workers=workers)
