"""The rules and how often each one fired: the ledger of removals seen from the rules' side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A rule of the files, or a decision of the labeller that a removal names, and its removals in a snapshot."""

    id: str
    label: str
    fired: int
    why: str


def list_rules(out: Path | None, files: Sequence[Path] = ()) -> tuple[RuleCount, ...]:
    """The rules with their counts in OUT's snapshot (0 without OUT), most frequent first."""
    from copydesk.label.rules import load_rules

    removals: Iterable[Mapping[str, Any]] = ()
    if out is not None:
        from copydesk.tables import open_snapshot

        removals = open_snapshot(out).rows("removals", ["rule", "label"])
    known = {rule.id: (rule.label, rule.why) for rule in load_rules(files).rules}
    return count_rules(((row["rule"], row["label"]) for row in removals), known)


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
