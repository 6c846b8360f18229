"""Parquet of records: one page a row, and what a damaged or strange file costs."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copydesk.read import find_inputs, read_pages
from copydesk.records import Limits, RawPage, Unread

STORY = "The bridge at Castrel opened again on Friday."


def read_all(path, mappings=(), **limits):
    (item,) = find_inputs([str(path)], mappings)
    return list(read_pages(item, Limits(**limits)))


def write(path, rows_per_group=2, **columns):
    pq.write_table(pa.table(columns), path, row_group_size=rows_per_group)
    return path


def test_each_row_is_a_page_with_its_hints(tmp_path):
    path = write(
        tmp_path / "day.parquet",
        id=[1, 2, 3],
        html=["<p>" + STORY, None, "<p>Three"],
        content=["not this", STORY, "nor this"],
        title=["Bridge opens", None, None],
        author=[["Ilka Dorrin", "Amadeo Lindqvist"], [], None],
        date=[date(2024, 5, 2), None, None],
        crawled_at=[datetime(2024, 5, 2, 6, tzinfo=UTC)] * 3,
    )
    pages = read_all(path)
    assert [page.source_uri for page in pages] == [f"day.parquet#{n}" for n in range(3)]
    assert [page.content for page in pages] == [b"<p>" + STORY.encode(), STORY.encode(), b"<p>Three"]
    assert [page.declared_format for page in pages] == ["html", None, "html"]
    said = pages[0].sidecar
    assert (said.headline, said.authors) == ("Bridge opens", ("Ilka Dorrin", "Amadeo Lindqvist"))
    assert (said.published, said.fetched_at) == ("2024-05-02", datetime(2024, 5, 2, 6, tzinfo=UTC))


def test_content_tells_the_format_and_bytes_are_decoded_like_a_files(tmp_path):
    path = write(tmp_path / "pages", html=pa.array(["<meta charset=latin-1><p>Zo\xeb".encode("latin-1")]))
    (page,) = read_all(path)
    assert page.content == "<meta charset=latin-1><p>Zo\xeb".encode("latin-1")
    assert page.declared_encoding is None


def test_rows_without_a_page_and_a_file_without_a_column_say_so(tmp_path):
    path = write(tmp_path / "a.parquet", text=["one", " ", None, "x" * 50], url=["u"] * 4)
    pages = read_all(path, max_bytes=20)
    assert [page.code if isinstance(page, Unread) else "page" for page in pages] == [
        "page", "empty", "empty", "too-large",
    ]  # fmt: skip
    assert pages[2].message == "row 2: expected text that is not blank, found 'text', 'url'"
    (unread,) = read_all(write(tmp_path / "b.parquet", tokens=[1]))
    assert (unread.code, unread.message) == ("record", "expected a column html or text, found 'tokens'")
    (unread,) = read_all(write(tmp_path / "c.parquet", text=pa.array([], pa.string())))
    assert (unread.source_uri, unread.code) == ("c.parquet", "empty")


def test_damage_costs_its_row_group_and_a_cut_file_one_row(tmp_path):
    path = write(tmp_path / "a.parquet", text=[f"{STORY} {n}" * 200 for n in range(6)])
    sound = path.read_bytes()
    column = pq.ParquetFile(path).metadata.row_group(1).column(0)
    at = (column.dictionary_page_offset or column.data_page_offset) + 5
    path.write_bytes(sound[:at] + b"\xff" * 200 + sound[at + 200 :])
    pages = read_all(path)
    assert [page.source_uri for page in pages if isinstance(page, RawPage)] == [
        f"a.parquet#{n}" for n in (0, 1, 4, 5)
    ]
    (lost,) = [page for page in pages if isinstance(page, Unread)]
    assert (lost.source_uri, lost.code) == ("a.parquet#?2-3", "damaged")
    path.write_bytes(sound[:-20])
    (unread,) = read_all(path)
    assert (unread.source_uri, unread.code) == ("a.parquet", "damaged")


@pytest.mark.parametrize("value", [b"\xff\xfe\xfd", None])
def test_a_value_that_is_no_text_costs_its_own_row(tmp_path, value):
    text = pa.Array.from_buffers(pa.string(), 2, pa.array([value or b"", b"two"]).buffers())
    pages = read_all(write(tmp_path / "a.parquet", text=text))
    assert [type(page) for page in pages] == [Unread, RawPage]
    assert pages[0].source_uri == "a.parquet#0"
