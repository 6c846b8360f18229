"""Whether two names can mean one speaker, over articles that print them in different length."""

from __future__ import annotations

from typing import Literal

from copydesk.corpus.wording import normal_words

Agreement = Literal["same", "open", "different"]


def agree(first: str | None, second: str | None) -> Agreement:
    """Same, different, or open where one of them is not known.

    A surname alone agrees with any full name that bears it, an initial with any first name that begins so.

    >>> agree("Roche", "Ana Roche"), agree("Ana Roche", "Tom Roche"), agree(None, "Ana Roche")
    ('same', 'different', 'open')
    """
    if first is None or second is None:
        return "open"
    mine, other = normal_words(first), normal_words(second)
    if mine == other:
        return "same"
    if len(mine) > len(other):
        mine, other = other, mine
    if not mine or mine[-1] != other[-1]:
        # "Health Ministry" and "Velmoran Health Ministry of …": all of the shorter name stands in the longer one
        return "same" if len(mine) > 1 and set(mine) <= set(other) else "different"
    if len(mine) == 1:
        return "same"
    return "same" if other[0].startswith(mine[0]) or mine[0].startswith(other[0]) else "different"
