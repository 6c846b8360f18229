"""Which rules a block's text matches; who wins is the labeller's. The rules are `resources/*/boilerplate/*.yaml`.

Some hundred rules and some thousand phrases in all languages are tried on every block, since a page's language
is not yet known here. What makes that cheap: phrases are looked up in a dictionary by a normal form of the whole
line; a pattern is run only on a text that is short enough for it and holds one of the words that it cannot do
without (`anchors.py`).
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from copydesk.errors import ContractError
from copydesk.label.anchors import anchor_keys, text_keys
from copydesk.label.rulefile import Fault, Rule, Strength, parse_rule_file
from copydesk.records import Label
from copydesk.resources import LANGUAGES

MAX_CHARS = 600  # what of a text patterns look at; a letter to readers shows itself in its first sentences
PHRASE_WORDS = 12  # longest phrase, and longest line that may be several phrases run together
COMPOUND_CHARS = 160
QUOTING_WORDS = 10  # a shorter line with quotation marks is a title or a button

_WORD = re.compile(r"\w{1,80}")
_DIGITS = re.compile(r"\d[\d.,]{0,12}")
_GLUE = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")  # "Share this articleComments"
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "İ": "I", "\u00a0": " "})
_RIM = " \t•·»›>→▶►▸◄‹<«|*…–—-_↑↓⬇✕×+"  # ornaments around a UI idiom
_QUOTE_MARK = re.compile('["“”„«»「」『』]')
_NUMBER = "numberslot"
_NORWEGIAN = {"nb": "no", "nn": "no"}  # both written forms share a resource folder


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches a text."""

    rule: str  # its id
    label: Label
    strength: Strength
    opens_section: bool


def fold(text: str) -> str:
    """Case and the Turkish dotted capital away."""
    return text.translate(_APOSTROPHES).casefold()


def normal_form(text: str) -> str:
    """What two spellings of a UI idiom share: "Comments (12) »" and "comments 3" are both "comments #"."""
    return " ".join(_WORD.findall(_DIGITS.sub(f" {_NUMBER} ", fold(text))))


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, indexed. Made by `load_rules`."""

    rules: tuple[Rule, ...]
    version: str  # hash of what the rule files say
    _phrases: dict[str, tuple[int, ...]] = field(repr=False)
    _first_words: frozenset[str] = field(repr=False)
    _by_key: dict[str, tuple[tuple[int, int], ...]] = field(repr=False)  # key -> (rule, pattern) numbers
    _unkeyed: tuple[tuple[int, int], ...] = field(repr=False)
    _longest: int = field(repr=False)

    def __getitem__(self, rule_id: str) -> Rule:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def match(
        self,
        text: str,
        language: str | None = None,
        *,
        kind: str = "paragraph",
        link_share: float = 0.0,
        word_count: int | None = None,
    ) -> tuple[Hit, ...]:
        """The rules that match, decisive ones first, then in the order of the files.

        `language` (BCP 47) is the page's where known: decisive rules of other languages are then only evidence,
        but for the English ones, whose idioms are printed everywhere. `word_count` saves counting it again.
        """
        words = len(text.split()) if word_count is None else word_count
        if words > self._longest:
            return ()
        plain = text.translate(_APOSTROPHES)
        matched: set[int] = set()
        if words <= PHRASE_WORDS and len(text) <= COMPOUND_CHARS:
            found = self._phrase_rules(plain)
            matched.update(n for n in found if self._fits(self.rules[n], kind, link_share, words))
        candidates = set(self._unkeyed)
        for key in text_keys(plain[:MAX_CHARS].casefold()) & self._by_key.keys():
            candidates.update(self._by_key[key])
        trimmed = plain.strip(_RIM) or plain
        for number, pattern_number in candidates:
            rule = self.rules[number]
            if number in matched or not self._fits(rule, kind, link_share, words):
                continue
            if _matches(rule, pattern_number, trimmed):
                matched.add(number)
        if not matched:
            return ()
        return self._hits(matched, language, words >= QUOTING_WORDS and _QUOTE_MARK.search(plain) is not None)

    def _fits(self, rule: Rule, kind: str, link_share: float, words: int) -> bool:
        return (
            rule.min_words <= words <= rule.max_words
            and link_share >= rule.min_link_share
            and (not rule.kinds or kind in rule.kinds)
        )

    def _hits(self, matched: Iterable[int], language: str | None, quoting: bool) -> tuple[Hit, ...]:
        base = language.split("-")[0].lower() if language else None
        base = _NORWEGIAN.get(base or "", base)
        hits: list[Hit] = []
        for number in sorted(matched):
            rule = self.rules[number]
            strength = rule.strength
            if base and rule.languages and base not in rule.languages and "en" not in rule.languages:
                strength = "evidence"
            # "We need your help," the mayor said: what a line quotes is somebody's speech, not the page's own.
            if quoting and rule.scope == "anywhere":
                strength = "evidence"
            hits.append(Hit(rule.id, rule.label, strength, rule.opens_section))
        return tuple(sorted(hits, key=lambda hit: hit.strength != "decisive"))

    def _phrase_rules(self, text: str) -> tuple[int, ...]:
        """Rules with the line as a phrase; else of its first phrase where it is phrases and nothing else."""
        form = normal_form(text)
        if found := self._phrases.get(form):
            return found
        spellings = [form]
        if _GLUE.search(text):
            spellings.append(normal_form(_GLUE.sub(" ", text)))
        for spelling in spellings:
            words = spelling.split(" ")
            if not 2 <= len(words) <= PHRASE_WORDS or words[0] not in self._first_words:
                continue
            if parts := self._split(words):
                return parts[0]
        return ()

    def _split(self, words: Sequence[str]) -> list[tuple[int, ...]] | None:
        """The words as a run of phrases, longest first phrase first; None where they are no such run."""
        ways: list[list[tuple[int, ...]] | None] = [None] * len(words) + [[]]
        for start in range(len(words) - 1, -1, -1):
            for end in range(len(words), start, -1):
                rest = ways[end]
                if rest is not None and (found := self._phrases.get(" ".join(words[start:end]))):
                    ways[start] = [found, *rest]
                    break
            if ways[start] is None and words[start] == _NUMBER:  # a count after a button
                ways[start] = ways[start + 1]
        return ways[0]


def _matches(rule: Rule, pattern_number: int, text: str) -> bool:
    pattern = rule.patterns[pattern_number][0]
    if rule.scope == "line":
        if len(text) > MAX_CHARS:
            return False
        return (pattern.fullmatch(text) or (text.endswith(":") and pattern.fullmatch(text[:-1]))) not in (
            None,
            False,
        )
    head = text[:MAX_CHARS]
    return (pattern.match(head) if rule.scope == "prefix" else pattern.search(head)) is not None


# ---------------------------------------------------------------- loading
def load_rules(files: Sequence[Path] = ()) -> Rules:
    """The bundled rules and those of the user's own files, which are checked on their examples too.

    Raises ContractError that names every fault by file and line.
    """
    rules, contents = _bundled()
    if not files:
        return _bundled_index()
    faults: list[Fault] = []
    own: list[Rule] = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ContractError(f"expected a readable rule file at {path}, found: {error}") from error
        read, bad = parse_rule_file(text, str(path))
        own += read
        faults += bad
        contents += (text,)
    both = (*rules, *own)
    faults += duplicate_ids(both)
    for rule in own:
        faults += example_faults(rule)
    if faults:
        raise ContractError("; ".join(str(fault) for fault in faults))
    return _index(both, contents)


@cache
def _bundled() -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    root = resources.files("copydesk.resources")
    rules: list[Rule] = []
    contents: list[str] = []
    faults: list[Fault] = []
    for language in ("common", *LANGUAGES):
        folder = root.joinpath(language, "boilerplate")
        if not folder.is_dir():
            continue
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".yaml"):
                text = entry.read_text(encoding="utf-8")
                tongue = () if language == "common" else (language,)
                read, bad = parse_rule_file(text, f"{language}/boilerplate/{entry.name}", tongue)
                rules += read
                faults += bad
                contents.append(text)
    faults += duplicate_ids(rules)
    if faults:
        raise ContractError("; ".join(str(fault) for fault in faults))
    return tuple(rules), tuple(contents)


@cache
def _bundled_index() -> Rules:
    return _index(*_bundled())


def _index(rules: Sequence[Rule], contents: Iterable[str]) -> Rules:
    phrases: dict[str, list[int]] = defaultdict(list)
    by_key: dict[str, list[tuple[int, int]]] = defaultdict(list)
    unkeyed: list[tuple[int, int]] = []
    for number, rule in enumerate(rules):
        for phrase in rule.phrases:
            for form in {normal_form(phrase): None, normal_form(_GLUE.sub(" ", phrase)): None}:
                if number not in phrases[form]:
                    phrases[form].append(number)
        for pattern_number, (_, tree) in enumerate(rule.patterns):
            keys = anchor_keys(tree, rule.scope)
            for key in keys:
                by_key[key].append((number, pattern_number))
            if not keys:
                unkeyed.append((number, pattern_number))
    digest = hashlib.sha256("\x00".join(contents).encode()).hexdigest()
    return Rules(
        rules=tuple(rules),
        version=digest[:12],
        _phrases={form: tuple(numbers) for form, numbers in phrases.items() if form},
        _first_words=frozenset(form.split(" ")[0] for form in phrases),
        _by_key={key: tuple(places) for key, places in by_key.items()},
        _unkeyed=tuple(unkeyed),
        _longest=max((rule.max_words for rule in rules), default=0),
    )


def duplicate_ids(rules: Iterable[Rule]) -> list[Fault]:
    """A fault for every id that stands twice."""
    seen: dict[str, Rule] = {}
    faults: list[Fault] = []
    for rule in rules:
        if rule.id in seen:
            faults.append(Fault(rule.place, f"duplicate id {rule.id!r}, first at {seen[rule.id].place}"))
        seen.setdefault(rule.id, rule)
    return faults


def example_faults(rule: Rule) -> list[Fault]:
    """A fault for every example that the rule does not match, and every counterexample that it does."""
    alone = _index((rule,), ())
    kind = min(rule.kinds, default="paragraph")

    def matches(text: str) -> bool:
        return bool(alone.match(text, kind=kind, link_share=1.0))

    missed = [f"does not match its example {text!r}" for text in rule.examples if not matches(text)]
    wrong = [f"matches its counterexample {text!r}" for text in rule.counterexamples if matches(text)]
    return [Fault(rule.place, f"{rule.id} {what}") for what in missed + wrong]
