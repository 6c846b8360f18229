"""The data dictionary, rendered from the contracts: `docs/tables.md` and what `copydesk schema` prints.

`python -m copydesk.check.dictionary` writes docs/tables.md anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from copydesk.check.contracts import HISTORY_TABLES, Column, Contract, Rule, load_contracts

PAGE = Path("docs/tables.md")
HEAD = """# Tables

<!-- Generated from schemas/*.yaml by `python -m copydesk.check.dictionary`; a test holds that it is current. -->

What `copydesk build` publishes, column by column. Read a table with `pandas.read_parquet(OUT / "NAME.parquet")`, or
several from one snapshot with `copydesk.load(OUT)`. Timestamps are UTC in microseconds; offsets count Unicode code points
and are half-open; lists are empty, never null. A rule marked **critical** stops the publication when it fails; a
*warning* is reported. *Copy* is the outlet's own wording: a release without text holds its hash instead.
"""


def dictionary() -> str:
    """All tables, as one Markdown page."""
    contracts = load_contracts()
    index = [f"- [`{c.table}`](#{c.table}): {_lower(c.purpose)}" for c in contracts]
    return "\n".join([HEAD, *index, "", *(table_section(contract) for contract in contracts)])


def table_section(contract: Contract) -> str:
    """One table, as Markdown: what it is, its columns, its rules."""
    kept = " It outlives snapshots." if contract.table in HISTORY_TABLES else ""
    lines = [
        f"## {contract.table}",
        "",
        f"{contract.purpose} {contract.grain}{kept} {contract.usage}",
        *(["", contract.limitations] if contract.limitations else []),
        "",
        f"Order: {_lower(contract.order)} Key: {', '.join(f'`{name}`' for name in contract.key)}.",
        "",
        "| column | type | null | meaning |",
        "|---|---|---|---|",
        *(_column_row(column) for column in contract.columns),
        "",
        "| rule | severity | holds |",
        "|---|---|---|",
        *(_rule_row(rule) for rule in contract.rules),
        "",
    ]
    return "\n".join(lines)


def _column_row(column: Column) -> str:
    parts = [column.description]
    if column.is_copy:
        parts.append("*Copy*.")
    if column.vocabulary:
        parts.append("One of " + ", ".join(f"`{value}`" for value in column.vocabulary) + ".")
    if column.reference:
        parts.append(f"Refers to `{column.reference}`.")
    if column.examples:
        parts.append("E.g. " + ", ".join(f"`{_example(value)}`" for value in column.examples) + ".")
    return f"| `{column.name}` | {_cell(column.type)} | {'yes' if column.nullable else ''} | {_cell(' '.join(parts))} |"


def _rule_row(rule: Rule) -> str:
    severity = "**critical**" if rule.severity == "critical" else "*warning*"
    bound = f" At least {rule.mostly:.0%} of rows." if rule.mostly < 1 else ""
    return f"| {rule.name} | {severity} | {_cell((rule.description or _expected(rule)) + bound)} |"


def _expected(rule: Rule) -> str:
    """What an expectation without a description asks of its column."""
    arguments = {name: value for name, value in rule.arguments.items() if name != "mostly"}
    if "value_set" in arguments:
        return f"`{rule.column}` is one of its values."
    if "regex" in arguments:
        return f"`{rule.column}` matches `{arguments['regex']}`."
    low, high = arguments.get("min_value"), arguments.get("max_value")
    bounds = [f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else ""]
    return f"`{rule.column}` is {' and '.join(bound for bound in bounds if bound)}."


def _example(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


if __name__ == "__main__":
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    page.write_text(dictionary(), encoding="utf-8")
