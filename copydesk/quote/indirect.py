"""Indirect speech: the clause that a cue reports without quotation marks, with its source."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.quote.clauses import Speech
from copydesk.quote.lexicon import (
    ADV,
    AUX,
    CAP,
    COMP,
    CONJ,
    CUE,
    DET,
    POSS,
    PREP,
    PRON,
    PUNCT,
    QUOTE,
    REL,
    SPEECH,
    SUBORD,
    TIME,
    Lexicon,
)
from copydesk.quote.subjects import DASHES, is_finite
from copydesk.quote.tokens import Sentence, Tokens
from copydesk.records import record

MIN_WORDS = 2
VERB_WITHIN = 30  # tokens in which a clause must show its verb
LOOK_AHEAD = 6  # later cues that may end a clause
TAIL_AFTER = 4
SET_IN = 5  # tokens before an attribution that is set into its own clause
ADDRESSEE = 14  # tokens in which "told reporters on Monday that" must come to its "that"
ASIDE_END = frozenset((".", "!", "?", "…", "..."))


@record
class Clause:
    """A reported clause: characters [start, end) of the joined text and the cue that reports it."""

    start: int
    end: int
    speech: Speech
    pattern: str


def find_clauses(tokens: Tokens, s: Sentence, speeches: Sequence[Speech], lexicon: Lexicon) -> list[Clause]:
    """Reported clauses of a sentence, in order, none overlapping another or holding a quoted stretch."""
    told = [x for x in speeches if _reports(tokens, x)]
    closing = next((x for x in reversed(told) if _is_closing(tokens, x, s, lexicon)), None)
    if closing is not None:
        clause = _made(tokens, s.a, closing.a - 1, closing, "clause-speaker-cue")
        later = [x for x in told if x.cue > closing.cue]
        return ([clause] if clause else []) + _forward(tokens, s, later, speeches, closing.b, lexicon)
    return _forward(tokens, s, told, speeches, s.a, lexicon)


def _reports(tokens: Tokens, speech: Speech) -> bool:
    form = speech.form
    if speech.subject is None or (speech.strength != SPEECH and not (form and (form.object or form.about))):
        return False
    subject = speech.subject
    if subject.kind == "other" and speech.frame != "according" and (
        not tokens.tag[subject.a] & (DET | POSS | CAP) or subject.head.endswith(("ly", "ing", "st"))
    ):  # fmt: skip
        return False
    return speech.frame in ("according", "as-put") or bool(
        form and (form.indirect or form.object or form.about)
    )


def _is_closing(tokens: Tokens, speech: Speech, s: Sentence, lexicon: Lexicon) -> bool:
    """ "The bridge is safe, Odell said on Monday.": the words come first, and nothing but an adjunct follows."""
    if speech.frame not in ("finite", "inverted") or speech.a - s.a < MIN_WORDS + 1:
        return False
    k = speech.a - 1
    if (tokens.word[k] != "," and tokens.word[k] not in DASHES) or tokens.tag[k - 1] & QUOTE:
        return False
    if speech.b < s.b and tokens.word[speech.b] == "," and tokens.within(tokens.quotes, speech.b, s.b):
        return False
    if speech.frame == "finite" and _clause_start(tokens, speech, s, lexicon) is not None:
        return False  # "On Monday, Odell said the bridge was safe"
    if speech.b + 1 < s.b and tokens.word[speech.b] == ",":
        after = speech.b + 1
        if not tokens.low[after].endswith("ing") and not tokens.tag[after] & (CONJ | REL):
            return False  # set into the sentence: "In the end, Odell said, the bridge will stand"
    return _aside(tokens, speech, s) and _has_verb(tokens, s.a, speech.a)


def _has_verb(tokens: Tokens, a: int, b: int) -> bool:
    return any(is_finite(tokens, k, a) for k in tokens.within(tokens.verbs, a + 1, min(b, a + VERB_WITHIN)))


def _made(tokens: Tokens, a: int, b: int, speech: Speech, pattern: str) -> Clause | None:
    b = _before_quoted_tail(tokens, a, b, speech)
    a, b = _trim(tokens, a, b)
    if b - a < MIN_WORDS or tokens.within(tokens.quotes, a, b):
        return None
    return Clause(tokens.start[a], tokens.end(b - 1), speech, pattern)


def _before_quoted_tail(tokens: Tokens, a: int, b: int, speech: Speech) -> int:
    """ "said the plan was sound, unlike the one that Marsh called "a mess"": the clause ends at the comma."""
    quotes = tokens.within(tokens.quotes, a, b)
    if not quotes or quotes[0] <= speech.cue:
        return b
    first = quotes[0]
    for k in range(first - 1, a + 2, -1):
        if (tokens.tag[k] & CUE and k + 1 < first) or tokens.tag[k] & REL:
            comma = next((j for j in range(k, a + 2, -1) if tokens.word[j] == ","), None)
            return comma if comma is not None else b
    return b


def _forward(
    tokens: Tokens,
    s: Sentence,
    told: Sequence[Speech],
    speeches: Sequence[Speech],
    done: int,
    lexicon: Lexicon,
) -> list[Clause]:
    """The clauses behind their cues, one after the other."""
    found: list[Clause] = []
    for speech in told:
        later = [x for x in speeches if x.cue > speech.cue][:LOOK_AHEAD]
        content = _content(tokens, s, speech, later, done, lexicon)
        if content is None or content[0] < done:
            continue
        clause = _made(tokens, *content[:2], speech, content[2])
        if clause:
            found.append(clause)
            done = content[1]
    return found


def _trim(tokens: Tokens, a: int, b: int) -> tuple[int, int]:
    while a < b and tokens.tag[a] & PUNCT and tokens.word[a] not in ("$", "(", "#"):
        a += 1
    while a < b and (
        (tokens.tag[b - 1] & PUNCT and tokens.word[b - 1] not in (")", "%"))
        or (tokens.tag[b - 1] & CONJ and not tokens.tag[b - 1] & CAP)
    ):
        b -= 1
    return a, b


def _content(
    tokens: Tokens, s: Sentence, speech: Speech, later: Sequence[Speech], done: int, lexicon: Lexicon
) -> tuple[int, int, str] | None:
    """Tokens of the reported clause and the pattern."""
    if speech.frame in ("according", "as-put"):
        pattern = "according-to" if speech.frame == "according" else "as-put"
        if speech.b < s.b and tokens.word[speech.b] == "," and (speech.a <= s.a + 1 or pattern == "as-put"):
            return speech.b + 1, _clause_end(tokens, speech.b + 1, s, later, lexicon), pattern
        if speech.a == s.a and speech.b < s.b and tokens.tag[speech.b] & AUX:
            return speech.b, _clause_end(tokens, speech.b, s, later, lexicon), pattern
        set_in = speech.a - done <= SET_IN and speech.b + MIN_WORDS < s.b and tokens.word[speech.b] == ","
        if set_in and not tokens.within(tokens.quotes, done, s.b):
            return done, s.b, pattern  # „Er habe, so Kolm, nichts gewusst“
        return (done, speech.a, pattern) if speech.a - done >= MIN_WORDS else None
    if speech.frame != "inverted":
        start = _clause_start(tokens, speech, s, lexicon)
        if start is not None:
            end = _clause_end(tokens, start, s, later, lexicon)
            if speech.frame == "relative" or (tokens.tag[s.a] & SUBORD and speech.a <= s.a + 2):
                end = next((k for k in range(start + 1, end) if tokens.word[k] == ","), end)
            return start, end, "speaker-cue-clause"
        start = _object_start(tokens, speech, s)
        if start is not None:
            return start, _object_end(tokens, start, s, later, lexicon), "speaker-cue-object"
    if (
        speech.frame in ("finite", "inverted")
        and speech.a - done > MIN_WORDS
        and tokens.word[speech.a - 1] == ","
        and speech.b < s.b
        and tokens.word[speech.b] == ","
        and not tokens.within(tokens.quotes, done, s.b)
    ):
        return done, s.b, "clause-speaker-cue"  # set into the sentence: "The bridge, Odell said, is safe"
    return None


def _aside(tokens: Tokens, speech: Speech, s: Sentence) -> bool:
    """Behind the cue nothing but time, place or the end: the reported words came before it."""
    k = speech.b
    if (
        k >= s.b
        or tokens.word[k] in ASIDE_END
        or tokens.word[k] in (",", ";")
        or tokens.tag[k] & (TIME | PREP | ADV)
    ):
        return True
    return bool(speech.form and speech.form.addressed)


def _clause_start(tokens: Tokens, speech: Speech, s: Sentence, lexicon: Lexicon) -> int | None:
    """First token of the clause behind the cue; None where none follows it."""
    form = speech.form
    k = speech.cue_end
    if k >= s.b or form is None:
        return None
    low, tag, word = tokens.low, tokens.tag, tokens.word
    if not form.indirect or speech.frame == "noun":
        opened = low[k] in lexicon.clause_openers and k + 1 < s.b and not tag[k + 1] & AUX
        return k + 1 if opened else k if form.infinitive and low[k] == "to" else None
    limit = min(s.b, k + ADDRESSEE)
    # "said the plan that …": a "that" further on belongs to the clause, unless an addressee or an adjunct comes first
    while k + 1 < limit and (
        (tag[k] & TIME and not tag[k] & PRON) or (low[k] in ("on", "late", "early") and tag[k + 1] & TIME)
    ):
        k += 1
    far = form.addressed or tag[k] & (PREP | ADV)
    for j in range(k, limit if far else min(limit, k + 1)):
        if tag[j] & QUOTE or word[j] in (".", ";", ":"):
            break
        if (
            low[j] in lexicon.clause_openers
            or (low[j] in lexicon.question_words and (j == k or form.addressed))
        ) and not (j > k and tag[j - 1] & PREP):
            return (
                j + 1
                if low[j] in lexicon.clause_openers and j + 1 < s.b and not tag[j + 1] & AUX
                else (j if low[j] not in lexicon.clause_openers else None)
            )
        if j > k + 1 and is_finite(tokens, j, k):
            break
        if low[j] == "to" and form.infinitive and (j == k or form.addressed):
            return k  # "asked workers to wait": the addressee is the clause's subject
        if word[j] == "," and j == k:
            return k + 2 if k + 2 < s.b and low[k + 1] in lexicon.clause_openers else None  # „sagte, dass …“
    telling = form.addressed
    if telling:
        j = k + 1  # "told reporters he would": the addressee is one word or a name
        while j < limit and tag[j] & CAP and tag[j - 1] & CAP:
            j += 1
        return (
            j
            if j < s.b and low[j] in ("he", "she", "they", "it", "we", "i", "the", "there", "his", "her")
            else None
        )
    if k >= s.b or (tag[k] & (QUOTE | PUNCT) and word[k] not in ("$",)):
        return None
    if tag[k] & PREP and not tag[k] & (CAP | COMP):
        return None
    if speech.frame == "infinitive" or (form.infinitive and not form.clause):
        return None  # "declined to confirm the figures", "pledged delegates"
    if tag[k] & PRON and low[k] not in ("him", "her", "them", "me", "us") and not form.object:
        return k
    if (form.clause and tag[k] & (DET | POSS | CAP)) or low[k] in (
        "each",
        "every",
        "there",
        "no",
    ):
        return k
    return k if _has_verb(tokens, k, s.b) else None


def _object_start(tokens: Tokens, speech: Speech, s: Sentence) -> int | None:
    """ "called for a ban", "accused Marsh of fraud": the object tells what was said."""
    form, k = speech.form, speech.cue_end
    if form is None or k >= s.b or speech.frame in ("infinitive", "noun") or form.form == "base":
        return None
    if tokens.low[k] in form.about and k + 1 < s.b and not tokens.tag[k + 1] & QUOTE:
        return k + 1
    if not form.object or tokens.tag[k] & (PREP | PUNCT | COMP | CONJ | QUOTE | TIME | ADV | AUX):
        return None
    return k


def _object_end(tokens: Tokens, start: int, s: Sentence, later: Sequence[Speech], lexicon: Lexicon) -> int:
    end = _clause_end(tokens, start, s, later, lexicon)
    for k in range(start + 1, end):
        if tokens.word[k] in (",", ";", ":", "—", "–", "-"):
            return k
        if tokens.tag[k] & CONJ and k + 1 < end and is_finite(tokens, k + 1, start):
            return k  # "called for a ban and left"
    return end


def _clause_end(tokens: Tokens, start: int, s: Sentence, later: Sequence[Speech], lexicon: Lexicon) -> int:
    """Up to the sentence's end, or to a later cue that takes over with the same or another subject."""
    for speech in later:
        if speech.strength != SPEECH or speech.a <= start:
            continue
        if speech.frame == "participle" and tokens.word[speech.a - 1] == ",":
            return speech.a - 1
        if speech.frame == "coordinated":
            return max(start, speech.cue - 1)
        if (
            speech.frame == "finite"
            and speech.a > s.a
            and tokens.tag[speech.a - 1] & CONJ
            and tokens.low[speech.a - 1] in ("and", "but")
        ):
            return speech.a - 1
    return _before_tail(tokens, start, s.b, lexicon)


def _before_tail(tokens: Tokens, start: int, end: int, lexicon: Lexicon) -> int:
    """Up to a comma behind which the reporter goes on alone (", while others …", "; …")."""
    for k in range(start + TAIL_AFTER, end - 1):
        if (
            tokens.word[k] == ";"
            or (tokens.word[k] in DASHES and tokens.start[k] > tokens.end(k - 1))
            or (tokens.word[k] == "," and tokens.low[k + 1] in lexicon.tails)
        ):
            return k
    return end
