"""Figures as Markdown, and the places of a document where scripts put them: between two comments with a name.

<!-- figures: html-fundus -->
(replaced)
<!-- end of figures -->
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

END = "<!-- end of figures -->"


def as_table(rows: Mapping[str, Mapping[str, object]]) -> str:
    """A Markdown table: one row a name, one column for every figure that any row has."""
    columns = list(dict.fromkeys(column for figures in rows.values() for column in figures))
    lines = [f"| | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    lines += [
        f"| {name} | {' | '.join(str(figures.get(column, '-')) for column in columns)} |"
        for name, figures in rows.items()
    ]
    return "\n".join(lines)


def write_section(path: Path, name: str, content: str) -> None:
    """Put `content` between the comments of that name; the document must have them."""
    start = f"<!-- figures: {name} -->"
    document = path.read_text(encoding="utf-8")
    place = re.compile(f"{re.escape(start)}\n.*?{re.escape(END)}", re.DOTALL)
    if not place.search(document):
        raise SystemExit(f"expected {start} … {END} in {path}, found no such place")
    path.write_text(place.sub(lambda _: f"{start}\n{content}\n{END}", document), encoding="utf-8")
