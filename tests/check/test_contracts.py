"""Contracts agree with the records, with the standard and with the page that documents them."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import get_args, get_type_hints

import jsonschema
import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from copydesk import records
from copydesk.check.arrow_types import parse_type
from copydesk.check.contracts import TABLES, load_contract, load_contracts, read_contract
from copydesk.check.dictionary import dictionary
from copydesk.check.rows import RECORDS
from copydesk.errors import ContractError

SCHEMAS = Path(__file__).parents[2] / "schemas"
STANDARD = jsonschema.Draft201909Validator(json.loads(OpenDataContractStandard.json_schema()))


@pytest.mark.parametrize("table", TABLES)
def test_a_contract_is_valid_under_the_standard(table):
    content = yaml.safe_load((SCHEMAS / f"{table}.yaml").read_text())
    faults = [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"
        for fault in STANDARD.iter_errors(content)
    ]
    assert not faults
    assert content["apiVersion"] == "v3.1.0"


def test_each_file_is_a_table_and_each_table_a_file():
    assert {path.stem for path in SCHEMAS.glob("*.yaml")} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_the_fields_of_the_record_in_order(table):
    assert [column.name for column in load_contract(table).columns] == [
        field.name for field in fields(RECORDS[table])
    ]


@pytest.mark.parametrize("table", TABLES)
def test_null_is_allowed_exactly_where_the_record_allows_none(table):
    hints = get_type_hints(RECORDS[table])
    for column in load_contract(table).columns:
        assert column.nullable == (type(None) in get_args(hints[column.name])), column.name


@pytest.mark.parametrize("table", TABLES)
def test_vocabularies_are_the_literals_of_the_record(table):
    hints = get_type_hints(RECORDS[table])
    for column in load_contract(table).columns:
        literals = _literals(hints[column.name])
        if (
            column.name == "encoding_source"
        ):  # its row holds a plain string; the vocabulary is that of Decoded
            literals = _literals(get_type_hints(records.Decoded)["encoding_source"])
        assert set(column.vocabulary) == literals, column.name


def _literals(hint: object) -> set[str]:
    found: set[str] = set()
    for part in get_args(hint):
        found |= {part} if isinstance(part, str) else _literals(part)
    return found


@pytest.mark.parametrize("table", TABLES)
def test_arrow_types_hold_what_the_record_holds(table):
    hints = get_type_hints(RECORDS[table])
    starts = {
        "str": ("string",),
        "int": ("int64",),
        "float": ("float64",),
        "bool": ("bool",),
        "datetime": ("timestamp",),
    }
    for column in load_contract(table).columns:
        hint = hints[column.name]
        plain = [part for part in get_args(hint) if part is not type(None)]
        if "tuple" in str(hint):
            assert column.type.startswith(("list<", "map<")), column.name
        elif _literals(hint):
            assert column.type == "string", column.name
        else:
            kind = (plain[0] if plain else hint).__name__
            assert column.type.startswith(starts[kind]), column.name


@pytest.mark.parametrize("table", TABLES)
def test_references_lead_to_columns_that_exist(table):
    for column in load_contract(table).columns:
        if column.reference:
            other, _, name = column.reference.partition(".")
            assert name in {c.name for c in load_contract(other).columns}, column.name


def test_every_table_checks_its_key_and_its_required_columns():
    for contract in load_contracts():
        names = {rule.name for rule in contract.rules}
        assert {"key-unique", "required-present"} <= names, contract.table


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text + "\n\t- tab", "expected YAML"),
        (lambda text: "- a list", "expected a mapping"),
        (lambda text: text.replace("schema:\n", "schemes:\n"), "schemes"),
        (
            lambda text: text.replace("name: stories\n    physicalType", "name: tales\n    physicalType"),
            "named stories",
        ),
        (
            lambda text: text.replace("physicalType: int64", "physicalType: int63", 1),
            "article_count.physicalType",
        ),
        (lambda text: text.replace("severity: critical", "severity: dreadful", 1), "severity"),
        (lambda text: text.replace("engine: greatExpectations", "engine: soda", 1), "greatExpectations"),
        (lambda text: text.replace("column: key_is_unique", "column: key_is_unicorn"), "key_is_unicorn"),
        (lambda text: text.replace("name: articles-counted", "name: key-unique"), "used twice"),
        (lambda text: text.replace("primaryKey: true", "primaryKey: false"), "primaryKey"),
        (
            lambda text: text.replace("  purpose: Events that several articles cover.\n", ""),
            "description.purpose",
        ),
        (lambda text: text.replace("sql:", "query:"), "derivedColumns"),
    ],
)
def test_a_broken_contract_is_told_by_file_and_reason(change, reason):
    text = change((SCHEMAS / "stories.yaml").read_text())
    with pytest.raises(ContractError, match=reason) as fault:
        read_contract(text, "schemas/stories.yaml", "stories")
    assert str(fault.value).startswith("schemas/stories.yaml: ")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    "text", ["", "strong", "list<>", "map<string>", "struct<name>", "list<" * 20 + "string" + ">" * 20]
)
def test_an_unknown_arrow_type_is_refused(text):
    with pytest.raises(ValueError):
        parse_type(text)


def test_the_data_dictionary_is_current():
    page = (SCHEMAS.parent / "docs" / "tables.md").read_text()
    assert page == dictionary(), "run: python -m copydesk.check.dictionary"
