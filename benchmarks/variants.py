"""Many documents from a few: variants that say other words in the same sentences, under addresses of their own.

So a variant is seldom a copy, another edition or the same story of the page that it was made from, and a corpus of any size costs
about what as many different pages cost. What stays as it is: words that many pages print (function words, cues, furniture), short
lines (names, dates, navigation), markup and scripts.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from py3langid.langid import classify

Document = tuple[str, bytes]  # suffix of its name, content

WORD = re.compile(r"[^\W\d_]{4,}")
LEAST_SPACES = 3  # in a line that changes,
LEAST_CHARS = 30  # or characters, of scripts without spaces
MOST_PAGES = 0.2  # of a language, that print a word which changes
AS_IT_IS = re.compile(
    r"<script(?![^>]*ld\+json)[^>]*>.*?</script>|<style.*?</style>|<(?!meta\b)[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
LINE = re.compile(r'[^"<>\n]+')  # of a dump, of an element, or a value in the head
HOST = re.compile(r"(https?:\\?/\\?/(?!schema\.org|www\.w3\.org|ogp\.me)[\w.-]+)(?=\\?/)")


def variants(documents: Sequence[Document]) -> Iterator[Document]:
    """The documents themselves, then variants of each in turn, without end."""
    yield from documents
    texts = [content.decode("utf-8", "surrogateescape") for _, content in documents]
    languages = [classify(_changing(text))[0] for text in texts]
    vocabularies = _vocabularies(texts, languages)
    for turn in count(1):
        words = {language: _swapped(known, turn) for language, known in vocabularies.items()}
        for (suffix, _), text, language in zip(documents, texts, languages, strict=True):
            varied = HOST.sub(rf"\1/{turn}", _reworded(text, words[language]))
            yield suffix, varied.encode("utf-8", "surrogateescape")


def _may_change(line: str) -> bool:
    return line.count(" ") >= LEAST_SPACES or (len(line) >= LEAST_CHARS and not line.isascii())


def _changing(text: str) -> str:
    """The lines that may change."""
    return "\n".join(line for line in LINE.findall(AS_IT_IS.sub("\n", text)) if _may_change(line))


def _vocabularies(texts: Sequence[str], languages: Sequence[str]) -> dict[str, list[str]]:
    """The words of each language that change."""
    pages: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, language in zip(texts, languages, strict=True):
        pages[language].update(sorted(set(WORD.findall(_changing(text)))))
    return {
        language: [
            word for word, found in counted.items() if found <= max(1, MOST_PAGES * languages.count(language))
        ]
        for language, counted in pages.items()
    }


def _swapped(words: Sequence[str], seed: int) -> dict[str, str]:
    """Each word and the one that takes its place, a capitalised one that of another."""
    swapped: dict[str, str] = {}
    for kind in (True, False):
        alike = [word for word in words if word[0].isupper() is kind]
        swapped |= zip(alike, random.Random(f"{seed} {kind}").sample(alike, len(alike)), strict=True)
    return swapped


def _reworded(text: str, words: Mapping[str, str]) -> str:
    def line(found: re.Match[str]) -> str:
        said = found[0]
        return WORD.sub(lambda word: words.get(word[0], word[0]), said) if _may_change(said) else said

    pieces, end = [], 0
    for kept in AS_IT_IS.finditer(text):
        pieces += [LINE.sub(line, text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*pieces, LINE.sub(line, text[end:])])
