"""A store on an object store. An object is put whole or not at all, so nothing needs to be swept.

The machine that puts the tables together reads each segment several times, so it keeps them in a folder for as long as it runs; a
machine without that folder (a worker of a cluster) reads what it needs.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from copydesk.urls import as_os_error, as_run_error, open_remote, open_store

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class RemotePlace:
    """A folder of an object store, by URL, and where this machine keeps what it has read from it."""

    root: str
    cache: str

    def names(self, folder: str) -> tuple[str, ...]:
        store, path = open_store(f"{self.root}/{folder}")
        with as_run_error(self.root, "a store that can be listed"):
            try:
                listed = store.ls(path, detail=False)
            except FileNotFoundError:
                return ()
        found = (name.rstrip("/").rpartition("/")[2] for name in listed)
        return tuple(f"{folder}/{name}" for name in sorted(found) if name)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        store, path = open_store(f"{self.root}/{name}")
        with tempfile.NamedTemporaryFile(prefix="copydesk-", dir=self._cache_folder) as file:
            yield file
            file.flush()
            with as_run_error(self.root, "to write here"):
                store.put_file(file.name, path)
            if self._cache_folder is not None:
                self._keep(name, Path(file.name))

    def reading(self, name: str) -> pa.NativeFile:
        import pyarrow as pa

        if self._cache_folder is None:
            return pa.PythonFile(open_remote(f"{self.root}/{name}"), mode="r")
        kept = Path(self.cache, name)
        if not kept.exists():
            store, path = open_store(f"{self.root}/{name}")
            with tempfile.NamedTemporaryFile(prefix="copydesk-", dir=self.cache) as file:
                with as_os_error():
                    store.get_file(path, file.name)
                self._keep(name, Path(file.name))
        return pa.OSFile(str(kept))

    def remove(self, name: str) -> None:
        store, path = open_store(f"{self.root}/{name}")
        Path(self.cache, name).unlink(missing_ok=True)
        with as_run_error(self.root, "to write here"), contextlib.suppress(FileNotFoundError):
            store.rm_file(path)

    def sweep(self, folder: str) -> None:
        """There are no drafts."""

    @property
    def _cache_folder(self) -> str | None:
        return self.cache if Path(self.cache).is_dir() else None

    def _keep(self, name: str, file: Path) -> None:
        kept = Path(self.cache, name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".kept")
        shutil.copyfile(file, fresh)
        fresh.replace(kept)
