"""What the terminal sees: text of hostile pages made harmless, progress on stderr, rich where it is needed.

Page text never reaches rich's markup: it goes through `plain` and then into `rich.text.Text`.
"""

from __future__ import annotations

import atexit
import os
import re
import sys
import time
from typing import TYPE_CHECKING, NoReturn, Protocol, TextIO

if TYPE_CHECKING:
    from rich.console import Console

# Control characters (escape sequences start with one), the bidi controls that reorder what is printed, line
# separators, tags, interlinear marks, lone surrogates: all of them shown as their code, none of them sent.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
PLAIN_INTERVAL_SECONDS = 10.0  # between two lines of progress where stderr is a file


def plain(text: object) -> str:
    r"""Text that a terminal shows as it is: what would steer it is written out, "\x1b" for an escape."""
    return _UNSAFE.sub(lambda match: ascii(match[0])[1:-1], str(text))


def complain(message: str, stream: TextIO | None = None) -> None:
    """One line on stderr, whatever the message holds."""
    print(f"copydesk: {plain(' '.join(message.split()))}", file=stream or sys.stderr)


def leave(code: int, at_once: int) -> NoReturn:
    """End the process with an exit code. With the code `at_once` nobody has a say any more: Python would end itself by the signal
    of a Ctrl-C that came while a library ran code from a string, though it was answered.
    """
    if code == at_once:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    sys.exit(code)


def make_console(stream: TextIO | None = None) -> Console:
    """A console for stdout that neither guesses at markup nor colours what it takes for numbers."""
    from rich.console import Console

    return Console(file=stream or sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=False)


class Progress(Protocol):
    """Told by the pipeline how far it is; a context that cleans its line up at the end."""

    def __call__(self, stage: str, done: int, total: int | None) -> None: ...
    def __enter__(self) -> Progress: ...
    def __exit__(self, *fault: object) -> None: ...


class Silence:
    """No progress: `--quiet`."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        pass

    def __enter__(self) -> Silence:
        return self

    def __exit__(self, *fault: object) -> None:
        pass


class Lines:
    """A line now and then, for logs: count, rate, time left."""

    def __init__(self, stream: TextIO, interval: float = PLAIN_INTERVAL_SECONDS) -> None:
        self._stream = stream
        self._interval = interval
        self._stage = ""
        self._began = self._said = 0.0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._said = stage, now, now
            if not done:
                print(f"{stage} ...", file=self._stream, flush=True)
        finished = total is not None and done >= total > 0
        if finished or now - self._said >= self._interval:
            self._said = now
            print(f"{stage}: {measure(done, total, now - self._began)}", file=self._stream, flush=True)

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *fault: object) -> None:
        pass


class Bar:
    """A bar that rich redraws: stage, count, rate, time left."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[measured]}", markup=False),
            console=Console(file=stream),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, measured="", visible=False)
        self._stage = ""
        self._began = 0.0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage != self._stage:
            self._stage, self._began = stage, time.monotonic()
            self._bar.reset(self._task, total=None)
        measured = measure(done, total, time.monotonic() - self._began)
        self._bar.update(
            self._task,
            description=stage,
            completed=done,
            total=total or None,
            measured=measured,
            visible=True,
        )

    def __enter__(self) -> Bar:
        self._bar.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._bar.stop()


def make_progress(quiet: bool = False, stream: TextIO | None = None) -> Silence | Lines | Bar:
    """The progress that fits where stderr goes."""
    stream = stream or sys.stderr
    if quiet:
        return Silence()
    return Bar(stream) if stream.isatty() else Lines(stream)


def measure(done: int, total: int | None, seconds: float) -> str:
    """Count, rate and time left: "1,200 of 4,000, 31.5/s, 1 min 29 s left"; no rate in the first moment."""
    many = total is not None and total > 1  # a stage that is one step has nothing to count
    count = f"{done:,} of {total:,}" if many else f"{done:,}" if done else ""
    if done <= 0 or seconds < 0.5:
        return count
    rate = done / seconds
    left = f", {clock((total - done) / rate)} left" if total and total > done else ""
    return f"{count}, {rate:.1f}/s{left}"


def clock(seconds: float) -> str:
    """A duration for people: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
