"""Zstandard beside gzip; bombs, cuts, and what is found again behind a damaged member."""

import bz2
import gzip
import lzma
import os
import random
import struct

import pytest
from backports import zstd

from copydesk.read import find_inputs, read_pages
from copydesk.read.compressed import Damaged, Oversized, join, unpack, unpacked_name
from copydesk.read.stream import ByteStream, open_stream
from copydesk.records import Limits, RawPage


def read_one(path, **limits):
    (item,) = find_inputs([str(path)])
    (page,) = read_pages(item, Limits(**limits))
    return page


def in_pieces(content, size=7):
    return [content[at : at + size] for at in range(0, len(content), size)]


@pytest.mark.parametrize("name", ["a.html.zst", "a.html"])
def test_zstandard_is_unpacked_whatever_its_name_all_frames_of_it(tmp_path, name):
    frames = zstd.compress(b"one ") + struct.pack("<II", 0x184D2A50, 5) + b"notes" + zstd.compress(b"two")
    (tmp_path / name).write_bytes(frames)
    page = read_one(tmp_path / name)
    assert isinstance(page, RawPage)
    assert (page.content, page.name) == (b"one two", "a.html")


def test_a_sidecar_of_the_plain_name_describes_the_packed_file(tmp_path):
    (tmp_path / "a.html.zst").write_bytes(zstd.compress(b"text"))
    (tmp_path / "a.html.meta.json").write_text('{"outlet": "The Harrow Gazette"}')
    (item,) = find_inputs([str(tmp_path)])
    (page,) = read_pages(item, Limits())
    assert page.sidecar.outlet == "The Harrow Gazette"


@pytest.mark.parametrize("cut", [5, 15, 30, -9, -4, -1])
def test_a_cut_zstandard_file_is_damaged(tmp_path, cut):
    (tmp_path / "a.zst").write_bytes(zstd.compress(os.urandom(400))[:cut])
    assert read_one(tmp_path / "a.zst").code == "damaged"


def test_zstandard_with_other_bytes_behind_or_inside_is_damaged(tmp_path):
    whole = zstd.compress(b"a story of Velmora" * 50)
    for content in (whole + b"junk", whole[:8] + b"\xff" * 9 + whole[17:], b"\x28\xb5\x2f\xfdnonsense"):
        (tmp_path / "a.zst").write_bytes(content)
        assert read_one(tmp_path / "a.zst").code == "damaged"


def test_a_zstandard_bomb_costs_a_row(tmp_path):
    bomb = zstd.compress(b"\0" * 50_000_000)
    for content in (bomb, zstd.compress(bomb), gzip.compress(bomb), zstd.compress(b"") * 20_000 + bomb):
        (tmp_path / "a.zst").write_bytes(content)
        assert read_one(tmp_path / "a.zst", max_bytes=1_000_000).code == "too-large"


def test_a_stream_without_end_is_given_up_where_no_text_packs_so_well():
    bomb = zstd.compress(b"\0" * 300_000_000)
    faults, size = [], 0
    for piece in unpack([bomb]):
        if isinstance(piece, Damaged):
            faults.append(str(piece))
        else:
            size += len(piece)
    assert len(faults) == 1 and "times the packed bytes" in faults[0]
    assert size < 120_000_000


def test_a_dictionary_in_front_is_used():
    dictionary = bytes(random.Random(1).randbytes(500))
    frame = zstd.compress(dictionary[100:400] + b"tail", zstd_dict=zstd.ZstdDict(dictionary, is_raw=True))
    for stored in (dictionary, zstd.compress(dictionary)):
        front = struct.pack("<II", 0x184D2A5D, len(stored)) + stored
        assert join(unpack(in_pieces(front + frame)), 10_000) == dictionary[100:400] + b"tail"


def with_checksum(content):
    return zstd.compress(content, options={zstd.CompressionParameter.checksum_flag: 1})


@pytest.mark.parametrize("pack", [gzip.compress, with_checksum, bz2.compress, lzma.compress])
def test_members_behind_a_damaged_one_are_found_again(pack):
    source = random.Random(7)
    texts = [source.randbytes(3000) for _ in range(5)]
    members = [pack(text) for text in texts]
    for spot in range(4, len(members[2]), 211):
        members[2] = bytearray(pack(texts[2]))
        members[2][spot : spot + 12] = b"\xa5" * 12
        given = list(unpack(in_pieces(b"".join(members), 1000)))
        faults = [at for at, piece in enumerate(given) if isinstance(piece, Damaged)]
        whole = b"".join(piece for piece in given if isinstance(piece, bytes))
        assert faults and whole.startswith(texts[0] + texts[1]) and whole.endswith(texts[3] + texts[4])


def test_a_member_that_was_cut_does_not_take_the_next_with_it():
    members = [gzip.compress(text * 300) for text in (b"first ", b"second ", b"third ")]
    given = list(unpack([members[0] + members[1][:-20] + members[2]]))
    assert sum(isinstance(piece, Damaged) for piece in given) == 1
    assert given[-1] == b"third " * 300


def test_many_wounds_are_read_in_time_and_without_recursion():
    given = list(unpack(in_pieces((gzip.compress(b"x") + b"\x1f\x8b\x08\x00junk") * 3000, 1 << 16)))
    assert given.count(b"x") == 3000


def test_a_file_over_the_limit_ends_at_once():
    with pytest.raises(Oversized):
        join(unpack([gzip.compress(b"x" * 100)]), 99)
    assert join(unpack([gzip.compress(b"x" * 100)]), 100) == b"x" * 100


def test_names_lose_the_suffix_of_their_compression():
    assert [unpacked_name(n) for n in ("a.html.gz", "b.jsonl.ZST", "c.txt")] == ["a.html", "b.jsonl", "c.txt"]


def test_a_stream_looks_ahead_reads_and_stops_at_damage():
    stream = ByteStream([b"abc", b"def\ngh", Damaged("lost"), b"ijk"])
    assert (stream.peek(4), stream.find(b"\n", 100), stream.find(b"\n", 6)) == (b"abcd", 6, -1)
    assert (stream.read(2), stream.skip(3), stream.read(100)) == (b"ab", 3, b"f\ngh")
    assert (stream.read(1), stream.at_end, str(stream.pass_fault())) == (b"", False, "lost")
    stream.put_back(b"XY")
    assert (stream.read(3), stream.pass_fault(), stream.read(9), stream.at_end) == (b"XYi", None, b"jk", True)


def test_layers_are_unpacked_no_further_than_two():
    thrice = gzip.compress(zstd.compress(gzip.compress(b"x")))
    assert join(open_stream([thrice]).pieces(), 100) == gzip.compress(b"x")
