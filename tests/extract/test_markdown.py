"""Markdown as blocks: plain text with links, images of their own, offsets into the source."""

import textwrap
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.extract import extract
from copydesk.extract.markdown_inline import read_inline
from copydesk.records import Limits, RawPage

RAW = RawPage("a.md", "a.md", b"")
SENTENCE = (
    "The old bridge at Velmora was opened again on Thursday after two years of work, the city council said. "
)


def blocks(text):
    return extract(text, "markdown", RAW, Limits(max_blocks=10**6)).blocks


def shape(text):
    return [(b.kind, b.text) for b in blocks(text)]


def test_lines_that_stand_alone_below_a_headline_stay_apart():
    found = blocks(
        "# Bridge opens\n**The Harrow Gazette**\n**2024-05-02 10:00**\nhttps://harrow.example/a_(b)\n\nProse."
    )
    assert [(b.kind, b.level, b.bold, b.text) for b in found] == [
        ("heading", 1, False, "Bridge opens"),
        ("paragraph", 0, True, "The Harrow Gazette"),
        ("paragraph", 0, True, "2024-05-02 10:00"),
        ("paragraph", 0, False, "https://harrow.example/a_(b)"),
        ("paragraph", 0, False, "Prose."),
    ]


def test_soft_wrapped_prose_is_one_paragraph():
    text = "\n\n".join(textwrap.fill(SENTENCE * n, 72) for n in (3, 4, 5))
    assert [t for _, t in shape(text)] == [(SENTENCE * n).strip() for n in (3, 4, 5)]


def test_a_hard_break_ends_a_block_and_a_link_may_run_over_a_line():
    assert [t for _, t in shape("Ana Brook  \nHarrow\n\nsee [the long\nstory](/s) here")] == [
        "Ana Brook",
        "Harrow",
        "see the long story here",
    ]


def test_images_are_blocks_of_their_own_with_url_and_alt():
    found = blocks(
        "![A *long* bridge](https://h.example/x:q(80)/a.jpg)\n\n[![Logo](l.png)](/home) Prose goes on ![tail](t.png)"
    )
    assert [(b.kind, b.text, b.image and b.image.url) for b in found] == [
        ("image", "A long bridge", "https://h.example/x:q(80)/a.jpg"),
        ("image", "Logo", "l.png"),
        ("paragraph", "Prose goes on", None),
        ("image", "tail", "t.png"),
    ]
    assert found[1].links[0].url == "/home"


def test_structure_keeps_its_kinds():
    text = "Sub\n===\n\n> said\n> so\n\n* a\n  * b\n    *       * [c](/c)\n"
    text += (
        "\n| T | P |\n|---|---|\n| H | **3** |\n\n```\ncode x\n```\n\n* * *\n\n<div>raw <b>html</b></div>\n"
    )
    assert shape(text) == [
        ("heading", "Sub"),
        ("blockquote", "said so"),
        ("list_item", "a"),
        ("list_item", "b"),
        ("list_item", "c"),
        ("table_row", "T | P"),
        ("table_row", "H | 3"),
        ("preformatted", "code x"),
        ("paragraph", "raw html"),
    ]


def test_front_matter_is_lines_to_be_read_and_a_rule_is_not_front_matter():
    text = "---\ntitle: Bridge opens\nauthor: Ana Brook\n---\nProse."
    assert shape(text) == [
        ("preformatted", "title: Bridge opens"),
        ("preformatted", "author: Ana Brook"),
        ("paragraph", "Prose."),
    ]
    assert shape("---\n\nProse.\n\n---\n\nMore.") == [("paragraph", "Prose."), ("paragraph", "More.")]


def test_text_below_the_parsers_depth_is_not_lost():
    assert [t for _, t in shape("- " * 40 + "deep\n\nafter")] == ["deep", "after"]
    assert [t for _, t in shape(">" * 40 + " deep")] == ["deep"]


def test_scripts_and_comments_show_nothing_and_definitions_neither():
    text = "<script>\nvar a = 1;\n</script>\n\n<!-- hidden\nlines -->\n\nSee [map][1].\n\n[1]: https://h.example/map\n"
    (block,) = blocks(text)
    assert (block.text, block.links[0].url) == ("See map.", "https://h.example/map")


@pytest.mark.parametrize(
    ("source", "text", "links"),
    [
        ("**Bold:**no snake_case_word *it* 5 * 3", "Bold:no snake_case_word it 5 * 3", []),
        ("\\*kept\\* &amp; `co*d*e` ~~old~~", "*kept* & co*d*e old", []),
        (
            '[a](/a_(b) "t") [b](</c d>) [c][d] <https://e.example>',
            "a b c https://e.example",
            ["/a_(b)", "/c d", "/ref", "https://e.example"],
        ),
        ("[open (x ![y **z", "[open (x ![y **z", []),
        ("[x [y](/1) z](/2)", "x y z", ["/2", "/1"]),
        ("__ Share [ ](/s)", "Share", []),
    ],
)
def test_inline_marks_become_plain_text(source, text, links):
    inline = read_inline(source, {"D": "/ref"})
    assert (inline.text, [link.url for link in inline.links]) == (text, links)
    assert all(inline.text[link.char_start : link.char_end] == link.text for link in inline.links)


BAITS = [
    "[",
    "![a](",
    "**a*",
    "*a ",
    "<",
    "[a](<",
    "![[",
    "[](",
    "<!--",
    "`a``b",
    "_a*",
    "](x)",
    '[a]( "',
    "- ",
    "> ",
    "|a",
    "# ",
    "&",
    "[a]: b\n",
    "* a\n",
]


@pytest.mark.parametrize("bait", BAITS)
def test_hostile_input_takes_linear_time(bait):
    begin = time.process_time()
    blocks(bait * (60_000 // len(bait)) + "\nend")
    assert time.process_time() - begin < 5


MARKDOWN = st.lists(
    st.sampled_from(
        [
            "a",
            "Velmora ",
            "*",
            "**",
            "_",
            "[",
            "](",
            ")",
            "![",
            "\n",
            "\n\n",
            "# ",
            "> ",
            "- ",
            "1. ",
            "`",
            "|",
            "---",
            " ",
            "https://h.example/x",
            "```",
            "~~",
            "\\",
            "    ",
        ]
    ),
    max_size=60,
)


@given(MARKDOWN)
def test_block_text_is_found_in_order_in_its_span_and_spans_count_up(parts):
    source = "".join(parts) + "\n\nend"
    found = blocks(source)
    assert [b.number for b in found] == list(range(len(found)))
    for block in found:
        rest = iter(source[block.source_start : block.source_end])
        assert all(sign in rest for sign in block.text if not sign.isspace() and sign != "|"), (source, block)
        for link in block.links:
            assert block.text[link.char_start : link.char_end] == link.text
    assert found[-1].text.endswith("end")


@given(
    st.lists(
        st.sampled_from(
            ["Velmora", "bridge", "*opens*", "**again**", "# ", "> ", "- ", "\n", "\n\n", " ", "_said_"]
        ),
        max_size=40,
    )
)
def test_no_word_is_lost_or_doubled(parts):
    source = " ".join(parts) + "\n\nend"
    words = [w.strip("*_#>- ") for w in source.split()]
    shown = " ".join(b.text for b in blocks(source)).split()
    assert [w.strip("*_") for w in shown if w.strip("*_#>-")] == [w for w in words if w]
