"""The subject of a verb, found by walking over tokens to its left or right; no parser, no model.

A subject is read back from the verb to the edge of its noun phrase; appositions, bracketed affiliations, relative
clauses and adjuncts between the two are stepped over.
"""

from __future__ import annotations

from dataclasses import replace

from copydesk.quote.lexicon import (
    ADV,
    AUX,
    CAP,
    COMP,
    CONJ,
    CUE,
    DET,
    DOC,
    GROUP,
    MODAL,
    NOTNAME,
    NUM,
    OWNER,
    PERSONS,
    POSS,
    PREP,
    PRON,
    PUNCT,
    QUOTE,
    REL,
    ROLE,
    SUBORD,
    SUFFIX,
    TIME,
    TITLE,
    VERB,
    Lexicon,
)  # fmt: skip
from copydesk.quote.mentions import Mention, read_mention
from copydesk.quote.readings import ED_LENGTH
from copydesk.quote.tokens import Sentence, Tokens

DASHES = frozenset(("—", "–", "--", "-", "―"))
NOMINAL = DET | POSS | PRON | CAP | NUM
NOUN = ROLE | PERSONS | GROUP | DOC | CAP
BEFORE_NOUN = DET | POSS | PREP | OWNER
BEFORE_VERB = ADV | AUX | MODAL | TIME
BEFORE_PARTICIPLE = BEFORE_NOUN | AUX | ADV
FULL_VERB = VERB | CUE
CLAUSE_OPENS = QUOTE | COMP | SUBORD
MAX_SUBJECT = 28  # tokens between a subject's start and its verb, appositions included


def skip_left(tokens: Tokens, k: int, a: int) -> int:
    """Past adverbs, auxiliaries and days between a subject and its verb; k is the token left of the verb."""
    tag = tokens.tag
    while k >= a and tag[k] & BEFORE_VERB and not (tag[k] & (PRON | CAP) and not tag[k] & TIME):
        if tokens.low[k] == "to" or (tag[k] & TIME and tag[k] & PRON):
            break
        k -= 1
    while k > a and tag[k] & PREP and tokens.low[k] == "on" and tag[k + 1] & TIME:
        k -= 1
    return k


def is_finite(tokens: Tokens, k: int, a: int) -> bool:
    """Is token k a finite verb? Auxiliaries, known forms, and words in -ed that no determiner or preposition precedes."""
    t = tokens.tag[k]
    if t & AUX and not t & CAP:
        return True
    if t & CAP:
        return False
    before = tokens.tag[k - 1] if k > a else PUNCT
    if t & FULL_VERB and not tokens.low[k].endswith("ing"):
        return not before & BEFORE_NOUN and tokens.low[k - 1 if k > a else k] != "to"
    low = tokens.low[k]
    return low.endswith("ed") and len(low) >= ED_LENGTH and not before & BEFORE_PARTICIPLE


def subject_before(
    tokens: Tokens, k: int, a: int, joined: str, lexicon: Lexicon
) -> tuple[Mention, int, tuple[int, int] | None] | None:
    """The subject that ends at token k or, behind an apposition, before it: mention, its start, the apposition."""
    tag, word, _low = tokens.tag, tokens.word, tokens.low
    if k < a:
        return None
    apposition: tuple[int, int] | None = None
    end = k + 1
    for _ in range(4):
        if k < a or end - 1 < a:
            return None
        if word[end - 1] == ")":
            left = end - 2
            while left > a and word[left] != "(" and end - left < 9:
                left -= 1
            if word[left] == "(" and left > a:
                inner = left - 1
                if word[inner] != ",":
                    start = _phrase_start(tokens, inner, a, lexicon)
                    mention = read_mention(tokens, start, inner + 1, joined, lexicon)
                    if mention:
                        return mention, start, None
                end = inner + 1
                continue
            return None
        if word[end - 1] == "," or word[end - 1] in DASHES:
            closing = word[end - 1]
            left = end - 2
            while (
                left > a
                and k - left < MAX_SUBJECT
                and not (word[left] == "," if closing == "," else word[left] in DASHES)
                and not _stands_apart(tokens, left)
            ):
                left -= 1
            if left <= a or tag[left] & QUOTE or k - left >= MAX_SUBJECT:
                return None
            if word[left - 1] == ")" or (left - 1 >= a and word[left - 1] != ","):
                start = _phrase_start(
                    tokens,
                    left - 1 if word[left - 1] != ")" else _bracket(tokens, left - 1, a) - 1,
                    a,
                    lexicon,
                )
                mention = read_mention(tokens, start, left, joined, lexicon)
                if mention and mention.kind != "other" and _clean_start(tokens, start, a):
                    outer = _before_apposition(tokens, mention, start, a, joined, lexicon)
                    if outer is not None:
                        return outer[0], outer[1], (start, end - 1)
                    named = name_in_apposition(tokens, mention, left + 1, end - 1, joined, lexicon)
                    return named or mention, start, (left + 1, end - 1)
            apposition = (left + 1, end - 1)
            end = left + 1
            continue
        start = _phrase_start(tokens, end - 1, a, lexicon)
        mention = read_mention(tokens, start, end, joined, lexicon)
        return (mention, start, apposition) if mention else None
    return None


def _stands_apart(tokens: Tokens, k: int) -> bool:
    """Is token k a stretch that no word leads to? 'founder of the party "New Dawn"' has one inside its phrase."""
    return bool(tokens.tag[k] & QUOTE) and (k == 0 or bool(tokens.tag[k - 1] & (PUNCT | QUOTE)))


def _before_apposition(
    tokens: Tokens, mention: Mention, start: int, a: int, joined: str, lexicon: Lexicon
) -> tuple[Mention, int] | None:
    """ "Dana Odell, a farmer who came along, a Velmoran, said": what reads like a subject may itself stand behind a name."""
    for _ in range(2):
        if mention.kind in ("person", "pronoun") or start - 2 < a or tokens.word[start - 1] != ",":
            return None
        before = _phrase_start(tokens, start - 2, a, lexicon)
        outer = read_mention(tokens, before, start - 1, joined, lexicon)
        if outer is not None and outer.kind == "person" and _clean_start(tokens, before, a):
            return outer, before
        if outer is None:
            return None
        mention, start = outer, before
    return None


def name_in_apposition(
    tokens: Tokens, mention: Mention, a: int, b: int, joined: str, lexicon: Lexicon
) -> Mention | None:
    """ "her spokesman, Dana Odell, said": the name in the apposition, with what stands before it as the role."""
    if mention.kind not in ("role", "group") or not tokens.tag[a] & CAP or b - a > 6:
        return None
    name = read_mention(tokens, a, b, joined, lexicon)
    if mention.kind == "group":
        return name if name is not None and name.kind == "group" and name.b - name.a > 2 else None
    if name is None or name.kind != "person":
        return None
    return replace(name, role=name.role or mention.role, gender=name.gender or mention.gender)


def _bracket(tokens: Tokens, k: int, a: int) -> int:
    left = k
    while left > a and tokens.word[left] != "(" and k - left < 9:
        left -= 1
    return left


def _clean_start(tokens: Tokens, start: int, a: int) -> bool:
    """Nothing of an open phrase stands right before: the mention is no object of a preposition."""
    return (
        start <= a or not tokens.tag[start - 1] & (PREP | OWNER | DET) or bool(tokens.tag[start - 1] & SUBORD)
    )


def _phrase_start(tokens: Tokens, k: int, a: int, lexicon: Lexicon) -> int:
    """First token of the noun phrase that ends at k: back to a comma, a verb, a conjunction or a clause's opener."""
    tag, word = tokens.tag, tokens.word
    start = k + 1
    limit = max(a, k - MAX_SUBJECT)
    j = k
    while j >= limit:
        t = tag[j]
        if t & CLAUSE_OPENS and not (t & CAP and j < k and not t & QUOTE and j > a):
            if t & SUBORD and t & PREP and not t & COMP and _np_to_left(tokens, j, limit):
                j -= 1
                continue
            if (
                t & REL
                and j > limit
                and _np_to_left(tokens, j, limit)
                and start <= k
                and is_finite(tokens, j + 1, a)
            ):
                j -= 1
                continue
            break
        if t & PUNCT and word[j] not in ("&", "'", "’", "%", "$", "#", "/", "-", "."):
            if word[j] == ")":
                j = _bracket(tokens, j, limit) - 1
                continue
            if not (word[j] == "," and j + 1 <= k and tokens.low[j + 1] in ("jr", "jr.", "sr.", "iii", "ii")):
                break
        if t & CONJ and not t & CAP:
            both = (
                j < k
                and j > limit
                and tag[j + 1] & (CAP | DET | ROLE | PERSONS)
                and (tag[j - 1] & (CAP | PERSONS | ROLE))
                and not _verb_in(tokens, limit, j, a)
            )
            if not both:
                break
        if not t & NOUN and is_finite(tokens, j, a):
            rel = next(
                (
                    r
                    for r in range(j - 1, max(limit, j - 5), -1)
                    if tag[r] & REL and tokens.low[r] not in ("that",)
                ),
                None,
            )
            if rel is not None and _np_to_left(tokens, rel, limit) and start <= k:
                j = rel - 1
                start = min(start, rel)
                continue
            if (
                start <= k
                and tag[start] & PREP
                and not t & AUX
                and j > limit
                and tag[j - 1] & (PERSONS | GROUP | ROLE | DOC)
            ):
                j -= 1  # "officials briefed on the matter"
                continue
            break
        start = j
        j -= 1
    return _drop_adjuncts(tokens, start, k + 1)


def _np_to_left(tokens: Tokens, j: int, limit: int) -> bool:
    return j - 1 >= limit and bool(tokens.tag[j - 1] & NOUN)


def _verb_in(tokens: Tokens, a: int, b: int, first: int) -> bool:
    return any(is_finite(tokens, j, first) for j in tokens.within(tokens.verbs, a, b))


def _drop_adjuncts(tokens: Tokens, start: int, end: int) -> int:
    """Leading "On Thursday", "In a statement": a phrase that opens with a preposition gives way to a name after it."""
    tag = tokens.tag
    while (
        start < end
        and tag[start] & (PREP | TIME | ADV | CONJ)
        and not tag[start] & (CAP & 0)
        and start + 1 < end
    ):
        if tag[start] & PREP:
            # The adjunct ends where a name or determiner follows a plain noun or a day
            j = start + 1
            while j < end and not (
                j > start + 1
                and tag[j] & (CAP | DET | PRON | POSS)
                and not tag[j - 1] & (PREP | DET | POSS | TITLE | ROLE | OWNER | CONJ)
                and not (tag[j - 1] & CAP and tag[j] & CAP and not tag[j - 1] & TIME)
            ):
                j += 1
            if j >= end:
                return start
            start = j
            continue
        if tag[start] & CAP and not tag[start] & (TIME | NOTNAME):
            break
        start += 1
    return start


def subject_after(
    tokens: Tokens, k: int, b: int, joined: str, lexicon: Lexicon
) -> tuple[Mention, int] | None:
    """The subject that follows an inverted cue ("said Dana Odell, the mayor"); mention and where it ends."""
    tag, word = tokens.tag, tokens.word
    while k < b and tag[k] & ADV and not tag[k] & (CAP | DET):
        k += 1
    if k >= b or (tag[k] & PREP and not tag[k] & CAP) or tag[k] & (PUNCT | QUOTE | AUX | CONJ):
        return None
    if not tag[k] & (NOMINAL | ROLE | PERSONS | GROUP | DOC | TITLE) and not _adjectives(tokens, k, b):
        return None
    if (tag[k] & TIME and not tag[k] & PRON) or tokens.low[k] in ("that", "it's", "there"):
        return None
    end = k
    while end < b and end - k < MAX_SUBJECT:
        t = tag[end]
        if (
            t & (QUOTE | SUBORD | COMP | REL)
            and not t & CAP
            and not (t & PREP and t & SUBORD and tokens.low[end] == "as")
        ):
            break
        if t & PUNCT and word[end] not in ("&", "'", "’", "(", "-", "/"):
            suffixed = word[end] == "," and end + 1 < b and tag[end + 1] & SUFFIX  # "Dana Odell, Jr."
            if not suffixed:
                break
        if word[end] == "(":
            break
        if end > k and t & PREP and not t & CAP and (
            tag[end - 1] & TIME or (tag[end - 1] & CAP and not tag[k] & DET and tokens.low[end] not in lexicon.organisation_links)
            or tokens.low[end] in ("in", "on", "at", "during", "after", "before", "as", "about", "when", "while", "by")
        ):  # fmt: skip
            break
        if end > k and t & TIME and not t & TITLE and tokens.low[end] not in ("may", "march", "sun", "fall"):
            break
        if (end > k and t & PRON and not t & CAP) or (end > k and t & (AUX) and not t & CAP):
            break
        if end > k and t & DET and not tag[end - 1] & (PREP | CONJ | OWNER) and not t & CAP:
            break
        end += 1
    mention = read_mention(tokens, k, end, joined, lexicon)
    return (mention, end) if mention else None


def _adjectives(tokens: Tokens, k: int, b: int) -> bool:
    """ "former", "longtime Velmoran": words that lead to a role or a name within a few tokens."""
    for j in range(k, min(b, k + 6)):
        t = tokens.tag[j]
        if t & (PUNCT | QUOTE | PREP | AUX | CONJ | COMP | DET) and not t & CAP:
            return False
        if t & (CAP | ROLE | PERSONS | TITLE | GROUP):
            return True
    return False


def sentence_subject(
    tokens: Tokens, s: Sentence, joined: str, lexicon: Lexicon, before: int | None = None
) -> Mention | None:
    """The subject of the sentence's main clause: what stands before its first finite verb, openers left aside."""
    tag, word = tokens.tag, tokens.word
    k, stop = s.a, s.b if before is None else before
    if (k < stop and tag[k] & (SUBORD | PREP) and not (tag[k] & CAP and tag[k] & (0))) or (
        k < stop and tokens.low[k].endswith(("ing", "ed")) and len(tokens.low[k]) > 4
    ):
        comma = next((j for j in range(k, min(stop, k + 30)) if word[j] == ","), None)
        if comma is not None and comma + 1 < stop:
            k = comma + 1
    for j in tokens.within(tokens.verbs, k + 1, min(stop, k + 40)):
        if is_finite(tokens, j, k) and not tag[j - 1] & (REL):
            if tag[j] & QUOTE or any(t & REL for t in tag[max(k, j - 3) : j]):
                continue
            left = skip_left(tokens, j - 1, k)
            found = subject_before(tokens, left, k, joined, lexicon)
            if found and found[0].kind != "other":
                return found[0]
            if found and tag[j] & (AUX | CUE | VERB):
                return found[0]
    return None


def verb_subject(tokens: Tokens, k: int, s: Sentence, joined: str, lexicon: Lexicon) -> Mention | None:
    """The subject of the nearest finite verb left of token k that has one which may speak."""
    verb = nearest_verb(tokens, k, s)
    for _ in range(4):
        if verb is None:
            break
        left = skip_left(tokens, verb - 1, s.a)
        if left >= s.a and not tokens.tag[left] & (CONJ | REL | COMP):
            found = subject_before(tokens, left, s.a, joined, lexicon)
            if found and found[0].kind not in ("other",):
                return found[0]
        verb = nearest_verb(tokens, verb, s)
    return None


def nearest_verb(tokens: Tokens, k: int, s: Sentence) -> int | None:
    """The finite verb nearest on the left of token k."""
    for j in reversed(tokens.within(tokens.verbs, max(s.a, k - 40), k)):
        if is_finite(tokens, j, s.a):
            return j
    return None
