"""copydesk.load: tables of one snapshot as DataFrames."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest
from fakes.newsdesk import tiny_build, write_pages
from fakes.snapshots import publish_numbered

import copydesk
from copydesk.check.contracts import SNAPSHOT_TABLES, TABLES, load_contract
from copydesk.errors import RunError


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("load")
    tiny_build(write_pages(root / "in", 4), root / "out")
    return root / "out"


def test_every_table_with_its_columns(built):
    tables = copydesk.load(built)
    assert tables._fields == TABLES
    for table in TABLES:
        frame = getattr(tables, table)
        assert list(frame.columns) == [column.name for column in load_contract(table).columns]
    assert len(tables.articles) == 4
    assert len(tables.runs) == 1


def test_quotes_can_be_cut_out_of_their_articles(built):
    articles, quotes = copydesk.load(built, tables=["articles", "quotes"])
    texts = articles.set_index("article_id")["text"]
    assert len(quotes) == 4
    for quote in quotes.itertuples():
        assert texts[quote.article_id][quote.char_start : quote.char_end] == quote.text


def test_some_tables_and_some_columns(built):
    tables = copydesk.load(built, tables="articles", columns={"articles": ["headline", "article_id"]})
    assert tables._fields == ("articles",)
    assert list(tables.articles.columns) == ["headline", "article_id"]


def test_an_older_snapshot_by_name(tmp_path):
    for number in (1, 2):
        publish_numbered(tmp_path, number)
    assert copydesk.load(tmp_path, tables=["sources"]).sources["run_id"].tolist() == ["run-0002"]
    older = copydesk.load(tmp_path, tables=["sources", "runs"], snapshot="run-0001")
    assert older.sources["run_id"].tolist() == ["run-0001"]
    assert older.runs["run_id"].tolist() == ["run-0001", "run-0002"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tables": ["pages"]}, "expected a table .* found 'pages'"),
        ({"columns": {"articles": ["title"]}}, "expected a column of articles .* found 'title'"),
        ({"tables": ["quotes"], "columns": {"articles": ["text"]}}, "expected a table that is loaded"),
        ({"snapshot": "yesterday"}, "expected a snapshot called 'yesterday'"),
    ],
)
def test_what_is_not_there_is_told(built, options, message):
    with pytest.raises(RunError, match=message):
        copydesk.load(built, **options)


def test_a_folder_without_tables_is_told(tmp_path):
    with pytest.raises(RunError, match="found nothing"):
        copydesk.load(tmp_path / "nowhere")
    with pytest.raises(RunError, match="did not make"):
        copydesk.load(tmp_path)
    (tmp_path / ".copydesk.json").write_text('{"layout": 1}')
    with pytest.raises(RunError, match="no tables have been published"):
        copydesk.load(tmp_path)


def test_a_damaged_snapshot_is_told(tmp_path):
    publish_numbered(tmp_path, 1)
    (tmp_path / "current" / "quotes.parquet").unlink()
    with pytest.raises(RunError, match=r"quotes\.parquet"):
        copydesk.load(tmp_path)


def test_unique_keeps_one_article_of_each_group_and_what_belongs_to_it(built, monkeypatch):
    import pandas as pd

    from copydesk import tables as module

    read = module._LocalRoot.read

    def grouped(root, table, columns=None):
        frame = read(root, table, columns)
        if table == "articles" and "duplicate_group" in frame:
            frame["duplicate_group"] = pd.Series(["g", "g", None, None], dtype="str")
        return frame

    monkeypatch.setattr(module._LocalRoot, "read", grouped)
    everything, unique = copydesk.load(built), copydesk.load(built, unique=True)
    assert len(unique.articles) == len(everything.articles) - 1 == 3
    for table in ("paragraphs", "quotes", "removals"):
        assert set(getattr(unique, table)["article_id"]) == set(unique.articles["article_id"])
    assert len(unique.sources) == len(everything.sources)
    slim = copydesk.load(built, tables=["quotes"], columns={"quotes": ["text"]}, unique=True)
    assert len(slim.quotes) == 3


def test_readers_see_one_snapshot_while_builds_go_on(tmp_path):
    publish_numbered(tmp_path, 0)
    script = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from pathlib import Path\n"
        "from fakes.snapshots import publish_numbered\n"
        f"for number in range(1, 10_000): publish_numbered(Path({str(tmp_path)!r}), number, keep=2)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", script])
    try:
        seen = set()
        for _ in range(200):
            tables = copydesk.load(tmp_path, tables=[*SNAPSHOT_TABLES])
            seen.add(tables.sources["run_id"].item())
        assert len(seen) > 3
        assert writer.poll() is None
    finally:
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()


def test_threads_may_load_at_the_same_time(built):
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(copydesk.load(built).articles))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [4, 4, 4, 4]


def test_importing_copydesk_loads_nothing_heavy():
    script = (
        "import sys, copydesk; print(sorted({'pandas', 'pyarrow', 'yaml', 'pydantic'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd="/")
    assert said.stdout.strip() == "[]"
