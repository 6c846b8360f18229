"""A whole run: find what is new, map it, put the tables together, audit, publish. The one definition, whoever does the mapping.

The plain run maps with threads that own worker processes (`run_in_threads`); the Prefect flow passes a mapper of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import copydesk
from copydesk import workers as crew
from copydesk.errors import AuditError, RunError, StoreError
from copydesk.plan import Plan, make_plan
from copydesk.records import Limits, Run
from copydesk.rows import AuditRow
from copydesk.shards import Shard, ShardResult, edit_shard, group_sources
from copydesk.summary import (
    Clock,
    Refused,
    RunSummary,
    command_line,
    kept_figures,
    published,
    run_row,
    summarise,
    unchanged,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.check.contracts import Table
    from copydesk.jobs import Source
    from copydesk.publish.staging import Staging
    from copydesk.publish.workplace import Workplace
    from copydesk.read import Input
    from copydesk.store.place import Place


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
    prune: bool = False  # drop documents whose files are not among the inputs
    limits: Limits = field(default_factory=Limits)
    map: tuple[str, ...] = ()  # "text=content": where records of JSON Lines and Parquet have what
    shard_bytes: int | None = None  # of a shard's sources; None for a size that suits a machine
    shard_inputs: int | None = None
    document_seconds: float = 30.0
    document_bytes: int = 800_000_000
    desk: str = "copydesk.desk"  # module whose load_kit and edit_all do the editing
    reader: str = "copydesk.read"  # module whose read_pages opens inputs

    @property
    def shard_limits(self) -> dict[str, int]:
        limits = {"max_bytes": self.shard_bytes, "max_inputs": self.shard_inputs}
        return {name: value for name, value in limits.items() if value is not None}

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
    """Bring the tables in OUT up to date with these inputs, and publish them as one snapshot if anything has changed.

    Raises RunError, with nothing written, for inputs, rules, contracts or an OUT that cannot be used; raises Refused (an
    AuditError) when a critical rule fails: then the last snapshot stays, and only the history tells of the run.
    `run` fixes the run's id and clock.
    """
    from copydesk.publish.layout import is_published
    from copydesk.publish.staging import open_staging
    from copydesk.publish.workplace import workplace

    options = settings or BuildOptions()
    job = _Build(
        options, mapper, progress or _silent, run or new_run(options.limits), [str(item) for item in inputs]
    )
    try:
        with job.clock.stage("plan"):
            job.find_inputs()
        with workplace(out, job.run.run_id) as work:
            with job.clock.stage("plan"):
                if not is_published(work.out):
                    # Then there is something to do, and nothing may be written before it can be done.
                    crew.give_back(crew.borrow(options.setup))  # it loads its libraries while we do the rest
                    job.get_ready()
                job.read_keys()
            with open_staging(work.out, job.run.run_id) as staging:
                return job.bring_up_to_date(work, staging)
    finally:
        crew.dismiss()


def revise(
    out: str | Path,
    change: Callable[[Place, pa.Table, Run], pa.Table],
    settings: BuildOptions,
    command: str,
) -> RunSummary:
    """Publish the documents of the last snapshot again, after `change` has had the store and their index, as the only snapshot.

    Raises RunError where OUT holds no tables, is held by a build, or what `change` raises.
    """
    from copydesk.check.contracts import load_contracts
    from copydesk.publish.layout import snapshot_folder
    from copydesk.publish.staging import open_staging
    from copydesk.publish.workplace import workplace

    job = _Build(replace(settings, keep=1), None, _silent, new_run(settings.limits), [], command)
    with workplace(out, job.run.run_id) as work:
        snapshot_folder(work.out)  # says what OUT is instead
        with open_staging(work.out, job.run.run_id) as staging:
            load_contracts()
            plan = make_plan(work.out, work.store, (), (), settings, ())
            job.run = replace(job.run, rules_version=str(plan.manifest.get("rules_version", "")))
            index = change(work.store, plan.stock.published, job.run)
            return job.publish(work, staging, plan, index)


class _Build:
    """One run: what is the same in all of its steps, and the steps."""

    def __init__(
        self,
        options: BuildOptions,
        mapper: Mapper | None,
        tell: Progress,
        run: Run,
        named: list[str],
        command: str | None = None,
    ) -> None:
        self.options, self.mapper, self.tell, self.run, self.named = options, mapper, tell, run, named
        self.command = command
        self.clock = Clock()
        self.input_warnings: tuple[str, ...] = ()
        self._items: Sequence[Input] = ()
        self._keys: Sequence[str] = ()
        self._is_ready = False

    def find_inputs(self) -> None:
        """Look what there is to read. Raises RunError for an input that is not there."""
        from copydesk import read

        self._items = read.find_inputs(self.named, self.options.map)
        self.input_warnings = read.sidecar_warnings(self._items)

    def read_keys(self) -> None:
        """Tell the inputs as they are now from what they were."""
        from copydesk.store.fingerprint import input_key

        self._keys = [input_key(item) for item in self._items]

    def get_ready(self) -> None:
        """Load rules and contracts. Raises ContractError for broken ones."""
        from copydesk.check.contracts import load_contracts

        if not self._is_ready:
            load_contracts()
            self.run = replace(self.run, rules_version=crew.rules_version(self.options.setup))
            self._is_ready = True

    def bring_up_to_date(self, work: Workplace, staging: Staging) -> RunSummary:
        """Do what there is to do; again, where a segment of the store turns out to be damaged."""
        from copydesk.forget import blank_segments

        damaged: dict[str, str] = {}  # what is said of each segment
        while True:
            with self.clock.stage("plan"):
                plan = make_plan(work.out, work.store, self._items, self._keys, self.options, damaged)
            if plan.is_idle:
                return self._leave_as_it_is(work, plan)
            with self.clock.stage("plan"):
                groups = group_sources(plan.sources, **self.options.shard_limits)
                crew.start(self.options.setup, self._crew_of(len(groups)))
                self.get_ready()
            try:
                if plan.is_half_forgotten:
                    blank_segments(plan.store, plan.forgotten, self.run)
                    self.options = replace(self.options, keep=1)
                index = self._edit(staging, plan, groups)
                # What is edited need not be named any more: of 50,000 files 65 MB.
                self._items, self._keys, groups, plan = (), (), (), replace(plan, sources=())
                return self.publish(work, staging, plan, index)
            except StoreError as fault:
                if not fault.name or fault.name in damaged:
                    raise
                damaged[fault.name] = str(fault)
                with self.clock.stage("plan"):
                    self.find_inputs()
                    self.read_keys()
                self.input_warnings = (*self.input_warnings, *damaged.values())

    def _crew_of(self, shards: int) -> int:
        """How many children this process starts at once; a mapper starts those that it needs, wherever it runs."""
        return 1 if self.mapper else max(1, min(self.options.workers, shards))

    def _edit(self, staging: Staging, plan: Plan, groups: Sequence[tuple[Source, ...]]) -> pa.Table:
        """Have everything edited that is to be, and give the index of all documents."""
        from copydesk.store.stock import new_index

        with self.clock.stage("edit"):
            task = plan.task(self.run, self.options.setup)
            shards = [Shard(number, group, task) for number, group in enumerate(groups)]
            results = self._map(shards, sum(map(len, (shard.sources for shard in shards)))) if shards else []
            crew.dismiss()
            segments = [name for result in results for name in result.segments]
            same = (page for result in results for page in result.same)
            changes = plan.changes
            return new_index(plan.store, changes.kept, changes.known, plan.stock.published, segments, same)

    def _map(self, shards: Sequence[Shard], total: int) -> list[ShardResult]:
        """Map the shards and give their results in the shards' order, in whatever order they ended."""
        finished = _Counter(self.tell, total)
        if self.mapper is None:
            threads = run_in_threads(self.options.workers, abandon=partial(crew.abandon, self.run.run_id))
            results = list(threads(partial(edit_shard, tick=finished.add), shards))
        else:
            results = []
            for result in self.mapper(edit_shard, shards):
                finished.add(result.documents)
                results.append(result)
        if sorted(result.number for result in results) != [shard.number for shard in shards]:
            raise RunError(
                f"expected a result for each of {len(shards)} shards, found {len(results)} results"
            )
        return sorted(results, key=lambda result: result.number)

    def publish(self, work: Workplace, staging: Staging, plan: Plan, index: pa.Table) -> RunSummary:
        """Put the tables of these documents together, audit them and swap them in."""
        from copydesk.publish.staged import assemble_staged, audit_staged
        from copydesk.publish.staging import publish
        from copydesk.store.changes import count_changes
        from copydesk.store.index import INDEX_FILE, write_index
        from copydesk.store.merge import merge_small_segments
        from copydesk.store.sweep import sweep_store

        changed = count_changes(plan.stock.published, index, plan.changes.vanished)
        with self.clock.stage("assemble"):
            self.tell("assemble", 0, 1)
            index = merge_small_segments(plan.store, index, plan.stock.generation)
            counts = assemble_staged(staging, plan.store, index)
            write_index(index, staging.tables / INDEX_FILE)
        with self.clock.stage("audit"):
            self.tell("audit", 0, 1)
            findings = audit_staged(staging, self.run)
        summary = summarise(
            work.name,
            staging.tables,
            self.run,
            counts,
            findings,
            self.clock.seconds,
            (*self.input_warnings, *plan.stock.warnings),
            changed,
        )
        command = self.command or command_line(self.named, summary.out, self.options.rules)
        _enter_history(staging, summary, self.run, findings, self.named, self.options.workers, command)
        with self.clock.stage("publish"):
            self.tell("publish", 0, 1)
            snapshot_id = publish(staging, _manifest(self.run, summary, plan, counts), self.options.keep)
            work.publish(snapshot_id, self.options.keep)
            sweep_store(plan.store, index)
        return published(summary, snapshot_id, self.clock.seconds)

    def _leave_as_it_is(self, work: Workplace, plan: Plan) -> RunSummary:
        """Nothing is new: the history says so, and that is all."""
        from copydesk.check.rows import rows_table
        from copydesk.publish import history

        summary = unchanged(plan.manifest, work.name, self.run, self.clock.seconds, self.input_warnings)
        row = run_row(summary, self.run, self.named, self.options.workers)
        history.append(work.out, "runs", rows_table("runs", [row]))
        return summary


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


def _enter_history(
    staging: Staging,
    summary: RunSummary,
    run: Run,
    findings: Sequence[AuditRow],
    inputs: list[str],
    workers_count: int,
    command: str,
) -> None:
    """Put the run's rows beside the staged tables; or, where it is refused, into OUT's history, and raise Refused."""
    import pyarrow.parquet as pq

    from copydesk.check.audit import refuse_critical
    from copydesk.check.rows import rows_table
    from copydesk.publish import history
    from copydesk.report.vitals import measure_folder

    row = run_row(summary, run, inputs, workers_count, measure_folder(staging.tables), command)
    rows = {
        "runs": rows_table("runs", [row]),
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


def _manifest(run: Run, summary: RunSummary, plan: Plan, counts: dict[Table, int]) -> dict[str, object]:
    from copydesk.check.contracts import contracts_version

    return {
        "run_id": summary.run_id,
        "rows": counts,
        "copydesk_version": copydesk.__version__,
        "contracts_version": contracts_version(),
        "assembling_key": plan.assembling_key,
        "rules_version": run.rules_version,
        "summary": kept_figures(summary),
    }


class _Counter:
    """Documents done, over all threads."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done, self._lock = progress, total, 0, Lock()

    def add(self, count: int = 1) -> None:
        with self._lock:
            self._done += count
            self._progress("edit", self._done, self._total)


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody wants to know."""
