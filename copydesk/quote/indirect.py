"""Indirect speech: the clause that a cue reports without quotation marks, with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.quote.attribution import SPEAKERS
from copydesk.quote.clauses import DASHES, Speech
from copydesk.quote.lexicon import ADV, AUX, CAP, COMP, CONJ, PREP, PUNCT, QUOTE, SPEECH, TIME, Lexicon
from copydesk.quote.tokens import Sentence, Tokens

MIN_WORDS = 2
ADDRESSEE = 14  # tokens in which "told reporters on Monday that" must come to its "that"
TELLING = frozenset(("tell", "inform", "assure", "remind", "warn", "ask", "urge", "advise", "instruct", "order", "encourage", "implore"))
ASIDE_END = frozenset((".", "!", "?", "…", "..."))


@dataclass(frozen=True, slots=True)
class Clause:
    """A reported clause: characters [start, end) of the joined text and the cue that reports it."""

    start: int
    end: int
    speech: Speech
    pattern: str


def find_clauses(tokens: Tokens, s: Sentence, speeches: Sequence[Speech], lexicon: Lexicon) -> list[Clause]:
    """Reported clauses of a sentence, in order, none overlapping another or holding a quoted stretch."""
    found: list[Clause] = []
    done = s.a
    for k, speech in enumerate(speeches):
        if speech.strength != SPEECH or speech.subject is None or speech.subject.kind not in SPEAKERS:
            continue
        if speech.frame != "according" and speech.frame != "as-put" and not (speech.form and speech.form.indirect):
            continue
        stop = speeches[k + 1].a if k + 1 < len(speeches) else s.b
        content = _content(tokens, s, speech, speeches[k + 1 :], done, stop, lexicon)
        if content is None:
            continue
        a, b, pattern = content
        a, b = _trim(tokens, a, b)
        if b - a < MIN_WORDS or any(t & QUOTE for t in tokens.tag[a:b]) or a < done:
            continue
        found.append(Clause(tokens.start[a], tokens.end[b - 1], speech, pattern))
        done = b
    return found


def _trim(tokens: Tokens, a: int, b: int) -> tuple[int, int]:
    while a < b and tokens.tag[a] & PUNCT and tokens.word[a] not in ("$", "(", "#"):
        a += 1
    while a < b and (tokens.tag[b - 1] & PUNCT and tokens.word[b - 1] not in (")", "%") or (tokens.tag[b - 1] & CONJ and not tokens.tag[b - 1] & CAP)):
        b -= 1
    return a, b


def _content(
    tokens: Tokens, s: Sentence, speech: Speech, later: Sequence[Speech], done: int, stop: int, lexicon: Lexicon
) -> tuple[int, int, str] | None:
    """Tokens of the reported clause and the pattern."""
    if speech.frame == "according":
        if speech.a <= s.a + 1 and speech.b < s.b and tokens.word[speech.b] == ",":
            return speech.b + 1, s.b if not later else max(stop, speech.b + 1), "according-to"
        return (done, speech.a, "according-to") if speech.a - done >= MIN_WORDS else None
    if speech.frame == "as-put":
        return None
    if speech.frame != "inverted":
        forward = _clause_start(tokens, speech, s)
        if forward is not None:
            return forward, _clause_end(tokens, forward, s, later), "speaker-cue-clause"
    if speech.frame in ("finite", "inverted") and speech.a > s.a and _aside(tokens, speech, s):
        if tokens.word[speech.a - 1] == "," or tokens.word[speech.a - 1] in DASHES:
            return done, speech.a - 1, "clause-speaker-cue"
    return None


def _aside(tokens: Tokens, speech: Speech, s: Sentence) -> bool:
    """Behind the cue nothing but time, place or the end: the reported words came before it."""
    k = speech.b
    if k >= s.b or tokens.word[k] in ASIDE_END or tokens.word[k] in (",", ";") or tokens.tag[k] & (TIME | PREP | ADV):
        return True
    return bool(speech.form and speech.form.base in TELLING)


def _clause_start(tokens: Tokens, speech: Speech, s: Sentence) -> int | None:
    """First token of the clause behind the cue; None where none follows it."""
    form = speech.form
    k = speech.cue_end
    if k >= s.b or form is None:
        return None
    low, tag, word = tokens.low, tokens.tag, tokens.word
    limit = min(s.b, k + ADDRESSEE)
    for j in range(k, limit):
        if tag[j] & QUOTE or word[j] in (".", ";", ":"):
            break
        if low[j] in ("that", "whether", "if", "how", "why", "what") and not (j > k and tag[j - 1] & PREP):
            return j + 1 if low[j] == "that" and j + 1 < s.b and not tag[j + 1] & AUX else (j if low[j] != "that" else None)
        if low[j] == "to" and form.infinitive and (j == k or form.base in TELLING):
            return j
        if word[j] == "," and j == k:
            return None
    telling = form.base in TELLING
    if telling:
        j = k + 1  # "told reporters he would": the addressee is one word or a name
        while j < limit and tag[j] & CAP and tag[j - 1] & CAP:
            j += 1
        return j if j < s.b and low[j] in ("he", "she", "they", "it", "we", "i", "the", "there", "his", "her") else None
    while k < limit and (tag[k] & TIME or (low[k] in ("on", "late", "early") and k + 1 < limit and tag[k + 1] & TIME)):
        k += 1
    if k >= s.b or tag[k] & (QUOTE | PUNCT) and word[k] not in ("$",):
        return None
    if tag[k] & PREP and not tag[k] & (CAP | COMP):
        return None
    has_verb = any(tag[j] & AUX or low[j].endswith(("ed", "s")) for j in range(k, min(s.b, k + 30)))
    return k if has_verb else None


def _clause_end(tokens: Tokens, start: int, s: Sentence, later: Sequence[Speech]) -> int:
    """Up to the sentence's end, or to a later cue that takes over with the same or another subject."""
    for speech in later:
        if speech.strength != SPEECH or speech.a <= start:
            continue
        if speech.frame == "participle" and tokens.word[speech.a - 1] == ",":
            return speech.a - 1
        if speech.frame == "coordinated":
            return max(start, speech.cue - 1)
        if speech.frame == "finite" and speech.a > s.a and tokens.tag[speech.a - 1] & CONJ and tokens.low[speech.a - 1] in ("and", "but"):
            return speech.a - 1
    return s.b
