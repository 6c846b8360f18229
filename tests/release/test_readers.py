"""Those whom a release is for read it with their own tools: datasets, DuckDB, pandas, mlcroissant, sha256sum."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from copydesk.check.contracts import load_contract, read_contract
from copydesk.release.layout import table_path
from copydesk.release.shape import RELEASED_TABLES

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(params=["released", "bare"])
def either(request: pytest.FixtureRequest) -> Path:
    """A release with its text, then one without."""
    folder: Path = request.getfixturevalue(request.param)
    return folder


def rows_of(release: Path, table: str) -> int:
    count: int = pq.read_metadata(release / table_path(table)).num_rows
    return count


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cache for `datasets`, which would otherwise ask the Hub."""
    return str(tmp_path_factory.mktemp("hub"))


@pytest.mark.parametrize("table", RELEASED_TABLES)
def test_datasets_reads_each_table_by_its_name_on_the_card(
    either: Path, table: str, offline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    by_card = datasets.load_dataset(str(either), table, split="train", cache_dir=offline)
    assert by_card.num_rows == rows_of(either, table)
    assert by_card.column_names == pq.read_schema(either / table_path(table)).names


def test_datasets_reads_a_file_as_parquet(
    released: Path, offline: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    files = str(released / table_path("articles"))
    articles = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=offline)
    (row,) = [row for row in articles if row["source_uri"].endswith("harrow-gazette-bridge.html")]
    evidence = {entry["key"]: entry["value"] for entry in row["field_sources"]}
    assert evidence["published_at"].startswith("json-ld")


def test_duckdb_joins_the_tables(released: Path) -> None:
    query = f"""
        SELECT speaker, count(DISTINCT article_id) FROM '{released}/data/quotes.parquet'
        JOIN '{released}/data/articles.parquet' USING (article_id) WHERE speaker = 'Ilka Dorrin' GROUP BY speaker"""
    ((speaker, articles),) = duckdb.sql(query).fetchall()
    assert speaker == "Ilka Dorrin"
    assert articles >= 5


def test_pandas_reads_every_table_and_spans_fit_the_text(released: Path) -> None:
    frames = {table: pd.read_parquet(released / table_path(table)) for table in RELEASED_TABLES}
    texts = frames["articles"].set_index("article_id").text
    for quote in frames["quotes"].itertuples():
        assert texts[quote.article_id][quote.char_start : quote.char_end] == quote.text


def test_sha256sum_finds_every_file_as_it_was_written(either: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=either, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    named = {line.split(":")[0] for line in done.stdout.splitlines()}
    assert named == {p.relative_to(either).as_posix() for p in either.rglob("*") if p.is_file()} - {
        "SHA256SUMS"
    }


@pytest.mark.parametrize("table", RELEASED_TABLES)
def test_contracts_are_those_of_the_released_files(either: Path, table: str) -> None:
    path = either / "contracts" / f"{table}.yaml"
    contract = read_contract(path.read_text(encoding="utf-8"), path.name, load_contract(table).table)
    assert contract.arrow_schema.equals(pq.read_schema(either / table_path(table)))


# ---------------------------------------------------------------- Croissant
def test_mlcroissant_finds_no_fault(either: Path) -> None:
    import mlcroissant

    described = mlcroissant.Dataset(jsonld=str(either / "croissant.json"))
    issues = described.metadata.ctx.issues
    assert not issues.errors
    assert not issues.warnings
    assert {record_set.uuid for record_set in described.metadata.record_sets} == set(RELEASED_TABLES)


@pytest.mark.parametrize("table", RELEASED_TABLES)
def test_mlcroissant_reads_each_record_set(released: Path, table: str) -> None:
    import mlcroissant

    # A handle each: what one record set has read changes what the next one joins with.
    described = mlcroissant.Dataset(jsonld=str(released / "croissant.json"))
    records = list(described.records(record_set=table))
    assert len(records) == rows_of(released, table)
    assert {name.split("/", 1)[1] for name in records[0]} == set(
        pq.read_schema(released / table_path(table)).names
    )


def test_keys_and_references_are_those_of_the_contracts(either: Path) -> None:
    described = json.loads((either / "croissant.json").read_text(encoding="utf-8"))
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    for record_set in described["recordSet"]:
        contract = load_contract(record_set["name"])
        keys = record_set["key"] if isinstance(record_set["key"], list) else [record_set["key"]]
        assert [key["@id"] for key in keys] == [f"{contract.table}/{name}" for name in contract.key]
        known = {c.name: c.reference.replace(".", "/") for c in contract.columns if c.reference}
        found = {f["name"]: f["references"]["field"]["@id"] for f in record_set["field"] if "references" in f}
        assert found.items() <= known.items()
        if contract.table in ("paragraphs", "quotes", "removals", "articles", "quote_clusters"):
            assert found, f"{contract.table} refers to nothing"


def test_the_cards_header_is_what_the_hub_reads(either: Path) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(either / "README.md")
    assert card.data.license in ("other", "cc-by-4.0")
    assert set(card.data.language) == {"de", "en", "fr"}
    assert card.data.size_categories == ["n<1K"]
    assert [config["config_name"] for config in card.data.configs] == list(RELEASED_TABLES)


def test_the_citation_has_what_its_format_asks_for(released: Path) -> None:
    cited = yaml.safe_load((released / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited.keys() >= {"cff-version", "message", "title", "authors", "type", "version", "date-released"}
    assert cited["authors"] == [{"name": "Ana Roche"}]
    assert cited["type"] == "dataset"
