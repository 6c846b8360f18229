"""The reporter's own words as tokens, each quoted stretch standing as one token among them, cut into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
from copydesk.quote.spans import Span

# No reporter writes so long a sentence; a list, a table or an attack does, and work grows with its square within one.
MAX_SENTENCE = 300
SENTENCE_END = frozenset((".", "!", "?", "…", "..."))
STRAY = frozenset("\"“”‘’'«»„)]")


@dataclass(slots=True)
class Tokens:
    """Parallel lists over one article; `spans` maps a quote token to its stretch."""

    word: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    tag: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    spans: dict[int, Span] = field(default_factory=dict)

    def text(self, a: int, b: int, joined: str) -> str:
        """What the page prints from token a up to token b."""
        return joined[self.start[a] : self.end[b - 1]] if a < b else ""


@dataclass(frozen=True, slots=True)
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
    tokens = Tokens()
    sentences: list[Sentence] = []
    offset, k = 0, 0
    for i, text in enumerate(paragraphs):
        first, at = len(tokens.word), offset
        end = offset + len(text)
        while k < len(spans) and spans[k].paragraph == i:
            span = spans[k]
            _add_words(tokens, joined, at, span.outer_start, lexicon)
            tokens.spans[len(tokens.word)] = span
            tokens.word.append("")
            tokens.low.append("")
            tokens.tag.append(QUOTE)
            tokens.start.append(span.outer_start)
            tokens.end.append(span.outer_end)
            at = span.outer_end
            k += 1
        _add_words(tokens, joined, at, end, lexicon)
        if lexicon.nouns_capitalised:
            _mark_roles(tokens, first)
        sentences.extend(_sentences(tokens, joined, first, i))
        offset = end + 2
    return tokens, sentences


def _add_words(tokens: Tokens, joined: str, a: int, b: int, lexicon: Lexicon) -> None:
    get, suffixes = lexicon.tags.get, lexicon.role_suffixes
    words, lows, tags, starts, ends = tokens.word, tokens.low, tokens.tag, tokens.start, tokens.end
    for match in lexicon.tokens.finditer(joined, a, b):
        word = match[0]
        start, end = match.span()
        low = word.lower()
        if joined[end : end + 1] == "." and get(low + ".", 0) & (ABBREVIATION | TITLE):
            word, low, end = word + ".", low + ".", end + 1  # the full stop belongs to "Mr."
        elif word == "." and ends and ends[-1] > start:
            continue
        tag = get(low, 0)
        head = word[0]
        if not tag and low.endswith("ly") and len(low) > 4 and not (head.isupper() and _goes_on(tags)):
            tag = ADV  # "Finally, …" opens a sentence; a capital inside one is a name ("Nils Haverly")
        if suffixes and (low.endswith(suffixes) or ("-" in low and get(low.rpartition("-")[2], 0) & ROLE)):
            tag |= ROLE
        if head.isupper():
            tag |= CAP
        elif not head.isalpha():
            if head in "'’" and len(low) > 1:
                # "he's", "they'll": a verb; "Odell's": an owner
                tag |= AUX | BE if low[1:] != "s" or (tags and tags[-1] & PRON) else OWNER
            elif head.isdigit():
                tag |= NUM
            elif head == "@" and len(word) > 1:
                tag |= CAP
            elif len(word) == 1 or word == "...":
                tag |= PUNCT
        words.append(word)
        lows.append(low)
        tags.append(tag)
        starts.append(start)
        ends.append(end)


def _goes_on(tags: Sequence[int]) -> bool:
    """Does the last token leave its sentence open?"""
    return bool(tags) and not tags[-1] & (PUNCT | QUOTE)


def _mark_roles(tokens: Tokens, first: int) -> None:
    """Where all nouns have capitals, a noun of no known class glued to a full name is an office ("Bauingenieur Jan Kolm")."""
    tag, low = tokens.tag, tokens.low
    for k in range(first, len(tag) - 2):
        if (
            tag[k + 1] & FIRST
            and not tag[k + 1] & (PLACE | ORGNAME)
            and tag[k] == CAP
            and tag[k + 2] & CAP
            and tokens.word[k].isalpha()
            and len(low[k]) > 4
            and not (k > first and tag[k - 1] & (CAP | OWNER))
        ):
            tag[k] |= ROLE


def _sentences(tokens: Tokens, joined: str, first: int, paragraph: int) -> list[Sentence]:
    found: list[Sentence] = []
    a, size = first, len(tokens.word)
    words, tags = tokens.word, tokens.tag
    for k in range(first, size):
        word = words[k]
        nxt = k + 1
        if tags[k] & QUOTE:
            cut = nxt < size and _quote_ends_sentence(tokens, joined, k)
        elif word in SENTENCE_END:
            cut = (
                nxt < size
                and (
                    bool(tags[nxt] & (CAP | QUOTE | NUM))
                    or tokens.word[nxt] in STRAY
                    or words[nxt] == "("
                    or tokens.start[nxt] - tokens.end[k] > 1
                )
                and not (word == "..." and not tags[nxt] & CAP)
                and words[nxt] not in (")", "]")
            )
        elif word == ")" and words[k - 1] in SENTENCE_END and k > first:
            # "(He did.) Then …" ends a sentence, "(R-Vel.) said" does not
            cut = nxt < size and bool(tags[nxt] & (CAP | QUOTE)) and "-" not in words[k - 2]
        elif tags[k] & ABBREVIATION and not tags[k] & TITLE and nxt < size:
            # "… at 5 p.m. The …" against "U.S. Senate": only before a word that opens sentences
            cut = bool(tags[nxt] & CAP) and tokens.low[nxt] in (
                "the",
                "he",
                "she",
                "but",
                "in",
                "it",
                "they",
                "and",
                "a",
            )
        else:
            cut = False
        if cut or nxt - a >= MAX_SENTENCE:
            found.append(Sentence(a, nxt, paragraph, a == first))
            a = nxt
    if a < size:
        found.append(Sentence(a, size, paragraph, a == first))
    return found


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
