"""The scratch database of the corpus step."""

from __future__ import annotations

import duckdb

from copydesk.corpus.store import open_store


def test_memory_is_shared_by_two_threads_however_many_cores_there_are(tmp_path, monkeypatch):
    # Each thread sorts in memory of its own: on a machine of 64 cores 20,000 articles found no room.
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda config: connect(config={"threads": 64, **config}))
    with open_store(tmp_path) as database:
        assert database.execute("SELECT current_setting('threads')").fetchone() == (2,)
