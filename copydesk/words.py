"""Words of a text in any script: how they are counted, and the runs of letters that rules and readers look for.

A regular expression takes a step of its own for each character. Nearly all news text fits into bytes once its typographic
marks are blanks, and bytes are translated and split at a fifth of the cost; what does not fit is read by the expression.
"""

from __future__ import annotations

import re

# Scripts written without spaces count one word a character, as word processors do; elsewhere a word is a run of letters,
# digits and inner apostrophes or hyphens.
_WORD = re.compile(
    r"[぀-ヿ㐀-䶿一-鿿豈-﫿฀-๿]"
    r"|[^\W_぀-ヿ㐀-䶿一-鿿豈-﫿฀-๿]++(?:['’\-][^\W_぀-ヿ㐀-䶿一-鿿豈-﫿฀-๿]++)*"
)
_RUN = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_MARKS = "’‘“”„–—…•€"  # the common ones beyond Latin-1; none of them is part of a word


def _table(letter: str, digit: str, underscore: str = " ", joint: str = " ") -> bytes:
    """A table for `bytes.translate`: what becomes of each Latin-1 character; "" keeps it, all others are blanks."""
    out = ""
    for char in map(chr, range(256)):
        kind = (
            digit if char.isdecimal() else letter if char.isalnum() else underscore if char == "_" else None
        )
        if kind is None:
            kind = joint if char in "'-" else " "
        out += kind or char
    return out.encode("latin-1")


_RUNS_KEPT = _table("", "", "")
_LETTERS_KEPT = _table("", " ")
_COUNTED = _table("a", "a", joint="'")


def narrow(text: str) -> bytes | None:
    """The text in one byte a character, typographic marks as blanks; None where it does not fit.

    Positions stay. In what fits, case has the same length, "0" to "9" are the only digits, and scripts are written with spaces.
    """
    if text.isascii():
        return text.encode()
    for mark in _MARKS:
        text = text.replace(mark, " ")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def word_runs(text: str) -> list[str]:
    r"""The runs of letters, digits and underscores: what `\w+` finds."""
    flat = narrow(text)
    return _RUN.findall(text) if flat is None else runs_of(flat).split()


def runs_of(flat: bytes) -> str:
    """A narrow text with blanks for all but letters, digits and underscores."""
    return flat.translate(_RUNS_KEPT).decode("latin-1")


def letters_of(flat: bytes) -> str:
    """A narrow text with blanks for all but its letters."""
    return flat.translate(_LETTERS_KEPT).decode("latin-1")


def has_digit(text: str) -> bool:
    """Whether a decimal digit of any script stands in the text."""
    if (
        "0" in text or "1" in text or "2" in text or "3" in text or "4" in text
        or "5" in text or "6" in text or "7" in text or "8" in text or "9" in text
    ):  # fmt: skip
        return True
    return not text.isascii() and _DIGIT.search(text) is not None


def count_words(text: str) -> int:
    """Number of words.

    >>> count_words("It's a state-of-the-art plan, he said.")
    6
    >>> count_words("東京は晴れ")
    5
    """
    flat = narrow(text.replace("’", "'"))
    if flat is None:
        return sum(1 for _ in _WORD.finditer(text))
    shape = flat.translate(_COUNTED)
    if b"a'a" in shape:  # twice, since of "a'a'a" the first time takes only the first
        shape = shape.replace(b"a'a", b"aaa").replace(b"a'a", b"aaa")
    return shape.replace(b"'", b" ").count(b" a") + shape.startswith(b"a")
