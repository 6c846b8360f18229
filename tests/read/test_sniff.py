"""Formats by content, and what is no text at all."""

import gzip
import io
import json
import zipfile

import pytest

from copydesk.errors import ReadError
from copydesk.read import sniff, sniff_bytes

PROSE = (
    "The bridge at Velmora reopened on Thursday, the mayor said. It had been closed for two years.\n\n" * 6
)
MARKDOWN = (
    "# Bridge reopens\n**The Harrow Gazette**\n\n![A bridge](https://harrow.example/a_(1).jpg)\n\n" + PROSE
)
HTML = f"<p>{PROSE}</p><p>It <a href='/b'>ended</a> there.</p>"


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a", "a.txt.gz"])
def test_content_decides_whatever_the_name(name):
    assert sniff(MARKDOWN, name) == "markdown"
    assert sniff(HTML, name) == "html"
    assert sniff("<!DOCTYPE html><title>x</title>", name) == "html"
    assert sniff(PROSE, name) == "text"


@pytest.mark.parametrize(
    "stray",
    [
        "#bridge #velmora\n",
        "5 * 3 * 2\n",
        "* Names have been changed.\n",
        "Price < 5, or > 7\n",
        "She wrote <b> once.\n",
        "file_name_here\n",
        "a [sic] b (c)\n",
        "---\n",
        "> so he said\n",
        "* Home\n* News\n* Sport\n",
    ],
)
def test_a_stray_sign_makes_no_markup(stray):
    assert sniff(stray + PROSE + stray, "a.txt") == "text"


def test_a_name_is_a_hint_where_there_is_little():
    short = "*Bridge* reopens, _at last_\n"
    assert (sniff(short, "a.md"), sniff(short, "a.txt")) == ("markdown", "text")
    assert (sniff("Bridge<br>reopens", "a.html"), sniff("Bridge<br>reopens", "a.txt")) == ("html", "text")
    assert sniff("Bridge<br>reopens", "a", "html") == "html"


def test_white_space_alone_is_empty():
    with pytest.raises(ReadError) as fault:
        sniff(" \n\t", "a.txt")
    assert fault.value.code == "empty"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (json.dumps({"title": "x", "body": "y"}), "JSON"),
        (json.dumps([{"a": 1}], indent=1), "JSON"),
        ('<?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>', "an RSS feed"),
        ("<urlset><url/></urlset>", "a sitemap"),
    ],
)
def test_data_is_no_article(text, told):
    with pytest.raises(ReadError, match=told) as fault:
        sniff(text, "a.txt")
    assert fault.value.code == "data"


def test_xhtml_is_html():
    assert sniff('<?xml version="1.0"?><html xmlns="x"><body><p>x</p></body></html>', "a.txt") == "html"


def test_hostile_markup_takes_linear_time():
    for bait in (
        "[" * 100_000,
        "![a](" * 30_000,
        "**a" * 40_000,
        "<p " * 40_000,
        "_a " * 40_000,
        "\n" * 100_000 + "a",
    ):
        assert sniff(bait, "a.md") in ("text", "markdown", "html")


def office(member):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(member, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7\n%x", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "a JPEG image"),
        (office("word/document.xml"), "a Word document"),
        (office("xl/workbook.xml"), "an Excel workbook"),
        (office("a.txt"), "a zip archive"),
        (gzip.compress(b"x"), "a gzip file"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a WebP image"),
        (bytes(range(256)) * 20, "a binary file"),
        (b"\x00\x01\x02\x03" * 100, "a binary file"),
    ],
)
def test_binary_files_are_named(content, told):
    with pytest.raises(ReadError, match=f"^expected text or HTML, found {told}") as fault:
        sniff_bytes(content)
    assert fault.value.code == "binary" and "\n" not in str(fault.value)


@pytest.mark.parametrize("content", [b"", b" \n\t ", b"\0\0\0"])
def test_nothing_is_empty(content):
    with pytest.raises(ReadError) as fault:
        sniff_bytes(content)
    assert fault.value.code == "empty"


@pytest.mark.parametrize(
    "content",
    [
        b"plain",
        b"a\0story with one NUL in it",
        "Brücke".encode("utf-16"),
        "a bridge".encode("utf-16-le"),
        "橋は開通した".encode("iso-2022-jp"),
        "Мост".encode("cp1251"),
        b"BZ is a code",
        b"ID3 tags explained",
    ],
)
def test_text_passes(content):
    sniff_bytes(content)
