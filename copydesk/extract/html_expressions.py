"""trafilatura's XPath expressions as functions of an element's attributes, made from their own source.

The verdict on an attribute's value, of some sixty alternatives, is kept: a page has few class names, and an outlet the same on
all its pages.

Only the form that its expressions have is understood: `.//*[self::a or self::b][one test or another]`. Any other
is a ValueError when this module is loaded, so an update of trafilatura cannot change a meaning unseen.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from lxml.etree import XPath

from copydesk.extract.html_markup import Attributes

ValueTest = Callable[[str], bool]
Pairs = Collection[tuple[str, str]]

_ATTRIBUTES = r"(@[\w-]{1,40}(?:\|@[\w-]{1,40})?)"
_TEST = re.compile(
    rf"""
    {_ATTRIBUTES}\ ?=\ ?'(?P<equal>[^']*+)'
    |re:test\({_ATTRIBUTES},\ ?'(?P<pattern>[^']*+)'(?:,\ ?'(?P<flag>i)')?\)
    |contains\(translate\({_ATTRIBUTES},\ ?'(?P<old>[^']*+)',\ ?'(?P<new>[^']*+)'\),\ ?'(?P<folded>[^']*+)'\)
    |contains\({_ATTRIBUTES},\ ?'(?P<part>[^']*+)'\)
    |starts-with\({_ATTRIBUTES},\ ?'(?P<start>[^']*+)'\)
    |{_ATTRIBUTES}""",
    re.VERBOSE,
)
_MAX_KEPT_CHARS = 400  # longer values are judged each time, so that no page fills the memory


class Condition:
    """Which attributes choose an element, whatever its tag."""

    def __init__(self, source: str) -> None:
        tests: dict[tuple[str, ...], list[ValueTest]] = defaultdict(list)
        for part in source.split(" or "):
            found = _TEST.fullmatch(part.strip())
            if found is None:
                raise ValueError(f"expected a test of attributes, found {part[:80]!r}")
            names = next(filter(None, found.group(1, 3, 6, 10, 12, 14)))
            tests[tuple(name.removeprefix("@") for name in names.split("|"))].append(_value_test(found))
        self.tests = [(name, test) for names, each in tests.items() for name in names for test in each]
        self._one = {names[0]: _kept(each) for names, each in tests.items() if len(names) == 1}
        # "@id|@class" is the one of them that the source has first.
        self._first_of = [(names, _kept(each)) for names, each in tests.items() if len(names) > 1]

    def __call__(self, attributes: Pairs) -> bool:
        one = self._one
        for name, value in attributes:
            if name in one and one[name](value):
                return True
        for names, test in self._first_of:
            for name, value in attributes:
                if name in names:
                    if test(value):
                        return True
                    break
        return False


class Expression:
    """Which elements one of trafilatura's expressions chooses."""

    def __init__(self, xpath: XPath) -> None:
        source = " ".join(xpath.path.split())
        if source.startswith("("):  # the first of these, or of those
            source = source.removeprefix("(").removesuffix(")[1]")
        self.conditions: dict[str, Condition | None] = {}  # by tag; None for one that needs no more
        for part in source.split(")[1]|("):
            step, opened, tests = part.removesuffix("[1]").partition("[")
            if step != ".//*":
                if opened or not step.removeprefix(".//").isalpha():
                    raise ValueError(f"expected an expression of one step, found {part!r}")
                self.conditions[step.removeprefix(".//")] = None
                continue
            tags, others, narrower = tests.partition("][")
            condition = Condition((narrower if others else tests).removesuffix("]"))
            for tag in tags.split(" or ") if others else ["self::*"]:
                if not tag.startswith("self::"):
                    raise ValueError(f"expected the names of elements, found {tag!r}")
                self.conditions[tag.removeprefix("self::")] = condition


class Choice:
    """Which of several lists of expressions choose an element; the lists are asked at once, attribute by attribute."""

    def __init__(self, lists: Iterable[Sequence[Expression]]) -> None:
        self._lists = [[expression.conditions for expression in each] for each in lists]
        tags = {tag for each in self._lists for conditions in each for tag in conditions}
        suspects_of = lru_cache(_suspects_of)  # tags of the same conditions share the answers
        self._suspects = {
            tag: suspects_of(tuple(condition for each in self._lists for condition in _conditions(each, tag)))
            for tag in tags
        }

    def __call__(self, tag: str, attributes: Attributes) -> Sequence[int]:
        """The numbers of the lists."""
        suspects = self._suspects.get(tag) or self._suspects["*"]
        for name, value in attributes.items():
            if name in suspects and suspects[name](value):
                items = attributes.items()
                return [
                    number
                    for number, each in enumerate(self._lists)
                    if any(condition(items) for condition in _conditions(each, tag))
                ]
        return ()


def _conditions(expressions: Sequence[dict[str, Condition | None]], tag: str) -> Iterator[Condition]:
    """What they ask of an element's attributes."""
    for conditions in expressions:
        condition = conditions.get(tag) or conditions.get("*")
        if condition is not None:
            yield condition


def _suspects_of(conditions: Sequence[Condition]) -> dict[str, ValueTest]:
    """By name of an attribute: may a value of it fulfil one of the conditions?"""
    tests: dict[str, list[ValueTest]] = defaultdict(list)
    for condition in conditions:
        for name, test in condition.tests:
            tests[name].append(test)
    return {name: _kept(each) for name, each in tests.items()}


def _value_test(found: re.Match[str]) -> ValueTest:
    parts = found.groupdict()
    if (equal := parts["equal"]) is not None:
        return equal.__eq__
    if (pattern := parts["pattern"]) is not None:
        search = re.compile(pattern, re.IGNORECASE if parts["flag"] else 0).search
        return lambda value: search(value) is not None
    if (folded := parts["folded"]) is not None:
        table = str.maketrans(parts["old"] or "", parts["new"] or "")
        return lambda value: folded in value.translate(table)
    if (part := parts["part"]) is not None:
        return lambda value: part in value
    if (start := parts["start"]) is not None:
        return lambda value: value.startswith(start)
    return lambda value: True  # that the attribute is there


def _kept(tests: Sequence[ValueTest]) -> ValueTest:
    """Does one of the tests hold? The answers for short values are kept."""

    def judge(value: str) -> bool:
        return any(test(value) for test in tests)

    known = lru_cache(maxsize=32_768)(judge)
    return lambda value: known(value) if len(value) <= _MAX_KEPT_CHARS else judge(value)
