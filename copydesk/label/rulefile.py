"""Rule files: YAML -> Rule, with every fault reported by file and line. Matching is in `rules.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

import yaml

from copydesk.label.patterns import Node, PatternError, compile_pattern
from copydesk.records import BODY_ROLES, BlockKind, Label, RemovalLabel

Scope = Literal["line", "prefix", "anywhere"]
Strength = Literal["decisive", "evidence"]

LABELS = frozenset(get_args(RemovalLabel)) | BODY_ROLES
KINDS = frozenset(get_args(BlockKind))
_KEYS = """
id label pattern phrases scope strength kinds max_words min_words min_link_share languages outlets opens_section
why examples counterexamples
"""
KEYS = frozenset(_KEYS.split())
# Longest text that a rule is tried on where it does not say so itself: UI idioms are short.
DEFAULT_MAX_WORDS: dict[Scope, int] = {"line": 14, "prefix": 40, "anywhere": 40}
_ID = re.compile(r"[a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,9}/[a-z0-9]{1,40}(?:-[a-z0-9]{1,40}){0,9}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause for which a block is labelled; its fields are the keys of a rule file (see docs/how-to/own-rules.md)."""

    id: str  # "share-bar/share-this"; never changes its meaning
    label: Label
    scope: Scope  # whole line, its beginning, or anywhere in it
    strength: Strength  # decisive: the block is that; evidence: it speaks for it
    patterns: tuple[tuple[re.Pattern[str], Node], ...]
    phrases: tuple[str, ...]  # whole lines, case, digits and punctuation ignored
    kinds: frozenset[str]  # empty: any kind
    max_words: int
    min_words: int
    min_link_share: float
    languages: frozenset[str]  # empty: any language
    outlets: frozenset[str]  # domains or names; empty: any outlet
    opens_section: bool  # a heading under which more of its label stands
    why: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    place: str  # "boilerplate/en/share_bar.yaml:12", for messages


@dataclass(frozen=True, slots=True)
class Fault:
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def parse_rule_file(text: str, name: str, languages: Iterable[str] = ()) -> tuple[list[Rule], list[Fault]]:
    """The rules of one file and its faults; `languages` is what rules without a `languages` key get."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        tree = yaml.compose(text, Loader=loader)
        value = yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        return [], [Fault(f"{name}:{line}", f"expected YAML, found: {getattr(error, 'problem', error)}")]
    if tree is None:
        return [], []
    if not isinstance(tree, yaml.SequenceNode):
        return [], [Fault(f"{name}:1", "expected a list of rules")]
    rules: list[Rule] = []
    faults: list[Fault] = []
    for node, entry in zip(tree.value, value, strict=True):
        place = f"{name}:{node.start_mark.line + 1}"
        lines = _key_lines(node)
        reader = _Entry(entry, place, {key: f"{name}:{line}" for key, line in lines.items()})
        rule = reader.rule(frozenset(languages))
        faults += reader.faults
        if rule is not None and not reader.faults:
            rules.append(rule)
    return rules, faults


def _key_lines(node: yaml.Node) -> dict[str, int]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}


class _Entry:
    """One entry of a rule file on its way to a Rule; collects faults instead of stopping at the first."""

    def __init__(self, entry: object, place: str, key_places: dict[str, str]) -> None:
        self.place, self.key_places = place, key_places
        self.faults: list[Fault] = []
        self.entry: dict[str, object] = {}
        if isinstance(entry, dict):
            self.entry = {str(key): value for key, value in entry.items()}
        else:
            self._fault(None, f"expected a rule (keys and values), found {type(entry).__name__}")

    def _fault(self, key: str | None, message: str) -> None:
        self.faults.append(Fault(self.key_places.get(key or "", self.place), message))

    def rule(self, languages: frozenset[str]) -> Rule | None:
        if self.faults:
            return None
        for key in self.entry.keys() - KEYS:
            self._fault(key, f"unknown key {key!r} (known: {', '.join(sorted(KEYS))})")
        rule_id = self._text("id")
        if rule_id and not _ID.fullmatch(rule_id):
            self._fault("id", f"expected an id like 'share-bar/share-this', found {rule_id!r}")
        scope = cast(Scope, self._choice("scope", get_args(Scope), "line"))
        rule = Rule(
            id=rule_id,
            label=cast(Label, self._choice("label", tuple(sorted(LABELS)), None)),
            scope=scope,
            strength=cast(Strength, self._choice("strength", get_args(Strength), "decisive")),
            patterns=tuple(self._patterns()),
            phrases=self._texts("phrases"),
            kinds=self._subset("kinds", KINDS),
            max_words=int(self._number("max_words", DEFAULT_MAX_WORDS[scope])),
            min_words=int(self._number("min_words", 0)),
            min_link_share=self._number("min_link_share", 0.0),
            languages=frozenset(self._texts("languages")) or languages,
            outlets=frozenset(map(str.casefold, self._texts("outlets"))),
            opens_section=self._flag("opens_section"),
            why=self._text("why"),
            examples=self._texts("examples"),
            counterexamples=self._texts("counterexamples"),
            place=self.place,
        )
        if not rule.patterns and not rule.phrases:
            self._fault(None, "expected `pattern` or `phrases`, found neither")
        if not rule.counterexamples or not (rule.examples or rule.phrases):
            self._fault(None, "expected `examples` and `counterexamples`, at least one of each")
        return rule

    def _text(self, key: str) -> str:
        value = self.entry.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._fault(key, f"expected text for `{key}`, found {'nothing' if value is None else repr(value)}")
        return ""

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.entry.get(key, [])
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(v, str) and v for v in values):
            return tuple(values)
        self._fault(key, f"expected a list of texts for `{key}`; quote numbers and yes/no")
        return ()

    def _choice(self, key: str, allowed: Sequence[str], default: str | None) -> str:
        value = self.entry.get(key, default)
        if value not in allowed:
            self._fault(key, f"expected one of {', '.join(allowed)} for `{key}`, found {value!r}")
            return allowed[0]
        return str(value)

    def _subset(self, key: str, allowed: frozenset[str]) -> frozenset[str]:
        values = frozenset(self._texts(key))
        if odd := values - allowed:
            known = ", ".join(sorted(allowed))
            self._fault(key, f"expected some of {known} for `{key}`, found {sorted(odd)}")
        return values

    def _number(self, key: str, default: float) -> float:
        value = self.entry.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self._fault(key, f"expected a number from 0 for `{key}`, found {value!r}")
            return default
        return value

    def _flag(self, key: str) -> bool:
        value = self.entry.get(key, False)
        if not isinstance(value, bool):
            self._fault(key, f"expected true or false for `{key}`, found {value!r}")
        return value is True

    def _patterns(self) -> Iterator[tuple[re.Pattern[str], Node]]:
        for source in self._texts("pattern"):
            try:
                yield compile_pattern(source)
            except PatternError as fault:
                self._fault("pattern", str(fault))
