"""Hostile pages end in blocks or in an ExtractError, in bounded time; nothing is ever fetched or expanded."""

from __future__ import annotations

import time

import pytest

from copydesk.errors import ExtractError
from copydesk.extract.html import extract_html
from copydesk.steps import finish


def texts_of(text: str) -> list[str]:
    return [block.text for block in finish(extract_html(text, "page.html")).blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a\x00b</p>", ["ab"]),
        ("<p>a\ud800b</p>", ["ab"]),
        ("<p>a&#0;b &#x110000; &#xD800;</p>", None),
        ('<?xml version="1.0" encoding="latin-1"?><html><body><p>Žižkov</p></body></html>', ["Žižkov"]),
        ('<meta charset="windows-1252"><p>Žižkov</p>', ["Žižkov"]),
        (
            '<?xml version="1.0"?><html><head><script src="x"/></head><body><p>in</p></body></html>',
            ["in"],
        ),
        ("<p>plain", ["plain"]),
        ("just words", ["just words"]),
        ("<![CDATA[x]]><p>y</p>", None),
        ("<frameset><frame src=x></frameset><p>z", None),
        ("<p>\u202egnp.exe\u202c</p>", ["\u202egnp.exe\u202c"]),
    ],
)
def test_odd_text_is_read_as_a_browser_would(text: str, expected: list[str] | None) -> None:
    try:
        found = texts_of(text)
    except ExtractError:
        assert expected is None
    else:
        assert expected is None or found == expected


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    text = f'<!DOCTYPE html [<!ENTITY e0 "boom">{bomb}<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>&e11;&x;</p></body></html>'
    assert not any("boom" * 2 in found for found in texts_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "<b>" * 2_000 + "x",
        "<a href=x>" * 20_000 + "x",
        "<p>x<br>" * 15_000,
        "<b>" + "<a href=/x>y</a><br><br>" * 15_000,
        "<table>" * 400 + "x",
        "<table><tr>" + "<td>x" * 10_000,
        "<p>" + "word " * 400_000,
        "<p>same</p>" * 15_000,
        "<div>" + "<a></a>" * 40_000 + "x</div>",
        '<p class="' + "a" * 1_000_000 + '">x',
        '<p style="' + "display: " * 100_000 + '">x',
        "<pre>" + "\n \t" * 200_000 + "x",
        "<script type='application/ld+json'>" + "[" * 200_000 + "</script><p>x",
        "<script type='application/ld+json'>" + "[{}," * 100_000 + "</script><p>x",
        "<script type='application/ld+json'>{" + ", " * 200_000 + "</script><p>x",
        "<meta name=keywords content='" + "a," * 200_000 + "'><p>x",
        "<span itemprop=author>" * 1_500 + "x",
        "<" * 200_000 + "p>x",
        "<p>" + "&" * 200_000 + "x",
    ],
    ids=lambda text: text[:24],
)
def test_a_page_made_to_hang_does_not(text: str) -> None:
    began = time.process_time()
    try:
        assert texts_of(text)
    except ExtractError as error:
        assert error.code
    assert time.process_time() - began < 20
