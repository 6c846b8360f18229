"""Rows of records as plain tuples, and plain tuples as typed Arrow tables.

Tuples travel between processes at a tenth of the cost of dataclasses. The order of a record's fields is the order of its
contract's columns, which a test holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import Table, load_contract
from copydesk.records import Contributor, Hyperlink, Photo
from copydesk.rows import (
    ArticleRow,
    AuditRow,
    PageRows,
    ParagraphRow,
    QuoteClusterRow,
    QuoteRow,
    RemovalRow,
    RunRow,
    SourceRow,
    StoryRow,
)

if TYPE_CHECKING:
    import pyarrow as pa

RECORDS: dict[Table, type] = {
    "articles": ArticleRow,
    "paragraphs": ParagraphRow,
    "quotes": QuoteRow,
    "removals": RemovalRow,
    "quote_clusters": QuoteClusterRow,
    "stories": StoryRow,
    "sources": SourceRow,
    "runs": RunRow,
    "audit": AuditRow,
}
PAGE_TABLES: tuple[Table, ...] = (
    "sources",
    "articles",
    "paragraphs",
    "quotes",
    "removals",
)  # the order of PageValues

Values = tuple[Any, ...]  # one row
PageValues = tuple[tuple[Values, ...], ...]  # one document: rows of each of PAGE_TABLES


def _names(record: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


def _nested(record: type[Any]) -> tuple[int, ...]:
    """Positions of the fields that hold tuples of records."""
    kinds = tuple(f"tuple[{kind.__name__}," for kind in NESTED)
    return tuple(
        at for at, name in enumerate(_names(record)) if record.__annotations__[name].startswith(kinds)
    )


NESTED = (Contributor, Photo, Hyperlink)
_GETTERS: dict[type, Callable[[Any], Values]] = {
    record: attrgetter(*_names(record)) for record in (*RECORDS.values(), *NESTED)
}
_NESTED_FIELDS = {record: _nested(record) for record in RECORDS.values()}


def row_values(row: Any) -> Values:
    """One row as a tuple of plain values."""
    values = _GETTERS[type(row)](row)
    nested = _NESTED_FIELDS[type(row)]
    if not nested:
        return values
    flat = list(values)
    for at in nested:
        flat[at] = tuple(_GETTERS[type(item)](item) for item in values[at])
    return tuple(flat)


def page_values(rows: PageRows) -> PageValues:
    """All rows of one document as tuples, by PAGE_TABLES."""
    return (
        (row_values(rows.source),),
        (row_values(rows.article),) if rows.article else (),
        tuple(map(_GETTERS[ParagraphRow], rows.paragraphs)),
        tuple(map(_GETTERS[QuoteRow], rows.quotes)),
        tuple(map(_GETTERS[RemovalRow], rows.removals)),
    )


def values_table(values: Sequence[Values], schema: pa.Schema) -> pa.Table:
    """Tuples as an Arrow table of exactly this schema. Raises what Arrow raises when a value does not fit its type."""
    import pyarrow as pa

    columns: Iterable[Sequence[Any]] = zip(*values, strict=True) if values else [()] * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)]
    for array, field in zip(arrays, schema, strict=True):
        if array.null_count and not field.nullable:
            raise pa.ArrowInvalid(
                f"column {field.name}: expected a value in every row, found {array.null_count} nulls"
            )
    return pa.Table.from_arrays(arrays, schema=schema)


def rows_table(table: Table, rows: Iterable[Any]) -> pa.Table:
    """Records as the typed Arrow table of their contract."""
    return values_table([row_values(row) for row in rows], load_contract(table).arrow_schema)
