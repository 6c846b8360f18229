"""What is no text, told from its bytes: a PDF, a picture, an archive, or a heap of control characters."""

from __future__ import annotations

import re

from copydesk.errors import ReadError

_SAMPLE_BYTES = 4096
MAX_CONTROL_SHARE = 0.05  # text has none to speak of; compressed or compiled data has 10 % and more
MIN_NUL_SHARE = 0.2  # UTF-16 of Latin script has every second byte zero, of mixed script fewer

_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Microsoft Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip file inside gzip files"),
    (b"BZh9", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"OggS", "an Ogg media file"),
    (b"ID3\x03", "an MP3 audio file"),
    (b"fLaC", "a FLAC audio file"),
    (b"\x1a\x45\xdf\xa3", "a Matroska video"),
    (b"\x00asm", "a WebAssembly module"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"WARC/", "a WARC file"),
    (b"bplist00", "a Safari web archive"),
)
_ZIP = b"PK\x03\x04"
_ZIP_KINDS = (
    (b"word/", "a Word document"),
    (b"xl/", "an Excel workbook"),
    (b"ppt/", "a PowerPoint presentation"),
    (b"mimetypeapplication/epub", "an EPUB book"),
    (b"mimetypeapplication/vnd.oasis", "an OpenDocument file"),
)
_RIFF_KINDS = {b"WEBP": "a WebP image", b"WAVE": "a WAV audio file", b"AVI ": "an AVI video"}
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"  # ESC stays: ISO-2022-JP is made of it
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\xef\xbb\xbf")


def sniff_bytes(content: bytes) -> None:
    """Raise ReadError("binary") for what is no text and ReadError("empty") for what holds nothing.

    Comes before decoding, so that no charset is sought in a photo.
    """
    if not content.strip(b"\0\t\n\v\f\r "):
        found = f"{len(content)} bytes of white space" if content else "an empty file"
        raise ReadError("empty", f"expected text or HTML, found {found}")
    kind = _by_magic(content)
    if kind is None and not content.startswith(_BOMS):
        kind = _by_controls(content[:_SAMPLE_BYTES])
    if kind is not None:
        raise ReadError("binary", f"expected text or HTML, found {kind}")


def is_plain_zip(head: bytes) -> bool:
    """Whether a file that begins so is an archive, and no office document or book in a zip."""
    return head.startswith((_ZIP, b"PK\x05\x06")) and not any(mark in head for mark, _ in _ZIP_KINDS)


def looks_like_utf16(sample: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` for text without a byte order mark: zeros in one half of its byte pairs
    only.
    """
    sample = sample[: _SAMPLE_BYTES // 2 * 2]
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    high_first, low_first = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    codec = None
    if low_first >= MIN_NUL_SHARE and high_first < low_first / 10:
        codec = "utf-16-le"
    elif high_first >= MIN_NUL_SHARE and low_first < high_first / 10:
        codec = "utf-16-be"
    if codec is None:
        return None
    text = sample.decode(codec, "replace")
    return codec if len(_CONTROL.findall(text)) <= len(text) * MAX_CONTROL_SHARE else None


def _by_magic(content: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    head = content[:_SAMPLE_BYTES]
    if content.startswith(_ZIP):
        return next((kind for mark, kind in _ZIP_KINDS if mark in head), "a zip archive")
    if content.startswith(b"RIFF") and head[8:12] in _RIFF_KINDS:
        return _RIFF_KINDS[head[8:12]]
    if head[4:8] == b"ftyp":
        return "an MP4 or HEIF media file"
    if head[257:262] == b"ustar":
        return "a tar archive"
    return None


def _by_controls(sample: bytes) -> str | None:
    if looks_like_utf16(sample):
        return None
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > len(sample) * MAX_CONTROL_SHARE:
        return f"a binary file ({controls} control characters in the first {len(sample)} bytes)"
    return None
