"""Compressed files and archives: bombs, cuts, flipped bits, lying headers, members that are no pages."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator

from backports import zstd

from hostile.kit import ANY, ARTICLE, REFUSED, Input, late, of, story

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, mtime=0),
    "zst": zstd.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
MEGABYTES_OF_BOMB = 2_000


def inputs() -> Iterator[Input]:
    for suffix, pack in PACKERS.items():
        yield from _streams(suffix, pack)
    yield from _zips()
    yield from _tars()


def _streams(suffix: str, pack: Callable[[bytes], bytes]) -> Iterator[Input]:
    def bomb() -> bytes:
        return pack(b"\0" * 10_000_000) * (MEGABYTES_OF_BOMB // 10)

    page = pack(story(f"packed-{suffix}").html().encode())
    flipped = bytearray(page)
    flipped[len(page) // 2] ^= 0x55
    yield late(f"packed/bomb.html.{suffix}", bomb, REFUSED)
    yield late(f"packed/bomb-of-text.txt.{suffix}", lambda: pack(b"news and " * 5_000_000), REFUSED)
    yield late(f"packed/bomb-in-two-layers.html.{suffix}", lambda: pack(bomb()), REFUSED)
    yield of(f"packed/four-layers.txt.{suffix}", pack(pack(pack(pack(story("four").dump.encode())))), REFUSED)
    yield of(f"packed/cut.html.{suffix}", page[: len(page) // 2], REFUSED)
    yield of(f"packed/cut-at-the-end.html.{suffix}", page[:-1], ANY)
    yield of(f"packed/head-only.html.{suffix}", page[:8], REFUSED)
    yield of(f"packed/flipped.html.{suffix}", bytes(flipped), ANY)  # Zstandard has no checksum by itself
    yield of(f"packed/rest-behind.html.{suffix}", page + b"and a rest that is no member " * 100, REFUSED)
    yield of(f"packed/zeros-behind.html.{suffix}", page + b"\0" * 10_000, "article|duplicate")
    yield of(f"packed/empty.html.{suffix}", pack(b""), REFUSED)
    yield of(f"packed/not-packed.html.{suffix}", story(f"not-packed-{suffix}").html(), ARTICLE)
    yield of(f"packed/no-suffix-{suffix}.html", page, "article|duplicate")
    yield of(f"packed/false-beginnings.{suffix}", page[:10] * 20_000, REFUSED)


def _zip(*members: tuple[str | zipfile.ZipInfo, bytes], pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", pack) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def _info(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def _zips() -> Iterator[Input]:
    def page(key: str) -> bytes:
        return story(f"zip-{key}").html().encode()

    sound = _zip(("a.html", page("s1")), ("b.html", page("s2")))
    yield of(
        "zip/paths.zip",
        _zip(*((name, page(name)) for name in (
            "../../up.html", "/etc/absolute.html", "C:\\windows\\back.html", "a/../../b.html", "./.././c.html",
            "new\nline.html", "esc\x1b[31mape.html", "~root.html", "$(touch x).html", "-rf.html", "%2e%2e/d.html",
            "<script>alert(1)</script>.html", "n" * 5000 + ".html", "a//b.html", "#7.html", "a#1?q.html", "ü.html",
        ))),
        ARTICLE, 17,
    )  # fmt: skip
    members = [(f"m{n:04d}.html", b"") for n in range(200)]
    yield of("zip/many-empty.zip", _zip(*members), REFUSED, 200)
    yield late(
        "zip/bomb.zip", lambda: _zip(("bomb.html", b"\0" * 300_000_000), ("b.html", page("bomb"))), ANY, 2
    )
    yield of("zip/zip-in-zip.zip", _zip(("inner.zip", sound), ("c.html", page("z3"))), ANY, None)
    yield of("zip/gz-member.zip", _zip(("c.html.gz", gzip.compress(page("gz"), mtime=0))), ARTICLE, 1)
    yield of("zip/cut.zip", sound[: len(sound) // 2], REFUSED, None)
    yield of("zip/no-directory.zip", sound[: sound.index(b"PK\x01\x02")], REFUSED, None)
    yield of("zip/bad-crc.zip", sound.replace(sound[14:18], b"\1\2\3\4"), ANY, 2)
    yield of("zip/lying-sizes.zip", _lying_sizes(sound), ANY, None)
    yield of("zip/lying-offset.zip", _lying_offset(sound), ANY, None)
    yield of("zip/unknown-method.zip", _replace_method(sound, 77), ANY, 2)
    yield of("zip/encrypted.zip", _set_flag(sound, 1), ANY, 2)
    yield of("zip/overlapping.zip", _overlapping(page("overlap")), ANY, None)
    yield of("zip/empty.zip", _zip(), ANY, 1)
    yield of("zip/only-folders.zip", _zip(("a/", b""), ("b/", b"")), ANY, 1)
    yield of("zip/same-name.zip", _zip_same_names(page), ARTICLE, 3)
    yield of("zip/long-comment.zip", sound[:-2] + b"\xff\xff" + b"c" * 65_535, ANY, None)
    yield of(
        "zip/link-member.zip",
        _zip((_info("link.html", 0o120777), b"/etc/passwd"), ("b.html", page("l"))),
        ANY,
        2,
    )
    yield of("zip/device-member.zip", _zip((_info("dev.html", 0o020666), b""), ("b.html", page("d"))), ANY, 2)
    yield of("zip/prefixed.zip", b"#!/bin/sh\nexit\n" + sound, ANY, None)
    yield of("zip/named.html", sound, ANY, None)
    yield of("zip/lzma.zip", _zip(("a.html", page("lz")), pack=zipfile.ZIP_LZMA), ARTICLE, 1)
    yield of("zip/bzip2.zip", _zip(("a.html", page("bz")), pack=zipfile.ZIP_BZIP2), ARTICLE, 1)
    yield of(
        "zip/word.docx",
        _zip(("word/document.xml", b"<w:document/>"), ("[Content_Types].xml", b"<a/>")),
        REFUSED,
        1,
    )


def _zip_same_names(page: Callable[[str], bytes]) -> bytes:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _zip(*(("same.html", page(f"same{n}")) for n in range(3)))


def _lying_sizes(sound: bytes) -> bytes:
    data, at = bytearray(sound), sound.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


def _lying_offset(sound: bytes) -> bytes:
    data, at = bytearray(sound), sound.index(b"PK\x01\x02")
    data[at + 42 : at + 46] = struct.pack("<I", 0x7FFFFFFF)
    return bytes(data)


def _replace_method(sound: bytes, method: int) -> bytes:
    data, at = bytearray(sound), sound.index(b"PK\x01\x02")
    data[at + 10 : at + 12] = struct.pack("<H", method)
    return bytes(data)


def _set_flag(sound: bytes, flag: int) -> bytes:
    data, at = bytearray(sound), sound.index(b"PK\x01\x02")
    data[at + 8] |= flag
    data[6] |= flag
    return bytes(data)


def _overlapping(page: bytes) -> bytes:
    """Five hundred names for the bytes of one member."""
    single = _zip(("a.html", page))
    start, end = single.index(b"PK\x01\x02"), single.index(b"PK\x05\x06")
    directory = single[start:end] * 500
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 500, 500, len(directory), start, 0)
    return single[:start] + directory + tail


def _tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def _member(
    name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, target: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, target
    return info, data


def _tars() -> Iterator[Input]:
    def page(key: str) -> tuple[tarfile.TarInfo, bytes]:
        return _member(f"{key}.html", story(f"tar-{key}").html().encode())

    sound = _tar(page("a"), page("b"), page("c"))
    yield of(
        "tar/paths.tar",
        _tar(*(
            _member(name, story(f"tar-{name}").html().encode())
            for name in ("../../up.html", "/etc/absolute.html", "new\nline.html", "esc\x1b[2J.html", "n" * 3000 + ".html")
        )),
        ARTICLE, 5,
    )  # fmt: skip
    yield of(
        "tar/kinds.tar",
        _tar(
            _member("link.html", b"", tarfile.SYMTYPE, "/etc/passwd"),
            _member("hard.html", b"", tarfile.LNKTYPE, "../../etc/passwd"),
            _member("pipe.html", b"", tarfile.FIFOTYPE),
            _member("device.html", b"", tarfile.CHRTYPE),
            page("kinds"),
        ),
        ANY, 5,
    )  # fmt: skip
    yield of("tar/cut.tar", sound[: len(sound) // 2], ANY, None)
    yield of("tar/no-end-mark.tar", sound.rstrip(b"\0"), ANY, None)
    bad = bytearray(sound)
    bad[148:156] = b"0000000\0"
    yield of("tar/bad-checksum.tar", bytes(bad), ANY, None)
    yield of(
        "tar/noise.tar.gz",
        gzip.compress(sound[:1024] + b"\x17\xff" * 3000 + sound[1024:], mtime=0),
        ANY,
        None,
    )
    yield late(
        "tar/bomb.tar.gz",
        lambda: gzip.compress(_tar(_member("b.html", b"\0" * 200_000_000), page("bomb")), mtime=0),
        ANY,
        2,
    )
    yield of("tar/tar-in-tar.tar", _tar(_member("inner.tar", sound), page("outer")), ANY, None)
    yield of("tar/empty.tar", _tar(), ANY, 1)
    yield of("tar/huge-size.tar", _huge_size(sound), ANY, None)
    yield of("tar/pax-bomb.tar", _pax_bomb(), ANY, None)
    yield of(
        "tar/gnu-names.tar",
        _tar(_member("g" * 4000 + ".html", story("gnu").html().encode()), form=tarfile.GNU_FORMAT),
        ARTICLE,
        1,
    )


def _huge_size(sound: bytes) -> bytes:
    info = tarfile.TarInfo("huge.html")
    info.size = 8 * 1024**4
    return info.tobuf(tarfile.GNU_FORMAT) + sound


def _pax_bomb() -> bytes:
    info = tarfile.TarInfo("p.html")
    info.pax_headers = {f"note{n}": "x" * 1000 for n in range(3000)}
    return info.tobuf(tarfile.PAX_FORMAT) + b"\0" * 1024
