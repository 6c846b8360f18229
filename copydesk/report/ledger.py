"""The ledger of removals from three sides: by label, by rule, and what each outlet's pages carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.report.reading import Tables

OUTLETS_SHOWN = 20
LABELS_SHOWN = 8
SAMPLES_PER_LABEL = 5
RULES_PER_LABEL = 6
SAMPLE_CHARS = 180
SILENT_SHOWN = 400  # rules; a file of one's own may hold any number


@dataclass(frozen=True, slots=True)
class RuleCount:
    """A rule of the files, or a decision that a removal names, and how often a snapshot has it."""

    id: str
    label: str
    fired: int
    why: str


def count_rules(
    fired: Iterable[tuple[str, str, int]], known: Mapping[str, tuple[str, str]]
) -> tuple[RuleCount, ...]:
    """Counts of `fired` (rule, label, blocks) over the `known` rules (id -> label, why) and whatever else fired."""
    counts: defaultdict[str, int] = defaultdict(int)
    labels: dict[str, str] = {}
    for rule, label, blocks in fired:
        counts[rule] += blocks
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
class BlockSample:
    """A removed block and where it stood."""

    text: str
    rule: str
    source_uri: str
    block: int


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """One label of the ledger."""

    label: str
    blocks: int
    documents: int
    rule_count: int
    rules: tuple[tuple[str, int], ...]  # most frequent first
    samples: tuple[BlockSample, ...]


@dataclass(frozen=True, slots=True)
class RemovedByOutlet:
    """Removed blocks an article, by outlet (rows) and label (columns)."""

    labels: tuple[str, ...]  # the most frequent ones
    rows: tuple[tuple[str, int, tuple[float, ...]], ...]  # outlet, its articles, blocks an article

    @property
    def most(self) -> float:
        """The largest of the figures, 0 where there are none."""
        return max((value for _, _, values in self.rows for value in values), default=0.0)


@dataclass(frozen=True, slots=True)
class Ledger:
    blocks: int
    labels: tuple[LabelFigures, ...]  # most frequent first
    by_outlet: RemovedByOutlet
    rules: tuple[RuleCount, ...]  # all that are known or have fired


def read_ledger(tables: Tables, known_rules: Mapping[str, tuple[str, str]]) -> Ledger:
    """The removals of a snapshot; `known_rules` (id -> label, why) are those that could have fired."""
    fired = tables.rows("SELECT rule, label, count(*) FROM removals GROUP BY 1, 2 ORDER BY 1, 2")
    labels = figures_by_label(tables, fired)
    return Ledger(
        sum(entry.blocks for entry in labels),
        labels,
        removed_by_outlet(tables, tuple(entry.label for entry in labels[:LABELS_SHOWN])),
        count_rules(fired, known_rules),
    )


def figures_by_label(tables: Tables, fired: Iterable[tuple[str, str, int]]) -> tuple[LabelFigures, ...]:
    """The ledger by label, most frequent first, with samples of as many rules as there is room for."""
    rules: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for rule, label, blocks in fired:
        rules[label].append((rule, blocks))
    samples = _sample(tables)
    found = []
    for label, blocks, documents in tables.rows(
        "SELECT label, count(*), count(DISTINCT hash(source_uri)) FROM removals GROUP BY 1 ORDER BY 2 DESC, 1"
    ):
        ranked = sorted(rules[label], key=lambda pair: (-pair[1], pair[0]))
        shown = tuple(ranked[:RULES_PER_LABEL])
        found.append(
            LabelFigures(label, blocks, documents, len(ranked), shown, _pick(samples[label], ranked))
        )
    return tuple(found)


def _sample(tables: Tables) -> defaultdict[str, dict[str, list[BlockSample]]]:
    """Some blocks of each rule, by label: drawn by a hash, so the same ones each time, and not all of one outlet."""
    samples: defaultdict[str, dict[str, list[BlockSample]]] = defaultdict(dict)
    for label, rule, blocks in tables.rows(
        "SELECT label, rule, arg_min({'text': substr(text, 1, ?), 'uri': source_uri, 'block': block}, "
        "hash(source_uri, block), ?) FROM removals WHERE text <> '' GROUP BY 1, 2",
        SAMPLE_CHARS + 1,
        2 * SAMPLES_PER_LABEL,
    ):
        samples[label][rule] = [
            BlockSample(shorten(found["text"]), rule, found["uri"], found["block"]) for found in blocks
        ]
    return samples


def _pick(samples: Mapping[str, list[BlockSample]], ranked: list[tuple[str, int]]) -> tuple[BlockSample, ...]:
    """Samples of different texts, one of each rule in turn, the most frequent rule first."""
    picked: dict[str, BlockSample] = {}
    for turn in range(2 * SAMPLES_PER_LABEL):
        for rule, _ in ranked:
            if turn < len(samples.get(rule, ())) and len(picked) < SAMPLES_PER_LABEL:
                picked.setdefault(samples[rule][turn].text, samples[rule][turn])
    return tuple(picked.values())


def removed_by_outlet(tables: Tables, labels: tuple[str, ...]) -> RemovedByOutlet:
    """These labels and the largest outlets; documents without an article have no outlet and do not count."""
    sizes = tables.rows(
        "SELECT outlet_name, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?", OUTLETS_SHOWN
    )
    counts: dict[tuple[str, str], int] = {
        (outlet, label): blocks
        for outlet, label, blocks in tables.rows(
            "SELECT outlet_name, label, count(*) FROM removals JOIN articles USING (article_id) "
            "WHERE list_contains(?, outlet_name) AND list_contains(?, label) GROUP BY 1, 2",
            [outlet for outlet, _ in sizes],
            list(labels),
        )
    }
    if not counts:
        return RemovedByOutlet(labels, ())
    return RemovedByOutlet(
        labels,
        tuple(
            (outlet, size, tuple(counts.get((outlet, label), 0) / size for label in labels))
            for outlet, size in sizes
        ),
    )


def shorten(text: str, limit: int = SAMPLE_CHARS) -> str:
    """At most so many characters, with an ellipsis where some are left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
