"""Quotation marks by language: which characters open and close, read from `common/quote/marks.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from copydesk.resources import read_resource


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one language. A mark may both open and close ('"', and '”' in Swedish)."""

    openers: frozenset[str]
    closers: frozenset[str]
    closes: dict[str, frozenset[str]]  # opening mark -> marks that close it, mixed pairs included
    inner_openers: frozenset[str]
    inner_closers: frozenset[str]
    dash: bool  # a paragraph that opens with a dash is speech
    any_primary: re.Pattern[str]


def language_key(language: str | None) -> str:
    """ "pt-BR" -> "pt"; "" where no language is known."""
    return (language or "").replace("_", "-").split("-")[0].lower()


@cache
def read_marks(language: str) -> Marks:
    """The marks of a language ("en"); of no particular one where it has no entry."""
    table = cast(dict[str, Any], read_resource("common/quote/marks.yaml"))
    entry = table.get(language, table["default"])
    pairs, inner = [tuple(p) for p in entry["pairs"]], [tuple(p) for p in entry["inner"]]
    openers, closers = frozenset(a for a, _ in pairs), frozenset(b for _, b in pairs)
    closes = {a: frozenset(b for o, b in pairs if o == a) for a in openers}
    for mark in openers & frozenset('"“„”'):
        # Editing systems mix straight and curly marks inside one pair; guillemets they leave alone.
        closes[mark] |= frozenset('"”') & closers
    return Marks(
        openers=openers,
        closers=closers,
        closes=closes,
        inner_openers=frozenset(a for a, _ in inner) | {"'"},
        inner_closers=frozenset(b for _, b in inner) | {"'"},
        dash=bool(entry["dash"]),
        any_primary=re.compile("[" + re.escape("".join(sorted(openers | closers))) + "]"),
    )
