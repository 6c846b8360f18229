"""Whether two names can mean one speaker, over articles that print them in different length."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from copydesk.corpus.wording import normal_words

Agreement = Literal["same", "open", "different"]

KEPT_NAMES = 20_000  # those of a speaker come again with each statement
GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))  # behind a surname


def agree(first: str | None, second: str | None) -> Agreement:
    """Same, different, or open where one of them is not known.

    A surname alone agrees with any full name that bears it, an initial with any first name that begins so.

    >>> agree("Roche", "Ana Roche"), agree("Ana Roche", "Tom Roche"), agree(None, "Ana Roche")
    ('same', 'different', 'open')
    """
    if first is None or second is None:
        return "open"
    mine, other = sorted((_name_words(first), _name_words(second)), key=len)
    if mine == other:
        return "same"
    if not mine:
        return "open"
    if set(mine) <= set(other) and (len(mine) > 1 or mine[0] == other[-1]):
        return (
            "same"  # "Ana Roche" and "Minister Ana Roche", "Roche" and "Ana Roche"; not "Ana" and "Ana Roche"
        )
    if mine[-1] != other[-1]:
        return "different"
    return "same" if other[0].startswith(mine[0]) or mine[0].startswith(other[0]) else "different"


@lru_cache(maxsize=KEPT_NAMES)
def _name_words(name: str) -> tuple[str, ...]:
    words = tuple(normal_words(name))
    return words[:-1] if len(words) > 1 and words[-1] in GENERATIONS else words
