"""Lists of phrases as one regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterable


def longest_first(phrases: Iterable[str]) -> str:
    """The body of an alternation in which no phrase hides a longer one that begins with it."""
    return "|".join(
        re.escape(phrase) for phrase in sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    )
