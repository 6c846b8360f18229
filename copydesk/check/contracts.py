"""Contracts: the files in `schemas/`, read into small records.

One file a table in the Open Data Contract Standard. The Arrow schema, the expectation suite and the data dictionary all come
from here. Nothing is judged here; see audit.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, cast

from copydesk.errors import ContractError
from copydesk.rows import Severity

if TYPE_CHECKING:
    import pyarrow as pa

Table = Literal[
    "articles", "paragraphs", "quotes", "removals", "quote_clusters", "stories", "sources", "runs", "audit"
]  # fmt: skip
SNAPSHOT_TABLES: tuple[Table, ...] = (
    "articles", "paragraphs", "quotes", "removals", "quote_clusters", "stories", "sources",
)  # fmt: skip
HISTORY_TABLES: tuple[Table, ...] = ("runs", "audit")  # they outlive snapshots
TABLES: tuple[Table, ...] = SNAPSHOT_TABLES + HISTORY_TABLES

DERIVED_COLUMNS = "derivedColumns"
SOUGHT = "soughtBeforehand"
COPY = "copy"  # the classification of columns that hold an outlet's own wording


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation of a contract."""

    name: str
    severity: Severity
    description: str | None
    expectation: str  # "expect_column_values_to_be_between"
    column: str
    arguments: dict[str, Any]  # of the expectation, without column

    @property
    def mostly(self) -> float:
        """Share of rows that must hold."""
        return float(self.arguments.get("mostly", 1.0))


# Every contract's `required: true` columns together: one expectation, where one for each would cost a second of CPU a run.
REQUIRED_PRESENT = Rule(
    name="required-present",
    severity="critical",
    description="Columns that are never null hold a value.",
    expectation="expect_column_values_to_be_in_set",
    column="required_are_present",
    arguments={"value_set": [True]},
)


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str  # Arrow type as the contract writes it: "list<string>"
    nullable: bool
    description: str
    vocabulary: tuple[str, ...] = ()  # closed; empty where values are free
    reference: str | None = None  # "articles.article_id"
    examples: tuple[Any, ...] = ()
    is_copy: bool = False  # the outlet's own wording, which a release may have to leave out


@dataclass(frozen=True, slots=True)
class Contract:
    """One table: what its columns mean and what must hold of its rows."""

    table: Table
    version: str
    purpose: str
    usage: str
    limitations: str | None
    order: str  # what a row is and how rows are sorted
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rules: tuple[Rule, ...]
    sought: tuple[
        tuple[str, str], ...
    ]  # (name, query over the whole staged tables): what derived columns may ask
    derived: tuple[
        tuple[str, str], ...
    ]  # (name, SQL over the rows of the same documents, in which `t` is this table)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The columns as Arrow fields, in the contract's order."""
        import pyarrow as pa

        from copydesk.check.arrow_types import parse_type

        return pa.schema([pa.field(c.name, parse_type(c.type), nullable=c.nullable) for c in self.columns])


@cache
def load_contract(table: Table) -> Contract:
    """The contract of one table. Raises ContractError naming the file and what is wrong with it."""
    return read_contract(contract_text(table), f"schemas/{table}.yaml", table)


@cache
def load_contracts() -> tuple[Contract, ...]:
    """All contracts, in the order of TABLES."""
    return tuple(load_contract(table) for table in TABLES)


@cache
def contracts_version() -> str:
    """Short hash over all contract files."""
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update(contract_text(table).encode())
    return digest.hexdigest()[:12]


def read_contract(text: str, path: str, table: Table) -> Contract:
    """One contract file as a record. Raises ContractError with the path and the reason."""
    import yaml
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError

    try:
        content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if not isinstance(content, dict):
            raise ContractError(f"{path}: expected a mapping at the top, found {type(content).__name__}")
        model = OpenDataContractStandard(**content)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark else ""
        raise ContractError(
            f"{path}: expected YAML, found a fault{place}: {getattr(fault, 'problem', fault)}"
        ) from None
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContractError(f"{path}: {where}: {first['msg']}") from None
    except TypeError as fault:
        raise ContractError(f"{path}: expected the keys of a data contract: {fault}") from None
    return _contract(model, path, table)


def _contract(model: Any, path: str, table: Table) -> Contract:
    if not model.schema_ or len(model.schema_) != 1 or model.schema_[0].name != table:
        raise ContractError(f"{path}: expected one schema, named {table}")
    schema = model.schema_[0]
    properties = schema.properties or []
    if not properties:
        raise ContractError(f"{path}: expected properties (the table's columns), found none")
    columns = tuple(_column(prop, path) for prop in properties)
    rules = [_rule(check, None, path) for check in schema.quality or ()]
    rules += [_rule(check, prop.name, path) for prop in properties for check in prop.quality or ()]
    rules.append(REQUIRED_PRESENT)
    derived = (*_named_sql(schema, DERIVED_COLUMNS, path), (REQUIRED_PRESENT.column, _all_present(columns)))
    known = {prop.name for prop in properties} | {name for name, _ in derived}
    names: set[str] = set()
    for rule in rules:
        if rule.column not in known:
            raise ContractError(
                f"{path}: rule {rule.name}: no column or derived column is called {rule.column!r}"
            )
        if rule.name in names:
            raise ContractError(f"{path}: rule {rule.name}: the name is used twice")
        names.add(rule.name)
    keyed = sorted((p for p in properties if p.primaryKey), key=lambda p: p.primaryKeyPosition or 0)
    if not keyed:
        raise ContractError(f"{path}: expected a primaryKey, found none")
    about = model.description
    return Contract(
        table=table,
        version=model.version or "",
        purpose=_required(about and about.purpose, "description.purpose", path),
        usage=_required(about and about.usage, "description.usage", path),
        limitations=_clean(about.limitations),
        order=_required(schema.description, f"schema.{table}.description", path),
        grain=_required(
            schema.dataGranularityDescription, f"schema.{table}.dataGranularityDescription", path
        ),
        columns=columns,
        key=tuple(prop.name for prop in keyed),
        rules=tuple(rules),
        sought=_named_sql(schema, SOUGHT, path),
        derived=derived,
    )


def _column(prop: Any, path: str) -> Column:
    from copydesk.check.arrow_types import parse_type

    if not prop.name:
        raise ContractError(f"{path}: a property has no name")
    physical = _required(prop.physicalType, f"{prop.name}.physicalType", path)
    try:
        parse_type(physical)
    except ValueError as fault:
        raise ContractError(f"{path}: {prop.name}.physicalType: {fault}") from None
    vocabulary: tuple[str, ...] = ()
    for check in prop.quality or ():
        implementation = check.implementation
        if (
            isinstance(implementation, dict)
            and implementation.get("type") == "expect_column_values_to_be_in_set"
        ):
            vocabulary = tuple(implementation.get("kwargs", {}).get("value_set", ()))
    references = prop.relationships or ()
    return Column(
        name=prop.name,
        type=physical,
        nullable=not prop.required,
        description=_required(prop.description, f"{prop.name}.description", path),
        vocabulary=vocabulary,
        reference=str(references[0].to) if references else None,
        examples=tuple(prop.examples or ()),
        is_copy=prop.classification == COPY,
    )


def _rule(check: Any, column: str | None, path: str) -> Rule:
    name = _required(check.name, f"quality of {column or 'the table'}: name", path)
    implementation = check.implementation
    if check.engine != "greatExpectations" or not isinstance(implementation, dict):
        raise ContractError(
            f"{path}: rule {name}: expected engine greatExpectations and a mapping as its implementation"
        )
    if check.severity not in ("critical", "warning"):
        raise ContractError(
            f"{path}: rule {name}: expected severity critical or warning, found {check.severity!r}"
        )
    arguments = dict(implementation.get("kwargs") or {})
    target = arguments.pop("column", column)
    if not target or not implementation.get("type"):
        raise ContractError(f"{path}: rule {name}: expected a type and a column in its implementation")
    return Rule(
        name=name,
        severity=cast(Severity, check.severity),
        description=_clean(check.description),
        expectation=str(implementation["type"]),
        column=str(target),
        arguments=arguments,
    )


def _named_sql(schema: Any, name: str, path: str) -> tuple[tuple[str, str], ...]:
    for custom in schema.customProperties or ():
        if custom.property == name:
            try:
                return tuple((str(item["name"]), str(item["sql"])) for item in custom.value)
            except (TypeError, KeyError):
                raise ContractError(
                    f"{path}: {name}: expected a list of mappings with name and sql"
                ) from None
    return ()


def _all_present(columns: tuple[Column, ...]) -> str:
    return " AND ".join(f't."{column.name}" IS NOT NULL' for column in columns if not column.nullable)


def contract_text(table: Table) -> str:
    """The contract file of a table as it is written. Raises ContractError where it cannot be read."""
    path = files("schemas") / f"{table}.yaml"
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise ContractError(f"schemas/{table}.yaml: expected a readable contract: {fault}") from None


def _required(value: str | None, what: str, path: str) -> str:
    cleaned = _clean(value)
    if not cleaned:
        raise ContractError(f"{path}: expected {what}, found nothing")
    return cleaned


def _clean(value: str | None) -> str | None:
    return " ".join(value.split()) if value else None
