"""Mentions read from a phrase: kind, name, role, gender."""

from __future__ import annotations

import pytest

from copydesk.quote.lexicon import read_lexicon
from copydesk.quote.mentions import Mention, read_mention
from copydesk.quote.tokens import tokenise


def read(phrase: str, language: str = "en") -> Mention | None:
    lexicon = read_lexicon(language)
    assert lexicon is not None
    tokens, _ = tokenise(phrase, [phrase], (), lexicon)
    return read_mention(tokens, 0, len(tokens.word), phrase, lexicon)


@pytest.mark.parametrize(
    ("phrase", "kind", "name", "role"),
    [
        ("Ida Kolm", "person", "Ida Kolm", None),
        ("Mr. Kolm", "person", "Kolm", None),
        ("Sen. Paul Orme", "person", "Paul Orme", "Sen."),
        ("Harbor Office spokesman Ruben Falk", "person", "Ruben Falk", "Harbor Office spokesman"),
        ("the mayor's spokesman Ruben Falk", "person", "Ruben Falk", "spokesman"),
        ("former secretary of state Helen Marsh", "person", "Helen Marsh", "former secretary of state"),
        ("the Institute for the Study of Tides", "organisation", "Institute for the Study of Tides", None),
        ("the White House", "organisation", "White House", None),
        ("Velmora's Ministry of Defence", "organisation", "Ministry of Defence", None),
        ("a senior official", "role", None, "senior official"),
        ("the spokesman", "role", None, "spokesman"),
        ("critics", "group", None, None),
        ("46 percent of voters", "group", None, None),
        ("the campaign", "organisation", None, None),
        ("the report", "document", None, None),
        ("she", "pronoun", None, None),
    ],
)
def test_a_phrase_is_read_as_what_it_is(phrase: str, kind: str, name: str | None, role: str | None) -> None:
    mention = read(phrase)
    assert mention is not None
    assert (mention.kind, mention.name, mention.role) == (kind, name, role)


@pytest.mark.parametrize(
    ("phrase", "gender"),
    [
        ("Mrs. Kolm", "female"),
        ("spokesman Ruben Falk", "male"),
        ("he", "male"),
        ("they", "plural"),
        ("it", "thing"),
    ],
)
def test_titles_and_pronouns_tell_gender(phrase: str, gender: str) -> None:
    mention = read(phrase)
    assert mention is not None and mention.gender == gender


def test_a_prepositional_phrase_cannot_speak() -> None:
    assert read("in Harrow") is None


def test_german_offices_and_compounds_are_roles() -> None:
    office, compound = read("der Sprecher der Polizei", "de"), read("Polizeisprecherin Lena Vogt", "de")
    assert office is not None and office.kind == "role"
    assert compound is not None and (compound.name, compound.role) == ("Lena Vogt", "Polizeisprecherin")
