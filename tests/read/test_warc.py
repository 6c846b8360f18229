"""WARC: which records are pages, how they were packed and sent, and what damage costs."""

import gzip
import random
import zlib
from datetime import UTC, datetime

import pytest
from backports import zstd

from copydesk.read import find_inputs, read_pages
from copydesk.records import Limits, RawPage, Unread

PAGE = "<html><p>The bridge at Castrel opened again on Friday, said Zoë Dorrin.</p></html>".encode()


def record(block, kind="response", content_type="application/http; msgtype=response", number=1, more=""):
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
        f"WARC-Target-URI: https://harrow.example/story-{number}.html\r\nWARC-Date: 2024-05-02T06:00:0{number % 10}Z\r\n"
        f"Content-Type: {content_type}\r\n{more}Content-Length: {len(block)}\r\n\r\n"
    )
    return header.encode() + block + b"\r\n\r\n"


def http(body, status="200 OK", content_type="text/html; charset=utf-8", more=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{more}\r\n".encode() + body


def chunked(body, size=10):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def stories(count):
    return [record(http(PAGE + b"<!-- %d -->" % n), number=n) for n in range(count)]


def read_all(folder, content, name="crawl.warc.gz", **limits):
    (folder / name).write_bytes(content)
    return [page for item in find_inputs([str(folder)]) for page in read_pages(item, Limits(**limits))]


def outcomes(pages):
    return [page.code if isinstance(page, Unread) else "page" for page in pages]


PACKINGS = {
    "plain": b"".join,
    "a member a record": lambda records: b"".join(map(gzip.compress, records)),
    "one gzip": lambda records: gzip.compress(b"".join(records)),
    "a frame a record": lambda records: b"".join(map(zstd.compress, records)),
    "one zstd": lambda records: zstd.compress(b"".join(records)),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_each_page_is_read_however_the_file_is_packed(tmp_path, packing):
    about = [
        record(b"software: x", "warcinfo", "application/warc-fields"),
        record(b"GET / HTTP/1.1", "request"),
    ]
    pages = read_all(tmp_path, PACKINGS[packing](about + stories(3)))
    assert [page.source_uri for page in pages] == [f"crawl.warc.gz#{n}" for n in range(3)]
    page = pages[2]
    assert page.content == PAGE + b"<!-- 2 -->"
    assert (page.name, page.declared_encoding, page.declared_format) == ("story-2.html", "utf-8", "html")
    assert page.sidecar.url == "https://harrow.example/story-2.html"
    assert page.sidecar.fetched_at == datetime(2024, 5, 2, 6, 0, 2, tzinfo=UTC)


def test_what_is_no_page_says_why(tmp_path):
    records = [
        record(http(b"", "301 Moved")),
        record(http(PAGE, "404 Not Found")),
        record(http(b"\xff\xd8\xff", content_type="image/jpeg")),
        record(b"", "revisit"),
        record(b"x", "continuation"),
        record(b"no http"),
        record(PAGE, "resource", "text/html"),
        record(b"The bridge opened.", "conversion", "text/plain"),
        record(b"1.2.3.4", content_type="text/dns"),
    ]
    expected = [
        "http-redirect",
        "http-status",
        "media-type",
        "revisit",
        "record-type",
        "damaged",
        "page",
        "page",
    ]
    assert outcomes(read_all(tmp_path, b"".join(records))) == [*expected, "media-type"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Transfer-Encoding: chunked", chunked(PAGE)),
        ("Content-Encoding: gzip", gzip.compress(PAGE)),
        ("Content-Encoding: deflate", zlib.compress(PAGE)),
        ("Content-Encoding: deflate", zlib.compress(PAGE)[2:-4]),
        ("Content-Encoding: zstd", zstd.compress(PAGE)),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked", chunked(gzip.compress(PAGE))),
        ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked", PAGE),
        ("Content-Encoding: br", PAGE),
    ],
)
def test_bodies_are_read_as_they_were_before_they_were_sent(tmp_path, headers, body):
    (page,) = read_all(tmp_path, record(http(body, more=headers + "\r\n")))
    assert isinstance(page, RawPage) and page.content == PAGE


def test_a_brotli_body_is_read_and_a_cut_one_is_damaged(tmp_path):
    from fastwarc.stream_io import BrotliWriter

    packed = tmp_path / "packed"
    with packed.open("wb") as file, BrotliWriter(file) as writer:
        writer.write(PAGE)
    body = packed.read_bytes()
    packed.unlink()
    records = [record(http(b, more="Content-Encoding: br\r\n")) for b in (body, body[:-6])]
    pages = read_all(tmp_path, b"".join(records))
    assert pages[0].content == PAGE
    assert outcomes(pages) == ["page", "damaged"]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Transfer-Encoding: chunked", chunked(PAGE)[:-20]),
        ("Content-Encoding: gzip", gzip.compress(PAGE)[:-9]),
    ],
)
def test_a_cut_body_is_damaged_and_reading_goes_on(tmp_path, headers, body):
    records = [record(http(body, more=headers + "\r\n")), *stories(1)]
    assert outcomes(read_all(tmp_path, b"".join(records))) == ["damaged", "page"]


def test_bombs_cost_their_own_row(tmp_path):
    bomb = gzip.compress(b"\0" * 30_000_000)
    records = [
        record(http(bomb, more="Content-Encoding: gzip\r\n")),
        record(http(b"x" * 3_000_000)),
        *stories(1),
    ]
    pages = read_all(tmp_path, b"".join(map(gzip.compress, records)), max_bytes=1_000_000)
    assert outcomes(pages) == ["too-large", "too-large", "page"]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_cut_file_loses_what_was_cut_and_says_so(tmp_path, packing):
    records = [record(http(random.Random(n).randbytes(2000).hex().encode()), number=n) for n in range(4)]
    whole = PACKINGS[packing](records)
    assert outcomes(read_all(tmp_path, whole[:-700]))[-1] == "damaged"


@pytest.mark.parametrize("packing", ["plain", "a member a record"])
def test_a_damaged_record_costs_one_row_and_no_other_record(tmp_path, packing):
    pack = (lambda r: r) if packing == "plain" else gzip.compress
    for harm in (lambda r: r[:-40], lambda r: r[40:], lambda r: r[:90] + r[140:], lambda r: b""):
        for victim in range(4):
            records = [
                record(http(random.Random(n).randbytes(900).hex().encode()), number=n) for n in range(4)
            ]
            packed = [pack(r) for r in records]
            packed[victim] = harm(packed[victim])
            pages = read_all(tmp_path, b"".join(packed), "a.warc")
            if not packed[victim]:
                assert outcomes(pages) == ["page"] * 3
                continue
            if pages[0].source_uri == "a.warc":  # a first record without its beginning makes it no WARC file
                continue
            urls = {page.sidecar.url for page in pages if isinstance(page, RawPage)}
            others = {f"https://harrow.example/story-{n}.html" for n in range(4) if n != victim}
            assert others <= urls
            assert len(pages) >= 4


def test_a_wrong_length_takes_no_other_record_with_it(tmp_path):
    for wrong in (
        b"Content-Length: 9999",
        b"Content-Length: 20",
        b"Content-Length: 200",
        b"Content-Length: x",
    ):
        records = stories(4)
        at = records[1].index(b"Content-Length")
        records[1] = records[1][:at] + wrong + records[1][records[1].index(b"\r\n", at) :]
        pages = read_all(tmp_path, b"".join(records), "a.warc")
        urls = [page.sidecar.url for page in pages if isinstance(page, RawPage)]
        assert [f"https://harrow.example/story-{n}.html" for n in (0, 2, 3)] == [
            u for u in urls if "-1." not in u
        ]
        assert "damaged" in outcomes(pages)


def test_a_sidecar_says_what_the_record_does_not(tmp_path):
    (tmp_path / "_meta.json").write_text('{"outlet": "The Harrow Gazette", "url": "https://other.example/"}')
    (page,) = read_all(tmp_path, stories(1)[0])
    assert (page.sidecar.outlet, page.sidecar.url) == (
        "The Harrow Gazette",
        "https://harrow.example/story-0.html",
    )


def test_a_version_in_other_case_is_passed_over(tmp_path):
    records = stories(3)
    records[1] = records[1].replace(b"WARC/1.0", b"wARC/1.0")
    assert outcomes(read_all(tmp_path, b"".join(records), "a.warc")) == ["page", "damaged", "page"]


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl"])
@pytest.mark.parametrize("packing", ["plain", "one gzip"])
def test_a_file_whose_first_record_lost_its_start_is_read_from_the_next(tmp_path, name, packing):
    records = stories(3)
    pages = read_all(tmp_path, PACKINGS[packing]([records[0][200:], *records[1:]]), name)
    assert outcomes(pages) == ["damaged", "page", "page"]
    assert [page.source_uri for page in pages] == [f"{name}#{n}" for n in range(3)]


def test_a_page_about_warc_files_is_a_page(tmp_path):
    text = b"How a record begins:\n\nWARC/1.0\nWARC-Type: response\n\nThat was all.\n"
    assert outcomes(read_all(tmp_path, text, "howto.txt")) == ["page"]
