"""Which cue of a sentence governs a quoted stretch. Patterns only; who the mention is, `coref` decides."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.quote.clauses import Speech
from copydesk.quote.lexicon import (
    ADV,
    AUX,
    CAP,
    CONJ,
    CUE,
    DET,
    LINK,
    NUM,
    OWNER,
    PREP,
    PUNCT,
    QUOTE,
    SPEECH,
    SUFFIX,
    TIME,
    TITLE,
    VERB,
    Lexicon,
)
from copydesk.quote.mentions import Mention, read_mention
from copydesk.quote.subjects import DASHES, nearest_verb, sentence_subject, verb_subject
from copydesk.quote.tokens import Sentence, Tokens
from copydesk.records import record

HANDS_OVER = frozenset(",?!…—–-.")
BEHIND = frozenset(("finite", "inverted", "according", "as-put"))
SPEAKERS = frozenset(("person", "organisation", "group", "document", "role", "pronoun"))


@record
class Attribution:
    """Why a stretch is whose: the mention, the cue as printed, the pattern's id."""

    mention: Mention | None
    cue: str | None
    pattern: str
    speech: Speech | None = None


def attribute(
    tokens: Tokens,
    s: Sentence,
    speeches: Sequence[Speech],
    quotes: Sequence[int],
    joined: str,
    lexicon: Lexicon,
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
    if (
        after
        and after[0].frame in BEHIND
        and _hands_over(tokens, q, after[0], joined[span.end - 1 : span.end])
    ):
        speech = after[0]
        pattern = {"inverted": "quote-cue-speaker", "according": "according-to", "as-put": "as-put"}.get(
            speech.frame, "quote-speaker-cue"
        )
        if speech.strength == SPEECH or joined[span.end - 1] == ",":
            return _made(tokens, speech, pattern, joined)
    if not after or after[0].a > q + 4:
        dropped = _cue_alone(tokens, s, q, joined, lexicon)
        if dropped is not None:
            return dropped
    bare = _verb_behind(tokens, s, q, joined, lexicon)
    if bare is not None:
        return bare
    governing = _governing(before)
    trailing = next((x for x in after if x.frame in ("according", "as-put") or (
        x.strength == SPEECH and x.frame in ("finite", "inverted") and _closes_clause(tokens, x, s))), None)  # fmt: skip
    weak = (
        governing is not None
        and governing.strength != SPEECH
        and not (governing.form and governing.form.naming)
    )
    if governing is not None and not (weak and trailing is not None):
        return _made(tokens, governing, _before_pattern(tokens, governing, q), joined)
    if trailing is not None:
        return _made(
            tokens,
            trailing,
            "according-to" if trailing.frame == "according" else "clause-speaker-cue",
            joined,
        )
    if q == s.a or all(tokens.tag[k] & (PUNCT | QUOTE | CONJ) for k in range(s.a, q)):
        return None
    if tokens.word[q - 1] == ":":
        name = _name_before(tokens, s, q - 1, joined, lexicon)
        if name is not None:
            return Attribution(name, None, "name-colon")
    return _by_subject(tokens, s, q, joined, lexicon)


def _cue_alone(tokens: Tokens, s: Sentence, q: int, joined: str, lexicon: Lexicon) -> Attribution | None:
    """«El puente aguantará», afirmó.: the language drops its pronouns, and whoever spoke last goes on."""
    k = q + 1
    while lexicon.drops_pronouns and k < s.b and k < q + 4:
        form = lexicon.cues.get(tokens.low[k])
        if form is not None and form.strength == SPEECH:
            return Attribution(None, tokens.word[k], "quote-cue")
        if not (tokens.word[k] == "," or tokens.tag[k] & (AUX | ADV)):
            break
        k += 1
    return None


def _verb_behind(tokens: Tokens, s: Sentence, q: int, joined: str, lexicon: Lexicon) -> Attribution | None:
    """'"Well," Odell began.', '"The dam holds." — Dana Odell': a name behind the stretch, with any verb or a dash."""
    k = q + 1
    span = tokens.spans[q]
    if k < s.b and tokens.word[k] == ",":
        k += 1
    dash = k < s.b and tokens.word[k] in DASHES
    if dash:
        k += 1
    elif joined[span.end - 1] not in ",?!" and tokens.word[q + 1 : q + 2] != [","]:
        return None
    end = k
    while end < s.b and end - k < 6 and tokens.tag[end] & (CAP | LINK | SUFFIX | TITLE):
        end += 1
    if end == k:
        if (
            not dash
            and k + 1 < s.b
            and tokens.low[k] in lexicon.subject_pronouns
            and _plain_verb(tokens, k + 1, s.b)
        ):
            mention = read_mention(tokens, k, k + 1, joined, lexicon)
            return Attribution(mention, tokens.word[k + 1], "quote-speaker-verb") if mention else None
        return None if dash else _verb_then_name(tokens, s, k, joined, lexicon)
    closes = end >= s.b or tokens.word[end] in (".", ",", "(")
    if (dash and closes) or (not dash and _plain_verb(tokens, end, s.b)):
        mention = read_mention(tokens, k, end, joined, lexicon)
        if mention is not None and mention.kind in ("person", "organisation"):
            return Attribution(
                mention,
                None if dash else tokens.word[end],
                "quote-dash-speaker" if dash else "quote-speaker-verb",
            )
    return None


def _verb_then_name(tokens: Tokens, s: Sentence, k: int, joined: str, lexicon: Lexicon) -> Attribution | None:
    """'"Well," beamed Odell.', „Na also“, spöttelt er.: a verb of no list and whoever closes the clause."""
    if k + 1 >= s.b or tokens.tag[k] & ~(VERB | CUE) or not tokens.low[k].isalpha():
        return None
    end = k + 1
    if tokens.low[end] in lexicon.subject_pronouns:
        end += 1
    else:
        while end < s.b and end - k < 6 and tokens.tag[end] & (CAP | LINK | SUFFIX):
            end += 1
    if end == k + 1 or (end < s.b and tokens.word[end] not in (".", ",")):
        return None
    mention = read_mention(tokens, k + 1, end, joined, lexicon)
    if mention is None or mention.kind not in ("person", "pronoun"):
        return None
    return Attribution(mention, tokens.word[k], "quote-speaker-verb")


def _plain_verb(tokens: Tokens, k: int, b: int) -> bool:
    """A past form that ends the clause or leads to an adjunct: "began.", "continued, smiling", "mused to the crowd"."""
    if k >= b or not (tokens.low[k].endswith("ed") or tokens.tag[k] & VERB) or tokens.tag[k] & (CAP | AUX):
        return False
    return k + 1 >= b or bool(tokens.tag[k + 1] & (PUNCT | PREP | ADV | TIME | QUOTE))


def _hands_over(tokens: Tokens, q: int, speech: Speech, last: str) -> bool:
    """Nothing but a comma or dash stands between the stretch and the attribution behind it."""
    between = range(q + 1, speech.a)
    if any(
        not (
            tokens.word[k] in (",", "…", "...")
            or tokens.word[k] in DASHES
            or (tokens.tag[k] & ADV and tokens.tag[k] & CONJ == 0)
        )
        for k in between
    ):
        return False
    return (
        last in HANDS_OVER
        or any(tokens.word[k] in (",", "—", "–", "-") for k in between)
        or speech.frame == "inverted"
    )


def _governing(before: Sequence[Speech]) -> Speech | None:
    """Of the cues before a stretch the one that governs it: the nearest, but a clause of opinion inside reported speech
    ("Odell said the plan wanted "…"") leaves it to the reporting cue."""
    if not before:
        return None
    nearest = before[-1]
    if nearest.strength == SPEECH and nearest.subject and nearest.subject.kind in SPEAKERS:
        outer = next(
            (
                x
                for x in reversed(before[:-1])
                if x.strength == SPEECH and x.subject and x.subject.kind in SPEAKERS
            ),
            None,
        )
        if nearest.frame == "noun" and outer is not None and outer.frame == "finite":
            return outer  # "Odell said Marsh's comments on the dam were "a mess"": Odell judges them
        if outer is None or not (nearest.subject.gender == "thing" or nearest.subject.kind == "document"):
            return nearest
        return nearest if outer.subject is nearest.subject or outer.frame in ("according", "noun") else outer
    naming = nearest.form is not None and nearest.form.naming
    reporting = next(
        (
            x
            for x in reversed(before[:-1])
            if x.strength == SPEECH and x.subject and x.subject.kind in SPEAKERS
        ),
        None,
    )
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


def _by_subject(tokens: Tokens, s: Sentence, q: int, joined: str, lexicon: Lexicon) -> Attribution | None:
    """Quoted words without a cue: the subject of the verb before them is the likeliest source."""
    if any(tokens.low[k] in lexicon.reported_mood for k in range(max(s.a, q - 12), q)):
        return Attribution(None, None, "reported-mood")  # „Sie sei „klug““: whoever spoke last goes on
    mention = verb_subject(tokens, q, s, joined, lexicon) or sentence_subject(
        tokens, s, joined, lexicon, before=q
    )
    mention = mention or _opening_name(tokens, s, q, joined, lexicon)
    if mention is None or mention.kind not in SPEAKERS:
        return None
    return Attribution(mention, _own_verb(tokens, mention, s, q, joined), "subject")


def _own_verb(tokens: Tokens, mention: Mention, s: Sentence, q: int, joined: str) -> str | None:
    """The verb of this subject, with its auxiliary; where something stands between, the finite verb nearest to the words."""
    k = mention.b
    while k < q and tokens.tag[k] & ADV and not tokens.tag[k] & AUX:
        k += 1
    end = k
    while end < q and end - k < 3 and tokens.tag[end] & (AUX | ADV):
        end += 1
    if (
        end < q
        and tokens.word[k][:1].isalpha()
        and not tokens.tag[end] & (PUNCT | PREP | CONJ | DET | CAP | QUOTE | NUM)
    ):
        return tokens.text(k, end + 1, joined)
    verb = nearest_verb(tokens, q, s)
    return tokens.word[verb] if verb is not None else None


def _opening_name(tokens: Tokens, s: Sentence, q: int, joined: str, lexicon: Lexicon) -> Mention | None:
    """The name or pronoun that opens the sentence, where its verb is one that no list knows ("Odell admires …")."""
    end = s.a
    while end < q and tokens.tag[end] & (CAP | LINK) and end - s.a < 6:
        end += 1
    behind = end + 3 if tokens.word[end : end + 3 : 2] == ["(", ")"] else end  # "Dana Odell (48) admires …"
    if (
        end == s.a
        or tokens.tag[s.a] & (PREP | CONJ)
        or behind >= q
        or tokens.tag[behind] & (PUNCT | OWNER | PREP)
    ):
        return None
    mention = read_mention(tokens, s.a, end, joined, lexicon)
    return mention if mention and mention.kind in ("person", "pronoun", "organisation") else None


def _name_before(tokens: Tokens, s: Sentence, k: int, joined: str, lexicon: Lexicon) -> Mention | None:
    """The person whose name ends right before token k: "a view shared by the pollster Dana Odell: "…""."""
    start = k
    while start > s.a and tokens.tag[start - 1] & (CAP | LINK | SUFFIX) and k - start < 8:
        start -= 1
    mention = read_mention(tokens, start, k, joined, lexicon) if start < k else None
    return mention if mention is not None and mention.kind == "person" else None
