"""Which document gives the article when several have its URL or its content."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from copydesk.corpus.editions import Edition, settle_editions

MARCH, APRIL = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)


def test_of_the_same_content_one_document_gives_the_article():
    verdicts = settle_editions([Edition("b.txt", "id", "aa"), Edition("a.txt", "id", "aa")])
    assert set(verdicts) == {"b.txt"}
    assert verdicts["b.txt"].status == "duplicate"
    assert verdicts["b.txt"].article_id == "id"
    assert "a.txt" in verdicts["b.txt"].message


def test_of_the_same_url_the_one_fetched_later_replaces_the_other():
    verdicts = settle_editions(
        [Edition("a", "id", "aa", fetched_at=APRIL), Edition("b", "id", "bb", fetched_at=MARCH)]
    )
    assert {uri: v.status for uri, v in verdicts.items()} == {"b": "superseded"}


def test_without_a_time_of_fetching_the_page_tells_which_is_newer():
    verdicts = settle_editions(
        [Edition("a", "id", "aa", page_time=MARCH), Edition("b", "id", "bb", page_time=APRIL)]
    )
    assert {uri: v.status for uri, v in verdicts.items()} == {"a": "superseded"}


def test_without_any_time_the_content_decides_and_not_the_order():
    editions = [Edition("a", "id", "aa"), Edition("b", "id", "bb")]
    assert settle_editions(editions) == settle_editions(editions[::-1])
    assert len(settle_editions(editions)) == 1


def test_old_content_that_lives_on_under_another_url_keeps_its_article():
    verdicts = settle_editions(
        [
            Edition("a", "url-1", "old", fetched_at=MARCH),
            Edition("b", "url-1", "new", fetched_at=APRIL),
            Edition("c", "url-2", "old", fetched_at=APRIL),
        ]
    )
    assert {uri: v.status for uri, v in verdicts.items()} == {"a": "superseded"}


def test_what_gave_way_to_a_document_that_is_itself_a_duplicate_points_to_the_article_that_is_left():
    verdicts = settle_editions(
        [
            Edition("a", "url-1", "old", fetched_at=MARCH),
            Edition("b", "url-1", "new", fetched_at=APRIL),
            Edition("c", "url-2", "new", fetched_at=MARCH),
        ]
    )
    assert verdicts["a"].status == "superseded"
    assert verdicts["b"].status == "duplicate"
    assert {v.article_id for v in verdicts.values()} == {"url-2"}


EDITIONS = st.lists(
    st.builds(
        Edition,
        st.text("abcdefgh", min_size=1, max_size=3),
        st.sampled_from(["url-1", "url-2", "url-3"]),
        st.sampled_from(["aa", "bb", "cc"]),
        st.none() | st.sampled_from([MARCH, APRIL]),
        st.none() | st.sampled_from([MARCH, APRIL]),
    ),
    max_size=9,
    unique_by=lambda edition: edition.source_uri,
)


@given(EDITIONS, st.randoms(use_true_random=False))
def test_verdicts_do_not_depend_on_order(editions, random):
    shuffled = editions[:]
    random.shuffle(shuffled)
    assert settle_editions(editions) == settle_editions(shuffled)


@given(EDITIONS)
def test_articles_are_unique_and_every_verdict_leads_to_one(editions):
    verdicts = settle_editions(editions)
    kept = [edition for edition in editions if edition.source_uri not in verdicts]
    assert len({e.article_id for e in kept}) == len(kept)
    assert len({e.content_sha256 for e in kept}) == len(kept)
    assert {v.article_id for v in verdicts.values()} <= {e.article_id for e in kept}
