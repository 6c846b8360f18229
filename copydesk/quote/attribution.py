"""Which cue of a sentence governs a quoted stretch. Patterns only; who the mention is, `coref` decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.quote.clauses import DASHES, Speech, nearest_verb, sentence_subject, verb_subject
from copydesk.quote.lexicon import ADV, CAP, CONJ, OWNER, POSS, PUNCT, QUOTE, SPEECH, Lexicon
from copydesk.quote.mentions import Mention, read_mention
from copydesk.quote.tokens import Sentence, Tokens

HANDS_OVER = frozenset(",?!…—–-.")
SPEAKERS = frozenset(("person", "organisation", "group", "document", "role", "pronoun"))
# Frames that quote their subject even inside somebody else's reported clause: "Odell said Marsh called it "a mess"".
NAMING = frozenset(
    "call describe dismiss denounce label brand dub characterize characterise decry deride refer portray praise hail "
    "mock ridicule blast slam condemn criticize criticise tout term vow pledge promise".split()
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Why a stretch is whose: the mention, the cue as printed, the pattern's id."""

    mention: Mention | None
    cue: str | None
    pattern: str
    speech: Speech | None = None


def attribute(
    tokens: Tokens, s: Sentence, speeches: Sequence[Speech], quotes: Sequence[int], joined: str, lexicon: Lexicon
) -> dict[int, Attribution | None]:
    """For each quote token of the sentence its attribution; None where the sentence itself says nothing."""
    return {q: _attribute_one(tokens, s, speeches, q, joined, lexicon) for q in quotes}


def cue_text(tokens: Tokens, speech: Speech, joined: str) -> str:
    """The cue as printed."""
    return tokens.text(speech.cue, speech.cue_end, joined)


def _made(tokens: Tokens, speech: Speech, pattern: str, joined: str) -> Attribution:
    return Attribution(speech.subject, cue_text(tokens, speech, joined), pattern, speech)


def _attribute_one(
    tokens: Tokens, s: Sentence, speeches: Sequence[Speech], q: int, joined: str, lexicon: Lexicon
) -> Attribution | None:
    span = tokens.spans[q]
    before = [x for x in speeches if x.b <= q and x.subject is not None]
    after = [x for x in speeches if x.a > q and x.subject is not None]
    if after and _hands_over(tokens, q, after[0], joined[span.end - 1 : span.end]):
        speech = after[0]
        pattern = {"inverted": "quote-cue-speaker", "according": "according-to", "as-put": "as-put"}.get(speech.frame, "quote-speaker-cue")
        if speech.strength == SPEECH or joined[span.end - 1] == ",":
            return _made(tokens, speech, pattern, joined)
    owner = _possessor(tokens, q, s, joined, lexicon)
    governing = _governing(before)
    if governing is not None and not (owner and governing.strength != SPEECH):
        return _made(tokens, governing, _before_pattern(tokens, governing, q), joined)
    if owner:
        return Attribution(owner, None, "possessor")
    trailing = next((x for x in after if x.frame in ("according", "as-put") or (
        x.strength == SPEECH and x.frame in ("finite", "inverted") and _closes_clause(tokens, x, s))), None)  # fmt: skip
    if trailing is not None:
        return _made(tokens, trailing, "according-to" if trailing.frame == "according" else "clause-speaker-cue", joined)
    if q == s.a or all(tokens.tag[k] & (PUNCT | QUOTE | CONJ) for k in range(s.a, q)):
        return None
    return _by_subject(tokens, s, q, joined, lexicon)


def _hands_over(tokens: Tokens, q: int, speech: Speech, last: str) -> bool:
    """Nothing but a comma or dash stands between the stretch and the attribution behind it."""
    between = range(q + 1, speech.a)
    if any(not (tokens.word[k] in (",", "…", "...") or tokens.word[k] in DASHES or tokens.tag[k] & ADV and tokens.tag[k] & CONJ == 0) for k in between):
        return False
    return last in HANDS_OVER or any(tokens.word[k] in (",", "—", "–", "-") for k in between) or speech.frame == "inverted"


def _governing(before: Sequence[Speech]) -> Speech | None:
    """Of the cues before a stretch the one that governs it: the nearest, but a clause of opinion inside reported speech
    ("Odell said the plan wanted "…"") leaves it to the reporting cue."""
    if not before:
        return None
    nearest = before[-1]
    if nearest.strength == SPEECH and nearest.subject and nearest.subject.kind in SPEAKERS:
        return nearest
    naming = nearest.form is not None and nearest.form.base in NAMING
    reporting = next((x for x in reversed(before[:-1]) if x.strength == SPEECH and x.subject and x.subject.kind in SPEAKERS), None)
    if reporting is not None and not (naming and nearest.subject and nearest.subject.kind in SPEAKERS):
        return reporting
    if nearest.subject and nearest.subject.kind in SPEAKERS:
        return nearest
    return next((x for x in reversed(before) if x.subject and x.subject.kind in SPEAKERS), None)


def _before_pattern(tokens: Tokens, speech: Speech, q: int) -> str:
    if speech.frame in ("according", "as-put", "passive"):
        return {"according": "according-to", "as-put": "as-put"}.get(speech.frame, "passive-agent")
    between = tokens.word[speech.cue_end : q]
    if not between or between[-1] in (",", ":"):
        return "colon" if between and between[-1] == ":" else "speaker-cue-quote"
    return "speaker-cue-clause"


def _closes_clause(tokens: Tokens, speech: Speech, s: Sentence) -> bool:
    """A comma or a quote opens the attribution: "The plan is "dead," and will stay so, Odell said"."""
    if speech.a <= s.a:
        return False
    k = speech.a - 1
    return tokens.word[k] == "," or bool(tokens.tag[k] & QUOTE) or tokens.word[k] in DASHES


def _possessor(tokens: Tokens, q: int, s: Sentence, joined: str, lexicon: Lexicon) -> Mention | None:
    """ "Odell's "hard truth" speech", "his "hard truth"": the owner of the words."""
    k = q - 1
    while k > s.a and tokens.tag[k] & ADV and not tokens.tag[k] & OWNER:
        k -= 1
    if k > s.a and tokens.tag[k] & OWNER and tokens.tag[k - 1] & CAP:
        start = k - 1
        while start > s.a and tokens.tag[start - 1] & CAP and k - start < 6:
            start -= 1
        return read_mention(tokens, start, k, joined, lexicon)
    if k >= s.a and tokens.low[k] in ("his", "her", "their") and tokens.tag[k] & POSS:
        gender = {"his": "male", "her": "female", "their": "plural"}[tokens.low[k]]
        return Mention("pronoun", tokens.word[k], k, k + 1, head=tokens.low[k], gender=gender, plural=gender == "plural")
    return None


def _by_subject(tokens: Tokens, s: Sentence, q: int, joined: str, lexicon: Lexicon) -> Attribution | None:
    """Quoted words without a cue: the subject of the verb before them is the likeliest source."""
    mention = verb_subject(tokens, q, s, joined, lexicon) or sentence_subject(tokens, s, joined, lexicon, before=q)
    if mention is None or mention.kind not in SPEAKERS:
        return None
    verb = nearest_verb(tokens, q, s)
    return Attribution(mention, tokens.word[verb] if verb is not None else None, "subject")
