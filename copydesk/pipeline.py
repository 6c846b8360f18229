"""A whole run: plan shards, map them, settle editions, audit, publish. The one definition, whoever does the mapping.

The plain run maps with threads that own worker processes (`run_in_threads`); the Prefect flow passes a mapper of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import copydesk
from copydesk import workers as crew
from copydesk.errors import AuditError, RunError
from copydesk.records import Limits, Run
from copydesk.rows import AuditRow
from copydesk.shards import Shard, ShardResult, edit_shard, plan_shards
from copydesk.summary import Clock, Refused, RunSummary, published, run_row, summarise

if TYPE_CHECKING:
    from copydesk.check.contracts import Table
    from copydesk.publish.staging import Staging

DATE_SLACK = timedelta(days=1)  # a page may be dated by a clock ahead of ours

EditShard = Callable[[Shard], ShardResult]
Mapper = Callable[[EditShard, Sequence[Shard]], Iterable[ShardResult]]


class Progress(Protocol):
    """Told how far a run is. Stages: "edit" (documents done, inputs in all), then "assemble", "audit", "publish" (0 of 1)."""

    def __call__(self, stage: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build: plain values, wherever they were set."""

    workers: int = 1
    rules: tuple[Path, ...] = ()
    keep: int = 3
    limits: Limits = field(default_factory=Limits)
    map: tuple[str, ...] = ()  # "text=content": where records of JSON Lines and Parquet have what
    document_seconds: float = 60.0
    document_bytes: int = 1_000_000_000
    desk: str = "copydesk.desk"  # module whose load_kit and edit_all do the editing
    reader: str = "copydesk.read"  # module whose read_pages opens inputs

    @property
    def setup(self) -> crew.Setup:
        return crew.Setup(self.rules, self.document_seconds, self.document_bytes, self.desk, self.reader)


def build(
    inputs: Sequence[str | Path],
    out: str | Path,
    *,
    settings: BuildOptions | None = None,
    mapper: Mapper | None = None,
    progress: Progress | None = None,
    run: Run | None = None,
) -> RunSummary:
    """Build the tables of these inputs in OUT and publish them as one snapshot.

    Raises RunError, with nothing written, for inputs, rules, contracts or an OUT that cannot be used; raises Refused (an
    AuditError) when a critical rule fails: then the last snapshot stays, and only the history tells of the run.
    `run` fixes the run's id and clock.
    """
    from copydesk import read
    from copydesk.check.contracts import load_contracts
    from copydesk.publish.staging import open_staging

    options = settings or BuildOptions()
    named = [str(item) for item in inputs]
    clock = Clock()
    try:
        with clock.stage("plan"):
            crew.give_back(crew.borrow(options.setup))  # it loads its libraries while we do the rest
            items = read.find_inputs(named, options.map)
            input_warnings = read.sidecar_warnings(items)
            load_contracts()
            run = replace(run or new_run(options.limits), rules_version=_rules_version(options.setup))
        with open_staging(Path(out), run.run_id) as staging:
            with clock.stage("edit"):
                shards = plan_shards(items, run, options.setup, staging.parts)
                results = _edit(shards, options.workers, mapper, progress, len(items))
            crew.dismiss()
            tell = progress or _silent
            with clock.stage("assemble"):
                tell("assemble", 0, 1)
                counts = _assemble(staging, [result.folder for result in results])
            with clock.stage("audit"):
                tell("audit", 0, 1)
                findings = _audit(staging, run)
            summary = summarise(
                staging.out, staging.tables, run, counts, findings, clock.seconds, input_warnings
            )
            _enter_history(staging, summary, run, findings, named, options.workers)
            with clock.stage("publish"):
                tell("publish", 0, 1)
                snapshot_id = _publish(staging, counts, options.keep)
            return published(summary, snapshot_id, clock.seconds)
    finally:
        crew.dismiss()


def new_run(limits: Limits | None = None) -> Run:
    """A run that begins now. The rules' version is known once a worker has loaded them."""
    started = datetime.now(UTC)
    run_id = f"{started:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"
    return Run(run_id, started, copydesk.__version__, "", limits or Limits())


def run_in_threads(count: int, abandon: Callable[[], None] = lambda: None) -> Mapper:
    """A mapper with `count` threads, each of which owns a worker process.

    Where a shard raises or the user interrupts, no further one is begun, and `abandon` ends those in hand.
    """

    def run(edit: EditShard, shards: Sequence[Shard]) -> Iterator[ShardResult]:
        with ThreadPoolExecutor(max(1, min(count, len(shards))), thread_name_prefix="copydesk-shard") as pool:
            try:
                yield from pool.map(edit, shards)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                abandon()
                raise

    return run


def _rules_version(setup: crew.Setup) -> str:
    """Waits until a worker has its rules. Raises ContractError when they are broken."""
    worker = crew.borrow(setup)
    version = worker.rules_version
    crew.give_back(worker)
    return version


def _edit(
    shards: Sequence[Shard], count: int, mapper: Mapper | None, progress: Progress | None, total: int
) -> list[ShardResult]:
    """Map the shards and give their results in the shards' order, in whatever order they ended."""
    finished = _Counter(progress, total)
    if mapper is None:
        threads = run_in_threads(count, abandon=partial(crew.abandon, shards[0].run.run_id))
        results = list(threads(partial(edit_shard, tick=finished.add), shards))
    else:
        results = []
        for result in mapper(edit_shard, shards):
            finished.add(result.documents)
            results.append(result)
    if sorted(result.number for result in results) != [shard.number for shard in shards]:
        raise RunError(f"expected a result for each of {len(shards)} shards, found {len(results)} results")
    return sorted(results, key=lambda result: result.number)


def _assemble(staging: Staging, parts: Sequence[Path]) -> dict[Table, int]:
    from copydesk.corpus.editions import settle_editions
    from copydesk.publish.assemble import assemble, rival_editions

    return assemble(parts, settle_editions(rival_editions(parts)), staging.folder, staging.tables)


def _audit(staging: Staging, run: Run) -> tuple[AuditRow, ...]:
    from copydesk.check.audit import audit_tables
    from copydesk.check.contracts import SNAPSHOT_TABLES

    return audit_tables(
        {table: staging.table(table) for table in SNAPSHOT_TABLES},
        run_id=run.run_id,
        latest_date=run.started_at + DATE_SLACK,
        scratch=staging.folder,
    )


def _enter_history(
    staging: Staging,
    summary: RunSummary,
    run: Run,
    findings: Sequence[AuditRow],
    inputs: list[str],
    workers_count: int,
) -> None:
    """Put the run's rows beside the staged tables; or, where it is refused, into OUT's history, and raise Refused."""
    import pyarrow.parquet as pq

    from copydesk.check.audit import refuse_critical
    from copydesk.check.rows import rows_table
    from copydesk.publish import history

    rows = {
        "runs": rows_table("runs", [run_row(summary, run, inputs, workers_count)]),
        "audit": rows_table("audit", findings),
    }
    try:
        refuse_critical(findings)
    except AuditError as fault:
        history.append(staging.out, "runs", rows["runs"])
        history.append(staging.out, "audit", rows["audit"])
        raise Refused(str(fault), summary) from None
    for table, content in rows.items():
        pq.write_table(content, staging.table(table), compression="zstd")


def _publish(staging: Staging, counts: dict[Table, int], keep: int) -> str:
    from copydesk.check.contracts import contracts_version
    from copydesk.publish.staging import publish

    manifest: dict[str, object] = {
        "run_id": staging.run_id,
        "rows": counts,
        "copydesk_version": copydesk.__version__,
        "contracts_version": contracts_version(),
    }
    return publish(staging, manifest, keep)


class _Counter:
    """Documents done, over all threads."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done, self._lock = progress, total, 0, Lock()

    def add(self, count: int = 1) -> None:
        with self._lock:
            self._done += count
            if self._progress is not None:
                self._progress("edit", self._done, self._total)


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""
