"""The same utterance over articles, in whatever wording."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.newsroom import SPRING, GivenQuotes, quote, shuffled

from copydesk.corpus.clusters import cluster_quotes
from copydesk.corpus.scratch import open_scratch
from copydesk.corpus.texts import Printing

OUTLETS = {"a": "The Harrow Gazette", "b": "Nordlicht Zeitung", "c": "Riverland Daily", "d": None}
PRINTINGS = {
    name: Printing(
        name, outlet=outlet, language="en", published_at=SPRING + timedelta(days="dcba".index(name))
    )
    for name, outlet in OUTLETS.items()
}
GATES = "We have seen records that keepers were opening the lock gates at night for smugglers,"
GATES_EDITED = "We have seen records that the keepers opened the lock gates at night for smugglers."
GATES_PART = "opening the lock gates at night"


def clusters_of(quotes, tmp_path, printings=PRINTINGS):
    with open_scratch(tmp_path) as store:
        languages = {name: printing.language for name, printing in printings.items()}
        return list(cluster_quotes(GivenQuotes(quotes, languages), printings, store).rows)


def together(quotes, tmp_path):
    """Whether all of these quotes are one cluster; False where none of them is in any."""
    rows = clusters_of(quotes, tmp_path)
    assert len(rows) in (0, len(quotes))
    return bool(rows) and len({row.cluster_id for row in rows}) == 1


def test_wordings_of_one_utterance_are_a_cluster_around_the_one_that_holds_most(tmp_path):
    quotes = [quote(GATES_PART, "a"), quote(GATES, "b"), quote(GATES_EDITED, "c"), quote(GATES.upper(), "d")]
    rows = clusters_of(quotes, tmp_path)
    assert {row.quote_id[0]: row.relation for row in rows} == {
        "a": "contained",
        "b": "identical",
        "c": "edited",
        "d": "identical",
    }
    assert {row.cluster_id for row in rows} == {
        "d-q0001"
    }  # of the two with these words, d was published first
    edits = {row.quote_id[0]: row.edits for row in rows}
    assert edits["b"] is None
    assert edits["d"] is None
    assert "{+the+}" in edits["c"].lower()
    assert edits["a"].startswith("[-WE HAVE SEEN")


def test_a_row_tells_of_its_cluster(tmp_path):
    quotes = [
        quote(GATES, "a", speaker="Roche"),
        quote(GATES, "b"),
        quote(GATES, "d"),
        quote(GATES, "d", number=2),
    ]
    for row in clusters_of(quotes, tmp_path):
        assert (row.wording, row.speaker, row.article_count, row.outlet_count) == (GATES, "Ana Roche", 3, 2)
        assert row.first_published_at == SPRING


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("human wave of tourists", "human wave of tourists,"),
        ("The bridge over the Tarn was never safe", "Bridges over the Tarn were never safe"),
        ("That is the one promise I made and the one that I will keep", "the one promise I made and the one that I will keep"),
    ],
)  # fmt: skip
def test_one_speaker_needs_few_words(first, second, tmp_path):
    assert together([quote(first, "a"), quote(second, "b")], tmp_path)


@pytest.mark.parametrize(
    "words", ["barrier troops", "going to be great", "I think so", "we will see what happens", "Yes!", ""]
)
def test_a_few_common_words_are_no_utterance(words, tmp_path):
    assert not together([quote(words, "a"), quote(words, "b")], tmp_path)


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        ("opening the lock gates", False),
        ("keepers opening the lock gates at night", False),
        ("keepers have been opening the lock gates at night for smugglers from Velmora", True),
    ],
)
def test_two_speakers_need_a_long_and_equal_sentence(words, joined, tmp_path):
    assert together([quote(words, "a"), quote(words, "b", speaker="Jonas Varga")], tmp_path) is joined
    assert together([quote(words, "a"), quote(words, "b")], tmp_path)


def test_two_speakers_with_long_but_differing_words_stay_apart(tmp_path):
    assert not together([quote(GATES, "a"), quote(GATES_EDITED, "b", speaker="Jonas Varga")], tmp_path)


def test_an_unknown_speaker_joins_nobody_to_somebody_else(tmp_path):
    """A and B both match the quote without a speaker; they are still two people."""
    words = "opening the lock gates at night for years"
    quotes = [quote(words, "a"), quote(words, "b", speaker=None), quote(words, "c", speaker="Jonas Varga")]
    rows = clusters_of(quotes, tmp_path)
    assert len(rows) == 2
    assert {row.speaker for row in rows} in ({"Ana Roche"}, {"Jonas Varga"})


def test_indirect_speech_and_terms_stay_out(tmp_path):
    for kind in ("indirect", "term"):
        assert not together([quote(GATES, "a", kind=kind), quote(GATES, "b", kind=kind)], tmp_path)


def test_what_one_article_repeats_is_no_cluster(tmp_path):
    assert clusters_of([quote(GATES, "a"), quote(GATES, "a", number=2)], tmp_path) == []


def test_two_utterances_of_one_speech_stay_two(tmp_path):
    second = "We also have seen records that keepers were threatened with prison if they spoke to newspapers"
    quotes = [quote(text, name, number=at) for name in "ab" for at, text in enumerate((GATES, second))]
    assert len({row.cluster_id for row in clusters_of(quotes, tmp_path)}) == 2


def test_the_order_of_quotes_changes_nothing(tmp_path):
    texts = [
        GATES,
        GATES_EDITED,
        GATES_PART,
        GATES + " and nobody stopped them",
        "keepers were opening the lock gates",
    ]
    speakers = ["Ana Roche", "Roche", None, "Jonas Varga"]
    quotes = [
        quote(text, name, speakers[(at + "abcd".index(name)) % 4], at)
        for name in "abcd"
        for at, text in enumerate(texts)
    ]
    expected = clusters_of(quotes, tmp_path)
    assert expected
    for seed in range(5):
        assert clusters_of(shuffled(quotes, seed), tmp_path) == expected


def test_a_sentence_that_hundreds_print_is_one_cluster(tmp_path):
    names = [f"{n:04d}" for n in range(400)]
    printings = {name: replace(PRINTINGS["a"], article_id=name, outlet=name) for name in names}
    quotes = [quote(GATES_EDITED if int(name) % 7 == 0 else GATES, name) for name in names]
    rows = clusters_of(quotes, tmp_path, printings)
    assert len(rows) == 400
    assert {row.cluster_id for row in rows} == {"0001-q0001"}
    assert {row.outlet_count for row in rows} == {400}
