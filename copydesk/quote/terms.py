"""Quoted words that nobody utters: titles of works, names of programmes, scare quotes."""

from __future__ import annotations

from copydesk.quote.attribution import Attribution
from copydesk.quote.lexicon import CAP, ORGNAME, OWNER, SPEECH
from copydesk.quote.tokens import Sentence, Tokens

MAX_TITLE_WORDS = 10
MAX_SCARE_WORDS = 3
# "the film "…"", "entitled "…"", "known as "…"": what stands right before names the thing.
WORKS = frozenset(
    [
        "book",
        "memoir",
        "novel",
        "film",
        "movie",
        "documentary",
        "show",
        "series",
        "song",
        "album",
        "single",
        "ballad",
        "podcast",
        "program",
        "programme",
        "play",
        "musical",
        "essay",
        "column",
        "segment",
        "episode",
        "special",
        "sitcom",
        "drama",
        "comedy",
        "magazine",
        "game",
        "painting",
        "poem",
        "anthem",
        "hymn",
        "thriller",
        "titled",
        "entitled",
        "named",
        "nicknamed",
        "dubbed",
        "so-called",
        "hosts",
        "hosted",
        "starred",
        "stars",
    ]
)
SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "vs",
        "with",
        "&",
        "de",
        "la",
        "le",
        "les",
        "der",
        "die",
        "das",
        "und",
    ]
)


def is_term(tokens: Tokens, s: Sentence, q: int, text: str, found: Attribution | None) -> bool:
    """Is the stretch a title, a name or a scare quote rather than somebody's words?"""
    words = text.strip(" ,.;:").split()
    if not words:
        return True
    before = tokens.low[q - 1] if q > s.a else ""
    if before in ("so-called", "titled", "entitled"):
        return True
    speech = found.speech if found else None
    if (
        speech is not None
        and speech.strength == SPEECH
        and (speech.b == q or tokens.word[q - 1] in (",", ":"))
    ):
        return False
    if _is_title_case(words) and len(words) <= MAX_TITLE_WORDS:
        if before in WORKS or (
            q > s.a and tokens.low[q - 1] == "," and q - 2 >= s.a and tokens.low[q - 2] in WORKS
        ):
            return True
        if q > s.a + 1 and tokens.tag[q - 1] & (OWNER | CAP) and any(
            (tokens.tag[k] & ORGNAME and tokens.tag[k] & CAP) or (tokens.word[k].isupper() and len(tokens.word[k]) > 1) for k in range(max(s.a, q - 4), q)
        ):  # fmt: skip
            return True
        if before in ("on", "of", "in") and len(words) > 1 and not text.endswith((",", "!", "?")):
            return True
    if text[:1].isupper() and text.endswith((".", "…")):
        return False
    return found is None and len(words) <= MAX_SCARE_WORDS and q > s.a and not text.endswith((",", "?", "!"))


def _is_title_case(words: list[str]) -> bool:
    big = [w for w in words if w.lower() not in SMALL]
    return words[0][:1].isupper() and bool(big) and all(w[:1].isupper() or w[:1].isdigit() for w in big)
