"""Sidecars: nearest first, wrong keys named, good ones used."""

import json
import os
from datetime import UTC, datetime

import pytest

from copydesk.read import find_inputs, read_pages, sidecar_warnings
from copydesk.read.sidecar import read_sidecars
from copydesk.records import Limits, Sidecar


def write(path, **values):
    path.write_text(json.dumps(values))
    return str(path)


def test_the_nearer_sidecar_wins_key_by_key(tmp_path):
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "a.html.gz").write_bytes(b"<p>x</p>")
    write(tmp_path / "_meta.json", outlet="The Harrow Gazette", zone="Europe/London", language="en")
    write(tmp_path / "day" / "_meta.json", language="en-GB")
    write(
        tmp_path / "day" / "a.html.meta.json",
        url="https://harrow.example/a",
        fetched_at="2024-05-02T08:00:00+02:00",
    )
    (item,) = find_inputs([str(tmp_path)])
    (page,) = read_pages(item, Limits())
    assert page.sidecar == Sidecar(
        url="https://harrow.example/a",
        outlet="The Harrow Gazette",
        zone="Europe/London",
        language="en-GB",
        fetched_at=datetime(2024, 5, 2, 6, tzinfo=UTC),
    )
    assert sidecar_warnings([item]) == ()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("url", "harrow.example/a", "http or https"),
        ("zone", "CET+1", "IANA"),
        ("zone", "../../etc/passwd", "IANA"),
        ("zone", "Europe", "IANA"),
        ("language", "english language", "language tag"),
        ("fetched_at", "2024-05-02T08:00:00", "with its zone"),
        ("fetched_at", 1714600000, "expected"),
        ("outlet", ["a"], "expected text"),
        ("authors", [1], "expected text"),
        ("oulet", "x", 'did you mean "outlet"'),
    ],
)
def test_a_wrong_entry_is_named_and_the_rest_is_used(tmp_path, key, value, told):
    path = write(tmp_path / "a.meta.json", headline="Bridge  reopens", **{key: value})
    sidecar, (warning,) = read_sidecars((path,))
    assert sidecar == Sidecar(headline="Bridge reopens")
    assert warning.startswith(f"{path}: ") and key in warning and told in warning and "\n" not in warning


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000, b'"x"'])
def test_a_sidecar_that_is_no_object_is_one_warning(tmp_path, content):
    (tmp_path / "a.meta.json").write_bytes(content)
    sidecar, warnings = read_sidecars((str(tmp_path / "a.meta.json"),))
    assert sidecar == Sidecar() and len(warnings) == 1


def test_a_folders_wrong_sidecar_is_told_once(tmp_path):
    write(tmp_path / "_meta.json", zone="Nowhere/Land")
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("x")
    assert len(sidecar_warnings(find_inputs([str(tmp_path)]))) == 1


def test_one_author_or_several(tmp_path):
    assert read_sidecars((write(tmp_path / "1.meta.json", authors="Ana Brook"),))[0].authors == ("Ana Brook",)
    assert read_sidecars((write(tmp_path / "2.meta.json", authors=["A B", "C D"]),))[0].authors == (
        "A B",
        "C D",
    )


def test_a_sidecar_that_is_a_pipe_keeps_nobody_waiting(tmp_path):
    (tmp_path / "a.txt").write_text("news")
    os.mkfifo(tmp_path / "a.txt.meta.json")
    (warning,) = sidecar_warnings(find_inputs([str(tmp_path)]))
    assert warning.endswith("expected a readable sidecar: it is a named pipe")


def test_thousands_of_wrong_keys_and_a_name_of_escapes_are_one_short_line(tmp_path):
    (tmp_path / "a\x1b[31m\n.txt").write_text("news")
    (tmp_path / "a\x1b[31m\n.txt.meta.json").write_text(json.dumps({f"key{n}": 1 for n in range(5000)}))
    (warning,) = sidecar_warnings(find_inputs([str(tmp_path)]))
    assert warning.isprintable()
    assert len(warning) < 2000
    assert warning.endswith("and 4992 more")
