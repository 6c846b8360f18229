"""Who does what in a sentence: each cue with its subject, found by walking over tokens, without a parser.

A `Speech` is a cue with the mention that governs it and the side on which the words lie.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from copydesk.quote.lexicon import (
    ADV,
    AUX,
    BE,
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
    SPEECH,
    SUBORD,
    TIME,
    TITLE,
    Form,
    Lexicon,
)  # fmt: skip
from copydesk.quote.mentions import Mention, read_mention
from copydesk.quote.subjects import (
    name_in_apposition,
    sentence_subject,
    skip_left,
    subject_after,
    subject_before,
    verb_subject,
)
from copydesk.quote.tokens import Sentence, Tokens
from copydesk.records import record

Frame = Literal[
    "finite",
    "inverted",
    "participle",
    "coordinated",
    "infinitive",
    "passive",
    "according",
    "as-put",
    "noun",
    "relative",
]

STAND_ALONE = frozenset(
    ("all", "both", "that", "many", "most", "some", "one", "another", "few", "each", "two")
)


@record
class Speech:
    """A cue in a sentence."""

    cue: int  # token
    cue_end: int
    a: int  # whole attribution phrase, subject and cue
    b: int
    frame: Frame
    strength: str
    subject: Mention | None  # None: not to be read from the sentence
    apposition: tuple[int, int] | None = None  # tokens between subject and cue: ", the spokesman,"
    form: Form | None = None


def find_speeches(tokens: Tokens, s: Sentence, joined: str, lexicon: Lexicon) -> list[Speech]:
    """All cues of the sentence with their subjects, in order."""
    found: list[Speech] = []
    tag, low = tokens.tag, tokens.low
    for k in tokens.within(tokens.cues, s.a, s.b):
        t = tag[k]
        if t & CUE and not (t & CAP and k > s.a and not tag[k - 1] & QUOTE):
            speech = _read_cue(tokens, k, s, joined, lexicon, found)
            if speech:
                found.append(speech)
        elif t & (PREP | SUBORD | ADV | NOTNAME):
            for phrase in lexicon.according:
                if low[k] == phrase[0] and tuple(low[k : k + len(phrase)]) == phrase:
                    speech = _according(tokens, k, k + len(phrase), s, joined, lexicon)
                    if speech:
                        found.append(speech)
                    break
    return found


def _according(
    tokens: Tokens, k: int, after: int, s: Sentence, joined: str, lexicon: Lexicon
) -> Speech | None:
    if after - k == 1 and not (k == s.a or tokens.word[k - 1] == ","):
        return None
    end = after
    while (
        end < s.b
        and end - after < 24
        and tokens.word[end] not in (",", ".", ";", ":", "—", "–", "(")
        and not tokens.tag[end] & QUOTE
    ):
        t = tokens.tag[end]
        if end > after and t & (REL | COMP | AUX) and not t & CAP:
            break  # "Laut Odell ist niemand verletzt": the verb opens the report
        end += 1
    mention = read_mention(tokens, after, end, joined, lexicon)
    return Speech(k, after, k, end, "according", SPEECH, mention) if mention else None


def _read_cue(
    tokens: Tokens, k: int, s: Sentence, joined: str, lexicon: Lexicon, earlier: list[Speech]
) -> Speech | None:
    """The cue at token k with its subject; None where the word is no verb here, or nobody is its subject."""
    tag, word, low = tokens.tag, tokens.word, tokens.low
    form = lexicon.cues[low[k]]
    if form.needs and not (k + 1 < s.b and low[k + 1] in form.needs):
        return None
    end = k + (2 if form.needs else 1)
    before = tag[k - 1] if k > s.a else 0
    shape = form.form

    def speech(frame: Frame, found: tuple[Mention, int, tuple[int, int] | None]) -> Speech:
        if found[0].kind == "other" and form.strength == SPEECH and low[found[0].a] in ("a", "an", "another"):
            found = as_person(found[0], tokens, joined), found[1], found[2]
        start = found[1] - 1 if word[found[1]].startswith("-") else found[1]  # « … », a-t-il dit
        return Speech(k, end, min(start, k), end, frame, form.strength, found[0], found[2], form)

    left = k - 1
    while left > s.a and tag[left] & AUX and not tag[left] & CAP:
        left -= 1  # « … », a déclaré Odell
    if left < k - 1 and low[k - 1].startswith("-"):
        left = k - 1
    after_quote = left >= s.a and (
        bool(tag[left] & QUOTE)
        or (word[left] in (",", "—", "–", "-") and left > s.a and bool(tag[left - 1] & QUOTE))
    )
    if (
        (after_quote or k == s.a or word[k - 1] == ",")
        and shape in ("past", "present")
        and form.strength == SPEECH
    ):
        inverted = subject_after(tokens, k + 1, s.b, joined, lexicon) if form.base != "tell" else None
        if inverted and (
            after_quote or inverted[0].kind in ("person", "pronoun") or k == s.a or tag[k + 1] & (DET | CAP)
        ):
            close = (
                inverted[1] >= s.b or word[inverted[1]] in (".", ",", ";", ":", "—", "–", "(") or after_quote
            )
            if close and (after_quote or inverted[0].kind != "other"):
                if inverted[0].kind == "other" and low[inverted[0].a] in ("a", "an", "another"):
                    inverted = as_person(inverted[0], tokens, joined), inverted[1]
                behind = _apposition_after(tokens, inverted[1], s.b)
                named = name_in_apposition(tokens, inverted[0], *behind, joined, lexicon) if behind else None
                whose = _nobody(inverted[0]) if low[k] in lexicon.impersonal else inverted[0]
                return Speech(
                    k,
                    end,
                    left + 1,
                    inverted[1],
                    "inverted",
                    form.strength,
                    named or whose,
                    behind,
                    form,
                )
    if shape == "participle":
        if before & BE or (before & ADV and k - 2 >= s.a and tag[k - 2] & BE):
            shape = "past"
        elif (before & (DET | POSS | OWNER) and not before & PRON) or (
            before & PREP
            and low[k - 1] not in ("by", "in", "after", "before", "while", "as", "without", "for")
        ):
            return None
        else:
            subject = _controller(tokens, k, s, joined, lexicon, earlier)
            return (
                Speech(k, end, k, end, "participle", form.strength, subject, None, form) if subject else None
            )
    if shape in ("past", "perfect"):
        helper = next(
            (j for j in range(k - 1, max(s.a, k - 4) - 1, -1) if not tag[j] & ADV or tag[j] & AUX), None
        )
        if helper is not None and tag[helper] & BE and low[k] != "going" and form.form != "participle":
            return _passive(tokens, k, end, s, joined, lexicon, form)
        if (
            helper is not None
            and helper == k - 1
            and tag[helper] & (DET | POSS | OWNER | PREP)
            and not tag[helper] & (PRON | CAP | AUX | REL)
            and not (tag[helper] & DET and low[helper] in STAND_ALONE)
        ):
            return None  # "the proposed ban", "his stated goal"
        if shape == "perfect" and not (helper is not None and tag[helper] & AUX):
            return None
    if before & POSS and low[k] in lexicon.nouns and low[k - 1] in lexicon.possessive_gender:
        gender = lexicon.possessive_gender[low[k - 1]]
        whose = Mention(
            "pronoun", word[k - 1], k - 1, k, head=low[k - 1], gender=gender, plural=gender == "plural"
        )
        return Speech(k, end, k - 1, end, "noun", SPEECH, whose, None, form)
    if before & OWNER and low[k] in lexicon.nouns and k - 2 >= s.a:
        start = k - 2
        while start > s.a and tag[start - 1] & (CAP | TITLE) and tag[start] & CAP:
            start -= 1
        if start > s.a and not tag[start] & CAP and tag[start - 1] & (DET | POSS):
            start -= 1
        owner = read_mention(tokens, start, k - 1, joined, lexicon)
        return Speech(k, end, start, end, "noun", SPEECH, owner, None, form) if owner else None
    if shape == "base":
        helper = next(
            (j for j in range(k - 1, max(s.a, k - 4) - 1, -1) if not tag[j] & ADV or tag[j] & MODAL), None
        )
        if helper is None:
            return None
        if low[helper] == "to":
            subject = _controller(tokens, helper, s, joined, lexicon, earlier)
            return (
                Speech(k, end, helper, end, "infinitive", form.strength, subject, None, form)
                if subject
                else None
            )
        if not tag[helper] & MODAL:
            plural = tag[helper] & (PRON | PERSONS | NUM) or (
                low[helper].endswith("s")
                and not tag[helper] & (DET | POSS | OWNER | (0 if helper == s.a else CAP))
            )
            if word[helper] == ",":
                apart = subject_before(tokens, helper, s.a, joined, lexicon)
                plural = apart is not None and (apart[0].plural or apart[0].head.endswith("s"))
            if not plural or (tag[helper] & (POSS | DET) and not tag[helper] & PRON):
                return None
            if tag[helper] & PRON and low[helper] in ("he", "she", "it", "him", "her"):
                return None
    if shape == "present":
        if (before & (DET | POSS | PREP | OWNER | NUM) and not before & (PRON | CAP | REL)) or k == s.a:
            return None
        if tag[k] & (DOC | PERSONS | GROUP | ROLE) and not before & (CAP | PRON | ROLE | REL | ADV):
            return None
        known = before & (CAP | PRON | ROLE | GROUP | DOC | REL | ADV | TIME | AUX | CONJ | PUNCT)
        if before & PERSONS or not (known or form.clause or lexicon.language != "en"):
            return None  # "five swing states": a plural noun, not a verb
    # An "as": "as Odell put it"
    left = skip_left(tokens, k - 1, s.a)
    if left >= s.a and (tag[left] & CONJ or (word[left] == "," and left > s.a and tag[left - 1] & CONJ)):
        if shape in ("present", "base") and not any(x.form and x.form.form == shape for x in earlier[-3:]):
            return None  # "criticism and claims": a noun, unless the verb it would continue has the same form
        subject = _controller(tokens, left, s, joined, lexicon, earlier)
        return Speech(k, end, k, end, "coordinated", form.strength, subject, None, form) if subject else None
    if left >= s.a and tag[left] & REL and low[left] != "that":
        stop = left - 1 if left - 1 >= s.a and word[left - 1] == "," else left
        found = subject_before(tokens, stop - 1 if stop != left else left - 1, s.a, joined, lexicon)
        found = _antecedent(tokens, found, joined, lexicon) if found else None
        if found and found[0].kind == "other" and low[left] == "who":
            found = (
                replace(found[0], kind="role", role=None),
                found[1],
                found[2],
            )  # whom a "who" takes up is a person
        if found and found[0].kind != "other":
            return Speech(k, end, found[1], end, "relative", form.strength, found[0], None, form)
        return None
    found = subject_before(tokens, left, s.a, joined, lexicon)
    if found is None and lexicon.nouns_capitalised and shape in ("past", "present"):
        second = subject_after(tokens, k + 1, s.b, joined, lexicon)  # „Inzwischen teilte die Stadt mit“
        if second and second[0].kind != "other" and not _is_dative(tokens, second[0], lexicon):
            whose = _nobody(second[0]) if low[k] in lexicon.impersonal else second[0]
            return Speech(k, end, k, second[1], "finite", form.strength, whose, None, form)
    if found is None:
        if left >= s.a and word[left] == ",":
            subject = _controller(tokens, left, s, joined, lexicon, earlier)
            if subject:
                return Speech(k, end, k, end, "coordinated", form.strength, subject, None, form)
        return None
    start = found[1]
    if (
        start > s.a
        and low[start - 1] == "as"
        and low[k] in lexicon.as_verbs
        and not (end < s.b and low[end] in ("that",))
    ):
        stop = end + 1 if end < s.b and low[end] == "it" else end
        return Speech(k, stop, start - 1, stop, "as-put", form.strength, found[0], found[2], form)
    return speech("finite", found)


def _is_dative(tokens: Tokens, mention: Mention, lexicon: Lexicon) -> bool:
    """„sagte … der Kleinen Abendpost“, „dem Sender“: whom somebody tells something; "der" also opens subjects."""
    first = tokens.low[mention.a]
    if first not in lexicon.dative_articles:
        return False
    return (
        first not in lexicon.subject_articles
        or tokens.low[mention.a + 1].endswith("en")
        or tokens.low[mention.b - 1].endswith(lexicon.feminine_endings)
    )


def _nobody(mention: Mention) -> Mention:
    """The "es" of „heißt es“ takes up nothing."""
    return replace(mention, gender=None, plural=False) if mention.kind == "pronoun" else mention


def as_person(mention: Mention, tokens: Tokens, joined: str) -> Mention:
    """ "a roofer said": what speaks behind an indefinite article is taken for a person, its words for a role."""
    return replace(mention, kind="role", role=tokens.text(mention.a + 1, mention.b, joined))


def _antecedent(
    tokens: Tokens, found: tuple[Mention, int, tuple[int, int] | None], joined: str, lexicon: Lexicon
) -> tuple[Mention, int, tuple[int, int] | None]:
    """ "a lecture from the president, who said": "who" takes up the last person of the phrase."""
    mention = found[0]
    for k in range(mention.b - 1, mention.a, -1):
        if tokens.tag[k] & PREP and not tokens.tag[k] & CAP:
            inner = read_mention(tokens, k + 1, mention.b, joined, lexicon)
            if inner is not None and inner.kind in ("person", "role", "group") and mention.kind != inner.kind:
                return inner, k + 1, None
            break
    return found


def _apposition_after(tokens: Tokens, k: int, b: int) -> tuple[int, int] | None:
    if k < b and tokens.word[k] == "(":
        while k < b and tokens.word[k] != ")":
            k += 1
        k += 1
    if k >= b or tokens.word[k] not in (",", "—", "–"):
        return None
    end = k + 1
    while end < b and tokens.word[end] not in (",", ".", ";", "—", "–") and not tokens.tag[end] & QUOTE:
        end += 1
    return (k + 1, end)


def _passive(
    tokens: Tokens, k: int, end: int, s: Sentence, joined: str, lexicon: Lexicon, form: Form
) -> Speech | None:
    """ "was described by Odell as "a …"": the agent speaks."""
    for j in range(end, min(s.b, end + 6)):
        if tokens.low[j] == "by":
            found = subject_after(tokens, j + 1, s.b, joined, lexicon)
            return (
                Speech(k, end, k, found[1], "passive", form.strength, found[0], None, form) if found else None
            )
        if tokens.tag[j] & (PUNCT | QUOTE):
            break
    return None


def _controller(
    tokens: Tokens, k: int, s: Sentence, joined: str, lexicon: Lexicon, earlier: list[Speech]
) -> Mention | None:
    """Who governs a verb form without a subject of its own ("…, adding that", "and said"): the clause before it."""
    for speech in reversed(earlier[-6:]):
        if speech.subject is not None and speech.frame not in ("according", "as-put") and k - speech.cue < 60:
            return speech.subject
    return verb_subject(tokens, k, s, joined, lexicon) or sentence_subject(
        tokens, s, joined, lexicon, before=k
    )
