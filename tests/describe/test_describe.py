"""The fields of an article from its claims and its labelled blocks, with evidence and the blocks that fed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from copydesk.describe import describe
from copydesk.records import Block, Claim, Description, Image, Label, Labelled, Page, Sidecar

NOW = datetime(2024, 6, 1, tzinfo=UTC)
BODY = (
    "The bridge over the Harrow will close on Monday for repairs that are expected to last until the autumn, the council said.",
    "Drivers were told to use the old ferry, which the town bought back from its last owner only two summers ago.",
)


def story(
    *lines: tuple[Label, str],
    claims: tuple[Claim, ...] = (),
    sidecar: Sidecar | None = None,
    body: tuple[str, ...] = BODY,
) -> Description:
    """Describes a page of these lines with two paragraphs of prose where a line says ("body", "")."""
    labelled: list[Labelled] = []
    given = [line for line in lines if line != ("body", "")]
    at = lines.index(("body", "")) if ("body", "") in lines else len(given)
    rows: list[tuple[Label, str]] = [*given[:at], *(("body", text) for text in body), *given[at:]]  # type: ignore[list-item]
    for number, (label, text) in enumerate(rows):
        labelled.append(Labelled(Block(number, text, "paragraph"), label, "test"))
    page = Page("harrow.html", "html", tuple(item.block for item in labelled), claims, sidecar or Sidecar())
    return describe(page, labelled, now=NOW)


def test_a_dump_with_everything_in_its_head() -> None:
    told = story(
        ("headline", "Harrow bridge to close for repairs"),
        ("dek", "Drivers are told to take the ferry until autumn."),
        ("byline", "Written by Bo R"),
        ("timestamp", "Oct.27 - 2023 10:12 AM CET"),
        ("credit", "Photo: Shutterstock.com"),
        ("body", ""),
        ("sign_off", "Reporting by Jane Doe; Editing by Ann Poe"),
    )
    assert (told.headline, told.dek) == (
        "Harrow bridge to close for repairs",
        "Drivers are told to take the ferry until autumn.",
    )
    assert told.authors == ("Bo R",)
    assert told.published is not None
    assert told.published.at == datetime(2023, 10, 27, 9, 12, tzinfo=UTC)
    assert (told.published.zone, told.published.zone_source, told.published.precision) == (
        "CET",
        "explicit",
        "minute",
    )
    assert [(image.caption, image.credit) for image in told.images] == [(None, "Shutterstock.com")]
    assert [(who.role, who.name) for who in told.contributors] == [
        ("Reporting", "Jane Doe"),
        ("Editing", "Ann Poe"),
    ]
    assert told.language == "en"
    assert dict(told.fed) == {
        0: "headline",
        1: "dek",
        2: "authors",
        3: "published_at",
        4: "images",
        7: "contributors",
    }
    assert dict(told.field_sources)["headline"] == "block:0"


def test_a_page_that_says_nothing_gives_nothing() -> None:
    told = story(("body", ""))
    empty = Description(language="en", field_sources=(("language", "text"),))
    assert told == empty


def test_a_marker_on_its_own_line_speaks_for_the_date_below() -> None:
    told = story(
        ("headline", "Harrow bridge to close"),
        ("timestamp", "10/27/2023"),
        ("timestamp", "Updated:"),
        ("timestamp", "10/28/2023"),
        ("timestamp", "0:00"),
        ("body", ""),
    )
    assert told.published is not None and told.published.at == datetime(2023, 10, 27, tzinfo=UTC)
    assert told.updated is not None and told.updated.at == datetime(2023, 10, 28, tzinfo=UTC)
    assert told.published.precision == "day"


def test_the_date_of_a_caption_and_of_a_comment_is_never_the_articles() -> None:
    told = story(
        ("headline", "Harrow bridge to close"),
        ("caption", "The bridge in a storm on Oct. 6, 2022. (Bo Roe/AFP)"),
        ("body", ""),
        ("timestamp", "12.04.2020 17:02"),
        ("timestamp", "11.04.2020 22:26"),
    )
    assert told.published is None and told.updated is None
    assert [(image.caption, image.credit) for image in told.images] == [
        ("The bridge in a storm on Oct. 6, 2022.", "Bo Roe/AFP")
    ]


def test_a_single_date_right_under_the_story_is_the_storys() -> None:
    told = story(
        ("headline", "Harrow bridge to close"), ("body", ""), ("timestamp", "28. 4. 2023, 18:41 Uhr")
    )
    assert told.published is not None and told.published.at == datetime(2023, 4, 28, 18, 41, tzinfo=UTC)


def test_the_head_of_the_page_dates_it_and_the_outlets_country_gives_a_naive_clock_its_zone() -> None:
    claims = (
        Claim("url", "https://www.nordlicht-zeitung.de/a?utm_source=feed", "link:canonical"),
        Claim("published", "2023-07-01T10:00:00", "json-ld:NewsArticle.datePublished"),
        Claim("updated", "2023-07-01T12:00:00+00:00", "json-ld:NewsArticle.dateModified"),
    )
    told = story(("body", ""), claims=claims)
    assert (told.url, told.domain) == ("https://www.nordlicht-zeitung.de/a", "nordlicht-zeitung.de")
    assert told.published is not None and told.updated is not None
    assert told.published.at == datetime(2023, 7, 1, 8, 0, tzinfo=UTC)
    assert (told.published.zone, told.published.zone_source) == ("Europe/Berlin", "outlet")
    assert (told.updated.at, told.updated.zone_source) == (
        datetime(2023, 7, 1, 12, 0, tzinfo=UTC),
        "explicit",
    )
    assert dict(told.field_sources)["published_at"] == "json-ld:NewsArticle.datePublished"


def test_a_visible_clock_sharpens_a_claimed_day() -> None:
    claims = (Claim("published", "2023-10-27", "json-ld:NewsArticle.datePublished"),)
    told = story(
        ("headline", "Harrow bridge"), ("timestamp", "27 October 2023 16:37 BST"), ("body", ""), claims=claims
    )
    assert told.published is not None
    assert (told.published.at, told.published.precision) == (
        datetime(2023, 10, 27, 15, 37, tzinfo=UTC),
        "minute",
    )


def test_people_come_from_claims_without_agencies_outlets_and_titles() -> None:
    claims = (
        Claim("outlet", "The Harrow Gazette", "meta:og:site_name"),
        Claim("author", "Harrow Gazette", "json-ld:NewsArticle.author.Person"),
        Claim("author", "Doe, Jane", "json-ld:NewsArticle.author.Person"),
        Claim("author", "Reuters", "json-ld:NewsArticle.author.Organization"),
        Claim("author", "By BO ROE, Political Editor", "json-ld:NewsArticle.author.Person"),
    )
    told = story(
        ("headline", "Harrow bridge"), ("byline", "By Jane Doe and Bo Roe"), ("body", ""), claims=claims
    )
    assert told.authors == ("Jane Doe", "Bo Roe")
    assert told.agency == "Reuters"
    assert dict(told.field_sources)["authors"] == "json-ld:NewsArticle.author"


def test_a_bare_name_that_the_story_speaks_of_is_no_author() -> None:
    body = (
        "Nora Feld, who built the ferry, said on Monday that it would sail again before the winter came.",
    )
    told = story(("headline", "Ferry to sail again"), ("byline", "Nora Feld"), ("body", ""), body=body)
    assert told.authors == ()
    assert story(
        ("headline", "Ferry to sail again"), ("byline", "Jane Doe"), ("body", ""), body=body
    ).authors == ("Jane Doe",)


def test_bylines_of_teasers_below_are_left_alone() -> None:
    told = story(
        ("headline", "Harrow bridge"),
        ("byline", "By Jane Doe"),
        ("body", ""),
        ("byline", "By Ann Poe"),
        ("byline", "By Cy Loe"),
    )
    assert told.authors == ("Jane Doe",)


def test_the_headline_loses_its_outlet_and_a_glued_kicker() -> None:
    claims = (
        Claim("outlet", "The Harrow Gazette", "meta:og:site_name"),
        Claim("headline", "Bridge to close for repairs | The Harrow Gazette", "meta:og:title"),
        Claim("headline", "Bridge to close for repairs | Local | The Harrow Gazette", "title"),
    )
    assert story(("body", ""), claims=claims).headline == "Bridge to close for repairs"
    glued = story(("headline", "Traffic Bridge to close for repairs"), ("body", ""), claims=claims)
    assert glued.headline == "Bridge to close for repairs"


def test_a_headline_keeps_what_is_no_outlet() -> None:
    told = story(("headline", "Velmora holds its fire in the north – White House"), ("body", ""))
    assert told.headline == "Velmora holds its fire in the north – White House"


@pytest.mark.parametrize(
    ("lines", "outlet"),
    [
        (
            (
                ("donation_appeal", "Support The Harrow Gazette!"),
                ("newsletter", "A message from The Harrow Gazette:"),
            ),
            "The Harrow Gazette",
        ),
        ((("donation_appeal", "Support The Harrow Gazette!"),), None),
        (
            (
                ("donation_appeal", "Support The Harrow Gazette!"),
                ("newsletter", "More from The Harrow Gazette"),
            ),
            "The Harrow Gazette",
        ),
        ((("legal", "© 2024 Harrow Gazette. All rights reserved."),), "Harrow Gazette"),
        ((("outlet", "Reuters"),), "Reuters"),
    ],
)
def test_a_dump_names_its_outlet_in_its_boilerplate_only(
    lines: tuple[tuple[Label, str], ...], outlet: str | None
) -> None:
    prose = (
        "The mayor, a reader of The Velmora Post, said that the Velmora Post had told the story well enough for him.",
    )
    assert story(("body", ""), *lines, body=prose).outlet == outlet


def test_a_line_that_is_the_name_in_the_address_is_the_outlet_and_no_credit() -> None:
    claims = (Claim("url", "https://www.harrowgazette.com/bridge", "link:canonical"),)
    told = story(("headline", "Harrow bridge"), ("credit", "Harrow Gazette"), ("body", ""), claims=claims)
    assert (told.outlet, told.images) == ("Harrow Gazette", ())


def test_the_sidecar_outranks_the_page() -> None:
    sidecar = Sidecar(
        url="https://harrow.example.com/story?fbclid=1",
        outlet="Harrow Gazette",
        zone="Europe/Kyiv",
        language="en-GB",
        headline="Bridge shut",
        authors=("Jane Doe",),
        published="2023-07-01 10:00",
    )
    claims = (
        Claim("headline", "Other", "meta:og:title"),
        Claim("author", "Bo Roe", "meta:author"),
        Claim("outlet", "Other", "meta:og:site_name"),
    )
    told = story(("headline", "Other"), ("body", ""), claims=claims, sidecar=sidecar)
    assert (told.url, told.outlet, told.language) == (
        "https://harrow.example.com/story",
        "Harrow Gazette",
        "en",
    )
    assert (told.headline, told.authors) == ("Bridge shut", ("Jane Doe",))
    assert told.published is not None and told.published.at == datetime(2023, 7, 1, 7, 0, tzinfo=UTC)
    assert dict(told.field_sources)["outlet"] == "sidecar"


def test_a_caption_printed_twice_is_one_picture() -> None:
    told = story(
        ("headline", "Harrow bridge"),
        ("caption", "Men line up on the bridge in Harrow, Friday, Nov. 26, 2010."),
        ("caption", "Men line up on the bridge in Harrow, Friday, Nov. 26, 2010. Copyright Bo Roe/AP2010"),
        ("body", ""),
    )
    assert [(image.caption, image.credit) for image in told.images] == [
        ("Men line up on the bridge in Harrow, Friday, Nov. 26, 2010.", "Bo Roe/AP")
    ]


def test_an_image_line_and_the_caption_below_are_one_picture() -> None:
    blocks = [
        Labelled(
            Block(0, "The ferry", "image", image=Image("https://harrow.example.com/f.jpg", "The ferry")),
            "image",
            "test",
        ),
        Labelled(
            Block(1, "The ferry at its pier in Harrow. REUTERS/Ann Poe/File Photo", "paragraph"),
            "caption",
            "test",
        ),
        Labelled(Block(2, "The second ferry.", "paragraph"), "caption", "test"),
        *(Labelled(Block(3 + number, text, "paragraph"), "body", "test") for number, text in enumerate(BODY)),
    ]
    told = describe(Page("a.md", "markdown", tuple(item.block for item in blocks)), blocks, now=NOW)
    first, second = told.images
    assert (first.url, first.alt, first.credit) == (
        "https://harrow.example.com/f.jpg",
        "The ferry",
        "REUTERS/Ann Poe/File Photo",
    )
    assert first.caption == "The ferry at its pier in Harrow."
    assert (second.caption, second.url) == ("The second ferry.", None)


def test_a_dateline_gives_place_and_agency_without_touching_the_prose() -> None:
    told = story(("headline", "Harrow bridge"), ("body", ""), body=(f"HARROW, Velmora (AP) — {BODY[0]}",))
    assert (told.dateline, told.agency) == ("HARROW, Velmora", "AP")


@pytest.mark.parametrize(
    ("claim", "text", "language"),
    [
        (
            "en",
            "Die Brücke über die Harrow wird am Montag geschlossen, wie der Rat der Stadt mitteilte. " * 5,
            "de",
        ),
        ("de-AT", "Die Brücke bleibt zu.", "de"),
        (None, "Ja.", None),
        (
            "nb-NO",
            "Broen over elven stenges mandag, og bilistene må ta fergen i stedet, opplyser kommunen i dag.",
            "no",
        ),
    ],
)
def test_the_language_of_a_long_text_outranks_the_templates(
    claim: str | None, text: str, language: str | None
) -> None:
    claims = (Claim("language", claim, "html:lang"),) if claim else ()
    assert story(("body", ""), claims=claims, body=(text,)).language == language


def test_tags_and_section_are_read_once_each() -> None:
    claims = (Claim("section", "Local", "meta:article:section"),)
    told = story(("body", ""), ("tags", "Tags: Harrow, Bridges, harrow"), claims=claims)
    assert (told.section, told.tags) == ("Local", ("Harrow", "Bridges"))


def test_labels_never_change_the_page() -> None:
    page = Page("a.txt", "text", (Block(0, "Harrow bridge", "paragraph"),))
    labelled = (Labelled(page.blocks[0], "headline", "test"),)
    assert describe(page, labelled, now=NOW) == describe(replace(page), labelled, now=NOW)


def test_below_the_story_a_date_beside_a_marked_one_is_the_storys() -> None:
    told = story(
        ("headline", "Il ponte di Harrow chiude per lavori"),
        ("body", ""),
        ("comments", "3 commenti"),
        ("timestamp", "5 maggio 2023 (modifica il 6 maggio 2023 | 15:24)"),
    )
    assert told.published is not None and told.published.at == datetime(2023, 5, 5, tzinfo=UTC)
    assert told.updated is not None and told.updated.at.day == 6
