"""Where the flow's tasks run: threads that each own a worker process, or the workers of a Dask cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from copydesk.errors import UsageError

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner

    from copydesk.settings import Settings


def make_runner(settings: Settings) -> TaskRunner[Any]:
    """What runs the tasks: by default threads of this process, for `settings.workers` shards at a time.

    A thread only waits for the process that edits its shard: threads are enough, and nothing needs pickling. Raises UsageError
    where a cluster is asked for and its packages are missing.
    """
    if settings.runner == "dask":
        return _make_dask_runner(settings)
    from prefect.task_runners import ThreadPoolTaskRunner

    return ThreadPoolTaskRunner(max_workers=settings.workers)


def _make_dask_runner(settings: Settings) -> TaskRunner[Any]:
    """Dask gives the shards of a worker that is gone to another one by itself."""
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise UsageError(
            "runner: expected the packages of a Dask cluster, found none; pip install 'copydesk[dask]'"
        ) from None
    if settings.dask_address:
        return DaskTaskRunner(address=settings.dask_address)
    return DaskTaskRunner(cluster_kwargs={"n_workers": settings.workers, "threads_per_worker": 1})
