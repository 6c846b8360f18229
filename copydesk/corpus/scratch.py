"""What the corpus step keeps of many documents, on disk: files of numbers, and numbers in their order however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from copydesk.errors import RunError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]
    Items = NDArray[np.int32]

RUN_ROWS = 400_000  # sorted and written at once
STRETCH_ROWS = 400_000  # given back at once, about
SAMPLED = 1_000  # one number of so many is kept in memory, to tell where in a run a stretch ends


class Scratch:
    """Makes files that are gone when it is closed."""

    def __init__(self, folder: Path | None, files: ExitStack) -> None:
        self._folder, self._files = folder, files

    def file(self) -> ScratchFile:
        return self._files.enter_context(ScratchFile(self._folder))


@contextmanager
def open_scratch(folder: Path | None) -> Iterator[Scratch]:
    """A place for files in `folder`, else where the system puts such. Raises RunError where the disk has no room."""
    with ExitStack() as files:
        yield Scratch(folder, files)


class ScratchFile:
    """Arrays one after the other, read back by the place where they begin, in bytes."""

    def __init__(self, folder: Path | None) -> None:
        with _room():
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115  closed with the block around it
        self._end = 0

    def __enter__(self) -> ScratchFile:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what is not written yet nobody will read
            self._file.close()

    def append(self, values: NDArray[Any]) -> int:
        """Write an array at the end, and give its place."""
        place = self._end
        with _room():
            self._file.seek(place)
            self._end += self._file.write(values.tobytes())
        return place

    def read(self, place: int, count: int, kind: Any) -> NDArray[Any]:
        """So many numbers of a kind, from a place."""
        import numpy as np

        size = np.dtype(kind).itemsize
        with _room():
            self._file.seek(place)
            return np.frombuffer(self._file.read(count * size), kind)

    def mapped(self, kind: Any) -> NDArray[Any]:
        """All of it as one array, of which the system keeps in memory what it has room for."""
        import numpy as np

        with _room():
            self._file.flush()
            # As a plain array, of which a part is taken in a fraction of the time.
            return np.memmap(self._file, kind, "r").view(np.ndarray) if self._end else np.empty(0, kind)


class Spool:
    """Numbers, each with an item or none, given back in the order of the numbers; items of one number in any order.

    Many are sorted in runs, which lie in a file; the runs are merged a stretch at a time, in the memory of one.
    """

    def __init__(self, scratch: Scratch, *, with_items: bool) -> None:
        self._keys_file = scratch.file()
        self._items_file = scratch.file() if with_items else None
        self._runs: list[_Run] = []
        self._keys: list[Keys] = []
        self._items: list[Items] = []
        self._buffered = 0

    def add(self, keys: Keys, items: Items | None = None) -> None:
        self._keys.append(keys)
        if items is not None:
            self._items.append(items)
        self._buffered += len(keys)
        if self._buffered >= RUN_ROWS:
            self._write()

    def stretches(self) -> Iterator[tuple[Keys, Items]]:
        """All numbers and their items, sorted by number; equal ones are in the same stretch. Without items there are none."""
        if not self._runs:
            yield self._sorted(self._keys, self._items)
            return
        self._write()
        for edge in [*self._edges(), None]:
            parts = [run.until(edge, self._keys_file, self._items_file) for run in self._runs]
            yield self._sorted([keys for keys, _ in parts], [items for _, items in parts])

    def _edges(self) -> list[int]:
        import numpy as np

        samples = np.sort(np.concatenate([run.samples for run in self._runs]))
        step = max(1, STRETCH_ROWS // SAMPLED)
        return [int(edge) for edge in np.unique(samples[step::step])]

    def _sorted(self, keys: list[Keys], items: list[Items]) -> tuple[Keys, Items]:
        import numpy as np

        together = np.concatenate([np.empty(0, np.uint64), *keys])
        if self._items_file is None:
            # Merges what is sorted: 400,000 numbers of 2 to 20 runs in 2 to 6 ms, where another kind takes 20 (NumPy 2.4).
            together.sort(kind="stable")
            return together, np.empty(0, np.int32)
        order = together.argsort(kind="stable")
        return together[order], np.concatenate([np.empty(0, np.int32), *items])[order]

    def _write(self) -> None:
        keys, items = self._sorted(self._keys, self._items)
        place = self._keys_file.append(keys)
        if self._items_file:
            self._items_file.append(items)
        self._runs.append(_Run(place, len(keys), keys[::SAMPLED].copy()))
        self._keys, self._items, self._buffered = [], [], 0


class _Run:
    """A sorted run in a file, and how far it is read."""

    def __init__(self, place: int, rows: int, samples: Keys) -> None:
        self._place, self._rows, self.samples = place, rows, samples
        self._read = 0

    def until(
        self, edge: int | None, keys_file: ScratchFile, items_file: ScratchFile | None
    ) -> tuple[Keys, Items]:
        """The next numbers, up to an edge, which is not among them; without an edge all that are left."""
        import numpy as np

        end = self._rows
        if edge is not None:
            end = min(end, int(self.samples.searchsorted(np.uint64(edge))) * SAMPLED)
        count = max(0, end - self._read)
        first = self._place // 8 + self._read  # a number takes eight bytes, an item four
        keys = keys_file.read(8 * first, count, np.uint64)
        if edge is not None:
            count = int(keys.searchsorted(np.uint64(edge)))
        self._read += count
        items = items_file.read(4 * first, count, np.int32) if items_file else np.empty(0, np.int32)
        return keys[:count], items


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise RunError(
            f"comparing documents: expected room to work, found: {fault.strerror or fault}"
        ) from fault
