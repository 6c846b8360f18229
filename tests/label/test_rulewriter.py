"""Blocks become rules that read them again, whatever stands in them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from copydesk.label.rulefile import parse_rule_file
from copydesk.label.rules import load_rules
from copydesk.label.rulewriter import Draft, rule_id, write_rule

OTHER = "The council met on Friday and agreed."


def draft(text: str, outlet: str = "gazette.example", **more: object) -> Draft:
    return Draft(outlet, text, "newsletter", "The outlet repeats it.", OTHER, **more)  # type: ignore[arg-type]


def hits(entry: str, text: str, folder: Path, outlet: str = "gazette.example") -> list[str]:
    file = folder / "learned.yaml"
    file.write_text(entry, encoding="utf-8")
    rules = load_rules([file])
    return [
        hit.rule for hit in rules.match(text, outlets=frozenset((outlet,))) if hit.rule.startswith("learned")
    ]


@pytest.mark.parametrize(
    ("text", "also", "not_this"),
    [
        ("Up again, 7 days a week", "UP AGAIN: 6 days a week »", "Up again, seven of them"),
        (
            "This article was made possible by the Friends of the Gazette (est. 1987), who’ve paid $1,200 [all of it]: "
            "{yes} a|b *c* 100% \\o/",
            "This article was made possible by the Friends of the Gazette (est. 1990), who've paid $3,500 [all of it]: "
            "{yes} a|b *c* 99% \\o/",
            "This article was made possible by the Friends of the Gazette.",
        ),
        (
            "“Long letters to our readers go on and on about 12 things.” " * 20,
            None,
            "“Long letters to our readers.”",
        ),
        ("木曜日にお届けするハロー新聞のお知らせです。" * 20, None, "木曜日にお届けするハロー新聞です。"),
        ("İzleyin: her gün yeniden, saat 7'de", None, "İzleyin"),
        ("- id: x", None, "id"),
        ("line\u2028separator and \x07 bell", None, "bell"),
    ],
)
def test_a_rule_knows_its_block(text: str, also: str | None, not_this: str, tmp_path: Path) -> None:
    entry = write_rule(draft(text))
    assert entry is not None
    expected = [rule_id("gazette.example", text)]
    assert hits(entry, text, tmp_path) == expected
    if also is not None:
        assert hits(entry, also, tmp_path) == expected
    assert hits(entry, not_this, tmp_path) == []
    assert hits(entry, text, tmp_path, outlet="dispatch.example") == []


def test_notes_stand_above_as_comments() -> None:
    entry = write_rule(draft("Up again, seven days a week", notes=("in 3 of 4 articles", "for example a1")))
    assert entry is not None
    assert entry.splitlines()[:2] == ["# in 3 of 4 articles", "# for example a1"]


def test_what_no_rule_can_say_is_none() -> None:
    assert write_rule(draft("***")) is None
    assert write_rule(draft(OTHER)) is None  # it may not match its counterexample


@given(st.text(min_size=1, max_size=900), st.text(min_size=1, max_size=30))
@example("a: 'b' \"c\" # d", "The Harrow Gazette")
@example("﻿word word", "Ünï")
def test_whatever_the_text_it_is_one_rule_or_none(text: str, outlet: str) -> None:
    entry = write_rule(draft(text, outlet))
    if entry is not None:
        (rule,), faults = parse_rule_file(entry, "learned.yaml")
        assert not faults
        assert len(yaml.safe_load(entry)) == 1
        assert rule.outlets == {outlet.casefold()}
