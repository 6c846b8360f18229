"""What holds of every document that goes over the desk, whatever is in it: the promises of the README, as properties."""

from __future__ import annotations

import gzip
import random
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fakes import stories
from fakes.stories import Document, as_dump
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import desk
from copydesk.check.contracts import SNAPSHOT_TABLES
from copydesk.extract import extract
from copydesk.pipeline import build
from copydesk.read.decode import decode
from copydesk.read.sniff import sniff
from copydesk.records import RawPage, Run
from copydesk.rows import PageRows

SAMPLE = Path(__file__).parents[1] / "data" / "raw" / "sample"
CASES = Path(__file__).parent / "cases"
RUN = Run("properties", datetime(2025, 1, 1, tzinfo=UTC), copydesk_version="test", rules_version="test")
BEFORE_BLOCKS = ("read", "extract")  # stages at which a document has no blocks yet


@cache
def edited(document: Document) -> PageRows:
    """Cached, since the same document gives the same rows: that is a property below."""
    return fresh(document)


def fresh(document: Document) -> PageRows:
    return desk.edit(raw_page(document), RUN, desk.load_kit())


def raw_page(document: Document) -> RawPage:
    return RawPage(document.name, document.name, document.text.encode())


def kept_pages() -> list[Path]:
    """The documents of the sample and of the golden cases, without those that are known to lose text."""
    sample = (path for path in SAMPLE.rglob("*") if path.name.endswith((".txt", ".md", ".html", ".html.gz")))
    cases = (path for path in CASES.rglob("input.*") if path.parent.parent.name != "known_failures")
    return sorted(path for path in (*sample, *cases) if path.name != "README.md")


def loaded(path: Path) -> Document:
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    return Document(path.name.removesuffix(".gz"), decode(content, None).text)


def label_of(path: Path) -> str:
    return path.parent.name if path.stem == "input" else path.name


every_kept_page = pytest.mark.parametrize("path", kept_pages(), ids=label_of)


# ---------------------------------------------------------------- accounting
def assert_each_block_has_one_place(document: Document) -> None:
    rows = edited(document)
    assert not (rows.source.message or "").startswith("unexpected"), rows.source.message
    if rows.source.stage in BEFORE_BLOCKS:
        assert not rows.paragraphs
        assert not rows.removals
        return
    text = decode(document.text.encode(), None).text
    page = extract(text, sniff(text, document.name, None), raw_page(document), RUN.limits)
    places = [(row.block, row.text) for row in (*rows.paragraphs, *rows.removals)]
    assert sorted(places) == [(number, block.text) for number, block in enumerate(page.blocks)]


@given(stories.documents)
def test_each_block_of_a_story_is_a_paragraph_or_a_removal_once(document: Document) -> None:
    assert_each_block_has_one_place(document)


@given(stories.hostile)
def test_each_block_of_whatever_was_pasted_is_a_paragraph_or_a_removal_once(document: Document) -> None:
    assert_each_block_has_one_place(document)


@every_kept_page
def test_each_block_of_a_kept_page_is_a_paragraph_or_a_removal_once(path: Path) -> None:
    assert_each_block_has_one_place(loaded(path))


# ---------------------------------------------------------------- round trip
def assert_spans_give_the_text_back(document: Document) -> None:
    rows = edited(document)
    if rows.article is None:
        assert not rows.paragraphs
        assert not rows.quotes
        return
    text = rows.article.text
    for row in (*rows.paragraphs, *rows.quotes):
        assert text[row.char_start : row.char_end] == row.text != ""
    assert text == desk.PARAGRAPH_BREAK.join(row.text for row in rows.paragraphs)
    assert not any(desk.PARAGRAPH_BREAK in row.text for row in rows.paragraphs)
    homes = {row.paragraph_id: row for row in rows.paragraphs}
    for quote in rows.quotes:
        home = homes[quote.paragraph_id]
        assert home.char_start <= quote.char_start < quote.char_end <= home.char_end


@given(stories.documents)
def test_every_span_of_a_story_gives_its_text_back(document: Document) -> None:
    assert_spans_give_the_text_back(document)


@given(stories.hostile)
def test_every_span_of_whatever_was_pasted_gives_its_text_back(document: Document) -> None:
    assert_spans_give_the_text_back(document)


@every_kept_page
def test_every_span_of_a_kept_page_gives_its_text_back(path: Path) -> None:
    assert_spans_give_the_text_back(loaded(path))


# ---------------------------------------------------------------- a cleaned text, cleaned again
def lost_when_cleaned_again(document: Document) -> list[str]:
    """Paragraphs of a cleaned document that a second cleaning of headline and text takes away."""
    once = edited(document)
    if once.article is None:
        return []
    again = edited(as_dump(once.article.headline, tuple(row.text for row in once.paragraphs)))
    kept = [row.text for row in again.paragraphs]
    return [row.text for row in once.paragraphs if row.text not in kept]


@given(stories.headlines, stories.bodies)
def test_nothing_is_lost_of_a_clean_story(headline: str, body: tuple[str, ...]) -> None:
    kept = [row.text for row in edited(as_dump(headline, body)).paragraphs]
    assert [text for text in body if text not in kept] == []


@given(stories.documents)
def test_a_cleaned_story_cleaned_again_loses_nothing(document: Document) -> None:
    assert lost_when_cleaned_again(document) == []


@every_kept_page
def test_a_cleaned_page_cleaned_again_loses_nothing(path: Path) -> None:
    assert lost_when_cleaned_again(loaded(path)) == []


# ---------------------------------------------------------------- order
@given(st.lists(stories.documents, min_size=2, max_size=4, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_a_document_does_not_know_which_came_before_it(
    documents: list[Document], luck: random.Random
) -> None:
    expected = {document: fresh(document) for document in documents}
    luck.shuffle(documents)
    assert {document: fresh(document) for document in documents} == expected


@pytest.mark.xdist_group("sample")
def test_the_order_of_files_changes_no_table(tmp_path: Path) -> None:
    """The same files named one by one in another order, and laid down in another order."""
    files = [path for path in SAMPLE.rglob("*") if path.is_file()]
    run = replace(RUN, started_at=datetime(2025, 1, 1, tzinfo=UTC))
    outs = []
    for seed in (1, 2):
        random.Random(seed).shuffle(files)
        raw, out = tmp_path / f"raw-{seed}", tmp_path / f"out-{seed}"
        for path in files:
            target = raw / path.relative_to(SAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        folders = sorted({path.parent for path in raw.rglob("*.*")} - {raw})
        random.Random(seed).shuffle(folders)
        build(folders, out, run=run)
        outs.append(out)
    for table in SNAPSHOT_TABLES:
        first, second = (pq.read_table(out / f"{table}.parquet") for out in outs)
        assert first.num_rows == second.num_rows
        assert first.equals(second), table
