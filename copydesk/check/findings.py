"""What the rules find, by part of the documents, and what the last snapshot's audit found of parts that are still the same.

A part that has not changed is not judged again: its counts are taken from the file that every snapshot holds beside its tables. A
part is known by a hash over all that rules ask of it, read from the staged files, so nothing is believed of a file unread.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.check.contracts import Contract, Rule, Table, contracts_version

if TYPE_CHECKING:
    import pyarrow as pa

FINDINGS_FILE = "audited.json"
SAMPLE_KEYS = 20
LATEST_DATE = "latest_date"  # a parameter of the contracts' expectations
WHOLE = ""  # the part of a table that is judged in one
_JUDGES = ("great-expectations", "pandas", "duckdb", "pyarrow")


@dataclass(slots=True)
class Tally:
    """What one rule found: rows that it was asked of, rows that break it, and some of their keys, sorted."""

    checked: int = 0
    failed: int = 0
    sample: list[str] = field(default_factory=list)

    def add(self, checked: int, failed: int, sample: Sequence[str]) -> None:
        """Count further rows."""
        self.checked += checked
        self.failed += failed
        if sample:
            self.sample = sorted([*self.sample, *sample])[:SAMPLE_KEYS]


class Findings:
    """Tallies by part, table and rule."""

    def __init__(self, latest_date: datetime, remembered: Mapping[str, Any] | None = None) -> None:
        self._latest = latest_date.isoformat()
        self._remembered = remembered or {}
        self._dates: dict[str, str] = {}  # of each part, the latest date that its articles were allowed
        self._parts: dict[str, dict[str, dict[str, Tally]]] = {}

    def takes(self, part: str) -> bool:
        """Whether the findings of this part are remembered; if so, they count from now on."""
        known = self._remembered.get(part)
        if known is None or known["latest_date"] > self._latest:
            return False
        self._dates[part] = known["latest_date"]
        self._parts[part] = {
            table: {rule: Tally(*counts) for rule, counts in rules.items()}
            for table, rules in known["tables"].items()
        }
        return True

    def add(
        self, part: str, table: Table, rule: str, checked: int, failed: int, sample: Sequence[str]
    ) -> None:
        """Count what a rule found in a part."""
        self._dates.setdefault(part, self._latest)
        rules = self._parts.setdefault(part, {}).setdefault(table, {})
        rules.setdefault(rule, Tally()).add(checked, failed, sample)

    def total(self, table: Table, rule: str) -> Tally:
        """What a rule found in all parts."""
        total = Tally()
        for tables in self._parts.values():
            if found := tables.get(table, {}).get(rule):
                total.add(found.checked, found.failed, found.sample)
        return total

    def write(self, path: Path, contracts: Sequence[Contract]) -> None:
        """Write what later audits may take from this one: the parts in which no date lies after the one allowed."""
        dated = [(c.table, rule.name) for c in contracts for rule in c.rules if _asks_date(rule)]
        parts = {
            part: {
                "latest_date": self._dates[part],
                "tables": {
                    table: {rule: list(asdict(tally).values()) for rule, tally in rules.items()}
                    for table, rules in tables.items()
                },
            }
            for part, tables in self._parts.items()
            if part != WHOLE
            and not any(tables[table][rule].failed for table, rule in dated if table in tables)
        }
        path.write_text(json.dumps({"judge": judge(), "parts": parts}), encoding="utf-8")


def read_findings(path: Path | None, latest_date: datetime) -> Findings:
    """The findings of the last audit, for one whose articles may bear dates up to this one; none where they are of no use."""
    try:
        stated = json.loads(path.read_text(encoding="utf-8")) if path else {}
        remembered = stated["parts"] if stated.get("judge") == judge() else {}
    except (OSError, ValueError, AttributeError, KeyError):
        remembered = {}
    return Findings(latest_date, remembered)


def judge() -> str:
    """Changes when the same rows may be judged in another way: with the contracts, the code of the audit and its engines."""
    digest = hashlib.sha256(contracts_version().encode())
    for name in _JUDGES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for source in sorted(files("copydesk.check").iterdir(), key=lambda entry: entry.name):
        if source.name.endswith(".py"):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:32]


def part_name(part: Mapping[Table, pa.Table]) -> str:
    """A hash over all rows of a part."""
    import pyarrow as pa

    sink = _Digest()
    with pa.PythonFile(sink, "w") as file:
        for rows in part.values():
            # Put together anew: a slice keeps bits of the rows beside it.
            whole = pa.concat_tables([rows.slice(0, 1), rows.slice(1)]).combine_chunks()
            with pa.ipc.new_stream(file, whole.schema) as writer:
                writer.write_table(whole)
    return sink.digest.hexdigest()[:32]


class _Digest:
    """A file that keeps the hash of what is written."""

    closed = False

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, content: Any) -> int:
        self.digest.update(content)
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """The hash stays."""


def _asks_date(rule: Rule) -> bool:
    return LATEST_DATE in repr(rule.arguments)
