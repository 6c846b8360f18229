"""Inputs as people name them: folders, globs, odd names, links, pipes, damaged gzip."""

import gzip
import os
import pickle
import socket
import sys

import pytest

from copydesk.errors import RunError
from copydesk.read import find_inputs, read_pages
from copydesk.records import Limits, RawPage, Unread


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "monday" / "deep").mkdir(parents=True)
    (tmp_path / "tuesday").mkdir()
    for name in ("monday/a.txt", "monday/deep/b.html", "tuesday/a.txt", "tuesday/c.md"):
        (tmp_path / name).write_text(f"Velmora opens a bridge, {name}")
    return tmp_path


def uris(*inputs, **options):
    return [item.uri for item in find_inputs([str(i) for i in inputs], **options)]


def read_one(path, **limits):
    (item,) = find_inputs([str(path)])
    (page,) = read_pages(item, Limits(**limits))
    return page


def test_a_folder_gives_its_files_sorted_and_named_from_it(tree):
    assert uris(tree) == ["monday/a.txt", "monday/deep/b.html", "tuesday/a.txt", "tuesday/c.md"]


def test_files_of_two_inputs_with_one_name_are_told_apart_whatever_the_order(tree):
    expected = ["c.md", "deep/b.html", "monday/a.txt", "tuesday/a.txt"]
    assert uris(tree / "monday", tree / "tuesday") == expected
    assert uris(tree / "tuesday", tree / "monday") == expected


def test_a_file_below_two_inputs_is_one_document_named_from_the_outer_one(tree):
    assert uris(tree / "monday" / "a.txt", tree, tree / "monday") == uris(tree)


def test_a_prefix_that_is_taken_already_is_lengthened(tree):
    (tree / "x" / "monday").mkdir(parents=True)
    (tree / "x" / "monday" / "a.txt").write_text("third")
    found = uris(tree / "x", tree / "monday", tree / "tuesday")
    assert len(found) == len(set(found)) == 5


def test_globs_find_files_at_every_depth(tree):
    assert uris(f"{tree}/**/*.txt") == ["monday/a.txt", "tuesday/a.txt"]
    assert uris(f"{tree}/monday/*.txt") == ["a.txt"]


def test_a_file_whose_name_looks_like_a_glob_is_read(tmp_path):
    (tmp_path / "[draft].txt").write_text("x")
    assert uris(tmp_path / "[draft].txt") == ["%5Bdraft%5D.txt"]


def test_hidden_files_and_sidecars_are_no_documents_but_can_be_named(tree):
    (tree / ".hidden.txt").write_text("x")
    (tree / ".git").mkdir()
    (tree / ".git" / "config.txt").write_text("x")
    (tree / "_meta.json").write_text("{}")
    (tree / "monday" / "a.txt.meta.json").write_text("{}")
    assert len(uris(tree)) == 4
    assert uris(tree / ".hidden.txt") == [".hidden.txt"]


def test_a_readme_says_why_it_is_no_document_and_can_be_named(tree):
    (tree / "README.md").write_text("about this folder")
    (item,) = [i for i in find_inputs([str(tree)]) if i.uri == "README.md"]
    assert item.unread is not None and item.unread.code == "folder-note"
    assert isinstance(read_one(tree / "README.md"), RawPage)


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system takes no such names")
def test_names_of_any_bytes_are_percent_encoded_and_readable(tmp_path):
    for name in (b"caf\xe9.txt", "Zürich #1?.txt".encode(), b"line\nbreak.txt"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"text")
    items = find_inputs([str(tmp_path)])
    assert [i.uri for i in items] == ["Z%C3%BCrich%20%231%3F.txt", "caf%E9.txt", "line%0Abreak.txt"]
    for item in items:
        (page,) = read_pages(item, Limits())
        assert page.content == b"text"
        page.name.encode("utf-8")  # no lone surrogate goes on into the tables


def test_inputs_survive_a_trip_to_a_worker(tree):
    items = find_inputs([str(tree)])
    assert pickle.loads(pickle.dumps(items)) == items


def test_pipes_sockets_and_links_that_lead_out_are_told_and_never_opened(tree, tmp_path_factory, monkeypatch):
    outside = tmp_path_factory.mktemp("outside") / "secret.txt"
    outside.write_text("not yours")
    os.mkfifo(tree / "pipe.txt")
    (tree / "out.txt").symlink_to(outside)
    (tree / "in.txt").symlink_to(tree / "monday" / "a.txt")
    (tree / "broken.txt").symlink_to(tree / "nowhere")
    (tree / "loop").symlink_to(tree)
    listening = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(tree)  # socket paths are short
    listening.bind("s.txt")
    codes = {i.uri: i.unread.code for i in find_inputs([str(tree)]) if i.unread}
    assert codes == {
        "pipe.txt": "not-a-file",
        "s.txt": "not-a-file",
        "out.txt": "link-out-of-tree",
        "broken.txt": "unreadable",
        "loop": "not-a-file",
    }
    for item in find_inputs([str(tree)]):
        assert len(list(read_pages(item, Limits()))) == 1
    listening.close()


def test_a_file_that_became_a_pipe_does_not_hang(tree):
    (item,) = find_inputs([str(tree / "tuesday" / "c.md")])
    (tree / "tuesday" / "c.md").unlink()
    os.mkfifo(tree / "tuesday" / "c.md")
    (page,) = read_pages(item, Limits())
    assert isinstance(page, Unread) and "named pipe" in page.message


def test_a_vanished_file_is_unread(tree):
    (item,) = find_inputs([str(tree / "tuesday" / "c.md")])
    (tree / "tuesday" / "c.md").unlink()
    (page,) = read_pages(item, Limits())
    assert isinstance(page, Unread) and page.code == "unreadable"


@pytest.mark.parametrize("inputs", [[], ["/no/such/place"], ["/no/such/*.txt"], ["ftp://bucket/a"], ["a\0b"]])
def test_what_is_not_there_is_one_clear_line(inputs):
    with pytest.raises(RunError) as fault:
        find_inputs(inputs)
    assert str(fault.value).startswith("expected") and "\n" not in str(fault.value)


def test_an_empty_folder_is_one_clear_line(tmp_path):
    with pytest.raises(RunError, match="found no file"):
        find_inputs([str(tmp_path)])


def test_gzip_is_unpacked_whatever_its_name_all_members_of_it(tmp_path):
    (tmp_path / "a.txt").write_bytes(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 700)
    assert read_one(tmp_path / "a.txt").content == b"one two"
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(gzip.compress(b"three")))
    page = read_one(tmp_path / "b.html.gz")
    assert (page.content, page.name, page.source_uri) == (b"three", "b.html", "b.html.gz")


@pytest.mark.parametrize("cut", [5, 15, 30, -9, -4, -1])
def test_a_cut_gzip_file_is_damaged(tmp_path, cut):
    (tmp_path / "a.gz").write_bytes(gzip.compress(os.urandom(400))[:cut])
    assert read_one(tmp_path / "a.gz").code == "damaged"


def test_gzip_with_other_bytes_behind_or_inside_is_damaged(tmp_path):
    whole = gzip.compress(b"a story of Velmora" * 50)
    for content in (whole + b"junk", whole[:20] + b"\xff" * 9 + whole[29:], b"\x1f\x8bnonsense"):
        (tmp_path / "a.gz").write_bytes(content)
        assert read_one(tmp_path / "a.gz").code == "damaged"


def test_a_bomb_costs_a_row(tmp_path):
    bomb = gzip.compress(b"\0" * 50_000_000)
    for content in (bomb, gzip.compress(bomb), gzip.compress(b"") * 20_000 + bomb):
        (tmp_path / "a.gz").write_bytes(content)
        page = read_one(tmp_path / "a.gz", max_bytes=1_000_000)
        assert page.code == "too-large" and "1000000" in page.message


def test_a_plain_file_over_the_limit_is_unread_one_at_the_limit_is_read(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"x" * 100_001)
    assert read_one(tmp_path / "a.txt", max_bytes=100_000).code == "too-large"
    assert len(read_one(tmp_path / "a.txt", max_bytes=100_001).content) == 100_001
