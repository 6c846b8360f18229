"""The flow on a Dask cluster: a real scheduler, real workers of which one is killed, input and output on a real S3 server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from fakes.object_store import new_bucket, s3_server

import copydesk as library
from copydesk import pipeline

# Six processes start from nothing: half a minute on an idle machine, minutes on a busy one.
pytestmark = [pytest.mark.server, pytest.mark.xdist_group("cluster"), pytest.mark.timeout(900)]
TABLES = ("articles", "paragraphs", "quotes", "removals", "quote_clusters", "stories", "sources")
PAGES = 24


@pytest.fixture
def s3() -> Iterator[None]:
    with s3_server():
        yield


@pytest.fixture
def cluster(
    s3: None, prefect_api: str, tmp_path: Path
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and its two workers."""
    environment = {**os.environ, "PREFECT_API_URL": prefect_api, "PYTHONPATH": os.pathsep.join(sys.path)}
    note = tmp_path / "scheduler.json"

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--scheduler-file", str(note)]
        log = (tmp_path / f"{words[0]}.log").open("ab")
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path)

    processes = [start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")]
    try:
        workers = [
            start("worker", "--no-nanny", "--nthreads", "1", "--no-dashboard", "--name", name)
            for name in "ab"
        ]
        processes += workers
        deadline = time.monotonic() + 180
        while not note.exists():
            assert time.monotonic() < deadline, "no scheduler"
            time.sleep(0.1)
        yield json.loads(note.read_text())["address"], workers
    finally:
        for process in processes:
            process.kill()
            process.wait()


def story(number: int) -> str:
    return (
        f"<title>Ferry {number} sails again | The Harrow Gazette</title><h1>Ferry {number} sails again</h1>"
        f"<p>The ferry of line {number} sailed again on Monday, after its crew had stayed ashore for {number} weeks over pay.</p>"
        f"<p>“We never wanted to strike for {number} weeks,” said Ilka Dorrin, who speaks for the crews of Port Harrow.</p>"
        "<p>The harbour office said that it would publish a new timetable before the end of the month.</p>"
    )


def test_a_dead_workers_shards_are_done_by_another_and_the_tables_are_those_of_a_local_build(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], prefect_api: str, tmp_path: Path
) -> None:
    address, workers = cluster
    store, bucket = new_bucket()
    (tmp_path / "raw").mkdir()
    for number in range(PAGES):
        page = story(number).encode()
        (tmp_path / "raw" / f"{number:03d}.html").write_bytes(page)
        store.pipe_file(f"{bucket}/raw/{number:03d}.html", page)
    out = f"s3://{bucket}/corpus"
    variables = {
        "PREFECT_API_URL": prefect_api, "COPYDESK_RUNNER": "dask", "COPYDESK_DASK_ADDRESS": address,
        "COPYDESK_SHARD_INPUTS": "3", **{name: os.environ[name] for name in os.environ if name.startswith("AWS_")},
    }  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "build",
        f"s3://{bucket}/raw",
        "--out",
        out,
        "--flow",
        "--json",
    ]
    build = subprocess.Popen(
        command,
        env={**os.environ, **variables},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while build.poll() is None and not store.glob(f"{bucket}/corpus/.store/segments/*"):
            time.sleep(0.1)
        workers[0].kill()
        said, complaints = build.communicate(timeout=600)
    finally:
        build.kill()
    assert build.returncode == 0, complaints
    assert workers[0].poll() is not None
    assert json.loads(said)["documents"] == PAGES
    assert store.exists(f"{bucket}/corpus/report.html")

    pipeline.build([tmp_path / "raw"], tmp_path / "plain")
    ours, theirs = library.load(tmp_path / "plain"), library.load(out)
    for table in TABLES:
        left, right = getattr(ours, table), getattr(theirs, table)
        shared = [name for name in left.columns if name not in ("run_id", "first_seen_at")]
        pd.testing.assert_frame_equal(left[shared], right[shared])
