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
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Lock
from typing import Any

from copydesk.errors import ContractError, CopydeskError, RunError
from copydesk.jobs import Job
from copydesk.memory import resident_bytes
from copydesk.records import Run
from copydesk.turns import NOBODY, Turns
from copydesk.watch import JobResult, Watch, WorkerLost

START_SECONDS = (
    180.0  # a child loads its libraries in a second or two; slow only where the machine is drowning
)
EXIT_SECONDS = 2.0  # that a child may take to end after it has closed its pipe
LOOK_SECONDS = 0.1  # how often the owner looks at a child that is silent
# How often it listens. A child says three things a document, and to be woken by each of them costs more than to hear them
# together.
REST_SECONDS = 0.02
# A document has its seconds of CPU, so that a busy machine refuses no sound one; one that waits for ever has some more.
WAITING_FACTOR = 4
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from copydesk.child import main; main(*map(int, sys.argv[2:]))"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What makes one worker like another: what it loads and how far a document may go."""

    rules_files: tuple[Path, ...] = ()
    document_seconds: float = 30.0  # of CPU
    document_bytes: int = 800_000_000  # memory of the whole child
    desk: str = "copydesk.desk"  # module that edits
    reader: str = "copydesk.read"  # module that reads


class Worker:
    """One child process and the pipe to it. Starts at once; `rules_version` waits until it is ready."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.last_turn = NOBODY  # whose turn it was when the child was ended
        self._ready: str | None = None
        ours, theirs = Pipe()
        self._pipe: Connection[Any, Any] = ours
        self._poll = select.poll()  # the connection's own makes a selector each time that it is asked
        self._poll.register(ours, select.POLLIN)
        self._turns = Turns()
        try:
            self._process = _spawn(theirs, self._turns)
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
        """The next message. Raises WorkerLost when the child ends, works or waits for too long over one document, or grows too
        large."""
        spent: defaultdict[int, float] = defaultdict(float)  # CPU by whose turn it was at the looks
        before, deadline = math.inf, math.inf
        turns = -1
        try:
            while not self._is_heard(LOOK_SECONDS):
                taken, whose = self._turns.look()
                if taken != turns:
                    turns, deadline = taken, time.monotonic() + WAITING_FACTOR * seconds
                if resident_bytes(self._process.pid) > self.setup.document_bytes:
                    self.end(whose)
                    raise WorkerLost(
                        "memory", f"expected at most {self.setup.document_bytes} bytes of memory, found more"
                    )
                cpu_seconds = self._cpu_seconds()
                spent[whose] += max(0.0, cpu_seconds - before)  # nothing at the first look
                before = cpu_seconds
                if spent[whose] > seconds or time.monotonic() > deadline:
                    self.end(whose)
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

    def end(self, turn: int | None = None) -> int:
        """Kill the child, close the pipe and give its exit code; `turn` says over whom, else it is whose turn it was."""
        self.kill()
        code = self._process.wait()
        if not self._pipe.closed:
            self._pipe.close()
            self.last_turn = self._turns.look()[1] if turn is None else turn
            self._turns.close()
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

    def _cpu_seconds(self) -> float:
        """What the child has used so far, in user and system time."""
        try:
            stat = Path(f"/proc/{self._process.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            return 0.0  # no procfs: the clock alone counts
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def do_job(job: Job, setup: Setup, tick: Callable[[], None] | None = None) -> JobResult:
    """Have all documents of a job edited, whatever becomes of the worker that does it. `tick` is called after each of them."""
    watch = Watch(job, tick)
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
                watch.blame(fault, worker.last_turn)
                _leave(worker, job.run)
                worker = _take(setup, job.run)
    except BaseException:
        worker.end()  # in the middle of something
        raise
    finally:
        _leave(worker, job.run)
    give_back(worker)
    return watch.result


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


def start(setup: Setup, count: int) -> None:
    """Have so many children with this set-up load at the same time."""
    with _lock:
        missing = count - sum(worker.setup == setup for worker in _idle)
        _idle.extend(Worker(setup) for _ in range(missing))


def rules_version(setup: Setup) -> str:
    """The version of the rules, once a child has loaded them. Raises what loading raised, and then no child is left idle."""
    worker = borrow(setup)
    try:
        version = worker.rules_version
    except CopydeskError:
        dismiss()
        raise
    give_back(worker)
    return version


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


def _spawn(pipe: Connection[Any, Any], turns: Turns) -> subprocess.Popen[bytes]:
    if not _starter:
        _starter.append(ThreadPoolExecutor(1, thread_name_prefix="copydesk-starter"))
    quiet = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    files = (pipe.fileno(), turns.file)
    # Allocators that set gigabytes of addresses aside would use up the child's limit before it has done anything.
    quiet |= {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}
    return (
        _starter[0]
        .submit(
            subprocess.Popen,
            [sys.executable, "-c", BOOT, json.dumps(sys.path), *map(str, (*files, os.getpid()))],
            pass_fds=files,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, **quiet},
        )
        .result()
    )
