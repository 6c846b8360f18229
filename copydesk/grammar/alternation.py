"""Lists of phrases as one regular expression."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

Tail = tuple[str, str]  # what is left of a phrase, and the pattern that must match behind it


def longest_first(phrases: Iterable[str], end: Callable[[str], str] = lambda phrase: "") -> str:
    r"""The body of an alternation in which no phrase hides a longer one that begins with it.

    `end` gives a pattern that must match behind a phrase. Phrases that begin alike share their beginning, since the engine tries
    one alternative after the other: of a list of some hundred it then tries few.

    >>> longest_first(["by", "photo", "photos", "photo by"])
    'by|photo(?:\\ by|s|)'
    """
    return _alternatives([(phrase, end(phrase)) for phrase in sorted(set(phrases))])


def _alternatives(tails: Sequence[Tail]) -> str:
    """What is left of sorted phrases, as alternatives."""
    alike: defaultdict[str, list[Tail]] = defaultdict(list)
    for tail in tails:
        alike[_seen_as(tail[0][:1])].append(tail)
    whole = alike.pop("", [])  # last, as all others are longer
    return "|".join([*map(_beginning_alike, alike.values()), *(end for _, end in whole)])


def _beginning_alike(tails: Sequence[Tail]) -> str:
    """Those whose first character is one, or is the same where case is ignored."""
    (first, _), (last, _) = tails[0], tails[-1]
    shared = sum(1 for _ in takewhile(bool, (a == b for a, b in zip(first, last, strict=False))))
    if len(tails) == 1 or not shared:
        longest = sorted(tails, key=lambda tail: -len(tail[0]))
        return "|".join(re.escape(tail) + end for tail, end in longest)
    rest = _alternatives([(tail[shared:], end) for tail, end in tails])
    return f"{re.escape(first[:shared])}(?:{rest})"


def _seen_as(character: str) -> str:
    """The same for two characters that are one where case is ignored."""
    return "i" if character in ("ı", "İ") else character.casefold()
