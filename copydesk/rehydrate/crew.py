"""Rebuilding on several processors: a few documents at a time are under way, so that memory stays small."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from copydesk.records import Limits, RawPage
from copydesk.rehydrate.rebuild import Rebuilt, rebuild
from copydesk.rehydrate.wanted import Wanted

AHEAD = 4  # documents waiting for each process

Job = tuple[RawPage, Wanted]
Found = tuple[str, Rebuilt | str]  # source_uri in the release; the wording, or why there is none


def rebuild_each(jobs: Iterable[Job], limits: Limits, workers: int) -> Iterator[Found]:
    """Each document's wording, in the order of the jobs."""
    if workers <= 1:
        for raw, wanted in jobs:
            yield _rebuild(raw, wanted, limits)
        return
    # Not forked: Arrow and SQLite keep threads and files that a fork would break.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting: deque[Future[Found]] = deque()
        for raw, wanted in jobs:
            waiting.append(pool.submit(_rebuild, raw, wanted, limits))
            if len(waiting) >= AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _rebuild(raw: RawPage, wanted: Wanted, limits: Limits) -> Found:
    return wanted.source_uri, rebuild(raw, wanted, limits)
