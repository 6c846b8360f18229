"""Where a release goes: it is written in a folder of its own and appears whole, or not at all.

A folder on this machine appears by one rename. On an object store there is no rename: SHA256SUMS is put last, and what lies
there without it is no release.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copydesk.errors import RunError, UsageError
from copydesk.release.layout import SUMS

_URL = re.compile(r"[a-z][a-z0-9+.-]{0,20}://")


@contextlib.contextmanager
def open_target(to: str) -> Iterator[Path]:
    """A folder to write into, that becomes `to` once the block ends without a fault.

    Raises RunError, with nothing left behind, where `to` holds something already or cannot be written.
    """
    with _open_url(to) if _URL.match(to) else _open_folder(Path(to)) as folder:
        yield folder


@contextlib.contextmanager
def _open_folder(to: Path) -> Iterator[Path]:
    to = Path(os.path.abspath(to))  # noqa: PTH100  resolve() would follow a link that is to be refused as it is
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise RunError(
            f"{to}: expected a folder that does not exist yet, or an empty one, found a file or link"
        )
    with _faults_of(to):
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
    for draft in to.parent.glob(f".{glob_escape(to.name)}.draft-*"):
        number = draft.name.rpartition("-")[2]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(draft, ignore_errors=True)


def glob_escape(name: str) -> str:
    """A name as a pattern that matches it alone."""
    return re.sub(r"([*?[])", r"[\1]", name)


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
    store, path = _connect(to)
    with _faults_of(to):
        if found := store.find(path):
            raise RunError(f"{to}: expected a place that holds nothing yet, found {found[0]}")
    with tempfile.TemporaryDirectory(prefix="copydesk-release-") as scratch:
        draft = Path(scratch)
        yield draft
        with _faults_of(to):
            files = sorted(p for p in draft.rglob("*") if p.is_file())
            files.sort(key=lambda p: p.name == SUMS)  # the others keep their order
            done: list[str] = []
            try:
                for file in files:
                    target = f"{path.rstrip('/')}/{file.relative_to(draft).as_posix()}"
                    done.append(target)
                    store.put_file(str(file), target)
            except BaseException:
                with contextlib.suppress(*_named_faults()):
                    store.rm(done)
                raise


def _connect(to: str) -> tuple[Any, str]:
    import fsspec

    scheme = to.split("://")[0]
    try:
        store, path = fsspec.core.url_to_fs(to, use_listings_cache=False)
    except ImportError:
        raise UsageError(
            f"{to}: expected the packages that {scheme}:// needs; pip install 'copydesk[s3]'"
        ) from None
    except ValueError as fault:
        raise UsageError(f"{to}: expected a folder or an address of an object store: {fault}") from None
    if not path.strip("/"):
        raise UsageError(f"{to}: expected a place in the store, found none; s3://BUCKET/NAME")
    return store, str(path)


@contextlib.contextmanager
def _faults_of(to: object) -> Iterator[None]:
    """Faults of the disk or the store as one line."""
    try:
        yield
    except _named_faults() as fault:
        reason = getattr(fault, "strerror", None) or " ".join(str(fault).split()) or type(fault).__name__
        raise RunError(f"{to}: expected to write here, found: {reason}") from fault


def _named_faults() -> tuple[type[Exception], ...]:
    """What a disk raises, and what the client of S3 does, where it is in use."""
    client = sys.modules.get("botocore.exceptions")
    return (OSError,) if client is None else (OSError, client.BotoCoreError, client.ClientError)
