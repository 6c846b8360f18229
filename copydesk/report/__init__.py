"""The data-quality report of a published snapshot: one public verb, `write_report`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import RunError

if TYPE_CHECKING:
    from copydesk.report.figures import Snapshot


def write_report(snapshot: Snapshot, to: Path, *, title: str, command: str) -> Path:
    """Write the report on a snapshot as one HTML file, whole or not at all; gives its path.

    `command` is what the page says it was made with. Raises RunError where the file cannot be written.
    """
    from copydesk.report.figures import compute_figures
    from copydesk.report.page import render_page

    page = render_page(compute_figures(snapshot), title=title, command=command)
    part = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(to)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RunError(f"expected to write the report to {to}, found: {error.strerror or error}") from error
    return to
