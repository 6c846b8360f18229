"""What a command costs: CPU, time and memory of it and of all processes that it starts."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Cost:
    cpu: float  # seconds of the user and the system
    wall: float  # seconds
    peak: int  # bytes in memory at once; what processes share counts once


def run(arguments: Sequence[str]) -> Cost:
    """Run Python with these arguments to its end; leave where it fails."""
    before, started, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), 0
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen([sys.executable, *arguments], stdout=said, stderr=said) as process,
    ):
        while process.poll() is None:
            peak = max(peak, sum(map(_memory, _tree(process.pid))))
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_SECONDS)
        wall = time.monotonic() - started
        if process.returncode:
            said.seek(0)
            words = said.read()[-2000:].decode(errors="replace")
            sys.exit(f"{' '.join(arguments[:4])} ended with {process.returncode}: {words}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, peak)


def _tree(process: int) -> Iterator[int]:
    """A process and those that it and they have started."""
    yield process
    with suppress(OSError):  # it has ended meanwhile
        for started in Path(f"/proc/{process}/task").glob("*/children"):
            for child in started.read_text().split():
                yield from _tree(int(child))


def _memory(process: int) -> int:
    """Bytes, of which pages shared by n processes count as an nth."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return 1024 * int(line.split()[1])
    return 0
