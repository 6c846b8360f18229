"""Where a release goes: it is written in a folder of its own and appears whole, or not at all.

A folder on this machine appears by one rename. On an object store there is no rename: SHA256SUMS is put last, and what lies
there without it is no release.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copydesk.disk import faults_of
from copydesk.errors import RunError, UsageError
from copydesk.release.layout import SUMS
from copydesk.urls import as_run_error, faults, is_url, is_web, open_store


@contextlib.contextmanager
def open_target(to: str) -> Iterator[Path]:
    """A folder to write into, that becomes `to` once the block ends without a fault.

    Raises RunError, with nothing left behind, where `to` holds something already or cannot be written.
    """
    with _open_url(to) if is_url(to) else _open_folder(Path(to)) as folder:
        yield folder


@contextlib.contextmanager
def _open_folder(to: Path) -> Iterator[Path]:
    to = Path(os.path.abspath(to))  # noqa: PTH100  resolve() would follow a link that is to be refused as it is
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise RunError(
            f"{to}: expected a folder that does not exist yet, or an empty one, found a file or link"
        )
    with faults_of(to):
        if to.exists() and (names := sorted(os.listdir(to))):  # noqa: PTH208
            raise RunError(
                f"{to}: expected a folder that does not exist yet, or an empty one, found {names[0]!r} in it"
            )
        to.parent.mkdir(parents=True, exist_ok=True)
        _sweep(to)
        draft = to.with_name(f".{to.name}.draft-{os.getpid()}")
        draft.mkdir()
        try:
            yield draft
            draft.rename(to)  # onto nothing, or onto an empty folder
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _sweep(to: Path) -> None:
    """Remove the drafts of processes that were killed."""
    for draft in to.parent.glob(f".{glob.escape(to.name)}.draft-*"):
        number = draft.name.rpartition("-")[2]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(draft, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def _open_url(to: str) -> Iterator[Path]:
    if is_web(to):
        raise UsageError(f"{to}: expected a folder or a place on an object store, such as s3://BUCKET/NAME")
    store, path = open_store(to)
    with as_run_error(to, "to write here"):
        if found := store.find(path):
            raise RunError(f"{to}: expected a place that holds nothing yet, found {found[0]}")
    with tempfile.TemporaryDirectory(prefix="copydesk-release-") as scratch:
        draft = Path(scratch)
        yield draft
        with as_run_error(to, "to write here"):
            _put(draft, store, path.rstrip("/"))


def _put(draft: Path, store: Any, path: str) -> None:
    """Put every file, SHA256SUMS last; where that fails, take back what is there."""
    files = sorted((p for p in draft.rglob("*") if p.is_file()), key=lambda p: (p.name == SUMS, p))
    done: list[str] = []
    try:
        for file in files:
            done.append(f"{path}/{file.relative_to(draft).as_posix()}")
            store.put_file(str(file), done[-1])
    except BaseException:
        with contextlib.suppress(*faults()):
            store.rm(done)
        raise
