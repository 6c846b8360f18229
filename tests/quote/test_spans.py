"""Pairing of quotation marks, before anybody asks who speaks."""

from __future__ import annotations

import pytest

from copydesk.quote.marks import language_key, read_marks
from copydesk.quote.spans import find_spans


def stretches(*paragraphs: str, language: str = "en") -> list[str]:
    joined = "\n\n".join(paragraphs)
    return [joined[s.start : s.end] for s in find_spans(paragraphs, read_marks(language))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"One," he said. "Two."', ["One,", "Two."]),
        ("“One,” he said. “Two.”", ["One,", "Two."]),
        ('“One," he said. "Two.”', ["One,", "Two."]),
        ("“One “two” three,” he said.", ["One “two” three,"]),
        ('"I said "no" twice," he said.', ['I said "no" twice,']),
        ("“It’s unusual,“ he said. “Very.”", ["It’s unusual,", "Very."]),
        ('He is 6\'2" tall and "quick."', ["quick."]),
        ('A 12" pipe burst.', []),
        ('"(Brackets)," he said.', ["(Brackets),"]),
        ('One —"two"— three', ["two"]),
        ("no marks", []),
        ('""', []),
        ('" "', []),
        ("A stray ” alone", []),
    ],
)
def test_marks_of_english_pair(text: str, expected: list[str]) -> None:
    assert stretches(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "„Eins“, sagte er. »Zwei«", ["Eins", "Zwei"]),
        ("de", "„Er sagte ‚nein‘“, rief sie.", ["Er sagte ‚nein‘"]),
        ("fr", "« Un », dit-il. «\u00a0Deux\u00a0»", ["Un", "Deux"]),
        ("fr", "— Un, dit-il.", ["Un,"]),
        ("es", "—Uno —dijo él—. Dos.", ["Uno", "Dos."]),
        ("sv", "”Ett”, sade han. ”Två.”", ["Ett", "Två."]),
        ("da", "»Et,« sagde han.", ["Et,"]),
        ("ja", "「一」『二』", ["一", "二"]),
        ("pl", "„Raz” i „dwa”", ["Raz", "dwa"]),
        ("ru", "«Раз», сказал он.", ["Раз"]),
        ("xx", "“One” «two»", ["One", "two"]),
    ],
)
def test_marks_of_other_languages_pair(language: str, text: str, expected: list[str]) -> None:
    assert stretches(text, language=language) == expected


def test_a_quote_over_paragraphs_opens_each_and_closes_the_last() -> None:
    assert stretches("“One.", "“Two.", "“Three,” she said.") == ["One.", "Two.", "Three,"]


def test_a_quote_over_paragraphs_may_go_on_without_a_new_mark() -> None:
    assert stretches("She said: “One.", "Two,” and left.") == ["One.", "Two,"]


def test_a_lost_mark_does_not_shift_later_pairs() -> None:
    assert stretches('"One, he said. "Two," she said. "Three."', "Plain.") == [
        "One, he said.",
        "Two,",
        "Three.",
    ]
    assert stretches('One," he said. "Two," she said.', '"Three."') == ["Two,", "Three."]


def test_single_marks_count_only_where_no_double_ones_stand_outside_them() -> None:
    assert stretches("‘It’s " + "the dogs’ bowl,’ he said. ‘He said “no”.’") == [
        "It’s the dogs’ bowl,",
        "He said “no”.",
    ]
    assert stretches("‘One’ and “two”") == ["two"]
    assert stretches("In the '90s 'twas 'good enough,' he said.") == ["good enough,"]


def test_a_language_tag_is_cut_to_its_language() -> None:
    assert [language_key(tag) for tag in ("pt-BR", "EN", "zh_Hant", None)] == ["pt", "en", "zh", ""]
