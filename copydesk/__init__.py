"""Raw news pages in, audited tables of articles, paragraphs and attributed quotes out.

import copydesk
tables = copydesk.load("data/processed")
tables.quotes.groupby("speaker").size()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.tables import load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> Any:
    """`load` on first use: pandas takes half a second."""
    if name == "load":
        from copydesk.tables import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
