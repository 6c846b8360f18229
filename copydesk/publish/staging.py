"""The staging folder of a build and the swap that publishes it.

A snapshot is written whole, synced to disk, renamed into `.snapshots/`, and becomes the current one by the atomic replacement of
one symlink. Whatever is killed when, readers find the old set or the new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copydesk.check.contracts import HISTORY_TABLES, SNAPSHOT_TABLES
from copydesk.disk import faults_of, sync
from copydesk.errors import RunError
from copydesk.publish import history
from copydesk.publish.layout import (
    BYSTANDERS,
    CURRENT,
    LAYOUT_VERSION,
    LOCK,
    MANIFEST,
    MARKER,
    SNAPSHOTS,
    STAGING,
    STORE,
    snapshots,
    table_file,
)

FRESH_MARKER = f"{MARKER}.new"


@dataclass(frozen=True, slots=True)
class Staging:
    """A build's own folder inside OUT, while it holds the lock."""

    out: Path
    run_id: str

    @property
    def folder(self) -> Path:
        return self.out / STAGING / self.run_id

    @property
    def store(self) -> Path:
        """Where documents lie, from run to run."""
        return self.out / STORE

    @property
    def tables(self) -> Path:
        """What becomes the snapshot."""
        return self.folder / "tables"

    def table(self, name: str) -> Path:
        return self.tables / table_file(name)


@contextlib.contextmanager
def open_staging(out: Path, run_id: str) -> Iterator[Staging]:
    """Lock OUT, sweep what a killed build left, and give a fresh staging folder, which is removed at the end.

    Raises RunError, with nothing written, when OUT is not ours, cannot be written or is held by another build.
    """
    _refuse_strangers(out)
    with faults_of(out):
        out.mkdir(parents=True, exist_ok=True)
    with _locked(out):
        _refuse_strangers(out)  # what was true before the lock may have changed
        staging = Staging(out, run_id)
        with faults_of(out):
            _mark(out)
            shutil.rmtree(out / STAGING, ignore_errors=True)
            _drop_half_made(out)
            staging.tables.mkdir(parents=True)
            _settle(out)
        try:
            with faults_of(out):
                yield staging
        finally:
            shutil.rmtree(out / STAGING, ignore_errors=True)


def publish(staging: Staging, manifest: dict[str, object], keep: int) -> str:
    """Make the staged tables the current snapshot and give its id, which is the run's. Keeps the newest `keep` snapshots."""
    out, snapshot_id = staging.out, staging.run_id
    (staging.tables / MANIFEST).write_text(
        json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    for path in sorted(staging.tables.iterdir()):
        sync(path)
    sync(staging.tables)
    target = out / SNAPSHOTS / snapshot_id
    target.parent.mkdir(exist_ok=True)
    staging.tables.rename(target)
    sync(target.parent)
    _link_tables(out)
    _replace_symlink(out / CURRENT, f"{SNAPSHOTS}/{snapshot_id}")
    sync(out)
    _settle(out)
    _prune(out, keep)
    return snapshot_id


def _settle(out: Path) -> None:
    """Put in order what a kill after the swap may have left undone: the links and the history of the current snapshot."""
    current = out / CURRENT
    if not current.is_symlink():
        return
    _link_tables(out)
    folder = out / current.readlink()
    for table in HISTORY_TABLES:
        fragment = folder / table_file(table)
        if fragment.is_file():
            history.append(out, table, fragment)


def _link_tables(out: Path) -> None:
    """`NAME.parquet -> current/NAME.parquet`. Before the first swap they lead nowhere, so that all tables appear at once."""
    for table in SNAPSHOT_TABLES:
        link, target = out / table_file(table), f"{CURRENT}/{table_file(table)}"
        if not (link.is_symlink() and str(link.readlink()) == target):
            _replace_symlink(link, target)


def _replace_symlink(link: Path, target: str) -> None:
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _prune(out: Path, keep: int) -> None:
    current = (out / CURRENT).readlink().name
    older = [name for name in snapshots(out) if name != current]
    for name in older[: max(0, len(older) - (keep - 1))]:
        # Renamed first, so that a kill in the middle leaves no snapshot with half of its tables.
        doomed = out / SNAPSHOTS / f".{name}"
        (out / SNAPSHOTS / name).rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def _drop_half_made(out: Path) -> None:
    """Remove what pruning or publishing left when it was killed: hidden folders, and snapshots that never became current."""
    folder = out / SNAPSHOTS
    if not folder.is_dir():
        return
    current = (out / CURRENT).readlink().name if (out / CURRENT).is_symlink() else None
    for entry in folder.iterdir():
        never_current = current is None or entry.name > current
        if entry.name.startswith(".") or (never_current and entry.name != current):
            shutil.rmtree(entry, ignore_errors=True)


def _refuse_strangers(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise RunError(f"{out}: expected a folder for the tables, found a file")
    with faults_of(out):
        names = {entry.name for entry in out.iterdir()}
    if MARKER in names:
        _check_marker(out)
    elif strangers := names - BYSTANDERS - {LOCK, FRESH_MARKER}:  # killed before it could leave its mark
        example = min(strangers)
        raise RunError(
            f"{out}: expected an empty folder or one that copydesk made, found {example!r} in it; nothing was written"
        )


def _check_marker(out: Path) -> None:
    try:
        version = json.loads((out / MARKER).read_text(encoding="utf-8"))["layout"]
    except (OSError, ValueError, KeyError, TypeError):
        raise RunError(
            f"{out / MARKER}: expected the mark of a copydesk folder, found something else"
        ) from None
    if version != LAYOUT_VERSION:
        raise RunError(
            f"{out}: expected layout {LAYOUT_VERSION}, found {version!r}: made by another version of copydesk"
        )


def _mark(out: Path) -> None:
    if not (out / MARKER).exists():
        fresh = out / FRESH_MARKER
        fresh.write_text(json.dumps({"layout": LAYOUT_VERSION}) + "\n", encoding="utf-8")
        sync(fresh)
        fresh.replace(out / MARKER)


@contextlib.contextmanager
def _locked(out: Path) -> Iterator[None]:
    with faults_of(out):
        handle = os.open(out / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise RunError(
                f"{out}: another build (process {holder}) is writing here; wait until it has ended"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
