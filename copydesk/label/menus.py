"""Menus of a web page: runs of short links beside the story, and of any short lines far from it, named by what they are.

Of the blocks of a news page 63 % are such entries. The story's fields and body are looked for without them, and the
model, trained on pages without them too, sees what is left as neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice

from copydesk.label.lines import YEAR, ends_sentence, link_share_of
from copydesk.label.outlets import page_outlets
from copydesk.label.rules import Hit, Rules
from copydesk.label.sections import section_below
from copydesk.records import BODY_ROLES, Block, Label, Labelled, Page

# Of the 25,091 blocks in such runs on 197 news pages 20 are body by the gold.
ENTRIES = 4  # the shortest run; two or three links may be a byline or what a story points to
ENTRY_WORDS = 8
LINKED = 0.9  # of an entry's characters
FAR = 15  # blocks from what trafilatura takes for the story: a headline, a byline or a list of sources stands nearer
FAR_CHARS = 90  # longest line that is set aside there; in characters, as scripts without spaces have no words to count
# How much of a page's prose must lie in the story's stretch for it to be trusted, and characters from which a block is prose.
STORY_SHARE, PROSE_CHARS = 0.7, 80
MARKUP_REACH = 12  # class words of a block and its nearest ancestors that may call it a field
# Words by which templates name a story's fields, however much these look like a menu.
_FIELD_WORDS = frozenset(
    """
    tag tags taglist topic topics keyword keywords author authors autor autoren auteur autore byline bylines writer
    contributor contributors credits breadcrumb breadcrumbs kicker eyebrow date time timestamp dateline published
    """.split()
)
MENU = "menu/run"  # what decided where no rule did
_ENTRY_KINDS = frozenset(("paragraph", "list_item", "control"))


def set_menus_aside(page: Page, rules: Rules) -> tuple[Page, list[range]]:
    """The page without its menus, the numbers of its blocks kept, and where the menus stand."""
    menus = find_menus(page.blocks, rules) if page.source_format == "html" else []
    if not menus:
        return page, menus
    starts = [0, *(menu.stop for menu in menus)]
    ends = [*(menu.start for menu in menus), len(page.blocks)]
    others = chain.from_iterable(page.blocks[start:end] for start, end in zip(starts, ends, strict=True))
    return replace(page, blocks=tuple(others)), menus


def find_menus(blocks: Sequence[Block], rules: Rules) -> list[range]:
    """The places of the runs, in order, none beside another."""
    near = _near_story(blocks)
    menus: list[range] = []
    start = 0
    while start < len(blocks):
        end = start
        while end < len(blocks) and (
            _is_entry(blocks[end]) or (end not in near and _is_far_line(blocks[end], rules))
        ):
            end += 1
        # The last entry above a heading may be the kicker of its story.
        last = end - (end < len(blocks) and blocks[end].kind == "heading")
        if last - start >= ENTRIES:
            menus.append(range(start, last))
        start = end + 1
    return menus


def _near_story(blocks: Sequence[Block]) -> range:
    """Where the story's lines may stand: all blocks, where trafilatura took none or left much of the prose."""
    main = [number for number, block in enumerate(blocks) if block.main]
    if main:
        stretch = range(main[0], main[-1] + 1)
        total = inside = 0
        for number, block in enumerate(blocks):
            if len(block.text) >= PROSE_CHARS and link_share_of(block) < 1 / 2:
                total += len(block.text)
                inside += len(block.text) * (number in stretch)
        if inside >= STORY_SHARE * total:
            return range(stretch.start - FAR, stretch.stop + FAR)
    return range(len(blocks))


def _is_entry(block: Block) -> bool:
    """A short link, or a control, that names no field."""
    return (
        block.main is not True
        and block.kind in _ENTRY_KINDS
        and (block.kind == "control" or (bool(block.links) and link_share_of(block) >= LINKED))
        and block.datetime is None
        and block.text.count(" ") < ENTRY_WORDS
        and not _is_of_field(block.markup)
    )


def _is_far_line(block: Block, rules: Rules) -> bool:
    """Any short line but a page's title, a picture, a date, and what announces something, as that tells of the prose below it."""
    return (
        block.level != 1
        and block.datetime is None
        and block.kind != "image"
        and len(block.text) <= FAR_CHARS
        and not _holds_year(block.text)
        and not ends_sentence(block.text)
        and not any(hit.opens_section for hit in rules.match(block.text, kind=block.kind))
    )


def _holds_year(text: str) -> bool:
    return ("19" in text or "20" in text) and YEAR.search(text) is not None


@lru_cache(2048)  # an outlet's pages share their templates
def _is_of_field(markup: tuple[str, ...]) -> bool:
    return not _FIELD_WORDS.isdisjoint(markup[:MARKUP_REACH])


def name_menus(
    page: Page,
    labelled: Sequence[Labelled],
    menus: Sequence[range],
    hits: Mapping[int, Sequence[Hit]],
    rules: Rules,
) -> Iterator[Labelled]:
    """All blocks of the page in order: those that were labelled, and between them the entries of the menus.

    An entry is what the rule says that matches it, else what a line above the run announced, else navigation.
    """
    outlets = page_outlets(page, rules.outlets) if rules.outlets else rules.outlets
    others = iter(labelled)
    start = 0
    above: Labelled | None = None
    for menu in menus:
        for item in islice(others, menu.start - start):
            yield item
            above = item
        section = section_below(above, hits.get(above.block.number, ())) if above else None
        for place, block in enumerate(page.blocks[menu.start : menu.stop]):
            share = link_share_of(block) if block.links else 0.0
            found = rules.match(block.text, kind=block.kind, link_share=share, outlets=outlets)
            label = section.label if section and place < section.left else _class(block, share)
            named = _named(block, found) if found else None
            yield named or Labelled(block, label, MENU)
        start = menu.stop
    yield from others


def _class(block: Block, link_share: float) -> Label:
    """What an entry is by its looks."""
    if block.kind == "caption":
        return "caption"
    return "navigation" if block.kind == "control" or link_share >= LINKED else "unknown"


def _named(block: Block, hits: Sequence[Hit]) -> Labelled | None:
    for hit in hits:  # the decisive ones first
        if hit.label not in BODY_ROLES:
            return Labelled(block, hit.label, hit.rule if hit.strength == "decisive" else MENU)
    return None
