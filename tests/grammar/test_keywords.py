"""Words that a line must hold: what they pass on and what they stop."""

from __future__ import annotations

import pytest

from copydesk.grammar.byline import read_byline
from copydesk.grammar.credits import read_caption
from copydesk.grammar.keywords import first_word, letter_words, opening_words, telling_words
from copydesk.grammar.sign_off import read_sign_off
from copydesk.grammar.timestamps import is_timestamp_line


def test_words_are_runs_of_letters_whatever_their_case() -> None:
    assert letter_words("Foto: BO Roe/Velpress2010, l’été") == {"foto", "bo", "roe", "velpress", "l", "été"}


def test_the_turkish_letters_i_are_one() -> None:
    assert letter_words("HAZIRLAYAN hazırlayan İlk ilk") == {"hazirlayan", "ilk"}


@pytest.mark.parametrize(("text", "word"), [("  (Über uns", "über"), ("12.30", ""), ("", "")])
def test_first_word(text: str, word: str) -> None:
    assert first_word(text) == word


def test_a_phrase_is_known_by_its_first_or_its_longest_word() -> None:
    assert opening_words(["Photo by", "image source,"]) == {"photo", "image"}
    assert telling_words(["the VP", "Velmora Newswire"]) == {"vp", "newswire"}


def test_dates_glued_to_their_affixes_still_make_a_date_line() -> None:
    assert is_timestamp_line("27thOctober 2023")
    assert is_timestamp_line("Updated: 10:12 AM CET, Oct. 27, 2023")
    assert not is_timestamp_line("Velmora, 27 October 2023")


def test_names_and_agencies_are_found_without_any_marker() -> None:
    byline = read_byline("Jana Feld, 27.10.2023")
    assert byline is not None and byline.names == ("Jana Feld",) and not byline.marked
    assert read_caption("The mill at dusk. Jana Feld/Nordlicht").credit == "Jana Feld/Nordlicht"
    assert read_caption("The mill at dusk (Reuters)").credit == "Reuters"


def test_marker_words_glued_together_by_a_text_browser() -> None:
    byline = read_byline("Jana FeldReporter")
    assert byline is not None and byline.names == ("Jana Feld",)
    assert read_caption("The mill. copyrightJana Feld").credit == "Jana Feld"


def test_a_sign_off_is_told_by_its_opening_or_by_its_end() -> None:
    assert read_sign_off("(Reporting by Jana Feld; editing by Bo Roe)") is not None
    assert read_sign_off("Jana Feld contributed to this report.") is not None
    assert read_sign_off("Jana Feld reported on the mill.") is None
