"""Words are counted and found as the plain expressions would, whichever way a text is read."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from copydesk import words

MIXED = st.text(alphabet="ab-'’ _Zé²½5ßµ “”„–—…•€.,@×÷\u00a0\x1f\x85İŁ東ー", max_size=30)


@given(MIXED | st.text(max_size=30))
def test_a_narrow_text_gives_the_same_words_as_the_expressions(text: str) -> None:
    assert words.word_runs(text) == re.findall(r"\w+", text)
    assert words.has_digit(text) == (re.search(r"\d", text) is not None)
    assert words.count_words(text) == len(words._WORD.findall(text))


@given(MIXED)
def test_what_is_narrow_keeps_its_places(text: str) -> None:
    flat = words.narrow(text)
    if flat is not None:
        assert len(flat) == len(text)
        assert words.letters_of(flat).split() == re.findall(r"[^\W\d_]+", text)
