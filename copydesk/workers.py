"""Child processes that edit documents, and end with a document that hangs, crashes or explodes.

A shard call owns a `Worker` for as long as it runs. The child says what it opens and writes what it has edited into the
store, some seconds of work at a time; when a document takes too long or too much memory, or takes the interpreter with it, the
child is killed, a fresh one goes on behind what is written, and that document becomes a quarantined row. Children are plain
subprocesses, so that this works in a thread, in a Prefect task and on a daemonic Dask worker alike. They never outlive their
parent.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import math
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Lock
from typing import Any

from copydesk.errors import ContractError, RunError
from copydesk.jobs import Cursor, Doom, Job, Numbers, Same
from copydesk.records import Run

START_SECONDS = (
    180.0  # a child loads its libraries in a second or two; slow only where the machine is drowning
)
MOST_LOSSES = 3  # of workers, one after the other, between the same two pages
EXIT_SECONDS = 2.0  # that a child may take to end after it has closed its pipe
LOOK_SECONDS = 0.1  # how often the owner looks at a child that is silent
# How often it listens. A child says four things a document, and to be woken by each of them costs more than to hear them
# together.
REST_SECONDS = 0.02
# A document has its seconds of CPU, so that a busy machine refuses no sound one; one that waits for ever has some more.
WAITING_FACTOR = 4
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from copydesk.child import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What makes one worker like another: what it loads and how far a document may go."""

    rules_files: tuple[Path, ...] = ()
    document_seconds: float = 30.0  # of CPU
    document_bytes: int = 800_000_000  # memory of the whole child
    desk: str = "copydesk.desk"  # module that edits
    reader: str = "copydesk.read"  # module that reads


class WorkerLost(Exception):  # noqa: N818  what happened to it
    """The child is gone; `code` says how."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class Worker:
    """One child process and the pipe to it. Starts at once; `rules_version` waits until it is ready."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self._ready: str | None = None
        ours, theirs = Pipe()
        self._pipe: Connection[Any, Any] = ours
        self._poll = select.poll()  # the connection's own makes a selector each time that it is asked
        self._poll.register(ours, select.POLLIN)
        try:
            self._process = _spawn(theirs)
        finally:
            theirs.close()
        ours.send(setup)

    @property
    def rules_version(self) -> str:
        """Version of the rules that the child loaded. Raises what loading raised: ContractError, or RunError."""
        if self._ready is None:
            try:
                kind, *rest = self.receive(START_SECONDS)
            except WorkerLost as fault:
                raise RunError(f"a worker process could not start: {fault.message}") from None
            if kind != "ready":
                self.end()
                name, message = rest
                raise (ContractError if name == "ContractError" else RunError)(message)
            self._ready = str(rest[0])
        return self._ready

    def send(self, message: object) -> None:
        try:
            self._pipe.send(message)
        except OSError:
            raise self._lost() from None

    def receive(self, seconds: float) -> tuple[Any, ...]:
        """The next message. Raises WorkerLost when the child ends, works or waits for too long, or grows too large."""
        deadline, used = time.monotonic() + WAITING_FACTOR * seconds, math.inf
        try:
            while not self._is_heard(LOOK_SECONDS):
                if self._resident_bytes() > self.setup.document_bytes:
                    self.end()
                    raise WorkerLost(
                        "memory", f"expected at most {self.setup.document_bytes} bytes of memory, found more"
                    )
                cpu_seconds = self._cpu_seconds()
                used = min(used, cpu_seconds)  # at the first look
                if cpu_seconds - used > seconds or time.monotonic() > deadline:
                    self.end()
                    raise WorkerLost("timeout", f"expected an end within {seconds:g} seconds, found none")
            message: tuple[Any, ...] = self._pipe.recv()
        except (EOFError, OSError):
            raise self._lost() from None
        return message

    def _is_heard(self, seconds: float) -> bool:
        """Whether the child says something, or ends, within this time."""
        deadline = time.monotonic() + seconds
        while not self._poll.poll(0):
            if time.monotonic() >= deadline:
                return False
            time.sleep(REST_SECONDS)
        return True

    def kill(self) -> None:
        """Kill the child; whoever waits for it finds it lost."""
        self._process.kill()

    def end(self) -> int:
        """Kill the child, close the pipe and give its exit code."""
        self.kill()
        code = self._process.wait()
        self._pipe.close()
        return code

    @property
    def alive(self) -> bool:
        return not self._pipe.closed and self._process.poll() is None

    def _lost(self) -> WorkerLost:
        # A child whose pipe is closed is on its way out; its own exit code tells more than our kill.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=EXIT_SECONDS)
        code = self.end()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return WorkerLost("crashed", f"the worker process ended with {how}")

    def _resident_bytes(self) -> int:
        try:
            pages = Path(f"/proc/{self._process.pid}/statm").read_bytes().split()[1]
        except (OSError, IndexError):
            return 0  # no procfs: the child's own limit on address space is left
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _cpu_seconds(self) -> float:
        """What the child has used so far, in user and system time."""
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return 0.0  # no procfs: the clock alone counts
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job: where its documents lie. Small, since the rows stay in the store."""

    segments: tuple[str, ...]
    same: tuple[Same, ...]
    documents: int


def do_job(job: Job, setup: Setup, tick: Callable[[], None] | None = None) -> JobResult:
    """Have all documents of a job edited, whatever becomes of the worker that does it. `tick` is called after each of them."""
    watch = _Watch(job, tick)
    worker = _take(setup, job.run)
    try:
        while True:
            try:
                _ = worker.rules_version
                worker.send(watch.rest)
                while watch.hear(worker.receive(setup.document_seconds)):
                    pass
                break
            except WorkerLost as fault:
                watch.blame(fault)
                _leave(worker, job.run)
                worker = _take(setup, job.run)
    except BaseException:
        worker.end()  # in the middle of something
        raise
    finally:
        _leave(worker, job.run)
    give_back(worker)
    return watch.result


class _Watch:
    """Follows a worker through a job: what is safe on disk, what it has in hand, what it was lost over."""

    def __init__(self, job: Job, tick: Callable[[], None] | None) -> None:
        self._job, self._tick = job, tick
        self._safe = job.start
        self._opened: dict[Cursor, Doom] = {}
        self._passed: dict[Cursor, Doom] = {}
        self._suspects: set[Cursor] = set()
        self._losses: Counter[Cursor] = Counter()  # between two pages
        self._segments: list[str] = []
        self._same: list[Same] = []
        self._documents = 0
        self._furthest: tuple[int, Numbers] = (
            -1,
            (),
        )  # that was ticked: what a worker takes with it is edited again
        self._at, self._place = job.start.at, job.start.behind  # the last page that is done
        self._opening: Numbers | None = None
        self._uris: list[str] = []  # what is open: a container, what lies in it, and so on
        self._read = False

    @property
    def rest(self) -> Job:
        """What is left to do, for the next worker."""
        self._at, self._place, self._opening, self._read = self._safe.at, self._safe.behind, None, False
        return replace(
            self._job,
            start=self._safe,
            first_part=len(self._segments),
            opened=self._opened,
            passed=self._passed,
        )

    @property
    def result(self) -> JobResult:
        return JobResult(tuple(self._segments), tuple(self._same), self._documents)

    def hear(self, message: tuple[Any, ...]) -> bool:
        """Take note of a message; False when it was the last one."""
        kind, *rest = message
        if kind == "start":
            self._opening, self._read = rest[0], False
            self._uris[len(rest[0]) - 1 :] = [rest[1]]
        elif kind == "read":
            self._read = True
        elif kind == "done":
            self._finish(rest[0])
        elif kind == "segment":
            name, self._safe, same = rest
            self._segments += [name] if name else []
            self._same += same
        elif kind == "next":
            self._at, self._place, self._opening = self._at + 1, (), None
        elif kind == "failed":
            raise RunError(rest[0])
        return bool(kind != "end")

    def blame(self, fault: WorkerLost) -> None:
        """Put the loss down to the page in hand, or to what the reader was looking for behind the last one.

        A crash is put down to it the second time: somebody outside (the kernel, short of memory) may have killed the worker.
        """
        suspect = Cursor(self._at, self._place if self._opening is None else self._opening)
        if fault.code == "crashed" and suspect not in self._suspects:
            self._suspects.add(suspect)
            return
        if self._opening is not None:
            stage = "edit" if self._read else "read"
            doom = Doom(self._uris[len(self._opening) - 1], stage, fault.code, fault.message)
            self._opened[Cursor(self._at, self._opening)] = doom
        else:
            # Between two records it is the container around them: what follows in it cannot be found.
            around = len(self._place) - 1
            sources = self._job.sources
            uri = self._uris[around - 1] if around > 0 else sources[min(self._at, len(sources) - 1)].lost_uri
            here = Cursor(self._at, self._place)
            self._losses[here] += 1
            if self._losses[here] > MOST_LOSSES:  # nothing that is being read is at fault
                raise RunError(f"{uri}: workers were lost {MOST_LOSSES} times behind it: {fault.message}")
            self._passed[here] = Doom(uri, "read", fault.code, fault.message)

    def _finish(self, place: Numbers) -> None:
        self._place, self._opening = place, None
        here = (self._at, self._place)
        if here > self._furthest:
            self._furthest = here
            self._documents += 1
            if self._tick is not None:
                self._tick()


# ---------------------------------------------------------------- idle and busy children
_idle: list[Worker] = []
_busy: dict[str, set[Worker]] = {}  # by run
_abandoned: set[str] = set()  # runs
_lock = Lock()


def borrow(setup: Setup) -> Worker:
    """A child with this set-up: an idle one, or a fresh one."""
    with _lock:
        for worker in _idle:
            if worker.setup == setup:
                _idle.remove(worker)
                if worker.alive:
                    return worker
                worker.end()
                break
    return Worker(setup)


def give_back(worker: Worker) -> None:
    """Keep the child for the next shard."""
    with _lock:
        _idle.append(worker)


def abandon(run_id: str) -> None:
    """End the children that work for this run, and let it have no more: its shard calls raise RunError."""
    with _lock:
        _abandoned.add(run_id)
        for worker in _busy.pop(run_id, ()):
            worker.kill()


def _take(setup: Setup, run: Run) -> Worker:
    worker = borrow(setup)
    with _lock:
        if run.run_id not in _abandoned:
            _busy.setdefault(run.run_id, set()).add(worker)
            return worker
    worker.end()
    raise RunError("the run was ended before its documents were edited")


def _leave(worker: Worker, run: Run) -> None:
    with _lock:
        _busy.get(run.run_id, set()).discard(worker)


def dismiss() -> None:
    """End all idle children."""
    with _lock:
        while _idle:
            _idle.pop().end()


atexit.register(dismiss)

# The kernel's "die with your parent" is tied to the thread that started the child, so one thread that lives as long as
# the process starts them all.
_starter: list[ThreadPoolExecutor] = []


def _spawn(pipe: Connection[Any, Any]) -> subprocess.Popen[bytes]:
    if not _starter:
        _starter.append(ThreadPoolExecutor(1, thread_name_prefix="copydesk-starter"))
    quiet = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # Allocators that set gigabytes of addresses aside would use up the child's limit before it has done anything.
    quiet |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}
    return (
        _starter[0]
        .submit(
            subprocess.Popen,
            [sys.executable, "-c", BOOT, json.dumps(sys.path), str(pipe.fileno()), str(os.getpid())],
            pass_fds=(pipe.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **quiet},
        )
        .result()
    )
