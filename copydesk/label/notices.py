"""Pages that are no story but what stands in its place: an error, a check for robots, a wall, a list of links, an appeal alone.

Decided once the blocks are labelled, since a story may have a banner around it: what counts is what would be left as body. The
phrases are data (`resources/LANGUAGE/notices.yaml`); a story about errors or consent is longer than they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Literal, cast

from copydesk.label.lines import ends_sentence, link_share_of
from copydesk.records import Labelled, Page, RemovalLabel
from copydesk.resources import LANGUAGES, read_resource
from copydesk.words import MARKS

Phrase = tuple[str, ...]  # its parts, in order, with a gap of at most GAP_CHARS between two of them

GAP_CHARS = 60
ERROR_CHARS = (
    1000  # of body text; error pages with more were not seen, nor shorter stories with two signs of one
)
BARE_CHARS = 260  # with one sign only
CONSENT_SHARE = 0.5  # of the body's characters, in blocks with a phrase of consent
CONSENT_PHRASES = 3  # a story about a baker "who uses cookies to …" may have two
LEFT_CHARS = 150  # of other body text, where the wall itself was removed as cookie notice
LEFT_FACTOR = 5  # so many times longer is the wall,
HEADLESS_FACTOR = 2  # or so many times, where the page has no headline
WALLS = frozenset(
    ("donation_appeal", "payment_widget", "newsletter", "app_promotion", "paywall_notice", "cookie_notice")
)
SENTENCE_WORDS = 8  # a shorter line may be what a wall's rules have missed
LINKED = 0.8  # of a block's characters, where it is nothing but a link
LOOKED_AT_CHARS = 1000  # of the first blocks, for a first sign of consent

_CODE = re.compile(
    r"\b(?:http )?(?:error|fehler|erreur|erro|errore)?\W{0,3}\b[45]\d\d\b\W{0,3}(?:error|http)?"
)
_PARTS = re.compile(r"\s{0,9}[|–—·:»]\s{0,9}|\s{1,9}-\s{1,9}")
_WORD = re.compile(rf"[\w{MARKS}]{{1,80}}")
_HAN = re.compile(
    "[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)  # scripts without spaces, or with endings
_EDGES = " \t.,!?…¡¿:;-–—。！？()[]\"'“”"


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands in the place of a story, and its blocks, of which none is body any more."""

    code: Literal["error-page", "consent-page", "list-page", "boilerplate-page"]
    found: str  # for a person
    labelled: tuple[Labelled, ...]


def find_notice(page: Page, labelled: Sequence[Labelled]) -> Notice | None:
    """What the page is instead of a story; None for a story, and for what is neither."""
    body = [item.block.text for item in labelled if item.is_body]
    if sum(map(len, body)) <= ERROR_CHARS and _is_error(page, labelled, body):
        return Notice("error-page", "a page that tells of an error", _relabelled(labelled, "error"))
    if _is_consent(body, labelled):
        return Notice("consent-page", "a page that asks for consent", _relabelled(labelled, "consent"))
    if body and all(link_share_of(item.block) >= LINKED for item in labelled if item.is_body):
        return Notice("list-page", "a list of links", _relabelled(labelled, "list"))
    if _is_boilerplate(body, labelled):
        return Notice(
            "boilerplate-page", "appeals and offers without a story", _relabelled(labelled, "boilerplate")
        )
    return None


_Kind = Literal["error", "consent", "list", "boilerplate"]
_LABELS: Mapping[_Kind, RemovalLabel] = {"consent": "cookie_notice", "list": "related_links"}


def _relabelled(labelled: Sequence[Labelled], kind: _Kind) -> tuple[Labelled, ...]:
    label = _LABELS.get(kind, "unknown")
    return tuple(
        replace(item, label=label, rule=f"notice/{kind}-page") if item.is_body else item for item in labelled
    )


def _is_error(page: Page, labelled: Sequence[Labelled], body: Sequence[str]) -> bool:
    left = [item.block.text for item in labelled]
    head = any(map(_is_error_head, _heads(page, labelled)))
    size = sum(map(len, body))
    if not head and size > BARE_CHARS:
        return False
    if head and size <= BARE_CHARS:
        return True
    said = any(_hits(_plain(text), _phrases("error_texts")) for text in (body or left))
    return said and (head or bool(body) or sum(map(len, left)) <= BARE_CHARS)


def _heads(page: Page, labelled: Sequence[Labelled]) -> Iterable[str]:
    """What may be the page's headline."""
    yield from (claim.value for claim in page.claimed("headline"))
    yield from (item.block.text for item in labelled if item.label == "headline")
    yield from (item.block.text for item in labelled[:3])
    yield from (item.block.text for item in labelled if item.block.kind == "heading" and item.block.level < 3)


def _is_error_head(text: str) -> bool:
    if len(text) > 160:
        return False
    plain = _plain(text)
    return any(
        _CODE.sub("", part).strip(_EDGES) in _error_heads() or _CODE.fullmatch(part)
        for part in (plain, *_PARTS.split(plain))
        if part.strip(_EDGES)
    )


def _is_boilerplate(body: Sequence[str], labelled: Sequence[Labelled]) -> bool:
    """Whether all that is left beside walls and boxes are a few words that are no sentence, on a page without a headline."""
    size = sum(map(len, body))
    if not body or size > LEFT_CHARS or _has_headline(labelled):
        return False
    walls = sum(len(item.block.text) for item in labelled if item.label in WALLS)
    is_sentence = (ends_sentence(text) and len(text.split()) >= SENTENCE_WORDS for text in body)
    return walls >= HEADLESS_FACTOR * size and not any(is_sentence)


def _has_headline(labelled: Sequence[Labelled]) -> bool:
    return any(item.label == "headline" for item in labelled)


def _is_consent(body: Sequence[str], labelled: Sequence[Labelled]) -> bool:
    phrases = _phrases("consent_texts")
    removed = sum(len(item.block.text) for item in labelled if item.label == "cookie_notice")
    size = sum(map(len, body))
    factor = LEFT_FACTOR if _has_headline(labelled) else HEADLESS_FACTOR
    if removed and size <= LEFT_CHARS and removed >= factor * size:
        others = [item for item in labelled if item.label in ("headline", "unknown", "related_teaser")]
        return bool(body) or removed > sum(len(item.block.text) for item in others)
    if not body or not _hits(_plain(" ".join(body[:2])[:LOOKED_AT_CHARS]), phrases):
        return False
    hits = [_hits(_plain(text), phrases) for text in body]
    share = sum(len(text) for text, count in zip(body, hits, strict=True) if count)
    return sum(hits) >= CONSENT_PHRASES and share >= CONSENT_SHARE * size


def _hits(text: str, phrases: _Phrases) -> int:
    """How many of the phrases stand in the text."""
    words = phrases.by_word.keys() & set(_WORD.findall(text))
    candidates = chain(phrases.anywhere, *(phrases.by_word[word] for word in words))
    return sum(_stands_in(text, phrase) for phrase in candidates)


def _stands_in(text: str, phrase: Phrase) -> bool:
    first, *others = phrase
    at = text.find(first)
    while at >= 0:
        end = at + len(first)
        for part in others:
            found = text.find(part, end, end + GAP_CHARS + len(part))
            if found < 0:
                break
            end = found + len(part)
        else:
            return True
        at = text.find(first, at + 1)
    return False


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").replace("ʼ", "'").split())


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Phrases by their first word, so that a text pays for those only that may stand in it; and those without spaces."""

    by_word: dict[str, list[Phrase]]
    anywhere: tuple[Phrase, ...]


@cache
def _phrases(key: str) -> _Phrases:
    by_word: dict[str, list[Phrase]] = {}
    anywhere = []
    for phrase in _all_phrases(key):
        word = _WORD.match(phrase[0])
        if word is None or _is_stem(phrase) or _HAN.search(word[0]):
            anywhere.append(phrase)
        else:
            by_word.setdefault(word[0], []).append(phrase)
    return _Phrases(by_word, tuple(anywhere))


def _is_stem(phrase: Phrase) -> bool:
    """One word, which may have an ending."""
    return len(phrase) == 1 and " " not in phrase[0]


@cache
def _all_phrases(key: str) -> tuple[Phrase, ...]:
    phrases: dict[Phrase, None] = {}
    for language in LANGUAGES:
        values = cast(dict[str, list[str]], read_resource(f"{language}/notices.yaml"))
        for text in values[key]:
            phrases[tuple(part.strip() for part in _plain(text).split("…"))] = None
    return tuple(phrases)


@cache
def _error_heads() -> frozenset[str]:
    return frozenset(" ".join(phrase).strip(_EDGES) for phrase in _all_phrases("error_heads"))
