"""Text dumps as blocks: every visible line once, at its place."""

import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import ExtractError
from copydesk.extract import extract
from copydesk.extract.visible import visible_text
from copydesk.records import Limits, RawPage

RAW = RawPage("a.txt", "a.txt", b"")
SENTENCE = (
    "The old bridge at Velmora was opened again on Thursday after two years of work, the city council said. "
)


def blocks(text, **limits):
    return extract(text, "text", RAW, Limits(**limits)).blocks


def texts(text):
    return [block.text for block in blocks(text)]


def test_a_line_is_a_block_with_the_blank_lines_above_it():
    found = blocks("Headline\n\n\nBy Ana Brook\nParis\n")
    assert [(b.number, b.text, b.blank_before) for b in found] == [
        (0, "Headline", 0),
        (1, "By Ana Brook", 2),
        (2, "Paris", 0),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f", "\v", "\u2028", "\u2029", "\x85"])
def test_every_line_end_ends_a_line(end):
    text = end.join(["  One\u00a0line ", "", "two"])
    found = blocks(text)
    assert [b.text for b in found] == ["One line", "two"]
    assert [text[b.source_start : b.source_end] for b in found] == ["One\u00a0line", "two"]


def test_prose_broken_at_a_width_is_put_together_and_other_lines_are_not():
    paragraphs = [SENTENCE * 4, "She did not say more. " + SENTENCE * 3, SENTENCE * 5]
    text = "Bridge opens again\nBy Ana Brook\n\n" + "\n\n".join(textwrap.fill(p, 72) for p in paragraphs)
    assert texts(text) == ["Bridge opens again", "By Ana Brook", *(p.strip() for p in paragraphs)]


def test_lines_that_are_paragraphs_stay_apart_however_long_they_are():
    lines = [
        SENTENCE.strip(),
        "The mayor was there.",
        "few said a word about it afterwards, as she recalls",
    ] * 6
    assert texts("\n".join(lines)) == lines


def test_bullets_leave_the_text_and_dashes_and_numbers_stay():
    found = blocks(
        "• One\n• Two\n\n  * Three\n    * * Four\n\n"
        "- A dash, he says.\n- Another, she says.\n\n1. First\n2. Second\n\n* Names changed."
    )
    assert [(b.kind, b.text) for b in found] == [
        ("list_item", "One"),
        ("list_item", "Two"),
        ("list_item", "Three"),
        ("list_item", "Four"),
        ("list_item", "- A dash, he says."),
        ("list_item", "- Another, she says."),
        ("list_item", "1. First"),
        ("list_item", "2. Second"),
        ("paragraph", "* Names changed."),
    ]


def test_lone_marks_are_visible_text_too():
    assert texts("a\n* * *\n•\n-----") == ["a", "* * *", "•", "-----"]


def test_cells_between_tabs_are_rows_and_a_stray_tab_is_not():
    assert [b.kind for b in blocks("Team\tPoints\nHarrow\t3\n\nProse with\ta tab.")] == [
        "table_row",
        "table_row",
        "paragraph",
    ]


def test_printed_urls_are_links():
    (block,) = blocks("See https://harrow.example/a_(b), please.")
    assert [(link.text, link.url) for link in block.links] == [("https://harrow.example/a_(b)",) * 2]
    assert block.text[block.links[0].char_start : block.links[0].char_end] == block.links[0].text


def test_nothing_visible_and_too_much_are_faults():
    with pytest.raises(ExtractError, match="found none"):
        blocks("\u200b\n\ufeff")
    with pytest.raises(ExtractError, match="at most 10 blocks") as fault:
        blocks("a\n" * 11, max_blocks=10)
    assert fault.value.code == "too-many-blocks"


def test_ten_million_characters_take_seconds():
    begin = time.process_time()
    for text in (SENTENCE * 100_000, "* " * 2_000_000, "a https://" * 500_000, "1. " * 1_000_000):
        assert blocks(text, max_block_chars=len(text))
    assert time.process_time() - begin < 20


def test_a_block_without_end_is_refused_whatever_the_line_ends():
    with pytest.raises(ExtractError, match="at most 1000000 characters, found one of 1200000") as fault:
        blocks("word " * 240_000)
    assert fault.value.code == "block-too-long"
    assert len(blocks(("A line of a dump, as long as lines are.\r\r") * 30_000)) == 30_000


LINES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Cs"]), max_size=90),
    max_size=30,
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_visible_character_is_in_exactly_one_block(lines, end):
    text = end.join([*lines, "end"])
    found = blocks(text)
    at = 0
    for block in found:
        assert block.source_start >= at
        assert not any(c.isalnum() for c in text[at : block.source_start])
        at = block.source_end
        assert visible_text(text[block.source_start : at]) == block.text
    assert not visible_text(text[at:])
    shown = "".join(block.text for block in found)
    assert [c for c in shown if c.isalnum()] == [c for c in text if c.isalnum()]
