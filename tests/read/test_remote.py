"""INPUTs by URL: a real S3 server, a real web server, and this process's memory; nothing but what was named is fetched."""

from __future__ import annotations

import gzip
import http.server
import io
import json
import threading
import zipfile
from collections.abc import Iterator

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes.object_store import new_bucket, s3_server

from copydesk.errors import RunError
from copydesk.read import find_inputs, read_pages, split_input
from copydesk.records import Limits, RawPage, Unread

LIMITS = Limits()


@pytest.fixture(scope="module")
def s3() -> Iterator[None]:
    with s3_server():
        yield


@pytest.fixture
def bucket(s3):
    store, name = new_bucket()
    files = {
        "crawl/monday/a.html": b"<p>The ferry sails.",
        "crawl/monday/b.txt.gz": gzip.compress(b"The bridge opens."),
        "crawl/tuesday/a.html": b"<p>The ferry stays.",
        "crawl/tuesday/day.jsonl": b'{"text": "One."}\n{"text": "Two."}\n',
        "crawl/_meta.json": b'{"outlet": "The Harrow Gazette"}',
        "crawl/tuesday/a.meta.json": b'{"outlet": "The Velmora Post"}',
        "crawl/README.md": b"About this crawl.",
        "crawl/.hidden/x.html": b"no",
        "crawl/../odd.txt": b"A name that leads out.",
        "elsewhere/c.html": b"not named",
    }
    for path, content in files.items():
        store.call_s3("put_object", Bucket=name, Key=path, Body=content)
    return name


def uris(*inputs):
    return [item.uri for item in find_inputs(inputs)]


def pages(*inputs):
    return [page for item in find_inputs(inputs) for page in read_pages(item, LIMITS)]


def test_a_prefix_is_a_folder(bucket):
    found = find_inputs([f"s3://{bucket}/crawl"])
    assert [item.uri for item in found] == [
        "%2E%2E/odd.txt", "README.md", "monday/a.html", "monday/b.txt.gz", "tuesday/a.html", "tuesday/day.jsonl",
    ]  # fmt: skip
    read = {page.source_uri: page for item in found for page in read_pages(item, LIMITS)}
    assert isinstance(read["README.md"], Unread)
    assert read["monday/b.txt.gz"].content == b"The bridge opens."
    assert read["monday/a.html"].sidecar.outlet == "The Harrow Gazette"
    assert read["tuesday/a.html"].sidecar.outlet == "The Velmora Post"
    assert [read[f"tuesday/day.jsonl#{n}"].content for n in (0, 1)] == [b"One.", b"Two."]


def test_globs_and_objects_are_named_as_paths_are(bucket):
    assert uris(f"s3://{bucket}/crawl/*/a.html") == ["monday/a.html", "tuesday/a.html"]
    assert uris(f"s3://{bucket}/crawl/**/*.jsonl") == ["tuesday/day.jsonl"]
    assert uris(f"s3://{bucket}/crawl/monday/a.html") == ["a.html"]
    both = [f"s3://{bucket}/crawl/monday/a.html", f"s3://{bucket}/crawl/tuesday/a.html"]
    assert uris(*both) == uris(*reversed(both)) == ["monday/a.html", "tuesday/a.html"]


def test_local_and_remote_inputs_go_together(bucket, tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>Here.")
    found = uris(str(tmp_path), f"s3://{bucket}/crawl/monday/a.html")
    assert len(set(found)) == 2
    assert all(uri.endswith("/a.html") for uri in found)
    assert uris((tmp_path / "a.html").as_uri()) == ["a.html"]


def test_a_changed_object_has_another_stamp(bucket):
    url = f"s3://{bucket}/crawl/monday/a.html"
    (before,), (again,) = find_inputs([url]), find_inputs([url])
    new_bucket()[0].pipe_file(url, b"<p>The ferry SAILS.")
    (after,) = find_inputs([url])
    assert before.stamp == again.stamp != after.stamp


def test_containers_that_need_their_end_and_parts_of_large_ones(bucket):
    store, _ = new_bucket()
    packed, table = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "The ferry sails.")
    pq.write_table(pa.table({"text": ["One.", "Two."]}), table)
    lines = "".join(json.dumps({"text": f"Story {n}. " + "x" * 500}) + "\n" for n in range(2000))
    for name, content in (
        ("a.zip", packed.getvalue()),
        ("b.parquet", table.getvalue()),
        ("c.jsonl", lines.encode()),
    ):
        store.pipe_file(f"{bucket}/big/{name}", content)
    read = pages(f"s3://{bucket}/big")
    assert [page.source_uri for page in read][:3] == ["a.zip#a.txt", "b.parquet#0", "b.parquet#1"]
    (item,) = find_inputs([f"s3://{bucket}/big/c.jsonl"])
    parts = split_input(item, part_bytes=200_000)
    assert len(parts) > 3
    assert [page for part in parts for page in read_pages(part, LIMITS)] == read[3:]


def test_what_vanishes_or_is_not_there_is_one_line(bucket):
    (item,) = find_inputs([f"s3://{bucket}/crawl/monday/a.html"])
    new_bucket()[0].rm_file(f"{bucket}/crawl/monday/a.html")
    (page,) = read_pages(item, LIMITS)
    assert isinstance(page, Unread)
    assert page.code == "unreadable"
    for named in (f"s3://{bucket}/none", f"s3://{bucket}/crawl/*.pdf", "s3://no-such-bucket-here/x", "s3://", "s3://*/a",
                  "ftp://gazette.example/a", "s3://a/b::zip://c"):  # fmt: skip
        with pytest.raises(RunError) as fault:
            find_inputs([named])
        assert "\n" not in str(fault.value)


def test_what_lies_in_memory_goes_with_its_input():
    store = fsspec.filesystem("memory")
    store.pipe_file("/kept-in-memory/day.jsonl", b'{"text": "One."}\n')
    (item,) = find_inputs(["memory://kept-in-memory"])
    store.rm("/kept-in-memory", recursive=True)
    (page,) = read_pages(item, LIMITS)
    assert (page.source_uri, page.content) == ("day.jsonl#0", b"One.")


# ---------------------------------------------------------------- the web
class Pages(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012  of all requests

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, body: bool) -> None:
        self.asked.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/day.jsonl")
            self.end_headers()
            return
        content = b'{"text": "One."}\n<a href="/day.jsonl">{"text": "Two."}</a>\n'
        self.send_response(200 if self.path in ("/day.jsonl", "/index/") else 404)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", '"1"')
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def web() -> Iterator[str]:
    Pages.asked.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_address_is_one_file_and_a_list_names_many(web, tmp_path):
    (tmp_path / "list.txt").write_text(f"# a day\n{web}/day.jsonl\n\n{web}/index/\n")
    found = find_inputs([f"@{tmp_path / 'list.txt'}"])
    assert [item.uri for item in found] == ["day.jsonl", "index"]
    first, second, other = (page for item in found for page in read_pages(item, LIMITS))
    assert first.content == b"One."
    assert isinstance(second, Unread)
    assert isinstance(other, RawPage)
    assert set(Pages.asked) == {"/day.jsonl", "/index/"}


def test_no_redirect_is_followed_and_what_is_missing_is_one_line(web):
    for path, found in (("/moved", "elsewhere"), ("/gone", "gone")):
        with pytest.raises(RunError, match=found) as fault:
            find_inputs([web + path])
        assert "\n" not in str(fault.value)
    assert "/day.jsonl" not in Pages.asked


def test_a_bad_list_is_one_line(tmp_path):
    (tmp_path / "empty.txt").write_text("# nothing\n")
    for name in ("empty.txt", "none.txt"):
        with pytest.raises(RunError, match="expected a list of INPUTs"):
            find_inputs([f"@{tmp_path / name}"])
