"""Where things lie in OUT. Names only; nothing is written here.

OUT/.copydesk.json          this folder is ours
OUT/.lock                   held by the build that writes
OUT/.staging/RUN/           what a build is working on
OUT/.store/                 what is known of every document: rows, bytes, what was forgotten
OUT/.snapshots/ID/*.parquet published tables, never changed again
OUT/current -> .snapshots/ID
OUT/NAME.parquet -> current/NAME.parquet
OUT/runs.parquet, OUT/audit.parquet   the history
"""

from __future__ import annotations

from pathlib import Path

from copydesk.errors import RunError

MARKER = ".copydesk.json"
LOCK = ".lock"
STAGING = ".staging"
STORE = ".store"
SNAPSHOTS = ".snapshots"
CURRENT = "current"
MANIFEST = "snapshot.json"
LAYOUT_VERSION = 1
BYSTANDERS = frozenset(
    ("README.md", ".gitignore", ".gitkeep", ".DS_Store")
)  # a folder with only these counts as empty


def table_file(table: str) -> str:
    return f"{table}.parquet"


def is_published(out: Path) -> bool:
    """Whether a snapshot has been published here."""
    return (out / MARKER).is_file() and (out / CURRENT).is_symlink()


def snapshot_folder(out: Path, snapshot: str | None = None) -> Path:
    """The folder of the current snapshot, or of the one named. Raises RunError saying what OUT is instead."""
    if not out.is_dir():
        raise RunError(
            f"{out}: expected a folder with tables of copydesk, found {'a file' if out.exists() else 'nothing'}"
        )
    if not (out / MARKER).is_file():
        raise RunError(
            f"{out}: expected a folder with tables of copydesk, found one that copydesk did not make"
        )
    if snapshot is None:
        current = out / CURRENT
        if not current.is_symlink():
            raise RunError(f"{out}: no tables have been published here yet")
        return out / current.readlink()
    known = snapshots(out)
    if snapshot not in known:
        raise RunError(f"{out}: expected a snapshot called {snapshot!r}, found {', '.join(known) or 'none'}")
    return out / SNAPSHOTS / snapshot


def snapshots(out: Path) -> tuple[str, ...]:
    """Ids of the published snapshots, oldest first."""
    folder = out / SNAPSHOTS
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    )
