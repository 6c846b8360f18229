"""HTML -> blocks: each visible text once, in order, with the kind and the marks that the markup gives it."""

from __future__ import annotations

import pytest

from copydesk.errors import ExtractError
from copydesk.extract.html import extract_html
from copydesk.records import Block, Page, Sidecar
from copydesk.steps import finish

PROSE = (
    "The harbour of Kestrel Bay reopened on Tuesday nine days after a storm had closed it, the authority said.",
    "Fishing boats left before dawn, and the first ferry to the islands of Velmora followed at eight.",
    "Engineers had cleared the channel of sand and of two wrecks, working at night whenever the tide allowed it.",
    "The grain terminal should be at full capacity within a fortnight, a week later than planned.",
)


def page_of(body: str, head: str = "", sidecar: Sidecar | None = None) -> Page:
    markup = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return finish(extract_html(markup, "page.html", sidecar))


def blocks_of(body: str) -> tuple[Block, ...]:
    return page_of(body).blocks


def texts_of(body: str) -> list[str]:
    return [block.text for block in blocks_of(body)]


def kinds_of(body: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks_of(body)]


# ---------------------------------------------------------------- kinds
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", [("paragraph", "One."), ("paragraph", "Two.")]),
        ("<h2>Over <em>the</em> bar</h2>", [("heading", "Over the bar")]),
        ("<h1>Two lines<br>of headline</h1>", [("heading", "Two lines of headline")]),
        ("<ul><li>Cod<li>Hake</ul>", [("list_item", "Cod"), ("list_item", "Hake")]),
        ("<ul><li><p>Cod</p></li></ul>", [("list_item", "Cod")]),
        (
            "<ul><li><article><p>A story in a list.</p></article></li></ul>",
            [("paragraph", "A story in a list.")],
        ),
        ("<blockquote><p>“We wait.”</p></blockquote>", [("blockquote", "“We wait.”")]),
        ("<figure><figcaption>The quay.</figcaption></figure>", [("caption", "The quay.")]),
        ('<div class="wp-caption-text">The quay.</div>', [("caption", "The quay.")]),
        (
            '<div>Text <span class="photo__caption">The quay.</span></div>',
            [("paragraph", "Text"), ("caption", "The quay.")],
        ),
        ("<table><tr><td>Cod</td><td>12</td></tr></table>", [("table_row", "Cod | 12")]),
        ("<table><tr><td>A box.</td></tr></table>", [("paragraph", "A box.")]),
        (
            "<table><tr><td><p>One.</p><div>Two.</div></td></tr></table>",
            [("paragraph", "One."), ("paragraph", "Two.")],
        ),
        ("<button>Share</button><p>Text</p>", [("control", "Share"), ("paragraph", "Text")]),
        ("<select><option>North<option>South</select>", [("control", "North"), ("control", "South")]),
        ('<p>a</p><input type="submit" value="Sign up">', [("paragraph", "a"), ("control", "Sign up")]),
        ('<div role="button">More</div>', [("control", "More")]),
        (
            "<details><summary>Sources</summary>Port log</details>",
            [("control", "Sources"), ("paragraph", "Port log")],
        ),
        (
            "<pre>One line\nwraps.\n\nAnother.</pre>",
            [("preformatted", "One line wraps."), ("preformatted", "Another.")],
        ),
    ],
)
def test_each_element_gives_its_kind(body: str, expected: list[tuple[str, str]]) -> None:
    assert kinds_of(body) == expected


def test_a_heading_keeps_its_level() -> None:
    assert [block.level for block in blocks_of("<h1>A</h1><h3>B</h3><p>c</p>")] == [1, 3, 0]


# ---------------------------------------------------------------- where blocks begin and end
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Loose <b>text</b><p>Block</p>and more", ["Loose text", "Block", "and more"]),
        ("<div>One.<br><br>Two.</div>", ["One.", "Two."]),
        ("<div>Ann Lee<br>Port reporter</div>", ["Ann Lee", "Port reporter"]),
        ("<p>The ferry left the<br>harbour at dawn.</p>", ["The ferry left the harbour at dawn."]),
        ("<p>The ferry left.<br>The harbour closed.</p>", ["The ferry left.", "The harbour closed."]),
        ("<p>glossary <button>term</button> in prose</p>", ["glossary term in prose"]),
        ("<div><span>By Ann Lee</span><span>2 May</span></div>", ["By Ann Lee 2 May"]),
        ("<p><span>Kes</span><span>trel</span></p>", ["Kestrel"]),
        ("<div><a>Home</a><a>Sport</a></div>", ["Home Sport"]),
        ("<div><span>Quay</span><span>, north</span></div>", ["Quay, north"]),
        ("<my-teaser>One</my-teaser><my-teaser>Two</my-teaser>", ["One", "Two"]),
        ("<p>fuel <x-term>diesel</x-term> only</p>", ["fuel diesel only"]),
        ('<span style="display:block">One</span><span style="display: block">Two</span>', ["One", "Two"]),
        ("<p>He said <q>no</q>.</p>", ["He said “no”."]),
        ("<p>He said <q>“no”</q>.</p>", ["He said “no”."]),
        ("<p>soft&shy;hyphen&nbsp;and&#8203;zero</p>", ["softhyphen andzero"]),
        ("<table><tr><td>A</td><td></td><td>C</td></tr></table>", ["A | C"]),
    ],
)
def test_text_is_cut_where_a_reader_sees_a_line_end(body: str, expected: list[str]) -> None:
    assert texts_of(body) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>hidden</script>",
        "<style>hidden</style>",
        "<template><p>hidden</p></template>",
        "<noscript>hidden</noscript>",
        "<svg><text>hidden</text></svg>",
        "<!-- hidden -->",
        "<div hidden>hidden</div>",
        '<div style="color:red; display: none">hidden</div>',
        '<p style="visibility:hidden">hidden</p>',
        "<dialog>hidden</dialog>",
        '<input type="hidden" value="hidden">',
        "<video>hidden</video>",
        "<iframe>hidden</iframe>",
    ],
)
def test_what_is_not_shown_gives_no_block(hidden: str) -> None:
    assert texts_of(f"<p>The port is open again today.</p>{hidden}") == ["The port is open again today."]


def test_a_hidden_span_does_not_part_its_sentence() -> None:
    assert texts_of('<p>The port <span style="display:none">x</span>is open.</p>') == ["The port is open."]


def test_a_page_that_hides_itself_until_its_scripts_run_is_shown() -> None:
    story = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    assert texts_of(f'<div style="visibility:hidden">{story}</div>') == list(PROSE)


# ---------------------------------------------------------------- marks
def test_links_lie_at_their_place_and_are_absolute() -> None:
    page = page_of(
        '<p>See <a href="/log">the  log</a>, <a href="https://b.example/x">that</a> and '
        '<a href="javascript:go()">this</a>.</p>',
        sidecar=Sidecar(url="https://a.example/news/1"),
    )
    (block,) = page.blocks
    assert block.text == "See the log, that and this."
    assert [(link.text, link.url) for link in block.links] == [
        ("the log", "https://a.example/log"),
        ("that", "https://b.example/x"),
    ]
    assert all(block.text[link.char_start : link.char_end] == link.text for link in block.links)


def test_a_link_around_blocks_is_in_each_of_them() -> None:
    blocks = blocks_of('<a href="https://a.example/s"><h3>Storm</h3><p>It blew.</p></a>')
    assert [[link.text for link in block.links] for block in blocks] == [["Storm"], ["It blew."]]


@pytest.mark.parametrize(
    ("head", "sidecar", "expected"),
    [
        ('<base href="https://b.example/dir/">', None, "https://b.example/dir/x.html"),
        ('<link rel="canonical" href="https://c.example/a/b">', None, "https://c.example/a/x.html"),
        ("", Sidecar(url="https://d.example/q/"), "https://d.example/q/x.html"),
        ("", None, "x.html"),
        ('<base href="http://[">', None, "x.html"),
    ],
)
def test_the_base_of_links_is_what_the_page_or_its_holder_says(
    head: str, sidecar: Sidecar | None, expected: str
) -> None:
    (block,) = page_of('<p><a href="x.html">x</a></p>', head, sidecar).blocks
    assert block.links[0].url == expected


def test_bold_means_the_whole_block() -> None:
    blocks = blocks_of("<p><b>All of</b> <strong>it</strong></p><p><b>Part</b> of it</p>")
    assert [block.bold for block in blocks] == [True, False]


def test_the_stamp_of_a_time_element_stays_with_its_text() -> None:
    (block,) = blocks_of('<p>Updated <time datetime="2031-05-02T08:00:00Z">2 May</time></p>')
    assert (block.text, block.datetime) == ("Updated 2 May", "2031-05-02T08:00:00Z")


def test_markup_words_come_nearest_first() -> None:
    (block,) = blocks_of(
        '<div id="storyBody"><p class="lead lead--big"><span class="Byline_name__x1">Ann Lee</span></p></div>'
    )
    assert block.markup == ("byline", "name", "lead", "big", "story", "body")


def test_neighbours_share_a_parent() -> None:
    blocks = blocks_of("<div><p>A</p><p>B</p></div><div><p>C</p></div>")
    assert blocks[0].parent == blocks[1].parent != blocks[2].parent


# ---------------------------------------------------------------- main content and images
def story_page() -> str:
    navigation = "".join(
        f'<li><a href="/{word}">{word}</a></li>' for word in ("Sport", "Ports", "Opinion", "Weather")
    )
    picture = (
        '<figure><img src="/quay.jpg" alt="The quay"><figcaption>The quay at dawn.</figcaption></figure>'
    )
    story = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    teaser = (
        '<aside><a href="/other"><picture><img src="/t.jpg" alt="Teaser"></picture>Another story</a></aside>'
        * 12
    )
    footer = "<footer><p>Impressum</p></footer>"
    return f"<nav><ul>{navigation}</ul></nav><article><h1>Harbour reopens</h1>{picture}{story}</article>{teaser}{footer}"


def test_trafilatura_marks_the_story_as_main_content() -> None:
    main = [block.text for block in blocks_of(story_page()) if block.main]
    assert set(PROSE) <= set(main)
    assert not {"Sport", "Impressum", "Another story"} & set(main)


def test_a_picture_beside_the_story_is_a_block_and_a_teaser_s_is_none() -> None:
    page = page_of(story_page(), sidecar=Sidecar(url="https://a.example/1"))
    images = [block for block in page.blocks if block.kind == "image"]
    assert [(block.text, block.image.url if block.image else None) for block in images] == [
        ("The quay", "https://a.example/quay.jpg")
    ]


def test_a_repeated_headline_is_main_only_where_it_heads_the_story() -> None:
    story = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    crumbs = '<nav><ul><li><a href="/">Home</a></li><li>Harbour reopens</li></ul></nav>'
    related = '<aside class="related"><ul><li><a href="/1">Harbour reopens</a></li></ul></aside>'
    page = page_of(f"{crumbs}<article><h1>Harbour reopens</h1>{story}</article>{related}")
    repeated = [block for block in page.blocks if block.text == "Harbour reopens"]
    assert [block.main for block in repeated] in ([False, True, False], [False, False, False])


def test_numbers_run_without_gaps() -> None:
    assert [block.number for block in page_of(story_page()).blocks] == list(
        range(len(page_of(story_page()).blocks))
    )


def test_the_same_page_gives_the_same_blocks() -> None:
    assert page_of(story_page()) == page_of(story_page())


# ---------------------------------------------------------------- faults
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no-markup"),
        ("  \n ", "no-markup"),
        ("<!-- nothing -->", "no-markup"),
        ("<html><body><script>x()</script></body></html>", "no-text"),
        ("<div>" * 100_000 + "deep", "too-deep"),
        ("<p " + " ".join(f"a{i}" for i in range(200_000)) + ">x", "too-many-attributes"),
        ("<p " + " ".join(f"a{i}='<'" for i in range(200_000)) + ">x", "too-many-attributes"),
        ("<p>x" * 60_000, "too-many-blocks"),
    ],
)
def test_a_hopeless_page_is_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(ExtractError) as caught:
        finish(extract_html(text, "page.html"))
    assert caught.value.code == code
