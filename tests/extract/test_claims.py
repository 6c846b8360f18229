"""Claims: what pages say of themselves, from every place where they say it, strongest first, and of this page only."""

from __future__ import annotations

import json

import pytest

from copydesk.extract.claims import read_claims
from copydesk.extract.html_blocks import cut_blocks
from copydesk.records import Claim

ARTICLE: dict[str, object] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Harbour of Kestrel Bay reopens",
    "description": "Ferries sail &amp; boats fish <b>again</b>.",
    "datePublished": "2031-05-02T08:00:00+02:00",
    "dateModified": "2031-05-02T09:30:00+02:00",
    "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Organization", "name": "Velmora Wire"}],
    "publisher": {"@type": "NewsMediaOrganization", "name": "The Harrow Gazette"},
    "articleSection": ["Ports", "Weather"],
    "keywords": "ports, storms; Velmora",
    "inLanguage": "en-GB",
    "image": [{"@type": "ImageObject", "url": "https://harrow.example/quay.jpg"}],
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://harrow.example/harbour"},
    "articleBody": "The harbour reopened on Tuesday.\nFerries sailed.",
}


def claims_of(head: str, body: str = "<p>x</p>", html: str = "<html>") -> tuple[Claim, ...]:
    _, landmarks = cut_blocks(f"{html}<head>{head}</head><body>{body}</body></html>")
    return read_claims(landmarks)


def jsonld(*values: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in values)


def values_of(claims: tuple[Claim, ...], field: str) -> list[str]:
    return [claim.value for claim in claims if claim.field == field]


def pairs_of(claims: tuple[Claim, ...], field: str) -> list[tuple[str, str]]:
    return [(claim.value, claim.evidence) for claim in claims if claim.field == field]


# ---------------------------------------------------------------- JSON-LD
def test_json_ld_gives_every_field_of_an_article() -> None:
    claims = claims_of(jsonld(ARTICLE))
    assert pairs_of(claims, "headline") == [
        ("Harbour of Kestrel Bay reopens", "json-ld:NewsArticle.headline")
    ]
    assert values_of(claims, "dek") == ["Ferries sail & boats fish again ."]
    assert pairs_of(claims, "author") == [
        ("Ann Lee", "json-ld:NewsArticle.author.Person"),
        ("Velmora Wire", "json-ld:NewsArticle.author.Organization"),
    ]
    assert values_of(claims, "published") == ["2031-05-02T08:00:00+02:00"]
    assert values_of(claims, "updated") == ["2031-05-02T09:30:00+02:00"]
    assert values_of(claims, "outlet") == ["The Harrow Gazette"]
    assert values_of(claims, "section") == ["Ports", "Weather"]
    assert values_of(claims, "tag") == ["ports", "storms", "Velmora"]
    assert values_of(claims, "language") == ["en-GB"]
    assert values_of(claims, "image") == ["https://harrow.example/quay.jpg"]
    assert values_of(claims, "url") == ["https://harrow.example/harbour"]
    assert values_of(claims, "type") == ["NewsArticle"]
    assert values_of(claims, "body") == ["The harbour reopened on Tuesday. Ferries sailed."]


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "Article", "headline": "Storm",}',
        '<!-- {"@type": "Article", "headline": "Storm"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "Storm"}\n//]]>',
        '{"@type": "Article", "headline": "Storm"};',
        '{"@type": "Article", "headline": "Storm", "description": "two\nlines"}',
        '{"@type": "Article", "headline": "Storm", "description": "the port\\\'s"}',
        '{"@type": "Organization"} {"@type": "Article", "headline": "Storm"}',
        '[[{"@type": "Article", "headline": "Storm"}]]',
        '{"@graph": [{"@type": "WebSite"}, {"@type": ["Thing", "Article"], "headline": "Storm"}]}',
        '{"@type": "WebPage", "mainEntity": {"@type": "schema:Article", "headline": "Storm"}}',
        '{"@type": "https://schema.org/OpinionNewsArticle", "headline": ["Storm"]}',
        '{"@type": "Article", "headline": {"@value": "Storm"}}',
    ],
)
def test_json_ld_is_read_in_the_forms_and_with_the_faults_that_pages_have(script: str) -> None:
    assert values_of(claims_of(f'<script type="application/ld+json">{script}</script>'), "headline") == [
        "Storm"
    ]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "{",
        "null",
        "12",
        '"text"',
        "{]}",
        '{"@type": null}',
        '{"@type": {"x": 1}, "author": {"name": {"name": 3}}}',
    ],
)
def test_json_ld_that_makes_no_sense_claims_nothing_of_an_article(script: str) -> None:
    assert not values_of(claims_of(f'<script type="application/ld+json">{script}</script>'), "headline")


def test_an_author_named_by_reference_is_looked_up() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "author": {"@id": "#ann"}},
            {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        ]
    }
    assert pairs_of(claims_of(jsonld(graph)), "author") == [("Ann Lee", "json-ld:Article.author.Person")]


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ann Lee", ["Ann Lee"]),
        (["Ann Lee", "Bo Day"], ["Ann Lee", "Bo Day"]),
        ({"name": ["Ann Lee", "Bo Day"]}, ["Ann Lee", "Bo Day"]),
        ({"@type": "Person", "name": ""}, []),
        ("https://harrow.example/ann", []),
        (None, []),
        (True, []),
    ],
)
def test_authors_come_in_many_forms(author: object, expected: list[str]) -> None:
    assert values_of(claims_of(jsonld({"@type": "Article", "author": author})), "author") == expected


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://harrow.example/b?x=1">',
        '<meta property="og:title" content="Grain terminal opens">',
    ],
)
def test_of_several_articles_only_the_one_about_this_page_counts(head: str) -> None:
    others = [
        {"@type": "NewsArticle", "headline": "Storm closes harbour", "url": "https://harrow.example/a"},
        {"@type": "NewsArticle", "headline": "Grain terminal opens", "url": "https://harrow.example/b"},
    ]
    found = [
        claim
        for claim in claims_of(head + jsonld(*others))
        if claim.evidence.startswith("json-ld") and claim.field == "headline"
    ]
    assert [claim.value for claim in found] == ["Grain terminal opens"]


def test_a_list_of_articles_claims_none() -> None:
    others = [{"@type": "NewsArticle", "headline": f"Story {number}"} for number in range(5)]
    assert values_of(claims_of(jsonld(others)), "headline") == []


def test_an_article_comes_before_the_page_around_it() -> None:
    page = {"@type": "WebPage", "name": "Harbour | Gazette", "datePublished": "2030-01-01"}
    claims = claims_of(jsonld(page, ARTICLE))
    assert values_of(claims, "published") == ["2031-05-02T08:00:00+02:00", "2030-01-01"]


# ---------------------------------------------------------------- meta, microdata, the rest of the page
@pytest.mark.parametrize(
    ("head", "field", "value", "evidence"),
    [
        (
            '<meta property="og:title" content=" Storm  &amp; tide ">',
            "headline",
            "Storm & tide",
            "meta:og:title",
        ),
        (
            '<meta name="og:site_name" content="The Harrow Gazette">',
            "outlet",
            "The Harrow Gazette",
            "meta:og:site_name",
        ),
        (
            '<meta property="article:published_time" content="2031-05-02">',
            "published",
            "2031-05-02",
            "meta:article:published_time",
        ),
        (
            '<meta name="Article:Modified:Time" content="2031-05-02">',
            "updated",
            "2031-05-02",
            "meta:article:modified:time",
        ),
        ('<meta name="DC.Creator" content="Ann Lee">', "author", "Ann Lee", "meta:dc.creator"),
        ('<meta name="parsely-author" content="Ann Lee">', "author", "Ann Lee", "meta:parsely-author"),
        ('<meta name="sailthru.date" content="2031-05-02">', "published", "2031-05-02", "meta:sailthru.date"),
        ('<meta name="citation_author" content="Lee, Ann">', "author", "Lee, Ann", "meta:citation_author"),
        ('<meta name="pubdate" content="20310502">', "published", "20310502", "meta:pubdate"),
        ('<meta name="news_keywords" content="ports">', "tag", "ports", "meta:news_keywords"),
        (
            '<link rel="canonical" href="https://harrow.example/a">',
            "url",
            "https://harrow.example/a",
            "link:canonical",
        ),
        ("<title>Storm | Gazette</title>", "headline", "Storm | Gazette", "title"),
        (
            '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann Lee">',
            "author",
            "Ann Lee",
            "meta:twitter:data1",
        ),
    ],
)
def test_meta_tags_name_their_witness(head: str, field: str, value: str, evidence: str) -> None:
    assert pairs_of(claims_of(head), field) == [(value, evidence)]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:author" content="https://social.example/ann">',
        '<meta name="author" content="null">',
        '<meta name="author" content="">',
        '<meta name="author">',
        f'<meta name="author" content="{"long " * 200}">',
        '<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="4 minutes">',
    ],
)
def test_what_is_no_name_is_no_claim(head: str) -> None:
    assert values_of(claims_of(head), "author") == []


def test_microdata_is_read_of_the_article_and_not_of_its_comments() -> None:
    body = """
      <article itemscope itemtype="https://schema.org/NewsArticle">
        <h2 itemprop="headline">Storm</h2>
        <span itemprop="author" itemscope itemtype="https://schema.org/Person">By <i itemprop="name">Ann Lee</i></span>
        <time itemprop="datePublished" datetime="2031-05-02">2 May</time>
        <div itemscope itemtype="https://schema.org/Comment"><b itemprop="author">Troll</b></div>
      </article>
      <article itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop="headline">Other</h2></article>"""
    claims = claims_of("", body)
    assert pairs_of(claims, "headline") == [("Storm", "microdata:headline")]
    assert pairs_of(claims, "author") == [("Ann Lee", "microdata:author.Person")]
    assert pairs_of(claims, "published")[0] == ("2031-05-02", "microdata:datePublished")


def test_the_language_the_first_heading_and_the_first_time_are_the_weakest() -> None:
    body = '<article><h1>Storm <em>closes</em> port</h1><time datetime="2031-05-02">2 May</time></article>'
    claims = claims_of('<meta property="og:title" content="Storm">', body, '<html lang="nl-BE">')
    assert pairs_of(claims, "headline") == [("Storm", "meta:og:title"), ("Storm closes port", "h1")]
    assert pairs_of(claims, "language") == [("nl-BE", "html:lang")]
    assert pairs_of(claims, "published") == [("2031-05-02", "time:datetime")]


def test_careful_witnesses_come_first() -> None:
    head = '<title>T</title><meta name="title" content="M"><meta property="og:title" content="O">' + jsonld(
        {"@type": "Article", "headline": "J"}
    )
    assert values_of(claims_of(head, "<h1>H</h1>"), "headline") == ["J", "O", "M", "T", "H"]


def test_claims_are_bounded() -> None:
    head = "".join(f'<meta property="article:tag" content="tag {number}">' for number in range(1_000))
    assert len(values_of(claims_of(head), "tag")) == 60


def test_an_attribute_that_says_nothing_leaves_it_to_the_text() -> None:
    claims = claims_of("", '<h2 itemprop="headline" content="">Storm over <b>the quay</b></h2><p>x</p>')
    assert values_of(claims, "headline") == ["Storm over the quay"]


def test_the_title_in_the_head_is_the_page_s_and_that_of_a_drawing_is_not() -> None:
    drawing = "<svg><title>Menu</title></svg>"
    assert values_of(claims_of("<title>Storm</title>", f"{drawing}<p>x</p>"), "headline") == ["Storm"]
    assert values_of(claims_of("", f"{drawing}<p>x</p>"), "headline") == ["Menu"]


def test_the_first_time_counts_where_it_stands_in_the_first_article() -> None:
    inside = "<article><p>x</p><footer><time datetime='2031-05-02'></time></footer></article>"
    above, other = (
        "<time datetime='2030-01-01'></time>",
        "<article><time datetime='2029-01-01'></time></article>",
    )
    assert values_of(claims_of("", above + inside + other), "published") == ["2031-05-02"]
    assert values_of(claims_of("", above + "<main><p>x</p></main>" + other), "published") == []
