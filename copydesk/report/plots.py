"""Pictures of the figures, each with a title, the unit of what it counts, and its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from copydesk.report.drawing import GRID, INK, SERIES, Plot, amount, draw, label, short
from copydesk.report.overview import WATCHED_FIELDS
from copydesk.report.spread import Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from copydesk.report.figures import Figures
    from copydesk.report.overview import Overview

BINS = 24
OUTLETS_IN_GRID = 14
# Periods up to so many days are drawn by day, week or month, longer ones by year; and how wide a bar then is.
STEPS: tuple[tuple[float, str, float], ...] = (
    (62, "day", 0.8),
    (540, "week", 5.6),
    (2200, "month", 24.0),
    (float("inf"), "year", 290.0),
)
_TICKS = {"day": "%-d %b %Y", "week": "%-d %b %Y", "month": "%b %Y", "year": "%Y"}
EDGE_SHARE = 0.02
Grid = Sequence[tuple[str, Sequence[float]]]  # a row and its cells


def draw_plots(figures: Figures) -> dict[str, Plot]:
    """The pictures that the figures have data for, by key."""
    overview, quotes, ledger = figures.overview, figures.quotes, figures.ledger
    by_outlet = ledger.by_outlet
    plots = [
        _days(overview),
        _bars("languages", "Articles by language", "articles", overview.languages),
        _histogram("words", "Article length", "words", overview.words, "articles"),
        _histogram("paragraphs", "Paragraph length", "words", overview.paragraph_words, "paragraphs"),
        _grid(
            "missing",
            "Missing fields by outlet",
            "% of the outlet's articles",
            WATCHED_FIELDS,
            [(row.outlet, [100 * share for share in row.shares]) for row in overview.missing],
            most=100.0,
        ),
        _bars(
            "missing_in_all",
            "Missing fields in all articles",
            "% of all articles",
            [
                (name, round(100 * share, 1))
                for row in overview.missing[:1]
                for name, share in zip(WATCHED_FIELDS, row.shares, strict=True)
            ],
        ),
        _bars(
            "labels",
            "Removed blocks by label",
            "blocks",
            [(entry.label, entry.blocks) for entry in ledger.labels],
        ),
        _histogram(
            "removed",
            "Removed share",
            "% of the document's words",
            overview.removed_shares,
            "articles",
            scale=100,
        ),
        _bars(
            "removed_shares",
            "Removed share by outlet",
            "% of a document's words, median",
            [(outlet, round(100 * share, 1)) for outlet, share in overview.removed_by_outlet],
            summed=False,
        ),
        _grid(
            "removed_by_outlet",
            "Removed blocks by label and outlet",
            "blocks an article",
            by_outlet.labels,
            [(outlet, values) for outlet, _, values in by_outlet.rows],
            most=by_outlet.most,
        ),
        _bars("kinds", "Quotes by kind", "quotes", quotes.by_kind),
        _histogram(
            "per_article", "Quotes in an article", "direct and mixed quotes", quotes.per_article, "articles"
        ),
        _bars(
            "speakers",
            "Quotes with a settled speaker by outlet",
            "% of the outlet's quotes",
            [(outlet, round(100 * share, 1)) for outlet, _, share in quotes.speaker_shares],
            summed=False,
        ),
        _bars(
            "refusals",
            "Quarantined documents by reason",
            "documents",
            [(r.reason, r.documents) for r in overview.refusals],
        ),
        _bars("seconds", "Time by stage", "seconds", figures.seconds),
    ]
    return {plot.key: plot for plot in plots if plot is not None}


def _bars(
    key: str, title: str, unit: str, values: Sequence[tuple[str, float]], most: int = 12, summed: bool = True
) -> Plot | None:
    """Horizontal bars, the first at the top, each with its figure; what is beyond `most` is summed up, or left out."""
    if not values:
        return None
    shown = [(str(name), float(value)) for name, value in values[:most]]
    if len(values) > most and summed:
        shown.append((f"{len(values) - most} more", float(sum(value for _, value in values[most:]))))

    whole = all(value.is_integer() for _, value in shown)
    written = [f"{value:,.0f}" if whole else f"{value:,.1f}" for _, value in shown]

    def paint(axes: Axes) -> None:
        names = [label(name) for name, _ in shown]
        amounts = [value for _, value in shown]
        axes.barh(range(len(shown)), amounts, color=SERIES[0], height=0.68)
        axes.set_yticks(range(len(shown)), names)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        for row, (value, figure) in enumerate(zip(amounts, written, strict=True)):
            place: dict[str, Any] = {"xytext": (4, 0), "textcoords": "offset points"}
            axes.annotate(figure, (value, row), va="center", color=INK, **place)
        axes.set_xlim(0, max(*amounts, 1e-9) * 1.2)
        axes.set_xticks([])
        axes.set_xlabel(
            unit, color=INK, loc="right"
        )  # so that a long one runs to the left, where there is room
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", length=0)

    alt = (
        f"{title}, {unit}: "
        + "; ".join(f"{short(name, 60)} {figure}" for (name, _), figure in zip(shown, written, strict=True))
        + "."
    )
    return draw(key, title, alt, paint, height=0.75 + 0.27 * max(2, len(shown)))


def _grid(key: str, title: str, unit: str, columns: Sequence[str], rows: Grid, most: float) -> Plot | None:
    """A table of shaded cells with their figures: the stronger the shade, the higher the figure."""
    if not rows or not columns:
        return None
    shown = rows[:OUTLETS_IN_GRID]

    def paint(axes: Axes) -> None:
        from matplotlib.patches import Rectangle

        for down, (_, values) in enumerate(shown):
            for across, value in enumerate(values):
                strength = (value / most) ** 0.7 if most else 0.0
                axes.add_patch(
                    Rectangle(
                        (across, down), 0.96, 0.94, color=SERIES[0], alpha=0.04 + 0.5 * strength, linewidth=0
                    )
                )
                figure = f"{value:.0f}" if most >= 20 else f"{value:.1f}"
                axes.text(
                    across + 0.48, down + 0.47, figure, ha="center", va="center", color=INK, fontsize=10
                )
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(shown), 0)
        axes.set_xticks([across + 0.48 for across in range(len(columns))], columns, rotation=38, ha="left")
        axes.xaxis.tick_top()
        names = [label(name, 22) for name, _ in shown]
        axes.set_yticks([down + 0.47 for down in range(len(shown))], names)
        axes.tick_params(length=0, labelsize=10.5)
        axes.spines["bottom"].set_visible(False)
        axes.set_xlabel(unit, color=INK)
        axes.xaxis.set_label_position("bottom")

    cells = "; ".join(
        f"{short(name, 60)}: "
        + ", ".join(
            f"{column} {amount(round(value, 1))}" for column, value in zip(columns, values, strict=True)
        )
        for name, values in shown
    )
    return draw(key, title, f"{title}, {unit}. {cells}.", paint, height=1.5 + 0.25 * len(shown))


def _histogram(
    key: str, title: str, unit: str, spread: Spread, counted: str, scale: float = 1.0
) -> Plot | None:
    """How many of what is `counted` have how much of the `unit`, with the median."""
    if not spread.total:
        return None
    import numpy as np

    values = np.asarray([value * scale for value, _ in spread.pairs])
    weights = np.asarray([count for _, count in spread.pairs])
    whole = scale == 1 and all(value.is_integer() for value, _ in spread.pairs)
    least, median = spread.least * scale, spread.median * scale
    # The longest percent would squeeze the rest into one bar: it is drawn in the last one.
    top = max(spread.quantile(0.99) * scale, least + 1)
    counts, edges = np.histogram(np.minimum(values, top), bins=_edges(least, top, whole), weights=weights)

    def paint(axes: Axes) -> None:
        axes.bar(edges[:-1], counts, width=np.diff(edges) * 0.92, align="edge", color=SERIES[0])
        axes.axvline(median, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set_xlabel(f"{unit} (dashed: median {amount(median)})", color=INK)
        axes.xaxis.set_major_formatter(_thousands())
        _count_axis(axes, counted)
        axes.grid(axis="y", color=GRID, linewidth=0.8)

    low, high, most = (
        amount(point * scale) for point in (spread.quantile(0.1), spread.quantile(0.9), spread.most)
    )
    alt = (
        f"{title} of {spread.total:,} {counted}, {unit}: median {amount(median)}, a tenth up to {low}, a tenth above {high}, "
        f"largest {most}."
    )
    return draw(key, title, alt, paint)


def _count_axis(axes: Axes, counted: str) -> None:
    """A few whole numbers, and what they count."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(_thousands())
    axes.set_ylabel(counted, color=INK)


def _thousands() -> Any:
    """Ticks with their thousands set off."""
    from matplotlib.ticker import FuncFormatter

    return FuncFormatter(lambda value, _: f"{value:,.0f}" if float(value).is_integer() else f"{value:g}")


def _edges(low: float, high: float, whole: bool) -> Any:
    """Edges of bars; each holds as many whole numbers as the next where there are only such."""
    import numpy as np

    if whole:
        step = int(np.ceil((high - low + 1) / BINS))
        return np.arange(low, high + step + 1, step) - 0.5
    return np.linspace(low, high, BINS + 1)


def _days(overview: Overview) -> Plot | None:
    """Articles a day, outlets stacked; weeks or months where the period is long."""
    if not overview.by_day:
        return None
    first, last, outside = _period(overview.by_day)
    span = (last - first).days
    word, width = next((word, width) for longest, word, width in STEPS if span <= longest)
    bins: defaultdict[date, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for day, outlet, count in overview.by_day:
        if first <= day <= last:
            bins[_begin(day, word)][outlet] += count
    starts = sorted(bins)
    outlets = overview.plotted_outlets

    def paint(axes: Axes) -> None:
        import matplotlib.dates as mdates

        places = [float(mdates.date2num(start)) for start in starts]
        bottom = [0] * len(starts)
        for colour, outlet in zip(SERIES, outlets, strict=False):
            heights = [bins[start][outlet] for start in starts]
            axes.bar(places, heights, width=width, bottom=bottom, color=colour, label=label(outlet, 18))
            bottom = [low + high for low, high in zip(bottom, heights, strict=True)]
        axes.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=5))
        axes.xaxis.set_major_formatter(mdates.DateFormatter(_TICKS[word]))
        if span < 2:
            axes.set_xlim(min(places) - 3, max(places) + 3)
        if outside:
            axes.set_title(
                f"{outside:,} articles before or after are not drawn", color=INK, fontsize=10, loc="right"
            )
        _count_axis(axes, "articles")
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        square = {"handlelength": 0.9, "handleheight": 0.9, "columnspacing": 1.2, "borderaxespad": 0}
        below = {"loc": "upper left", "bbox_to_anchor": (0, -0.14)}
        axes.legend(ncols=2, frameon=False, labelcolor=INK, **below, **square)

    totals = {start: sum(bins[start].values()) for start in starts}
    most = max(starts, key=lambda start: (totals[start], start))
    alt = (
        f"Articles by {word} from {first} to {last}: {sum(totals.values()):,} in all, most in the {word} of {most} "
        f"({totals[most]:,}). Outlets: {', '.join(short(outlet, 60) for outlet in outlets)}."
        + (f" {outside:,} articles lie outside of this period." if outside else "")
    )
    return draw("days", f"Articles by {word} and outlet", alt, paint, height=3.3)


def _period(by_day: Sequence[tuple[date, str, int]]) -> tuple[date, date, int]:
    """What of the days is drawn, and how many articles lie outside: a few very old ones would squeeze all others into one bar."""
    spread = Spread.of((float(day.toordinal()), count) for day, _, count in by_day)
    low, high = spread.quantile(EDGE_SHARE), spread.quantile(1 - EDGE_SHARE)
    if spread.most - spread.least <= 2 * (high - low) + STEPS[0][0]:
        low, high = spread.least, spread.most
    outside = sum(count for day, count in spread.pairs if not low <= day <= high)
    return date.fromordinal(int(low)), date.fromordinal(int(high)), outside


def _begin(day: date, word: str) -> date:
    """The first day of the day's week, month or year."""
    if word == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1, month=1 if word == "year" else day.month) if word != "day" else day
