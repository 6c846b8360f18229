"""Words are counted and found as the plain expressions would, whichever way a text is read."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import words

MIXED = st.text(alphabet="ab-'’ _Zé²½5ßµ “”„–—…•€.,@×÷\u00a0\x1f\x85İŁ東ー", max_size=30)


@given(MIXED | st.text(max_size=30))
def test_a_narrow_text_gives_the_same_words_as_the_expressions(text: str) -> None:
    assert words.word_runs(text) == re.findall(rf"[\w{words.MARKS}]+", text)
    assert words.has_digit(text) == (re.search(r"\d", text) is not None)
    assert words.count_words(text) == len(words._WORD.findall(text))


@given(MIXED)
def test_what_is_narrow_keeps_its_places(text: str) -> None:
    flat = words.narrow(text)
    if flat is not None:
        assert len(flat) == len(text)
        assert words.letters_of(flat).split() == re.findall(r"[^\W\d_]+", text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("नई दिल्ली में बैठक", 4), ("கூட்டம் நடந்தது", 2), ("সভা অনুষ্ঠিত হয়েছে", 3), ("می‌شود گفت", 2), ("שָׁלוֹם עֲלֵיכֶם", 2),
        ("cafe\u0301 noir", 2),
        ("नदी-किनारे की सभा।", 3), ("ประชุม", 6), ("ສະພາ", 4),
    ],
)  # fmt: skip
def test_marks_on_letters_part_no_word(text: str, count: int) -> None:
    assert words.count_words(text) == count


def test_every_mark_on_a_letter_is_one_and_no_punctuation_is() -> None:
    mark = re.compile(f"[{words.MARKS}]")
    for char in map(chr, range(0x3000)):
        if unicodedata.category(char) in ("Mn", "Mc"):
            assert mark.match(char), hex(ord(char))
        elif mark.match(char):
            assert char in "\u200c\u200d" or unicodedata.category(char)[0] not in "PSZ", hex(ord(char))


@given(MIXED | st.text(alphabet="ab' -2", max_size=12))
def test_apostrophes_join_what_stands_on_both_of_their_sides(text: str) -> None:
    flat = words.narrow(text.replace("’", "'"))
    if flat is not None:
        lower = text.replace("’", "'").lower()
        assert words.joined_runs(flat) == re.findall(r"[^\W_]+(?:'[^\W_]+)*", lower)
