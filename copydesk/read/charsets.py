"""Charset names: from what pages declare to the codec that browsers use for it (WHATWG Encoding Standard, by
label).

The standard differs from Python where pages do: "iso-8859-1" and "ascii" mean windows-1252, "gb2312" means
GB 18030. UTF-7 is no charset of the web (pages have used it to smuggle markup past filters), so no name
leads to it.
"""

from __future__ import annotations

import codecs
import re

_HEAD_BYTES = 8192  # the standard looks into 1,024 bytes; browsers look further, and pages rely on it
_META = re.compile(rb"<meta[\s/][^>]{0,1000}", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE)
_CHARSET_ATTRIBUTE = re.compile(
    rb"[\s/\"']charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE
)
_CONTENT_ATTRIBUTE = re.compile(rb"[\s/\"']content\s{0,9}=", re.IGNORECASE)
_HTTP_EQUIV = re.compile(rb"http-equiv\s{0,9}=\s{0,9}[\"']?\s{0,9}content-type", re.IGNORECASE)
_XML = re.compile(
    rb"\s{0,99}<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_:.+-]{1,40})", re.IGNORECASE
)
_LABEL = re.compile(r"[A-Za-z0-9_:.+-]{1,40}")

# Where the standard reads a label otherwise than Python, by Python's name for it.
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "johab": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
}
# Labels of the standard that Python does not know.
_BY_LABEL = {
    "dos-874": "cp874",
    "unicode": "utf-16-le",
    "unicode11utf8": "utf-8",
    "unicode20utf8": "utf-8",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "x-cp1253": "cp1253",
    "x-cp1254": "cp1254",
    "x-cp1255": "cp1255",
    "x-cp1256": "cp1256",
    "x-cp1257": "cp1257",
    "x-cp1258": "cp1258",
    "x-euc-jp": "euc_jp",
    "x-gbk": "gb18030",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-sjis": "cp932",
    "x-unicode20utf8": "utf-8",
    "x-x-big5": "big5hkscs",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-8": "utf-8",
}
_WEB_CODECS = frozenset(
    (
        *("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"),
        *(f"cp{page}" for page in (866, 874, 932, 949, *range(1250, 1259))),
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *(
            "koi8-r",
            "koi8-u",
            "mac-roman",
            "mac-cyrillic",
            "gb18030",
            "hz",
            "big5hkscs",
            "euc_jp",
            "iso2022_jp",
        ),
    )
)


def codec_of(label: str | None) -> str | None:
    """The Python codec for a declared charset; None for none, an unknown one, or one that no browser reads.

    >>> codec_of("ISO-8859-1"), codec_of("utf8"), codec_of("utf-7")
    ('cp1252', 'utf-8', None)
    """
    if label is None or not _LABEL.fullmatch(label := label.strip().strip("\"'")):
        return None
    label = label.lower()
    if label in _BY_LABEL:
        return _BY_LABEL[label]
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _READ_AS.get(name, name)
    return name if name in _WEB_CODECS else None


def charset_in_head(content: bytes) -> str | None:
    """The codec that an HTML or XML page declares for itself near its start.

    A page that could be read so far is no UTF-16, whatever it says; the standard takes UTF-8 for that.
    """
    head = content[:_HEAD_BYTES]
    if b"<" not in head:
        return None
    for meta in _META.findall(_without_comments(head)):
        if codec := codec_of(_charset_of_meta(meta)):
            return "utf-8" if codec.startswith("utf-") else codec
    if match := _XML.match(head):
        codec = codec_of(match[1].decode("ascii"))
        return "utf-8" if codec and codec.startswith("utf-") else codec
    return None


def _without_comments(head: bytes) -> bytes:
    shown, *commented = head.split(b"<!--")
    return shown + b"".join(part.partition(b"-->")[2] for part in commented)


def _charset_of_meta(meta: bytes) -> str | None:
    pattern: re.Pattern[bytes] | None = _CHARSET_ATTRIBUTE
    if _CONTENT_ATTRIBUTE.search(
        meta
    ):  # a description may hold the word, so there it counts only in a Content-Type
        pattern = _CHARSET if _HTTP_EQUIV.search(meta) else None
    match = pattern.search(meta) if pattern else None
    return match[1].decode("ascii") if match else None
