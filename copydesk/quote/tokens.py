"""The reporter's own words as tokens, each quoted stretch standing as one token among them, cut into sentences."""

from __future__ import annotations

from bisect import bisect_left
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
    VERB,
    Lexicon,
    Reading,
)
from copydesk.quote.spans import Span
from copydesk.records import record

# No reporter writes so long a sentence; a list, a table or an attack does, and work grows with its square within one.
MAX_SENTENCE = 300
SENTENCE_END = frozenset((".", "!", "?", "…", "..."))
OPENERS = frozenset(("the", "he", "she", "but", "in", "it", "they", "and", "a"))
KEPT, MAX_KEPT = 30_000, 40  # stretches of text that a lexicon remembers, and their longest
# What of a token depends on where it stands: a name in -ly or an adverb; "he's" or "Odell's".
MANNER, APOSTROPHE_S = 1, 2
ENDS, VERBAL, CUEING, POINTING = 4, 8, 16, 32  # the lists of Tokens that it is in
LISTED = ENDS | VERBAL | CUEING | POINTING
ED_LENGTH = 5  # shorter words in -ed ("red", "need") are rarely past forms
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
    # Tokens that are worth a look, in order.
    quotes: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)  # may end a sentence
    verbs: list[int] = field(default_factory=list)  # may be finite verbs
    cues: list[int] = field(default_factory=list)  # verbs of speech, and openers of "according to"
    pointers: list[int] = field(default_factory=list)  # "he", "her": words that point to somebody

    def text(self, a: int, b: int, joined: str) -> str:
        """What the page prints from token a up to token b."""
        return joined[self.start[a] : self.end[b - 1]] if a < b else ""

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
    tokens = Tokens()
    sentences: list[Sentence] = []
    offset, k = 0, 0
    for i, text in enumerate(paragraphs):
        first, at, known = len(tokens.word), offset, len(tokens.stops)
        end = offset + len(text)
        while k < len(spans) and spans[k].paragraph == i:
            span = spans[k]
            _add_words(tokens, joined, at, span.outer_start, lexicon)
            tokens.spans[len(tokens.word)] = span
            tokens.stops.append(len(tokens.word))
            tokens.quotes.append(len(tokens.word))
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
        sentences.extend(_sentences(tokens, joined, tokens.stops[known:], first, i))
        offset = end + 2
    return tokens, sentences


def _add_words(tokens: Tokens, joined: str, a: int, b: int, lexicon: Lexicon) -> None:
    """The tokens of joined[a:b], read stretch by stretch between spaces; a stretch that was met before is not read again."""
    kept = lexicon.read_before
    words, lows, tags, starts, ends = tokens.word, tokens.low, tokens.tag, tokens.start, tokens.end
    at = a
    for stretch in joined[a:b].split(" "):
        after = at + len(stretch) + 1
        if (
            stretch.endswith(".")
            and after < b
            and (follows := joined[after]).isalnum()
            and not follows.isdecimal()
        ):
            stretch += " "  # "J." before a word is an initial, else a letter and a full stop
        read = kept.get(stretch)
        if read is None:
            read = _read_stretch(stretch, lexicon)
            if len(stretch) <= MAX_KEPT:
                if len(kept) >= KEPT:
                    kept.clear()
                kept[stretch] = read
        for word, low, tag, start, end, context in read:
            if context:
                if context & LISTED:
                    _list_token(tokens, len(words), context)
                if context & MANNER and not _goes_on(tags):
                    tag |= ADV
                elif context & APOSTROPHE_S:
                    tag |= AUX | BE if tags and tags[-1] & PRON else OWNER
            words.append(word)
            lows.append(low)
            tags.append(tag)
            starts.append(at + start)
            ends.append(at + end)
        at = after


def _read_stretch(stretch: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    """The tokens of a stretch without spaces; one blank at its end stands for a word that follows."""
    if stretch.isalpha():  # a bare word, as most are
        return (_read_word(stretch, stretch.lower(), 0, len(stretch), lexicon),)
    get = lexicon.tags.get
    found: list[Reading] = []
    text = stretch + "x" if stretch.endswith(" ") else stretch
    for match in lexicon.tokens.finditer(text):
        word = match[0]
        start, end = match.span()
        if start >= len(stretch):
            break
        low = word.lower()
        if text[end : end + 1] == "." and get(low + ".", 0) & (ABBREVIATION | TITLE):
            word, low, end = word + ".", low + ".", end + 1  # the full stop belongs to "Mr."
        elif word == "." and found and found[-1][4] > start:
            continue
        found.append(_read_word(word, low, start, end, lexicon))
    return tuple(found)


def _read_word(word: str, low: str, start: int, end: int, lexicon: Lexicon) -> Reading:
    """One token with what is known of it wherever it stands."""
    get, suffixes = lexicon.tags.get, lexicon.role_suffixes
    tag, context, head = get(low, 0), 0, word[0]
    if not tag and low.endswith("ly") and len(low) > 4:
        # "Finally, …" opens a sentence; a capital inside one is a name ("Nils Haverly")
        tag, context = (0, MANNER) if head.isupper() else (ADV, 0)
    if suffixes and (low.endswith(suffixes) or ("-" in low and get(low.rpartition("-")[2], 0) & ROLE)):
        tag |= ROLE
    if head.isupper():
        tag |= CAP
    elif not head.isalpha():
        if head in "'’" and len(low) > 1:
            # "he's", "they'll": a verb; "Odell's": an owner
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
    return word, low, tag, start, end, context | _lists(word, low, tag, context, lexicon)


def _lists(word: str, low: str, tag: int, context: int, lexicon: Lexicon) -> int:
    """The lists that a token is in."""
    lists = ENDS if word in SENTENCE_END or word == ")" or tag & ABBREVIATION else 0
    if tag & (AUX | VERB | CUE) or context & APOSTROPHE_S or (len(low) >= ED_LENGTH and low.endswith("ed")):
        lists |= VERBAL
    if tag & CUE or low in lexicon.according_openers:
        lists |= CUEING
    if low in lexicon.possessive_gender or (
        tag & PRON and lexicon.pronoun_gender.get(low) in ("male", "female")
    ):
        lists |= POINTING
    return lists


def _list_token(tokens: Tokens, k: int, context: int) -> None:
    if context & VERBAL:
        tokens.verbs.append(k)
    if context & ENDS:
        tokens.stops.append(k)
    if context & CUEING:
        tokens.cues.append(k)
    if context & POINTING:
        tokens.pointers.append(k)


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
            or tokens.start[nxt] - tokens.end[k] > 1
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
