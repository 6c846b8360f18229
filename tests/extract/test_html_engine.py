"""trafilatura's first stage by itself says what its whole cascade says, on pages of every shape that the cascade parts."""

from __future__ import annotations

import random

import pytest
from trafilatura import bare_extraction

from copydesk.extract.html_engine import main_text
from copydesk.extract.html_tree import parse_html

WORDS = "harbour council ferry bridge velmora tide ledger mayor vote quay winter repair crew signal".split()
NAMES = (
    "article-body post-content entry story sidebar nav menu footer comment comments comment-list commentary "
    "post-comments infinite-scroll mvp-post-add-wrap elementor-share-buttons teaser related widget share-bar "
    "caption content main-content text disqus_thread wrapper row col"
).split()
BLOCKS = (
    "div div div section article p p p p ul ol h2 blockquote table aside form details figure main nav".split()
)


def sentence(dice: random.Random) -> str:
    words = [dice.choice(WORDS) for _ in range(dice.randint(2, 28))]
    return " ".join(words).capitalize() + "."


def element(dice: random.Random, depth: int) -> str:
    tag = dice.choice(BLOCKS)
    names = dice.sample(NAMES, dice.choice((0, 0, 0, 0, 1, 2)))
    attributes = f' class="{" ".join(names)}"' if names else ""
    if dice.random() < 0.05:
        attributes += f' id="{dice.choice(NAMES)}"'
    if tag == "p" or depth > 4:
        text = " ".join(sentence(dice) for _ in range(dice.randint(1, 5)))
        link = f'<a href="/{dice.choice(WORDS)}">{sentence(dice)}</a>' if dice.random() < 0.3 else ""
        return f"<{tag}{attributes}>{text}{link}</{tag}>"
    inner = [element(dice, depth + 1) for _ in range(dice.randint(0, 6))]
    if tag in ("ul", "ol"):
        inner = [f"<li>{item}</li>" for item in inner]
    if tag == "table":
        inner = [f"<tr><td>{cell}</td><td>{sentence(dice)}</td></tr>" for cell in inner]
    if tag in ("h2", "figure"):
        inner = [sentence(dice)]
    return f"<{tag}{attributes}>{''.join(inner)}</{tag}>"


def page(seed: int) -> str:
    dice = random.Random(seed)
    body = "".join(element(dice, 0) for _ in range(dice.randint(3, 12)))
    forum = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
    script = forum if seed % 9 == 0 else "<script>let comment = 1;</script>"
    return f"<html><head><title>Page</title><style>p {{}}</style></head><body>{script}{body}</body></html>"


@pytest.mark.parametrize("seeds", [range(start, start + 50) for start in (0, 50, 100)], ids=str)
def test_the_first_stage_alone_gives_what_the_whole_cascade_gives(seeds: range) -> None:
    for seed in seeds:
        html = page(seed)
        whole = bare_extraction(parse_html(html), fast=True, include_comments=False)
        expected = (whole.text or "") if whole is not None else ""
        blocks = html.count("<")
        assert main_text(parse_html(html), html, blocks=blocks, prose_chars=0) == expected, seed


def test_a_page_of_which_little_is_found_gets_the_standard_mode() -> None:
    html = (
        "<html><body>"
        + "<div><span>Nothing here is a paragraph of any length.</span></div>" * 3
        + "</body></html>"
    )
    fast = main_text(parse_html(html), html, blocks=3, prose_chars=0)
    thorough = main_text(parse_html(html), html, blocks=3, prose_chars=10_000)
    whole = bare_extraction(parse_html(html), include_comments=False)
    assert thorough == ((whole.text if whole is not None else "") or fast)
