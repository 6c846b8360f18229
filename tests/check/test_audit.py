"""Real Great Expectations over tables with one planted fault each."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copydesk.check import frames, parts
from copydesk.check.audit import audit_tables, refuse_critical
from copydesk.check.contracts import SNAPSHOT_TABLES, load_contract, load_contracts, read_contract
from copydesk.errors import AuditError, ContractError

TODAY = datetime(2030, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1799, 12, 31, tzinfo=UTC)


@pytest.fixture
def tables(sound, tmp_path):
    return {table: shutil.copy(sound / f"{table}.parquet", tmp_path) for table in SNAPSHOT_TABLES}


def audit(tables, tmp_path, **options):
    return audit_tables(tables, run_id="r", latest_date=TODAY, scratch=tmp_path, **options)


def change(path, column, row, value):
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[row] = value(values[row]) if callable(value) else value
    at = table.schema.get_field_index(column)
    field = table.schema.field(at).with_nullable(True)
    pq.write_table(table.set_column(at, field, pa.array(values, field.type)), path)


def broken_rules(findings):
    return {(f.table, f.rule) for f in findings if not f.success and f.severity == "critical"}


def test_sound_tables_pass_and_every_rule_is_judged(tables, tmp_path):
    findings = audit(tables, tmp_path)
    assert broken_rules(findings) == set()
    expected = {
        (c.table, rule.name) for c in load_contracts() if c.table in SNAPSHOT_TABLES for rule in c.rules
    }
    assert {(f.table, f.rule) for f in findings} == expected
    judged = {f.table for f in findings if f.checked_count}
    # The pages tell of one strike, so they are a story; no quote is said twice.
    assert judged == {"articles", "paragraphs", "quotes", "removals", "sources", "stories"}


PLANTED = [
    (
        "articles",
        "article_id",
        0,
        "another",
        {("paragraphs", "article-exists"), ("articles", "source-exists")},
    ),
    ("articles", "published_at", 0, LONG_AGO, {("articles", "published-in-range")}),
    ("articles", "updated_at", 1, TODAY.replace(year=2031), {("articles", "updated-in-range")}),
    ("articles", "published_precision", 0, "fortnight", {("articles", "published-precision-known")}),
    ("articles", "source_format", 0, "pdf", {("articles", "source-format-known")}),
    ("articles", "content_sha256", 0, "beef", {("articles", "content-hash-formed")}),
    ("articles", "text", 2, lambda text: text + "!", {("articles", "text-is-its-paragraphs")}),
    ("articles", "text", 2, lambda text: "X" + text[1:], {("paragraphs", "round-trip")}),
    ("articles", "text", 2, None, {("articles", "required-present")}),
    (
        "articles",
        "paragraph_count",
        0,
        0,
        {("articles", "has-a-paragraph"), ("articles", "paragraphs-counted")},
    ),
    ("articles", "quote_count", 0, 9, {("articles", "quotes-counted")}),
    ("articles", "removed_share", 0, 1.5, {("articles", "removed-share-is-a-share")}),
    ("paragraphs", "paragraph_id", 1, lambda name: name[:-1] + "1", {("paragraphs", "key-unique")}),
    (
        "paragraphs",
        "article_id",
        0,
        "nobody",
        {("paragraphs", "article-exists"), ("sources", "every-block-once")},
    ),
    (
        "paragraphs",
        "char_end",
        0,
        lambda end: end - 1,
        {("paragraphs", "round-trip"), ("paragraphs", "follows-on")},
    ),
    ("paragraphs", "char_start", 0, lambda start: start + 9999, {("paragraphs", "offsets-ordered")}),
    ("paragraphs", "source_start", 0, 5, {("paragraphs", "source-offsets-ordered")}),
    ("paragraphs", "position", 1, 7, {("paragraphs", "position-runs")}),
    ("paragraphs", "block", 1, 0, {("paragraphs", "block-rises"), ("sources", "every-block-once")}),
    ("paragraphs", "role", 1, "aside", {("paragraphs", "role-known")}),
    ("paragraphs", "text", 0, "two\nlines", {("paragraphs", "holds-no-break")}),
    ("quotes", "text", 1, "We never said that", {("quotes", "round-trip")}),
    ("quotes", "paragraph_id", 0, "elsewhere", {("quotes", "paragraph-exists")}),
    ("quotes", "position", 0, 3, {("quotes", "position-runs")}),
    ("quotes", "kind", 0, "shouted", {("quotes", "kind-known"), ("articles", "quotes-counted")}),
    ("quotes", "speaker_type", 0, "parrot", {("quotes", "speaker-type-known")}),
    ("quotes", "confidence", 0, 1.01, {("quotes", "confidence-is-a-share")}),
    ("removals", "block", 0, 1, {("removals", "key-unique"), ("sources", "every-block-once")}),
    ("removals", "block", 0, 77, {("sources", "every-block-once")}),
    ("removals", "label", 0, "junk", {("removals", "label-known")}),
    (
        "removals",
        "source_uri",
        0,
        "nowhere.txt",
        {("removals", "source-exists"), ("removals", "article-exists")},
    ),
    ("removals", "article_id", 0, "nobody", {("removals", "article-exists")}),
    ("sources", "source_uri", 3, "page-000.txt", {("sources", "key-unique"), ("articles", "source-exists")}),
    ("sources", "status", 2, "vanished", {("sources", "status-known")}),
    (
        "sources",
        "status",
        2,
        "quarantined",
        {("sources", "refusal-has-reason"), ("sources", "status-agrees-with-article")},
    ),
    ("sources", "article_id", 2, None, {("sources", "status-agrees-with-article")}),
    ("sources", "article_id", 2, "nobody", {("sources", "article-exists")}),
    ("sources", "encoding_source", 2, "a hunch", {("sources", "encoding-source-known")}),
]


@pytest.mark.parametrize(("table", "column", "row", "value", "expected"), PLANTED)
def test_a_planted_fault_is_found(tables, tmp_path, table, column, row, value, expected):
    change(tables[table], column, row, value)
    findings = audit(tables, tmp_path, judged={name for name, _ in expected})
    assert expected <= broken_rules(findings)
    with pytest.raises(AuditError):
        refuse_critical(findings)


def test_a_missing_row_is_found_on_both_sides(tables, tmp_path):
    path = tables["paragraphs"]
    pq.write_table(pq.read_table(path).slice(1), path)
    assert {
        ("sources", "every-block-once"),
        ("articles", "paragraphs-counted"),
        ("paragraphs", "position-runs"),
    } <= (broken_rules(audit(tables, tmp_path)))


def test_a_row_that_is_there_twice_is_found(tables, tmp_path):
    for table in ("articles", "sources", "quotes", "removals", "paragraphs"):
        rows = pq.read_table(tables[table])
        pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), tables[table])
    found = broken_rules(audit(tables, tmp_path))
    assert {
        (table, "key-unique") for table in ("articles", "sources", "quotes", "removals", "paragraphs")
    } <= found


def test_overlapping_quotes_are_found_but_not_an_indirect_clause_around_its_fragments(tables, tmp_path):
    rows = pq.read_table(tables["quotes"]).to_pylist()
    inner = {**rows[0], "quote_id": "inner", "position": 1, "kind": "mixed"}
    inner["char_start"] += 3
    inner["text"] = inner["text"][3:]
    schema = load_contract("quotes").arrow_schema
    pq.write_table(pa.Table.from_pylist([rows[0], inner, *rows[1:]], schema=schema), tables["quotes"])
    assert ("quotes", "overlaps-no-other") in broken_rules(audit(tables, tmp_path))
    rows[0]["kind"] = "indirect"
    pq.write_table(pa.Table.from_pylist([rows[0], inner, *rows[1:]], schema=schema), tables["quotes"])
    assert ("quotes", "overlaps-no-other") not in broken_rules(audit(tables, tmp_path))


def test_the_fault_is_told_with_table_rule_and_rows(tables, tmp_path):
    key = pq.read_table(tables["quotes"])["quote_id"][1].as_py()
    change(tables["quotes"], "text", 1, "We never said that")
    with pytest.raises(AuditError) as fault:
        refuse_critical(audit(tables, tmp_path))
    message = str(fault.value)
    assert all(part in message for part in ("table quotes", "rule round-trip", "1 of 8 rows", key))
    assert "\n" not in message


def test_a_warning_does_not_refuse(tables, tmp_path):
    findings = audit(tables, tmp_path)
    assert [f.rule for f in findings if not f.success] == ["published-share"]
    refuse_critical(findings)


def test_findings_do_not_depend_on_how_rows_are_cut_into_frames(tables, tmp_path, monkeypatch):
    change(tables["paragraphs"], "char_end", 4, lambda end: end - 1)
    change(tables["removals"], "label", 5, "junk")
    whole = audit(tables, tmp_path)
    monkeypatch.setattr(frames, "FRAME_ROWS", 3)
    assert audit(tables, tmp_path) == whole


def test_findings_do_not_depend_on_how_documents_are_cut_into_parts(tables, tmp_path, monkeypatch):
    change(tables["paragraphs"], "char_end", 4, lambda end: end - 1)
    change(tables["removals"], "label", 5, "junk")
    change(tables["articles"], "text", 6, lambda text: text + "!")
    change(tables["paragraphs"], "article_id", 7, "nobody")
    whole = audit(tables, tmp_path)
    for documents in (1, 3):
        monkeypatch.setattr(parts, "DOCUMENTS", documents)
        assert audit(tables, tmp_path) == whole


def test_a_document_whose_rows_stand_elsewhere_is_missed_in_its_part(tables, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "DOCUMENTS", 2)
    rows = pq.read_table(tables["paragraphs"])
    pq.write_table(pa.concat_tables([rows.slice(1), rows.slice(0, 1)]), tables["paragraphs"])
    findings = audit(tables, tmp_path)
    assert {("paragraphs", "article-exists"), ("articles", "paragraphs-counted")} <= broken_rules(findings)
    (lost,) = (f for f in findings if (f.table, f.rule) == ("paragraphs", "article-exists"))
    assert lost.failed_count == 1 and lost.checked_count == rows.num_rows


def test_rows_without_any_document_are_found(tables, tmp_path):
    pq.write_table(pq.read_table(tables["sources"]).slice(0, 0), tables["sources"])
    found = broken_rules(audit(tables, tmp_path))
    assert {("articles", "source-exists"), ("removals", "source-exists")} <= found


def test_tables_without_rows_break_no_rule(tables, tmp_path):
    for path in tables.values():
        pq.write_table(pq.read_table(path).slice(0, 0), path)
    assert not any(finding.checked_count for finding in audit(tables, tmp_path))


def test_a_rule_that_cannot_be_judged_is_a_fault_of_its_contract(tables, tmp_path):
    text = (Path(__file__).parents[2] / "schemas" / "removals.yaml").read_text()
    aggregate = read_contract(
        text.replace("type: expect_column_values_to_be_between", "type: expect_column_mean_to_be_between"),
        "x",
        "removals",
    )
    with pytest.raises(ContractError, match="block-not-negative"):
        audit(tables, tmp_path, contracts=[aggregate])
    broken_sql = read_contract(text.replace("HAVING count(*)", "HAVING COUNTED(*)"), "x", "removals")
    with pytest.raises(ContractError, match="derived columns"):
        audit(tables, tmp_path, contracts=[broken_sql])


def test_an_apostrophe_in_the_path_does_no_harm(sound, tmp_path):
    folder = tmp_path / "O'Hara's tables"
    folder.mkdir()
    moved = {table: folder / f"{table}.parquet" for table in SNAPSHOT_TABLES}
    for table, path in moved.items():
        shutil.copy(sound / f"{table}.parquet", path)
    assert broken_rules(audit(moved, folder)) == set()


WITHOUT_CHARTS = """
import sys
from datetime import datetime
from copydesk.check.audit import _Validator
_Validator(datetime(2030, 1, 1))
from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as charted
print("scipy.stats" in sys.modules, "altair" in sys.modules)
print(charted.stats.norm.cdf(0), charted.alt.Chart.__name__)
"""


def test_what_great_expectations_seldom_needs_is_loaded_when_it_is_asked_for():
    done = subprocess.run([sys.executable, "-c", WITHOUT_CHARTS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False False", "0.5 Chart"]


def test_a_long_article_is_cut_into_its_paragraphs_once(tables, tmp_path):
    # A substring for each of them counted the characters before it: seconds for these, a minute for 40,000.
    count, line = 6_000, "The ferries stay in port until the talks are over. " * 10
    starts = [at * (len(line) + 2) for at in range(count)]
    of_first(tables["articles"], 1, text=["\n\n".join([line] * count)])
    of_first(
        tables["paragraphs"],
        count,
        position=range(1, count + 1),
        text=[line] * count,
        char_start=starts,
        char_end=[start + len(line) for start in starts],
    )
    started = time.process_time()
    ((_, frame, _),) = frames.checked_frames([load_contract("paragraphs")], tables, tmp_path)
    assert time.process_time() - started < 1.5
    assert frame["text_is_cut_from_article"].all()


def of_first(path, count, **columns):
    """Make a table of its first row alone, so many times, with other values in these columns."""
    table = pq.read_table(path).take([0] * count)
    for name, values in columns.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type))
    pq.write_table(table, path)
