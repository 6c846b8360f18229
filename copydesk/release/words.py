"""Facts as the sentences and cells of a release's pages. Wording only; nothing is counted here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from copydesk.release.facts import Facts, OutletFacts

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
         (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"))  # fmt: skip
OVERSIZE = "1B<n<10B"


def size_category(rows: int) -> str:
    """The Hub's name for a size.

    >>> size_category(10), size_category(25_000)
    ('n<1K', '10K<n<100K')
    """
    return next((name for limit, name in SIZES if rows < limit), OVERSIZE)


def day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"


def period(facts: Facts | OutletFacts) -> str:
    """The days of the first and the last article that state one.

    >>> period(OutletFacts("The Harrow Gazette"))
    'on days that no page states'
    """
    if facts.first is None:
        return "on days that no page states"
    if day(facts.first) == day(facts.last):
        return f"on {day(facts.first)}"
    return f"from {day(facts.first)} to {day(facts.last)}"


def listed(counts: Mapping[str, int], none: str = "none") -> str:
    """Counts in a row.

    >>> listed({"article": 1200, "duplicate": 3})
    '1,200 article, 3 duplicate'
    """
    return ", ".join(f"{count:,} {name}" for name, count in counts.items()) or none


def share(part: int, whole: int) -> str:
    """A part in per cent.

    >>> share(1, 3), share(0, 0)
    ('33 %', '0 %')
    """
    return f"{100 * part / max(1, whole):.0f} %"


def cell(text: str) -> str:
    """Text from pages in a cell of a Markdown table: on one line, as what it is, without effect as markup.

    >>> cell("a | <b>*b*</b>")
    'a \\\\| &lt;b&gt;\\\\*b\\\\*&lt;/b&gt;'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#!|~$" else c for c in line)


def versions(facts: Facts) -> str:
    return (
        f"Made by copydesk {facts.copydesk_version} with rules {facts.rules_version} and contracts "
        f"{facts.contracts_version}, in the snapshot {facts.snapshot_id}."
    )


def audit(facts: Facts) -> str:
    if not facts.warnings:
        return f"All {facts.rules} rules of the audit hold."
    return f"{facts.rules - len(facts.warnings)} of {facts.rules} rules of the audit hold; warnings: {', '.join(facts.warnings)}."
