"""The report's page: figures, pictures and concerns poured into one template that escapes all of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.report.attention import find_concerns
from copydesk.report.figures import WATCHED_FIELDS, Figures
from copydesk.report.ledger import list_silent
from copydesk.report.plots import draw_plots
from copydesk.report.shared import list_names

if TYPE_CHECKING:
    import jinja2

# What a reader cannot see but a browser acts on: controls, and marks that would reorder the page around them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
LONGEST_CELL = 300


def render_page(figures: Figures, title: str, command: str, rules_version: str | None = None) -> str:
    """One HTML page that needs nothing else: no script, no request.

    `rules_version` is that of the rules that were counted; the page says so where the run had others.
    """
    from markupsafe import Markup

    # Our own style and matplotlib's drawings, whose texts it has escaped: the only markup let through.
    plots = {key: (plot, Markup(plot.svg)) for key, plot in draw_plots(figures).items()}
    return (
        make_environment()
        .get_template("page.html.j2")
        .render(
            figures=figures,
            title=title,
            command=command,
            concerns=find_concerns(figures),
            plots=plots,
            silent_rules=list_silent(figures.rules),
            rules_version=rules_version,
            watched_fields=WATCHED_FIELDS,
        )
    )


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
        page_text=page_text, share=format_share, number=lambda n: f"{n:,}", names=list_names
    )
    environment.globals["style"] = Markup((folder / "page.css").read_text(encoding="utf-8"))
    return environment


def page_text(value: object, limit: int = LONGEST_CELL) -> str:
    """Text of a page as one harmless line; the template escapes its markup."""
    text = _UNSEEN.sub("\ufffd", str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def format_share(share: float) -> str:
    """0 and 1 only where it is none and all: "0%", "<1%", "42%", ">99%", "100%"."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"
