"""The reporter's own words as tokens, each quoted stretch standing as one token among them, cut into sentences."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, compress

from copydesk.quote.lexicon import (
    ABBREVIATION,
    ADV,
    AUX,
    BE,
    CAP,
    CUE,
    FIRST,
    NUM,
    ORGNAME,
    OWNER,
    PLACE,
    PRON,
    PUNCT,
    QUOTE,
    ROLE,
    TITLE,
    Lexicon,
)
from copydesk.quote.readings import (
    APOSTROPHE_S,
    CAPITAL,
    CUEING,
    ENDS,
    PLACED,
    POINTING,
    SENTENCE_END,
    VERBAL,
    Readings,
    readings_of,
)
from copydesk.quote.spans import Span
from copydesk.records import record

# No reporter writes so long a sentence; a list, a table or an attack does, and work grows with its square within one.
MAX_SENTENCE = 300
OPENERS = frozenset(("the", "he", "she", "but", "in", "it", "they", "and", "a"))
STRAY = frozenset("\"“”‘’'«»„)]")


@dataclass(slots=True)
class Tokens:
    """Parallel lists over one article; `spans` maps a quote token to its stretch."""

    word: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    tag: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    spans: dict[int, Span] = field(default_factory=dict)
    # Tokens that are worth a look, in order.
    quotes: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)  # may end a sentence
    verbs: list[int] = field(default_factory=list)  # may be finite verbs
    cues: list[int] = field(default_factory=list)  # verbs of speech, and openers of "according to"
    pointers: list[int] = field(default_factory=list)  # "he", "her": words that point to somebody
    capitals: list[int] = field(default_factory=list)  # words with a capital

    def end(self, k: int) -> int:
        """Where token k ends in the text."""
        return self.spans[k].outer_end if self.tag[k] & QUOTE else self.start[k] + len(self.word[k])

    def text(self, a: int, b: int, joined: str) -> str:
        """What the page prints from token a up to token b."""
        return joined[self.start[a] : self.end(b - 1)] if a < b else ""

    def printed_small(self) -> set[str]:
        """The words that stand somewhere without a capital."""
        low = self.low.copy()
        for k in self.capitals:
            low[k] = ""
        return set(low)

    @staticmethod
    def within(places: list[int], a: int, b: int) -> list[int]:
        """Those of one of the lists in [a, b)."""
        return places[bisect_left(places, a) : bisect_left(places, b)]


@record
class Sentence:
    """Tokens [a, b) of one paragraph."""

    a: int
    b: int
    paragraph: int
    opens: bool  # first of its paragraph


def tokenise(
    joined: str, paragraphs: Sequence[str], spans: Sequence[Span], lexicon: Lexicon
) -> tuple[Tokens, list[Sentence]]:
    """Tokens and sentences of all paragraphs; text inside quotation marks is not cut up."""
    readings = readings_of(lexicon.language)
    tokens = Tokens()
    sentences: list[Sentence] = []
    offset, k = 0, 0
    for i, text in enumerate(paragraphs):
        first, at, known = len(tokens.word), offset, len(tokens.stops)
        end = offset + len(text)
        while k < len(spans) and spans[k].paragraph == i:
            span = spans[k]
            _add_words(tokens, joined[at : span.outer_start], at, readings)
            tokens.spans[len(tokens.word)] = span
            tokens.stops.append(len(tokens.word))
            tokens.quotes.append(len(tokens.word))
            tokens.word.append("")
            tokens.low.append("")
            tokens.tag.append(QUOTE)
            tokens.start.append(span.outer_start)
            at = span.outer_end
            k += 1
        _add_words(tokens, joined[at:end], at, readings)
        if lexicon.nouns_capitalised:
            _mark_roles(tokens, first)
        sentences.extend(_sentences(tokens, joined, tokens.stops[known:], first, i))
        offset = end + 2
    return tokens, sentences


def _add_words(tokens: Tokens, text: str, at: int, readings: Readings) -> None:
    """The tokens of a text that starts at `at`, read stretch by stretch between spaces."""
    bare = text.lstrip(" ")
    at += len(text) - len(bare)
    bare = bare.rstrip(" ")
    stretches = bare.split(" ")
    if ". " in bare:
        _mark_initials(bare, stretches)
    read = list(chain.from_iterable(map(readings.__getitem__, stretches)))
    if not read:
        return
    first = len(tokens.word)
    words, lows, tags, steps, contexts = zip(*read, strict=True)
    tokens.word.extend(words)
    tokens.low.extend(lows)
    tokens.tag.extend(tags)
    starts = list(accumulate(steps, initial=at))
    if starts.pop() != at + len(bare) + 1:
        starts = _starts(stretches, at, readings)
    tokens.start.extend(starts)
    tag = tokens.tag
    for k, context in compress(enumerate(contexts, first), contexts):
        if context & CAPITAL:
            tokens.capitals.append(k)
        if context & VERBAL:
            tokens.verbs.append(k)
        if context & ENDS:
            tokens.stops.append(k)
        if context & CUEING:
            tokens.cues.append(k)
        if context & POINTING:
            tokens.pointers.append(k)
        if context & PLACED:
            before = tag[k - 1] if k else PUNCT
            if context & APOSTROPHE_S:
                tag[k] |= AUX | BE if before & PRON else OWNER
            elif before & (PUNCT | QUOTE):
                tag[k] |= ADV


def _mark_initials(text: str, stretches: list[str]) -> None:
    """Add a blank to the stretches in which a single letter and a full stop before a word may be an initial ("J. Orme")."""
    at, done, number = text.find(". "), 0, 0
    while at >= 0:
        follows = text[at + 2 : at + 3]
        if not text[at - 2 : at - 1].isalnum() and follows.isalnum() and not follows.isdecimal():
            number += text.count(" ", done, at)
            done = at
            stretches[number] += " "
        at = text.find(". ", at + 2)


def _starts(stretches: Sequence[str], at: int, readings: Readings) -> list[int]:
    """Where tokens start of which some have blanks before them that are no single space."""
    starts: list[int] = []
    for stretch in stretches:
        start = at + len(stretch) - len(stretch.lstrip())
        for _, _, _, step, _ in readings[stretch]:
            starts.append(start)
            start += step
        at += len(stretch.rstrip(" ")) + 1
    return starts


def _mark_roles(tokens: Tokens, first: int) -> None:
    """Where all nouns have capitals, a noun of no known class glued to a full name is an office ("Bauingenieur Jan Kolm")."""
    tag, low = tokens.tag, tokens.low
    for k in range(first, len(tag) - 2):
        if (
            tag[k] == CAP
            and tag[k + 1] & FIRST
            and not tag[k + 1] & (PLACE | ORGNAME)
            and tag[k + 2] & CAP
            and tokens.word[k].isalpha()
            and len(low[k]) > 4
            and not (k > first and tag[k - 1] & (CAP | OWNER))
        ):
            tag[k] |= ROLE


def _sentences(
    tokens: Tokens, joined: str, stops: Sequence[int], first: int, paragraph: int
) -> list[Sentence]:
    """The tokens from `first` on, cut at those of `stops` that end a sentence, and where one grows too long."""
    found: list[Sentence] = []
    a, size = first, len(tokens.word)
    for k in (*stops, size):
        while k - a >= MAX_SENTENCE:
            found.append(Sentence(a, a + MAX_SENTENCE, paragraph, a == first))
            a += MAX_SENTENCE
        if k < size and (_ends_sentence(tokens, joined, k, first) or k + 1 - a >= MAX_SENTENCE):
            found.append(Sentence(a, k + 1, paragraph, a == first))
            a = k + 1
    if a < size:
        found.append(Sentence(a, size, paragraph, a == first))
    return found


def _ends_sentence(tokens: Tokens, joined: str, k: int, first: int) -> bool:
    """Does a sentence end with token k, a stop of a paragraph that begins with token `first`?"""
    words, tags = tokens.word, tokens.tag
    word, nxt = words[k], k + 1
    if nxt >= len(words):
        return False
    if tags[k] & QUOTE:
        return _quote_ends_sentence(tokens, joined, k)
    if word in SENTENCE_END:
        opens = (
            tags[nxt] & (CAP | QUOTE | NUM)
            or words[nxt] in STRAY
            or words[nxt] == "("
            or tokens.start[nxt] - tokens.end(k) > 1
        )
        return bool(opens) and not (word == "..." and not tags[nxt] & CAP) and words[nxt] not in (")", "]")
    if word == ")" and words[k - 1] in SENTENCE_END and k > first:
        # "(He did.) Then …" ends a sentence, "(R-Vel.) said" does not
        return bool(tags[nxt] & (CAP | QUOTE)) and "-" not in words[k - 2]
    if tags[k] & ABBREVIATION and not tags[k] & TITLE:
        # "… at 5 p.m. The …" against "U.S. Senate": only before a word that opens sentences
        return bool(tags[nxt] & CAP) and tokens.low[nxt] in OPENERS
    return False


def _quote_ends_sentence(tokens: Tokens, joined: str, k: int) -> bool:
    """Does the stretch close its sentence? '."' does before a capital, unless '?" Odell asked' still belongs to it."""
    span = tokens.spans[k]
    last = joined[span.end - 1 : span.end] if span.end > span.start else ""
    nxt = k + 1
    if last not in ".!?…":
        return False
    if tokens.tag[nxt] & QUOTE:
        return True
    if not tokens.tag[nxt] & (CAP | NUM) and tokens.word[nxt] not in STRAY:
        return False
    # A name and a cue right behind it, and then the end: the attribution of this very stretch.
    limit = min(nxt + 9, len(tokens.word))
    for j in range(nxt, limit):
        if tokens.tag[j] & CUE:
            if last == "." and tokens.low[nxt] in ("he", "she", "they", "it", "but", "and", "the", "in"):
                return True
            after = tokens.word[j + 1] if j + 1 < len(tokens.word) else "."
            tail = after in (".", ",") or (j + 1 < len(tokens.word) and bool(tokens.tag[j + 1] & QUOTE))
            return not (tail or last in "?!…") or j == nxt
        if tokens.tag[j] & (QUOTE | PUNCT) and tokens.word[j] not in (",", "(", ")"):
            return True
    return True
