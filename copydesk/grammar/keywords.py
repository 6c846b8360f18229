"""Which words a line must hold before the patterns of a phrase list are worth a try.

The lists of all languages together make patterns of a thousand phrases, and most lines of a page hold none of them. A look
into a set tells so at a fiftieth of the cost. It may only ever pass a line that the pattern refuses, never the reverse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from copydesk.words import letters_of, narrow

UNSPACED = re.compile(
    r"[\u3040-\u9fff\uac00-\ud7af]"
)  # scripts in which a phrase may stand inside a run of letters
_LETTERS = re.compile(r"[^\W\d_]+")
SITE_LINES = 16_384  # short lines that recur over the pages of an outlet: bylines, dates, buttons
PAGE_LINES = 2048  # the readers come by line after line several times; a page seldom has more lines


@lru_cache(PAGE_LINES)
def letter_words(text: str) -> frozenset[str]:
    """The runs of letters of a text, casefolded."""
    flat = narrow(text)
    if flat is None:
        return frozenset(_LETTERS.findall(_folded(text)))
    return frozenset(letters_of(flat).casefold().split())


def first_word(text: str) -> str:
    """The first run of letters of a text, casefolded; "" where it has no letter."""
    match = _LETTERS.search(text)
    return _folded(match[0]) if match else ""


def opening_words(phrases: Iterable[str]) -> frozenset[str]:
    """The first words of phrases: a line that holds a phrase as words has one of them."""
    return frozenset(first_word(phrase) for phrase in phrases)


def telling_words(phrases: Iterable[str]) -> frozenset[str]:
    """The longest word of each phrase but for "the", which sifts better than the first where phrases open alike."""
    return frozenset(
        max(letter_words(phrase), key=lambda word: (word != "the", len(word), word)) for phrase in phrases
    )


def _folded(text: str) -> str:
    """Casefolded, the Turkish i's as one: `re.IGNORECASE` takes them for the same letter."""
    return (text if text.isascii() else text.replace("İ", "i").replace("ı", "i")).casefold()
