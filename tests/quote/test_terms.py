"""Titles, names and scare quotes are terms; words that somebody hands over are not."""

from __future__ import annotations

import pytest

from copydesk.quote import quote


def kinds(text: str) -> list[str]:
    return [row.kind for row in quote([text], language="en") if row.kind != "indirect"]


@pytest.mark.parametrize(
    "text",
    [
        'The film "Paper Boats" opens on Friday.',
        'Helen Marsh spoke on VBS\'s "Morning Table" last week.',
        'A so-called "paper boat" sank.',
        'Rain on the "third street" again.',
    ],
)
def test_what_nobody_utters_is_a_term(text: str) -> None:
    assert kinds(text) == ["term"]


@pytest.mark.parametrize(
    "text",
    [
        'Helen Marsh said the plan was "dead".',
        'Helen Marsh called it "Paper Boat".',
        'Helen Marsh said, "Paper Boats Sink."',
        '"Paper Boats," Helen Marsh said.',
    ],
)
def test_what_a_cue_hands_over_is_no_term(text: str) -> None:
    assert "term" not in kinds(text)
