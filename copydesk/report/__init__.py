"""What a snapshot looks like to a person: a report on all of it, a page on one document, samples of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.inspection import Inspection
    from copydesk.inspection_samples import Samples
    from copydesk.snapshot import Snapshot


def write_report(
    snapshot: Snapshot,
    to: Path,
    *,
    command: str,
    title: str | None = None,
    rule_files: Sequence[Path] = (),
    marked: Sequence[Path] = (),
    sample: Path | None = None,
    seed: int = 1,
) -> Path:
    """Write the report on a snapshot as one HTML file, whole or not at all; gives its path.

    `command` is what the page says it was made with, `title` the name of OUT by default; rules that never fired are looked
    for among the bundled ones and those of `rule_files`. `marked` are files of a sample that a person has marked; `sample` is
    a folder for a new one, drawn with `seed`. Raises RunError where tables cannot be read or files not be written,
    UsageError for marks that cannot be read.
    """
    from copydesk.label.rules import load_rules
    from copydesk.report.figures import compute_figures
    from copydesk.report.files import check_folder, write_whole
    from copydesk.report.marking import read_marked
    from copydesk.report.page import About, render_page
    from copydesk.report.sampling import write_files

    check_folder(to)  # before half a minute of work
    marks = read_marked(marked)
    rules = load_rules(rule_files)
    known = {rule.id: (rule.label, rule.why) for rule in rules.rules}
    figures = compute_figures(snapshot, known, seed)
    about = About(title or snapshot.out.resolve().name, command, str(snapshot.out), rules.version)
    page = render_page(figures, about, marks)
    if sample is not None:
        write_files(figures.samples, sample)
    write_whole(to, page)
    return to


def write_inspection(inspection: Inspection, to: Path) -> Path:
    """Write one document, block by block, as one HTML file; gives its path. Raises RunError where that fails."""
    from copydesk.report.document import render_document
    from copydesk.report.files import write_whole

    write_whole(to, render_document(inspection))
    return to


def write_samples(samples: Samples, to: Path, out: Path) -> Path:
    """Write samples of a label or rule as one HTML file; gives its path. Raises RunError where that fails."""
    from copydesk.report.document import render_samples
    from copydesk.report.files import write_whole

    write_whole(to, render_samples(samples, str(out)))
    return to
