"""The folder itself as the attack: links, pipes, sockets, devices, closed doors, names with any byte, lying sidecars."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile.kit import ANY, ARTICLE, REFUSED, Input, of, story

# Bytes of file names that are no text, or that somebody downstream may take for something else.
NAMES = (
    "new\nline.txt", "carriage\rreturn.txt", "tab\there.txt", "esc\x1b[31mape.txt", "bell\x07.txt", "\x7f.txt", "quote'\".txt",
    "<script>alert(1)</script>.txt".replace("/", "_"), "$(touch owned).txt", "`id`.txt", "-rf.txt", "--help.txt", "%00.txt", "%2e%2e%2f.txt",
    "*?.txt", "[draft].txt", "{a,b}.txt", "~.txt", " .txt", "trailing .txt ", "back\\slash.txt", "#1.txt", "a#b#2.txt",
    "http:__x.txt", "c:.txt", "ünïcödé.txt", "u\u0308.txt", "新聞.txt", "\u202etxt.exe", "👩‍👩‍👧.txt", "n" * 250, "con.txt",
    "\udcff\udcfe.txt", "\udc80.html", "caf\udce9.txt", "\udced\udca0\udc80.txt", "..txt", "...",
)  # fmt: skip

SIDECARS: dict[str, bytes] = {
    "broken": b"{not json",
    "list": b"[1, 2]",
    "empty": b"",
    "nul": b"\0" * 500,
    "types": json.dumps(
        {"url": 7, "authors": {"a": 1}, "zone": ["x"], "fetched_at": True, "language": 3.5}
    ).encode(),
    "unknown": json.dumps({f"key{n}": "x" for n in range(5000)}).encode(),
    "deep": b'{"authors": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "huge": b'{"outlet": "' + b"x" * 3_000_000 + b'"}',
    "long": json.dumps({"headline": "A long headline " * 50_000, "authors": ["Ana Roche"] * 20_000}).encode(),
    "escape": json.dumps(
        {"outlet": "\x1b[31mred", "headline": "<script>alert(1)</script>", "authors": ["\x1b]0;x\x07"]}
    ).encode(),
    "zone": json.dumps({"zone": "../../etc/passwd"}).encode(),
    "zone-absolute": json.dumps({"zone": "/etc/localtime"}).encode(),
    "date": json.dumps({"fetched_at": "9999-12-31T23:59:59-14:00", "published": "?" * 10_000}).encode(),
    "date-early": json.dumps({"fetched_at": "0001-01-01T00:00:00+14:00"}).encode(),
    "surrogate": b'{"outlet": "\\ud800", "headline": "a \\udfff b"}',
    "nan": b'{"outlet": NaN, "zone": Infinity}',
    "digits": b'{"outlet": ' + b"9" * 100_000 + b"}",
    "latin": '{"outlet": "Caf\xe9"}'.encode("latin-1"),
}


def inputs() -> Iterator[Input]:
    for number, name in enumerate(NAMES):
        hidden = name.startswith(".")
        if not hidden:
            yield of(f"names/{name}", story(f"name-{number}").dump, ANY)
    for name, content in SIDECARS.items():
        yield of(f"sidecars/{name}.txt", story(f"sidecar-{name}").dump, ARTICLE)
        yield of(f"sidecars/{name}.txt.meta.json", content, rows=0)
    yield of("sidecars/folder/a.txt", story("sidecar-folder").dump, ARTICLE)
    yield of("sidecars/folder/_meta.json", b"\xff\xfe\x00garbage", rows=0)
    yield of("sidecars/pipe.txt", story("sidecar-pipe").dump, ARTICLE)
    yield Input("sidecars/pipe.txt.meta.json", os.mkfifo, rows=0)
    yield of("sidecars/place.txt", story("sidecar-place").dump, ARTICLE)
    yield Input("sidecars/place.txt.meta.json", lambda file: file.mkdir(), rows=0)
    yield of("sidecars/zero.txt", story("sidecar-zero").dump, ARTICLE)
    yield Input("sidecars/zero.txt.meta.json", _link("/dev/zero"), rows=0)
    yield of("sidecars/outside.txt", story("sidecar-outside").dump, ARTICLE)
    yield Input("sidecars/outside.txt.meta.json", _link("/etc/hostname"), rows=0)
    yield Input("links/loop-a.txt", _link("loop-b.txt"), REFUSED)
    yield Input("links/loop-b.txt", _link("loop-a.txt"), REFUSED)
    yield Input("links/self.txt", _link("self.txt"), REFUSED)
    yield Input("links/dangling.txt", _link("nowhere.txt"), REFUSED)
    yield Input("links/passwd.txt", _link("/etc/passwd"), REFUSED)
    yield Input("links/up.txt", _link("../../../../../../../../../etc/hostname"), REFUSED)
    yield Input("links/zero.txt", _link("/dev/zero"), REFUSED)
    yield Input("links/stdin.txt", _link("/proc/self/fd/0"), ANY)
    yield Input("links/memory.txt", _link("/proc/self/mem"), REFUSED)
    yield Input("links/folder", _link(".."), ANY, rows=None)
    yield Input("links/root", _link("/"), REFUSED)
    yield of("links/true.txt", story("link-true").dump, "article|duplicate")
    yield Input("links/within.txt", _link("true.txt"), "article|duplicate")
    yield Input("specials/pipe.txt", os.mkfifo, REFUSED)
    yield Input("specials/socket.html", _socket, REFUSED)
    yield of("specials/empty.txt", b"", REFUSED)
    yield of("specials/empty.html", b"", REFUSED)
    yield of("specials/space.txt", b" \n\t " * 1000, REFUSED)
    yield Input("specials/sparse.txt", _sparse, REFUSED)
    yield Input("specials/closed.txt", _closed_file, ANY if os.geteuid() == 0 else REFUSED)
    yield Input("specials/closed-folder", _closed_folder, ANY if os.geteuid() == 0 else REFUSED, rows=None)
    yield Input("specials/deep", _deep, ANY)
    yield of("specials/README.md", b"# What lies here\n", "skipped/folder-note")
    yield of("specials/.hidden.txt", story("hidden").dump, rows=0)
    yield of("specials/.git/config.txt", story("git").dump, rows=0)


def _link(target: str) -> Callable[[Path], None]:
    return lambda file: file.symlink_to(target)


def _socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        here = os.open(file.parent, os.O_RDONLY)  # the path itself may be longer than a socket's name may be
        try:
            opened.bind(f"/proc/self/fd/{here}/{file.name}")
        finally:
            os.close(here)


def _sparse(file: Path) -> None:
    with file.open("wb") as out:
        out.truncate(50_000_000_000)


def _closed_file(file: Path) -> None:
    file.write_text(story("closed").dump)
    file.chmod(0)


def _closed_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.txt").write_text(story("closed-folder").dump)
    folder.chmod(0)


def _deep(folder: Path) -> None:
    """A file 40 folders of long names down: its path is longer than the system takes in one piece."""
    home = os.open(".", os.O_RDONLY)
    try:
        folder.mkdir()
        os.chdir(folder)
        for _ in range(40):
            Path("d" * 200).mkdir()
            os.chdir("d" * 200)
        Path("bottom.txt").write_text(story("deep").dump)
    finally:
        os.fchdir(home)
        os.close(home)
