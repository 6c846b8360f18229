"""Anchors: the words that a match of a pattern cannot do without, by which `rules.py` finds the patterns worth trying.

A text's keys are the first letters of its words (pairs of characters in scripts without spaces). A pattern's anchors are
sets of keys; every matching text has at least one key of each. Its needles are stretches of characters, of which every
matching text holds one; its openings are the characters that such a text begins with. All are read off the parsed pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import itemgetter

from copydesk.label.patterns import Node
from copydesk.words import has_digit

KEY_CHARS = 4  # a word is indexed by its first letters, so that "subscri(?:be|ption)" has a key too

MAX_NEEDLES = 12  # looking for more costs as much as trying the pattern

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]+")
_OPENING = re.compile(rf"(\w{{1,{KEY_CHARS}}})\w*")
_APOSTROPHES = "’‘ʼ"  # rules read them all as one
_FIRST = itemgetter(slice(KEY_CHARS))
_IS_CJK = re.compile(rf"[{_CJK}]")
_DIGIT_KEY = "0-9"  # stands for any digit
_DIGIT_SIGN = (_DIGIT_KEY,)
_SIGNS = ("©", "@", "#")  # signs rare enough to be keys

ASCII = frozenset(map(chr, range(128)))

# Keys that stand in so many lines that they would sift nothing; used only where a pattern has no other.
_COMMON = """
a an any at be been by ever if in into is it like may of on or our to use was we who the this that with from your you
and for more all have are news new can not will abou what con de la le en el il di da do e o der die das und ein eine
sie ihre mit von für auf les des une pour vous los las una por para che per
"""
COMMON_KEYS = frozenset(_COMMON.split())


def text_keys(casefolded: str, known: frozenset[str]) -> frozenset[str]:
    """Those of the `known` keys that a text has: the first letters of each word; without spaces, each pair of characters."""
    words: Iterable[str]
    if _IS_CJK.search(casefolded) is None:
        words = _OPENING.findall(casefolded)
    else:
        words = chain.from_iterable(map(_token_keys, _TOKEN.findall(casefolded)))
    return word_keys(words, casefolded, known, numbered=has_digit(casefolded))


def word_keys(words: Iterable[str], text: str, known: frozenset[str], *, numbered: bool) -> frozenset[str]:
    """The same of a text whose words are known, and whether it has a digit; none of a script without spaces is among them."""
    keys = known.intersection(map(_FIRST, words))
    if numbered:
        keys = keys.union(known.intersection(_DIGIT_SIGN))
    if "©" in text or "@" in text or "#" in text:
        keys = keys.union(known.intersection(sign for sign in _SIGNS if sign in text))
    return keys


def _token_keys(token: str) -> list[str]:
    if _IS_CJK.match(token):
        return [token[i : i + 2] for i in range(len(token) - 1)]
    return [token[:KEY_CHARS]]


def needles(tree: Node) -> tuple[str, ...]:
    """Stretches of characters of which every matching text holds one, `needle_form` taken; () where there are none such.

    Those whose shortest is longest, as a long one is rarest.
    """
    return min(_needles(tree), key=_coarseness, default=())


def needle_form(text: str) -> str:
    """Folded at least as far as patterns see it: they ignore case, and take the Turkish i's for an i."""
    if text.isascii():
        return text.lower()
    for curly in _APOSTROPHES:
        text = text.replace(curly, "'")
    return (
        text.casefold().replace("ı", "i").replace("\u0307", "").replace("\u00a0", " ")
    )  # İ folds into an i and that dot


def _needles(node: Node) -> list[tuple[str, ...]]:
    if node.kind == "lit":
        return [(needle_form(node.text),)]
    if node.kind == "rep":
        return _needles(node.parts[0]) if node.low >= 1 else []
    if node.kind == "seq":
        return [found for part in node.parts for found in _needles(part)]
    if node.kind == "alt":
        branches = [_needles(part) for part in node.parts]
        if all(branches):
            best = dict.fromkeys(one for branch in branches for one in min(branch, key=_coarseness))
            return [tuple(best)] if len(best) <= MAX_NEEDLES else []
    return []


def _coarseness(found: tuple[str, ...]) -> tuple[int, int]:
    return -min(map(len, found)), len(found)


def openings(tree: Node, scope: str) -> frozenset[str]:
    """The ASCII characters that a matching text may begin with; it may begin with any other, too."""
    if scope == "anywhere" and not _opens_text(tree):
        return ASCII
    found, may_be_empty = _openings(tree)
    return ASCII if may_be_empty else found


def _opens_text(node: Node) -> bool:
    if node.kind == "alt":
        return all(map(_opens_text, node.parts))
    if node.kind == "seq":
        return bool(node.parts) and _opens_text(node.parts[0])
    return node.kind == "edge" and node.text == "^"


def _openings(node: Node) -> tuple[frozenset[str], bool]:
    """The same of a piece, and whether that may be empty."""
    if node.kind == "lit":
        first = needle_form(node.text)[:1]
        return frozenset((first, first.upper())), False
    if node.kind in ("class", "digit", "gap"):
        return frozenset(filter(re.compile(node.text, re.IGNORECASE).match, ASCII)), False
    if node.kind == "rep":
        found, may_be_empty = _openings(node.parts[0])
        return found, may_be_empty or node.low == 0
    if node.kind == "alt":
        branches = [_openings(part) for part in node.parts]
        return frozenset().union(*(found for found, _ in branches)), any(empty for _, empty in branches)
    if node.kind in ("seq", "edge"):
        found = frozenset()
        for part in node.parts:
            more, may_be_empty = _openings(part)
            found |= more
            if not may_be_empty:
                return found, False
        return found, True
    return ASCII, True  # a slot


def anchors(tree: Node, scope: str) -> tuple[frozenset[str], ...]:
    """Sets of keys of each of which every matching text has at least one, the one that sifts best first."""
    found = _anchors(tree, scope in ("line", "prefix"), scope == "line")
    return tuple(dict.fromkeys(sorted(found, key=_rank)))


def _anchors(node: Node, opens: bool, closes: bool) -> list[frozenset[str]]:
    """`opens`, `closes`: whether the piece is known to begin or end at the border of a word."""
    if node.kind == "lit":
        return [frozenset((key,)) for key in _literal_keys(node.text, opens, closes)]
    if node.kind == "digit" or (node.kind == "slot" and node.text in ("money", "amounts", "number")):
        return [frozenset((_DIGIT_KEY,))]
    if node.kind == "rep":
        return _anchors(node.parts[0], False, False) if node.low >= 1 else []
    if node.kind == "alt":
        branches = [_anchors(part, opens, closes) for part in node.parts]
        return [frozenset().union(*(min(branch, key=_rank) for branch in branches))] if all(branches) else []
    found: list[frozenset[str]] = []
    for i, part in enumerate(node.parts if node.kind == "seq" else ()):
        before = _is_border(node.parts[:i], -1, opens)
        after = _is_border(node.parts[i + 1 :], 0, closes)
        found += _anchors(part, before, after)
    return found


def _rank(keys: frozenset[str]) -> tuple[int, int, list[str]]:
    return _dullness(keys), len(keys), sorted(keys)


def _dullness(keys: frozenset[str]) -> int:
    def of_key(key: str) -> int:
        if key in COMMON_KEYS:
            return 3
        if key == _DIGIT_KEY:
            return 2
        return 1 if len(key) < 3 and key not in _SIGNS and not _IS_CJK.match(key) else 0

    return max(map(of_key, keys))


def _literal_keys(text: str, opens: bool, closes: bool) -> Iterator[str]:
    yield from (sign for sign in _SIGNS if sign in text)
    for match in _TOKEN.finditer(text):
        word = match[0]
        if _IS_CJK.match(word):
            if len(word) >= 2:
                yield word[:2]
            continue
        whole_start = match.start() > 0 or opens
        whole_end = match.end() < len(text) or closes
        if whole_start and (len(word) >= KEY_CHARS or whole_end):
            yield word[:KEY_CHARS]


def _is_border(parts: tuple[Node, ...], side: int, outer: bool) -> bool:
    """Whether what stands on that side (-1 before, 0 after) always ends in something that is no letter."""
    while parts:
        part = parts[side]
        filler = (
            side == -1 and part.kind == "slot" and part.text.startswith("words")
        )  # empty, or ends in a space
        if not filler and not _ends_in_gap(part, side):
            return False
        if not filler and (part.kind != "rep" or part.low > 0):
            return True
        parts = parts[:-1] if side else parts[1:]
    return outer


def _ends_in_gap(node: Node, side: int) -> bool:
    if node.kind in ("edge", "gap"):
        return True
    if node.kind == "lit":
        return not node.text[side].isalnum()
    if node.kind == "alt":
        return all(_ends_in_gap(part, side) for part in node.parts)
    if node.kind == "seq":
        return bool(node.parts) and _is_border(node.parts, side, False)
    return node.kind == "rep" and _ends_in_gap(node.parts[0], side)
