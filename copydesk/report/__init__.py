"""What a snapshot looks like to a person: `write_report` on all of it, `write_inspection` on one document."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import RunError

if TYPE_CHECKING:
    from copydesk.inspection import Inspection
    from copydesk.report.figures import Snapshot


def write_report(
    snapshot: Snapshot, to: Path, *, title: str, command: str, rule_files: Sequence[Path] = ()
) -> Path:
    """Write the report on a snapshot as one HTML file, whole or not at all; gives its path.

    `command` is what the page says it was made with; rules that never fired are looked for among the bundled
    ones and those of `rule_files`. Raises RunError where the file cannot be written.
    """
    from copydesk.label.rules import load_rules
    from copydesk.report.figures import compute_figures
    from copydesk.report.page import render_page

    rules = load_rules(rule_files)
    known = {rule.id: (rule.label, rule.why) for rule in rules.rules}
    figures = compute_figures(snapshot, known)
    write_page(to, render_page(figures, title=title, command=command, rules_version=rules.version))
    return to


def write_inspection(inspection: Inspection, to: Path) -> Path:
    """Write one document, block by block, as one HTML file; gives its path. Raises RunError where that fails."""
    from copydesk.report.document import render_document

    write_page(to, render_document(inspection))
    return to


def write_page(to: Path, page: str) -> None:
    """Write a page beside its place and move it there. Raises RunError where that cannot be done."""
    part = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(to)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise RunError(f"expected to write the page to {to}, found: {error.strerror or error}") from error
