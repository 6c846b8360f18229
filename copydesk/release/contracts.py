"""The contracts of released tables: those of `schemas/`, with the changes that a release makes.

A rule that speaks of a column which is left out, or of one computed from others, cannot be checked on a release without text,
and is left out with it.
"""

from __future__ import annotations

from typing import Any

from copydesk.check.contracts import DERIVED_COLUMNS, contract_text
from copydesk.release.shape import ReleasedColumn, Shape


def released_contract(shape: Shape) -> str:
    """The contract of a released table as YAML."""
    import yaml

    content: dict[str, Any] = yaml.safe_load(contract_text(shape.table))
    schema = content["schema"][0]
    released = {column.origin.name: column for column in shape.columns}
    schema["properties"] = [_property(prop, released[prop["name"]]) for prop in schema["properties"]]
    if shape.withheld:
        schema.pop("quality", None)
        customs = [c for c in schema.pop("customProperties", []) if c["property"] != DERIVED_COLUMNS]
        schema |= {"customProperties": customs} if customs else {}
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120))


def _property(prop: dict[str, Any], column: ReleasedColumn) -> dict[str, Any]:
    changed = dict(prop)
    if column.type != column.origin.type:
        changed |= {"name": column.name, "physicalType": column.type, "description": column.description}
    if column.withheld:
        changed |= {"name": column.name, "logicalType": "string", "description": column.description}
        for key in ("classification", "quality", "examples", "items"):
            changed.pop(key, None)
    elif column.type != column.origin.type:
        changed |= {"logicalType": "array"}
        changed.pop("items", None)
    return changed
