"""The pattern dialect of rule files: which regular expressions are allowed, and which words a match cannot do without.

Page text is hostile, so a rule's pattern must run in linear time on anything. The dialect is Python's `re` without what
makes it slow or obscure: every repetition has an upper bound, no repetition stands in another, and there are no
back-references, look-arounds, flags or named groups. On top of it come slots, `{Name}` for capitalised words and so on.
The same small parser gives the anchors by which `rules.py` finds the few patterns that are worth trying on a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_REPEAT = 200  # widest gap of a rule; a UI sentence is shorter
KEY_CHARS = 4  # a word is indexed by its first letters, so that "subscri(?:be|ption)" has a key too

_UPPER = "".join(re.escape(c) for c in map(chr, range(0x41, 0x530)) if c.isupper())
_NAME_LINK = r"(?:(?:of|the|de|del|della|la|le|du|der|die|das|and|&) )?"
_NAME_WORD = rf"(?:[{_UPPER}\d][\w'.&-]{{0,24}})"
_MONEY = (
    r"(?:[$€£¥₺₽₴₩] ?\d[\d.,]{0,9}|\d[\d.,]{0,9} ?"
    r"(?:[$€£¥₺₽₴₩]|euros?|eur|usd|gbp|chf|zł|pln|kr|sek|dkk|nok|tl|руб(?:лей|\.)?|грн|円|元|원))"
)
_ANY_WORD = r"(?:[\w'&@-]{1,24}[,:]? )"
SLOTS = {
    "Name": rf"(?-i:(?:[Tt]he )?{_NAME_WORD}(?:[ -]{_NAME_LINK}{_NAME_WORD}){{0,5}})",
    "number": r"\d[\d.,]{0,11}",
    "money": _MONEY,
    "amounts": rf"{_MONEY}(?:[ ,/|•]{{1,3}}{_MONEY}){{0,8}}",
    # So many words of any kind at most, each with the space after it; linear, since words and spaces exclude each other.
    "words1": rf"{_ANY_WORD}{{0,1}}",
    "words2": rf"{_ANY_WORD}{{0,2}}",
    "words4": rf"{_ANY_WORD}{{0,4}}",
    "words8": rf"{_ANY_WORD}{{0,8}}",
}

_SLOT = re.compile(r"\{([A-Za-z]{1,12}\d?)\}")
_QUANTIFIER = re.compile(r"\{(\d{1,4})(?:,(\d{0,4}))?\}")
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_HAS_DIGIT = re.compile(r"\d")
_DIGIT_KEY = "0-9"  # stands for any digit
_SIGNS = ("©", "@", "#")  # signs rare enough to be keys

# Keys that stand in so many lines that they would sift nothing; used only where a pattern has no other.
COMMON_KEYS = frozenset(
    (
        "the",
        "this",
        "that",
        "with",
        "from",
        "your",
        "our",
        "you",
        "and",
        "for",
        "more",
        "all",
        "have",
        "are",
        "news",
    )
    + (
        "der",
        "die",
        "das",
        "und",
        "ein",
        "eine",
        "sie",
        "ihre",
        "mit",
        "von",
        "für",
        "auf",
        "les",
        "des",
        "une",
    )
    + (
        "pour",
        "vous",
        "los",
        "las",
        "una",
        "por",
        "para",
        "che",
        "per",
        "new",
        "can",
        "not",
        "will",
        "abou",
        "what",
    )
)


class PatternError(ValueError):
    """A pattern outside the dialect; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a parsed pattern. `kind`: lit, class, digit, gap (matches no letter), edge, seq, alt, rep, slot."""

    kind: str
    text: str = ""
    parts: tuple[Node, ...] = ()
    low: int = 1
    high: int = 1


def compile_pattern(source: str) -> tuple[re.Pattern[str], Node]:
    """The compiled pattern (case ignored, slots filled in) and its parse.

    Raises PatternError outside the dialect.
    """
    tree = _Parser(source).parse()
    _refuse_nested_repeats(tree, inside=False)
    filled = _SLOT.sub(lambda m: SLOTS[m[1]], source)
    try:
        return re.compile(filled, re.IGNORECASE), tree
    except re.error as fault:
        raise PatternError(f"bad regular expression: {fault}") from fault


class _Parser:
    """Recursive descent over the dialect."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def parse(self) -> Node:
        tree = self._alternatives()
        if self.at < len(self.source):
            raise self._fault("unbalanced parenthesis")
        return tree

    def _fault(self, what: str) -> PatternError:
        return PatternError(f"{what} at character {self.at + 1} of {self.source!r}")

    def _alternatives(self) -> Node:
        branches = [self._sequence()]
        while self.source[self.at : self.at + 1] == "|":
            self.at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Node("alt", parts=tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            atom = self._atom()
            low, high = self._quantifier()
            if (low, high) != (1, 1):
                atom = Node("rep", parts=(atom,), low=low, high=high)
            elif atom.kind == "lit" and parts and parts[-1].kind == "lit":
                atom = Node("lit", parts.pop().text + atom.text)
            parts.append(atom)
        return Node("seq", parts=tuple(parts))

    def _atom(self) -> Node:
        source, start = self.source, self.at
        char = source[start]
        if slot := _SLOT.match(source, start):
            if slot[1] not in SLOTS:
                raise self._fault(f"unknown slot {slot[0]} (known: {', '.join(SLOTS)})")
            self.at = slot.end()
            return Node("slot", slot[1])
        if char in "*+?{":
            raise self._fault(f"nothing to repeat before {char!r}")
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._character_class()
        if char == "\\":
            return self._escape()
        if char in "^$":
            return Node("edge")
        return Node("class") if char == "." else Node("lit", char.casefold())

    def _group(self) -> Node:
        if self.source.startswith("?:", self.at):
            self.at += 2
        elif self.source.startswith("?", self.at):
            raise self._fault("only (?:...) groups are allowed, no look-around, flag or name")
        inner = self._alternatives()
        if self.source[self.at : self.at + 1] != ")":
            raise self._fault("missing )")
        self.at += 1
        return inner

    def _character_class(self) -> Node:
        begin = self.at
        self.at += self.source.startswith("^", self.at)
        self.at += self.source.startswith("]", self.at)
        while self.at < len(self.source) and self.source[self.at] != "]":
            self.at += 2 if self.source[self.at] == "\\" else 1
        if self.at >= len(self.source):
            raise self._fault("missing ]")
        inner = self.source[begin : self.at]
        self.at += 1
        return Node("gap" if not re.search(r"\w|\\|\^", inner) else "class")

    def _escape(self) -> Node:
        char = self.source[self.at : self.at + 1]
        if not char:
            raise self._fault("lone backslash")
        if char.isdigit():
            raise self._fault("back-references are not allowed")
        self.at += 1
        if char == "b":
            return Node("edge")
        if char in "sW":
            return Node("gap")
        if char == "d":
            return Node("digit")
        if char in "wSD":
            return Node("class")
        if char.isalnum():
            raise self._fault(f"\\{char} is not allowed")
        return Node("lit", char)

    def _quantifier(self) -> tuple[int, int]:
        char = self.source[self.at : self.at + 1]
        if char in ("*", "+"):
            raise self._fault(f"unbounded {char!r}: write {{0,n}} or {{1,n}}")
        low = high = 1
        if char == "?":
            low, self.at = 0, self.at + 1
        elif match := _QUANTIFIER.match(self.source, self.at):
            low = int(match[1])
            if match[2] == "":
                raise self._fault("unbounded repetition: write {m,n}")
            high = int(match[2]) if match[2] else low
            if high > MAX_REPEAT or low > high:
                raise self._fault(f"repetition must end between its start and {MAX_REPEAT}")
            self.at = match.end()
        if (low, high) != (1, 1) and self.source[self.at : self.at + 1] in ("*", "+", "{", "?"):
            if self.source[self.at] == "{" and _SLOT.match(self.source, self.at):
                return low, high
            raise self._fault("a repetition of a repetition, or a lazy or possessive one")
        return low, high


def _refuse_nested_repeats(node: Node, inside: bool) -> None:
    """`(?:a{1,9}b?){1,9}` and its like: the ways to match grow as a power of the text's length."""
    varies = node.kind == "rep" and node.high > 1
    if inside and (varies or node.kind == "slot"):
        raise PatternError("a repetition inside a repetition")
    for part in node.parts:
        _refuse_nested_repeats(part, inside or varies)


# ---------------------------------------------------------------- anchors
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
        return 1 if key == _DIGIT_KEY or len(key) < 3 and not _IS_CJK.match(key) else 0

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
        filler = side == -1 and part.kind == "slot" and part.text.startswith("words")  # empty, or ends in a space
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
