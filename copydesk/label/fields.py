"""Which blocks hold the story's fields: headline, dek, byline, date, captions … What they say is read by `describe/`."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.label.rules import Rules
from copydesk.records import Label, Page


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """A block taken for a field."""

    label: Label
    rule: str  # "field/headline-first-title-line"
    confidence: float  # 0-1; from 0.8 on the labeller need not look further


def find_fields(page: Page, rules: Rules) -> dict[int, FieldGuess]:
    """The field blocks of a page, by block number; a block that is no field is not in it."""
    return {}
