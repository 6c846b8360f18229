"""Main content told from the blocks is what trafilatura takes, on pages of every shape that its rules part."""

from __future__ import annotations

import random
import time

import pytest
from trafilatura import bare_extraction

from copydesk.extract.html_align import held_blocks
from copydesk.extract.html_blocks import cut_blocks
from copydesk.extract.html_content import LEAST_CHARS, find_content
from copydesk.extract.html_main import is_forum, main_marks
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
    """A story with boxes of any kind between and around its paragraphs."""
    dice = random.Random(seed)
    story = [f"<p>{sentence(dice)} {sentence(dice)}</p>" for _ in range(dice.randint(4, 20))]
    for _ in range(dice.randint(0, 8)):
        story.insert(dice.randint(0, len(story)), element(dice, 4))
    frame = dice.choice(("article", "div class='article-body'", "main", "section class='story-body'"))
    inner = f"<{frame}><h1>{sentence(dice)}</h1>{''.join(story)}</{frame.split()[0]}>"
    before, after = (
        "".join(element(dice, 4) for _ in range(dice.randint(0, 6))) for _ in ("before", "after")
    )
    return f"<html><head><title>Page</title></head><body>{before}{inner}{after}</body></html>"


def marks(html: str) -> dict[str, bool]:
    """The texts of a page's blocks, and whether they are main content."""
    drafts, landmarks = cut_blocks(html)
    found = main_marks(html, drafts, forum=is_forum(landmarks))
    return {draft.line.text: mark for draft, mark in zip(drafts, found, strict=True)}


@pytest.mark.parametrize("seeds", [range(start, start + 50) for start in (0, 50, 100)], ids=str)
def test_what_is_told_from_the_blocks_is_what_the_whole_cascade_takes(seeds: range) -> None:
    differing = judged = 0
    for seed in seeds:
        html = page(seed)
        whole = bare_extraction(parse_html(html), fast=True, include_comments=False)
        drafts, _ = cut_blocks(html)
        lines = ((whole.text or "") if whole is not None else "").split("\n")
        expected = held_blocks([draft.line.text for draft in drafts], lines)
        content = find_content(drafts)
        if content.chars >= max(LEAST_CHARS, content.page_chars / 5):  # else it goes on to other means
            differing += sum(a != b for a, b in zip(expected, content.marks, strict=True))
            judged += len(drafts)
    assert judged > 1_000
    assert differing < 0.03 * judged


STORY = "".join(
    f"<p>{'The ferry kept to its hours all winter, whatever the ice did. ' * 4}{n}</p>" for n in range(4)
)


def taken(inside: str, *, around: str = "{}") -> list[str]:
    """The other texts of a page with a story that are taken."""
    story = f"<div class='article-body'>{STORY}{inside}</div>"
    html = f"<html><body>{around.format(story)}</body></html>"
    found = marks(html)
    assert all(mark for text, mark in found.items() if text.startswith("The ferry"))
    return [text for text, mark in found.items() if mark and not text.startswith("The ferry")]


@pytest.mark.parametrize(
    "inside",
    [
        "<h2>What the harbour says</h2><p>Nothing so far.</p>",
        "<ul><li>Three ferries</li><li>Two crews</li></ul>",
        "<blockquote><div>We will sail on Monday.</div></blockquote>",
        "<table><tr><td>Monday</td><td>Three</td></tr></table>",
        "<p>The council <a href='/c'>met on Friday</a> and found no money for a second boat this year.</p>",
        "<div>Above the break<br><br>Below the break.</div>",
        "<figure class='wp-table'><table><tr><td>Monday</td><td>Three</td></tr></table></figure>",
        "<div><ul><li>Three ferries</li></ul>What follows a list is a paragraph.</div>",
        f"<ul><li><p><a href='/1'>{'A long line of the list ' * 6}</a></p></li><li><p>{'Prose. ' * 40}</p></li></ul>",
    ],
)
def test_paragraphs_headings_lists_quotes_tables_and_what_line_breaks_part_are_taken(inside: str) -> None:
    assert taken(inside)


@pytest.mark.parametrize(
    "inside",
    [
        "<aside><p>Read this as well.</p></aside>",
        "<div class='newsletter'><p>The harbour in your mail, each morning.</p></div>",
        "<figure><figcaption>A ferry at its quay</figcaption></figure>",
        "<div class='photo-caption'><p>A ferry at its quay</p></div>",
        "<div class='teaser-box'><p>How the bridge was built</p></div>",
        "<div><p><a href='/1'>Bridge</a></p><p><a href='/2'>Crews</a></p><p><a href='/3'>Tide</a></p></div>",
        "<ul><li><a href='/1'>Bridge</a></li><li><a href='/2'>Tides</a></li></ul>",
        "<form><p>Your address, please.</p></form>",
        "<div class='comments'><p>I was there, and it was cold.</p></div>",
        "<div>A box without a paragraph</div>",
        "<div>Above the bar<div class='share-bar'>Share</div>below it</div>",
        "<h2>A heading of nothing</h2>",
    ],
)
def test_furniture_teasers_links_forms_and_trailing_headings_are_left(inside: str) -> None:
    assert taken(inside) == []


def test_a_form_around_the_whole_page_is_none() -> None:
    assert taken("", around="<form><nav><p>Home</p></nav>{}</form>") == []


def test_furniture_that_is_nearly_all_of_the_story_is_none() -> None:
    html = f"<article><div class='widget'>{STORY}</div><p>Ends here.</p></article>"
    assert all(marks(html).values())


def test_without_a_frame_paragraphs_are_taken_wherever_they_stand() -> None:
    html = f"<html><body><table><tr><td><h2>Harbour</h2>{STORY}</td></tr></table><div>Box</div></body></html>"
    assert {text for text, mark in marks(html).items() if not mark} == {"Box"}


def test_without_a_frame_what_line_breaks_part_is_a_menu() -> None:
    menu = "<div>Home of the ferry<br>News of the harbour<br>Contact the council</div>"
    found = marks(f"<html><body>{menu}{STORY}</body></html>")
    assert [text for text, mark in found.items() if not mark] == [
        "Home of the ferry",
        "News of the harbour",
        "Contact the council",
    ]


def test_where_trafilatura_gives_nothing_what_the_blocks_tell_stays() -> None:
    forum = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
    wide = "<div>" + "<i>x</i>" * 10_001 + "</div>"  # so wide that it is not asked
    found = marks(f"<html><body>{forum}<article>{STORY}</article>{wide}</body></html>")
    assert all(mark for text, mark in found.items() if text.startswith("The ferry"))


def test_where_paragraphs_are_few_the_text_of_boxes_is_taken() -> None:
    boxes = STORY.replace("<p>", "<div>").replace("</p>", "</div>")
    assert all(marks(f"<html><body><article>{boxes}</article></body></html>").values())


def test_teasers_are_taken_where_nearly_nothing_else_is() -> None:
    short = "<p>The ferry kept to its hours all winter, whatever the ice did on the river.</p>" * 4
    html = f"<html><body><article>{short}<div class='teaser'>{STORY * 3}</div></article></body></html>"
    assert all(marks(html).values())


def test_trafilatura_is_asked_only_where_next_to_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def ask(root: object, *, fast: bool) -> str:
        asked.append(fast)
        return "Nothing here is a paragraph of any length." if fast else "Nor here."

    monkeypatch.setattr("copydesk.extract.html_main.main_text", ask)
    marks(f"<html><body><article>{STORY}</article></body></html>")
    assert asked == []
    short = "<html><body><p>Nothing here is a paragraph of any length.</p></body></html>"
    assert asked == [] and list(marks(short).values()) == [True]
    assert asked == [True]
    asked.clear()
    links = "".join(
        f"<div><span>Loose words, {'long ' * 90} and none of them a paragraph</span></div>" for _ in range(9)
    )
    marks(f"<html><body>{links}</body></html>")
    assert asked == [False]
    asked.clear()
    marks(f"<html><body><p>A DiscussionForumPosting is not one by its name.</p>{links}</body></html>")
    assert asked == [False]
    asked.clear()
    said = '<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
    marks(f"<html><head>{said}</head><body>{links}</body></html>")
    assert asked == [True, False]


def test_a_page_of_which_little_is_found_gets_the_standard_mode() -> None:
    """The fast mode finds the first article alone, the standard one the story beside it."""
    short = "<p>The harbour office is closed on Mondays, whatever the weather may be on the river.</p>" * 4
    html = f"<html><body><article>{short}</article><div>{STORY * 4}</div></body></html>"
    texts = [draft.line.text for draft in cut_blocks(html)[0]]
    by_mode = []
    for fast in (True, False):
        whole = bare_extraction(parse_html(html), fast=fast, include_comments=False)
        assert whole is not None and whole.text
        by_mode.append(held_blocks(texts, whole.text.split("\n")))
    assert by_mode[0] != by_mode[1]
    drafts, _ = cut_blocks(html)
    assert main_marks(html, drafts) == by_mode[1]


def test_deep_and_wide_pages_cost_no_more_than_their_size() -> None:
    prose = STORY + "".join(f"<p>Boat {number} sailed.</p>" for number in range(20_000))
    links = "".join(f"<div class='c{n}'><a href='/{n}'>Link {n}</a></div>" for n in range(20_000))
    forms = "".join(f"<div><form><p>Boat {number}?</p></form></div>" for number in range(20_000))
    for html in (
        "<div class='story'>" * 1_500 + prose + "</div>" * 1_500,
        "<div class='infinite-scroll'>" * 1_500 + prose + "<h1>Boats</h1>" + "</div>" * 1_500,
        f"<article>{links}{STORY}</article>",
        f"<article>{STORY}</article>{forms}",
        f"<article class='post-content'>{STORY}</article>" * 3_000,
    ):
        drafts, _ = cut_blocks(f"<html><body>{html}</body></html>")
        started = time.process_time()
        assert find_content(drafts).chars > LEAST_CHARS
        assert time.process_time() - started < 3
