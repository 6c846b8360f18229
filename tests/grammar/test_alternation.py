"""Lists of phrases as one regular expression: the same matches as trying them one by one, the longest first."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from copydesk.grammar.alternation import longest_first

phrases = st.lists(st.text("aAbsſiıİ .ß", min_size=1, max_size=5), min_size=1, max_size=12)


@given(phrases, st.text("aAbBsSſiIıİ .ßẞ", max_size=30), st.sampled_from([0, re.IGNORECASE]))
def test_phrases_that_share_a_beginning_match_as_if_they_stood_apart(phrases, text, flags) -> None:
    one_by_one = "|".join(map(re.escape, sorted(set(phrases), key=lambda phrase: -len(phrase))))
    for end in ("", r"\b", "[ab]"):
        apart = re.compile(f"(?:{one_by_one}){end}", flags)
        assert [m.span() for m in re.finditer(f"(?:{longest_first(phrases)}){end}", text, flags)] == [
            m.span() for m in apart.finditer(text)
        ]


@given(phrases, st.text("aAbBsSſiIıİ .ßẞ", max_size=30))
def test_each_phrase_keeps_the_end_that_it_asks_for(phrases, text) -> None:
    def end(phrase: str) -> str:
        return r"(?![^\W\d_])" if phrase[-1].isalpha() else ""

    one_by_one = "|".join(
        re.escape(phrase) + end(phrase) for phrase in sorted(set(phrases), key=lambda phrase: -len(phrase))
    )
    assert [m.span() for m in re.finditer(longest_first(phrases, end), text, re.IGNORECASE)] == [
        m.span() for m in re.finditer(one_by_one, text, re.IGNORECASE)
    ]
