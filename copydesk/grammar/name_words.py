"""The vocabulary of names: particles, job titles, collectives, agencies and the words that no person's name holds.

Words come from `common/names.yaml`, `common/agencies.yaml` and `<language>/titles.yaml`; `names.py` decides with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal, cast

from copydesk.grammar.keywords import telling_words
from copydesk.resources import LANGUAGES, read_resource

WordKind = Literal["titles", "collective", "stops"]
MIN_FOREIGN = 5  # a short word of another language is somebody's name ("Kim", "Son", "Can")


def base_language(language: str | None) -> str | None:
    """ "pt-BR" -> "pt"; Norwegian's two written forms -> "no"; None for languages that we have no words for."""
    code = (language or "").lower().split("-")[0].split("_")[0]
    code = {"nb": "no", "nn": "no"}.get(code, code)
    return code if code in LANGUAGES else None


@cache
def words(kind: WordKind, language: str | None = None) -> frozenset[str]:
    """One list of `titles.yaml`: of English and of `language` in full, of the others the longer words."""
    own = {"en", base_language(language) or "en"}
    found: set[str] = set()
    for code in LANGUAGES:
        table = cast(dict[str, list[str]], read_resource(f"{code}/titles.yaml"))
        entries = (word.casefold() for word in table[kind])
        found.update(
            word for word in entries if code in own or len(word) >= MIN_FOREIGN or not word.isascii()
        )
    return frozenset(found)


@cache
def name_words(kind: str) -> frozenset[str]:
    """One list of `common/names.yaml`: "particles", "suffixes", "honorifics", "generations", "place_heads", "places"."""
    return frozenset(cast(dict[str, list[str]], read_resource("common/names.yaml"))[kind])


@cache
def agencies() -> Mapping[str, str]:
    """Every way to write an agency, casefolded, with its usual name; wire agencies win over picture agencies."""
    table = cast(dict[str, list[dict[str, object]]], read_resource("common/agencies.yaml"))
    found: dict[str, str] = {}
    for kind in ("wire", "photo"):
        for entry in table[kind]:
            name = cast(str, entry["name"])
            for form in (name, *cast(list[str], entry["also"])):
                found.setdefault(form.casefold(), name)
    return found


@cache
def agency_words() -> frozenset[str]:
    """Words of which every line that names an agency holds one."""
    return telling_words(agencies())


def may_name_agency(text: str, words: Iterable[str]) -> bool:
    """Whether an agency's name could stand in a text; `words` are its runs of letters, casefolded."""
    told = agency_words().intersection(words)
    if not told:
        return False
    folded, names = text.casefold(), _names_told()
    return any(all(map(folded.__contains__, name)) for word in told for name in names[word])


@cache
def _names_told() -> Mapping[str, Sequence[Sequence[str]]]:
    """By the telling word of each agency's name all that stands between its blanks."""
    found: defaultdict[str, list[list[str]]] = defaultdict(list)
    for form in agencies():
        for word in telling_words([form]):
            found[word].append(form.split())
    return found


@cache
def wire_agencies() -> frozenset[str]:
    """The usual names of agencies that sign copy, not only pictures."""
    table = cast(dict[str, list[dict[str, str]]], read_resource("common/agencies.yaml"))
    return frozenset(entry["name"] for entry in table["wire"])
