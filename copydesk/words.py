"""Words of a text in any script: how they are counted, and the runs of letters that rules and readers look for.

A regular expression takes a step of its own for each character. Nearly all news text fits into bytes once its typographic
marks are blanks, and bytes are translated and split at a fifth of the cost; what does not fit is read by the expression.
"""

from __future__ import annotations

import re

# Inside of a character class: the vowel signs and accents that stand on a letter, without which half the words of Hindi or Tamil
# fall to pieces; `\w` lacks them. Unicode's categories Mn and Mc below U+3000, gaps between them closed where they hold only
# letters, and the two joiners, which part no word (UAX #29, rule WB4).
MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a"
    r"\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711-\u07f3\u07fd\u0816-\u082d"
    r"\u0859-\u085b\u0898-\u08e1\u08e3-\u0963\u0981-\u09e3\u09fe-\u0a75\u0a81-\u0ae3\u0afa-\u0b63"
    r"\u0b82-\u0bd7\u0c00-\u0c63\u0c81-\u0c83\u0cbc-\u0d4d\u0d57-\u0d63\u0d81-\u0df3\u0e31-\u0e3a"
    r"\u0e47-\u0e4e\u0eb1-\u0ecd\u0f18-\u0f19\u0f35\u0f37\u0f39\u0f3e-\u0f84\u0f86-\u0fbc\u0fc6"
    r"\u102b-\u103e\u1056-\u109d\u135d-\u135f\u1712-\u1734\u1752-\u17d3\u17dd\u180b-\u180d\u180f-\u193b"
    r"\u1a17-\u1a1b\u1a55-\u1a7f\u1ab0-\u1abd\u1abf-\u1b44\u1b6b-\u1b73\u1b80-\u1bf3\u1c24-\u1c37"
    r"\u1cd0-\u1cd2\u1cd4-\u1dff\u20d0-\u20dc\u20e1\u20e5-\u20f0\u2cef-\u2cf1\u2d7f-\u2dff"
    r"\u200c\u200d"
)
# Full stops of Chinese and Japanese, Devanagari and Bengali, Urdu, Ethiopic, Burmese and Khmer; then what else ends a sentence.
FULL_STOPS = ".。।॥۔።။។"
SENTENCE_ENDS = f"{FULL_STOPS}!?…！？؟"
# Scripts written without spaces count one word a character, as word processors do; elsewhere a word is a run of letters,
# digits and inner apostrophes or hyphens. Thai and Lao, Burmese, Khmer, then Chinese and Japanese.
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff぀-ヿ㐀-䶿一-鿿豈-﫿"
LETTERS = (
    rf"[^\W_{SPACELESS}]++(?:[{MARKS}]++[^\W_{SPACELESS}]*+)*+"  # and digits: a run of them in other scripts
)
_WORD = re.compile(rf"[{SPACELESS}]|{LETTERS}(?:['’\-]{LETTERS})*+")
_RUN = re.compile(rf"[\w{MARKS}]+")
_DIGIT = re.compile(r"\d")
_BEYOND = re.compile("[\u0660-\U0010ffff]")  # where digits are that are not ASCII; found sooner than they are
DIGITS = b"0123456789"  # of a narrow text
_MARKS = "’‘“”„–—…•€"  # the common ones beyond Latin-1; none of them is part of a word


def _table(letter: str, digit: str, underscore: str = " ", joint: str = " ", line_feed: str = " ") -> bytes:
    """A table for `bytes.translate`: what becomes of each Latin-1 character; "" keeps it, all others are blanks."""
    out = ""
    for char in map(chr, range(256)):
        kind = (
            digit if char.isdecimal() else letter if char.isalnum() else underscore if char == "_" else None
        )
        if kind is None:
            kind = joint if char in "'-" else line_feed if char == "\n" else " "
        out += kind or char
    return out.encode("latin-1")


_RUNS_KEPT = _table("", "", "")
_LETTERS_KEPT = _table("", " ")
_LOWER = bytes(range(256)).decode("latin-1").lower().encode("latin-1")
_JOINTS_KEPT = _table("", "", joint="").translate(_LOWER)
_LINES_KEPT = _table("", "", joint="", line_feed="").translate(_LOWER)
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
    """The runs of letters with the marks on them, of digits and of underscores."""
    flat = narrow(text)
    return _RUN.findall(text) if flat is None else runs_of(flat).split()


def runs_of(flat: bytes) -> str:
    """A narrow text with blanks for all but letters, digits and underscores."""
    return flat.translate(_RUNS_KEPT).decode("latin-1")


def letters_of(flat: bytes) -> str:
    """A narrow text with blanks for all but its letters."""
    return flat.translate(_LETTERS_KEPT).decode("latin-1")


def joined_runs(flat: bytes) -> list[str]:
    """The runs of letters, digits and inner apostrophes of a narrow text, in lower case.

    >>> joined_runs(b"'They're' self-made")
    ["they're", 'self', 'made']
    """
    return _inner(flat.translate(_JOINTS_KEPT)).split()


def joined_runs_of_lines(flat: bytes) -> list[list[str]]:
    """The same of each line of a narrow text whose line feeds stand between blanks.

    >>> joined_runs_of_lines(b"'they're' \\n self-made")
    [["they're"], ['self', 'made']]
    """
    return [line.split() for line in _inner(flat.translate(_LINES_KEPT)).split("\n")]


def _inner(joined: bytes) -> str:
    """Blanks for hyphens and outer apostrophes, too."""
    spaced = f" {joined.decode('latin-1')} ".replace("-", " ")
    if "'" in spaced:
        for outer in ("''", " '", "' "):
            spaced = spaced.replace(outer, "  ")
    return spaced


def has_digit(text: str) -> bool:
    """Whether a decimal digit of any script stands in the text."""
    if (
        "0" in text or "1" in text or "2" in text or "3" in text or "4" in text
        or "5" in text or "6" in text or "7" in text or "8" in text or "9" in text
    ):  # fmt: skip
        return True
    return not text.isascii() and _BEYOND.search(text) is not None and _DIGIT.search(text) is not None


def count_words(text: str) -> int:
    """Number of words.

    >>> count_words("It's a state-of-the-art plan, he said.")
    6
    >>> count_words("東京は晴れ")
    5
    >>> count_words("नई दिल्ली में बैठक")
    4
    """
    flat = narrow(text.replace("’", "'"))
    if flat is None:
        return len(_WORD.findall(text))
    shape = flat.translate(_COUNTED)
    if b"a'a" in shape:  # twice, since of "a'a'a" the first time takes only the first
        shape = shape.replace(b"a'a", b"aaa").replace(b"a'a", b"aaa")
    return shape.replace(b"'", b" ").count(b" a") + shape.startswith(b"a")
