"""When two printed names can be one speaker."""

from __future__ import annotations

import pytest

from copydesk.corpus.speakers import agree


@pytest.mark.parametrize(
    ("first", "second", "agreement"),
    [
        ("Ana Roche", "Ana Roche", "same"),
        ("Roche", "Ana Roche", "same"),
        ("A. Roche", "Ana Roche", "same"),
        ("Ana Maria Roche", "Ana Roche", "same"),
        ("Minister Ana Roche", "Ana Roche", "same"),
        ("Jonas Varga Jr.", "Jonas Varga", "same"),
        ("Works Ministry", "Velmora Works Ministry", "same"),
        ("Ana", "Ana Roche", "different"),
        ("Tom Roche", "Ana Roche", "different"),
        ("Jonas Varga", "Ana Roche", "different"),
        ("Works Ministry", "Ana Roche", "different"),
        (None, "Ana Roche", "open"),
        (None, None, "open"),
        ("…", "Ana Roche", "open"),
    ],
)
def test_names_agree(first, second, agreement):
    assert agree(first, second) == agree(second, first) == agreement
