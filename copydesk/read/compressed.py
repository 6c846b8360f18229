"""gzip, Zstandard, bzip2 and xz, unpacked piece by piece, so that a bomb costs no memory and a cut file is told from a whole one.

What is damaged does not end the reading: the fault takes the place of the bytes that are lost, and unpacking goes on
with the next member that can be found, since crawlers write one for each record.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

PACKED_SUFFIXES = (".gz", ".zst", ".bz2", ".xz")
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
XZ_MAGIC = b"\xfd7zXZ\x00"
PACKED_LAYERS = 2  # crawlers that store a gzip-encoded body in a .gz file
MAX_RATIO = 1100  # gzip reaches 1,032; Zstandard has no bound
FREE_BYTES = 64_000_000  # before the ratio counts

_GZIP_WINDOW = 31  # zlib's way to say: a gzip header, the largest window
_PIECE_BYTES = 1 << 18
_KEPT_BYTES = 4_000_000  # of a packed member, to look again for others in what turned out to be damaged
_HELD_BYTES = 8_000_000  # of an unpacked member, until it is known to be whole
_MAX_WOUNDS = 10_000
_REWOUND_BYTES = 64_000_000  # in one file, so that a file of false beginnings is not read over and over
_BZIP2_MAGIC = re.compile(rb"BZh[1-9]1AY&SY")  # the number in front of its first block is pi
_MAGIC_BYTES = 10
_XZ_MEMORY_BYTES = 100_000_000  # its strongest preset asks for 65 MB
_NEXT_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]|\x28\xb5\x2f\xfd|BZh[1-9]1AY&SY|\xfd7zXZ\x00")
# A frame for the reader's own use, whose content is no text: RFC 8878, 3.1.2.
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"  # the dictionary of a .warc.zst: iipc.github.io/warc-specifications
_DICTIONARY_BYTES = 10_000_000


class Oversized(Exception):  # noqa: N818  a fact about the file, caught by the caller that knows its name
    """More bytes than the limit."""


class Damaged(Exception):  # noqa: N818
    """Not what its first bytes promise; the text says how."""


Pieces = Iterable["bytes | Damaged"]  # of a file, in order; a fault stands where bytes are lost


def is_packed(head: bytes) -> bool:
    """Whether a file begins like one that `unpack` can unpack."""
    magics = (GZIP_MAGIC, ZSTD_MAGIC, XZ_MAGIC)
    return head.startswith(magics) or bool(_SKIPPABLE.match(head) or _BZIP2_MAGIC.match(head))


def unpacked_name(name: str) -> str:
    """The name without the suffix of its compression."""
    for suffix in PACKED_SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def unpack(pieces: Pieces) -> Iterator[bytes | Damaged]:
    """The contents of all members, one after the other, with a Damaged for each stretch that cannot be had."""
    yield from _Unpacker(iter(pieces)).pieces()


def join(pieces: Pieces, max_bytes: int) -> bytes:
    """All of it. Raises Oversized past `max_bytes`, and the first Damaged."""
    parts: list[bytes] = []
    total = 0
    for piece in pieces:
        if isinstance(piece, Damaged):
            raise piece
        total += len(piece)
        if total > max_bytes:
            raise Oversized
        parts.append(piece)
    return b"".join(parts)


class _Decompressor(Protocol):
    """What the standard library's decompressors have in common, but for zlib's."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Unpacker:
    def __init__(self, source: Iterator[bytes | Damaged]) -> None:
        self._source = source
        self._pending = b""
        self._ended = False
        self._taken = self._given = 0
        self._dictionary: bytes | None = None
        self._kept: list[bytes] = []  # the member in hand, as it is packed
        self._kept_bytes = 0
        self._rewinds_left = _REWOUND_BYTES
        self._held: list[bytes] = []
        self._unpacked = 0

    def pieces(self) -> Iterator[bytes | Damaged]:
        fault_at = -1  # bytes given out before the last fault; none since then: it is the same wound
        resuming = False
        for _ in range(_MAX_WOUNDS):
            try:
                while self._find_member() if resuming else self._next_member():
                    yield from self._verified(self._member())
                    self._kept, self._kept_bytes = [], 0
            except Damaged as fault:
                if not self._rewind():
                    yield from self._held
                    self._given += sum(map(len, self._held))
                self._held = []
                if self._given != fault_at:
                    yield fault
                fault_at, resuming = self._given, True
            else:
                return
        yield Damaged(f"expected at most {_MAX_WOUNDS} damaged stretches, found more; the rest is not read")

    def _verified(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Hold a small member back until its checksum was seen: a cut one runs on into the next as noise."""
        held = 0
        for piece in pieces:
            held += len(piece)
            self._held.append(piece)
            if held > _HELD_BYTES:
                self._given += sum(map(len, self._held))
                yield from self._held
                self._held = []
        self._given += sum(map(len, self._held))
        yield from self._held
        self._held = []

    def _member(self) -> Iterator[bytes]:
        self._kept, self._kept_bytes = [self._pending], len(self._pending)
        if self._fill(_MAGIC_BYTES) and _SKIPPABLE.match(self._pending):
            self._skip_frame()
        elif self._pending.startswith(ZSTD_MAGIC):
            yield from self._zstd()
        elif self._pending.startswith(GZIP_MAGIC):
            yield from self._gzip()
        elif _BZIP2_MAGIC.match(self._pending):
            yield from self._bzip2()
        elif self._pending.startswith(XZ_MAGIC):
            yield from self._xz()
        else:
            raise Damaged(
                f"expected another member or the end of the file, found other bytes behind {self._given} unpacked"
            )

    def _rewind(self) -> bool:
        """Back to a member that began inside the damaged one, if there is any."""
        again = self._kept_bytes - len(self._pending)
        if self._kept_bytes > _KEPT_BYTES or again > self._rewinds_left:
            self._pending = self._pending[1:]
            return False
        kept = b"".join(self._kept)
        match = _NEXT_MEMBER.search(kept, 1)
        if match is None:
            self._pending = self._pending[1:]
            return False
        self._rewinds_left -= again
        self._pending = kept[match.start() :]
        return True

    def _find_member(self) -> bool:
        """Drop bytes up to the next that look like the beginning of a member; False at the end."""
        while True:
            if match := _NEXT_MEMBER.search(self._pending):
                self._pending = self._pending[match.start() :]
                return True
            self._pending = self._pending[1 - _MAGIC_BYTES :]
            if not self._more():
                return False

    def _next_member(self) -> bool:
        """Whether there is more than the zeros with which tapes and disks pad."""
        while True:
            self._pending = self._pending.lstrip(b"\0")
            if self._pending:
                return True
            if not self._more():
                return False

    def _gzip(self) -> Iterator[bytes]:
        unpacker = zlib.decompressobj(_GZIP_WINDOW)
        while not unpacker.eof:
            if not self._pending and not self._more():
                raise Damaged(
                    f"expected a whole gzip file, found it cut off after {self._given} unpacked bytes"
                )
            try:
                piece = unpacker.decompress(self._pending, _PIECE_BYTES)
            except zlib.error as fault:
                raise Damaged(self._broken("gzip", fault)) from None
            self._pending = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            yield self._counted(piece)

    def _zstd(self) -> Iterator[bytes]:
        from backports.zstd import ZstdDecompressor, ZstdDict, ZstdError

        dictionary = ZstdDict(self._dictionary, is_raw=True) if self._dictionary else None
        return self._stepwise("Zstandard", ZstdDecompressor(dictionary), (ZstdError, MemoryError))

    def _bzip2(self) -> Iterator[bytes]:
        import bz2

        return self._stepwise("bzip2", bz2.BZ2Decompressor(), (OSError, ValueError))

    def _xz(self) -> Iterator[bytes]:
        import lzma

        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)
        return self._stepwise("xz", unpacker, (lzma.LZMAError, MemoryError))

    def _stepwise(
        self, kind: str, unpacker: _Decompressor, faults: tuple[type[Exception], ...]
    ) -> Iterator[bytes]:
        while not unpacker.eof:
            if unpacker.needs_input and not self._pending and not self._more():
                raise Damaged(
                    f"expected a whole {kind} file, found it cut off after {self._given} unpacked bytes"
                )
            given, self._pending = self._pending, b""
            try:
                piece = unpacker.decompress(given, _PIECE_BYTES)
            except faults as fault:
                self._pending = given
                raise Damaged(self._broken(kind, fault)) from None
            if unpacker.eof:
                self._pending = unpacker.unused_data
            yield self._counted(piece)

    def _skip_frame(self) -> None:
        is_dictionary = self._pending.startswith(_DICTIONARY_FRAME) and self._dictionary is None
        (size,) = struct.unpack("<I", self._pending[4:8])
        self._pending = self._pending[8:]
        if is_dictionary and size <= _DICTIONARY_BYTES and self._fill(size):
            dictionary, self._pending = self._pending[:size], self._pending[size:]
            if dictionary.startswith(ZSTD_MAGIC):
                dictionary = join(unpack([dictionary]), _DICTIONARY_BYTES)
            self._dictionary = dictionary
            return
        while size > len(self._pending):
            size -= len(self._pending)
            self._pending = b""
            if not self._more():
                raise Damaged(
                    f"expected a whole Zstandard file, found it cut off after {self._given} unpacked bytes"
                )
        self._pending = self._pending[size:]

    def _fill(self, size: int) -> bool:
        parts = [self._pending]
        have = len(self._pending)
        while have < size:
            self._pending = b""
            if not self._more():
                break
            parts.append(self._pending)
            have += len(self._pending)
        if len(parts) > 1:
            self._pending = b"".join(parts)
        return have >= size

    def _more(self) -> bool:
        """Take the next piece behind what is pending; False at the end. Raises the Damaged of the layer below."""
        if self._ended:
            return False
        piece = next(self._source, None)
        if piece is None:
            self._ended = True
            return False
        if isinstance(piece, Damaged):
            self._pending = b""
            raise piece
        self._taken += len(piece)
        self._pending += piece
        self._kept_bytes += len(piece)
        if self._kept_bytes <= _KEPT_BYTES:
            self._kept.append(piece)
        else:
            self._kept.clear()
        return True

    def _counted(self, piece: bytes) -> bytes:
        self._unpacked += len(piece)
        if self._unpacked > FREE_BYTES + MAX_RATIO * self._taken:
            self._pending, self._ended, self._kept = b"", True, []
            raise Damaged(
                f"expected at most {MAX_RATIO} times the packed bytes, found more in the first {self._taken}"
            )
        return piece

    def _broken(self, kind: str, fault: Exception) -> str:
        reason = str(fault).rsplit(": ", 1)[-1] or type(fault).__name__
        return f"expected {kind}, found damaged bytes after {self._given} unpacked ones ({reason})"
