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
from copydesk.extract.claims_values import claim_value
from copydesk.extract.landmarks import Landmarks
from copydesk.records import Claim

# A page with more claims on one field repeats itself or is hostile.
_MAX_CLAIMS_PER_FIELD = 60


def read_claims(page: Landmarks) -> tuple[Claim, ...]:
    """All claims of the page, strongest first; one value may come from several witnesses.

    Evidence names the witness: "json-ld:NewsArticle.author.Person", "microdata:headline", "meta:og:title",
    "link:canonical", "html:lang", "title", "h1", "time:datetime".
    """
    links = list(_link_claims(page))
    metas = list(meta_claims(page.attributes_of("meta")))
    headings = list(_heading_claims(page))
    urls = {claim.value for claim in (*links, *metas) if claim.field == "url"}
    titles = {claim.value for claim in (*metas, *headings) if claim.field == "headline"}
    found = (
        *links,
        *jsonld_claims(page, urls, titles),
        *microdata_claims(page),
        *metas,
        *_lang_claims(page),
        *headings,
        *_time_claims(page),
    )
    return tuple(_bounded(found))


def _bounded(claims: Iterable[Claim]) -> Iterator[Claim]:
    counts: Counter[str] = Counter()
    for claim in dict.fromkeys(claims):
        counts[claim.field] += 1
        if counts[claim.field] <= _MAX_CLAIMS_PER_FIELD:
            yield claim


def _link_claims(page: Landmarks) -> Iterator[Claim]:
    for link in page.attributes_of("link"):
        if "canonical" in link.get("rel", "").lower().split() and (
            url := claim_value("url", link.get("href"))
        ):
            yield Claim("url", url, "link:canonical")
            return


def _lang_claims(page: Landmarks) -> Iterator[Claim]:
    root = page.attributes[0]
    if language := claim_value("language", root.get("lang") or root.get("xml:lang")):
        yield Claim("language", language, "html:lang")


def _heading_claims(page: Landmarks) -> Iterator[Claim]:
    titles = page.named.get("title", [])
    # A drawing may have a title, too.
    title = next((place for place in titles if _is_in_head(page, place)), titles[0] if titles else None)
    if title is not None and (text := claim_value("headline", page.text_at(title))):
        yield Claim("headline", text, "title")
    if (headings := page.named.get("h1")) and (text := claim_value("headline", page.text_at(headings[0]))):
        yield Claim("headline", text, "h1")


def _is_in_head(page: Landmarks, place: int) -> bool:
    return page.names[next(page.above(place), 0)] == "head"


def _time_claims(page: Landmarks) -> Iterator[Claim]:
    """The <time> that says it is the publication's, else the first inside the article."""
    for time in page.attributes_of("time"):
        if "pubdate" in time and (stamp := claim_value("published", time.get("datetime"))):
            yield Claim("published", stamp, "time:pubdate")
            return
    firsts = [places[0] for name in ("article", "main") if (places := page.named.get(name))]
    if not firsts:
        return
    article = min(firsts)
    first = next((place for place in page.named.get("time", ()) if place > article), None)
    if (
        first is not None
        and page.is_in(first, article)
        and (stamp := claim_value("published", page.attributes[first].get("datetime")))
    ):
        yield Claim("published", stamp, "time:datetime")
