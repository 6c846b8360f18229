"""What a document's rows depend on, as short keys: its input, its own bytes, and the edition that edits it.

All of it is cheap, since it is asked before anybody knows whether there is something to do: files are hashed, nothing is loaded.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
from collections.abc import Iterator, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.records import Limits, RawPage, Unread
from copydesk.store.segment import STORE_VERSION, sidecar_text

if TYPE_CHECKING:
    from copydesk.read import Input

KEY_HEX = 32
PACKAGE = Path(__file__).parents[1]
# Whose code, words and thresholds show in the rows of one document.
EDITING = (
    "desk.py", "quarantine.py", "records.py", "rows.py", "words.py", "store/segment.py", "corpus",
    "describe", "extract", "grammar", "label", "quote", "read", "resources",
)  # fmt: skip
# Whose code shows in what is put together from them.
ASSEMBLING = ("corpus", "publish", "store", "rows.py")
ENGINES = (
    "trafilatura", "htmldate", "courlan", "lxml", "markdown-it-py", "charset-normalizer", "ftfy", "fastwarc", "py3langid",
    "dateparser", "tldextract", "tzdata",
)  # fmt: skip

# A larger file is known by its size and times: reading terabytes again, or the holes of a sparse file, would take hours.
# Where these change and the content does not, its pages are still known by theirs.
WHOLE_BYTES = 1_000_000_000
HEAD_BYTES = 1_000_000


def input_key(item: Input) -> str:
    """Changes when the content of a file does, or what describes it from outside."""
    digest = hashlib.sha256(f"{item.fingerprint}\n".encode())
    if item.unread is not None:
        digest.update(f"{item.unread.code}\n{item.unread.message}".encode("utf-8", "surrogatepass"))
    else:
        digest.update(_content_key(item).encode())
    return digest.hexdigest()[:KEY_HEX]


def _content_key(item: Input) -> str:
    if "://" in item.path:
        return item.stamp
    try:
        # O_NONBLOCK: a regular file may have become a pipe since it was listed.
        handle = os.open(item.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with open(handle, "rb", buffering=0) as file:  # noqa: PTH123  a Path for each of a million files is slow
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return "no regular file"
            if status.st_size > WHOLE_BYTES:
                return item.stamp + hashlib.sha256(file.read(HEAD_BYTES)).hexdigest()
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as fault:  # it gets its row when it is read; where nothing changes, it stays that row
        return f"{item.stamp} {fault.strerror}"


def page_key(page: RawPage | Unread) -> str:
    """Changes when the bytes of a page do, or what came with them."""
    if isinstance(page, Unread):
        parts = ["unread", page.code, page.message, str(page.bytes)]
    else:
        parts = [
            page.content_sha256,
            page.name,
            sidecar_text(page.sidecar),
            str(page.declared_encoding),
            str(page.declared_format),
        ]
    return _key("\n".join(parts).encode("utf-8", "surrogatepass"))


def editing_key(desk: str, rules_files: Sequence[Path], limits: Limits) -> str:
    """Changes when the same document may give other rows: with the code of the steps, their engines, rules and limits."""
    digest = hashlib.sha256(f"{STORE_VERSION} {platform.python_version()} {limits} {desk}\n".encode())
    _hash_files(digest, EDITING)
    for name in ENGINES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    found = find_spec(desk)
    own = [Path(found.origin)] if found is not None and found.origin else []
    for path in (*own, *rules_files):
        # A file that is not there is told by who loads it.
        digest.update(path.read_bytes() if path.is_file() else b"?")
    return digest.hexdigest()[:KEY_HEX]


def lost_key(edition: str, document_seconds: float, document_bytes: int) -> str:
    """The edition of a document that its worker was lost over: tried again under other limits."""
    return _key(f"{edition} {document_seconds} {document_bytes}".encode())


def assembling_key() -> str:
    """Changes when the same documents may give other tables."""
    digest = hashlib.sha256()
    _hash_files(digest, ASSEMBLING)
    return digest.hexdigest()[:KEY_HEX]


def _hash_files(digest: hashlib._Hash, names: Sequence[str]) -> None:
    for name in names:
        for path in _files(PACKAGE / name):
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\n")
            digest.update(path.read_bytes())


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from sorted(
            inner for inner in path.rglob("*") if inner.is_file() and inner.suffix not in (".pyc", ".pyo")
        )


def _key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:KEY_HEX]
