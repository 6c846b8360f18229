"""Who said what: quoted stretches and reported clauses of one article, with speaker, role and cue.

`quote` is the one verb. In the order of work: `marks` and `spans` find quoted stretches, `readings` and `tokens` cut the
reporter's own words into sentences, `mentions` and `clauses` find who does what, `attribution` and `indirect` tie words to cues,
`coref` and `bearers` know who is meant, `terms` sets aside what nobody utters, `utterances` walks the article with all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from copydesk.grammar.dateline import read_dateline
from copydesk.quote.coref import Cast
from copydesk.quote.lexicon import read_lexicon
from copydesk.quote.marks import language_key, read_marks
from copydesk.quote.mentions import name_runs
from copydesk.quote.spans import Span, find_spans
from copydesk.quote.tokens import Sentence, Tokens, tokenise
from copydesk.quote.utterances import walk
from copydesk.records import Quote

__all__ = ["quote"]

IDEOGRAPHS, LONG = "\u2e80", 10
WHOLE = frozenset(",.?!…。？！，")  # marks inside a stretch that stands as a sentence of its own


def quote(
    paragraphs: Sequence[str],
    *,
    language: str | None,
    context: Sequence[str] = (),
    roles: Sequence[str] | None = None,
) -> tuple[Quote, ...]:
    """Every quoted stretch and reported clause of an article, in the order of its text.

    `paragraphs` are the body's; offsets count in "\\n\\n".join(paragraphs). `context` (headline, dek, captions) only tells
    full names and roles and is never quoted from. `roles` are the paragraphs' roles: subheadings give no rows. In a
    language without a lexicon stretches come without speakers. Never raises on any text.

    >>> quote(['"The dam holds," said Ida Kolm, the mayor.'], language="en")[0].speaker
    'Ida Kolm'
    """
    key = language_key(language)
    silent = frozenset(i for i, role in enumerate(roles or ()) if role == "subheading")
    spans = [span for span in find_spans(paragraphs, read_marks(key)) if span.paragraph not in silent]
    joined = "\n\n".join(paragraphs)
    lexicon = read_lexicon(key)
    if lexicon is None:
        return tuple(_bare(joined, span, number) for number, span in enumerate(spans))
    tokens, sentences = tokenise(joined, paragraphs, spans, lexicon)
    sentences = _after_dateline(paragraphs, tokens, sentences)
    common = tokens.printed_small()
    runs = [name_runs(tokens, s.a, s.b, common, lexicon) for s in sentences]
    cast = Cast(lexicon)
    for sentence, names in zip(sentences, runs, strict=True):
        cast.learn(tokens, names, sentence, joined)
    beside = "\n\n".join(context)
    if beside:
        other, parts = tokenise(beside, context, (), lexicon)
        for part in parts:
            cast.learn(other, name_runs(other, part.a, part.b, common, lexicon), part, beside)
    return tuple(
        row for row in walk(tokens, sentences, runs, joined, lexicon, cast) if row.paragraph not in silent
    )


def _after_dateline(
    paragraphs: Sequence[str], tokens: Tokens, sentences: Sequence[Sentence]
) -> list[Sentence]:
    """The sentences without the dateline that opens the story: nobody says where it was filed.

    A dateline with a full stop in it ("BERN, Feb. 3 - ") may have been cut into several sentences.
    """
    dateline = read_dateline(paragraphs[0]) if paragraphs else None
    if dateline is None:
        return list(sentences)
    begin = bisect_left(tokens.start, dateline.char_end)
    kept = [sentence for sentence in sentences if sentence.b > begin]
    return [replace(sentence, a=max(sentence.a, begin)) for sentence in kept[:1]] + kept[1:]


def _bare(joined: str, span: Span, number: int) -> Quote:
    text = joined[span.start : span.end]
    before, after = joined[: span.outer_start].rstrip(" ")[-1:], joined[span.outer_end : span.outer_end + 1]
    whole = before in ("", "\n", ":", "：") or after in (",", "，") or text[-1:] in WHOLE
    whole = whole or (text > IDEOGRAPHS and len(text) >= LONG)  # these scripts put no full stop inside
    return Quote(
        text,
        "direct" if whole else "mixed",
        span.start,
        span.end,
        span.paragraph,
        number,
        attribution="none",
        confidence=0.0,
    )
