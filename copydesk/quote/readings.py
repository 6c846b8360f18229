"""Stretches of text between blanks, read as tokens: what can be said of a word wherever it stands.

Most stretches of an article have been met before, so that readings are kept; what depends on the tokens around a word, such as
whether "he's" has a verb in it or an owner, `tokens` finds out.
"""

from __future__ import annotations

from functools import cache
from operator import sub
from typing import cast

from copydesk.kept import Kept
from copydesk.quote.lexicon import (
    ABBREVIATION,
    ADV,
    AUX,
    BE,
    CAP,
    CUE,
    NUM,
    PRON,
    PUNCT,
    ROLE,
    TITLE,
    VERB,
    Lexicon,
    read_lexicon,
)

# A token of a stretch: as written, in small letters, its tag, characters up to the next token or stretch, what its place decides.
Reading = tuple[str, str, int, int, int]

KEPT, MAX_KEPT = 30_000, 40  # stretches of text that are remembered of a language, and their longest
# What of a token depends on where it stands: a name in -ly or an adverb; "he's" or "Odell's".
MANNER, APOSTROPHE_S = 1, 2
PLACED = MANNER | APOSTROPHE_S
ENDS, VERBAL, CUEING, POINTING, CAPITAL = 4, 8, 16, 32, 64  # the lists of Tokens that it is in
ED_LENGTH = 5  # shorter words in -ed ("red", "need") are rarely past forms
SENTENCE_END = frozenset((".", "!", "?", "…", "..."))
STOPS = SENTENCE_END | {")"}
ALONE = '.,;:!?…()[]“”„"«»‘/%$€£#'  # marks around a word that are tokens of their own in any language


class Readings(Kept[tuple[Reading, ...]]):
    """The tokens of each stretch without spaces, in one language; one blank at its end stands for a word that follows."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__(KEPT)
        self._pattern, self._suffixes = lexicon.tokens, lexicon.role_suffixes
        self._tag_of = lexicon.tags.get
        genders = lexicon.pronoun_gender
        pronouns = {low for low in genders if lexicon.tags.get(low, 0) & PRON}
        pointers = {low for low in pronouns if genders[low] in ("male", "female")}.union(
            lexicon.possessive_gender
        )
        self._listed = dict.fromkeys(pointers, POINTING)
        for low in lexicon.according_openers:
            self._listed[low] = self._listed.get(low, 0) | CUEING
        self._mark_of = {mark: self._read_word(mark, 1) for mark in ALONE}.__getitem__
        self._last_mark_of = {mark: self._read_word(mark, 2) for mark in ALONE}.__getitem__

    def __missing__(self, stretch: str) -> tuple[Reading, ...]:
        read = self.recall(stretch)
        if read is None:
            read = self._read(stretch)
            if len(stretch) <= MAX_KEPT:
                self.keep(stretch, read)
        return read

    def _read(self, stretch: str) -> tuple[Reading, ...]:
        if stretch.isalnum():  # a bare word, as most are
            return (self._read_word(stretch, len(stretch) + 1),)
        bare = stretch.strip(ALONE)
        if bare.isalnum() and ".." not in stretch:
            before, _, behind = stretch.partition(bare)
            if behind[:1] != "." or not self._keeps_stop(bare):
                word = self._read_word(bare, len(bare) + (not behind))
                return (
                    *map(self._mark_of, before),
                    word,
                    *map(self._mark_of, behind[:-1]),
                    *map(self._last_mark_of, behind[-1:]),
                )
        words, starts = self._cut(stretch)
        return tuple(map(self._read_word, words, map(sub, starts[1:], starts)))

    def _cut(self, stretch: str) -> tuple[list[str], list[int]]:
        """The words and marks of a stretch, and where they and the next stretch start."""
        text = stretch + "x" if stretch.endswith(" ") else stretch
        size, done = len(stretch.rstrip(" ")), 0
        words: list[str] = []
        starts: list[int] = []
        for match in self._pattern.finditer(text):
            word = match[0]
            start, end = match.span()
            if start >= size:
                break
            if text[end : end + 1] == "." and self._keeps_stop(word):
                word, end = word + ".", end + 1  # the full stop belongs to "Mr."
            elif word == "." and done > start:
                continue
            words.append(word)
            starts.append(start)
            done = end
        return words, [*starts, size + 1]

    def _keeps_stop(self, word: str) -> bool:
        return bool(self._tag_of(word.lower() + ".", 0) & (ABBREVIATION | TITLE))

    def _read_word(self, word: str, step: int) -> Reading:
        """One token with what is known of it wherever it stands."""
        low = word.lower()
        tag, context, head, last = self._tag_of(low, 0), self._listed.get(low, 0), word[0], low[-1]
        if tag:
            if tag & (AUX | VERB | CUE):
                context |= VERBAL
                if tag & CUE:
                    context |= CUEING
            if tag & ABBREVIATION:
                context |= ENDS
        elif last == "y" and low.endswith("ly") and len(low) > 4:
            # "Finally, …" opens a sentence; a capital inside one is a name ("Nils Haverly")
            if head.isupper():
                context |= MANNER
            else:
                tag = ADV
        if last == "d" and low.endswith("ed") and len(low) >= ED_LENGTH:
            context |= VERBAL
        if self._suffixes and (
            low.endswith(self._suffixes) or ("-" in low and self._tag_of(low.rpartition("-")[2], 0) & ROLE)
        ):
            tag |= ROLE
        if head.isupper():
            tag |= CAP
        elif not head.isalpha():
            if head in "'’" and len(low) > 1:
                # "he's", "they'll": a verb; "Odell's": an owner
                context |= VERBAL
                if low[1:] == "s":
                    context |= APOSTROPHE_S
                else:
                    tag |= AUX | BE
            elif head.isdigit():
                tag |= NUM
            elif head == "@" and len(word) > 1:
                tag |= CAP
            elif len(word) == 1 or word == "...":
                tag |= PUNCT
                if word in STOPS:
                    context |= ENDS
        if tag & CAP:
            context |= CAPITAL
        return word, low, tag, step, context


@cache
def readings_of(language: str) -> Readings:
    """The readings of a language that has a lexicon."""
    return Readings(cast(Lexicon, read_lexicon(language)))
