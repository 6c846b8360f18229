"""Which rules a block's text matches; who wins is the labeller's. The rules are `resources/*/boilerplate/*.yaml`.

Some hundred rules and some thousand phrases in all languages are tried on every block, since a page's language
is not yet known here. What makes that cheap: phrases are looked up in a dictionary by a normal form of the whole
line; a pattern is run only on a text that is short enough for it and holds the words that it cannot do without
(`anchors.py`). What was found on a short line is kept, since pages of an outlet share most of theirs.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import cast

from copydesk.errors import ContractError
from copydesk.kept import Kept
from copydesk.label.anchors import anchors, needle_form, needles, openings, text_keys, word_keys
from copydesk.label.reading import Reading
from copydesk.label.rulefile import Fault, Rule, Strength, parse_rule_file
from copydesk.label.trials import MAX_CHARS, Index, Trial
from copydesk.records import Label
from copydesk.resources import LANGUAGES, read_resource
from copydesk.words import MARKS, has_digit, word_runs

PHRASE_WORDS = 12  # longest phrase, and longest line that may be several phrases run together
COMPOUND_CHARS = 160
KEPT_LINES = 40_000  # short lines whose rules are remembered, some 250 bytes each; up to twice as many
QUOTING_WORDS = 10  # a shorter line with quotation marks is a title or a button

_WORD = re.compile(rf"[\w{MARKS}]{{1,80}}")
_LONGEST_WORD = 80
_DIGITS = re.compile(r"\d[\d.,]{0,12}")
_GLUE = re.compile(r"([a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")  # "Share this articleComments"
# Of Latin-1 every small letter as an "a" and every capital as an "A".
_CASES = bytes(0x61 if chr(i).islower() else 0x41 if chr(i).isupper() else 0x20 for i in range(256))
_STRAIGHT = (("’", "'"), ("‘", "'"), ("ʼ", "'"), ("İ", "I"), ("\u00a0", " "))
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
    return _straight(text).casefold()


def _straight(text: str) -> str:
    if not text.isascii():
        for curly, plain in _STRAIGHT:
            text = text.replace(curly, plain)
    return text


def normal_form(text: str) -> str:
    """What two spellings of a UI idiom share: "Comments (12) »" and "comments 3" are both "comments #"."""
    folded = fold(text)
    if has_digit(folded):
        folded = _DIGITS.sub(f" {_NUMBER} ", folded)
    return " ".join(_WORD.findall(folded) if len(folded) > _LONGEST_WORD else word_runs(folded))


def _may_be_glued(text: str, flat: bytes | None) -> bool:
    return b"aA" in flat.translate(_CASES) if flat is not None else _GLUE.search(text) is not None


def _unglued(text: str) -> str:
    return _GLUE.sub(r"\1 ", text)


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, indexed. Made by `load_rules`."""

    rules: tuple[Rule, ...]
    version: str  # hash of what the rule files say
    _phrases: dict[str, tuple[int, ...]] = field(repr=False)
    _hit: tuple[Hit, ...] = field(repr=False)  # of each rule
    _words: frozenset[str] = field(repr=False)  # of all phrases
    _index: Index = field(repr=False, compare=False)
    _longest: int = field(repr=False)
    _unbound: frozenset[int] = field(repr=False)  # rules for any kind of block, link share and outlet
    outlets: frozenset[str] = frozenset()  # all that rules are limited to
    _kept: Kept[tuple[int, ...]] = field(default_factory=lambda: Kept(KEPT_LINES), repr=False, compare=False)

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
        outlets: frozenset[str] = frozenset(),
        reading: Reading | None = None,
    ) -> tuple[Hit, ...]:
        """The rules that match, decisive ones first, then in the order of the files.

        `language` (BCP 47) is the page's where known: decisive rules of other languages are then only evidence,
        but for the English ones, whose idioms are printed everywhere. `outlets` are those of `self.outlets` whose page it
        is; `reading` saves reading the text again.
        """
        found = self._kept.get(text)
        if found is None:
            found = self._kept.recall(text)
        if found is None:
            reading = reading or Reading(text)
            if reading.spaced > self._longest:
                return ()
            found = self._read(reading)
        if not found:
            return ()
        words = reading.spaced if reading else len(text.split())
        matched: Sequence[int] = found
        if not self._unbound.issuperset(found):
            matched = [n for n in found if self._fits(self.rules[n], kind, link_share, outlets)]
        if words < QUOTING_WORDS:
            return self._hits(matched, language, quoting=False)
        straight = _straight(text)
        if _reporting_clause().search(straight):
            # "We use cookies for this, the baker told the court": a sentence of news, whatever it speaks of.
            matched = [number for number in matched if self.rules[number].scope != "anywhere"]
        return self._hits(matched, language, quoting=_QUOTE_MARK.search(straight) is not None)

    def _fits(self, rule: Rule, kind: str, link_share: float, outlets: frozenset[str]) -> bool:
        if rule.outlets and rule.outlets.isdisjoint(outlets):
            return False
        return link_share >= rule.min_link_share and (not rule.kinds or kind in rule.kinds)

    def _read(self, reading: Reading) -> tuple[int, ...]:
        """Numbers of the rules that match by the text alone."""
        text, words = reading.text, reading.spaced
        plain = _straight(text)
        is_short = words <= PHRASE_WORDS and len(text) <= COMPOUND_CHARS
        found: set[int] = set()
        if is_short and (named := self._phrase_rules(plain, reading)):
            rules = self.rules
            found.update(n for n in named if rules[n].min_words <= words <= rules[n].max_words)
        index = self._index
        form = ""
        trimmed = plain.strip(_RIM) or plain
        if (folded := reading.folded) is not None:
            keys = word_keys(folded, text, index.keys, numbered=reading.has_digit)
        else:
            form = needle_form(text)
            keys = text_keys(form[:MAX_CHARS], index.keys)
        for trial in index.worth(keys, words, trimmed[:1]):
            if trial.rule in found:
                continue
            if trial.needles:
                form = form or needle_form(text)
                for needle in trial.needles:
                    if needle in form:
                        break
                else:
                    continue
            if trial.holds(trimmed):
                found.add(trial.rule)
        matched = tuple(sorted(found)) if found else ()
        if is_short:
            self._kept.keep(text, matched)
        return matched

    def _hits(self, matched: Sequence[int], language: str | None, *, quoting: bool) -> tuple[Hit, ...]:
        if len(matched) < 2 and language is None and not quoting:
            return tuple([self._hit[number] for number in matched])
        base = language.split("-")[0].lower() if language else None
        base = _NORWEGIAN.get(base or "", base)
        decisive: list[Hit] = []
        others: list[Hit] = []
        for number in matched:
            rule, hit = self.rules[number], self._hit[number]
            is_foreign = base and rule.languages and base not in rule.languages and "en" not in rule.languages
            # "We need your help," the mayor said: what a line quotes is somebody's speech, not the page's own.
            if is_foreign or (quoting and rule.scope == "anywhere"):
                hit = replace(hit, strength="evidence")
            (decisive if hit.strength == "decisive" else others).append(hit)
        return (*decisive, *others)

    def _phrase_rules(self, text: str, reading: Reading) -> tuple[int, ...]:
        """Rules with the line as a phrase; else of its first phrase where it is phrases and nothing else."""
        form = normal_form(text) if reading.has_digit or reading.flat is None else reading.plain
        if found := self._phrases.get(form):
            return found
        spellings = [form]
        if _may_be_glued(text, reading.flat):
            spellings.append(normal_form(_unglued(text)))
        for spelling in spellings:
            words = spelling.split(" ")
            if not 2 <= len(words) <= PHRASE_WORDS or not self._words.issuperset(words):
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


@cache
def _reporting_clause() -> re.Pattern[str]:
    verbs = cast(dict[str, list[str]], read_resource("common/reporting.yaml"))["verbs"]
    body = "|".join(sorted(map(re.escape, verbs), key=lambda verb: (-len(verb), verb)))
    return re.compile(rf",[\"”»’]?\s(?:[^,.!?;:]{{1,60}}\s)?(?:{body})(?![^\W_])", re.IGNORECASE)


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
    trials: list[Trial] = []
    for number, rule in enumerate(rules):
        for phrase in rule.phrases:
            for form in {normal_form(phrase): None, normal_form(_unglued(phrase)): None}:
                if number not in phrases[form]:
                    phrases[form].append(number)
        for pattern, tree in rule.patterns:
            found = anchors(tree, rule.scope), needles(tree), openings(tree, rule.scope)
            trials.append(Trial(number, rule.min_words, rule.max_words, *found, rule.scope, pattern))
    digest = hashlib.sha256("\x00".join(contents).encode()).hexdigest()
    return Rules(
        rules=tuple(rules),
        version=digest[:12],
        _phrases={form: tuple(numbers) for form, numbers in phrases.items() if form},
        _hit=tuple(Hit(rule.id, rule.label, rule.strength, rule.opens_section) for rule in rules),
        _words=frozenset(word for form in phrases for word in form.split(" ")) | {_NUMBER},
        _index=Index(trials),
        _longest=max((rule.max_words for rule in rules), default=0),
        _unbound=frozenset(
            n for n, rule in enumerate(rules) if not (rule.outlets or rule.kinds or rule.min_link_share > 0)
        ),
        outlets=frozenset().union(*(rule.outlets for rule in rules)),
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
        return bool(alone.match(text, kind=kind, link_share=1.0, outlets=rule.outlets))

    missed = [f"does not match its example {text!r}" for text in rule.examples if not matches(text)]
    wrong = [f"matches its counterexample {text!r}" for text in rule.counterexamples if matches(text)]
    return [Fault(rule.place, f"{rule.id} {what}") for what in missed + wrong]
