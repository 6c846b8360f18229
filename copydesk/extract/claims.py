"""What a page claims about itself outside its running text, strongest first.

The order is that of care: JSON-LD and microdata describe this article and are kept for search engines; Open
Graph and the like are written for a card, so their titles are shortened and their dates may be those of the
page; <title> carries the outlet; the first heading and the first <time> are guesses by position.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from copydesk.extract.claims_jsonld import jsonld_claims
from copydesk.extract.claims_meta import meta_claims
from copydesk.extract.claims_microdata import microdata_claims
from copydesk.extract.claims_values import claim_value, element_text
from copydesk.extract.landmarks import Landmarks
from copydesk.records import Claim

# A page with more claims on one field repeats itself or is hostile.
_MAX_CLAIMS_PER_FIELD = 60


def read_claims(marks: Landmarks) -> tuple[Claim, ...]:
    """All claims of the page, strongest first; one value may come from several witnesses.

    Evidence names the witness: "json-ld:NewsArticle.author.Person", "microdata:headline", "meta:og:title",
    "link:canonical", "html:lang", "title", "h1", "time:datetime".
    """
    links = list(_link_claims(marks))
    metas = list(meta_claims(marks.metas))
    headings = list(_heading_claims(marks))
    urls = {claim.value for claim in (*links, *metas) if claim.field == "url"}
    titles = {claim.value for claim in (*metas, *headings) if claim.field == "headline"}
    found = (
        *links,
        *jsonld_claims(marks.scripts, urls, titles),
        *microdata_claims(marks.root),
        *metas,
        *_lang_claims(marks),
        *headings,
        *_time_claims(marks),
    )
    return tuple(_bounded(found))


def _bounded(claims: Iterable[Claim]) -> Iterator[Claim]:
    counts: Counter[str] = Counter()
    for claim in dict.fromkeys(claims):
        counts[claim.field] += 1
        if counts[claim.field] <= _MAX_CLAIMS_PER_FIELD:
            yield claim


def _link_claims(marks: Landmarks) -> Iterator[Claim]:
    for link in marks.links:
        if "canonical" in (link.get("rel") or "").lower().split() and (
            url := claim_value("url", link.get("href"))
        ):
            yield Claim("url", url, "link:canonical")
            return


def _lang_claims(marks: Landmarks) -> Iterator[Claim]:
    if language := claim_value("language", marks.root.get("lang") or marks.root.get("xml:lang")):
        yield Claim("language", language, "html:lang")


def _heading_claims(marks: Landmarks) -> Iterator[Claim]:
    title = marks.root.find("head/title")
    if title is None and marks.titles:
        title = marks.titles[0]
    if title is not None and (text := claim_value("headline", title.text)):
        yield Claim("headline", text, "title")
    if marks.headings and (text := claim_value("headline", element_text(marks.headings[0]))):
        yield Claim("headline", text, "h1")


def _time_claims(marks: Landmarks) -> Iterator[Claim]:
    """The <time> that says it is the publication's, else the first inside the article."""
    for element in marks.times:
        if element.get("pubdate") is not None and (
            stamp := claim_value("published", element.get("datetime"))
        ):
            yield Claim("published", stamp, "time:pubdate")
            return
    if marks.times and marks.articles:
        first = next(marks.articles[0].iter("time"), None)
        if first is not None and (stamp := claim_value("published", first.get("datetime"))):
            yield Claim("published", stamp, "time:datetime")
