"""Two wordings of one statement: which are the same words, and what an editor changed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.corpus import wording
from copydesk.corpus.wording import normal_words, normal_words_of, plain_words, run_keys, run_keys_of, weigh
from copydesk.corpus.wordings import Wording, match, show_edits

LOCKS = "We have seen records that keepers were opening the lock gates at night for smugglers,"


def relation(shorter: str, longer: str) -> str | None:
    found = match(Wording(shorter, "en"), Wording(longer, "en"))
    return found and found.relation


@pytest.mark.parametrize(
    "other",
    [
        "“We have seen records that keepers were opening the lock-gates at night for smugglers.”",
        "we have seen records that keepers were opening the lock gates at night for smugglers",
    ],
)
def test_marks_case_and_hyphens_are_not_words(other):
    assert relation(LOCKS, other) == "identical"
    assert show_edits(other, LOCKS) is None


@pytest.mark.parametrize(
    ("other", "edits"),
    [
        ("We have seen records that keepers opened the lock gates at night for smugglers.", "[-were opening-]{+opened+}"),
        ("We have seen that keepers were opening lock gates at night for smugglers", "[-records-]"),
        ("We have seen records that [the] keepers were opening the lock gates for smugglers", "[-at night-]"),
    ],
)  # fmt: skip
def test_tense_dropped_words_and_an_editors_brackets_are_edits(other, edits):
    assert relation(other, LOCKS) == "edited"
    assert edits in show_edits(other, LOCKS)


def test_a_stretch_of_a_longer_quote_is_contained_in_it():
    longer = f"As in the spring, when nobody listened, {LOCKS} and nobody will tell me otherwise, not this minister."
    assert relation("keepers were opening the lock gates at night", longer) == "contained"
    shown = show_edits(LOCKS, longer)
    assert shown.startswith("[-As in the spring")
    assert "We have seen … night for smugglers" in shown


def test_words_scattered_over_a_long_speech_are_not_contained_in_it():
    speech = (
        "Smugglers came in March. "
        + "The harbour was full of boats and gulls. " * 5
        + "The keepers slept at the gates."
    )
    assert relation("smugglers, boats, keepers and gates", speech) is None


@pytest.mark.parametrize(
    "other",
    [
        "We have seen records that the ferries were late again for want of crews on Sunday mornings.",
        "There is nothing that we have seen at night",
        "",
    ],
)
def test_other_statements_are_other_statements(other):
    shorter, longer = sorted((other, LOCKS), key=lambda text: len(text.split()))
    assert relation(shorter, longer) is None


def test_long_changes_are_shown_short():
    shown = show_edits("The gates stay shut", "The gates stay shut " + "until further notice " * 30)
    assert shown == "The gates stay shut [-until further notice … until further notice-]"


@given(
    st.lists(
        st.sampled_from(["the", "gate", "keeper", "opens", "at", "night", "every", "week"]),
        min_size=1,
        max_size=12,
    )
)
def test_a_wording_never_edits_itself(words):
    text = " ".join(words)
    assert show_edits(text, text.upper()) is None
    assert relation(text, text) == "identical"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(first, second):
    shown = show_edits(first, second)
    assert (shown is None) == (normal_words(first) == normal_words(second))


def test_a_hostile_quote_takes_no_long_time():
    started = time.process_time()
    long = "a b " * 20_000
    match(Wording(long, "en"), Wording(long + "c", "en"))
    show_edits(long, long + "c")
    assert time.process_time() - started < 5


def test_words_of_any_script():
    assert normal_words("Она сказала: «Да, это “мост”»") == ["она", "сказала", "да", "это", "мост"]
    assert weigh(normal_words("橋は閉鎖された")) == 3.5
    assert "the" in plain_words("en-GB")
    assert "der" not in plain_words("en")
    assert {"the", "der"} <= plain_words(None)


@given(st.lists(st.text(alphabet="aBß-'’ \nZÉµ中ſ1", max_size=12) | st.text(max_size=12), max_size=5))
def test_texts_that_are_read_together_have_the_words_that_each_has_alone(texts):
    folded = [text.casefold().replace("’", "'").replace("‘", "'").replace("ʼ", "'") for text in texts]
    words = [wording._WORD.findall(text) for text in folded]
    assert normal_words_of(texts) == [normal_words(text) for text in texts] == words


def test_texts_whose_runs_are_keyed_together_have_the_keys_that_each_has_alone():
    texts = [normal_words(LOCKS), ["too", "short"], [], normal_words(LOCKS)[3:]]
    keys = run_keys_of(texts, 4)
    assert [list(found) for found in keys] == [list(run_keys(words, 4)) for words in texts]


def test_runs_of_words_have_the_same_keys_wherever_they_stand():
    first, second = run_keys(normal_words(LOCKS), 4), run_keys(["well", *normal_words(LOCKS)], 4)
    assert list(first) == list(second[1:])
    assert len(set(first.tolist())) == len(first)
    assert len(run_keys(["too", "short"], 4)) == 0
