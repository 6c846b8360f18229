"""Whole builds with a tiny desk: real processes, real Great Expectations, real snapshots."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fakes.newsdesk import TINY, page, tiny_build, write_pages

import copydesk
from copydesk import shards, workers
from copydesk.check.contracts import SNAPSHOT_TABLES
from copydesk.errors import AuditError, ContractError, RunError
from copydesk.jobs import Stored
from copydesk.pipeline import build, new_run, run_in_threads
from copydesk.publish import assemble
from copydesk.publish.staging import open_staging
from copydesk.read import sources
from copydesk.store import work
from copydesk.summary import Refused

UNSTABLE = {"run_id", "first_seen_at"}  # what may differ between two builds of the same input


def tables_of(out: Path) -> dict:
    tables = {}
    for table in SNAPSHOT_TABLES:
        rows = pq.read_table(out / f"{table}.parquet")
        tables[table] = rows.drop_columns(
            [name for name in rows.column_names if name in UNSTABLE]
        ).to_pylist()
    return tables


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A folder with sound pages, a duplicate, two editions of one URL, and pages that are no article."""
    folder = write_pages(
        tmp_path_factory.mktemp("pages"),
        12,
        twin=page(4),
        later=page(5, "A late addition.\n"),
        rail="- Only a rail\n",
        empty="",
    )
    (folder / "sub").mkdir()
    (folder / "sub" / "ümlaut.txt").write_text(page(77))
    return folder


@pytest.fixture(scope="module")
def built(pages, tmp_path_factory):
    out = tmp_path_factory.mktemp("built") / "out"
    return out, tiny_build(pages, out)


def test_the_summary_counts_what_the_tables_hold(built):
    out, summary = built
    tables = copydesk.load(out)
    assert summary.documents == len(tables.sources) == 17
    assert summary.articles == len(tables.articles) == 13
    assert summary.paragraphs == len(tables.paragraphs)
    assert summary.quotes == len(tables.quotes) == 13
    assert summary.removals == len(tables.removals) == sum(summary.removals_by_label.values())
    assert summary.sources_by_status == {"article": 13, "quarantined": 2, "duplicate": 1, "superseded": 1}
    assert summary.quarantined_by_reason == {"label/no-body": 2}
    assert summary.critical == ()
    assert summary.snapshot_id == (out / "current").resolve().name
    assert set(summary.seconds) == {"plan", "edit", "assemble", "audit", "publish"}


def test_the_run_and_its_audit_are_in_the_history(built):
    out, summary = built
    tables = copydesk.load(out)
    run = tables.runs.iloc[-1]
    assert (run["run_id"], run["status"], run["documents"]) == (summary.run_id, "published", 17)
    assert dict(run["sources_by_status"]) == summary.sources_by_status
    assert run["rules_version"] == "tiny-1"
    assert len(tables.audit) == summary.rules_checked
    assert set(tables.audit["run_id"]) == {summary.run_id}


def test_rows_are_in_the_order_of_their_documents(built):
    out, _ = built
    tables = copydesk.load(out)
    assert tables.sources["source_uri"].is_monotonic_increasing
    order = {name: at for at, name in enumerate(tables.articles["article_id"])}
    keys = [(order[row.article_id], row.position) for row in tables.paragraphs.itertuples()]
    assert keys == sorted(keys)


def test_what_lost_is_marked_and_leaves_no_rows(built):
    out, _ = built
    tables = copydesk.load(out)
    sources = tables.sources.set_index("source_uri")
    assert sources.loc["twin.txt", "status"] == "duplicate"
    assert sources.loc["twin.txt", "article_id"] == sources.loc["page-004.txt", "article_id"]
    assert "page-004.txt" in sources.loc["twin.txt", "message"]
    editions = sources.loc[["later.txt", "page-005.txt"]]
    assert sorted(editions["status"]) == ["article", "superseded"]
    assert editions["article_id"].nunique() == 1
    assert set(tables.paragraphs["article_id"]) == set(tables.articles["article_id"])
    assert set(tables.removals["source_uri"]) <= set(tables.articles["source_uri"])


def test_workers_shards_and_the_order_of_inputs_change_nothing(built, pages, tmp_path, monkeypatch):
    expected = tables_of(built[0])
    monkeypatch.setattr(shards.group_sources, "__kwdefaults__", {"max_bytes": 10_000, "max_inputs": 3})
    tiny_build(pages, tmp_path / "two", workers=2)
    assert tables_of(tmp_path / "two") == expected

    moved = tmp_path / "moved"  # another folder, whose files were made in another order
    for path in sorted(pages.rglob("*.txt"), reverse=True):
        target = moved / path.relative_to(pages)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    monkeypatch.setattr(shards.group_sources, "__kwdefaults__", {"max_bytes": 10_000, "max_inputs": 5})
    tiny_build(moved, tmp_path / "moved-out")
    assert tables_of(tmp_path / "moved-out") == expected
    # tables without run_id are the same bytes
    for table in ("articles", "paragraphs", "quotes", "removals"):
        files = [
            (root / f"{table}.parquet").read_bytes()
            for root in (tmp_path / "two", tmp_path / "moved-out", built[0])
        ]
        assert files[0] == files[1] == files[2], table


def test_row_groups_do_not_depend_on_shards(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(assemble, "SLICE_ROWS", 4)
    monkeypatch.setattr(assemble, "GROUP_ROWS", 8)
    sizes = []
    for name, most in (("a", 2), ("b", 100)):
        monkeypatch.setattr(shards.group_sources, "__kwdefaults__", {"max_bytes": 10**9, "max_inputs": most})
        tiny_build(pages, tmp_path / name)
        meta = pq.read_metadata(tmp_path / name / "paragraphs.parquet")
        sizes.append([meta.row_group(i).num_rows for i in range(meta.num_row_groups)])
        assert (tmp_path / name / "paragraphs.parquet").read_bytes() == (
            tmp_path / "a" / "paragraphs.parquet"
        ).read_bytes()
    assert sizes[0] == sizes[1] == [8] * (len(sizes[0]) - 1) + [sizes[0][-1]]


def test_a_planted_bad_row_stops_the_publication_and_keeps_the_last_snapshot(tmp_path):
    source, out = write_pages(tmp_path / "in", 3), tmp_path / "out"
    first = tiny_build(source, out)
    before = tables_of(out)
    (source / "planted.txt").write_text(page(50, "!bad-offset\n"))
    with pytest.raises(AuditError, match="table paragraphs, rule") as fault:
        tiny_build(source, out)
    assert isinstance(fault.value, Refused)
    planted = pq.read_table(out / "audit.parquet").to_pylist()
    sample = next(row["sample"] for row in planted if row["rule"] == "round-trip" and not row["success"])
    assert sample[0] in str(fault.value)
    assert fault.value.summary.snapshot_id is None
    assert {finding.rule for finding in fault.value.summary.critical} == {"round-trip", "follows-on"}
    assert tables_of(out) == before
    assert (out / "current").resolve().name == first.snapshot_id
    assert not (out / ".staging").exists()
    assert pq.read_table(out / "runs.parquet")["status"].to_pylist() == ["published", "refused"]


def test_a_first_build_that_is_refused_publishes_no_table(tmp_path):
    source = write_pages(tmp_path / "in", 1, planted=page(50, "!bad-offset\n"))
    with pytest.raises(AuditError):
        tiny_build(source, tmp_path / "out")
    assert not (tmp_path / "out" / "articles.parquet").exists()
    with pytest.raises(RunError, match="no tables have been published"):
        copydesk.load(tmp_path / "out")


def test_a_warning_does_not_stop_the_publication(tmp_path):
    source = write_pages(tmp_path / "in", 2, short="# Brief\nToo short.\n")
    summary = tiny_build(source, tmp_path / "out")
    assert {"body-length", "published-share"} <= {finding.rule for finding in summary.warnings}
    assert summary.snapshot_id is not None


def test_documents_that_hang_crash_or_explode_cost_one_row_each(tmp_path):
    source = write_pages(
        tmp_path / "in",
        5,
        hang="!hang\n",
        crash="!crash\n",
        segfault="!segfault\n",
        explode="!explode\n",
        odd=page(60, "!surrogate\n"),
    )
    summary = tiny_build(source, tmp_path / "out", document_seconds=3.0, document_bytes=300_000_000)
    assert summary.sources_by_status == {"article": 5, "quarantined": 5}
    sources = copydesk.load(tmp_path / "out", tables="sources").sources.set_index("source_uri")
    refused = sources[sources["status"] == "quarantined"]
    assert dict(refused["error"]) == {
        "crash.txt": "crashed", "explode.txt": "memory", "hang.txt": "timeout", "odd.txt": "row", "segfault.txt": "crashed",
    }  # fmt: skip
    assert "exit code 7" in refused.loc["crash.txt", "message"]
    assert "SIGSEGV" in refused.loc["segfault.txt", "message"]


def test_a_broken_rule_file_writes_nothing(tmp_path):
    source = write_pages(tmp_path / "in", 1)
    with pytest.raises(ContractError, match=r"mine\.yaml"):
        tiny_build(source, tmp_path / "out", rules=(Path("mine.yaml"),))
    assert not (tmp_path / "out").exists()


def test_inputs_that_are_not_there_write_nothing(tmp_path):
    with pytest.raises(RunError):
        tiny_build(tmp_path / "nowhere", tmp_path / "out")
    (tmp_path / "void").mkdir()
    with pytest.raises(RunError):
        tiny_build(tmp_path / "void", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_large_container_is_shared_out_and_gives_the_same_tables(tmp_path, monkeypatch):
    lines = "".join(json.dumps({"text": page(n), "pad": "x" * 20_000}) + "\n" for n in range(60))
    (tmp_path / "day.jsonl").write_text(lines)
    tiny_build(tmp_path / "day.jsonl", tmp_path / "whole")
    planned = []

    def mapper(edit, shards):
        planned.extend(shards)
        return [edit(shard) for shard in reversed(shards)]

    monkeypatch.setattr(work, "PART_BYTES", 200_000)
    monkeypatch.setattr(sources.split_input, "__defaults__", (16, 200_000))
    monkeypatch.setattr(shards.group_sources, "__kwdefaults__", {"max_bytes": 200_000, "max_inputs": 4})
    build([tmp_path / "day.jsonl"], tmp_path / "parts", settings=replace(TINY, workers=3), mapper=mapper)
    assert len(planned) > 4
    whole, parts = copydesk.load(tmp_path / "whole"), copydesk.load(tmp_path / "parts")
    for table in ("articles", "paragraphs", "quotes", "removals"):
        assert getattr(parts, table).equals(getattr(whole, table))
    assert parts.sources["source_uri"].tolist() == [f"day.jsonl#{n}" for n in range(60)]


def test_records_with_names_of_their_own_are_mapped(tmp_path):
    records = [{"payload": page(number), "teaser": "No page"} for number in range(2)]
    (tmp_path / "day.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    tiny_build(tmp_path / "day.jsonl", tmp_path / "out", map=("text=payload",))
    assert copydesk.load(tmp_path / "out").sources["status"].tolist() == ["article", "article"]


def test_an_out_that_is_not_ours_is_untouched(tmp_path):
    out = write_pages(tmp_path / "thesis", 1)
    with pytest.raises(RunError, match="expected an empty folder"):
        tiny_build(out, out)
    assert [path.name for path in out.iterdir()] == ["page-000.txt"]


def test_a_second_build_into_the_same_out_says_so_and_ends(tmp_path):
    source = write_pages(tmp_path / "in", 1)
    with open_staging(tmp_path / "out", "first"), pytest.raises(RunError, match="another build"):
        tiny_build(source, tmp_path / "out")


def test_the_mapper_is_an_argument_and_may_give_results_in_any_order(pages, built, tmp_path, monkeypatch):
    monkeypatch.setattr(shards.group_sources, "__kwdefaults__", {"max_bytes": 10_000, "max_inputs": 4})
    seen = []

    def backwards(edit, planned):
        for shard in reversed(planned):
            seen.append(shard.number)
            yield edit(shard)

    told = []
    build([pages], tmp_path, settings=TINY, mapper=backwards, progress=lambda *step: told.append(step))
    assert seen == sorted(seen, reverse=True)
    assert len(seen) > 2
    assert tables_of(tmp_path) == tables_of(built[0])
    assert told[-1] == ("publish", 0, 1)
    assert [step for step in told if step[0] == "edit"][-1] == ("edit", 17, 17)


def test_a_mapper_that_loses_a_shard_is_refused(pages, tmp_path):
    with pytest.raises(RunError, match="expected a result for each"):
        build([pages], tmp_path, settings=TINY, mapper=lambda edit, planned: [])
    assert not (tmp_path / "current").exists()


def test_a_shard_may_be_edited_again(pages, tmp_path):
    """As a retried task does."""

    def twice(edit, planned):
        for shard in planned:
            edit(shard)
            yield edit(shard)

    assert build([pages], tmp_path, settings=TINY, mapper=twice).documents == 17


def test_progress_is_told_for_each_document(pages, tmp_path):
    told = []
    build([pages], tmp_path, settings=TINY, progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "edit"] == [("edit", done, 17) for done in range(1, 18)]
    assert [step[0] for step in told[-3:]] == ["assemble", "audit", "publish"]


def sources_of(*sizes: int) -> list[Stored]:
    return [Stored(f"{number:06d}", (), size) for number, size in enumerate(sizes)]


@pytest.mark.parametrize(
    "sizes",
    [(), (5,), (0,) * 40, (10_000,), (1,) * 1_000, (90, 1, 1, 90, 300, 1), tuple(range(200))],
    ids=["none", "one", "empty", "beyond the limit", "many", "mixed", "growing"],
)
def test_each_source_is_in_one_shard_in_its_order_and_within_the_limits(sizes):
    planned = sources_of(*sizes)
    groups = shards.group_sources(planned, max_bytes=100, max_inputs=50)
    assert [source for group in groups for source in group] == planned
    for group in groups:
        assert 1 <= len(group) <= 50
        assert len(group) == 1 or sum(source.bytes for source in group) <= 100


def test_the_last_shards_are_smaller_so_that_workers_end_together():
    for limits in ({"max_bytes": 1_000, "max_inputs": 10**9}, {"max_bytes": 10**9, "max_inputs": 100}):
        sizes = list(map(len, shards.group_sources(sources_of(*[10] * 3_000), **limits)))
        assert sizes[:20] == [100] * 20
        assert sizes == sorted(sizes, reverse=True)
        assert max(sizes[-4:]) == 25


@pytest.mark.parametrize(
    ("options", "mapper", "expected"),
    [
        ({"workers": 3, "shard_inputs": 4}, None, 3),
        ({"workers": 3, "shard_inputs": 500}, None, 1),  # of one shard the others have nothing
        ({"workers": 3, "shard_inputs": 4}, map, 1),  # which has its workers wherever it runs
    ],
    ids=["a worker each", "one shard", "a mapper"],
)
def test_as_many_workers_load_at_once_as_have_work(pages, tmp_path, monkeypatch, options, mapper, expected):
    asked = []
    monkeypatch.setattr(workers, "start", lambda setup, count: asked.append(count))
    build([pages], tmp_path, settings=replace(TINY, **options), mapper=mapper)
    assert asked == [expected]


def test_an_error_in_a_thread_ends_the_run():
    def fail(shard):
        raise RunError(f"no more of {shard}")

    with pytest.raises(RunError, match="no more of 0"):
        list(run_in_threads(2)(fail, [0, 1, 2]))


def test_runs_have_ids_that_sort_by_time():
    ids = [new_run().run_id for _ in range(50)]
    assert len(set(ids)) == 50
    assert [name[:22] for name in ids] == sorted(name[:22] for name in ids)


def test_the_manifest_tells_rows_and_versions(built):
    out, summary = built
    manifest = json.loads((out / "current" / "snapshot.json").read_text())
    assert manifest["run_id"] == summary.run_id
    assert manifest["rows"]["articles"] == 13
    assert manifest["copydesk_version"] == copydesk.__version__
