"""The language of an article as a BCP 47 base code: what the page claims, checked against what its text is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, cast

from copydesk.describe.context import Context, Found
from copydesk.resources import read_resource

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

MIN_LETTERS = 60  # under it a text tells too little to overrule anybody
MIN_ALONE = 25  # and under it nothing at all, if nobody claims a language
ENOUGH = 800  # characters of the body that are looked at; more cost milliseconds and change no page of the benchmark
SURE = 0.95
# Of the words of English news 27 % and more are function words of it, of those of other languages 13 % at most. German has
# relatives, but of the pages in it all but one have 30 % and more, those in other languages 15 % at most. The model, which
# takes most of this step's time, need not be asked.
PLAIN_SHARE: Mapping[str, float] = {"en": 0.25, "de": 0.3}
PLAIN_WORDS = 20
BASE = re.compile(r"[A-Za-z]{2,3}")
NO_CODES = frozenset(
    ("utf", "iso", "und", "mul", "zxx", "mis")
)  # "utf-8" in a content-language, and codes for "unknown"
CODES = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}


def find_language(context: Context) -> Found[str] | None:
    """The language of the body: the text decides against a template's `lang`, but a short one does not."""
    if context.sidecar.language and (code := base_code(context.sidecar.language)):
        return Found(code, "sidecar")
    claim = next(
        ((code, claim.evidence) for claim in context.claims("language") if (code := base_code(claim.value))),
        None,
    )
    text = " ".join(item.block.text for item in context.body)[:ENOUGH]
    letters = sum(map(str.isalpha, text))
    if letters >= (4 * MIN_LETTERS if claim else MIN_ALONE):
        told, share = _identify(text)
        if claim is None or (told != claim[0] and share >= SURE):
            return Found(told, "text") if share >= SURE or letters >= MIN_LETTERS else None
    return Found(*claim) if claim else None


def base_code(tag: str) -> str | None:
    """ "en_US.UTF-8" -> "en", "nb-NO" -> "no"; None for what is no language tag."""
    match = BASE.match(tag.strip())
    rest = tag.strip()[match.end() : match.end() + 1] if match else ""
    if match is None or rest.isalpha():
        return None
    code = match.group().lower()
    if code in NO_CODES:
        return None
    return CODES.get(code, code)


def _identify(text: str) -> tuple[str, float]:
    words = text.lower().split()
    for code, share in PLAIN_SHARE.items() if len(words) >= PLAIN_WORDS else ():
        if sum(map(_function_words(code).__contains__, words)) >= share * len(words):
            return code, 1.0
    code, share = _identifier().classify(text)
    return CODES.get(code, code), float(share)


@cache
def _function_words(code: str) -> frozenset[str]:
    return frozenset(cast(dict[str, list[str]], read_resource(f"{code}/function_words.yaml"))["words"])


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads numpy and the model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
