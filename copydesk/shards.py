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
# What is left is cut into this many shards or more, none of them smaller than this part of a whole one: a worker would else wait
# for another's last shard, half of one on average.
TAPER_FROM, TAPER_TO = 8, 4


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


def group_sources(
    sources: Sequence[Source], *, max_bytes: int = SHARD_BYTES, max_inputs: int = SHARD_INPUTS
) -> tuple[tuple[Source, ...], ...]:
    """Neighbouring sources together, as many as a shard takes; the same for the same sources, whatever the workers.

    The last ones are smaller, down to a quarter of what the limits allow, so that workers end at about the same time.
    """
    groups: list[list[Source]] = []
    bytes_left, inputs_left = sum(source.bytes for source in sources), len(sources)
    room = fits = 0  # what the group in hand still takes
    for source in sources:
        if not groups or source.bytes > room or not fits:
            groups.append([])
            room = _taper(bytes_left, max_bytes)
            fits = _taper(inputs_left, max_inputs)
        groups[-1].append(source)
        room -= source.bytes
        fits -= 1
        bytes_left -= source.bytes
        inputs_left -= 1
    return tuple(map(tuple, groups))


def _taper(left: int, most: int) -> int:
    return max(1, most // TAPER_TO, min(most, left // TAPER_FROM))


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
