"""Measurements that need the whole page: what the empty lines around a block tell."""

from copydesk.extract import extract
from copydesk.label.features import FEATURES, feature_matrix
from copydesk.records import Limits, RawPage

PARAGRAPHS = [
    f"The council of Velmora will close the old harbour bridge on {day}, after engineers had found cracks in its pillars."
    for day in ("Monday", "Tuesday", "Thursday", "Friday")
]
TEASERS = [
    "Sport",
    "Harrow wins the regatta",
    "Elmouth",
    "A lamp for the lighthouse",
    "Weather",
    "Rain in the east",
]


def measured(text: str, name: str) -> dict[str, float]:
    """The measurement of that name by block."""
    page = extract(text, "text", RawPage("a", "a", text.encode()), Limits())
    column = feature_matrix(page, {})[:, FEATURES.index(name)].tolist()
    return {block.text: value for block, value in zip(page.blocks, column, strict=True)}


def test_empty_lines_below_a_block_are_as_at_prose_or_as_at_teasers() -> None:
    *story, last = PARAGRAPHS
    lines = ("\n\n".join(story), "", "\n".join(TEASERS), last, "", "\n".join(TEASERS[:2]))
    below = measured("\n".join(lines), "gap_below")
    assert min(below[paragraph] for paragraph in PARAGRAPHS) > 0.5
    assert max(below[teaser] for teaser in TEASERS[2:]) < -0.5


def test_without_empty_lines_they_tell_nothing() -> None:
    assert set(measured("\n".join([*PARAGRAPHS, *TEASERS]), "gaps_around").values()) == {0.0}
