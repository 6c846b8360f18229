"""The data-quality report of a published snapshot: one public verb, `write_report`."""

from __future__ import annotations

import os
from pathlib import Path

from copydesk.errors import RunError


def write_report(out: Path, to: Path) -> Path:
    """Write the report on OUT's current snapshot as one HTML file, whole or not at all; gives its path.

    Raises UsageError where OUT holds no tables, RunError where the file cannot be written.
    """
    from copydesk.report.figures import compute_figures
    from copydesk.report.page import render_page
    from copydesk.tables import open_snapshot

    page = render_page(compute_figures(open_snapshot(out)), title=out.resolve().name, command=f"copydesk report {out}")
    part = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(to)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RunError(f"expected to write the report to {to}, found: {error.strerror or error}") from error
    return to
