"""The bytes of a container, one after the other, with what lies ahead in view and the damaged stretches marked."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.read.compressed import PACKED_LAYERS, Damaged, Pieces, is_packed, unpack

_HEAD_BYTES = 10


class ByteStream:
    """A buffer over the pieces of a file. It stops at a damaged stretch until `pass_fault` is called."""

    def __init__(self, pieces: Pieces) -> None:
        self._source: Iterator[bytes | Damaged] = iter(pieces)
        self._buffer = bytearray()
        self._at = 0  # where reading stands in the buffer
        self._fault: Damaged | None = None
        self._ended = False

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, fewer only before a fault or the end."""
        self._fill(size)
        return bytes(self._buffer[self._at : self._at + size])

    def read(self, size: int) -> bytes:
        found = self.peek(size)
        self._at += len(found)
        return found

    def skip(self, size: int) -> int:
        """Pass over `size` bytes without keeping them; how many there were before a fault or the end."""
        left = size
        while left and self._fill(1):
            step = min(left, len(self._buffer) - self._at)
            self._at += step
            left -= step
        return size - left

    def find(self, needle: bytes, size: int) -> int:
        """How far ahead the needle begins, within the next `size` bytes; -1 where it does not."""
        seen = 0
        while True:
            at = self._buffer.find(needle, self._at + max(0, seen - len(needle) + 1), self._at + size)
            if at >= 0:
                return at - self._at
            seen = len(self._buffer) - self._at
            if seen >= size or not self._fill(seen + 1):
                return -1

    def put_back(self, content: bytes) -> None:
        """Let these bytes be the next ones."""
        self._buffer[: self._at] = content
        self._at = 0

    def pass_fault(self) -> Damaged | None:
        """The fault at which reading stands, if it does; what follows it can be read then."""
        if self._fill(1):
            return None
        fault, self._fault = self._fault, None
        return fault

    @property
    def at_end(self) -> bool:
        return not self._fill(1) and self._fault is None

    def pieces(self) -> Iterator[bytes | Damaged]:
        """All that is left; what is not in the buffer yet is passed on as it comes."""
        while True:
            if self._at < len(self._buffer):
                with memoryview(self._buffer) as buffer:
                    piece = bytes(buffer[self._at :])
                self._at = len(self._buffer)
                yield piece
            elif self._fault is not None:
                fault, self._fault = self._fault, None
                yield fault
            elif self._ended or (following := next(self._source, None)) is None:
                self._ended = True
                return
            elif following:
                yield following

    def _fill(self, size: int) -> bool:
        while len(self._buffer) - self._at < size and not self._ended and self._fault is None:
            if self._at:
                del self._buffer[: self._at]
                self._at = 0
            piece = next(self._source, None)
            if piece is None:
                self._ended = True
            elif isinstance(piece, Damaged):
                self._fault = piece
            else:
                self._buffer += piece
        return len(self._buffer) - self._at >= size


def open_stream(pieces: Pieces, layers: int = PACKED_LAYERS) -> ByteStream:
    """The contents of a file, unpacked where it is packed."""
    stream = ByteStream(pieces)
    for _ in range(layers):
        if not is_packed(stream.peek(_HEAD_BYTES)):
            break
        stream = ByteStream(unpack(stream.pieces()))
    return stream
