"""Every name, pronoun and mention of one sentence gets its bearer, in the order of the text, and raises him or her."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

from copydesk.quote.coref import GENERATIONS, OTHER, POSSESSOR, SPOKE, SUBJECT, Bearer, Cast, Resolved
from copydesk.quote.lexicon import AUX, CAP, CONJ, CUE, OWNER, PREP, PUNCT, QUOTE, VERB
from copydesk.quote.mentions import Mention, NameRun
from copydesk.quote.tokens import Sentence, Tokens

NAME, POINTER, MENTION = range(3)
SHARED_GAP = 5  # tokens from "and" to the second name: "and the retired judge Odell"


def resolve_in_order(
    tokens: Tokens,
    cast: Cast,
    number: int,
    s: Sentence,
    names: Sequence[NameRun],
    mentions: Collection[Mention],
    speaking: set[int],
) -> dict[int, Resolved]:
    """The bearer of every mention of the sentence, by the mention's id, found left to right."""
    resolutions: dict[int, Resolved] = {}
    pointers = tokens.within(tokens.pointers, s.a, s.b)
    # Where it stands, its rank among what stands there, what it is.
    events: list[tuple[int, int, Any]] = [(run.a, NAME, run) for run in names]
    if mentions:
        events += [(m.name_start if m.name_start >= 0 else m.a, MENTION, m) for m in mentions]
    if pointers:
        events += [(k, POINTER, tokens.low[k]) for k in pointers]
    if len(events) > 1:
        events.sort(key=itemgetter(0, 1))
    heard: dict[int, Resolved] = {}
    people: list[tuple[NameRun, Bearer | None]] = []
    first = True
    for at, kind, what in events:
        if kind == NAME:
            people.append((what, _note_name(tokens, cast, what, number, s, opens=first)))
            first = False
        elif kind == POINTER:
            heard[at] = _note_pointer(cast, what, number, s)
            first = False
        else:
            resolved = heard.get(what.a) if what.kind == "pronoun" else None
            if resolved is None:
                resolved = cast.resolve(what, number, s.paragraph)
            resolutions[id(what)] = resolved
            if resolved.bearer:
                cast.note(resolved.bearer, SPOKE if id(what) in speaking else SUBJECT, number, s.paragraph)
    if len(people) > 1:
        _even_out(tokens, s, people)
    return resolutions


def _note_pointer(cast: Cast, word: str, number: int, s: Sentence) -> Resolved:
    """Whom "he" or "her" means, who is raised by it."""
    lexicon = cast.lexicon
    gender = lexicon.pronoun_gender.get(word) or lexicon.possessive_gender.get(word)
    resolved = cast.pronoun(gender, number, s.paragraph)
    if resolved.bearer:
        weight = SUBJECT if word in lexicon.subject_pronouns else POSSESSOR
        cast.note(resolved.bearer, weight, number, s.paragraph)
    return resolved


def _even_out(tokens: Tokens, s: Sentence, people: Sequence[tuple[NameRun, Bearer | None]]) -> None:
    """ "Odell, the mayor, and Marsh met": of two that share a subject none is likelier to be meant next."""
    for (left, one), (right, other) in pairwise(people):
        if one is None or other is None or one is other or not _share_subject(tokens, s, left, right):
            continue
        one.salience = other.salience = max(one.salience, other.salience)
        one.seen_at = other.seen_at = max(one.seen_at, other.seen_at)
        one.paragraph = other.paragraph = s.paragraph


def _share_subject(tokens: Tokens, s: Sentence, left: NameRun, right: NameRun) -> bool:
    """Does "and" join the two names, with at most titles before the second and a closed apposition behind the first?"""
    tag, word = tokens.tag, tokens.word
    nearest = range(right.a - 1, max(left.b, right.a - SHARED_GAP) - 1, -1)
    conj = next((k for k in nearest if tag[k] & CONJ), None)
    if conj is None or any(t & (PUNCT | VERB | CUE) for t in tag[conj : right.a]):
        return False
    if any(t & (AUX | VERB | CUE | QUOTE) and not t & CAP for t in tag[s.a : left.a]):
        return False
    if right.b < s.b and tag[right.b] & CUE and conj > left.b:
        return False  # "Odell, the mayor, left, and Marsh said": a clause of its own
    return conj == left.b or (word[left.b] == "," and word[conj - 1] == "," and conj - 1 > left.b)


def _note_name(
    tokens: Tokens, cast: Cast, run: NameRun, number: int, s: Sentence, *, opens: bool
) -> Bearer | None:
    """A name in the sentence, whoever it is, raises its bearer if the cast knows one."""
    size = run.b - run.a
    last = tokens.low[run.b - 1].strip(".")
    bearer: Bearer | None = None
    if size > 1:
        words = [low.strip(".") for low in tokens.low[run.a : run.b]]
        last = last if last not in GENERATIONS else words[-2]
        for first in words[:-1]:
            bearer = cast.by_full.get((first, last)) or bearer
    if bearer is not None:
        bearer.full_at = number
    elif last in cast.by_last and size <= 3:
        bearer = cast.named(tokens.word[run.b - 1], None, number, s.paragraph).bearer
    elif size == 1 and last in cast.by_first:
        bearer = cast.by_first[last][0]
    if bearer is None:
        return None
    before = tokens.tag[run.a - 1] if run.a > s.a else 0
    after = tokens.tag[run.b] if run.b < s.b else PUNCT
    if after & OWNER:
        weight = POSSESSOR
    elif not before & PREP and (
        opens
        or after & (AUX | VERB | CUE)
        or tokens.word[run.b : run.b + 1] == [","]
        or (run.b < s.b and tokens.low[run.b].endswith("ed"))
    ):
        weight = SUBJECT
    else:
        weight = OTHER
    cast.note(bearer, weight, number, s.paragraph)
    return bearer
