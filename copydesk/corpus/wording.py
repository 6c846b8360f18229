"""Words as the corpus step compares them: without case and punctuation, alike whatever their ending, and which of them tell much.

Words are compared by hashes of our own, so that results do not change with the process or with an engine's version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import accumulate, chain
from struct import Struct
from typing import TYPE_CHECKING, Any, cast

from copydesk.kept import Kept
from copydesk.resources import LANGUAGES, read_resource
from copydesk.words import LETTERS, SPACELESS, joined_runs, joined_runs_of_lines, narrow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Keys = NDArray[np.uint64]

# Scripts without spaces give a word a character, as in `copydesk.words`; compounds with a hyphen give their parts, since
# outlets differ in hyphens.
_WORD = re.compile(rf"[{SPACELESS}]|{LETTERS}(?:['’‘ʼ]{LETTERS})*+")
_IS_SPACELESS = re.compile(rf"[{SPACELESS}]")
_APOSTROPHES = "’‘ʼ"
_EMPTY, _NUMBER = blake2b(digest_size=8), Struct("<Q")
_SHARP_S = "ß".encode("latin-1")  # folded to two letters,
_MICRO = "µ".encode("latin-1")  # and to a Greek one
_SPACELESS_WEIGHT = 0.5  # two characters make a word, roughly

KEPT_KEYS = 120_000  # and up to twice as many, some 25 MB
KEPT_STEMS = 20_000
TEXTS_AT_ONCE = 32
STEM_CHARS = (
    5  # "refuse" and "refusing", "executed" and "executing" are alike; a crude stem that needs no language
)


def normal_words(text: str) -> list[str]:
    """The words without case, punctuation and kinds of apostrophe.

    >>> normal_words("“They’re self-made,” he said")
    ["they're", 'self', 'made', 'he', 'said']
    """
    flat = _narrow(text)
    return _WORD.findall(_with_one_apostrophe(text.casefold())) if flat is None else joined_runs(flat)


def normal_words_of(texts: Sequence[str]) -> list[list[str]]:
    """The `normal_words` of each text, at half the cost: most are read together with their neighbours."""
    words: list[list[str]] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        group = texts[start : start + TEXTS_AT_ONCE]
        flat = _narrow(" \n ".join(group))
        lines = [] if flat is None else joined_runs_of_lines(flat)
        words += lines if len(lines) == len(group) else map(normal_words, group)
    return words


def _narrow(text: str) -> bytes | None:
    """A narrow text whose case can be folded byte by byte; None where it cannot."""
    flat = narrow(_with_one_apostrophe(text))
    return None if flat is None or _MICRO in flat else flat.replace(_SHARP_S, b"ss")


def _with_one_apostrophe(text: str) -> str:
    if not text.isascii():
        for mark in _APOSTROPHES:  # some times faster than str.translate
            text = text.replace(mark, "'")
    return text


def printed_words(text: str) -> list[str]:
    """The same words as they are printed, one for each of `normal_words`."""
    return _WORD.findall(text)


@lru_cache(maxsize=KEPT_STEMS)
def stem(word: str) -> str:
    """The word without its ending, and without an s at its end, which marks plural, genitive or person in many languages.

    >>> stem("refusing"), stem("laws"), stem("harrow's")
    ('refus', 'law', 'harro')
    """
    bare = word.removesuffix("'s")
    return bare.rstrip("s")[:STEM_CHARS] if len(bare) > 3 else bare


def weigh(words: Iterable[str]) -> float:
    """How many words these are, where a character of a script without spaces is half a word."""
    # Most words begin below the first spaceless script, Thai, and need no pattern.
    return sum(
        [1.0 if word < "\u0e00" or not _IS_SPACELESS.match(word) else _SPACELESS_WEIGHT for word in words]
    )


def plain_words(language: str | None) -> frozenset[str]:
    """Words that say little of what a text is about; those of all languages where none is known."""
    key = (language or "").replace("_", "-").split("-")[0].lower()
    return _plain_words(key if key in LANGUAGES else None)


@cache
def _plain_words(language: str | None) -> frozenset[str]:
    if language is None:
        return frozenset().union(*map(_plain_words, LANGUAGES))
    functional = cast(dict[str, Any], read_resource(f"{language}/function_words.yaml")).get("words", [])
    light = cast(dict[str, list[str]], read_resource("common/light_words.yaml")).get(language, [])
    return frozenset(map(str.casefold, (*functional, *light)))


def word_key(word: str) -> int:
    """A hash of 64 bits, the same in every process."""
    key: int = _NUMBER.unpack(key_bytes(word))[0]
    return key


def key_bytes(word: str) -> bytes:
    """The `word_key` as bytes, of which `as_keys` makes an array in no time."""
    hashed = _EMPTY.copy()  # at half the cost of a new one
    hashed.update(word.encode("utf-8", "surrogatepass"))
    return hashed.digest()


class _WordKeys(Kept[bytes]):
    """Keys of the words that were met lately: most words come again and again."""

    def __missing__(self, word: str) -> bytes:
        key = self.recall(word)
        if key is None:
            key = key_bytes(word)
            self.keep(word, key)
        return key


kept_key_bytes = _WordKeys(KEPT_KEYS).__getitem__  # `key_bytes` of what is likely to come again


def as_keys(keys: Iterable[bytes]) -> Keys:
    """The keys that these bytes stand for, in order."""
    import numpy as np

    return np.frombuffer(b"".join(keys), "<u8").astype(np.uint64, copy=False)


def word_keys(words: Iterable[str]) -> Keys:
    """The key of each word, in order."""
    return as_keys(map(kept_key_bytes, words))


def distinct(keys: Keys) -> Keys:
    """The different keys, sorted; several times as fast as numpy's own way where there are few."""
    import numpy as np

    ordered = np.sort(keys)
    is_new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return ordered[is_new]


def run_keys(words: Sequence[str], length: int) -> Keys:
    """A key for each run of `length` words, in order; empty where there are fewer."""
    import numpy as np

    count = len(words) - length + 1
    if count < 1:
        return np.empty(0, np.uint64)
    single = word_keys(words)
    factor, shift = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)
    mixed = np.zeros(count, np.uint64)
    for at in range(length):
        mixed ^= single[at : at + count]
        mixed *= factor
        mixed ^= mixed >> shift
    return mixed


def run_keys_of(texts: Sequence[Sequence[str]], length: int) -> list[Keys]:
    """The `run_keys` of the words of each text, at the cost of one text."""
    mixed = run_keys(list(chain.from_iterable(texts)), length)
    starts = accumulate(map(len, texts), initial=0)
    return [
        mixed[start : start + max(0, len(words) - length + 1)]
        for start, words in zip(starts, texts, strict=False)
    ]
