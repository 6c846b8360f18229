"""Pages are cut while they are parsed, one after the other by the same parser: none shows in the next, and nothing stays."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest

from copydesk.errors import ExtractError
from copydesk.extract.html_blocks import MAX_DEPTH, cut_blocks

UNCLOSED = "<html><head><title>Quay</title><body><div hidden><table><tr><td><b><q><figure><img src='a.jpg'><p>Left open"
PLAIN = "<html><body><h1>Ferry sails</h1><p>It left <a href='/quay'>the quay</a> at dawn.</p></body></html>"


def cut(html: str) -> list[tuple[str, str, int, bool, bool, int]]:
    drafts, _ = cut_blocks(html)
    return [
        (
            draft.line.text,
            draft.kind,
            draft.frame.number,
            draft.frame.hidden,
            draft.line.bold,
            len(draft.line.links),
        )
        for draft in drafts
    ]


def test_a_page_that_leaves_everything_open_shows_nothing_in_the_next() -> None:
    alone = cut(PLAIN)
    left_open = cut(UNCLOSED)
    assert cut(PLAIN) == alone
    assert cut(UNCLOSED) == left_open
    _, landmarks = cut_blocks(PLAIN)
    assert landmarks.names == ["html", "h1"]
    assert landmarks.text_at(1) == "Ferry sails"


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<div>" * (MAX_DEPTH + 1) + "deep", "too-deep"),
        ("<p>a" * 50_001, "too-many-blocks"),
        ("<a " + " ".join(f"a{n}=''" for n in range(10_100)) + ">", "too-many-attributes"),
        ("", "no-markup"),
    ],
    ids=["deep", "blocks", "attributes", "empty"],
)
def test_a_page_that_is_refused_shows_nothing_in_the_next(html: str, code: str) -> None:
    alone = cut(PLAIN)
    with pytest.raises(ExtractError) as refused:
        cut(html)
    assert refused.value.code == code
    assert cut(PLAIN) == alone


def test_as_deep_as_allowed_is_cut() -> None:
    [draft] = cut_blocks("<div>" * (MAX_DEPTH - 2) + "deep")[0]  # <html> and <body> are around them
    assert draft.line.text == "deep"


def test_a_page_that_was_cut_leaves_no_garbage() -> None:
    cut(PLAIN)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            cut(PLAIN)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_pages_may_be_cut_in_threads() -> None:
    pages = [PLAIN.replace("dawn", f"{hour} o'clock") for hour in range(24)] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(cut, pages)) == list(map(cut, pages))
