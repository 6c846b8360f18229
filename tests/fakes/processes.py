"""What runs: the processes below one, by what /proc tells."""

from __future__ import annotations

import os
from pathlib import Path


def tree_of(pid: int) -> dict[int, int]:
    """Resident bytes of a process and of all below it, by process id."""
    found: dict[int, int] = {}
    pending = [pid]
    while pending:
        at = pending.pop()
        try:
            pages = Path(f"/proc/{at}/statm").read_text().split()[1]
            tasks = list(Path(f"/proc/{at}/task").iterdir())
            pending += [int(child) for task in tasks for child in (task / "children").read_text().split()]
        except (OSError, IndexError):
            continue  # it has ended
        found[at] = int(pages) * os.sysconf("SC_PAGE_SIZE")
    return found
