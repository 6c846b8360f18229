"""A text's words and signs, each looked up once and shared by rules, field finder and measurements."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Generic, TypeVar

from copydesk.grammar.keywords import letter_words
from copydesk.words import MARKS, letters_of, narrow, runs_of

UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]++(?:[{MARKS}]++[^\W{UNSPACED}]*+)*+")
_PLAIN_WORD = re.compile(rf"[\w{MARKS}]{{1,60}}")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DIGIT = re.compile(r"\d")
_LONGEST = 60  # letters; the pattern cuts there

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
    return Reading(text).plain


class Reading:
    """One text. What is asked for is read once and kept."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.flat = narrow(text)  # None for a text that needs more than Latin-1

    @once
    def spaced(self) -> int:
        """How many words there are between spaces."""
        return len(self.text.split())

    @once
    def words(self) -> int:
        """Words; in scripts without spaces two characters count as one."""
        if self.flat is not None:
            return self.spaced
        cjk = len(_CJK.findall(self.text))
        return self.spaced if cjk < 4 else cjk // 2 + len(_CJK.sub(" ", self.text).split())

    @once
    def runs(self) -> str:
        """The runs of letters, digits and underscores as written, blanks around each; "" for what is not narrow."""
        return "" if self.flat is None else f" {runs_of(self.flat)} "

    @once
    def tokens(self) -> list[str]:
        """The words as written; scripts without spaces give single characters."""
        return _TOKEN.findall(self.text) if self.flat is None else self.runs.split()

    @once
    def lowered(self) -> list[str]:
        """The same in small letters."""
        return [token.lower() for token in self.tokens] if self.flat is None else self.runs.lower().split()

    @once
    def folded(self) -> list[str] | None:
        """The runs of letters, digits and underscores, casefolded; None where the text needs more than Latin-1."""
        if self.flat is None:
            return None
        folds_longer = b"\xdf" in self.flat or b"\xb5" in self.flat  # ß and µ, the only ones of Latin-1
        return self.runs.casefold().split() if folds_longer else self.lowered

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

    @once
    def letters(self) -> Collection[str]:
        """The runs of letters, casefolded; a list, in order, for all but what needs more than Latin-1."""
        words = self.folded
        if words is None or self.flat is None:
            return letter_words(self.text)
        return letters_of(self.flat).casefold().split() if self.has_digit or "_" in self.text else words

    @once
    def plain(self) -> str:
        """What two printings of the same words share: case, marks and spaces away."""
        return " ".join(self.plain_words)

    @once
    def plain_words(self) -> list[str]:
        words = self.folded
        if words is None or (len(self.text) > _LONGEST and max(map(len, words), default=0) > _LONGEST):
            return _PLAIN_WORD.findall(self.text.casefold())
        return words

    @once
    def has_digit(self) -> bool:
        """Whether a decimal digit of any script stands in it."""
        text = self.text
        if (
            "0" in text or "1" in text or "2" in text or "3" in text or "4" in text
            or "5" in text or "6" in text or "7" in text or "8" in text or "9" in text
        ):  # fmt: skip
            return True
        return self.flat is None and _DIGIT.search(text) is not None
