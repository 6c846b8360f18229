"""Where a build works: in OUT itself; where OUT is a URL, in a copy of what it needs of OUT, on a store that stays there."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copydesk.check.findings import FINDINGS_FILE
from copydesk.errors import RunError
from copydesk.publish.layout import CURRENT, LAYOUT_VERSION, MANIFEST, MARKER, SNAPSHOTS, STORE
from copydesk.publish.remote import NO_HEAD, Head, RemoteOut
from copydesk.store.index import INDEX_FILE
from copydesk.store.place import LocalPlace, Place
from copydesk.store.remote import RemotePlace
from copydesk.urls import is_url, short_name


@dataclass(frozen=True, slots=True)
class Workplace:
    """A local OUT, and the remote one that it stands for."""

    out: Path
    name: str  # of OUT, as the user gave it
    store: Place
    remote: RemoteOut | None = None
    head: Head = NO_HEAD

    def publish(self, snapshot: str, keep: int) -> None:
        """Put the snapshot that is now current here where readers see it. Raises RunError where another build was faster."""
        if self.remote is not None:
            if self.remote.is_of_this_process:
                self.remote.put_store(self.out / STORE)
            self.remote.publish(self.head, snapshot, self.out / SNAPSHOTS / snapshot, self.out, keep)


@contextlib.contextmanager
def workplace(out: str | Path, run_id: str) -> Iterator[Workplace]:
    """Where the build with this id works; a copy is removed at the end, the rows of its run put up before."""
    if not is_url(out):
        yield Workplace(Path(out), str(out), LocalPlace(str(Path(out) / STORE)))
        return
    remote = RemoteOut(str(out))
    with remote.held(run_id), tempfile.TemporaryDirectory(prefix="copydesk-") as scratch:
        local, cache = Path(scratch) / "out", Path(scratch) / "segments"
        cache.mkdir()
        head = remote.head()
        copy_out(remote, head.current, local, frozenset((INDEX_FILE, MANIFEST, FINDINGS_FILE)))
        if remote.is_of_this_process:  # workers cannot see it
            store: Place = LocalPlace(str(local / STORE))
            remote.fetch_store(local / STORE)
        else:
            store = RemotePlace(remote.store_url, str(cache))
        place = Workplace(local, remote.url, store, remote, head)
        try:
            yield place
        except RunError:
            with contextlib.suppress(RunError):  # the first fault is the one to tell
                remote.leave_history(local, run_id)
            raise
        if remote.head().current != run_id:
            remote.leave_history(local, run_id)


def fetch_out(url: str) -> Path:
    """A copy of the current snapshot of an OUT, for those who read files; it goes with this process."""
    scratch = tempfile.mkdtemp(prefix="copydesk-")
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    remote, folder = RemoteOut(url), Path(scratch, short_name(url))
    copy_out(remote, remote.snapshot(), folder)
    return folder


def copy_out(
    remote: RemoteOut, snapshot: str | None, folder: Path, names: frozenset[str] | None = None
) -> None:
    """A local OUT with one snapshot of a remote one, or with some of its files, and the history."""
    folder.mkdir(parents=True)
    (folder / MARKER).write_text(f'{{"layout": {LAYOUT_VERSION}}}\n', encoding="utf-8")
    if snapshot is not None:
        remote.fetch(snapshot, folder / SNAPSHOTS / snapshot, names)
        (folder / CURRENT).symlink_to(f"{SNAPSHOTS}/{snapshot}")
    remote.fetch_history(snapshot, folder)
