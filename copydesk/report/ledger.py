"""The rules and how often each one fired: the ledger of removals seen from the rules' side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A rule of the files, or a decision that a removal names, and how often a snapshot has it."""

    id: str
    label: str
    fired: int
    why: str


def count_rules(
    fired: Iterable[tuple[str, str]], known: Mapping[str, tuple[str, str]]
) -> tuple[RuleCount, ...]:
    """Counts of `fired` (rule, label) over the `known` rules (id -> label, why) and whatever else fired."""
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for rule, label in fired:
        counts[rule] += 1
        labels.setdefault(rule, label)
    rows = [RuleCount(rule, label, counts[rule], why) for rule, (label, why) in known.items()]
    rows += [
        RuleCount(rule, labels[rule], count, "decided from a block's features")
        for rule, count in counts.items()
        if rule not in known
    ]
    return tuple(sorted(rows, key=lambda row: (-row.fired, row.label, row.id)))
