"""What an audit takes from the one before: the counts of parts that are still the same, and nothing else."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes.newsdesk import page, tiny_build, write_pages

from copydesk.check import parts
from copydesk.check.audit import _Validator, audit_tables
from copydesk.check.contracts import SNAPSHOT_TABLES
from copydesk.check.findings import FINDINGS_FILE

TODAY = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def tables(sound, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "MOST_DOCUMENTS", 3)
    return {table: shutil.copy(sound / f"{table}.parquet", tmp_path) for table in SNAPSHOT_TABLES}


@pytest.fixture
def judged(monkeypatch):
    """Names of the tables of which rows were judged, in the order in which they were."""
    seen = []

    def judge(self, contract, frame, keys, findings, real=_Validator.judge):
        seen.append((contract.table, int(frame["_rows"].sum())))
        real(self, contract, frame, keys, findings)

    monkeypatch.setattr(_Validator, "judge", judge)
    return seen


def audit(tables, folder, latest=TODAY, last="first.json", remember="second.json"):
    return audit_tables(
        tables,
        run_id="r",
        latest_date=latest,
        scratch=folder,
        last=folder / last,
        remember=folder / remember,
    )


def change(path, column, row, value):
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[row] = value
    at = table.schema.get_field_index(column)
    pq.write_table(table.set_column(at, table.field(at), pa.array(values, table.field(at).type)), path)


def rows_of(judged, table):
    return sum(rows for name, rows in judged if name == table)


def test_parts_that_are_the_same_are_not_judged_again(tables, tmp_path, judged):
    first = audit(tables, tmp_path, remember="first.json")
    assert rows_of(judged, "sources") == pq.read_metadata(tables["sources"]).num_rows
    judged.clear()
    assert audit(tables, tmp_path) == first
    assert {name for name, _ in judged} <= {"quote_clusters", "stories"}  # of what documents have in common
    assert json.loads((tmp_path / "first.json").read_text()) == json.loads(
        (tmp_path / "second.json").read_text()
    )


def test_a_part_that_has_changed_is_judged_and_no_other(tables, tmp_path, judged):
    audit(tables, tmp_path, remember="first.json")
    judged.clear()
    change(tables["removals"], "label", 0, "junk")
    found = {(row.table, row.rule): row for row in audit(tables, tmp_path)}
    assert found["removals", "label-known"].failed_count == 1
    assert found["removals", "label-known"].checked_count == pq.read_metadata(tables["removals"]).num_rows
    assert 0 < rows_of(judged, "sources") <= 3


def test_what_was_found_in_a_part_is_told_again(tables, tmp_path):
    change(tables["paragraphs"], "text", 4, "Not what was said.")
    first = audit(tables, tmp_path, remember="first.json")
    assert any(row.failed_count and row.sample for row in first)
    assert audit(tables, tmp_path) == first


def test_an_audit_for_an_earlier_day_believes_nothing_of_a_later_one(tables, tmp_path, judged):
    audit(tables, tmp_path, remember="first.json")
    judged.clear()
    audit(tables, tmp_path, latest=TODAY - timedelta(days=1))
    assert rows_of(judged, "sources") == pq.read_metadata(tables["sources"]).num_rows


def test_dates_that_were_too_late_are_judged_again(tables, tmp_path):
    change(tables["articles"], "published_at", 0, TODAY + timedelta(days=1))
    broken = [row.rule for row in audit(tables, tmp_path, remember="first.json") if not row.success]
    assert "published-in-range" in broken
    later = audit(tables, tmp_path, latest=TODAY + timedelta(days=2))
    assert "published-in-range" not in [row.rule for row in later if not row.success]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"judge": "another", "parts": {}}', '{"parts": 3}'])
def test_a_file_that_says_nothing_is_passed_over(tables, tmp_path, content):
    expected = audit(tables, tmp_path, remember="first.json")
    (tmp_path / "first.json").write_text(content)
    assert audit(tables, tmp_path) == expected


def test_a_repeated_document_is_found_though_its_part_was_sound(tables, tmp_path):
    audit(tables, tmp_path, remember="first.json")
    rows = pq.read_table(tables["sources"])
    pq.write_table(pa.concat_tables([rows, rows.slice(0, 1)]), tables["sources"])
    assert ("sources", "key-unique") in {
        (row.table, row.rule) for row in audit(tables, tmp_path) if not row.success
    }


def test_a_build_leaves_its_findings_in_the_snapshot_and_the_next_one_takes_them(
    tmp_path, judged, monkeypatch
):
    monkeypatch.setattr(parts, "MOST_DOCUMENTS", 3)
    source = write_pages(tmp_path / "in", 9)
    tiny_build(source, tmp_path / "out")
    assert (tmp_path / "out" / "current" / FINDINGS_FILE).is_file()
    judged.clear()
    (source / "zz-late.txt").write_text(page(90, "A late page.\n"), encoding="utf-8")
    tiny_build(source, tmp_path / "out")
    assert rows_of(judged, "sources") < 9
