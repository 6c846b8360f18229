"""The pattern dialect of rule files: which regular expressions are allowed, no more.

Page text is hostile, so a rule's pattern must run in linear time on anything. The dialect is Python's `re` without what
makes it slow or obscure: every repetition has an upper bound, no repetition stands in another, and there are no
back-references, look-arounds, flags or named groups. On top of it come slots, `{Name}` for capitalised words and so on.
The parse also serves `anchors.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_REPEAT = 200  # widest gap of a rule; a UI sentence is shorter

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


class PatternError(ValueError):
    """A pattern outside the dialect; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a parsed pattern. `kind`: lit, class, digit, gap (matches no letter), edge, seq, alt, rep, slot.

    `text` is what a literal or a slot says; of a class, a digit, a gap or an edge it is the source.
    """

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
            return Node("edge", char)
        return Node("class", char) if char == "." else Node("lit", char.casefold())

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
        kind = "gap" if not re.search(r"\w|\\|\^", inner) else "class"
        return Node(kind, f"[{inner}]")

    def _escape(self) -> Node:
        char = self.source[self.at : self.at + 1]
        if not char:
            raise self._fault("lone backslash")
        if char.isdigit():
            raise self._fault("back-references are not allowed")
        self.at += 1
        if char == "b":
            return Node("edge", r"\b")
        if char in "sW":
            return Node("gap", f"\\{char}")
        if char == "d":
            return Node("digit", r"\d")
        if char in "wSD":
            return Node("class", f"\\{char}")
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
