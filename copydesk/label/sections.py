"""Sections: what a line announces ("You might also like") and how far below it that reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copydesk.label.lines import Line
from copydesk.label.rules import Hit
from copydesk.records import BODY_ROLES, Label, Labelled

# Blocks that an announced section may have: lists of teasers and comments are long, boxes about the author or a newsletter short.
_REACH: Mapping[Label, int] = {"related_links": 40, "comments": 300}
_SHORT_REACH = 10


@dataclass(frozen=True, slots=True)
class Section:
    """What an opener announced, and how many blocks more it may reach."""

    label: Label
    left: int


def next_section(line: Line, section: Section | None, is_body: bool) -> Section | None:
    """What was announced above a block and still goes on: "You might also like" makes related links of what follows."""
    opened = _opened(line.hits)
    if opened is not None and not _is_menu_entry(line):
        return opened
    if is_body or section is None or section.left == 0:
        return None
    if line.block.kind == "heading" and section.label not in _REACH:
        return None  # a box has one heading, a list of teasers one a teaser
    return Section(section.label, section.left - 1)


def section_below(above: Labelled, hits: Sequence[Hit]) -> Section | None:
    """The same for a run right below a block, of which label and rules are known: an opener, or one of a long section."""
    if above.is_body:
        return None
    if above.label in _REACH:
        return _section(above.label)
    return _opened(hits)


def _opened(hits: Sequence[Hit]) -> Section | None:
    for hit in hits:
        if hit.opens_section and hit.label not in BODY_ROLES:
            return _section(hit.label)
    return None


def _section(label: Label) -> Section:
    return Section(label, _REACH.get(label, _SHORT_REACH))


def _is_menu_entry(line: Line) -> bool:
    """ "Authors" among a menu's links leads to a page of them."""
    return line.block.kind in ("list_item", "control") and line.link_share > 0.9
