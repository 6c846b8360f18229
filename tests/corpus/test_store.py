"""The scratch database of the corpus step."""

from __future__ import annotations

import duckdb
import pytest

from copydesk.corpus import store
from copydesk.corpus.store import open_store
from copydesk.errors import RunError

MANY = "SELECT range AS number, hash(range) AS key FROM range(400_000)"


def test_memory_is_shared_by_two_threads_however_many_cores_there_are(tmp_path, monkeypatch):
    # Each thread sorts in memory of its own: on a machine of 64 cores 20,000 articles found no room.
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda config: connect(config={"threads": 64, **config}))
    with open_store(tmp_path) as database:
        assert database.rows("SELECT current_setting('threads')") == [(2,)]


def test_a_statement_that_finds_no_memory_is_run_again_with_more_and_only_once(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "MEGABYTES", 3)
    limit = "SELECT current_setting('memory_limit')"
    with open_store(tmp_path) as database:
        before = database.rows(limit)
        database.run("CREATE TABLE many (number BIGINT, key UBIGINT)")
        database.run(f"INSERT INTO many {MANY}")
        listed = database.rows("SELECT len(list(key)), sum(number) FROM many")
        assert listed == [(400_000, 399_999 * 200_000)]
        assert (before, database.rows(limit) == before) == ([("2.8 MiB",)], False)


def test_what_finds_no_memory_at_all_ends_with_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "MEGABYTES", 3)
    monkeypatch.setattr(store, "MOST_MEGABYTES", 3)
    with (
        pytest.raises(RunError, match="comparing documents: expected room to work, found: Out of Memory"),
        open_store(tmp_path) as database,
    ):
        database.run(f"CREATE TABLE many AS {MANY}")
        database.rows("SELECT list(key) FROM many")
