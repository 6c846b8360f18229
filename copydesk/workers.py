"""Child processes that edit documents, and end with a document that hangs, crashes or explodes.

A shard call owns a `Worker` for as long as it runs. The child reports the start and the rows of each document; when a
document takes too long or too much memory, or takes the interpreter with it, the child is killed, that document becomes
a quarantined row, and a fresh child goes on behind it. Children are plain subprocesses, so that this works in a thread,
in a Prefect task and on a daemonic Dask worker alike. They never outlive their parent.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from threading import Lock
from typing import Any

from copydesk import quarantine
from copydesk.check.rows import PageValues, page_values
from copydesk.errors import ContractError, RunError
from copydesk.records import Run

START_SECONDS = (
    180.0  # a child loads its libraries in a second or two; slow only where the machine is drowning
)
EXIT_SECONDS = 2.0  # that a child may take to end after it has closed its pipe
LOOK_SECONDS = 0.1  # how often the owner looks at a child that is silent
BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from copydesk.child import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What makes one worker like another: what it loads and how far a document may go."""

    rules_files: tuple[Path, ...] = ()
    document_seconds: float = 60.0
    document_bytes: int = 1_000_000_000  # memory of the whole child
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
        """The next message. Raises WorkerLost when the child ends, is silent for too long or grows too large."""
        deadline = time.monotonic() + seconds
        try:
            while not self._pipe.poll(LOOK_SECONDS):
                if self._resident_bytes() > self.setup.document_bytes:
                    self.end()
                    raise WorkerLost(
                        "memory", f"expected at most {self.setup.document_bytes} bytes of memory, found more"
                    )
                if time.monotonic() > deadline:
                    self.end()
                    raise WorkerLost("timeout", f"expected an end within {seconds:g} seconds, found none")
            message: tuple[Any, ...] = self._pipe.recv()
        except (EOFError, OSError):
            raise self._lost() from None
        return message

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


def edit_inputs(inputs: Sequence[Any], run: Run, setup: Setup) -> Iterator[PageValues]:
    """The rows of each document of these inputs, in order, whatever becomes of the child that edits them."""
    at, done = 0, 0  # the input in hand, and how many of its documents are finished
    worker = _take(setup, run)
    try:
        while at < len(inputs):
            in_flight: str | None = None
            try:
                _ = worker.rules_version
                worker.send((tuple(inputs[at:]), done, run))
                while True:
                    kind, *rest = worker.receive(setup.document_seconds)
                    if kind == "start":
                        in_flight = rest[0]
                    elif kind == "rows":
                        in_flight = None
                        done += 1
                        yield rest[0]
                    elif kind == "next":
                        at, done = at + 1, 0
                    elif kind == "failed":
                        raise RunError(rest[0])
                    else:
                        break
            except WorkerLost as fault:
                source_uri = in_flight or _reading(inputs[at], done)
                stage = "edit" if in_flight else "read"
                yield page_values(
                    quarantine.refused(source_uri, run, stage=stage, code=fault.code, message=fault.message)
                )
                at, done = (at, done + 1) if in_flight else (at + 1, 0)
                _leave(worker, run)
                worker = _take(setup, run)
    except BaseException:
        worker.end()  # in the middle of something
        raise
    finally:
        _leave(worker, run)
    give_back(worker)


def _reading(source: Any, done: int) -> str:
    """The name of what could not be read: the input, or the record behind those that could."""
    return f"{source.uri}#{done}" if done else str(source.uri)


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
