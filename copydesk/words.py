"""How many words a text has, in any script."""

from __future__ import annotations

import re

# Scripts written without spaces count one word a character, as word processors do; elsewhere a word is a run of letters,
# digits and inner apostrophes or hyphens.
_WORD = re.compile(
    r"[぀-ヿ㐀-䶿一-鿿豈-﫿฀-๿]"
    r"|[^\W_぀-ヿ㐀-䶿一-鿿豈-﫿฀-๿]++(?:['’\-][^\W_぀-ヿ㐀-䶿一-鿿豈-﫿฀-๿]++)*"
)


def count_words(text: str) -> int:
    """Number of words.

    >>> count_words("It's a state-of-the-art plan, he said.")
    6
    >>> count_words("東京は晴れ")
    5
    """
    return sum(1 for _ in _WORD.finditer(text))
