"""The ledger of removals from two sides: how often each rule fired, and what each outlet's pages carry."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

OUTLETS_SHOWN = 20
LABELS_SHOWN = 8


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


def list_silent(rules: Iterable[RuleCount]) -> tuple[tuple[str, tuple[RuleCount, ...]], ...]:
    """The rules that never fired, by label, both in the order of their names."""
    by_label: defaultdict[str, list[RuleCount]] = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.id):
        if not rule.fired:
            by_label[rule.label].append(rule)
    return tuple((label, tuple(by_label[label])) for label in sorted(by_label))


@dataclass(frozen=True, slots=True)
class RemovedByOutlet:
    """Removed blocks an article, by outlet (rows) and label (columns)."""

    labels: tuple[str, ...]  # the most frequent ones
    rows: tuple[tuple[str, int, tuple[float, ...]], ...]  # outlet, its articles, blocks an article

    @property
    def most(self) -> float:
        """The largest of the figures, 0 where there are none."""
        return max((value for _, _, values in self.rows for value in values), default=0.0)


def removed_by_outlet(removals: pd.DataFrame, articles: pd.DataFrame) -> RemovedByOutlet:
    """The most frequent labels and the largest outlets; documents without an article have no outlet and do not count."""
    import pandas as pd

    outlets = removals["article_id"].map(articles.set_index("article_id")["outlet_name"])
    table = pd.crosstab(outlets, removals["label"])
    totals = table.sum().sort_index().sort_values(ascending=False, kind="stable")
    labels = tuple(str(label) for label in totals.index[:LABELS_SHOWN])
    sizes = articles["outlet_name"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    table = table.reindex(index=sizes.index[:OUTLETS_SHOWN], columns=list(labels), fill_value=0)
    rows = tuple(
        (str(outlet), int(sizes[outlet]), tuple(float(n) / int(sizes[outlet]) for n in table.loc[outlet]))
        for outlet in table.index
    )
    return RemovedByOutlet(labels, rows if labels else ())
