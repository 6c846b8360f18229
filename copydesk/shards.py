"""A shard: the unit of parallel work. Planned here, edited here, wherever the call runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copydesk.jobs import Job, Same, Source
from copydesk.records import Run
from copydesk.store.forgotten import NOTHING_FORGOTTEN, Forgotten
from copydesk.store.segment import segment_prefix
from copydesk.workers import Setup, do_job

if TYPE_CHECKING:
    from copydesk.store.place import Place

SHARD_BYTES = (
    16_000_000  # some seconds of work, so that a lost shard costs little and a task's own cost vanishes
)
SHARD_INPUTS = 500


@dataclass(frozen=True, slots=True)
class Task:
    """What is the same for all shards of a run."""

    run: Run
    setup: Setup
    store: Place
    generation: int  # of the segments
    edition: str
    lost_edition: str
    forgotten: Forgotten = field(default=NOTHING_FORGOTTEN)


@dataclass(frozen=True, slots=True)
class Shard:
    """Some sources, and all that is needed to edit them on any machine that sees the store."""

    number: int
    sources: tuple[Source, ...]
    task: Task


@dataclass(frozen=True, slots=True)
class ShardResult:
    """Small on purpose: the rows lie in the store's segments."""

    number: int
    segments: tuple[str, ...]
    same: tuple[Same, ...]  # pages that the store knew already
    documents: int
    seconds: float


def plan_shards(
    sources: Sequence[Source], task: Task, *, max_bytes: int = SHARD_BYTES, max_inputs: int = SHARD_INPUTS
) -> tuple[Shard, ...]:
    """Neighbouring sources together, by bytes and by number; the same for the same sources, whatever the workers."""
    groups: list[list[Source]] = [[]]
    size = 0
    for source in sources:
        if groups[-1] and (size + source.bytes > max_bytes or len(groups[-1]) >= max_inputs):
            groups.append([])
            size = 0
        groups[-1].append(source)
        size += source.bytes
    return tuple(Shard(number, tuple(group), task) for number, group in enumerate(groups) if group)


def edit_shard(shard: Shard, tick: Callable[[], None] | None = None) -> ShardResult:
    """Edit a shard's documents in a child process, which writes them into the store. `tick` is called after each document."""
    started = time.monotonic()
    task = shard.task
    job = Job(
        sources=shard.sources,
        run=task.run,
        store=task.store,
        prefix=segment_prefix(task.generation, shard.number),
        edition=task.edition,
        lost_edition=task.lost_edition,
        forgotten=task.forgotten,
    )
    result = do_job(job, task.setup, tick)
    return ShardResult(
        shard.number, result.segments, result.same, result.documents, time.monotonic() - started
    )
