"""Articles about one event, worded apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from fakes.newsroom import SPRING, article, edited, event, shuffled, under

from copydesk.corpus.scratch import open_scratch
from copydesk.corpus.stories import Openings


def stories_of(articles, tmp_path, utterances=(), copies=()):
    with open_scratch(tmp_path) as store:
        openings = Openings(store)
        for each in articles:
            openings.add(each)
        return openings.stories(utterances, copies)


def coverage(number, count=4):
    return [article(event(number), outlet) for outlet in range(count)]


def undated(articles):
    return [replace(each, published_at=None) for each in articles]


def later(articles, days):
    return [replace(each, published_at=each.published_at + timedelta(days=days)) for each in articles]


def test_one_event_in_several_outlets_is_a_story(tmp_path):
    articles = coverage(1)
    found = stories_of([*articles, *coverage(2, 1), *coverage(3, 1)], tmp_path)
    assert set(found.story_of) == {each.article_id for each in articles}
    (row,) = found.rows
    assert (row.article_count, row.outlet_count) == (4, 4)
    dates = [each.published_at for each in articles]
    assert (row.first_published_at, row.last_published_at) == (min(dates), max(dates))
    assert row.headline in [each.headline for each in articles]
    assert row.story_id in found.story_of


def test_articles_without_a_date_are_in_it(tmp_path):
    first, *rest = coverage(1)
    found = stories_of([first, *undated(rest)], tmp_path)
    assert len(found.story_of) == 4
    assert found.rows[0].first_published_at == found.rows[0].last_published_at == first.published_at


def test_weeks_later_it_is_another_story(tmp_path):
    first, second, *rest = coverage(1)
    found = stories_of([first, second, *later(rest, 20)], tmp_path)
    assert len(found.rows) == 2
    assert found.story_of[first.article_id] == found.story_of[second.article_id]


def test_a_shared_utterance_joins_what_openings_alone_would_not(tmp_path):
    about = event(1)
    first = article(about, 0)
    second = replace(
        article(event(2), 1),
        published_at=first.published_at,
        headline=f"{about.words['place']} waits for answers",
    )
    assert stories_of([first, second], tmp_path).rows == ()
    found = stories_of([first, second], tmp_path, utterances=[[first.article_id, second.article_id]] * 3)
    assert len(found.rows) == 1
    far = replace(second, published_at=first.published_at + timedelta(days=30))
    assert stories_of([first, far], tmp_path, utterances=[[first.article_id, far.article_id]] * 3).rows == ()


def test_copies_are_one_story(tmp_path):
    first = article(event(1), 0)
    copy = replace(
        under(edited(first), "copy", None), headline=None, published_at=first.published_at + timedelta(days=9)
    )
    assert len(stories_of([first, copy], tmp_path, copies=[[first.article_id, "copy"]]).rows) == 1


def test_a_saga_is_no_single_event(tmp_path):
    """Each day's article is close to the day before and the day after, and shares its names with all of them."""
    daily = [
        replace(article(event(1), 0), article_id=f"{day:03d}", published_at=SPRING + timedelta(days=day))
        for day in range(40)
    ]
    found = stories_of(daily, tmp_path)
    spans = [row.last_published_at - row.first_published_at for row in found.rows]
    assert max(spans) <= timedelta(days=6)


def test_nothing_and_empty_articles_make_no_story(tmp_path):
    assert stories_of([], tmp_path).rows == ()
    bare = [replace(article(event(n), 0), headline=None, text="") for n in range(3)]
    assert stories_of(bare, tmp_path).rows == ()


def test_the_order_of_articles_changes_nothing(tmp_path):
    articles = [each for number in range(15) for each in coverage(number, 3)]
    articles = [*undated(articles[:9]), *articles[9:]]
    expected = stories_of(articles, tmp_path)
    assert len(expected.rows) >= 10
    for seed in range(3):
        assert stories_of(shuffled(articles, seed), tmp_path) == expected


def test_precision_and_recall_over_invented_events(tmp_path):
    """200 events in sixty days, three articles each: pairs of one story against pairs of one event."""
    articles = [each for number in range(200) for each in coverage(number, 3)]
    found = stories_of(articles, tmp_path).story_of
    event_of = {each.article_id: each.article_id[:5] for each in articles}
    pairs = [(a.article_id, b.article_id) for at, a in enumerate(articles) for b in articles[at + 1 :]]
    joined = {pair for pair in pairs if pair[0] in found and found[pair[0]] == found.get(pair[1])}
    same = {pair for pair in pairs if event_of[pair[0]] == event_of[pair[1]]}
    assert len(joined & same) >= 0.97 * len(joined)
    assert len(joined & same) >= 0.9 * len(same)


def test_a_story_that_everybody_tells_is_one(tmp_path):
    # None of its words is rare in these days: all of them stand in more articles than RARE_IN_WINDOW.
    large = [replace(article(event(0), each % 5), article_id=f"big-{each:03d}") for each in range(300)]
    small = [each for number in range(1, 12) for each in coverage(number)]
    found = stories_of([*large, *small], tmp_path)
    assert len({found.story_of[each.article_id] for each in large}) == 1
    assert len(found.rows) == 12
    assert stories_of(shuffled([*large, *small], 5), tmp_path) == found
