"""Who is meant by a mention, and when nobody is named."""

from __future__ import annotations

from copydesk.quote import quote
from copydesk.quote.coref import OTHER, SUBJECT, Cast
from copydesk.quote.lexicon import read_lexicon


def cast() -> Cast:
    lexicon = read_lexicon("en")
    assert lexicon is not None
    return Cast(lexicon)


def speakers(*paragraphs: str) -> list[str | None]:
    return [row.speaker for row in quote(paragraphs, language="en") if row.kind in ("direct", "mixed")]


def test_two_who_are_as_likely_leave_a_pronoun_open() -> None:
    people = cast()
    for name in ("Ruben Falk", "Paul Orme"):
        bearer = people.named(name, None, 0, 0).bearer
        assert bearer is not None
        people.note(bearer, SUBJECT, 0, 0)
    resolved = people.pronoun("male", 1, 0)
    assert (resolved.bearer, resolved.reason) == (None, "two-remain")


def test_the_subject_outweighs_the_object() -> None:
    people = cast()
    falk, orme = people.named("Ruben Falk", None, 0, 0).bearer, people.named("Paul Orme", None, 0, 0).bearer
    assert falk is not None and orme is not None
    people.note(falk, SUBJECT, 0, 0)
    people.note(orme, OTHER, 0, 0)
    assert people.pronoun("male", 1, 0).bearer is falk
    assert people.pronoun("female", 1, 0).reason == "nobody-agrees"


def test_a_title_decides_between_two_of_one_surname() -> None:
    assert speakers(
        "Helen Stane and Viktor Stane arrived.", '"Good," Mrs. Stane said.', '"Bad," Mr. Stane said.'
    ) == ["Helen Stane", "Viktor Stane"]


def test_a_middle_initial_or_nickname_makes_no_second_person() -> None:
    assert (
        speakers("Robert J. Stane ran.", '"Yes," Bob Stane said.', '"No," Robert Stane said.')
        == ["Robert J. Stane"] * 2
    )


def test_a_surname_without_a_full_name_stays_as_printed() -> None:
    assert speakers('"Yes," Quorn said.') == ["Quorn"]


def test_a_quoted_third_person_is_not_the_speaker() -> None:
    assert (
        speakers('"Viktor Stane must go," Helen Marsh said.', '"He must," she said.') == ["Helen Marsh"] * 2
    )


def test_a_definite_role_goes_to_the_person_who_was_given_it() -> None:
    assert speakers("Senator Paul Orme met farmer Ruben Falk.", '"It rains," the farmer said.') == [
        "Ruben Falk"
    ]


def test_confidence_is_lower_for_a_pronoun_than_for_a_name() -> None:
    rows = quote(["Helen Marsh came.", '"Yes," Marsh said.', '"No," she said.'], language="en")
    assert rows[0].confidence >= rows[1].confidence > 0.5
