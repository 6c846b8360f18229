"""Pictures of the figures: SVG to stand inside the page, in the page's own colours and fonts.

Text stays text and colours are variables of the page's style sheet: one picture serves light, dark and print.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from copydesk.report.figures import Figures

WIDTH_INCHES, HEIGHT_INCHES = 5.0, 2.7  # small enough for its type to be read on a telephone
BINS = 24
LONGEST_NAME = 26
# Stand-ins that matplotlib can draw with, and what the page calls them.
_INK, _GRID = "#010203", "#040506"
_SERIES = ("#a10001", "#a10002", "#a10003", "#a10004", "#a10005", "#a10006")
_VARIABLES = {_INK: "var(--ink-soft)", _GRID: "var(--line)"} | {
    colour: f"var(--series-{number})" for number, colour in enumerate(_SERIES, start=1)
}
_COLOUR = re.compile("|".join(_VARIABLES))
_ID = re.compile(r' id="([^"]{1,80})"')
_OPENING = re.compile(r"<svg\b[^>]{0,400}>")
_DEFS_STYLE = re.compile(r"<style type=\"text/css\">[^<]{0,80}</style>")


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with the words that stand in for it."""

    key: str
    title: str
    alt: str
    svg: str


def draw_plots(figures: Figures) -> dict[str, Plot]:
    """The pictures that the figures have data for, by key."""
    quotes = figures.quotes
    plots = [
        _days(figures.by_day),
        _bars("languages", "Articles by language", figures.languages),
        _bars("labels", "Removed blocks by label", [(entry.label, entry.blocks) for entry in figures.labels]),
        _bars("kinds", "Quotes by kind", quotes.by_kind),
        _bars(
            "speakers",
            "Quotes with a settled speaker by outlet, %",
            [(outlet, 100 * share) for outlet, share in quotes.speaker_shares],
        ),
        _bars(
            "refusals", "Quarantined documents by reason", [(r.reason, r.documents) for r in figures.refusals]
        ),
        _bars("seconds", "Time by stage, seconds", figures.seconds),
        _histogram("words", "Article length", "words", figures.words, "articles"),
        _histogram("paragraphs", "Paragraph length", "words", figures.paragraph_words, "paragraphs"),
        _histogram(
            "removed",
            "Removed share",
            "share of the document's words, %",
            [100 * s for s in figures.removed_shares],
            "articles",
        ),
        _histogram(
            "per_article", "Quotes in an article", "direct and mixed quotes", quotes.per_article, "articles"
        ),
    ]
    return {plot.key: plot for plot in plots if plot is not None}


def _bars(key: str, title: str, values: Sequence[tuple[str, float]], most: int = 12) -> Plot | None:
    """Horizontal bars, the first at the top, each with its figure; what is beyond `most` is summed up."""
    if not values:
        return None
    shown = [(str(name), float(value)) for name, value in values[:most]]
    if len(values) > most:
        shown.append((f"{len(values) - most} more", float(sum(value for _, value in values[most:]))))

    def draw(axes: Axes) -> None:
        names = [_escape(_short(name)) for name, _ in shown]
        amounts = [value for _, value in shown]
        axes.barh(range(len(shown)), amounts, color=_SERIES[0], height=0.68)
        axes.set_yticks(range(len(shown)), names)
        axes.invert_yaxis()
        for row, value in enumerate(amounts):
            axes.annotate(
                _amount(value),
                (value, row),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=_INK,
            )
        axes.set_xlim(0, max(*amounts, 1e-9) * 1.18)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", length=0)

    alt = f"{title}: " + "; ".join(f"{name} {_amount(value)}" for name, value in shown) + "."
    return Plot(key, title, alt, _render(key, draw, height=0.55 + 0.27 * len(shown)))


def _histogram(key: str, title: str, unit: str, values: Sequence[float], counted: str) -> Plot | None:
    """How many of what is `counted` have how much of the `unit`, with the median."""
    if not values:
        return None
    import numpy as np

    data = np.asarray(values, dtype=float)
    # The longest percent would squeeze the rest into one bar: it is drawn in the last one.
    top = max(float(np.percentile(data, 99)), float(data.min()) + 1)
    counts, edges = np.histogram(np.minimum(data, top), bins=_edges(float(data.min()), top))

    def draw(axes: Axes) -> None:
        axes.bar(edges[:-1], counts, width=np.diff(edges) * 0.92, align="edge", color=_SERIES[0])
        axes.axvline(float(np.median(data)), color=_INK, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set_xlabel(f"{unit} (dashed: median {_amount(float(np.median(data)))})", color=_INK)
        _count_axis(axes, counted)
        axes.grid(axis="y", color=_GRID, linewidth=0.8)

    low, middle, high = (_amount(float(point)) for point in np.percentile(data, (10, 50, 90)))
    alt = (
        f"{title} of {len(data):,} {counted}, {unit}: median {middle}, a tenth below {low}, a tenth above {high}, "
        f"largest {_amount(float(data.max()))}."
    )
    return Plot(key, title, alt, _render(key, draw))


def _count_axis(axes: Axes, counted: str) -> None:
    """A few whole numbers, and what they count."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, min_n_ticks=1))
    axes.set_ylabel(counted, color=_INK)


def _edges(low: float, high: float) -> Any:
    """Edges of bars; whole numbers where the range is short, so that no bar falls between two of them."""
    import numpy as np

    if high - low <= BINS and float(low).is_integer():
        return np.arange(low, np.ceil(high) + 2) - 0.5
    return np.linspace(low, high, BINS + 1)


def _days(by_day: pd.DataFrame) -> Plot | None:
    """Articles a day, outlets stacked; weeks or months where the period is long."""
    if by_day.empty:
        return None
    import pandas as pd

    days = pd.DatetimeIndex(by_day.index).tz_localize(None)
    span = (days.max() - days.min()).days
    step, word = ("D", "day") if span <= 62 else ("W-MON", "week") if span <= 730 else ("MS", "month")
    table = by_day.groupby(days.to_period(step[0]).start_time).sum()
    width = {"D": 0.8, "W": 5.6, "M": 24}[step[0]]

    def draw(axes: Axes) -> None:
        import matplotlib.dates as mdates

        bottom = [0.0] * len(table)
        for colour, outlet in zip(_SERIES, table.columns, strict=False):
            axes.bar(
                table.index,
                table[outlet],
                width=width,
                bottom=bottom,
                color=colour,
                label=_escape(_short(outlet)),
            )
            bottom = [low + high for low, high in zip(bottom, table[outlet], strict=True)]
        locator = mdates.AutoDateLocator(minticks=2, maxticks=5)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%-d %b %Y" if word != "month" else "%b %Y"))
        if span < 2:
            axes.set_xlim(table.index.min() - pd.Timedelta(days=3), table.index.max() + pd.Timedelta(days=3))
        _count_axis(axes, "articles")
        axes.grid(axis="y", color=_GRID, linewidth=0.8)
        square = {"handlelength": 0.9, "handleheight": 0.9, "columnspacing": 1.2, "borderaxespad": 0}
        below = {"loc": "upper left", "bbox_to_anchor": (0, -0.14)}
        axes.legend(ncols=2, frameon=False, labelcolor=_INK, **below, **square)

    total = table.sum(axis=1)
    alt = (
        f"Articles by {word} from {table.index.min():%Y-%m-%d} to {table.index.max():%Y-%m-%d}: "
        f"{int(total.sum())} in all, most on {total.idxmax():%Y-%m-%d} ({int(total.max())}). "
        f"Outlets: {', '.join(map(str, table.columns))}."
    )
    return Plot("days", f"Articles by {word} and outlet", alt, _render("days", draw, height=3.3))


def _render(key: str, draw: Callable[[Axes], None], height: float = HEIGHT_INCHES) -> str:
    """The drawing as an SVG element: colours as variables, no fixed size, no id that another one has."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style = {"svg.fonttype": "none", "svg.hashsalt": key, "font.size": 11, "font.family": "sans-serif"}
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        axes.patch.set_visible(False)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(_GRID)
        axes.tick_params(colors=_INK, length=3)
        axes.set_axisbelow(True)
        draw(axes)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _adapt(buffer.getvalue())


def _adapt(svg: str) -> str:
    body = svg[svg.index("<svg") :]
    opening = _OPENING.search(body)
    view = re.search(r'viewBox="([^"]{1,60})"', body)
    if opening is None or view is None:
        raise ValueError("expected matplotlib to write an <svg> element with a viewBox")
    body = f'<svg viewBox="{view[1]}" aria-hidden="true" focusable="false">' + body[opening.end() :]
    body = _DEFS_STYLE.sub("", body)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # Names of groups are the same in every drawing; what is referred to has a name of its own (hashsalt).
    body = _ID.sub(lambda match: match[0] if f"#{match[1]}" in body else "", body)
    body = re.sub(r"font: ([\d.]+)px [^;\"]{0,120}", r"font-size: \1px", body)
    return _COLOUR.sub(lambda match: _VARIABLES[match[0]], body)


def _escape(name: str) -> str:
    """A name that matplotlib does not take for mathematics or for an entry to hide from the legend."""
    name = name.replace("\\", "\\\\").replace("$", r"\$")
    return "\u200b" + name if name.startswith("_") else name


def _short(name: object) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(name)).split())
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def _amount(value: float) -> str:
    return (
        f"{value:,.0f}"
        if float(value).is_integer() or abs(value) >= 100
        else f"{value:.2f}"
        if value < 1
        else f"{value:.1f}"
    )
