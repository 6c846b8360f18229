"""Arrow types as contracts write them: `string`, `list<struct<name: string>>`, `timestamp[us, tz=UTC]`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

MAX_DEPTH = 8  # deeper than any table needs; a contract that nests further is a mistake


@cache
def parse_type(text: str) -> pa.DataType:
    """The Arrow type. Raises ValueError saying what was not understood.

    >>> str(parse_type("list<string>"))
    'list<element: string>'
    """
    return _parse(text.strip(), 0)


def _parse(text: str, depth: int) -> pa.DataType:
    import pyarrow as pa

    if depth > MAX_DEPTH:
        raise ValueError(f"expected at most {MAX_DEPTH} levels of nesting")
    simple = {
        "string": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "timestamp[us, tz=UTC]": pa.timestamp("us", tz="UTC"),
    }
    if text in simple:
        return simple[text]
    inner = _inside(text, "list")
    if inner is not None:
        return pa.list_(pa.field("element", _parse(inner, depth + 1)))
    inner = _inside(text, "map")
    if inner is not None:
        parts = _split(inner)
        if len(parts) != 2:
            raise ValueError(f"expected two types in map<…>, found {text!r}")
        return pa.map_(_parse(parts[0], depth + 1), _parse(parts[1], depth + 1))
    inner = _inside(text, "struct")
    if inner is not None:
        fields = []
        for part in _split(inner):
            name, colon, kind = part.partition(":")
            if not colon:
                raise ValueError(f"expected `name: type` in struct<…>, found {part!r}")
            fields.append(pa.field(name.strip(), _parse(kind.strip(), depth + 1)))
        return pa.struct(fields)
    raise ValueError(f"expected an Arrow type such as string, int64 or list<string>, found {text!r}")


def _inside(text: str, kind: str) -> str | None:
    return text[len(kind) + 1 : -1].strip() if text.startswith(f"{kind}<") and text.endswith(">") else None


def _split(text: str) -> list[str]:
    """Parts at commas that stand outside brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char in "<[":
            depth += 1
        elif char in ">]":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]
