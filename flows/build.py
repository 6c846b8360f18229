"""The build as a Prefect flow: the same pipeline, whose shards are tasks. Importing this loads Prefect."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from pathlib import Path

from prefect import flow, get_run_logger, runtime, tags, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed

from copydesk import pipeline, shards
from copydesk.errors import RunError
from copydesk.settings import Settings, load_settings
from copydesk.shards import Shard, ShardResult
from copydesk.summary import Refused, RunSummary
from copydesk.urls import short_name
from flows.artifacts import ProgressArtifact, leave_report, leave_results
from flows.options import build_options
from flows.report import write_report_of
from flows.runner import make_runner
from flows.watching import watched, watcher

RETRY_SECONDS = 5
TAG = "copydesk"


@task(
    name="edit-shard",
    retry_delay_seconds=RETRY_SECONDS,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def edit_shard(packed: bytes) -> ShardResult:
    """One shard, pickled; tried again where the machine, not a document, was at fault."""
    return shards.edit_shard(pickle.loads(packed))


def map_tasks(settings: Settings) -> pipeline.Mapper:
    """A mapper for the pipeline that makes every shard a task of the flow in which it is called."""

    def run(_: pipeline.EditShard, planned: Sequence[Shard]) -> Iterator[ShardResult]:
        with make_runner(settings) as runner:
            futures = []
            for shard in planned:
                edit = edit_shard.with_options(
                    retries=settings.task_retries, task_run_name=f"shard-{shard.number:06d}"
                )
                # A shard has hundreds of inputs inside, and nothing in there for Prefect to look for.
                futures.append(runner.submit(edit, {"packed": pickle.dumps(shard)}))
            for future in as_completed(futures):
                yield future.result()

    return run


def _run_name() -> str:
    """What ran: "nightly-build: processed from raw, more"; without a deployment, by hand."""
    parameters = runtime.flow_run.parameters
    names = ", ".join(Path(str(item)).name for item in parameters["inputs"])
    return f"{runtime.deployment.name or 'build'}: {Path(str(parameters['out'])).name} from {names}"[:200]


@flow(name="build", flow_run_name=_run_name)
def build_corpus(
    inputs: list[str],
    out: str,
    workers: int | None = None,
    rules: list[str] | None = None,
    keep: int | None = None,
    mappings: list[str] | None = None,
    prune: bool | None = None,
) -> RunSummary:
    """Read raw pages, publish audited tables into OUT, write the report on them."""
    progress = ProgressArtifact(out)
    try:
        files = tuple(map(Path, rules)) if rules else None
        settings = load_settings(
            workers=workers, rules=files, keep=keep, map=tuple(mappings) if mappings else None, prune=prune
        )
        summary = pipeline.build(
            inputs,
            out,
            settings=build_options(settings),
            mapper=map_tasks(settings),
            progress=_tell(progress, watcher()),
        )
    except Refused as refusal:
        leave_results(refusal.summary)
        raise Refused(advise(refusal), refusal.summary) from refusal
    except RunError as error:
        raise type(error)(advise(error)) from error
    progress.finish()
    leave_results(summary)
    write = write_report_of.with_options(retries=settings.task_retries, retry_delay_seconds=RETRY_SECONDS)
    try:
        report = write(out, [str(path) for path in settings.rules])
    except RunError as error:
        raise type(error)(
            f"{error}; the tables are published, `copydesk report {out}` writes the report again"
        ) from error
    leave_report(out, report, settings.out_url)
    get_run_logger().info("report: %s", report)
    return summary


def _tell(*watchers: pipeline.Progress | None) -> pipeline.Progress:
    """All who want to know how far a run is."""

    def tell(stage: str, done: int, total: int) -> None:
        for one in watchers:
            if one is not None:
                one(stage, done, total)

    return tell


def advise(error: RunError) -> str:
    """The fault, and what the person who finds the failed run does about it."""
    if isinstance(error, Refused):
        return f"{error}; mend what gives these rows and run it again, readers keep the last snapshot"
    return f"{error}; put that right and run it again, nothing was published"


def run_flow(
    inputs: Sequence[str], out: str | Path, settings: Settings, progress: pipeline.Progress | None = None
) -> RunSummary:
    """The flow with these settings, run in this process."""
    with watched(progress), tags(TAG, f"out:{short_name(out)}"):
        return build_corpus(
            list(inputs),
            str(out),
            workers=settings.workers,
            rules=[str(path) for path in settings.rules],
            keep=settings.keep,
            mappings=list(settings.map),
            prune=settings.prune,
        )
