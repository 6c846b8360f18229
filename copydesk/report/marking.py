"""Samples that a person has marked: read back, counted, and the precision with its interval."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import sqrt
from pathlib import Path

from copydesk.errors import UsageError
from copydesk.report.sampling import MARK, NOTE, QUESTIONS, SEED, SNAPSHOT, STRATUM, TABLE

RIGHT = frozenset(("right", "r", "yes", "y", "1", "true", "x", "ok"))
WRONG = frozenset(("wrong", "w", "no", "n", "0", "false"))
UNSURE = frozenset(("unsure", "u", "?"))
MOST_ROWS = 100_000
STRATA_SHOWN, WRONG_SHOWN = 12, 12
LARGEST_BYTES = 200_000_000
Z95 = 1.959964  # of the normal distribution, two-sided


@dataclass(frozen=True, slots=True)
class Precision:
    """Right ones among the judged, with the 95% interval of Wilson (1927)."""

    name: str  # a table, or a part of one
    right: int
    judged: int

    @property
    def share(self) -> float:
        return self.right / self.judged

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.right, self.judged)


@dataclass(frozen=True, slots=True)
class WrongRow:
    key: str
    of: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Marked:
    """One table's marks."""

    table: str
    asks: str
    precision: Precision | None  # None where nothing was judged
    strata: tuple[Precision, ...]  # those with most judged rows first
    unsure: int
    unmarked: int
    snapshots: tuple[str, ...]  # that the sample was drawn from
    wrong: tuple[WrongRow, ...]


def wilson(right: int, judged: int) -> tuple[float, float]:
    """The interval of a share that holds the true one in 95 of 100 samples; sound for few rows and for shares near 0 and 1.

    >>> tuple(round(bound, 3) for bound in wilson(95, 100))
    (0.888, 0.978)
    """
    share, square = right / judged, Z95**2
    middle = (share + square / (2 * judged)) / (1 + square / judged)
    reach = Z95 / (1 + square / judged) * sqrt(share * (1 - share) / judged + square / (4 * judged**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def read_marked(files: Iterable[Path]) -> tuple[Marked, ...]:
    """The marks in these files, by table. Raises UsageError naming file and line where one is no marked sample."""
    rows: defaultdict[str, dict[tuple[str, ...], Mapping[str, str]]] = defaultdict(dict)
    for file in files:
        for line, row in _rows(file):
            question = next((q for q in QUESTIONS if q.table == row[TABLE]), None)
            if question is None or any(name not in row for name in question.key):
                raise UsageError(
                    f"{file}, line {line}: expected a row of a sample, found table {row[TABLE][:40]!r}"
                )
            if _judgement(row[MARK]) is None and row[MARK].strip():
                raise UsageError(
                    f"{file}, line {line}: expected right, wrong, unsure or nothing in the column mark, found {row[MARK][:40]!r}"
                )
            key = tuple(row[name] for name in question.key)
            rows[question.table].setdefault(
                key, row
            )  # the same row in two files counts once, as first marked
    return tuple(
        _count(question.table, question.asks, rows[question.table])
        for question in QUESTIONS
        if rows[question.table]
    )


def _judgement(mark: str) -> str | None:
    word = mark.strip().casefold()
    return "right" if word in RIGHT else "wrong" if word in WRONG else "unsure" if word in UNSURE else None


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise UsageError(
                f"{file}: expected a marked sample, found a file of {file.stat().st_size:,} bytes"
            )
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file}: expected a marked sample, found: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f'{file}: expected UTF-8; save the file as "CSV UTF-8"') from None
    head = text.split("\n", 1)[0]
    # Spreadsheets write the separator of their country.
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=separator)
    needed = (MARK, TABLE, SNAPSHOT, STRATUM)
    try:
        if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
            raise UsageError(
                f"{file}: expected the columns {', '.join(needed)} of a sample, found no {missing[0]}"
            )
        for row in islice(reader, MOST_ROWS):
            yield reader.line_num, {name: cell or "" for name, cell in row.items() if isinstance(name, str)}
    except csv.Error as error:
        raise UsageError(f"{file}, line {reader.line_num}: expected CSV, found: {error}") from None


def _count(table: str, asks: str, rows: Mapping[tuple[str, ...], Mapping[str, str]]) -> Marked:
    judged = {key: _judgement(row[MARK]) for key, row in rows.items()}
    counts = Counter(judged.values())
    strata: defaultdict[str, list[bool]] = defaultdict(list)
    for key, row in rows.items():
        if judged[key] in ("right", "wrong"):
            strata[row[STRATUM]].append(judged[key] == "right")
    ranked = sorted(strata.items(), key=lambda item: (-len(item[1]), item[0]))
    wrong = [(key, row) for key, row in rows.items() if judged[key] == "wrong"]
    total = counts["right"] + counts["wrong"]
    return Marked(
        table,
        asks,
        Precision(table, counts["right"], total) if total else None,
        tuple(Precision(name, sum(marks), len(marks)) for name, marks in ranked[:STRATA_SHOWN]),
        counts["unsure"],
        counts[None],
        tuple(sorted({row[SNAPSHOT] for row in rows.values()})),
        tuple(_wrong(key, row) for key, row in wrong[:WRONG_SHOWN]),
    )


def _wrong(key: Sequence[str], row: Mapping[str, str]) -> WrongRow:
    known = {MARK, NOTE, TABLE, SNAPSHOT, SEED, STRATUM}
    text = next(
        (row[name] for name in ("text", "headline", "wording", "headlines", "message") if row.get(name)), ""
    )
    shown = text or next((cell for name, cell in row.items() if name not in known and cell), "")
    return WrongRow(" ".join(key), row[STRATUM], shown, row.get(NOTE, ""))
