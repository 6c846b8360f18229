"""The report's page: figures, pictures and concerns poured into templates that escape all of it."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.report.attention import CONCERNS_SHOWN
from copydesk.report.citing import INPUTS_METHOD
from copydesk.report.drawing import spark
from copydesk.report.figures import Figures
from copydesk.report.formats import format_change, format_figure, format_interval, format_share, page_text
from copydesk.report.history import METHOD
from copydesk.report.ledger import SILENT_SHOWN, RuleCount, list_silent
from copydesk.report.overview import WATCHED_FIELDS
from copydesk.report.plots import draw_plots
from copydesk.report.shared import list_names

if TYPE_CHECKING:
    import jinja2

    from copydesk.report.marking import Marked
    from copydesk.report.sampling import Sample

SAMPLE_BYTES = 1_000_000  # of all samples inside the page, as they stand there


@dataclass(frozen=True, slots=True)
class About:
    """What the page says of itself."""

    title: str
    command: str
    out: str  # as the commands on the page name the tables
    rules_version: str | None = (
        None  # of the rules that were counted; the page says so where the run had others
    )


def render_page(figures: Figures, about: About, marked: Sequence[Marked] = ()) -> str:
    """One HTML page that needs nothing else: no script, no request."""
    from markupsafe import Markup

    # Our own style, matplotlib's drawings, whose texts are escaped, and lines through numbers: the only markup let through.
    plots = {key: (plot, Markup(plot.svg)) for key, plot in draw_plots(figures).items()}
    sparks = {drift.vital.key: Markup(spark(drift.values, drift.low, drift.high)) for drift in figures.drift}
    return (
        make_environment()
        .get_template("page.html.j2")
        .render(
            figures=figures,
            title=about.title,
            command=about.command,
            out=page_text(shlex.quote(about.out)),
            folder=about.out,
            concerns=figures.concerns[:CONCERNS_SHOWN],
            more_concerns=max(0, len(figures.concerns) - CONCERNS_SHOWN),
            plots=plots,
            sparks=sparks,
            silent_rules=_first_rules(list_silent(figures.ledger.rules)),
            rules_version=about.rules_version,
            watched_fields=WATCHED_FIELDS,
            drift_method=METHOD,
            inputs_method=INPUTS_METHOD,
            cite_as=figures.citation.text(about.title, figures.overview.articles),
            marked=marked,
            samples=_embed(figures.samples),
            sample_seed=figures.samples[0].seed if figures.samples else 1,
        )
    )


def _first_rules(
    by_label: Sequence[tuple[str, tuple[RuleCount, ...]]],
) -> tuple[tuple[str, tuple[RuleCount, ...]], ...]:
    """As many rules as the page has room for."""
    shown: list[tuple[str, tuple[RuleCount, ...]]] = []
    room = SILENT_SHOWN
    for label, rules in by_label:
        if room:
            shown.append((label, rules[:room]))
            room -= len(shown[-1][1])
    return tuple(shown)


def _embed(samples: Sequence[Sample]) -> tuple[tuple[Sample, str | None], ...]:
    """Each sample with the address under which the page itself holds it, as long as there is room."""
    found = []
    room = SAMPLE_BYTES
    for sample in samples:
        # A file for spreadsheets: they take it for UTF-8 where it begins with the mark.
        content = base64.b64encode(f"\ufeff{sample.csv}".encode("utf-8", "replace")).decode("ascii")
        fits = len(content) <= room
        room -= len(content) if fits else 0
        found.append((sample, f"data:text/csv;base64,{content}" if fits else None))
    return tuple(found)


def make_environment() -> jinja2.Environment:
    """The templates of this folder, escaping all that is poured into them; `style` is the style sheet of every page."""
    import jinja2
    from markupsafe import Markup

    folder = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        page_text=page_text,
        share=format_share,
        number=lambda n: f"{n:,}",
        signed=lambda n: format_change(n, "count"),
        figure=format_figure,
        change=format_change,
        interval=format_interval,
        names=list_names,
        python=repr,
        quoted=shlex.quote,
    )
    environment.globals["style"] = Markup((folder / "page.css").read_text(encoding="utf-8"))
    return environment
