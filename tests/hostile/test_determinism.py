"""The same documents give the same tables: in any order, place, time zone, locale and number of workers, in one run or in several."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes.tables import rows_of

from hostile.encodings import LINES
from hostile.kit import Story, story
from hostile.records import response

pytestmark = [pytest.mark.xdist_group("hostile"), pytest.mark.timeout(900)]

LATE = story("late", 7)


def documents() -> dict[str, bytes]:
    """News of every form, with equal content, two editions of one URL, copies, several scripts, and what is refused."""
    found: dict[str, bytes] = {}
    for number in range(5):
        told = story(f"same-{number}")
        found[f"pages/{number}.html"] = told.html(head=_head(number)).encode()
        found[f"dumps/{number}.txt"] = _dated(story(f"dump-{number}"), number).encode()
    for script in ("cyrillic", "japanese", "turkish", "arabic"):
        found[f"scripts/{script}.txt"] = (
            f"{LINES[script][:60]}\n\n{LINES[script]}\n\n{story(script).text}\n".encode()
        )
    found["twin.html"] = found["pages/1.html"]
    found["edition.html"] = story("same-2", 6).html(head=_head(2)).encode()
    found["copy.txt"] = (
        "Another headline of our own\n\n" + "\n\n".join(story("dump-3").paragraphs[1:])
    ).encode()
    found["TITLE İstanbul.txt"] = story("upper").dump.upper().encode()
    found["refused.txt"] = b"\0" * 100
    found["menu.html"] = b"<ul><li><a href=/>Home</a></li></ul>"
    records = [{"url": f"https://nordlicht.example/{n}", "text": story(f"record-{n}").dump} for n in range(4)]
    found["box.jsonl"] = "".join(json.dumps(record) + "\n" for record in records).encode()
    pages = [response(f"https://tarn-observer.example/{n}", story(f"crawl-{n}").html()) for n in range(4)]
    found["crawl.warc.gz"] = b"".join(gzip.compress(page, mtime=0) for page in pages)
    found["_meta.json"] = json.dumps({"outlet": "Castrel Courier", "zone": "America/St_Johns"}).encode()
    return found


def _head(number: int) -> str:
    return (
        f'<link rel=canonical href="https://harrow-gazette.example/{number}">'
        f'<meta property="article:published_time" content="2024-05-0{number + 1}T23:30:00">'
    )


def _dated(told: Story, number: int) -> str:
    return f"{told.headline}\n\n{told.byline}\n\nMay {number + 1}, 2024 11:4{number} PM\n\n{told.text}\n"


def write(folder: Path, names: list[str], *, age: int = 0) -> Path:
    content = documents()
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[name])
        os.utime(path, (1_500_000_000 + age, 1_500_000_000 + age))
    return folder


def build(
    source: Path | str, out: Path, *options: str, workers: int = 1, cwd: Path | None = None, **variables: str
) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "build",
        str(source),
        "--out",
        str(out),
        "--workers",
        str(workers),
        "--quiet",
        *options,
    ]
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": path, **variables},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return rows_of(out)


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("expected")
    rows = build(write(folder / "in", sorted(documents())), folder / "out", PYTHONHASHSEED="0", TZ="UTC")
    assert len(rows["articles"]) > 18
    assert {row["status"] for row in rows["sources"]} == {"article", "duplicate", "superseded", "quarantined"}
    assert any(row["duplicate_group"] for row in rows["articles"])
    return rows


VARIANTS: dict[str, dict[str, Any]] = {
    "east-of-all-zones-in-turkish": {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
    "west-without-a-locale": {"TZ": "America/Adak", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONHASHSEED": "77", "workers": 2},
    "optimised-and-on-one-core": {"TZ": "Asia/Kathmandu", "PYTHONOPTIMIZE": "1", "PYTHONHASHSEED": "4000000000", "OMP_NUM_THREADS": "1", "workers": 3},
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_machine_around_a_build_changes_nothing(expected, tmp_path, variant):
    names = sorted(documents())
    random.Random(variant).shuffle(names)
    source = write(tmp_path / "elsewhere" / "in", names, age=random.Random(variant).randrange(10**8))
    (tmp_path / "cwd").mkdir()
    found = build("../elsewhere/in", tmp_path / "out", cwd=tmp_path / "cwd", **VARIANTS[variant])
    assert differences(expected, found) == {}
    assert source.is_dir()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_corpus_that_came_bit_by_bit_is_the_one_that_came_at_once(expected, tmp_path, seed):
    names = sorted(set(documents()) - {"_meta.json"})
    rng = random.Random(seed)
    rng.shuffle(names)
    cuts = sorted(rng.sample(range(1, len(names)), 2))
    source, out = write(tmp_path / "in", ["_meta.json"]), tmp_path / "out"
    found: dict[str, Any] = {}
    for part in (names[: cuts[0]], names[cuts[0] : cuts[1]], names[cuts[1] :]):
        found = build(write(source, part), out, PYTHONHASHSEED=str(seed))
    assert differences(expected, found) == {}
    # The other way round: what is taken away again leaves no trace.
    for name in ("pages/3.html", "copy.txt", "crawl.warc.gz"):
        (source / name).unlink()
    pruned = build(source, out, "--prune")
    if seed == 1:
        shutil.copytree(source, tmp_path / "less" / "in")
        assert differences(build(tmp_path / "less" / "in", tmp_path / "less" / "out"), pruned) == {}


def differences(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The first row of each table that differs, as columns with both values."""
    told: dict[str, Any] = {}
    for table, rows in expected.items():
        if len(rows) != len(found[table]):
            told[table] = f"{len(rows)} rows, found {len(found[table])}"
            continue
        for row, other in zip(rows, found[table], strict=True):
            if row != other:
                told[table] = {name: (row[name], other[name]) for name in row if row[name] != other[name]}
                break
    return told
