"""A text's words and signs, each looked up once and shared by rules, field finder and measurements."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar

from copydesk.grammar.keywords import letter_words
from copydesk.words import DIGITS, MARKS, letters_of, narrow, runs_of

UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]++(?:[{MARKS}]++[^\W{UNSPACED}]*+)*+")
_PLAIN_WORD = re.compile(rf"[\w{MARKS}]{{1,60}}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DIGIT = re.compile(r"\d")
_LONGEST = 60  # letters; the pattern cuts there

# As numbers: looking for bytes in bytes costs ten times as much in CPython, which first tries them as a number.
_UNDERSCORE = 0x5F
_SHARP_S, _MICRO = 0xDF, 0xB5  # the only ones of Latin-1 that fold into something longer

Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801 - reads as the decorator that it is
    """A property that is read once. Before Python 3.12 `functools.cached_property` takes a lock, dearer than most readings."""

    def __init__(self, read: Callable[[Any], Value]) -> None:
        self.read, self.name = read, read.__name__

    def __get__(self, owner: Any, kind: object = None) -> Value:
        value = owner.__dict__[self.name] = self.read(owner)
        return value


def plain(text: str) -> str:
    """What two printings of the same words share: case, marks and spaces away."""
    return " ".join(_PLAIN_WORD.findall(text.casefold()))


class Reading:
    """One text, its words in all the forms that are asked for of nearly every text, read in one go; the rest waits."""

    text: str
    flat: bytes | None  # None for a text that needs more than Latin-1
    spaced: int  # words between spaces
    words: int  # the same; in scripts without spaces two characters count as one
    has_digit: bool  # a decimal digit of any script stands in it
    runs: str  # letters, digits and underscores as written, blanks around each run; "" for what is not narrow
    lowered: list[str]  # the words in small letters; scripts without spaces give single characters
    folded: list[str] | None  # the runs, casefolded; None for what is not narrow
    letters: Collection[str]  # the runs of letters, casefolded; a list, in order, for what is narrow
    plain_words: list[str]
    plain: str  # what two printings of the same words share: case, marks and spaces away

    def __init__(self, text: str) -> None:
        self.text = text
        self.flat = flat = narrow(text)
        self.spaced = len(text.split())
        if flat is None:
            self._read_wide()
        else:
            self._read_narrow(flat)
        self.plain = " ".join(self.plain_words)

    def _read_narrow(self, flat: bytes) -> None:
        self.words = self.spaced
        self.has_digit = len(flat) > len(flat.translate(None, DIGITS))
        self.runs = runs = f" {runs_of(flat)} "
        self.lowered = words = runs.lower().split()
        if _SHARP_S in flat or _MICRO in flat:
            words = runs.casefold().split()
        self.folded = words
        self.letters = letters_of(flat).casefold().split() if self.has_digit or _UNDERSCORE in flat else words
        is_long = len(flat) > _LONGEST and max(map(len, words), default=0) > _LONGEST
        self.plain_words = _PLAIN_WORD.findall(self.text.casefold()) if is_long else words

    def _read_wide(self) -> None:
        text = self.text
        rest, cjk = _CJK.subn(" ", text)
        self.words = self.spaced if cjk < 4 else cjk // 2 + len(rest.split())
        self.has_digit = _DIGIT.search(text) is not None
        self.runs, self.folded = "", None
        self.lowered = [token.lower() for token in self.tokens]
        self.letters = letter_words(text)
        self.plain_words = _PLAIN_WORD.findall(text.casefold())

    @once
    def tokens(self) -> list[str]:
        """The words as written."""
        return _TOKEN.findall(self.text) if self.flat is None else self.runs.split()

    def has_capitalised(self, word: str) -> bool:
        """Whether a word of one to three small letters stands in it with a capital, whatever the case of the rest."""
        head = word[0].upper()
        if head == word[0]:
            return False
        if self.flat is None:
            return any(token[0].isupper() and token.lower() == word for token in self.tokens)
        runs, tail = self.runs, word[1:]
        if f" {head}{tail} " in runs or f" {head}{tail.upper()} " in runs:
            return True
        mixed = (
            (f" {head}{tail[0]}{tail[1].upper()} ", f" {head}{tail[0].upper()}{tail[1]} ")
            if len(tail) == 2
            else ()
        )
        return any(map(runs.__contains__, mixed))
