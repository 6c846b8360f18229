"""Anchors: the words that a match of a pattern cannot do without, by which `rules.py` finds the patterns worth trying.

A text's keys are the first letters of its words (pairs of characters in scripts without spaces). A pattern's anchor keys
are a set of which every matching text has at least one, read off the parsed pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.label.patterns import Node

KEY_CHARS = 4  # a word is indexed by its first letters, so that "subscri(?:be|ption)" has a key too

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_HAS_DIGIT = re.compile(r"\d")
_DIGIT_KEY = "0-9"  # stands for any digit
_SIGNS = ("©", "@", "#")  # signs rare enough to be keys

# Keys that stand in so many lines that they would sift nothing; used only where a pattern has no other.
_COMMON = """
a an any at be been by ever if in into is it like may of on or our to use was we who the this that with from your you
and for more all have are news new can not will abou what con de la le en el il di da do e o der die das und ein eine
sie ihre mit von für auf les des une pour vous los las una por para che per
"""
COMMON_KEYS = frozenset(_COMMON.split())


def text_keys(casefolded: str) -> set[str]:
    """The index keys of a text: the first letters of each word; without spaces, each pair of characters."""
    keys: set[str] = set()
    for token in _TOKEN.findall(casefolded):
        if _IS_CJK.match(token):
            keys.update(token[i : i + 2] for i in range(len(token) - 1))
        else:
            keys.add(token[:KEY_CHARS])
    if _HAS_DIGIT.search(casefolded):
        keys.add(_DIGIT_KEY)
    keys.update(sign for sign in _SIGNS if sign in casefolded)
    return keys


def anchor_keys(tree: Node, scope: str) -> frozenset[str]:
    """Keys of which every matching text has at least one; empty where no such set can be told."""
    return _best(tree, scope in ("line", "prefix"), scope == "line") or frozenset()


def _best(node: Node, opens: bool, closes: bool) -> frozenset[str] | None:
    """`opens`, `closes`: whether the piece is known to begin or end at the border of a word."""
    if node.kind == "lit":
        return _choose(frozenset((key,)) for key in _literal_keys(node.text, opens, closes))
    if node.kind == "digit" or (node.kind == "slot" and node.text in ("money", "amounts", "number")):
        return frozenset((_DIGIT_KEY,))
    if node.kind == "rep":
        return _best(node.parts[0], False, False) if node.low >= 1 else None
    if node.kind == "alt":
        branches = [_best(part, opens, closes) for part in node.parts]
        return None if None in branches else frozenset().union(*(b for b in branches if b is not None))
    if node.kind != "seq":
        return None
    found: list[frozenset[str]] = []
    for i, part in enumerate(node.parts):
        before = _is_border(node.parts[:i], -1, opens)
        after = _is_border(node.parts[i + 1 :], 0, closes)
        if (keys := _best(part, before, after)) is not None:
            found.append(keys)
    return _choose(iter(found))


def _choose(options: Iterator[frozenset[str]]) -> frozenset[str] | None:
    ranked = sorted(options, key=lambda keys: (_dullness(keys), len(keys), sorted(keys)))
    return ranked[0] if ranked else None


def _dullness(keys: frozenset[str]) -> int:
    def of_key(key: str) -> int:
        if key in COMMON_KEYS:
            return 2
        return 1 if key == _DIGIT_KEY or (len(key) < 3 and not _IS_CJK.match(key)) else 0

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
