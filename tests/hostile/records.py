"""Containers of records: sound ones with something broken inside, and things that only look like one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

from hostile.kit import ANY, ARTICLE, REFUSED, Input, late, of, story

DATE = "2024-05-02T06:00:00Z"


def response(
    url: str,
    html: str,
    *,
    kind: str = "response",
    http: str = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n",
    length: str | None = None,
    extra: str = "",
) -> bytes:
    """A WARC record around a page, or around one that lies about itself."""
    block = (f"{http}\r\n" if http else "").encode() + html.encode("utf-8", "surrogatepass")
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DATE}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{len(block):012d}>\r\n{extra}"
        f"Content-Type: {'application/http; msgtype=response' if http else 'text/html'}\r\n"
        f"Content-Length: {length if length is not None else len(block)}\r\n\r\n"
    )
    return header.encode("utf-8", "surrogatepass") + block + b"\r\n\r\n"


def inputs() -> Iterator[Input]:
    yield from _warc()
    yield from _jsonl()
    yield from _parquet()


def _page(key: str) -> bytes:
    return response(f"https://tarn-observer.example/{key}", story(key).html())


def _warc() -> Iterator[Input]:
    ok = [_page(f"w{n}") for n in range(3)]
    ok_of = lambda name: [_page(f"{name}{n}") for n in range(3)]  # noqa: E731

    def between(name: str, bad: bytes, rows: int | None) -> Input:
        first, second, third = ok_of(name)
        return of(f"warc/{name}.warc", first + bad + second + third, ANY, rows)

    url = "https://tarn-observer.example/bad"
    html = story("warc-bad").html()
    yield between("length-short", response(url, html, length="10"), None)
    yield between("length-long", response(url, html, length="900000"), None)
    yield between("length-huge", response(url, html, length="999999999999999"), None)
    yield between("length-negative", response(url, html, length="-5"), None)
    yield between("length-text", response(url, html, length="many"), None)
    yield between("length-none", response(url, html).replace(b"Content-Length", b"Content-Width"), None)
    yield between("noise", b"\x00\xff\x17" * 3000, 4)
    yield between("blank-lines", b"\r\n" * 20000, 3)
    yield between("no-http-status", response(url, html, http="what is this\r\n"), None)
    yield between("status-404", response(url, html, http="HTTP/1.1 404 Not Found\r\n"), 4)
    yield between(
        "status-301", response(url, html, http="HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\n"), 4
    )
    yield between("status-999", response(url, html, http="HTTP/1.1 999999 X\r\n"), None)
    yield between("header-bomb", response(url, html, http="HTTP/1.1 200 OK\r\n" + "X-A: b\r\n" * 50_000), 4)
    yield between(
        "header-line-bomb", response(url, html, http="HTTP/1.1 200 OK\r\nX-A: " + "b" * 900_000 + "\r\n"), 4
    )
    yield between("warc-header-bomb", response(url, html, extra="X-A: b\r\n" * 50_000), None)
    yield between(
        "chunked-lies",
        response(
            url,
            "fffffff\r\n" + html + "\r\n0\r\n\r\n",
            http="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n",
        ),
        4,
    )
    yield between(
        "chunked-bad",
        response(url, "zz\r\n" + html, http="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"),
        4,
    )
    yield between("gzip-lies", response(url, html, http="HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"), 4)
    yield between("brotli-lies", response(url, html, http="HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n"), 4)
    yield between(
        "encoding-unknown", response(url, html, http="HTTP/1.1 200 OK\r\nContent-Encoding: x-secret\r\n"), 4
    )
    yield between(
        "charset-unknown",
        response(url, html, http="HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=klingon\r\n"),
        4,
    )
    yield between(
        "charset-wrong",
        response(url, html, http="HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-16\r\n"),
        4,
    )
    yield between("uri-escape", response("https://x.example/\x1b]0;owned\x07", html), 4)
    yield between("uri-script", response("javascript:alert(1)", html), 4)
    yield between("uri-long", response("https://x.example/" + "a" * 60_000, html), None)
    yield between("type-unknown", response(url, html, kind="\x1b[31mred"), None)
    yield between("date-absurd", response(url, html).replace(DATE.encode(), b"99999-99-99T99"), 4)
    yield between("revisit", response(url, "", kind="revisit"), 4)
    yield between("empty-block", response(url, "", http=""), 4)
    yield of("warc/cut.warc", b"".join(ok)[:-900], ANY, 3)
    yield of("warc/cut.warc.gz", b"".join(gzip.compress(p, mtime=0) for p in ok_of("cutgz"))[:-300], ANY, 3)
    members = [gzip.compress(p, mtime=0) for p in ok_of("flip")]
    flipped = bytearray(members[1])
    flipped[len(flipped) // 2] ^= 0xFF
    yield of("warc/flipped.warc.gz", members[0] + bytes(flipped) + members[2], ANY, 3)
    yield of("warc/head-only.warc", b"WARC/1.0\r\n", REFUSED, 1)
    yield of("warc/only-info.warc", response(url, "", kind="warcinfo", http=""), ANY, 1)
    yield of("warc/versions.warc", b"WARC/1.0\r\n" * 5000, ANY, None)
    bomb = gzip.compress(b"0" * 60_000_000, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    yield late(
        "warc/body-bomb.warc",
        lambda: (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DATE}\r\n"
            f"Content-Type: application/http\r\nContent-Length: {len(head) + len(bomb)}\r\n\r\n"
        ).encode() + head + bomb + b"\r\n\r\n",
        REFUSED, 1,
    )  # fmt: skip


def _jsonl() -> Iterator[Input]:
    def line(key: str, **more: object) -> bytes:
        return (
            json.dumps({"url": f"https://x.example/{key}", "text": story(key).dump, **more}).encode() + b"\n"
        )

    def between(name: str, bad: bytes, rows: int | None = 3) -> Input:
        return of(f"jsonl/{name}.jsonl", line(f"{name}1") + bad + line(f"{name}2"), ANY, rows)

    text = story("jsonl").dump
    yield between("cut", line("cut")[:200] + b"\n")
    yield between("no-object", b"[1, 2, 3]\n")
    yield between("scalar", b"17\n")
    yield between("deep", b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n")
    yield between("deep-objects", b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"\n")
    yield between("nul-line", b"\0" * 5000 + b"\n")
    yield between("surrogates", b'{"text": "\\ud800 lone \\udfff half ' + b"words of news " * 30 + b'"}\n')
    yield between("bad-bytes", b'{"text": "' + b"\xff\xfe\x80 news of the day " * 30 + b'"}\n')
    yield between("wrong-types", b'{"text": {"a": 1}, "title": 7, "author": [[["x"]]], "date": {}}\n')
    yield between("nan", b'{"text": NaN, "date": Infinity}\n')
    yield between(
        "big-number", b'{"date": ' + b"9" * 5000 + b', "text": ' + json.dumps(text).encode() + b"}\n"
    )
    yield between("date-float", line("df", date=1e300))
    yield between("date-negative", line("dn", date=-62135596801))
    yield between("date-escape", line("de", date="\x1b[2J2024-05-02"))
    yield between("url-bad", line("ub", **{"canonical_url": "https://[half.an.address/"}))
    yield between("authors-500", line("a5", authors=[f"Ana{n} Roche{n}" for n in range(500)]))
    yield between("authors-nested", line("an", authors=[{"name": {"name": "x"}}, None, 7, True]))
    yield between(
        "keys-100k", json.dumps({f"k{n}": n for n in range(100_000)} | {"text": text}).encode() + b"\n"
    )
    yield between("keys-twice", b'{"text": "a", "text": ' + json.dumps(text).encode() + b"}\n")
    yield between(
        "control-characters", line("cc", title="\x1b]8;;http://evil.example\x07click\x1b]8;;\x07\r\n\x00")
    )
    yield between("long-title", line("lt", title="A" * 500_000))
    yield between("many-tags", line("mt", tags=["t"] * 100_000))
    yield of("jsonl/one-long-line.jsonl", json.dumps({"text": "word " * 3_000_000}), ANY, 1)
    yield late("jsonl/too-long-line.jsonl", lambda: b'{"text": "' + b"x" * 90_000_000 + b'"}\n', ANY, 1)
    yield of("jsonl/bom.jsonl", b"\xef\xbb\xbf" + line("bom1") + line("bom2"), ARTICLE, 2)
    yield of("jsonl/crlf.jsonl", line("crlf1").replace(b"\n", b"\r\n") + line("crlf2"), ARTICLE, 2)
    yield of("jsonl/utf16.jsonl", (line("u16a") + line("u16b")).decode().encode("utf-16"), ANY, None)
    yield of("jsonl/no-newline.jsonl", line("nn").rstrip(b"\n"), ARTICLE, 1)
    yield of("jsonl/blank.jsonl", b"\n" * 1000, ANY, 1)
    yield of("jsonl/array.json", json.dumps([{"text": text}] * 3), ANY, 1)
    yield of("jsonl/open-brackets.jsonl", b'{"text":\n' * 200, ANY, None)


def _parquet() -> Iterator[Input]:
    yield of("parquet/cut.parquet", b"PAR1" + b"\x15\x04\x15\x10" * 2000, ANY, 1)
    yield of("parquet/marks-only.parquet", b"PAR1" + b"\xff\xff\xff\x7fPAR1", ANY, 1)
    yield of("parquet/lies.html", b"PAR1" + b"\0" * 5000 + b"\x10\0\0\0PAR1", ANY, 1)
