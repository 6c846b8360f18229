"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copydesk.urls import is_url

REPORT = "report.html"
_copies: dict[Path, str] = {}  # of what lies on an object store, and the URL of each


def read_out(out: str) -> Path:
    """OUT; where it is a URL, a copy of its current snapshot on this machine, which goes with the process."""
    if not is_url(out):
        return Path(out)
    from copydesk.publish.workplace import fetch_out

    copy = fetch_out(out)
    _copies[copy] = out
    return copy


def named(out: Path) -> str:
    """What the user called it."""
    return _copies.get(out, str(out))


def put_beside(out: Path, file: Path) -> str:
    """Put a file that was written into the copy of an OUT into OUT itself; gives its path or URL."""
    if out not in _copies:
        return str(file)
    from copydesk.publish.remote import RemoteOut

    return RemoteOut(_copies[out]).put(file, file.name)


Out = Annotated[
    Path,
    typer.Argument(
        parser=read_out,
        metavar="OUT",
        help="Folder that a build has published into, or its URL.",
        show_default=False,
    ),
]
