"""JSON Lines: one page a record, and one row for each line that is none."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from backports import zstd

from copydesk.read import find_inputs, read_pages
from copydesk.records import Limits, RawPage, Unread

STORY = "The bridge at Castrel opened again on Friday."


def read_all(folder, content, name="records.jsonl", **limits):
    (folder / name).write_bytes(content)
    return [page for item in find_inputs([str(folder)]) for page in read_pages(item, Limits(**limits))]


def lines(*records):
    return "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in records).encode()


def test_each_record_is_a_page_with_its_hints(tmp_path):
    record = {
        "URL": "https://harrow.example/bridge",
        "title": "Bridge opens",
        "author": [{"name": "Ilka Dorrin"}, "Amadeo Lindqvist"],
        "date": "2 May 2024",
        "publisher": {"name": "The Harrow Gazette"},
        "lang": "en",
        "fetched-at": "2024-05-02T08:00:00+02:00",
        "html": "<p>" + STORY,
        "text": "not this",
    }
    page, other = read_all(tmp_path, lines(record, {"content": STORY, "crawled_at": 1714629600000}))
    assert (page.source_uri, page.content, page.declared_format) == (
        "records.jsonl#0",
        ("<p>" + STORY).encode(),
        "html",
    )
    said = page.sidecar
    assert (said.url, said.headline, said.published) == (record["URL"], "Bridge opens", "2 May 2024")
    assert (said.authors, said.outlet, said.language) == (
        ("Ilka Dorrin", "Amadeo Lindqvist"),
        "The Harrow Gazette",
        "en",
    )
    assert said.fetched_at == other.sidecar.fetched_at == datetime(2024, 5, 2, 6, tzinfo=UTC)
    assert (other.source_uri, other.content) == ("records.jsonl#1", STORY.encode())


def test_a_bad_line_costs_its_own_row(tmp_path):
    pages = read_all(
        tmp_path,
        lines(
            {"text": "one"}, '{"text": "cut', "", "[1]", {"id": 7}, {"text": "  "}, "{" * 200_000,
            '{"text": 1' + "1" * 5000 + "}", {"text": "two"},
        ),
    )  # fmt: skip
    assert [page.source_uri for page in pages] == [f"records.jsonl#{n}" for n in range(8)]
    assert [page.content for page in pages if isinstance(page, RawPage)] == [b"one", b"two"]
    unread = [page for page in pages if isinstance(page, Unread)]
    assert [page.code for page in unread] == ["record", "record", "record", "empty", "record", "record"]
    assert (
        unread[0].message.startswith("line 2:")
        and unread[2].message == "line 5: expected html or text, found 'id'"
    )


def test_a_record_over_the_limit_costs_its_own_row(tmp_path):
    pages = read_all(
        tmp_path, lines({"text": "x" * 500}, {"text": "x" * 90}, {"text": "x" * 150}), max_bytes=100
    )
    assert [getattr(page, "code", "read") for page in pages] == ["too-large", "read", "too-large"]


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstd.compress)])
def test_packed_records_are_read(tmp_path, suffix, pack):
    pages = read_all(tmp_path, pack(lines({"text": "one"}, {"text": "two"})), f"day.jsonl.{suffix}")
    assert [page.content for page in pages] == [b"one", b"two"]


def test_behind_a_damaged_member_reading_goes_on(tmp_path):
    members = [
        gzip.compress(lines({"text": f"{day} one"}, {"text": f"{day} two"})) for day in ("mon", "tue", "wed")
    ]
    pages = read_all(tmp_path, members[0] + members[1][:-15] + members[2])
    assert [page.content for page in pages if isinstance(page, RawPage)][:2] == [b"mon one", b"mon two"]
    assert sum(isinstance(page, Unread) and page.code == "damaged" for page in pages) == 1
    assert pages[-1].content == b"wed two"


def test_a_cut_file_says_so(tmp_path):
    packed = gzip.compress(lines({"text": "one"}, {"text": "two"}))
    assert read_all(tmp_path, packed[:-10])[-1].code == "damaged"


@pytest.mark.parametrize("name", ["a.json", "a.txt", "a"])
def test_lines_of_records_are_known_by_what_they_are(tmp_path, name):
    pages = read_all(tmp_path, lines({"text": "one"}, "broken", {"text": "two"}), name)
    assert len(pages) == 3


@pytest.mark.parametrize(
    "content", ['{"text": "one"}', '{\n "text": "one"\n}', '{"a": 1}\nwas all that he wrote.\nOn Friday.']
)
def test_one_json_document_or_a_text_that_begins_like_one_is_no_container(tmp_path, content):
    (page,) = read_all(tmp_path, content.encode(), "a.json")
    assert page.source_uri == "a.json"


def test_a_file_of_another_kind_named_so_is_a_page(tmp_path):
    (page,) = read_all(tmp_path, b"<html><p>The bridge opened.</p></html>", "a.jsonl")
    assert page.source_uri == "a.jsonl"


def test_one_record_in_a_file_named_so_is_a_record(tmp_path):
    (page,) = read_all(tmp_path, b'\xef\xbb\xbf{"text": "one \\ud83c"}')
    assert (page.source_uri, page.content) == ("records.jsonl#0", "one \ufffd".encode())


def test_sidecars_say_what_the_record_does_not(tmp_path):
    (tmp_path / "_meta.json").write_text('{"outlet": "The Harrow Gazette", "language": "en"}')
    first, second = read_all(tmp_path, lines({"text": "eins", "lang": "de"}, {"text": "two", "lang": "??"}))
    assert (first.sidecar.outlet, first.sidecar.language) == ("The Harrow Gazette", "de")
    assert second.sidecar.language == "en"
