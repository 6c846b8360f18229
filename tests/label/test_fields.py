"""Fields are found in the layouts of text dumps, in other words, orders and forms."""

from __future__ import annotations

import pytest

from copydesk.extract import extract
from copydesk.label.fields import FieldGuess, find_fields
from copydesk.label.lines import Line
from copydesk.label.rules import load_rules
from copydesk.records import Block, Claim, Page, RawPage, SourceFormat

RULES = load_rules()

BODY = """The council of Velmora will close the old harbour bridge on Monday after engineers found cracks in two pillars.

The bridge carries some nine thousand cars a day between the harbour and the market, the council said on Friday.

"We have no choice, the pillars will not stand another winter of this kind," said engineer Mira Holt.

Shops near the market fear for their trade, and the ferry company has offered two more boats in the morning."""
HEADLINE = "Velmora to close its harbour bridge after cracks are found"


def page_of(text: str, source_format: SourceFormat = "text") -> Page:
    return extract(text, source_format, RawPage("a", "a", text.encode()))


def guesses_of(page: Page) -> dict[int, FieldGuess]:
    return find_fields(page, [Line(b, RULES.match(b.text, kind=b.kind)) for b in page.blocks])


def fields_of(text: str, source_format: SourceFormat = "text", sure: bool = True) -> dict[str, str]:
    """Text -> label of the blocks taken for fields; with `sure`, only those that need no second opinion."""
    page = page_of(text, source_format)
    guesses = guesses_of(page)
    return {
        b.text: guesses[b.number].label
        for b in page.blocks
        if b.number in guesses and (guesses[b.number].confidence >= 0.8 or not sure)
    }


def body_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def assert_fields(text: str, expected: dict[str, str], source_format: SourceFormat = "text") -> None:
    """All of `expected`, and no paragraph of the body among the fields."""
    found = fields_of(text, source_format)
    assert {line: found.get(line) for line in expected} == expected
    assert [line for line in body_lines(BODY) if line in found] == []


# ---------------------------------------------------------------- the five layouts
@pytest.mark.parametrize("byline", ["Written by Nora F", "By Nora Feld", "Nora Feld"])
@pytest.mark.parametrize(
    "stamp", ["Mar.14 - 2024 10:12 AM CET", "14 March 2024, 10:12 GMT", "March 14, 2024"]
)
@pytest.mark.parametrize("credit", ["Photo: Shutterstock.com", "Photo: Nora Feld / Reuters"])
@pytest.mark.parametrize("date_first", [False, True])
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_headline_byline_date_credit(
    byline: str, stamp: str, credit: str, date_first: bool, gap: str
) -> None:
    lines = [HEADLINE, stamp, byline, credit] if date_first else [HEADLINE, byline, stamp, credit]
    # The credit stands directly above the lead, as in many dumps.
    text = gap.join(lines) + "\n" + BODY
    assert_fields(text, {HEADLINE: "headline", byline: "byline", stamp: "timestamp", credit: "credit"})


@pytest.mark.parametrize(
    "banner", ["Support The Harrow Gazette!", "Donate now", "Sign up for our free weekly newsletter"]
)
@pytest.mark.parametrize(
    "caption", ["The bridge at noon. Bo Roe / TASS", "The bridge at noon. (Bo Roe/AFP via Getty Images)"]
)
def test_a_banner_above_the_headline_is_not_the_headline(banner: str, caption: str) -> None:
    assert_fields(
        f"{banner}\n\n{HEADLINE}\n\n{caption}\n\n{BODY}", {HEADLINE: "headline", caption: "caption"}
    )


@pytest.mark.parametrize(
    "dek", ["Engineer Mira Holt said the pillars showed how badly the city had kept its bridges."]
)
@pytest.mark.parametrize(
    "stamps", [["3/14/2024", "Updated:", "3/15/2024"], ["Updated:", "3/15/2024"], ["3/14/2024"]]
)
@pytest.mark.parametrize("caption", [
    "Cars wait before the harbour bridge in Velmora on March 6, 2024, in heavy rain. (Bo Roe/AFP via Getty Images)",
    "Cars wait before the harbour bridge in heavy rain. REUTERS/Bo Roe/File Photo",
])  # fmt: skip
def test_dek_repeated_headline_caption_and_bare_dates(dek: str, stamps: list[str], caption: str) -> None:
    text = "\n".join([HEADLINE, "", dek, HEADLINE, caption, *stamps, "0:00", BODY])
    page = page_of(text)
    labels = [guesses_of(page).get(n, FieldGuess("body", "", 0)).label for n in range(4 + len(stamps))]
    assert labels == ["headline", "dek", "headline_repeat", "caption", *["timestamp"] * len(stamps)]
    assert_fields(text, {dek: "dek", caption: "caption"})


@pytest.mark.parametrize("tail", ["Copyright Bo Roe/AP2010", "Copyright AP Photo/Bo Roe", "© Bo Roe"])
@pytest.mark.parametrize("byline", ["By Nora Feld", "By Nora Feld and Bo Roe"])
@pytest.mark.parametrize("date", ["", "Published on 14/03/2024 - 10:12 GMT+1\n"])
def test_caption_twice_byline_share_bar_and_a_dek_set_off_before_the_body(
    tail: str, byline: str, date: str
) -> None:
    caption = "Cars wait before the harbour bridge, Friday, March 6, 2010."
    dek = "Drivers have long complained about the bridge."
    share = "Share this articleComments\nShare this articleClose Button"
    head = f"{HEADLINE}\n\n{caption}\n{caption} {tail}\n{byline}\n{date}{share}"
    assert_fields(
        f"{head}\n\n{dek}\n\n\n{BODY}",
        {
            HEADLINE: "headline",
            caption: "caption",
            f"{caption} {tail}": "caption",
            byline: "byline",
            dek: "dek",
        },
    )


def test_markdown_with_bold_outlet_date_url_image_caption_and_sign_off() -> None:
    url = "https://www.harrow-gazette.example/velmora/harbour-bridge-closes-2024-03-14/"
    caption = "Cars wait before the harbour bridge in Velmora, March 6, 2024. REUTERS/Bo Roe/File Photo"
    sign_off = "Reporting by Nora Feld and Bo Roe; Additional reporting by Ann Poe; Editing by Jan Lind"
    text = f"# {HEADLINE}\n**Harrow Gazette**\n\n**2024-03-14 21:07**\n\n**{url}**\n\n![Cars before a bridge](https://x.example/a.jpg)\n\n{caption}\n\n{BODY}\n\n{sign_off}\n"
    expected = {
        HEADLINE: "headline",
        "Harrow Gazette": "outlet",
        "2024-03-14 21:07": "timestamp",
        url: "url",
        caption: "caption",
        sign_off: "sign_off",
    }
    assert_fields(text, expected, "markdown")


# ---------------------------------------------------------------- must not change
def test_the_first_paragraph_is_no_dek_without_a_sign_of_one() -> None:
    short = "The harbour bridge in Velmora is closing on Monday."
    assert short not in fields_of(f"{HEADLINE}\n\nBy Nora Feld\n\n{short}\n\n{BODY}")
    assert short not in fields_of(f"{HEADLINE}\n\n{short}\n\n{BODY}")


def test_dates_and_names_in_the_body_are_not_fields() -> None:
    later = "Mira Holt\n\n14 March 2024\n\n" + BODY.replace("bridge", "tunnel")
    found = fields_of(f"{HEADLINE}\n\nBy Nora Feld\n\n{BODY}\n\n{BODY.replace('bridge', 'ferry')}\n\n{later}")
    assert "Mira Holt" not in found
    assert "14 March 2024" not in found


def test_prose_alone_has_no_headline() -> None:
    assert "headline" not in fields_of(BODY).values()


def test_a_page_without_prose_gives_no_errors() -> None:
    assert guesses_of(Page("a", "text", ())) == {}
    assert isinstance(fields_of("Menu\nHome\n14 March 2024"), dict)


def test_a_breadcrumb_is_no_headline() -> None:
    assert_fields(
        f"Home » Coast » {HEADLINE}\n\n{HEADLINE}\n\n14 March 2024\n\n{BODY}", {HEADLINE: "headline"}
    )


def test_a_short_line_above_the_story_is_not_the_headline_for_one_common_word() -> None:
    text = f"{HEADLINE}\n\n14 March 2024\n\nJane Doe\n\nFind a bridge\n\n{BODY}"
    assert_fields(text, {HEADLINE: "headline", "Jane Doe": "byline"})


def test_a_byline_word_on_a_line_above_the_name() -> None:
    text = f"{HEADLINE}\n\nAuthor of the article:\n\nJane Doe\n\n{BODY}"
    assert_fields(text, {"Author of the article:": "byline", "Jane Doe": "byline"})


def test_a_name_right_under_a_story_that_nobody_signed_above() -> None:
    assert_fields(f"{HEADLINE}\n\n{BODY}\n\nJane Doe", {"Jane Doe": "byline"})
    signed = fields_of(f"{HEADLINE}\n\nBy Nora Feld\n\n{BODY}\n\nJane Doe")
    assert "Jane Doe" not in signed


def test_the_length_of_a_recording_is_no_time() -> None:
    assert_fields(f"{HEADLINE}\n\n14 March 2024\n\n2:41\n\n{BODY}", {"2:41": "media_player"})
    assert_fields(f"{HEADLINE}\n\n14 March 2024\n\n12:41\n\n{BODY}", {"12:41": "timestamp"})


def test_a_sentence_under_the_share_bar_that_the_story_says_again_is_its_dek() -> None:
    dek = "Engineers found cracks in two pillars of the harbour bridge."
    assert_fields(f"{HEADLINE}\n\nBy Nora Feld\n\nShare this article\n\n{dek}\n\n{BODY}", {dek: "dek"})


# ---------------------------------------------------------------- claims and markup
def block(number: int, text: str, **more: object) -> Block:
    return Block(number, text, **{"kind": "paragraph", **more})  # type: ignore[arg-type]


def claimed_page(**claims: str) -> Page:
    paragraphs = [block(n + 4, line) for n, line in enumerate(body_lines(BODY))]
    head = (
        block(0, "News from Velmora"),
        block(1, HEADLINE, kind="heading", level=1),
        block(2, "Shops fear for their trade"),
        block(3, "Feld, Nora", tag="span"),
    )
    return Page("a", "html", (*head, *paragraphs), tuple(Claim(f, v, "test") for f, v in claims.items()))


def test_the_headline_claim_wins_with_its_outlet_cut_off() -> None:
    guess = guesses_of(claimed_page(headline=f"{HEADLINE} | The Harrow Gazette"))[1]
    assert (guess.label, guess.rule) == ("headline", "field/headline-claim")


def test_the_claimed_author_marks_the_byline_and_the_claimed_description_the_dek() -> None:
    found = guesses_of(claimed_page(headline=HEADLINE, author="Feld, Nora", dek="Shops fear for their trade"))
    assert found[3].label == "byline"
    assert (found[2].label, found[2].rule) == ("dek", "field/dek-claim")


def test_captions_and_time_elements_are_read_off_the_markup() -> None:
    blocks = (
        block(0, HEADLINE, kind="heading", level=1),
        block(1, "Cars before the bridge", kind="caption"),
        block(2, "Thursday, mid-morning", datetime="2024-03-14T10:12:00Z"),
        *[block(n + 3, line) for n, line in enumerate(body_lines(BODY))],
    )
    found = guesses_of(Page("a", "html", blocks))
    assert (found[1].label, found[2].label) == ("caption", "timestamp")


def test_a_first_heading_that_names_the_site_is_not_the_headline() -> None:
    paragraphs = [block(n + 2, line) for n, line in enumerate(body_lines(BODY))]
    head = (block(0, "Harbour Weekly", kind="heading", level=1), block(1, HEADLINE, kind="heading", level=2))
    claims = (
        Claim("headline", f"{HEADLINE} — Harbour Weekly", "title"),
        Claim("headline", "Harbour Weekly", "h1"),
    )
    guesses = guesses_of(Page("a", "html", (*head, *paragraphs), claims))
    assert guesses[1].label == "headline"


def test_short_lines_in_an_element_of_tags_are_tags() -> None:
    paragraphs = [block(n + 1, line) for n, line in enumerate(body_lines(BODY))]
    tag = block(len(paragraphs) + 1, "Harbour", markup=("article-tags",))
    page = Page("a", "html", (block(0, HEADLINE, kind="heading", level=1), *paragraphs, tag))
    assert guesses_of(page)[tag.number].label == "tags"


def test_a_date_beside_a_name_is_a_byline() -> None:
    paragraphs = [block(n + 2, line) for n, line in enumerate(body_lines(BODY))]
    line = block(1, "27 May 2024 • Jane Doe • 3 minutes", datetime="2024-05-27")
    page = Page("a", "html", (block(0, HEADLINE, kind="heading", level=1), line, *paragraphs))
    assert guesses_of(page)[1].label == "byline"


def test_the_points_of_a_box_above_the_story_are_its_summary() -> None:
    points = [
        block(n + 2, text, kind="list_item")
        for n, text in enumerate(("Cracks in two pillars.", "Ferry runs."))
    ]
    paragraphs = [block(n + 4, line) for n, line in enumerate(body_lines(BODY))]
    head = (block(0, HEADLINE, kind="heading", level=1), block(1, "Key points", kind="heading", level=3))
    guesses = guesses_of(Page("a", "html", (*head, *points, *paragraphs)))
    assert [guesses[n].label for n in (2, 3)] == ["summary", "summary"]


# ---------------------------------------------------------------- other scripts, and what stands above the headline
def test_a_headline_is_in_the_script_of_its_story():
    text = "\n\n".join(
        [
            "Harbour Bridge Closed Over Cracks In Two Pillars",
            "बंदरगाह का पुराना पुल दो खंभों में दरार के बाद सोमवार से बंद",
            "पुल के पास खड़े इंजीनियर और नगर परिषद के लोग।",
            "नगर परिषद ने कहा कि बंदरगाह का पुराना पुल सोमवार से बंद रहेगा क्योंकि इंजीनियरों को दो खंभों में दरार मिली है।",
            "इस पुल से हर दिन लगभग नौ हजार गाड़ियाँ बंदरगाह और बाजार के बीच गुजरती हैं, परिषद ने शुक्रवार को बताया था।",
            "बाजार की दुकानों को अपने व्यापार की चिंता है और नाव कंपनी ने सुबह दो और नावें चलाने की बात कही है।",
        ]
    )
    assert fields_of(text, sure=False)["बंदरगाह का पुराना पुल दो खंभों में दरार के बाद सोमवार से बंद"] == "headline"


def test_a_lone_sentence_above_the_headline_is_not_where_the_story_begins():
    above = "Mira Holt has led the engineers of the harbour office since the last great storm on the coast."
    assert (
        fields_of(f"{above}\n\nNews\n\n{HEADLINE}\n\nHarbour 142 views\n\n{BODY}", sure=False)[HEADLINE]
        == "headline"
    )


def test_a_short_line_with_a_bare_credit_under_it_is_a_caption():
    first, second, third, fourth = BODY.split("\n\n")
    shown = "Two engineers look at the cracked pillar from a boat in the harbour."
    text = (
        f"{HEADLINE}\n\n{first}\n\n{second}\n\n{shown}\n(Photo: Nora Feld / Reuters)\n\n{third}\n\n{fourth}"
    )
    found = fields_of(text)
    assert found.get(shown) == "caption"
    assert not {first, second, third, fourth} & found.keys()
    apart = text.replace(f"{shown}\n", f"{shown}\n\n")
    assert fields_of(apart).get(shown) == "caption"
    assert shown not in fields_of(apart.replace("(Photo: Nora Feld / Reuters)", "Nora Feld / Reuters"))


def test_a_source_under_prose_is_the_story_s_and_no_caption_stands_above_it():
    first, second, third, fourth = BODY.split("\n\n")
    text = f"{HEADLINE}\n\n{first}\n\n{second}\n\n{third}\n\n{fourth}\n\nSource: Reuters\n\nMore from the harbour"
    found = fields_of(text)
    assert found.get("Source: Reuters") == "sign_off"
    assert not {first, second, third, fourth} & found.keys()


def test_the_last_paragraph_may_end_with_the_agency_s_name():
    first, second, third, fourth = BODY.split("\n\n")
    text = f"{HEADLINE}\n\n{first}\n\n{second}\n\n{third}\n\n{fourth} PTI\n\nMore from the harbour"
    assert f"{fourth} PTI" not in fields_of(text)


def test_a_paragraph_that_names_its_source_is_no_caption() -> None:
    told = (
        "Model The ferry draws two metres. It carries nine cars. Each of them pays four crowns. (Source: SNP)"
    )
    paragraphs = BODY.split("\n\n")
    text = "\n\n".join((HEADLINE, *paragraphs[:3], told, paragraphs[3]))
    assert told not in fields_of(text, sure=False)
    caption = "The ferry at the quay. (Source: SNP)"
    assert fields_of(text.replace(told, caption))[caption] == "caption"
