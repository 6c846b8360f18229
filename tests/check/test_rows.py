"""Records, through tuples and Arrow and Parquet, and back."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.check.contracts import load_contract
from copydesk.check.rows import rows_table, values_table
from copydesk.records import Contributor, Hyperlink, Photo
from copydesk.rows import ArticleRow, ParagraphRow, SourceRow

TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
MAYBE = st.none() | TEXT
INSTANTS = st.none() | st.datetimes(
    min_value=datetime(1800, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)

ARTICLES = st.builds(
    ArticleRow,
    source_format=st.sampled_from(["html", "text", "markdown"]),
    authors=st.lists(TEXT, max_size=3).map(tuple),
    contributors=st.lists(st.builds(Contributor, TEXT, TEXT), max_size=2).map(tuple),
    tags=st.lists(TEXT, max_size=3).map(tuple),
    images=st.lists(st.builds(Photo, MAYBE, MAYBE, MAYBE, MAYBE), max_size=2).map(tuple),
    links=st.lists(st.builds(Hyperlink, TEXT, TEXT), max_size=2).map(tuple),
    field_sources=st.lists(st.tuples(TEXT, TEXT), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    published_precision=st.none() | st.just("minute"),
    updated_precision=st.none(),
    published_zone_source=st.none() | st.just("explicit"),
    updated_zone_source=st.none(),
    duplicate_kind=st.none(),
    **dict.fromkeys(("published_at", "updated_at", "fetched_at"), INSTANTS),
    **dict.fromkeys(
        ("article_id", "source_uri", "content_sha256", "text", "copydesk_version", "rules_version"), TEXT
    ),
    **{name: st.integers(0, 2**62) for name in ("word_count", "paragraph_count", "quote_count")},
    removed_share=st.floats(0, 1),
)


def back(table: pa.Table, record: type) -> list:
    nested = {"contributors": Contributor, "images": Photo, "links": Hyperlink}
    rows = []
    for row in table.to_pylist():
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
        for name, kind in nested.items():
            if name in values:
                values[name] = tuple(kind(**item) for item in values[name])
        rows.append(record(**values))
    return rows


@given(st.lists(ARTICLES, max_size=4))
def test_articles_come_back_from_parquet_as_they_went(rows):
    table = rows_table("articles", rows)
    assert table.schema == load_contract("articles").arrow_schema
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    assert back(pq.read_table(pa.BufferReader(sink.getvalue())), ArticleRow) == rows


def test_an_empty_table_has_all_columns():
    table = rows_table("quotes", [])
    assert table.num_rows == 0
    assert table.schema == load_contract("quotes").arrow_schema


def test_a_null_in_a_column_that_is_never_null_is_refused():
    row = [None] * len(fields(ParagraphRow))
    with pytest.raises(pa.ArrowInvalid, match="paragraph_id"):
        values_table([tuple(row)], load_contract("paragraphs").arrow_schema)


def test_a_lone_surrogate_does_not_reach_a_table():
    values = ("\ud800", *[None] * (len(fields(SourceRow)) - 1))
    with pytest.raises(UnicodeEncodeError):
        values_table([values], load_contract("sources").arrow_schema)
