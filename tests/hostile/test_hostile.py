"""Hostile inputs beside sound ones, in whole builds: all are accounted for, and nothing of them gets out.

`HOSTILE=all` adds those that take seconds each: bombs, pages of millions of elements, lines of 50 MB.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from fakes.processes import tree_of

from copydesk.read.uris import PLAIN_CHARACTERS
from hostile.corpus import FAMILIES, all_inputs
from hostile.kit import Input, write_corpus

TREE_BYTES = 2_000_000_000
CPU_SECONDS = 540
BY_CHANCE = {"run_id", "first_seen_at"}
IN_COMPANY = {"duplicate_group", "duplicate_kind", "story_id", "cluster_id"}  # what other documents decide
UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

pytestmark = [
    pytest.mark.timeout(1200),
    pytest.mark.xdist_group("hostile"),
    pytest.mark.skipif(sys.platform != "linux", reason="made of /proc, pipes and names of any byte"),
]


@dataclass(frozen=True)
class Built:
    out: Path
    inputs: tuple[Input, ...]
    rows: dict[str, list[dict[str, Any]]]  # of sources, by the uri of the input
    peak_bytes: int
    cpu_seconds: float
    left: list[int]  # processes
    said: str


def copydesk(*arguments: object, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        env={**os.environ, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="surrogateescape",
    )


def build_watched(inputs: tuple[Input, ...], folder: Path) -> Built:
    write_corpus(folder / "in", inputs)
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    log = folder / "log.txt"
    with log.open("wb") as stdout:
        build = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "build", folder / "in", "--out", folder / "out", "--workers", "2", "--json"],
            stdout=stdout,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        peak, seen = 0, set()
        while build.poll() is None:
            tree = tree_of(build.pid)
            seen |= tree.keys()
            peak = max(peak, sum(tree.values()))
            time.sleep(0.05)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = log.read_text(errors="surrogateescape")
    assert build.returncode == 0, said[-3000:]
    rows = defaultdict(list)
    for row in pq.read_table(folder / "out" / "sources.parquet").to_pylist():
        rows[row["source_uri"].split("#")[0]].append(row)
    left = [pid for pid in seen if Path(f"/proc/{pid}").exists()]
    return Built(
        folder / "out",
        inputs,
        dict(rows),
        peak,
        ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime,
        left,
        said,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    wanted = all_inputs() if os.environ.get("HOSTILE") == "all" else [i for i in all_inputs() if not i.heavy]
    assert len(wanted) > 500
    return build_watched(tuple(wanted), tmp_path_factory.mktemp("hostile"))


def uri_of(item: Input) -> str:
    return quote(os.fsencode(item.path), safe=PLAIN_CHARACTERS)


def rows_of(item: Input, built: Built) -> list[dict[str, Any]]:
    uri = uri_of(item)
    inside = [row for at, rows in built.rows.items() if at.startswith(f"{uri}/") for row in rows]
    return built.rows.get(uri, []) + inside


@pytest.mark.parametrize("family", FAMILIES)
def test_every_input_is_accounted_for_as_what_it_is(built, family):
    paths = {item.path for item in FAMILIES[family].inputs()}
    faults = []
    for item in (item for item in built.inputs if item.path in paths):
        rows = rows_of(item, built)
        if (item.rows is None and not rows) or item.rows not in (None, len(rows)):
            faults.append(f"{item.path!r}: expected {item.rows} rows, found {len(rows)}")
        for row in rows:
            found = "/".join(filter(None, (row["status"], row["error"])))
            if not re.fullmatch(item.outcome, found):
                faults.append(f"{item.path!r}: expected {item.outcome}, found {found}: {row['message']}")
    assert not faults


def test_every_row_is_of_one_input_and_its_message_one_printable_line(built):
    every = [row for rows in built.rows.values() for row in rows]
    assert len({row["source_uri"] for row in every}) == len(every)
    known = [uri_of(item) for item in built.inputs]
    roots = {
        uri for uri in built.rows if uri not in known and not uri.startswith(tuple(f"{k}/" for k in known))
    }
    assert not roots
    for row in every:
        assert row["source_uri"].isascii() and row["source_uri"].isprintable()
        if row["status"] in ("quarantined", "skipped"):
            assert row["stage"] and row["error"] and row["message"], row["source_uri"]
        assert row["message"] is None or (row["message"].isprintable() and len(row["message"]) <= 300)
        # a class name would be a fault of ours
        assert row["error"] is None or row["error"] == row["error"].lower(), row


def test_the_build_stays_within_its_bounds_and_leaves_nothing_behind(built):
    assert built.peak_bytes < TREE_BYTES
    assert built.cpu_seconds < CPU_SECONDS
    assert not built.left
    assert not (built.out / ".staging").exists()


def test_sound_news_comes_out_as_if_it_lay_alone(built, tmp_path):
    controls = tuple(item for item in built.inputs if item.control)
    assert len(controls) > 20
    alone = build_watched(controls, tmp_path)
    for table in ("sources", "articles", "paragraphs", "quotes", "removals"):
        assert _of_controls(built.out, table) == _of_controls(alone.out, table), table


def _of_controls(out: Path, table: str) -> list[dict[str, Any]]:
    sources = pq.read_table(out / "sources.parquet").to_pylist()
    ids = {row["article_id"] for row in sources if row["source_uri"].startswith("controls/")}
    rows = pq.read_table(out / f"{table}.parquet").to_pylist()
    return [
        {name: value for name, value in row.items() if name not in BY_CHANCE | IN_COMPANY}
        for row in rows
        if row.get("source_uri", "").startswith("controls/")
        or (table != "sources" and row["article_id"] in ids)
    ]


def test_nothing_that_a_page_says_reaches_the_terminal_or_the_report_as_a_command(built):
    assert not UNPRINTED.search(built.said)
    assert json.loads(built.said[built.said.index("\n{") if "\n{" in built.said else 0 :])["documents"] > 500
    commands = [("quotes", built.out), ("rules", built.out), ("inspect", built.out, "--label", "caption")]
    commands += [
        ("inspect", built.out, uri) for uri in ("escapes/00.html", "escapes/02.txt", "escapes/15.txt")
    ]
    running = [copydesk(*command, FORCE_COLOR="", COLUMNS="100") for command in commands]
    for command, process in zip(commands, running, strict=True):
        said, _ = process.communicate()
        assert process.returncode == 0, said[-1000:]
        assert len(said) > 200
        assert not UNPRINTED.search(said), (command, UNPRINTED.search(said))
    assert copydesk("report", built.out).wait() == 0
    page = (built.out / "report.html").read_text()
    for markup in ("<script>alert(1)", "<img src=x", "<svg onload", 'href="javascript:', "href='javascript:"):
        assert markup not in page, markup
