"""Where a store lies: few operations on named files, so that another kind of storage is another class beside this one.

Names are relative, with "/" between their parts. A file is written once, whole or not at all, and never changed; it may be
replaced by another one of the same name. A place is small and can be sent to another process.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from copydesk.disk import faults_of, sync

if TYPE_CHECKING:
    import pyarrow as pa

DRAFT_SUFFIX = ".draft"  # of a file that is being written; swept where a process died over it


class Place(Protocol):
    """Storage of a store."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Names of the files in a folder, sorted; none where there is no such folder."""

    def writing(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """A file to write into, which gets its name when the block ends without a fault."""

    def reading(self, name: str) -> pa.NativeFile:
        """A file to read from, at any place. Raises OSError where there is none."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""

    def sweep(self, folder: str) -> None:
        """Remove what was being written by processes that are gone."""


@dataclass(frozen=True, slots=True)
class LocalPlace:
    """A folder of this machine, or of a file system that all machines see."""

    root: str

    def names(self, folder: str) -> tuple[str, ...]:
        try:
            listed = os.listdir(self._path(folder))  # noqa: PTH208  a Path for each of thousands is slow
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(f"{folder}/{name}" for name in sorted(listed) if not name.endswith(DRAFT_SUFFIX))

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        path = self._path(name)
        draft = path.with_name(f"{path.name}.{os.getpid()}{DRAFT_SUFFIX}")
        with faults_of(self.root):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("wb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
                sync(path.parent)
            except BaseException:
                with contextlib.suppress(OSError):
                    draft.unlink(missing_ok=True)
                raise

    def reading(self, name: str) -> pa.NativeFile:
        import pyarrow as pa

        return pa.OSFile(str(self._path(name)))

    def remove(self, name: str) -> None:
        with faults_of(self.root):
            self._path(name).unlink(missing_ok=True)

    def sweep(self, folder: str) -> None:
        for draft in self._path(folder).glob(f"*{DRAFT_SUFFIX}"):
            with faults_of(self.root):
                draft.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return Path(self.root, name)
