"""matplotlib's drawings as SVG that stands inside the page: its colours and fonts, words for those who do not see it.

Text stays text and colours are variables of the page's style sheet, so one picture serves light, dark and print.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_INCHES, HEIGHT_INCHES = 5.0, 2.7  # small enough for its type to be read on a telephone
LONGEST_NAME = 26
# Stand-ins that matplotlib can draw with, and what the page calls them.
INK, GRID = "#010203", "#040506"
SERIES = ("#a10001", "#a10002", "#a10003", "#a10004", "#a10005", "#a10006")
_VARIABLES = {INK: "var(--ink-soft)", GRID: "var(--line)"} | {
    colour: f"var(--series-{number})" for number, colour in enumerate(SERIES, start=1)
}
_COLOUR = re.compile("|".join(_VARIABLES))
_ID = re.compile(r' id="([^"]{1,80})"')
_OPENING = re.compile(r"<svg\b[^>]{0,400}>")
_DEFS_STYLE = re.compile(r"<style type=\"text/css\">[^<]{0,80}</style>")
_NEVER_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with the words that stand in for it."""

    key: str
    title: str
    alt: str
    svg: str


def draw(
    key: str, title: str, alt: str, paint: Callable[[Axes], None], height: float = HEIGHT_INCHES
) -> Plot:
    """What `paint` draws on axes without a frame."""
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
        axes.spines["bottom"].set_color(GRID)
        axes.tick_params(colors=INK, length=3)
        axes.set_axisbelow(True)
        paint(axes)
        buffer = io.StringIO()
        with warnings.catch_warnings():
            # The text is the browser's to draw: that matplotlib's own font lacks a script is no matter.
            warnings.filterwarnings("ignore", message="(?s)Glyph .{0,120} missing from")
            figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return Plot(key, title, alt, _adapt(buffer.getvalue(), key, title, alt))


def _adapt(svg: str, key: str, title: str, alt: str) -> str:
    """The drawing as an SVG element: colours as variables, no fixed size, no id that another one has, its words inside."""
    from markupsafe import escape

    body = svg[svg.index("<svg") :]
    opening = _OPENING.search(body)
    view = re.search(r'viewBox="([^"]{1,60})"', body)
    if opening is None or view is None:
        raise ValueError("expected matplotlib to write an <svg> element with a viewBox")
    body = body[opening.end() :]
    body = _DEFS_STYLE.sub("", body)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # Names of groups are the same in every drawing; what is referred to has a name of its own (hashsalt).
    body = _ID.sub(lambda match: match[0] if f"#{match[1]}" in body else "", body)
    body = re.sub(r"font: ([\d.]+)px [^;\"]{0,120}", r"font-size: \1px", body)
    body = _COLOUR.sub(lambda match: _VARIABLES[match[0]], body)
    words = f'<title id="plot-{key}-title">{escape(title)}</title><desc id="plot-{key}-alt">{escape(visible(alt, 2000))}</desc>'
    return (
        f'<svg viewBox="{view[1]}" role="img" aria-labelledby="plot-{key}-title plot-{key}-alt" focusable="false">'
        f"{words}{body}"
    )


def spark(values: Sequence[float], low: float | None, high: float | None) -> str:
    """A line of a word's size through the values, the usual range as a band behind it, the last value as a point."""
    known = [*values, *(bound for bound in (low, high) if bound is not None)]
    least, most = min(known), max(known)
    span = most - least or 1.0
    width, height, edge = 96.0, 24.0, 3.0

    def down(value: float) -> float:
        return round(height - edge - (height - 2 * edge) * (value - least) / span, 1)

    step = (width - 2 * edge) / max(1, len(values) - 1)
    points = [(round(edge + step * at, 1), down(value)) for at, value in enumerate(values)]
    band = ""
    if low is not None and high is not None:
        top = down(high)
        band = f'<rect class="usual" x="0" y="{top}" width="{width:.0f}" height="{max(1.0, down(low) - top):.1f}"/>'
    line = " ".join(f"{x},{y}" for x, y in points)
    x, y = points[-1]
    return (
        f'<svg class="spark" viewBox="0 0 {width:.0f} {height:.0f}" aria-hidden="true" focusable="false">{band}'
        f'<polyline points="{line}"/><circle cx="{x}" cy="{y}" r="2.2"/></svg>'
    )


def label(name: object, limit: int = LONGEST_NAME) -> str:
    """A name that fits beside a bar, and that matplotlib takes neither for mathematics nor for what a legend hides.

    matplotlib measures with a font of its own, in which wide characters are too narrow: spaces, which a browser collapses, make
    up for the difference.
    """
    shown = short(name, limit)
    room = " " * (3 * sum(map(_is_wide, shown)) // 2)
    shown = shown.replace("\\", "\\\\").replace("$", r"\$")
    return f"{room}\u200b{shown}" if shown.startswith("_") else room + shown


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def short(name: object, limit: int = LONGEST_NAME) -> str:
    """A name that fits beside a bar."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(name)[: 4 * limit]).split())
    columns = 0
    for at, character in enumerate(text):
        columns += 2 if _is_wide(character) else 1
        if columns > limit:
            return text[: at - 1] + "…"
    return text


def visible(text: str, limit: int) -> str:
    """Words without what would steer the page around them."""
    text = _NEVER_SHOWN.sub("\ufffd", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def amount(value: float) -> str:
    """A figure as short as it can be and still be told from its neighbours: "1,204", "25.1", "0.04"."""
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
