"""Quoted words that nobody utters: titles of works, names of programmes, scare quotes."""

from __future__ import annotations

from copydesk.quote.attribution import Attribution
from copydesk.quote.lexicon import AUX, CAP, CUE, ORGNAME, OWNER, PREP, PUNCT, QUOTE, SPEECH, VERB, Lexicon
from copydesk.quote.tokens import Sentence, Tokens

MAX_TITLE_WORDS = 10
MAX_SCARE_WORDS = 3
WORK_WITHIN = 8  # tokens between "a novel" and the comma before its title


def is_term(
    tokens: Tokens, s: Sentence, q: int, text: str, found: Attribution | None, lexicon: Lexicon
) -> bool:
    """Is the stretch a title, a name or a scare quote rather than somebody's words?"""
    words = text.strip(" ,.;:").split()
    if not words:
        return True
    before = tokens.low[q - 1] if q > s.a else ""
    if before in lexicon.entitled:
        return True
    speech = found.speech if found else None
    if speech is not None and speech.b < q and _is_addressee(tokens, speech.b, q, words, lexicon):
        return True
    if (
        speech is not None
        and speech.strength == SPEECH
        and (speech.b == q or tokens.word[q - 1] in (",", ":"))
    ):
        return False
    if _is_title_case(words, lexicon.title_small) and len(words) <= MAX_TITLE_WORDS:
        if before in lexicon.works or (
            q > s.a and tokens.low[q - 1] == "," and q - 2 >= s.a and tokens.low[q - 2] in lexicon.works
        ):
            return True
        if before == "," and text.endswith(",") and _work_before(tokens, s.a, q - 1, lexicon):
            return True
        if q > s.a + 1 and tokens.tag[q - 1] & (OWNER | CAP) and _is_outlet(tokens, max(s.a, q - 4), q):
            return True
        if before in lexicon.title_links and len(words) > 1 and not text.endswith((",", "!", "?")):
            return True
    if text[:1].isupper() and text.endswith((".", "…")):
        return False
    return found is None and len(words) <= MAX_SCARE_WORDS and q > s.a and not text.endswith((",", "?", "!"))


def _is_addressee(tokens: Tokens, a: int, q: int, words: list[str], lexicon: Lexicon) -> bool:
    """„sagte Kolm der Castreler „Abendpost““: the outlet to which somebody speaks."""
    if len(words) > MAX_SCARE_WORDS or not words[0][:1].isupper():
        return False
    k = q - 1 if tokens.low[q - 1] in lexicon.dative_articles else q - 2
    return k >= a and tokens.low[k] in lexicon.dative_articles and not tokens.tag[k - 1] & PREP


def _work_before(tokens: Tokens, a: int, k: int, lexicon: Lexicon) -> bool:
    """A work heads the phrase that ends at the comma k: "A new novel about the valley, "The Open Gate,""."""
    for j in range(k - 1, max(a, k - WORK_WITHIN) - 1, -1):
        if tokens.tag[j] & (PUNCT | QUOTE | AUX | VERB | CUE):
            return False
        if tokens.low[j] in lexicon.works:
            return True
    return False


def _is_outlet(tokens: Tokens, a: int, b: int) -> bool:
    """A body or an acronym stands in [a, b): "VBS's "Morning Table""."""
    return any(
        bool(tokens.tag[k] & ORGNAME and tokens.tag[k] & CAP)
        or (tokens.word[k].isupper() and len(tokens.word[k]) > 1)
        for k in range(a, b)
    )


def _is_title_case(words: list[str], small: frozenset[str]) -> bool:
    big = [w for w in words if w.lower() not in small]
    return words[0][:1].isupper() and bool(big) and all(w[:1].isupper() or w[:1].isdigit() for w in big)
