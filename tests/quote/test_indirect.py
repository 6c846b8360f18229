"""Reported clauses: where they begin and end."""

from copydesk.quote import quote


def test_a_dateline_is_nobodys_words() -> None:
    text = "LOWER TORRANO, May 12 (Quarry Post) - Water from the dam flooded two villages on Saturday, officials said."
    (clause,) = (row for row in quote([text], language="en") if row.kind == "indirect")
    assert clause.text.startswith("Water from the dam")
