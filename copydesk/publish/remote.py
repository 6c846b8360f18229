"""OUT on an object store: the same folder, but for the swap.

OUT/.copydesk.json              this folder is ours
OUT/.snapshots/ID/*.parquet     published tables, never changed again; history/ beside them: `runs` and `audit` up to then
OUT/.history/TABLE-RUN.parquet  rows of runs that published nothing since
OUT/.store/                     what is known of every document
OUT/LATEST.json                 which snapshot is the current one

There is no rename, so publishing is one put of LATEST.json. On S3 it holds on condition that nobody else has put it since this
build began: of two builds one wins, the other says so. Other stores are held by one writer through a lock object.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from copydesk.check.contracts import HISTORY_TABLES, Table
from copydesk.errors import RunError
from copydesk.publish.layout import LAYOUT_VERSION, LOCK, MARKER, SNAPSHOTS, STORE, table_file
from copydesk.urls import as_run_error, faults, is_web, open_store

LATEST = "LATEST.json"
HISTORY = ".history"
SNAPSHOT_HISTORY = "history"
STRAY_AGE = timedelta(days=2)  # a snapshot that was uploaded and not published; no build takes so long
_WITH_CONDITIONS = frozenset(("s3", "s3a"))
_REFUSED = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


@dataclass(frozen=True, slots=True)
class Head:
    """What LATEST.json says, and the version of it that says so."""

    snapshots: tuple[str, ...] = ()  # those that are kept, oldest first; the last one is the current one
    version: str | None = None  # None where there is no LATEST.json

    @property
    def current(self) -> str | None:
        return self.snapshots[-1] if self.snapshots else None


NO_HEAD = Head()


class RemoteOut:
    """An OUT by its URL."""

    def __init__(self, url: str) -> None:
        if is_web(url):
            raise RunError(
                f"expected a folder or an object store for the tables, found the web address {url}"
            )
        self.url = url.rstrip("/")
        self._store, root = open_store(self.url)
        self._root = root.rstrip("/")
        protocol = self.url.split("://")[0].lower()
        self._has_conditions = protocol in _WITH_CONDITIONS
        self.is_of_this_process = protocol == "memory"

    @property
    def store_url(self) -> str:
        return f"{self.url}/{STORE}"

    # ------------------------------------------------------------ reading
    def head(self) -> Head:
        """Which snapshots there are now. Raises RunError where this is no OUT of ours."""
        path = self._path(LATEST)
        while True:
            with self._faults("tables of copydesk"):
                version = self._version(path)
                if version is None:
                    return Head()
                stated = self._store.cat_file(path)
                if self._version(path) != version:
                    continue  # replaced between the two
            try:
                value = json.loads(stated)
                layout, listed = value["layout"], tuple(map(str, value["snapshots"]))
            except (ValueError, KeyError, TypeError):
                raise RunError(f"{self.url}/{LATEST}: expected the pointer of a copydesk folder") from None
            if layout != LAYOUT_VERSION:
                raise RunError(
                    f"{self.url}: expected layout {LAYOUT_VERSION}, found {layout!r}: made by another version of copydesk"
                )
            return Head(listed, version)

    def snapshot(self, name: str | None = None) -> str:
        """The id of the current snapshot, or the one named where it is kept. Raises RunError where there is none."""
        head = self.head()
        if head.current is None:
            raise RunError(f"{self.url}: no tables have been published here yet")
        if name is not None and name not in head.snapshots:
            raise RunError(
                f"{self.url}: expected a snapshot called {name!r}, found {', '.join(head.snapshots)}"
            )
        return name or head.current

    def open_table(self, snapshot: str, table: str) -> Any:
        """A table's file, to read from. Raises FileNotFoundError."""
        return self._store.open(self._path(SNAPSHOTS, snapshot, table_file(table)), "rb")

    def fetch(self, snapshot: str, folder: Path, names: frozenset[str] | None = None) -> None:
        """Copy the files of a snapshot, or those of these names, into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        with self._faults(f"snapshot {snapshot}"):
            for path in self._store.ls(self._path(SNAPSHOTS, snapshot), detail=False):
                name = path.rpartition("/")[2]
                if name and name != SNAPSHOT_HISTORY and (names is None or name in names):
                    self._store.get_file(path, str(folder / name))

    def fetch_history(self, snapshot: str | None, folder: Path) -> None:
        """Write `runs` and `audit` as they are now into a folder."""
        from copydesk.publish import history

        for table in HISTORY_TABLES:
            with self._faults("the history of runs"):
                pieces = self._history_pieces(snapshot, table)
                for number, path in enumerate(pieces):
                    piece = folder / f".piece-{number}.parquet"
                    self._store.get_file(path, str(piece))
                    history.append(folder, table, piece)
                    piece.unlink()

    # ------------------------------------------------------------ writing
    @contextlib.contextmanager
    def held(self, run_id: str) -> Iterator[None]:
        """Refuse folders of others; where the store knows no conditions, hold a lock while the block runs."""
        self._refuse_strangers()
        if self._has_conditions:
            yield
            return
        lock = self._path(LOCK)
        holder = {"run": run_id, "host": platform.node(), "process": os.getpid()}
        with self._faults("to write here"):
            self._create_lock(lock, json.dumps(holder).encode())
        try:
            yield
        finally:
            with contextlib.suppress(*faults()):
                self._store.rm_file(lock)

    def publish(self, head: Head, snapshot: str, folder: Path, out: Path, keep: int) -> None:
        """Put the snapshot in `folder` up as the current one, with the history in `out`, if `head` still holds.

        Raises RunError where another build has published meanwhile; then nothing of this one is left.
        """
        target = self._path(SNAPSHOTS, snapshot)
        kept = (*head.snapshots, snapshot)[-keep:]
        body = json.dumps({"layout": LAYOUT_VERSION, "snapshots": kept}, indent=1).encode() + b"\n"
        with self._faults("to write here"):
            if not self._store.exists(self._path(MARKER)):
                marker = json.dumps({"layout": LAYOUT_VERSION}) + "\n"
                self._store.pipe_file(self._path(MARKER), marker.encode())
            for path in sorted(folder.iterdir()):
                self._store.put_file(str(path), f"{target}/{path.name}")
            for table in HISTORY_TABLES:
                if (out / table_file(table)).exists():
                    whole = f"{target}/{SNAPSHOT_HISTORY}/{table_file(table)}"
                    self._store.put_file(str(out / table_file(table)), whole)
            loose = [path for table in HISTORY_TABLES for path in self._loose_pieces(table)]
            if not self._swap(head, body, snapshot):
                self._store.rm(target, recursive=True)
                raise RunError(
                    f"{self.url}: another build has published here since this one began; nothing of this one was "
                    "published, run it again"
                )
            for piece in loose:  # they are in the snapshot's history
                self._store.rm_file(piece)
            self._drop(set(head.snapshots) - set(kept), set(kept))

    def fetch_store(self, folder: Path) -> None:
        """Copy the whole store into a folder."""
        with self._faults("the store of a build"):
            if self._store.exists(self._path(STORE)):
                self._store.get(self._path(STORE), str(folder), recursive=True)

    def put_store(self, folder: Path) -> None:
        """Copy a folder over the store."""
        with self._faults("to write here"):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    self._store.put_file(str(path), self._path(STORE, path.relative_to(folder).as_posix()))

    def leave_history(self, out: Path, run_id: str) -> None:
        """Put up the rows of a run that published nothing."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        for table in HISTORY_TABLES:
            path = out / table_file(table)
            if not path.exists():
                continue
            rows = pq.read_table(path)
            own = rows.filter(pc.equal(rows["run_id"], run_id))
            if own.num_rows:
                piece = out / f".own-{table}.parquet"
                pq.write_table(own, piece, compression="zstd")
                with self._faults("to write here"):
                    self._store.put_file(str(piece), self._path(HISTORY, f"{table}-{run_id}.parquet"))

    def put(self, file: Path, name: str) -> str:
        """Put a file into OUT and give its URL."""
        with self._faults("to write here"):
            self._store.put_file(str(file), self._path(name))
        return f"{self.url}/{name}"

    # ------------------------------------------------------------ the rest
    def _path(self, *parts: str) -> str:
        return "/".join((self._root, *parts))

    def _faults(self, wanted: str) -> contextlib.AbstractContextManager[None]:
        return as_run_error(self.url, wanted)

    def _version(self, path: str) -> str | None:
        try:
            facts = self._store.info(path)
        except FileNotFoundError:
            return None
        return str(
            facts.get("ETag") or facts.get("etag") or facts.get("created") or facts.get("mtime") or "?"
        )

    def _refuse_strangers(self) -> None:
        with self._faults("a place to write to"):
            if self._store.exists(self._path(MARKER)):
                return
            try:
                listed = self._store.ls(self._root, detail=False)
            except FileNotFoundError:
                return
        ours = {LOCK, STORE, SNAPSHOTS, HISTORY, ""}  # of a first build that was killed
        strangers = {path.rstrip("/").removeprefix(self._root).strip("/") for path in listed} - ours
        if strangers:
            raise RunError(
                f"{self.url}: expected an empty folder or one that copydesk made, found {min(strangers)!r} in it; "
                "nothing was written"
            )

    def _create_lock(self, path: str, content: bytes) -> None:
        if not self._store.exists(path):
            with contextlib.suppress(FileExistsError):
                self._store.pipe_file(path, content, mode="create")
                return
        raise RunError(
            f"{self.url}: another build is writing here ({self._store.cat_file(path).decode('utf-8', 'replace')[:200]}); "
            f"wait until it has ended, or remove {LOCK} if it was killed"
        )

    def _swap(self, head: Head, body: bytes, snapshot: str) -> bool:
        """Put LATEST.json if it still is what `head` says; whether that was so."""
        path = self._path(LATEST)
        if not self._has_conditions:
            if self._version(path) != head.version:
                return False
            self._store.pipe_file(path, body)
            return True
        condition = {"IfNoneMatch": "*"} if head.version is None else {"IfMatch": head.version}
        bucket, key, _ = self._store.split_path(path)
        try:
            self._store.call_s3(
                "put_object", Bucket=bucket, Key=key, Body=body, ContentType="application/json", **condition
            )
        except faults() as fault:
            said = f"{fault} {fault.__cause__}"
            if not any(word in said for word in _REFUSED):
                raise
            # A put whose answer was lost on the way is tried again, and then meets itself.
            return self.head().current == snapshot
        return True

    def _history_pieces(self, snapshot: str | None, table: Table) -> list[str]:
        whole = self._path(SNAPSHOTS, snapshot, SNAPSHOT_HISTORY, table_file(table)) if snapshot else None
        first = [whole] if whole and self._store.exists(whole) else []
        return [*first, *self._loose_pieces(table)]

    def _loose_pieces(self, table: Table) -> list[str]:
        try:
            listed = self._store.ls(self._path(HISTORY), detail=False)
        except FileNotFoundError:
            return []
        return sorted(path for path in listed if path.rpartition("/")[2].startswith(f"{table}-"))

    def _drop(self, dropped: set[str], kept: set[str]) -> None:
        """Remove snapshots that are no longer kept, and those that were uploaded long ago and never published."""
        young = f"{datetime.now(UTC) - STRAY_AGE:%Y%m%dT%H%M%S}"
        for path in self._store.ls(self._path(SNAPSHOTS), detail=False):
            name = path.rstrip("/").rpartition("/")[2]
            if name in dropped or (name and name not in kept and name < young):
                self._store.rm(path, recursive=True)
