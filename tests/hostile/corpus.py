"""All hostile and control inputs, in one list."""

from __future__ import annotations

from hostile import baits, controls, encodings, markup, packed, pages, places, records
from hostile.kit import Input

FAMILIES = {
    "controls": controls, "packed": packed, "records": records, "encodings": encodings, "markup": markup, "baits": baits,
    "places": places, "pages": pages,
}  # fmt: skip


def all_inputs() -> list[Input]:
    return [item for family in FAMILIES.values() for item in family.inputs()]
