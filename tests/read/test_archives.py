"""zip and tar: every member once, under its own name, and nothing outside the archive is touched."""

import bz2
import gzip
import io
import json
import lzma
import stat
import tarfile
import warnings
import zipfile
from pathlib import Path

import pytest
from backports import zstd

from copydesk.read import find_inputs, read_pages
from copydesk.records import Limits, RawPage, Unread

PAGE = b"<html><p>The bridge at Castrel opened again on Friday.</p></html>"


def read_all(folder, content, name, **limits):
    (folder / name).write_bytes(content)
    return [page for item in find_inputs([str(folder)]) for page in read_pages(item, Limits(**limits))]


def zipped(members, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def tarred(members, tar_format=tarfile.PAX_FORMAT):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tar_format) as archive:
        for name, content in members:
            member = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def outcomes(pages):
    return {
        page.source_uri.split("#", 1)[-1]: page.code if isinstance(page, Unread) else "page" for page in pages
    }


KINDS = {
    "a.zip": zipped,
    "a.tar": tarred,
    "a.tar.gz": lambda members: gzip.compress(tarred(members, tarfile.GNU_FORMAT)),
    "a.tar.bz2": lambda members: bz2.compress(tarred(members)),
    "a.tar.xz": lambda members: lzma.compress(tarred(members)),
    "a.tar.zst": lambda members: zstd.compress(tarred(members)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_member_is_a_page_under_its_own_name(tmp_path, kind):
    (tmp_path / "_meta.json").write_text('{"outlet": "The Harrow Gazette"}')
    long_name = "x" * 150 + "/a b#1?.html"
    members = [
        ("mon/a.html", PAGE),
        ("mon/a.html", PAGE + b"2"),
        (long_name, PAGE),
        ("b.html.gz", gzip.compress(PAGE)),
    ]
    pages = read_all(tmp_path, KINDS[kind](members), kind)
    names = ["mon/a.html", "mon/a.html:2", "x" * 150 + "/a%20b%231%3F.html", "b.html.gz"]
    assert [page.source_uri for page in pages] == [f"{kind}#{name}" for name in names]
    assert [page.content for page in pages] == [PAGE, PAGE + b"2", PAGE, PAGE]
    assert pages[3].name == "b.html" and pages[0].sidecar.outlet == "The Harrow Gazette"


@pytest.mark.parametrize("kind", KINDS)
def test_paths_lead_nowhere_and_what_is_no_page_says_so(tmp_path, kind):
    names = [
        "../../etc/passwd",
        "/etc/passwd",
        "a\\..\\b.txt",
        ".git/config",
        "__MACOSX/._a",
        "_meta.json",
        "a.meta.json",
    ]
    before = sorted(tmp_path.parent.iterdir())
    pages = read_all(tmp_path, KINDS[kind]([(name, b"text") for name in names]), kind)
    found = outcomes(pages)
    assert [found[key] for key in ("%2E%2E/%2E%2E/etc/passwd", "/etc/passwd")] == ["page", "page"]
    assert sorted(found.values()) == ["hidden", "hidden", "page", "page", "page", "sidecar", "sidecar"]
    assert sorted(tmp_path.parent.iterdir()) == before and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_bombs_cost_their_own_row(tmp_path, kind):
    members = [("bomb", b"\0" * 5_000_000), ("inner.gz", gzip.compress(b"\0" * 5_000_000)), ("a.html", PAGE)]
    pages = read_all(tmp_path, KINDS[kind](members), kind, max_bytes=1_000_000)
    assert outcomes(pages) == {"bomb": "too-large", "inner.gz": "too-large", "a.html": "page"}


@pytest.mark.parametrize("kind", KINDS)
def test_records_in_an_archive_are_read_archives_in_it_are_not(tmp_path, kind):
    lines = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in ("one", "two"))
    pages = read_all(tmp_path, KINDS[kind]([("day.jsonl", lines), ("b.zip", zipped([("c", PAGE)]))]), kind)
    assert [page.source_uri for page in pages] == [
        f"{kind}#day.jsonl#0",
        f"{kind}#day.jsonl#1",
        f"{kind}#b.zip",
    ]
    assert pages[0].content == b"one" and pages[2].content.startswith(b"PK")


def test_members_of_a_zip_that_overlap_are_refused(tmp_path):
    content = zipped([("a.html", PAGE * 90), ("b.html", PAGE * 90)], zipfile.ZIP_STORED)
    directory = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", directory + 4)
    joined = bytearray(content)
    joined[second + 42 : second + 46] = b"\0\0\0\0"  # where its bytes begin: where those of the first do
    assert "damaged" in outcomes(read_all(tmp_path, bytes(joined), "a.zip")).values()


def test_encrypted_and_damaged_members_of_a_zip_cost_their_own_row(tmp_path):
    content = bytearray(
        zipped([("a.html", PAGE * 9), ("b.html", PAGE * 9), ("c.html", PAGE)], zipfile.ZIP_STORED)
    )
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + at] |= 1
    spot = content.index(b"b.html") + 100
    content[spot : spot + 5] = b"XXXXX"
    found = outcomes(read_all(tmp_path, bytes(content), "a.zip"))
    assert found == {"a.html": "encrypted", "b.html": "damaged", "c.html": "page"}


def test_links_and_devices_are_not_followed(tmp_path):
    (tmp_path / "secret").write_text("not yours")
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert outcomes(read_all(tmp_path, zipped([(link, b"secret")]), "a.zip"))["link"] == "not-a-file"
    members = []
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
        member = tarfile.TarInfo(f"odd{kind.decode()}")
        member.type, member.linkname = kind, "secret"
        members.append((member, b""))
    (tmp_path / "a.zip").unlink()
    found = outcomes(read_all(tmp_path, tarred([*members, ("a.html", PAGE)]), "a.tar"))
    assert [found[f"odd{n}"] for n in (1, 2, 3, 6)] == ["not-a-file"] * 4 and found["a.html"] == "page"


def test_a_cut_zip_is_one_row(tmp_path):
    (page,) = read_all(tmp_path, zipped([("a.html", PAGE)])[:-30], "a.zip")
    assert page.code == "damaged"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_damaged_tar_gives_what_stands_before_the_damage_and_says_so(tmp_path, pack):
    whole = tarred([(f"{n}.html", PAGE * 50) for n in range(4)], tarfile.GNU_FORMAT)
    third = whole.index(b"2.html")
    for broken in (
        whole[: third + 2000],
        whole[:third],
        whole[:third] + b"\xff" * 512 + whole[third + 512 :],
    ):
        pages = read_all(tmp_path, pack(broken), "a.tar")
        assert [page.content for page in pages if isinstance(page, RawPage)] == [PAGE * 50] * 2
        assert pages[-1].code == "damaged" and pages[-1].source_uri == "a.tar"


def test_a_tar_header_that_wants_all_memory_is_refused(tmp_path):
    member = tarfile.TarInfo("x")
    member.type, member.size = tarfile.XHDTYPE, 8_000_000_000
    (page,) = read_all(tmp_path, member.tobuf(tarfile.GNU_FORMAT) + b"0" * 4096, "a.tar")
    assert page.code == "damaged" and "header" in page.message


def test_a_container_without_a_page_is_one_row(tmp_path: Path) -> None:
    zipfile.ZipFile(tmp_path / "none.zip", "w").close()
    (item,) = find_inputs([str(tmp_path / "none.zip")])
    (unread,) = read_pages(item, Limits())
    assert isinstance(unread, Unread) and (unread.source_uri, unread.code) == ("none.zip", "empty")
