"""Rows behind a figure: the first few of them, and the line that gives them all."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from copydesk.report.reading import Tables

ROWS_SHOWN = 8
LONGEST_VALUE = 60  # characters of a name in a line to be copied; a longer one is matched by its beginning


@dataclass(frozen=True, slots=True)
class RowFound:
    """A row, by what leads to it."""

    source_uri: str
    article_id: str | None
    shows: str  # what is to be seen there, "" where the list says it

    @property
    def document(self) -> str:
        """As `copydesk inspect` takes it, quoted for a shell."""
        return shlex.quote(self.article_id or self.source_uri)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Some of the rows that one line of the list of concerns is about."""

    total: int
    rows: tuple[RowFound, ...]
    table: str
    where: str | None  # in pandas, of a frame `t`; None where no line says it
    samples: str = ""  # options of `copydesk inspect` that show more of them

    def pandas(self, out: str) -> str | None:
        """The line that gives all of the rows."""
        if self.where is None:
            return None
        return f"copydesk.load({out!r}, {self.table!r}).{self.table}.loc[lambda t: {self.where}]"


def find_rows(tables: Tables, sql: str, *values: object) -> tuple[RowFound, ...]:
    """The first rows of a query that gives source_uri, article_id and what is to be seen."""
    return tuple(
        RowFound(source_uri, article_id, shows or "")
        for source_uri, article_id, shows in tables.rows(f"{sql} LIMIT {ROWS_SHOWN}", *values)
    )


def equals(column: str, value: str) -> str:
    """pandas for "this column holds this text".

    >>> equals("outlet", "The Harrow Gazette")
    "(t.outlet == 'The Harrow Gazette')"
    """
    if len(value) > LONGEST_VALUE:
        return f"t.{column}.str.startswith({value[:LONGEST_VALUE]!r}, na=False)"
    return f"(t.{column} == {value!r})"


def both(conditions: Iterable[str]) -> str:
    return " & ".join(conditions)
