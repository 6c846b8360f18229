"""Measurements of a block by itself: its length, its case, its marks, its words of our own lists, its kind.

Structure and the words of our own resources only: no vocabulary of any page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache
from struct import Struct
from typing import get_args

import numpy as np
import numpy.typing as npt

from copydesk.label.lines import Line
from copydesk.records import BlockKind
from copydesk.resources import LANGUAGES, read_resource
from copydesk.words import DIGITS

_INNER_STOP = re.compile(r"[.!?。！？।॥۔።။។؟](?:[\"'”’»“)]? |(?<=[。！？]))")
_DIGIT = re.compile(r"\d")
_COMMA = re.compile(r"[,;،、，；]")
_QUOTE_MARK = re.compile('["“”„«»「」『』]')
_SYMBOL = re.compile(r"[|©›»→▶►•·×✕☰]")
_SIGN = re.compile(
    r"[|©›»→▶►•·×✕☰@$€£¥₽₴₺/]"
)  # without it none of the next three finds anything, but for "www."
# Those of them that a narrow text may hold.
_NARROW_QUOTE_MARKS, _NARROW_SIGNS = '“"”„«»', "|©»•·×@$€£¥/"
_AT = re.compile(r"@\w|https?://|www\.")
_MONEY = re.compile(r"[$€£¥₽₴₺]\s?\d|\d\s?[$€£¥₽₴₺]")
# Of Latin-1 what _INNER_STOP tells apart: stops, what may stand behind them, blanks.
_STOPS = bytes(
    0x2E if char in ".!?" else 0x27 if char in "\"')»" else 0x20 if char == " " else 0x61
    for char in map(chr, range(256))
)
_CLOSERS = "”’“"  # the others, of a narrow text
MANY_DIGITS = 60  # words from which on a paragraph's digits say nothing

OWN = (
    "words", "chars", "word_length", "ends_sentence", "ends_colon", "ends_ellipsis", "starts_lower",
    "starts_digit", "starts_mark", "capital_share", "all_capitals", "digit_share", "function_share", "commas",
    "inner_stops", "quote_marks", "symbols", "at_or_url", "money", "link_share", "links", "is_heading",
    "heading_level", "is_list_item", "is_blockquote", "is_caption", "is_image", "is_table_row", "is_control",
    "is_preformatted", "bold", "blank_before", "has_datetime", "address_share", "starts_functional", "speech_words", "pronouns",
)  # fmt: skip


@cache
def _words(key: str) -> frozenset[str]:
    """One word list of `function_words.yaml`, all languages together."""
    words: set[str] = set()
    for language in LANGUAGES:
        entry = read_resource(f"{language}/function_words.yaml")
        assert isinstance(entry, dict)
        words.update(entry.get(key, ()))
    return frozenset(words)


@cache
def function_words() -> frozenset[str]:
    """Function words, and the grammar characters of scripts without spaces."""
    return _words("words") | _words("characters")


@cache
def _address_words() -> frozenset[str]:
    """Words by which an outlet speaks of itself and to its readers, as written: German "Sie" is not "sie"."""
    return frozenset(_words("address") | {w.capitalize() for w in _words("address")})


_FIELD_BITS = 15
_FIELD = (1 << _FIELD_BITS) - 1


@cache
def _counted() -> dict[str, int]:
    """Of each listed word in small letters a number that counts it: bit fields for the lists, so that one sum counts all."""
    lists = (function_words(), _words("speech"), _words("pronouns"), {w.lower() for w in _address_words()})
    counted: dict[str, int] = {}
    for place, words in enumerate(lists):
        for word in words:
            counted[word] = counted.get(word, 0) + (1 << place * _FIELD_BITS)
    return counted


def _list_counts(lowered: Sequence[str]) -> tuple[int, int, int, int]:
    """How many words are function words, verbs of speech, pronouns, and words of address if written so."""
    if len(lowered) > _FIELD:
        return tuple(map(sum, zip(*(_list_counts(lowered[i : i + _FIELD]) for i in range(0, len(lowered), _FIELD)), strict=True)))  # type: ignore[return-value]  # fmt: skip
    packed = sum(filter(None, map(_counted().get, lowered)))
    return (
        packed & _FIELD,
        packed >> _FIELD_BITS & _FIELD,
        packed >> 2 * _FIELD_BITS & _FIELD,
        packed >> 3 * _FIELD_BITS,
    )


_KINDS = ("list_item", "blockquote", "caption", "image", "table_row", "control", "preformatted")
_IS_KIND = {kind: tuple(kind == other for other in _KINDS) for kind in get_args(BlockKind)}


_CAPITALS = bytes(
    0x41 if chr(i).isupper() else 0x61 if chr(i).isalnum() or chr(i) == "_" else 0x20 for i in range(256)
)


def _capitals(line: Line) -> int:
    """Words that begin with one, the first of the text apart."""
    if line.flat is None:
        return sum([word[0].isupper() for word in line.tokens[1:]])
    shape = line.flat.translate(_CAPITALS)
    first_apart = shape.startswith(b" ") and shape.lstrip().startswith(b"A")  # else no blank stands before it
    return shape.count(b" A") - first_apart


def _commas(line: Line) -> int:
    flat = line.flat
    return len(_COMMA.findall(line.text)) if flat is None else flat.count(b",") + flat.count(b";")


def _digits(line: Line) -> int:
    flat = line.flat
    return len(_DIGIT.findall(line.text)) if flat is None else len(flat) - len(flat.translate(None, DIGITS))


def _inner_stops(line: Line) -> int:
    """Sentences that end in it with a space behind them."""
    text = line.text
    if line.flat is None:
        return len(_INNER_STOP.findall(text))
    if not text.isascii():
        for closer in _CLOSERS:
            text = text.replace(closer, "'")
    shape = text.encode("latin-1", "backslashreplace").translate(_STOPS)  # other marks as letters
    return shape.count(b". ") + shape.count(b".' ")


def _signs(line: Line) -> tuple[bool, bool, bool, bool]:
    """Whether a quotation mark, an ornament, an address and an amount of money stand in it."""
    text = line.text
    if text.isascii():
        quoted = '"' in text
        signed = "|" in text or "@" in text or "$" in text or "/" in text or "www." in text
    elif line.flat is not None:
        quoted = any(map(text.__contains__, _NARROW_QUOTE_MARKS))
        signed = any(map(text.__contains__, _NARROW_SIGNS)) or "www." in text
    else:
        quoted = _QUOTE_MARK.search(text) is not None
        signed = _SIGN.search(text) is not None or "www." in text
    if not signed:
        return quoted, False, False, False
    return (
        quoted,
        _SYMBOL.search(text) is not None,
        ("@" in text or "://" in text or "www." in text) and _AT.search(text) is not None,
        line.has_digit and _MONEY.search(text) is not None,
    )


def own_measurements(lines: Sequence[Line]) -> npt.NDArray[np.float32]:
    """One row a line, one column a name of OWN."""
    out = np.empty((len(lines), len(OWN)), dtype=np.float32)
    wording = _rows([line.recall(_wording) for line in lines], _WORDING.size)
    out[:, :_FIRST_OF_BLOCK] = wording[:, :_FIRST_OF_BLOCK]
    out[:, _FIRST_OF_BLOCK:_PAST_BLOCK] = _rows([_block(line) for line in lines], _BLOCK.size)
    out[:, _PAST_BLOCK:] = wording[:, _FIRST_OF_BLOCK:]
    return out


def _rows(packed: Iterable[bytes], size: int) -> npt.NDArray[np.float32]:
    return np.frombuffer(b"".join(packed), dtype=np.float32).reshape(-1, size // 4)


# The measurements of the block stand between those of its text.
_FIRST_OF_BLOCK, _PAST_BLOCK = OWN.index("link_share"), OWN.index("address_share")
_BLOCK = Struct(f"{_PAST_BLOCK - _FIRST_OF_BLOCK}f")
_WORDING = Struct(f"{len(OWN) - _PAST_BLOCK + _FIRST_OF_BLOCK}f")


def _wording(line: Line) -> bytes:
    """The measurements of the text."""
    text, lowered = line.text, line.lowered
    n = len(lowered)
    size = n or 1
    first = text[:1]
    quoted, symbol, at_or_url, money = _signs(line)
    digits = _digits(line) if n < MANY_DIGITS and line.has_digit else 0
    functional, speaking, pronouns, addressed = _list_counts(lowered)
    if addressed:
        addressed = 0 if quoted else sum(map(_address_words().__contains__, line.tokens))
    return _WORDING.pack(
        math.log1p(n),
        math.log1p(len(text)),
        min(12.0, len(text) / size),
        line.ends_sentence,
        text.endswith((":", "：")),
        text.endswith(("…", "...")),
        first.islower(),
        first.isdigit(),
        bool(first) and not first.isalnum(),
        _capitals(line) / max(1, n - 1),
        text.isupper(),
        digits / (len(text) or 1),
        functional / size,
        _commas(line) / size,
        min(6.0, _inner_stops(line)),
        quoted,
        symbol,
        at_or_url,
        money,
        addressed / size,
        n > 0 and lowered[0] in function_words(),
        min(3.0, speaking),
        pronouns / size,
    )


def _block(line: Line) -> bytes:
    """The measurements of what the block is."""
    block = line.block
    return _BLOCK.pack(
        line.link_share,
        min(5.0, len(block.links)),
        block.kind == "heading",
        block.level,
        *_IS_KIND[block.kind],
        block.bold,
        min(4.0, block.blank_before),
        block.datetime is not None,
    )
