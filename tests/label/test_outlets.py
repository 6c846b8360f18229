"""Rules that are limited to some outlets: whose page it is, and that others' pages are left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from copydesk.label.labeller import label
from copydesk.label.outlets import page_outlets
from copydesk.label.rulefile import parse_rule_file
from copydesk.label.rules import load_rules
from copydesk.records import Block, Claim, Page, Sidecar

KNOWN = frozenset(("gazette.example", "the harrow gazette", "nordlicht zeitung"))
STANDING = "Every Thursday our readers meet beside the old weir at noon."
RULE = f"""
- id: gazette/weir
  label: newsletter
  outlets: [gazette.example, The Harrow Gazette]
  phrases: ["{STANDING}"]
  why: Invented for this test.
  counterexamples: [Readers met beside the weir.]
"""


def page(*lines: str, claims: tuple[Claim, ...] = (), **sidecar: str) -> Page:
    blocks = tuple(Block(number, text, "paragraph") for number, text in enumerate(lines))
    return Page("a.txt", "text", blocks, claims, Sidecar(**sidecar))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("whose", "found"),
    [
        (page("x", url="https://www.gazette.example/lock"), {"gazette.example"}),
        (page("x", url="https://news.gazette.example:8080/lock"), {"gazette.example"}),
        (page("x", url="https://notgazette.example/lock"), set()),
        (page("x", url="http://[gazette.example"), set()),
        (page("<https://gazette.example/lock>"), {"gazette.example"}),
        (page("See https://gazette.example/lock for more."), set()),
        (
            page("x", claims=(Claim("url", "https://gazette.example/", "html:canonical"),)),
            {"gazette.example"},
        ),
        (page("x", outlet="Harrow Gazette"), {"the harrow gazette"}),
        (page("x", outlet="Gazette"), set()),
        (page("x", outlet="THE HARROW GAZETTE"), {"the harrow gazette"}),
        (page("x", claims=(Claim("outlet", "Nordlicht-Zeitung", "meta"),)), {"nordlicht zeitung"}),
        (page("The Harrow Gazette", "x"), {"the harrow gazette"}),
        (page("A message from The Harrow Gazette:"), {"the harrow gazette"}),
        (page("He told The Harrow Gazette that he was ill."), set()),
        # What its holder knows outranks what a page says.
        (page("The Harrow Gazette", outlet="Nordlicht Zeitung"), {"nordlicht zeitung"}),
        (page("https://gazette.example/a", url="https://other.example/b"), set()),
    ],
)
def test_whose_page_it_is(whose: Page, found: set[str]) -> None:
    assert page_outlets(whose, KNOWN) == found


def test_a_limited_rule_judges_its_outlets_pages_alone(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(RULE, encoding="utf-8")
    rules = load_rules([file])
    theirs = page(
        "The council met on Friday and agreed on the new budget.", STANDING, outlet="The Harrow Gazette"
    )
    decided = label(theirs, rules)[1]
    assert (decided.label, decided.rule) == ("newsletter", "gazette/weir")
    for sidecar in (Sidecar(), Sidecar(outlet="Nordlicht Zeitung")):
        assert label(replace(theirs, sidecar=sidecar), rules)[1].rule != "gazette/weir"


def test_a_limit_that_is_no_list_of_texts_is_a_fault_by_line() -> None:
    _, faults = parse_rule_file(RULE.replace("[gazette.example, The Harrow Gazette]", "7"), "own.yaml")
    assert [str(fault) for fault in faults] == [
        "own.yaml:4: expected a list of texts for `outlets`; quote numbers and yes/no"
    ]
