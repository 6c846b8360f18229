"""Pages and dumps that give no date of their own: none may come out, whatever dates stand in captions, prose or teasers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from copydesk import desk
from copydesk.records import RawPage, Run
from copydesk.rows import ArticleRow

RUN = Run(
    run_id="no-date",
    started_at=datetime(2025, 6, 1, tzinfo=UTC),
    copydesk_version="test",
    rules_version="test",
)

HEADLINE = "Harrow lighthouse gets its old lamp back"
STORY = (
    "The lighthouse keepers of Harrow have put the old lamp back into the tower, after a winter in which ships steered by a "
    "lantern that the fishermen had hung from the chapel.",
    "“It is heavier than we remembered,” said Nora Feld, who led the four keepers up the ninety steps with the lamp in "
    "a cradle of rope and sailcloth.",
    "The town council had wanted a cheaper lamp from the mainland, but a collection in the harbour taverns brought in more "
    "money than the repair was going to cost in the end.",
    "Sailors say that they can see the beam from the outer reef again, and the chapel has its quiet nights back, which the "
    "sexton told the council he had missed most of all.",
)

# Where a date stands, and the lines that hold it; above the story, in it or below it.
ABOVE = {
    "caption with a day": "The lamp on its way up the tower, Harrow, 14 March 2021. Photo: Bo Roe",
    "caption with an agency": "FILE PHOTO: The tower of Harrow, January 9, 2019. Ann Poe/AFP",
    "caption in brackets": "The keepers at work on Feb. 3, 2022. (Bo Roe/Harrow Picture Desk)",
    "copyright of a picture": "© 2018 Harrow Harbour Museum",
    "credit with a year": "Photo: Ann Poe, 2020",
    "breadcrumb with a year": "Home / Archive 2022 / Coast",
    "weather bar": "Harrow 14 °C, wind from the west",
    "event teaser": "Lamp festival: tickets for 12 July 2026 on sale now",
    "advertisement": "Advertisement: Spring sale until 31/05/2023",
    "volume of a magazine": "Volume 12, No. 4",
}
WITHIN = {
    "prose opens with a date": (
        "On 5 June 2017 the lamp had been taken to the mainland, where nobody found the time to look at it for years."
    ),
    "prose ends with a date": (
        "The last keeper before them had left his post for a farm inland and never came back, on 30 November 2015."
    ),
    "a numeric date in prose": "The insurance ran out on 01/02/2019 and the town had not noticed until the lamp went dark.",
    "a quoted date": "“I wrote it down, it was Tuesday, April 4, 2023, at 6.30 pm,” the sexton told the council’s secretary.",
    "a caption between paragraphs": "The chapel with its lantern, seen on 2 May 2020. Photo: Ann Poe",
    "a tweet": "— Harrow Harbour (@harrowharbour) August 21, 2022",
    "a subheading with a year": "The winter of 2019",
    "a related line": "Read more: Storm of 8 January 2018 broke the lantern",
    "a law with a date": "The Lamps Act of 3 August 1998 leaves the choice of a lamp to the keepers, as the clerk found out.",
    "a span of years": "Between May 2011 and June 2013 the lamp was lit by volunteers, who took turns by the week.",
}
BELOW = {
    "copyright line": "© 2024 The Harrow Gazette. All rights reserved.",
    "copyright with a day": "Copyright 12 March 2024 The Harrow Gazette",
    "a comment": "lampfan\n3 May 2023 at 10:15\nGood news for all of us who sail at night.",
    "two comments": (
        "seadog 12.04.2022 18:30\nAbout time.\nmoorhen 13.04.2022 07:05\nMy uncle carried the rope."
    ),
    "related stories": (
        "Related stories\nChapel lantern sold at auction\n2 February 2024\nHarrow ferry back in service\n30 January 2024"
    ),
    "teasers with ages": "More from the coast\nMill closes after ninety years\n11/12/2023\nEel season opens\n09/12/2023",
    "an event calendar": "What is on\nLamp festival, 12 July 2026\nRegatta, 19 July 2026",
    "terms": "Our privacy policy changed on 25 May 2018.",
    "a newsletter box": "Sign up for our newsletter\nThe first letter of 2024 went out on 3 January.",
    "author's life": "Jane Doe was born on 7 October 1980 in Harrow and writes about the coast.",
    "a licence": "This page was archived from the printed volume of 1 December 2016 by the library of Harrow.",
    "a software note": "Site last built with Lantern 2.3 (2023-11-05)",
}


def cases() -> list[tuple[str, str, str]]:
    placed = ("above", ABOVE), ("within", WITHIN), ("below", BELOW)
    return [(place, name, text) for place, texts in placed for name, text in texts.items()]


def lines_of(place: str, noise: str) -> list[str]:
    extra = noise.split("\n")
    if place == "above":
        return [HEADLINE, *extra, *STORY]
    return [HEADLINE, *STORY[:2], *extra, *STORY[2:]] if place == "within" else [HEADLINE, *STORY, *extra]


def edited(name: str, content: str) -> ArticleRow:
    raw = RawPage(source_uri=name, name=name, content=content.encode())
    article = desk.edit(raw, RUN, desk.load_kit()).article
    assert article is not None
    return article


@pytest.mark.parametrize(("place", "name", "noise"), cases(), ids=lambda value: str(value)[:40])
def test_a_dump_without_a_date_gets_none(place: str, name: str, noise: str) -> None:
    article = edited("story.txt", "\n\n".join(lines_of(place, noise)))
    assert (article.published_at, article.published_raw) == (None, None)


@pytest.mark.parametrize(("place", "name", "noise"), cases(), ids=lambda value: str(value)[:40])
def test_a_page_without_a_date_gets_none(place: str, name: str, noise: str) -> None:
    first, *rest = lines_of(place, noise)
    paragraphs = "".join(f"<p>{line}</p>\n" for line in rest)
    html = (
        f'<!doctype html><html lang="en"><head><title>{first}</title></head>'
        f"<body><article><h1>{first}</h1>\n{paragraphs}</article></body></html>"
    )
    article = edited("story.html", html)
    assert (article.published_at, article.published_raw) == (None, None)


def test_the_same_story_with_a_date_line_gets_it() -> None:
    article = edited("story.txt", "\n\n".join([HEADLINE, "14 March 2021", *STORY]))
    assert article.published_at == datetime(2021, 3, 14, tzinfo=UTC)
