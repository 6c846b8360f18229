"""Archives of pages: zip and tar, read member by member, never unpacked to disk.

A member's uri is the archive's with "#" and its percent-encoded path; of several members of one path the second ends in
":2". Hidden members and sidecars are no documents, as in a folder; a sidecar in an archive is not used, and says so.
"""

from __future__ import annotations

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import IO, BinaryIO, cast

from copydesk.read.compressed import Damaged, Pieces, join, unpacked_name
from copydesk.read.entries import Entry, Origin, no_entry
from copydesk.read.sidecar import FOLDER_SIDECAR, SIDECAR_SUFFIX
from copydesk.read.stream import ByteStream, open_stream
from copydesk.read.uris import encode_path
from copydesk.records import Limits, RawPage, Unread

Reader = Callable[[Origin, ByteStream], Iterator[Entry]]
# Finds the reader of a member that is a container itself, and the stream to read it from.
Opener = Callable[[ByteStream, str, Limits], tuple[Reader | None, ByteStream]]

_PIECE_BYTES = 1 << 16
_NOTE_BYTES = 1_000_000
_NOTES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_LOST = (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError, tarfile.EmptyHeaderError)  # type: ignore[attr-defined]
_ENCRYPTED = 0x1
_BROKEN = (  # what zipfile and its decompressors raise
    *(
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ),
)


def is_tar(stream: ByteStream) -> bool:
    return stream.peek(262)[257:] == b"ustar"


def read_zip(origin: Origin, file: BinaryIO, open_records: Opener) -> Iterator[Entry]:
    """An entry for each file in the archive, in the order in which they are stored."""
    names = _Names(origin.uri)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as fault:
        message = f"expected a zip archive, found one that cannot be read: {fault}"
        yield no_entry(Unread(origin.uri, "damaged", message))
        return
    with archive:
        members = sorted(archive.infolist(), key=lambda member: member.header_offset)
        ends = [member.header_offset for member in members[1:]] + [archive.start_dir]
        for member, end in zip(members, ends, strict=False):
            if member.filename.endswith("/"):
                continue
            uri = names.of(member.filename)
            refusal = _no_page(member.filename) or _zip_refusal(member, end)
            if refusal is not None:
                unread = Unread(uri, *refusal, member.file_size)
                yield Entry(uri, lambda unread=unread: unread, member.header_offset)  # type: ignore[misc]
                continue
            inside = replace(origin, uri=uri, name=member.filename)
            pieces = _zip_pieces(archive, member)
            yield Entry(uri, partial(_read_member, inside, pieces, open_records), member.header_offset)


def read_tar(origin: Origin, stream: ByteStream, *, open_records: Opener) -> Iterator[Entry]:
    """An entry for each member that is no folder. Reading ends where the archive is damaged, with a row."""
    names = _Names(origin.uri)
    try:
        source = cast(BinaryIO, _TarFile(stream))
        with tarfile.open(fileobj=source, mode="r|", tarinfo=_TarMember, errorlevel=2) as archive:
            for member in archive:
                archive.members = []  # type: ignore[attr-defined]  # else it keeps them all
                if member.isdir():
                    continue
                uri = names.of(member.name)
                refusal = _no_page(member.name) or _tar_refusal(member)
                content = None if refusal else archive.extractfile(member)
                if refusal is not None or content is None:
                    why = refusal or ("not-a-file", "expected a file")
                    yield no_entry(Unread(uri, *why, member.size))
                    continue
                inside = replace(origin, uri=uri, name=member.name)
                yield Entry(uri, partial(_read_member, inside, _tar_pieces(content), open_records))
    except (tarfile.TarError, Damaged, OSError, ValueError, EOFError, OverflowError) as fault:
        message = f"expected a whole tar archive, found damage behind {names.count} members: {fault}"
        yield no_entry(Unread(origin.uri, "damaged", message))


def _read_member(origin: Origin, pieces: Pieces, open_records: Opener) -> RawPage | Iterator[Entry]:
    stream = open_stream(pieces)
    reader, stream = open_records(stream, origin.name, origin.limits)
    if reader is not None:
        return reader(origin, stream)
    content = join(stream.pieces(), origin.limits.max_bytes)
    printable = origin.name.encode("utf-8", "replace").decode().rsplit("/", 1)[-1]
    return RawPage(origin.uri, unpacked_name(printable), content, origin.sidecar)


def _no_page(path: str) -> tuple[str, str] | None:
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    if any(part.startswith(".") or part == "__MACOSX" for part in parts):
        return "hidden", "hidden files of an archive are not read"
    if parts and (parts[-1] == FOLDER_SIDECAR or parts[-1].endswith(SIDECAR_SUFFIX)):
        return "sidecar", "a sidecar inside an archive is not used; put it beside the archive"
    return None


def _zip_refusal(member: zipfile.ZipInfo, end: int) -> tuple[str, str] | None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "not-a-file", "expected a regular file, found a link or a device"
    if member.flag_bits & _ENCRYPTED:
        return "encrypted", "expected a file that can be read without a password"
    if member.header_offset + member.compress_size > end:  # many names for the same bytes: a bomb
        return "damaged", "expected a file of its own, found one that overlaps the next"
    return None


def _tar_refusal(member: tarfile.TarInfo) -> tuple[str, str] | None:
    return None if member.isreg() else ("not-a-file", "expected a regular file, found a link or a device")


def _zip_pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes | Damaged]:
    try:
        with archive.open(member) as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
    except _BROKEN as fault:
        yield Damaged(f"expected a readable member, found a damaged one: {fault}")


def _tar_pieces(content: IO[bytes]) -> Iterator[bytes | Damaged]:
    try:
        while piece := content.read(_PIECE_BYTES):
            yield piece
    except Damaged as fault:
        yield fault
    except (tarfile.TarError, OSError, EOFError, ValueError) as fault:
        yield Damaged(f"expected a readable member, found a damaged one: {fault}")


class _Names:
    """The uris of an archive's members, each once."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._seen: Counter[str] = Counter()

    def of(self, path: str) -> str:
        encoded = encode_path(path.encode("utf-8", "surrogateescape"))
        self._seen[encoded] += 1
        times = self._seen[encoded]
        return f"{self._uri}#{encoded}" + (f":{times}" if times > 1 else "")

    @property
    def count(self) -> int:
        return sum(self._seen.values())


class _TarMember(tarfile.TarInfo):
    """A member whose damaged header is told; tarfile takes one in the middle for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _TarMember:
        member = super().frombuf(buf, encoding, errors)
        # tarfile reads the names and notes of a member at once.
        if member.size < 0 or (member.type in _NOTES and member.size > _NOTE_BYTES):
            raise tarfile.ReadError(f"expected a header of at most {_NOTE_BYTES} bytes, found {member.size}")
        return member

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> _TarMember:
        try:
            return super().fromtarfile(archive)
        except _LOST as fault:
            raise tarfile.ReadError(str(fault) or "expected another member or the end mark") from None


class _TarFile:
    """What tarfile needs of a file."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        content = self._stream.read(size)
        # What was before the fault is given first, so that the members before it are read.
        if not content and (fault := self._stream.pass_fault()):
            raise fault
        return content
