"""The languages' resources: complete, consistent, and read into forms as meant."""

from __future__ import annotations

import pytest

from copydesk.quote.lexicon import CUE, FIRST, LANGUAGES, PREP, PRON, ROLE, inflect, read_lexicon


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_what_attribution_needs(language: str) -> None:
    lexicon = read_lexicon(language)
    assert lexicon is not None
    speech = [form for form in lexicon.cues.values() if form.strength == "speech"]
    assert len(speech) > 60
    assert any(form.indirect for form in speech)
    assert lexicon.according and lexicon.clause_openers
    assert {"male", "female"} <= set(lexicon.pronoun_gender.values())
    for bit in (CUE, FIRST, PREP, PRON, ROLE):
        assert any(tag & bit for tag in lexicon.tags.values())


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_yaml_truth_value_slipped_into_the_words(language: str) -> None:
    lexicon = read_lexicon(language)
    assert lexicon is not None
    assert not {"true", "false", "none", "null"} & set(lexicon.tags)


def test_other_languages_have_no_lexicon() -> None:
    assert read_lexicon("ja") is None
    assert read_lexicon("") is None


@pytest.mark.parametrize(
    ("base", "forms"),
    [
        ("add", ("adds", "added", "adding")),
        ("note", ("notes", "noted", "noting")),
        ("deny", ("denies", "denied", "denying")),
        ("say", ("says", "sayed", "saying")),
        ("admit+", ("admits", "admitted", "admitting")),
        ("stress", ("stresses", "stressed", "stressing")),
        ("agree", ("agrees", "agreed", "agreeing")),
    ],
)
def test_regular_verbs_are_inflected(base: str, forms: tuple[str, str, str]) -> None:
    assert inflect(base) == forms


def test_a_phrase_counts_only_with_its_second_word() -> None:
    lexicon = read_lexicon("en")
    assert lexicon is not None
    assert lexicon.cues["pointed"].needs == {"out"}
    assert not lexicon.cues["said"].needs


def test_first_names_borne_by_both_decide_nothing() -> None:
    lexicon = read_lexicon("en")
    assert lexicon is not None
    assert not lexicon.male_names & lexicon.female_names
    assert "robin" not in lexicon.male_names | lexicon.female_names
