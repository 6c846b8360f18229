"""A shard: the unit of parallel work. Planned here, edited here, wherever the call runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk import quarantine
from copydesk.check.rows import PageValues, page_values
from copydesk.publish.parts import write_parts
from copydesk.records import Run
from copydesk.workers import Setup, edit_inputs

if TYPE_CHECKING:
    from copydesk.read import Input

SHARD_BYTES = (
    16_000_000  # some seconds of work, so that a lost shard costs little and a task's own cost vanishes
)
SHARD_INPUTS = 500


@dataclass(frozen=True, slots=True)
class Shard:
    """Some inputs, and all that is needed to edit them on any machine that sees the folder."""

    number: int
    inputs: tuple[Input, ...]
    run: Run
    setup: Setup
    folder: Path  # of its parts; appears when the shard is finished


@dataclass(frozen=True, slots=True)
class ShardResult:
    """Small on purpose: the rows stay on disk."""

    number: int
    folder: Path
    documents: int
    seconds: float


def plan_shards(
    inputs: Sequence[Input],
    run: Run,
    setup: Setup,
    parts: Path,
    *,
    max_bytes: int = SHARD_BYTES,
    max_inputs: int = SHARD_INPUTS,
) -> tuple[Shard, ...]:
    """Neighbouring inputs together, by bytes and by number; the same for the same inputs, whatever the workers."""
    groups: list[list[Input]] = [[]]
    size = 0
    for item in inputs:
        if groups[-1] and (size + item.bytes > max_bytes or len(groups[-1]) >= max_inputs):
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += item.bytes
    return tuple(
        Shard(number, tuple(group), run, setup, parts / f"{number:06d}")
        for number, group in enumerate(groups)
        if group
    )


def edit_shard(shard: Shard, tick: Callable[[], None] | None = None) -> ShardResult:
    """Edit a shard's documents in a child process and write their rows to its folder. `tick` is called after each document."""
    started = time.monotonic()

    def documents() -> Iterator[PageValues]:
        for values in edit_inputs(shard.inputs, shard.run, shard.setup):
            if tick is not None:
                tick()
            yield values

    def refuse(values: PageValues, reason: str) -> PageValues:
        return page_values(
            quarantine.refused(str(values[0][0][0]).encode("ascii", "backslashreplace").decode(), shard.run,
                               stage="assemble", code="row", message=f"a value does not fit its column: {reason}")
        )  # fmt: skip

    count = write_parts(shard.folder, documents(), refuse)
    return ShardResult(shard.number, shard.folder, count, time.monotonic() - started)
