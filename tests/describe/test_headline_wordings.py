"""Which of a page's wordings of its headline is had, and whose names are its authors'."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from copydesk.describe import describe
from copydesk.describe.url import registered_domain
from copydesk.records import Block, Claim, Description, Labelled, Page

NOW = datetime(2024, 6, 1, tzinfo=UTC)
BODY = "The bridge over the Harrow will close on Monday for repairs that may last until the autumn, the council said."
SEEN = "Harrow bridge to close until the autumn"

JSON_LD, SHARE, TITLE, CARD = "json-ld:NewsArticle.headline", "meta:og:title", "title", "meta:twitter:title"


def told(seen: str, claims: dict[str, str], *more: Claim, byline: str | None = None) -> Description:
    lines = [Labelled(Block(0, seen, "heading", level=1), "headline", "field/headline-claim")]
    if byline:
        lines.append(Labelled(Block(1, byline, "paragraph"), "byline", "field/byline-claim"))
    lines.append(Labelled(Block(len(lines), BODY, "paragraph"), "body", "model/body"))
    headlines = tuple(Claim("headline", value, evidence) for evidence, value in claims.items())
    page = Page("harrow.html", "html", tuple(line.block for line in lines), (*headlines, *more))
    return describe(page, lines, now=NOW)


@pytest.mark.parametrize(
    ("seen", "claims", "headline"),
    [
        # the title repeats the share line: both are a search engine's
        (SEEN, {JSON_LD: SEEN, SHARE: "Bridge closure: all you need", TITLE: "Bridge closure: all you need"}, SEEN),
        # the share line stands alone, while the title repeats what is seen
        (SEEN, {JSON_LD: SEEN, SHARE: "Harrow loses its bridge until autumn", TITLE: SEEN},
         "Harrow loses its bridge until autumn"),
        # two witnesses outvote the visible line
        ("Bridge shut", {JSON_LD: SEEN, SHARE: SEEN, TITLE: f"{SEEN} | The Harrow Gazette"}, SEEN),
        # a kicker glued before the visible line
        (f"Traffic {SEEN}", {SHARE: SEEN, TITLE: SEEN}, SEEN),
        # two kickers, one headline
        (f"Traffic chaos - {SEEN}", {SHARE: f"Repairs in Harrow: {SEEN}"}, SEEN),
        # a share line that only adds a kicker, or was cut short
        (SEEN, {SHARE: f"Traffic: {SEEN}", TITLE: SEEN}, SEEN),
        (SEEN, {JSON_LD: SEEN, SHARE: "Harrow bridge to close until…", TITLE: SEEN}, SEEN),
        ('Harrow council: "Bridge shut"', {JSON_LD: 'Harrow: "Bridge shut"', SHARE: "Harrow council:",
                                           TITLE: 'Harrow council: "Bridge shut"'}, 'Harrow council: "Bridge shut"'),
        # markup swallowed a space
        ("Traffic:Harrow bridge closes", {JSON_LD: "Traffic: Harrow bridge closes"}, "Traffic: Harrow bridge closes"),
    ],
)  # fmt: skip
def test_the_wording_that_most_speaks_for(seen: str, claims: dict[str, str], headline: str) -> None:
    assert told(seen, claims).headline == headline


def test_names_in_capitals_are_written_as_usual() -> None:
    assert told(SEEN, {}, byline="By JANE MCDOE and BO ROE-HOLT").authors == ("Jane McDoe", "Bo Roe-Holt")


def test_an_acronym_beside_a_person_is_an_agency() -> None:
    claims = (
        Claim("author", "Jane Doe", "json-ld:NewsArticle.author.Person"),
        Claim("author", "SNP", "json-ld:NewsArticle.author.Organization"),
    )
    found = told(SEEN, {}, *claims)
    assert (found.authors, found.agency) == (("Jane Doe",), "SNP")


def test_a_visible_byline_mends_a_claim_of_every_teasers_author() -> None:
    claims = tuple(
        Claim("author", name, "microdata:author.Person") for name in ("Jane Doe", "Bo Roe", "Ann Poe")
    )
    assert told(SEEN, {}, *claims, byline="By Jane Doe").authors == ("Jane Doe",)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.harrow.co.uk/a", "harrow.co.uk"),
        ("https://www.harrowgazette.example/a", "harrowgazette.example"),
        ("http://192.168.0.1/a", None),
        ("http://localhost/a", None),
    ],
)
def test_a_domain_is_read_under_any_ending(url: str, domain: str | None) -> None:
    assert registered_domain(url) == domain
