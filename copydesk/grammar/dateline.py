"""Datelines: where a story was filed, as printed at its start: "KYIV, Ukraine (AP) — ", "Berlin (dpa) - ", "PARIS, 26 oct — "."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from copydesk.grammar.date_words import month_number
from copydesk.grammar.names import agency_name
from copydesk.resources import read_resource

MAX_DATELINE = 110
_WORD = r"[^\W\d_][^\W\d_.’'-]{0,40}(?:[.’'-][^\W\d_]{0,40}){0,6}"
_PLACE = rf"(?P<place>{_WORD}(?:[ /]{_WORD}){{0,4}}(?:, ?{_WORD}(?: {_WORD}){{0,3}}){{0,2}})"
_DATE = r"(?:,? ?(?P<date>(?:\d{1,2}\.? ?[^\W\d_]{3,10}\.?|[^\W\d_]{3,10}\.? \d{1,2})(?:,? \d{4})?))?"
_AGENCY = r"(?: ?[(\[](?P<agency>[^()\[\]]{2,40})[)\]])?"
DATELINE = re.compile(
    rf"{_PLACE}(?![^\W\d_]){_DATE},?{_AGENCY}(?P<mark> ?[—–-]{{1,2}} ?|: ?|\. ?[—–-] ?| ?\| ?)(?=\S)"
)
UNKNOWN_AGENCY = re.compile(r"[A-Z][\w&.-]{1,20}(?: [A-Z][\w&.-]{1,20}){0,2}")
# East Asian datelines name the agency without a gap: "新华社北京4月24日电", "【ワシントン共同】", "(서울=연합뉴스) ".
_HAN = "\u3400-\u9fff"
_EAST_ASIAN = (
    re.compile(
        rf"[（(]?(?P<agency>[{_HAN}]{{3}})(?:记者[{_HAN}]{{2,4}}|記者[{_HAN}]{{2,4}})?(?P<place>[{_HAN}]{{2,10}}?)"
        r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:电|電|讯|訊)[）)]?[ \u3000]{0,2}(?=\S)"
    ),
    re.compile(
        r"[【［\[](?P<place>[^\W\d_]{2,12}?)[=＝・]?(?P<agency>共同|時事|共同通信|時事通信)[】］\]][ \u3000]{0,2}(?=\S)"
    ),
    re.compile(
        r"[（(](?P<place>[가-힣]{2,10}) ?[=＝] ?(?P<agency>[가-힣]{2,8})[)）]"
        r"(?: ?[가-힣]{2,4} (?:특파원|기자))?(?: ?[=＝])? ?(?=\S)"
    ),
)
AGENCY_ONLY = re.compile(r"[(\[](?P<agency>[^()\[\]]{2,40})[)\]] ?[—–-]{1,2} ")


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where a story was filed, and by whom, as its first paragraph opens."""

    place: str | None  # "KYIV, Ukraine", capitals kept; None for a bare "(Reuters) - "
    agency: str | None  # "AP"; None for the outlet's own copy
    char_end: int  # offset in the first paragraph where the prose begins


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline that opens a story; None when it opens with prose, which is common."""
    opening = paragraph[:MAX_DATELINE]
    if only := AGENCY_ONLY.match(opening):
        agency = _agency(only["agency"])
        return Dateline(None, agency, only.end()) if agency else None
    match = DATELINE.match(opening)
    if match is None:
        return _east_asian(opening)
    agency = _agency(match["agency"] or "")
    dated = bool(match["date"]) and any(
        month_number(word) for word in re.findall(r"[^\W\d_]+", match["date"])
    )
    if match["agency"] and agency is None:
        # An agency that no list of ours knows, in a dateline that leaves no doubt: capitals and a date.
        if not (
            dated and _is_set_off(match["place"], match["mark"]) and UNKNOWN_AGENCY.fullmatch(match["agency"])
        ):
            return None
        agency = match["agency"]
    if match["date"] and not dated:
        return None
    place = match["place"].strip(" ,")
    if not (agency or dated or _is_set_off(place, match["mark"])) or not _is_place(place):
        return None
    return Dateline(place, agency, match.end())


def _east_asian(opening: str) -> Dateline | None:
    if opening.isascii():
        return None
    for pattern in _EAST_ASIAN:
        match = pattern.match(opening)
        if match is not None and (agency := agency_name(match["agency"])):
            return Dateline(match["place"], agency, match.end())
    return None


def _agency(printed: str) -> str | None:
    """The agency in the brackets, with its desk or reporters' initials dropped: "dpa/lno" -> "dpa"."""
    return agency_name(printed) or next(
        (name for piece in re.split(r"[/,]| - ", printed) if (name := agency_name(piece))), None
    )


def _is_set_off(place: str, mark: str) -> bool:
    """Without an agency or a date, only capitals tell a place from the first words of a sentence."""
    city = place.split(",")[0]
    letters = [character for character in city if character.isalpha()]
    capitals = len(letters) >= 4 and all(character.isupper() for character in letters)
    return capitals and (mark.strip() not in ("-", "|") or mark.startswith(" ")) and len(city.split()) <= 4


def _is_place(place: str) -> bool:
    city = place.split(",")[0]
    no_places = _no_places()
    return city[:1].isupper() and not any(word.strip(".’'s").upper() in no_places for word in city.split())


@cache
def _no_places() -> frozenset[str]:
    return frozenset(cast(dict[str, list[str]], read_resource("common/datelines.yaml"))["not_places"])
