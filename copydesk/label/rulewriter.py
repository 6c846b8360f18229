"""Blocks as rules, in the format that `rulefile` reads: for a person to look through, and for `--rules` after that."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import blake2b

import yaml

from copydesk.label.rulefile import DEFAULT_MAX_WORDS, parse_rule_file
from copydesk.label.rules import COMPOUND_CHARS, PHRASE_WORDS, example_faults, fold
from copydesk.label.trials import MAX_CHARS

LINE_CHARS = MAX_CHARS - 100  # of a block that a pattern compares to its end
BEGINNING_CHARS = 200  # of a longer one that it compares
SPARE = 1.25  # times the block's words: numbers may be written in several

_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_NUMBER = re.compile(r"\d(?:[\d.,]{0,10}\d)?")
_RIM = r"[\W_]{0,4}"
_TRIM = re.compile(r"^[\W_]+|[\W_]+$")
_STRAIGHT = str.maketrans(dict.fromkeys("’‘ʼ", "'") | {"\u00a0": " "})  # as `rules` compares them
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule to be: blocks of `outlet` that read like `text` get `label`."""

    outlet: str
    text: str
    label: str
    why: str
    counterexample: str
    notes: tuple[str, ...] = ()  # comments above it, none of them a page's text


def write_rule(draft: Draft) -> str | None:
    """One entry of a rule file, or None where no rule can say this. Text of pages stands in quotes only, never in comments."""
    fields: dict[str, object] = {
        "id": rule_id(draft.outlet, draft.text),
        "label": draft.label,
        "outlets": [draft.outlet],
        **_matcher(draft.text),
        "why": draft.why,
        "counterexamples": [draft.counterexample],
    }
    if "pattern" in fields:
        fields["examples"] = [draft.text]
    entry = yaml.safe_dump([fields], sort_keys=False, allow_unicode=True, width=10_000)
    read, faults = parse_rule_file(entry, "draft")
    if (
        faults
        or yaml.safe_load(entry) != [fields]
        or example_faults(replace(read[0], examples=(draft.text,)))
    ):
        return None
    return "".join(f"# {note}\n" for note in draft.notes) + entry


def rule_id(outlet: str, text: str) -> str:
    """The same for the same block of the same outlet: "learned-gazette-example/every-thursday-our-3fa91c"."""
    mark = blake2b(fold(text).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{_slug('learned ' + outlet, 5)}/{_slug(text[:200], 4, mark)}"


def _slug(text: str, parts: int, *more: str) -> str:
    words = [word[:24] for word in _SLUG.split(fold(text)) if word]
    return "-".join([*words[:parts], *more])


def _matcher(text: str) -> dict[str, object]:
    """The keys by which a rule knows the block: a phrase where it is short, else a pattern."""
    words = len(text.split())
    if words <= PHRASE_WORDS and len(text) <= COMPOUND_CHARS:
        return {"phrases": [text]}
    is_line = len(text) <= LINE_CHARS
    beginning = text[:BEGINNING_CHARS]
    kept = _TRIM.sub("", text if is_line else beginning.rpartition(" ")[0] or beginning)
    source = _NUMBER.sub("{number}", _SPECIAL.sub(r"\\\g<0>", kept.translate(_STRAIGHT)))
    scope = "line" if is_line else "prefix"
    most = max(DEFAULT_MAX_WORDS["line"], int(words * SPARE))
    pattern = f"{_RIM}{source}{_RIM}" if is_line else f"{_RIM}{source}"
    return {"scope": scope, "pattern": pattern, "max_words": most}
