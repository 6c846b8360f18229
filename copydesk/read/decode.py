"""Bytes to text: which encoding, how that was known, and mojibake undone.

The order of belief: a byte order mark; UTF-8 where the bytes are valid UTF-8 (text in another encoding
hardly ever is, so this beats a declaration that says otherwise); the declaration of HTTP or the container;
the page's own; detection; windows-1252. A declaration is believed only where every byte can be read with it.
"""

from __future__ import annotations

import codecs
import re
from typing import Literal

from copydesk.read.binary import looks_like_utf16
from copydesk.read.charsets import charset_in_head, codec_of
from copydesk.read.mojibake import repair
from copydesk.records import Decoded

EncodingSource = Literal["bom", "http", "meta", "utf-8", "detected", "fallback"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DETECT_BYTES = 16_384  # charset-normalizer takes about 30 ms for these
_DETECTABLE = [
    *(
        "cp1252",
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp874",
        "mac_roman",
    ),
    *("iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "koi8_u"),
    *("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949"),
]
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_CJK_MULTIBYTE = frozenset(("gb18030", "big5hkscs", "cp932", "cp949", "euc_jp"))
MIN_UTF8_EVIDENCE = 8  # high bytes; a few characters of GBK may pass for UTF-8 by chance
UTF8_PER_FAULT = 4  # whole characters for each broken one in UTF-8 that was damaged on its way


def decode(content: bytes, declared: str | None = None) -> Decoded:
    """The text of a page, without its byte order mark, whatever it declares.

    `declared` is the charset of HTTP or the container; the page's own is looked for here. Never raises: the
    last resort is windows-1252 with U+FFFD for what it lacks.
    """
    text, codec, source, verbatim = _decode(content, declared)
    mended = None
    if not text.isascii():
        mended = repair(text, content if codec == "utf-8" else text.encode("utf-8", "replace"))
    if mended is not None:
        return Decoded(mended, codec, source, repaired=True)
    return Decoded(text, codec, source, verbatim=verbatim)


def _decode(content: bytes, declared: str | None) -> tuple[str, str, EncodingSource, bool]:
    """Text, codec, how it was known, and whether the bytes are the text in UTF-8."""
    for bom, codec in _BOMS:
        if content.startswith(bom):
            content = content[len(bom) :]
            # A wrong mark is pasted before other text by editors and `cat`; only UTF-8 shows it.
            if codec != "utf-8" or _try(content, codec) is not None:
                return content.decode(codec, "replace"), codec, "bom", False
            break
    http, meta = codec_of(declared), charset_in_head(content)
    text = _try(content, "utf-8")
    if text is not None:
        told = _decode_ascii_compatible(content, text, http, meta)
        return *told, told[0] is text
    stated: tuple[tuple[str | None, EncodingSource], ...] = ((http, "http"), (meta, "meta"))
    for stated_codec, source in stated:
        if stated_codec and stated_codec != "utf-8" and (text := _try(content, stated_codec)) is not None:
            return text, stated_codec, source, False
    if codec16 := looks_like_utf16(content):
        return content.decode(codec16, "replace"), codec16, "detected", False
    if _is_damaged_utf8(content):
        source = "http" if http == "utf-8" else "meta" if meta == "utf-8" else "detected"
        return content.decode("utf-8", _STRAY_BYTES), "utf-8", source, False
    return *_detect(content), False


def _decode_ascii_compatible(
    content: bytes, text: str, http: str | None, meta: str | None
) -> tuple[str, str, EncodingSource]:
    """Bytes that are valid UTF-8: which of the encodings that share them they are."""
    if b"\x00" in content and (codec16 := looks_like_utf16(content)):
        return content.decode(codec16, "replace"), codec16, "http" if http == codec16 else "detected"
    if (
        b"\x1b" in content
        and _ISO_2022_JP.search(content)
        and (japanese := _try(content, "iso2022_jp")) is not None
    ):
        return (
            japanese,
            "iso2022_jp",
            "http" if http == "iso2022_jp" else "meta" if meta == "iso2022_jp" else "detected",
        )
    source: EncodingSource = "http" if http else "meta"
    codec = http or meta
    if codec is None:
        return text, "utf-8", "utf-8"
    if codec == "utf-8":
        return text, "utf-8", source
    if text.isascii():
        return (text, codec, source) if _try(content, codec) == text else (text, "utf-8", "utf-8")
    few = len(content) - len(content.translate(None, _HIGH_BYTES)) < MIN_UTF8_EVIDENCE
    if few and codec in _CJK_MULTIBYTE and (stated := _try(content, codec)) is not None:
        return stated, codec, source
    return text, "utf-8", "utf-8"


def _detect(content: bytes) -> tuple[str, str, EncodingSource]:
    from charset_normalizer import from_bytes  # 40 ms to load, and nearly all pages are UTF-8

    sample = _telling_lines(content)
    for match in from_bytes(sample, cp_isolation=_DETECTABLE, enable_fallback=False):
        codec = codec_of(match.encoding)
        if codec and codec != "utf-8" and (text := _try(content, codec)) is not None:
            return text, codec, "detected"
    return content.decode("cp1252", "replace"), "cp1252", "fallback"


def _telling_lines(content: bytes) -> bytes:
    """Lines with bytes beyond ASCII, whole, up to the sample's size: the rest says nothing about the
    encoding.
    """
    lines, size = [], 0
    for match in re.finditer(rb"[^\n]{0,4096}\n?", content):
        line = match[0]
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size >= _DETECT_BYTES:
                break
    return b"".join(lines)


def _is_damaged_utf8(content: bytes) -> bool:
    """Whether these bytes are UTF-8 but for a few: cut in the middle of a character, or pasted from
    elsewhere.
    """
    text = content.decode("utf-8", "replace")
    faults = text.count("�")
    whole = sum(map(len, re.findall("[^\x00-\x7f\ufffd]+", text)))
    return whole >= faults * UTF8_PER_FAULT


def _try(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def _stray_byte(fault: UnicodeError) -> tuple[str, int]:
    """A byte that breaks UTF-8 is most often windows-1252 pasted into it, a curly quotation mark above
    all.
    """
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    if fault.end == len(fault.object):  # the last character was cut off
        return "�", fault.end
    return fault.object[fault.start : fault.end].decode("cp1252", "replace"), fault.end


_STRAY_BYTES = "copydesk-stray-bytes"
codecs.register_error(_STRAY_BYTES, _stray_byte)
