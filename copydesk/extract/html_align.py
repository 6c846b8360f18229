"""Which of a page's blocks does an extractor's plain text hold? Linear in the length of both.

The extractor gives lines without a trace of where they came from, so they are found again by their letters:
equal texts first, a repeated one at the place that its neighbours point to; then texts that lie inside one
another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

_NO_LETTER = re.compile(r"[\W_]+")
_NO_ASCII_LETTER = bytes(byte for byte in range(0x80) if not chr(byte).isalnum())
# Long enough to be no accident, short enough for a name or a figure in scripts without spaces.
_GRAM_CHARS = 12
_GRAM_STEP = 3
# A block counts as held when this much of its letters is in the extractor's text.
_HELD_SHARE = 0.5


def held_blocks(texts: Sequence[str], lines: Sequence[str]) -> list[bool]:
    """For each block's text whether the lines hold it; a repeated text as often as the lines have it."""
    keys = [_letters(text) for text in texts]
    known = dict(zip(texts, keys, strict=True))  # most lines are a block's text to the letter
    line_keys = [key for line in lines if (key := known.get(line) or _letters(line))]
    held = [False] * len(texts)
    spare = _match_equal(keys, line_keys, held)
    _match_parts(keys, spare, held)
    _join_signs(keys, held)
    return held


def _letters(text: str) -> str:
    """The text without signs and spaces; the most of them are ASCII, and go without a look at each letter."""
    letters = text.encode().translate(None, _NO_ASCII_LETTER).decode()
    return letters if letters.isascii() else _NO_LETTER.sub("", letters)


def _match_equal(keys: Sequence[str], line_keys: Sequence[str], held: list[bool]) -> list[str]:
    """Mark blocks whose letters equal a line's; gives the lines that no block equals."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if key:
            places[key].append(number)
    counts = Counter(line_keys)
    anchors = [-1] * len(line_keys)  # line -> block, where there is no doubt
    doubtful: list[int] = []
    spare: list[str] = []
    for index, key in enumerate(line_keys):
        found = places.get(key)
        if found is None:
            spare.append(key)
        elif len(found) > counts[key]:
            doubtful.append(index)
        elif len(found) == counts[key] == 1:
            held[found[0]] = True
            anchors[index] = found[0]
    for key, found in places.items():
        if 1 < len(found) <= counts[key] or (len(found) == 1 and counts[key] > 1):
            for number in found:
                held[number] = True
    if doubtful:
        befores, afters = _neighbours(anchors)
        for index in doubtful:
            held[_place(places[line_keys[index]], befores[index], afters[index], held)] = True
    return spare


def _neighbours(anchors: Sequence[int]) -> tuple[list[int], list[int]]:
    """For each line the block of the nearest anchored line above and below; -1 where there is none."""
    befores, afters = [-1] * len(anchors), [-1] * len(anchors)
    last = -1
    for index, number in enumerate(anchors):
        befores[index] = last
        last = number if number >= 0 else last
    last = -1
    for index in range(len(anchors) - 1, -1, -1):
        afters[index] = last
        last = anchors[index] if anchors[index] >= 0 else last
    return befores, afters


def _place(candidates: list[int], before: int, after: int, held: Sequence[bool]) -> int:
    """Which of equal blocks a line is: after the one above it; at the top, the last before the one below it."""
    if before >= 0:
        position = bisect_left(candidates, before)
        ordered = (position, position + 1, position - 1)
    else:
        position = bisect_left(candidates, after) - 1 if after >= 0 else 0
        ordered = (position, position - 1, position + 1)
    usable = [candidates[at] for at in ordered if 0 <= at < len(candidates)]
    return next((number for number in usable if not held[number]), usable[0])


def _match_parts(keys: Sequence[str], spare: Sequence[str], held: list[bool]) -> None:
    """Mark blocks of which a good part lies in lines that no block equals: cut or joined by the extractor."""
    if not spare:
        return
    grams: Counter[str] = Counter()
    for key in spare:
        grams.update(key[at : at + _GRAM_CHARS] for at in range(max(1, len(key) - _GRAM_CHARS + 1)))
    for number, key in enumerate(keys):
        if held[number] or len(key) < _GRAM_CHARS:
            continue
        wanted = [key[at : at + _GRAM_CHARS] for at in range(0, len(key) - _GRAM_CHARS + 1, _GRAM_STEP)]
        found = [gram for gram in wanted if grams[gram] > 0]
        if len(found) >= _HELD_SHARE * len(wanted):
            held[number] = True
            grams.subtract(found)


def _join_signs(keys: Sequence[str], held: list[bool]) -> None:
    """A block without a letter ("* * *") goes with its neighbours."""
    for number in range(1, len(keys) - 1):
        if not keys[number] and held[number - 1] and held[number + 1]:
            held[number] = True
