"""Containers read in parts, and read on behind a record that took its reader with it."""

import gzip
import io
import json
import random
import tarfile
import zipfile
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copydesk.read import find_inputs, read_pages, split_input
from copydesk.records import Limits

LIMITS = Limits()
STORIES = [f"The ferry of day {n} sails. {random.Random(n).randbytes(900).hex()}" for n in range(300)]


def jsonl(stories):
    return "".join(json.dumps({"text": story}) + "\n" for story in stories).encode()


def warc(stories):
    return b"".join(
        b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(story), story.encode())
        for story in stories
    )


def zipped(stories):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, story in enumerate(stories):
            archive.writestr(f"{number:03d}.txt", story)
        archive.writestr("more.jsonl", jsonl(stories[:40]))
    return file.getvalue()


def tarred(stories):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        members = [(f"{n:03d}.txt", story.encode()) for n, story in enumerate(stories)]
        for name, content in [*members, ("more.jsonl", jsonl(stories[:40]))]:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def parquet(stories):
    file = io.BytesIO()
    pq.write_table(pa.table({"text": stories}), file, row_group_size=20)
    return file.getvalue()


KINDS = {
    "a.jsonl": jsonl,
    "b.jsonl.gz": lambda stories: gzip.compress(jsonl(stories)),
    "c.warc": warc,
    "d.warc.gz": lambda stories: b"".join(gzip.compress(warc([story])) for story in stories),
    "e.zip": zipped,
    "f.tar": tarred,
    "g.tar.gz": lambda stories: gzip.compress(tarred(stories)),
    "h.parquet": parquet,
    "damaged.warc.gz": lambda stories: gzip.compress(warc(stories))[:-20_000] + b"noise" * 9000,
    "one.txt": lambda stories: "\n".join(stories).encode(),
    "empty.jsonl": lambda stories: b"\n" * 600_000,
}  # fmt: skip


@pytest.fixture(params=KINDS)
def item(request, tmp_path):
    (tmp_path / request.param).write_bytes(KINDS[request.param](STORIES))
    (found,) = find_inputs([str(tmp_path)])
    return found


def test_the_parts_of_a_file_give_its_pages_once_and_in_order(item):
    whole = list(read_pages(item, LIMITS))
    for max_bytes in (item.bytes, 100_000, 20_000):
        parts = split_input(item, part_bytes=max_bytes)
        assert 1 <= len(parts) <= 16
        assert sum(part.span_bytes for part in parts) == item.bytes
        pages = [list(read_pages(part, LIMITS)) for part in parts]
        assert [page for part in pages for page in part] == whole
        # One gzip around it all is held back up to some megabytes, which is all of so small a file.
        if (
            item.uri in ("a.jsonl", "c.warc", "d.warc.gz", "e.zip", "f.tar", "h.parquet")
            and max_bytes == 100_000
        ):
            assert sum(map(bool, pages)) > len(parts) / 2  # the work is shared, not only split


def test_reading_goes_on_behind_any_place(item):
    def read(behind=()):
        opened, passed = [], []
        pages = read_pages(
            item, LIMITS, behind, lambda uri, place: opened.append((uri, place)), lambda: passed.append(1)
        )
        found = [(page, opened[-1]) for page in pages]
        assert len(passed) >= (behind[0] if behind else 0)
        return found

    whole = read()
    assert len({place for _, (_, place) in whole}) == len(whole)
    for number in {0, 1, len(whole) // 2, len(whole) - 1} & set(range(len(whole))):
        assert read(whole[number][1][1]) == whole[number + 1 :]


def test_a_lost_part_has_a_name_that_nothing_else_has(item):
    names = {part.lost_uri for part in split_input(item, part_bytes=20_000)}
    assert len(names) == len(split_input(item, part_bytes=20_000))
    assert replace(item, unread=None).lost_uri == item.uri
    assert names.isdisjoint(page.source_uri for page in read_pages(item, LIMITS))
