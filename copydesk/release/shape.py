"""What a released table looks like: the columns of its contract, in forms that every reader of Parquet knows.

Two things differ from a published snapshot. Maps become lists of key and value, since few readers know maps. In a release
without text, a column that holds an outlet's own wording is replaced by its hash: `text` by `text_sha256`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import SNAPSHOT_TABLES, Column, Contract, Table, load_contract

if TYPE_CHECKING:
    import pyarrow as pa

RELEASED_TABLES: tuple[Table, ...] = (*SNAPSHOT_TABLES, "audit")  # `runs` names folders of its machine
HASH_SUFFIX = "_sha256"


@dataclass(frozen=True, slots=True)
class ReleasedColumn:
    """A column of a release and the one that it comes from."""

    origin: Column
    withheld: bool

    @property
    def name(self) -> str:
        return self.origin.name + HASH_SUFFIX if self.withheld else self.origin.name

    @property
    def type(self) -> str:
        """As contracts write types.

        >>> ReleasedColumn(Column("field_sources", "map<string, string>", False, ""), withheld=False).type
        'list<struct<key: string, value: string>>'
        """
        if self.withheld:
            return "string"
        if self.origin.type.startswith("map<"):
            key, _, value = self.origin.type.removeprefix("map<").removesuffix(">").partition(",")
            return f"list<struct<key: {key.strip()}, value: {value.strip()}>>"
        return self.origin.type

    @property
    def description(self) -> str:
        if not self.withheld:
            return self.origin.description
        form = "its UTF-8" if self.origin.type == "string" else "its JSON"
        return f"SHA-256 of {form}, which is left out: {self.origin.description}"


@dataclass(frozen=True)
class Shape:
    """A table as it is released."""

    contract: Contract
    columns: tuple[ReleasedColumn, ...]

    @property
    def table(self) -> Table:
        return self.contract.table

    @property
    def withheld(self) -> tuple[str, ...]:
        """The contract's columns that are left out."""
        return tuple(column.origin.name for column in self.columns if column.withheld)

    @cached_property
    def schema(self) -> pa.Schema:
        import pyarrow as pa

        from copydesk.check.arrow_types import parse_type

        return pa.schema(
            [pa.field(c.name, parse_type(c.type), nullable=c.origin.nullable) for c in self.columns]
        )

    def release(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of the snapshot's table as they are released."""
        import pyarrow as pa

        for batch in batches:
            arrays = [
                self._array(column, batch.column(column.origin.name), field.type)
                for column, field in zip(self.columns, self.schema, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _array(self, column: ReleasedColumn, values: pa.Array, kind: pa.DataType) -> pa.Array:
        import pyarrow as pa

        if column.withheld:
            return pa.array([hash_value(value) for value in values.to_pylist()], kind)
        if column.type != column.origin.type:
            return pa.array(list(map(_pairs, values.to_pylist())), kind)
        return values


def shape_of(table: Table, *, without_text: bool) -> Shape:
    """How a table is released."""
    contract = load_contract(table)
    return Shape(contract, tuple(ReleasedColumn(c, c.is_copy and without_text) for c in contract.columns))


def hash_value(value: Any) -> str | None:
    """SHA-256 of a text, or of the JSON of a list; None where there is no value.

    >>> hash_value("ferry") == hashlib.sha256(b"ferry").hexdigest()
    True
    """
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _pairs(mapping: list[tuple[str, Any]] | None) -> list[dict[str, Any]] | None:
    return None if mapping is None else [{"key": key, "value": value} for key, value in mapping]
