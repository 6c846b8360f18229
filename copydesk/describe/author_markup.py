"""Authors that only the markup calls so: a short line in an element of the class "author", whatever else it was taken for.

Many templates print the bare name there, with no byline word and no date beside it, and without a claim in the page's head.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

from copydesk.describe.context import Context
from copydesk.grammar.byline import Byline, read_byline
from copydesk.grammar.byline_words import clean_line, leads
from copydesk.grammar.keywords import first_word
from copydesk.grammar.names import is_given_name, read_person
from copydesk.grammar.outlets import is_same_outlet
from copydesk.records import Block, Label
from copydesk.resources import read_resource

MAX_WORDS = 10  # of a line that names the author; more is a line about them
NEAREST = (
    4  # class words of the element itself and its wrapper: further out an "author" may hold the whole page
)
WIDER = 12  # and those that may make it somebody else's
MAX_ABOVE = 6  # blocks from a byline down to the headline
MAX_BELOW = 10  # and from the last paragraph down to a signature
MAX_APART = 3  # blocks between two authors of one story
_NOT_AUTHORS: frozenset[Label] = frozenset(
    ("headline", "headline_repeat", "dek", "image", "caption", "url", "outlet")
)


def bylines_in_markup(context: Context) -> list[tuple[Block, Byline]]:
    """The authors named in the head of the story, else those under it; several only where they stand together."""
    if context.page.source_format != "html":
        return []
    found = list(_candidates(context))
    first, _ = context.span
    head = [pair for pair in found if pair[0].number <= first + 2]
    group: list[tuple[Block, Byline]] = []
    for block, byline in head or found:
        if not group or block.number - group[-1][0].number <= MAX_APART:
            group.append((block, byline))
    return group


def _candidates(context: Context) -> Iterator[tuple[Block, Byline]]:
    first, last = context.span
    headline = next(iter(context.blocks("headline")), None)
    top = headline.number - MAX_ABOVE if headline is not None else first - 2 * MAX_ABOVE
    whole = [item.block for item in context.body[:1]] + ([headline] if headline is not None else [])
    story = frozenset(word for block in whole for word in block.markup)
    for item in context.labelled:
        block = item.block
        if item.is_body or item.label in _NOT_AUTHORS or len(block.text) > 100:
            continue
        if not (top <= block.number <= first + 2 or last < block.number <= last + MAX_BELOW):
            continue
        if len(block.text.split()) > MAX_WORDS:
            continue
        signs = block.number > last and first_word(block.text) in _words("author")
        if not (signs or _is_of_author(block, story)):
            continue
        names = [
            name for name in _names(block, context.language) if not is_same_outlet(name, context.outlet_names)
        ]
        if names:
            yield block, Byline(tuple(names), None, None, (), (), None, True)


def _is_of_author(block: Block, story: frozenset[str]) -> bool:
    """Whether its element calls itself the author's; a class that the headline or the body has too is the whole story's."""
    own = [word for word in block.markup[:NEAREST] if word not in story]
    return not _words("author").isdisjoint(own) and _words("others").isdisjoint(block.markup[:WIDER])


def _names(block: Block, language: str | None) -> tuple[str, ...]:
    """The people of the line, else the one given name that is all of it: blogs sign with that alone."""
    byline = read_byline(block.text, language)
    if byline is not None:
        return byline.names
    linked = [name for link in block.links if (name := read_person(link.text, language))]
    if linked:
        return tuple(dict.fromkeys(linked))
    line = clean_line(block.text, glued=False)
    lead = leads().match(line)
    name = line[lead.end() :] if lead else line
    return (name,) if is_given_name(name, language) else ()


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(cast(dict[str, list[str]], read_resource("common/author_markup.yaml"))[kind])
