"""What an owner knows of a worker in the middle of a job, and whom it blames when the worker is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from copydesk.errors import RunError
from copydesk.jobs import Cursor, Doom, Job, Numbers, Same

MOST_LOSSES = 3  # of workers, one after the other, between the same two pages


class WorkerLost(Exception):  # noqa: N818  what happened to it
    """The child is gone; `code` says how."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job: where its documents lie. Small, since the rows stay in the store."""

    segments: tuple[str, ...]
    same: tuple[Same, ...]
    documents: int


class Watch:
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
        self._waiting: list[tuple[Cursor, str]] = []  # pages that were read, with their names

    @property
    def rest(self) -> Job:
        """What is left to do, for the next worker."""
        self._at, self._place, self._opening = self._safe.at, self._safe.behind, None
        self._waiting.clear()
        return replace(
            self._job,
            start=self._safe,
            first_part=len(self._segments),
            opened=self._opened,
            passed=self._passed,
            alone=frozenset(self._suspects),
        )

    @property
    def result(self) -> JobResult:
        return JobResult(tuple(self._segments), tuple(self._same), self._documents)

    def hear(self, message: tuple[Any, ...]) -> bool:
        """Take note of a message; False when it was the last one."""
        kind, *rest = message
        if kind == "start":
            self._opening = rest[0]
            self._uris[len(rest[0]) - 1 :] = [rest[1]]
        elif kind == "read":
            self._place, self._opening = rest[0], None
            self._waiting.append((Cursor(self._at, self._place), rest[1]))
        elif kind == "behind":
            self._place = rest[0]
        elif kind == "edited":
            self._finish_waiting()
        elif kind == "segment":
            name, self._safe, same = rest
            self._segments += [name] if name else []
            self._same += same
        elif kind == "next":
            self._at, self._place, self._opening = self._at + 1, (), None
        elif kind == "failed":
            raise RunError(rest[0])
        return bool(kind != "end")

    def blame(self, fault: WorkerLost, turn: int) -> None:
        """Put the loss down to the page whose turn it was, to the one that was being opened, or to what the reader was looking
        for behind the last one.

        A crash is put down to a page the second time, when it is edited alone: somebody outside (the kernel, short of memory)
        may have killed the worker. So is memory, where others were edited with it.
        """
        is_edited = 0 <= turn < len(self._waiting)
        if is_edited:
            suspect, uri = self._waiting[turn]
        elif self._opening is not None:
            suspect, uri = Cursor(self._at, self._opening), self._uris[len(self._opening) - 1]
        else:
            suspect, uri = Cursor(self._at, self._place), ""
        together = len(self._waiting) if is_edited else 1
        is_sure = fault.code == "timeout" or (fault.code == "memory" and together == 1)
        if not is_sure and suspect not in self._suspects:
            self._suspects.add(suspect)
        elif uri:
            stage = "edit" if is_edited else "read"
            self._opened[suspect] = Doom(uri, stage, fault.code, fault.message)
        else:
            self._pass_over(suspect, fault)

    def _pass_over(self, here: Cursor, fault: WorkerLost) -> None:
        """Between two records it is the container around them: what follows in it cannot be found."""
        around = len(here.behind) - 1
        sources = self._job.sources
        uri = self._uris[around - 1] if around > 0 else sources[min(here.at, len(sources) - 1)].lost_uri
        self._losses[here] += 1
        if self._losses[here] > MOST_LOSSES:  # nothing that is being read is at fault
            raise RunError(f"{uri}: workers were lost {MOST_LOSSES} times behind it: {fault.message}")
        self._passed[here] = Doom(uri, "read", fault.code, fault.message)

    def _finish_waiting(self) -> None:
        for cursor, _ in self._waiting:
            here = (cursor.at, cursor.behind)
            if here > self._furthest:
                self._furthest = here
                self._documents += 1
                if self._tick is not None:
                    self._tick()
        self._waiting.clear()
