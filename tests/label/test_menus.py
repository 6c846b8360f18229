"""Runs of short links and lines far from the story are set aside, named, and put back in their places."""

from __future__ import annotations

from dataclasses import replace

from copydesk.extract.html import extract_html
from copydesk.label import label
from copydesk.label.menus import FAR, find_menus, set_menus_aside
from copydesk.label.rules import load_rules
from copydesk.records import Block, Labelled, Link, Page
from copydesk.steps import finish

RULES = load_rules()
STORY = "".join(
    f"<p>The council of Velmora voted on the harbour wall for the {n}th time, and the engineers said that it would hold.</p>"
    for n in range(4, 12)
)
MENU = ("Home", "Politics", "Sport", "Harbour", "Opinion", "Weather")


def linked(text: str, **fields: object) -> Block:
    return Block(0, text, "list_item", links=(Link(text, "/x", 0, len(text)),), main=False, **fields)  # type: ignore[arg-type]


def numbered(*blocks: Block) -> tuple[Block, ...]:
    return tuple(replace(block, number=number) for number, block in enumerate(blocks))


def menu(*texts: str) -> str:
    return "<ul>" + "".join(f'<li><a href="/{t}">{t}</a></li>' for t in texts) + "</ul>"


def labelled(body: str) -> dict[str, Labelled]:
    page = finish(extract_html(f"<html><body>{body}</body></html>", "page.html"))
    found = label(page, RULES)
    assert [item.block for item in found] == list(page.blocks)
    return {item.block.text: item for item in found}


def test_the_entries_of_a_menu_are_navigation_and_the_story_is_body() -> None:
    found = labelled(
        f"<nav>{menu(*MENU)}</nav><article><h1>Wall to be raised</h1>{STORY}</article>{menu(*MENU)}"
    )
    assert {found[text].label for text in MENU} == {"navigation"}
    assert found["Harbour"].rule == "menu/run"
    assert sum(item.is_body for item in found.values()) == 8


def test_a_rule_that_matches_an_entry_names_it() -> None:
    found = labelled(
        f"<article><h1>Wall to be raised</h1>{STORY}</article>{menu('Share on Facebook', *MENU, 'Privacy policy')}"
    )
    assert found["Share on Facebook"].label == "share_bar"
    assert found["Privacy policy"].label == "legal"
    assert not found["Privacy policy"].rule.startswith("menu/")


def test_what_a_line_above_announces_is_what_the_run_below_is() -> None:
    titles = ("Ferry late again", "Bread dearer", "Mayor at sea", "Nine geese found")
    story = f"<article><h1>Wall to be raised</h1>{STORY}</article>"
    assert labelled(f"{story}<h3>Most read</h3>{menu(*titles)}")[titles[2]].label == "related_links"
    assert labelled(f"{story}<h3>Geese</h3>{menu(*titles)}")[titles[2]].label == "navigation"


def test_three_links_are_no_menu_and_what_names_a_field_is_no_entry() -> None:
    three = [linked(text) for text in MENU[:3]]
    assert find_menus(numbered(*three), RULES) == []
    assert find_menus(numbered(*three, linked("Harbour")), RULES) == [range(4)]
    tagged = [linked(text, markup=("tags", "list")) for text in MENU]
    dated = [linked(text, datetime="2024-05-03") for text in MENU]
    chosen = [replace(linked(text), main=True) for text in MENU]
    assert find_menus(numbered(*tagged, *dated, *chosen), RULES) == []


def test_the_last_entry_above_a_heading_may_be_its_kicker() -> None:
    blocks = numbered(*map(linked, MENU), Block(0, "Wall to be raised", "heading", level=1))
    assert find_menus(blocks, RULES) == [range(5)]


def prose(number: int) -> Block:
    text = f"The engineers told the council on Monday that the wall would hold for {number} more winters at least."
    return Block(0, text, "paragraph", main=True)


def plain(text: str, **fields: object) -> Block:
    return Block(0, text, "paragraph", main=False, **fields)  # type: ignore[arg-type]


def test_short_lines_far_from_the_story_are_set_aside_but_for_dates_and_what_announces() -> None:
    story, gap = [prose(n) for n in range(5)], [plain("Rain at noon") for _ in range(FAR)]
    far = [plain("Tide table"), plain("Ferry times"), plain("Lost and found"), plain("Market prices")]
    blocks = numbered(*story, *gap, *far)
    assert find_menus(blocks, RULES) == [range(20, 24)]
    dated = [plain("Tide table 2024"), plain("3 May 2024"), plain("Most read"), *far[:3]]
    assert find_menus(numbered(*story, *gap, *dated), RULES) == []


def test_nothing_is_far_where_the_story_is_in_doubt() -> None:
    far = [plain(f"Tide table {text}") for text in MENU * 4]
    unsure = [replace(prose(n), main=n == 0) for n in range(9)]
    none = [replace(prose(n), main=False) for n in range(9)]
    assert find_menus(numbered(*unsure, *far), RULES) == []
    assert find_menus(numbered(*none, *far), RULES) == []


def test_dumps_have_no_menus_and_pages_may_have_nothing_else() -> None:
    blocks = numbered(*map(linked, MENU))
    dump = Page("notes.md", "markdown", blocks)
    assert set_menus_aside(dump, RULES) == (dump, [])
    found = label(replace(dump, source_format="html"), RULES)
    assert [item.block for item in found] == list(blocks)
    assert {item.label for item in found} == {"navigation"}
