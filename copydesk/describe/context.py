"""What all fields of one article are read with: its labelled blocks, its claims, and what is known of its outlet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from copydesk.grammar.zones import DateOrder
from copydesk.records import Block, Claim, Label, Labelled, Page, Sidecar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A value of a field, the evidence for it, and the blocks that fed it."""

    value: Value
    evidence: str  # "sidecar", "block:3", or the evidence of a claim
    fed: tuple[int, ...] = ()  # block numbers


@dataclass(frozen=True, slots=True)
class Context:
    """One article as the fields see it."""

    page: Page
    labelled: tuple[Labelled, ...]
    now: datetime
    url: str | None = None
    domain: str | None = None
    outlet: str | None = None
    outlet_names: tuple[
        str, ...
    ] = ()  # every way in which the page or its holder names the outlet, its domain included
    language: str | None = None
    zone: str | None = None
    order: DateOrder | None = None
    taken: frozenset[int] = (
        frozenset()
    )  # blocks that are the outlet's name or the address, whatever their label

    @property
    def sidecar(self) -> Sidecar:
        return self.page.sidecar

    @property
    def latest(self) -> datetime:
        """No article is younger than the moment it was fetched, or than now."""
        return self.sidecar.fetched_at or self.now

    def blocks(self, *labels: Label) -> tuple[Block, ...]:
        """The blocks with one of these labels, in reading order."""
        return tuple(
            item.block
            for item in self.labelled
            if item.label in labels and item.block.number not in self.taken
        )

    def claims(self, field: str) -> tuple[Claim, ...]:
        return self.page.claimed(field)

    @property
    def span(self) -> tuple[int, int]:
        """Numbers of the first and the last block of the body; what stands far outside belongs to something else."""
        numbers = [item.block.number for item in self.body]
        return (numbers[0], numbers[-1]) if numbers else (0, len(self.labelled))

    @property
    def body(self) -> Iterable[Labelled]:
        return (item for item in self.labelled if item.is_body)


def evidence_of(block: Block) -> str:
    """How `field_sources` names a block."""
    return f"block:{block.number}"
