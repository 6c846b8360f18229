"""What all fields of one article are read with: its labelled blocks, its claims, and what is known of its outlet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    body: tuple[Labelled, ...]
    by_label: Mapping[Label, Sequence[Block]]
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
        found = [
            block
            for label in labels
            for block in self.by_label.get(label, ())
            if block.number not in self.taken
        ]
        if len(labels) > 1:
            found.sort(key=lambda block: block.number)
        return tuple(found)

    def claims(self, field: str) -> tuple[Claim, ...]:
        return self.page.claimed(field)

    @property
    def span(self) -> tuple[int, int]:
        """Numbers of the first and the last block of the body; what stands far outside belongs to something else."""
        body = self.body
        return (body[0].block.number, body[-1].block.number) if body else (0, len(self.labelled))


def first_context(page: Page, labelled: Sequence[Labelled], now: datetime) -> Context:
    """What is known before any field is."""
    by_label: defaultdict[Label, list[Block]] = defaultdict(list)
    for item in labelled:
        by_label[item.label].append(item.block)
    return Context(page, tuple(labelled), now, tuple(item for item in labelled if item.is_body), by_label)


def evidence_of(block: Block) -> str:
    """How `field_sources` names a block."""
    return f"block:{block.number}"
