"""Accounting: whatever the tree, each visible word is in exactly one block, and the blocks keep the page's order."""

from __future__ import annotations

import re
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.extract.html_align import held_blocks
from copydesk.extract.html_blocks import cut_blocks
from copydesk.extract.html_tree import parse_html
from copydesk.extract.visible import visible_text

TAG_NAMES = """
    div p span a b em section article ul li blockquote h2 table tr td figure figcaption button label pre time my-card
    details summary aside nav dl dt dd header footer picture strong small font q sup
"""
TAGS = TAG_NAMES.split()
UNSEEN = ("script", "style", "template", "svg", "iframe", "video")
ATTRIBUTES = (
    "",
    ' class="photo-caption"',
    ' style="display:block"',
    ' href="/x"',
    ' role="button"',
    ' datetime="2031-05-02"',
)

spaces = st.sampled_from(
    ["", " ", "\n  ", "\u00a0", "<br>", "<br><br>", "<br> <br>", "<hr>", "<img src=x>", "<!-- x -->"]
)
words = st.just("\N{SYMBOL FOR NULL}")  # replaced by running words, so that each is unique


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shown = st.tuples(st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), st.lists(children, max_size=4)).map(
        lambda parts: f"<{parts[0]}{parts[1]}>{''.join(parts[2])}</{parts[0]}>"
    )
    unseen = st.sampled_from(UNSEEN).map(lambda tag: f"<{tag}>nobody sees this</{tag}>")
    return st.one_of(shown, shown, shown, unseen)


pages = st.lists(st.recursive(st.one_of(words, spaces), element, max_leaves=40), max_size=6).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pages)
def test_every_visible_word_is_in_one_block_in_order(page: str) -> None:
    numbers = count()
    page = re.sub("\N{SYMBOL FOR NULL}", lambda _: f" word{next(numbers)} ", page)
    html = f"<html><body>{page}<p>end</p></body></html>"
    drafts, _ = cut_blocks(html)
    root = parse_html(html)
    # The parser decides what is inside what: a <tr> loses its table, a <p> ends at a block. Its order is the page's.
    for node in list(root.iter(*UNSEEN)):
        node.text = None
    expected = re.findall(r"word\d+|end", root.text_content())
    found = re.findall(r"word\d+|end|nobody", " ".join(draft.line.text for draft in drafts))
    assert found == expected


@settings(max_examples=200, deadline=None)
@given(pages)
def test_blocks_are_clean_and_their_links_lie_in_place(page: str) -> None:
    drafts, _ = cut_blocks(f"<html><body>{page}<p>end</p></body></html>")
    for draft in drafts:
        line = draft.line
        if draft.kind != "image":
            assert line.text
        assert line.text == visible_text(line.text)
        assert all(line.text[link.char_start : link.char_end] == link.text for link in line.links)


@given(
    st.lists(
        st.sampled_from(["Port", "Quay two", "The ferry left at dawn.", "* * *", "港は開いた。", ""]),
        max_size=12,
    )
)
def test_text_that_is_all_of_the_page_holds_all_its_blocks(texts: list[str]) -> None:
    held = held_blocks(texts, texts)
    assert all(is_held for text, is_held in zip(texts, held, strict=True) if text not in ("* * *", ""))


@given(st.lists(st.text(max_size=20), max_size=10), st.lists(st.text(max_size=20), max_size=10))
def test_alignment_has_an_answer_for_any_text(texts: list[str], lines: list[str]) -> None:
    assert len(held_blocks(texts, lines)) == len(texts)


def test_a_line_that_the_extractor_joined_or_cut_is_found_in_its_blocks() -> None:
    texts = [
        "The ferry left the quay at dawn.",
        "Nobody had told the harbour master.",
        "Advertisement",
        "Late that day it came back.",
    ]
    lines = ["The ferry left the quay at dawn. Nobody had told the harbour master.", "that day it came back."]
    assert held_blocks(texts, lines) == [True, True, False, True]


def test_a_repeated_text_is_held_where_its_neighbours_are() -> None:
    texts = ["Storm", "Home", "Storm", "It blew all night.", "Boats sank.", "Storm"]
    assert held_blocks(texts, ["Storm", "It blew all night.", "Boats sank."]) == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    assert held_blocks(texts, ["It blew all night.", "Boats sank.", "Storm"]) == [
        False,
        False,
        False,
        True,
        True,
        True,
    ]
