"""What holds of the quotes of any text, however hostile, and that time grows with length alone."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.quote import quote
from copydesk.records import Quote

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "ja", "sv", None)
PIECES = st.sampled_from(
    [
        '"', "“", "”", "‘", "’", "'", "«", "»", "„", "「", "」", "—", " – ", ", ", ". ", "? ", ": ", "… ", "(", ")", "\u00a0",
        "Ida Kolm", "Mr. Falk", "Sen. Paul Orme (R-Vel.)", "he", "she", "they", "who", "the report", "said", "told", "adding",
        "called", "according to", "as", "put it", "that", "to", "and", "but", "the dam will hold", "I", "was", "by", "6'2\"",
        "'90s", "dit-il", "a déclaré", "sagte", "dijo", "𝔘", "\u200b", "İ", "ﬁ",
    ]
)  # fmt: skip
PARAGRAPHS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.lists(PIECES, max_size=30).map(" ".join),
        st.lists(PIECES, max_size=30).map("".join),
    ),
    max_size=6,
).map(lambda paragraphs: [p.replace("\n", " ") for p in paragraphs])


@given(PARAGRAPHS, st.sampled_from(LANGUAGES))
def test_every_row_can_be_cut_out_of_the_text(paragraphs: list[str], language: str | None) -> None:
    joined = "\n\n".join(paragraphs)
    for row in quote(paragraphs, language=language, context=paragraphs[:1]):
        assert joined[row.char_start : row.char_end] == row.text != ""
        assert row.text in paragraphs[row.paragraph]
        assert 0.0 <= row.confidence <= 1.0


@given(PARAGRAPHS, st.sampled_from(LANGUAGES))
def test_rows_come_in_order_and_quoted_stretches_never_overlap(
    paragraphs: list[str], language: str | None
) -> None:
    rows = quote(paragraphs, language=language)
    starts = [row.char_start for row in rows]
    assert starts == sorted(starts)
    for kinds in ({"direct", "mixed", "term"}, {"indirect"}):
        of_kind = [row for row in rows if row.kind in kinds]
        assert all(a.char_end <= b.char_start for a, b in itertools.pairwise(of_kind))


@given(PARAGRAPHS, st.sampled_from(LANGUAGES))
def test_the_same_text_gives_the_same_rows(paragraphs: list[str], language: str | None) -> None:
    assert quote(paragraphs, language=language) == quote(tuple(paragraphs), language=language)


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_a_paragraph_with_a_stray_mark_leaves_the_next_one_alone(stray: str) -> None:
    sound = 'Ruben Falk said on Monday, "Nobody was hurt."'
    rows = quote([stray + " end", "A plain line stands between.", sound], language="en")
    assert [row.text for row in rows if row.paragraph == 2 and row.kind != "indirect"] == ["Nobody was hurt."]


def seconds(paragraphs: list[str]) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        quote(paragraphs, language="en")
        best = min(best, time.process_time() - start)
    return best


HOSTILE = {
    "opening marks": '"a ' * 400,
    "closing marks": 'a" ' * 400,
    "single marks": "'a b " * 400,
    "names": "Ida Kolm " * 400,
    "new names": " ".join(f"Ida K{chr(97 + i % 26)}{chr(97 + i // 26)} met Ruben." for i in range(400)),
    "pronouns": "he said she said " * 200,
    "cues": "said " * 600,
    "commas": "Kolm, " * 500,
    "brackets": "(Kolm " * 400,
    "relatives": "Kolm, who said that Falk, who " * 100,
    "quotes and cues": '"Yes," Kolm said, adding, ' * 150,
    "according": "according to " * 300,
}


@pytest.mark.parametrize("shape", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_is_linear_in_the_length_of_the_text(shape: str) -> None:
    short, long = seconds([shape * 2]), seconds([shape * 16])
    assert long < 8 * short * 2.5 + 0.05, f"{short:.3f} s for one length, {long:.3f} s for eight times it"


def test_subheadings_and_context_are_never_quoted() -> None:
    rows = quote(
        ['"Nobody was hurt," Falk said.', "Falk: “All is well”"],
        language="en",
        context=['"A headline," Ruben Falk said.'],
        roles=["body", "subheading"],
    )
    assert [(row.text, row.speaker) for row in rows] == [("Nobody was hurt,", "Ruben Falk")]


def test_parts_of_one_utterance_share_their_number() -> None:
    rows: tuple[Quote, ...] = quote(
        ['"It rained," Ida Kolm said. "It poured."', '"Good," Ruben Falk said.'], language="en"
    )
    assert rows[0].utterance == rows[1].utterance != rows[2].utterance
