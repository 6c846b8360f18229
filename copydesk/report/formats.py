"""How figures and texts of pages are written on a page."""

from __future__ import annotations

import re
from typing import Literal

Unit = Literal["count", "share", "words", "seconds", "each"]

# What a reader cannot see but a browser acts on: controls, and marks that would reorder the page around them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
LONGEST_CELL = 300


def page_text(value: object, limit: int = LONGEST_CELL) -> str:
    """Text of a page as one harmless line; the template escapes its markup."""
    text = _UNSEEN.sub("\ufffd", str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def format_share(share: float) -> str:
    """0 and 1 only where it is none and all: "0%", "<1%", "42%", ">99%", "100%"."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def format_figure(value: float, unit: Unit) -> str:
    """A figure with its unit: "1,204", "4.2%", "51 s"."""
    if unit == "share":
        return f"{100 * value:.1f}%"
    if unit == "seconds":
        return f"{value:,.0f} s" if value >= 10 else f"{value:.1f} s"
    return f"{value:,.1f}" if unit == "each" else f"{value:,.0f}"


def format_change(value: float, unit: Unit) -> str:
    """A difference with its sign: "+1,204", "−3", "0"."""
    figure = format_figure(abs(value), unit)
    if format_figure(0, unit) == figure:
        return figure
    return f"+{figure}" if value > 0 else f"−{figure}"


def format_interval(bounds: tuple[float, float]) -> str:
    """An interval of a share: "88.8% to 97.8%"."""
    return " to ".join(f"{100 * bound:.1f}%" for bound in bounds)
