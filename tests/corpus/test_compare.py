"""The whole comparison: what it says of a corpus depends on the set of documents, and of nothing else."""

from __future__ import annotations

import pytest
from fakes.newsroom import GivenQuotes, article, edited, event, quote, shuffled, under

from copydesk.corpus import openings, postings, scratch, similar
from copydesk.corpus.compare import compare
from copydesk.errors import RunError

EVENTS = [event(number) for number in range(12)]
ARTICLES = [article(about, outlet) for about in EVENTS for outlet in range(3)]
COPIES = [under(edited(each), f"{each.article_id}-copy", None, "VBP") for each in ARTICLES[::4]]


def quoted(each):
    """What somebody says in this article, the same in each article of the event."""
    about = EVENTS[int(each.article_id[:5])]
    return quote(about.quote(about.number), each.article_id, about.words["name"])


QUOTES = [quoted(each) for each in (*ARTICLES, *COPIES)]


def compared(articles, quotes, tmp_path):
    languages = {each.article_id: each.language for each in articles}
    return compare(articles, GivenQuotes(quotes, languages), tmp_path)


def test_every_kind_of_finding_is_made(tmp_path):
    found = compared([*ARTICLES, *COPIES], QUOTES, tmp_path)
    assert len(found.copies) == 2 * len(COPIES)
    assert len(found.stories) == len({row.cluster_id for row in found.quote_clusters}) == len(EVENTS)
    assert set(found.story_of) == {each.article_id for each in (*ARTICLES, *COPIES)}
    assert found.cluster_of == {row.quote_id: row.cluster_id for row in found.quote_clusters}
    assert len(found.cluster_of) == len(QUOTES)
    assert {row.cluster_id for row in found.quote_clusters} <= {each.quote_id for each in QUOTES}


def test_rows_come_in_the_order_of_their_keys(tmp_path):
    found = compared([*ARTICLES, *COPIES], QUOTES, tmp_path)
    keys = [(row.cluster_id, row.quote_id) for row in found.quote_clusters]
    assert keys == sorted(keys)
    assert [row.story_id for row in found.stories] == sorted(row.story_id for row in found.stories)


def test_any_order_gives_the_same(tmp_path):
    expected = compared([*ARTICLES, *COPIES], QUOTES, tmp_path)
    for seed in range(3):
        assert (
            compared(shuffled([*ARTICLES, *COPIES], seed), shuffled(QUOTES, seed + 1), tmp_path) == expected
        )


def test_an_empty_corpus_has_nothing_to_compare(tmp_path):
    found = compared([], [], tmp_path)
    assert (found.copies, found.story_of, found.cluster_of, found.quote_clusters, found.stories) == (
        {},
        {},
        {},
        (),
        (),
    )


def test_what_is_found_does_not_depend_on_how_much_is_looked_at_in_one(tmp_path, monkeypatch):
    expected = compared([*ARTICLES, *COPIES], QUOTES, tmp_path)
    for module, name, rows in (
        (scratch, "RUN_ROWS", 300),
        (scratch, "STRETCH_ROWS", 200),
        (scratch, "SAMPLED", 10),
        (postings, "PAIRS_AT_ONCE", 7),
        (openings, "WORDS_AT_ONCE", 50),
        (openings, "PAIRS_AT_ONCE", 3),
    ):
        monkeypatch.setattr(module, name, rows)
    assert compared([*ARTICLES, *COPIES], QUOTES, tmp_path) == expected


def test_a_disk_without_room_ends_with_one_line(tmp_path):
    with pytest.raises(RunError, match=r"^comparing documents: expected room to work, found: No such file"):
        compared(ARTICLES, QUOTES, tmp_path / "gone")


def test_one_statement_in_more_articles_than_a_key_may_have_is_one_utterance(tmp_path, monkeypatch):
    monkeypatch.setattr(similar, "MOST_SHARED", 30)
    about = EVENTS[0]
    quotes = [
        quote(about.quote(about.number), each.article_id, about.words["name"])
        for each in (*ARTICLES, *COPIES)
    ]
    assert len(quotes) > similar.MOST_SHARED
    found = compared([*ARTICLES, *COPIES], quotes, tmp_path)
    assert set(found.cluster_of) == {each.quote_id for each in quotes}
    assert len(set(found.cluster_of.values())) == 1
