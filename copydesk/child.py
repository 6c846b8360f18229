"""What a worker process runs: it reads inputs and edits their documents, one after the other, and reports each.

Messages to the owner: ("ready", rules version) once; then for each job ("start", source_uri) and ("rows", values) for each
document, ("next",) after each input, ("end",) after the last; ("failed", …) when the run cannot go on.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from copydesk.check.rows import page_values
from copydesk.errors import CopydeskError
from copydesk.records import RawPage, Unread

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
SPARE_FACTOR = 2  # address space is always larger than what is resident


def main(pipe_number: int, parent: int) -> None:
    """Serve the owner on this pipe until it closes."""
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to answer
    logging.disable(logging.CRITICAL)  # what matters of a document is in its row
    warnings.simplefilter("ignore")
    pipe: Connection[Any, Any] = Connection(pipe_number)
    try:
        _serve(pipe)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the owner is gone


def _serve(pipe: Connection[Any, Any]) -> None:
    setup = pipe.recv()
    try:
        desk = importlib.import_module(setup.desk)
        reader = importlib.import_module(setup.reader)
        kit = desk.load_kit(setup.rules_files)
    except CopydeskError as fault:
        pipe.send(("failed", type(fault).__name__, str(fault)))
        return
    _limit_memory(setup.document_bytes)
    pipe.send(("ready", kit.rules_version))
    while True:
        inputs, done, run = pipe.recv()
        try:
            for source in inputs:
                pages = islice(reader.read_pages(source, run.limits), done, None)
                done = 0
                for rows in desk.edit_all(_announced(pages, pipe), run, kit):
                    pipe.send(("rows", page_values(rows)))
                pipe.send(("next",))
        except CopydeskError as fault:
            pipe.send(("failed", f"{type(fault).__name__}: {fault}"))
            return
        pipe.send(("end",))


def _announced(pages: Iterator[RawPage | Unread], pipe: Connection[Any, Any]) -> Iterator[RawPage | Unread]:
    for page in pages:
        pipe.send(("start", page.source_uri))
        yield page


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)  # it ended before we asked


def _limit_memory(document_bytes: int) -> None:
    """A last wall behind the owner's watch: allocations fail once the address space is far beyond the limit."""
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except (OSError, IndexError):  # no procfs: no wall
        return
    used = pages * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + SPARE_FACTOR * document_bytes
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
