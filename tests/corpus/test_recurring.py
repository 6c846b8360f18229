"""What is boilerplate among the blocks that an outlet repeats, and under which label."""

from __future__ import annotations

import random

import pytest

from copydesk.corpus.recurring import LabelGuesser, Recurring, Seen, gather, why_news
from copydesk.corpus.repeats import Repeat, form_key

WEIR = "Every Thursday our readers meet beside the old weir to talk about what they would like to read."
LEAST = 3


def seen(page: int, text: str = WEIR, label: str = "body", rule: str | None = None, **more: object) -> Seen:
    values = {"outlet": 0, "article_id": f"a{page:03}", "story": None} | more
    return Seen(page=page, text=text, label=label, rule=rule, **values)  # type: ignore[arg-type]


def recurring(*blocks: Seen, outlets: int = 1) -> Recurring:
    (place,) = {(block.outlet, form_key(block.text)) for block in blocks}
    (found,) = gather(blocks, {place: Repeat(len(blocks), outlets)}).values()
    return found


@pytest.mark.parametrize(
    ("block", "pages", "news"),
    [
        (recurring(*map(seen, range(4))), 10, None),
        (recurring(*map(seen, range(4))), 1000, "rare"),
        (recurring(*(seen(n, story="s1") for n in range(4))), 10, "one story"),
        (recurring(*(seen(n, story=f"s{n % 2}") for n in range(4))), 10, None),
        (recurring(seen(0), *(seen(n, story="s1") for n in range(1, 4))), 10, None),
        (recurring(*map(seen, range(4)), outlets=2), 4, "shared"),
        (recurring(*map(seen, range(30)), outlets=2), 200, "shared"),
        (recurring(*map(seen, range(30)), outlets=2), 60, None),
        (recurring(*(seen(n, "He declined to comment.") for n in range(5))), 10, "short"),
        (recurring(*(seen(n, "He declined to comment.") for n in range(6))), 100, "short"),
        (recurring(*(seen(n, "Read the paper on Sundays.") for n in range(6))), 10, None),
        # What is taken already needs no proof that it is no news.
        (recurring(*(seen(n, "Up again", "unknown", "model/words") for n in range(3))), 1000, None),
        # A name that the page's fields know.
        (
            recurring(
                *(seen(n, "Mira Tolland", "byline", "field/byline") for n in range(5)),
                *(seen(n, "Mira Tolland", "unknown", "model/words") for n in range(5, 8)),
            ),
            10,
            "field",
        ),
    ],
)
def test_furniture_is_told_from_news(block: Recurring, pages: int, news: str | None) -> None:
    assert why_news(block, pages, LEAST) == news


def test_somebodys_words_are_news() -> None:
    block = recurring(*map(seen, range(4)))
    block.is_quoted = True
    assert why_news(block, 4, LEAST) == "quoted"


def test_what_a_rule_took_is_not_open_and_a_page_counts_once() -> None:
    block = recurring(
        seen(1),
        seen(1, WEIR.upper()),
        seen(2, label="unknown", rule="model/words"),
        seen(3, label="newsletter", rule="newsletter/sign-up"),
        seen(4, label="newsletter", rule="model/words"),
    )
    assert (block.kept, block.weakly, block.pages) == ({1}, {2}, 2)
    assert block.example == min(WEIR, WEIR.upper())
    assert block.samples == ("a001", "a002")
    assert {label: sorted(pages) for label, pages in block.removed_as.items()} == {
        "unknown": [2],
        "newsletter": [3, 4],
    }


def test_the_order_of_blocks_changes_nothing() -> None:
    blocks = [seen(n, story=f"s{n % 3}" if n % 4 else None) for n in range(12)]
    shuffled = random.Random(7).sample(blocks, len(blocks))
    assert recurring(*blocks) == recurring(*shuffled)


# ---------------------------------------------------------------- labels
def test_the_label_of_the_same_block_on_other_pages_wins() -> None:
    block = recurring(seen(1), seen(2), seen(3, label="newsletter", rule="newsletter/sign-up"))
    guesser = LabelGuesser([block])
    guesser.learn(WEIR, "comments")
    assert guesser.guess(block) == ("newsletter", "elsewhere")


def test_a_block_like_removed_ones_gets_their_label_whatever_the_order() -> None:
    block = recurring(*map(seen, range(3)))
    removals = [
        ("Our readers meet on Sundays beside the old weir.", "comments"),
        ("Readers meet each Thursday beside the old weir to talk.", "newsletter"),
        ("The price of bread has risen.", "related_teaser"),
        (WEIR, "unknown"),
        (WEIR, "caption"),
    ]
    for order in (removals, removals[::-1]):
        guesser = LabelGuesser([block])
        for text, label in order:
            guesser.learn(text, label)
        assert guesser.guess(block) == ("newsletter", "alike")


def test_a_block_like_nothing_is_unknown() -> None:
    block = recurring(*map(seen, range(3)))
    guesser = LabelGuesser([block])
    guesser.learn("The weir was closed.", "newsletter")
    assert guesser.guess(block) == ("unknown", "nothing")
