"""Captions and picture credits: "Photo: A. Doe", "(Bo Roe/AFP via Getty Images)", "REUTERS/Ann Poe/File Photo", "© Jane Doe".

A credit is kept as printed, without the word that marks it and without a year glued to it ("Bo Roe/AP2010" -> "Bo Roe/AP").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import cast

from copydesk.grammar.alternation import longest_first
from copydesk.grammar.keywords import letter_words, opening_words
from copydesk.grammar.name_words import may_name_agency
from copydesk.grammar.names import EAST_ASIAN, agency_name, is_person_shaped
from copydesk.resources import LANGUAGES, read_resource
from copydesk.words import SENTENCE_ENDS, has_digit

MAX_CREDIT = 120
TAIL = MAX_CREDIT + 10  # with brackets
MAX_CAPTION = 1200
MAX_ARCHIVE_NOTE = 40
# "… at the show Ann Poe/AP": a caption without a full stop runs on into its credit.
NAME_TAIL = re.compile(
    r"(?:^|\s)(?P<name>[^\W\d_][\w'’.-]{1,20}(?: [^\W\d_]\.?)? [^\W\d_][\w'’-]{1,24})(?P<agency>(?:/[^/]{2,40}){1,3})$"
)
ENDS_SENTENCE = re.compile(rf"[{SENTENCE_ENDS}][\"'”’»“)]?$")
BRACKET_TAIL = re.compile(r"\s{0,9}[(\[（](?P<credit>[^()\[\]（）]{2,120})[)\]）]\s{0,9}\.?\s{0,9}$")
SENTENCE_END = re.compile(r"[.!?…。！？।॥۔።။។؟”\"»)]\s{1,3}(?=\S)|\s[|•·–—-]\s|\s{2,}|\n")
GLUED_YEAR = re.compile(r"(?<=[^\W\d_])(?:19|20)\d{2}$")
YEAR = re.compile(r"^\s*(?:19|20)\d{2}(?:\s?[-–]\s?(?:19|20)\d{2})?[\s,]{0,2}|[\s,](?:19|20)\d{2}$")
VIA = re.compile(r"\svia\s|\s[/|]\s|/|\s[-–]\s|,\s")
FILE_PHOTO = re.compile(r"(?:/|,\s|\s)?(?:file photo|file|handout|pool|archive)$", re.IGNORECASE)
_BY = r"(?:by|von|de|di|av|af|door|credit|credits)"
PHOTO_END = re.compile(r"\s(?:photos?|images?)$", re.IGNORECASE)  # "AP Photo"


@dataclass(frozen=True, slots=True)
class Credit:
    """Who made or lent a picture, and where in the text that stands."""

    text: str  # "Bo Roe/AFP via Getty Images"
    char_start: int  # of the credit with its marker and brackets
    char_end: int
    marked: bool  # a word such as "Photo:" or "©" stands before it


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption cut in two; either part may be missing."""

    caption: str | None
    credit: str | None


def read_caption(text: str, language: str | None = None) -> Caption:
    """What a caption says and whom it credits: `"Servicemen. Bo Roe / TASS"` -> "Servicemen." and "Bo Roe / TASS"."""
    credit = read_credit(text, language)
    if credit is None:
        return Caption(text.strip() or None, None)
    caption = f"{text[: credit.char_start]} {text[credit.char_end :]}".strip(" |•·–—-/;,\n")
    return Caption(caption or None, credit.text)


def read_credit(text: str, language: str | None = None) -> Credit | None:
    """The picture credit that a caption ends with, or that the whole text is; None where none stands in it."""
    if not text or len(text) > MAX_CAPTION:
        return None
    words = letter_words(text)
    if _may_be_marked(text, words) and (found := _marked(text)) is not None:
        return found
    if not _may_name_agency(text, words):
        return None
    return _bracketed(text) or _bare_tail(text) or _name_tail(text)


def is_archive_picture(text: str) -> bool:
    """Whether a line ends with a note that its picture is an older or another one: "The bridge in May. (Archivbild)"."""
    return text.endswith((")", "]", "）")) and _archive_note().search(text[-MAX_ARCHIVE_NOTE:]) is not None


def opens_with_photo_word(text: str) -> bool:
    """Whether a credit says first that it is a picture's: "(Photo: A. Doe)", "Foto: dpa"."""
    return _photo_opening().match(text) is not None


def opens_with_source_word(text: str) -> bool:
    """Whether a credit says first whom something is from, which may be a story or a chart as well: "Source: SNP"."""
    return _source_opening().match(text) is not None


@cache
def _photo_opening() -> re.Pattern[str]:
    words = longest_first(_marker_phrases()[0])
    return re.compile(rf"[(\[（]?\s?(?:{words})(?:\s{_BY}\b|(?:\s{_BY})?\s{{0,2}}[:：])", re.IGNORECASE)


@cache
def _source_opening() -> re.Pattern[str]:
    words = longest_first(_listed("credits", "source"))
    return re.compile(rf"[(\[（]?\s?(?:{words})\s{{0,2}}[:：]", re.IGNORECASE)


def _listed(name: str, key: str) -> frozenset[str]:
    """The words under a key of one resource, all languages together; not every one has each key."""
    tables = (cast(dict[str, list[str]], read_resource(f"{code}/{name}.yaml")) for code in LANGUAGES)
    return frozenset(word for table in tables for word in table.get(key, ()))


@cache
def _archive_note() -> re.Pattern[str]:
    notes = longest_first(_listed("credits", "archive"))
    return re.compile(rf"[(\[（]\s?(?:{notes})\.?\s?[)\]）]$", re.IGNORECASE)


def may_be_credited(text: str, words: Iterable[str]) -> bool:
    """Whether a closer look could find a credit; `words` are the text's runs of letters, casefolded."""
    return _may_be_marked(text, words) or _may_name_agency(text, words)


def _may_be_marked(text: str, words: Iterable[str]) -> bool:
    if "©" in text or not _marker_words().isdisjoint(words):
        return True
    # Markers that letters may follow at once.
    if "(c)" in text or "(C)" in text or text.encode("utf-8", "replace").lower().find(b"copyright") >= 0:
        return True
    return _holds_glued_marker(text)


def _holds_glued_marker(text: str) -> bool:
    if ":" not in text:
        return False
    heads = text.split(":")[:-1]
    return any(head.endswith(_marker_ends()) for head in heads) and _glued_marker().search(text) is not None


def _may_name_agency(text: str, words: Iterable[str]) -> bool:
    """A credit without marker stands at the end, and names an agency or has a slash."""
    tail = text[-TAIL:]
    if "/" in tail:
        return True
    if not may_name_agency(tail, words):
        return False
    return len(text) <= TAIL or may_name_agency(tail, letter_words(tail))


@cache
def _marker_words() -> frozenset[str]:
    photo, credit = _marker_phrases()
    return opening_words(
        (*photo, *credit, "photo", "photos", "image", "courtesy", "picture", "photograph", "fot")
    )


@cache
def _marker_phrases() -> tuple[frozenset[str], frozenset[str]]:
    """Words for pictures ("Foto") and for who made them ("Credit"), in all languages."""
    photo, credit = _listed("bylines", "photo"), _listed("credits", "credit") | _listed("credits", "source")
    return photo, credit


@cache
def _glued_marker() -> re.Pattern[str]:
    """A word for pictures that a caption runs into, known by its capital: "im HafenstadionBild:"."""
    words = longest_first(word.capitalize() for word in _marker_phrases()[0])
    return re.compile(rf"(?-i:(?<=[a-zß-ÿ]{{3}})(?:{words}):)")


@cache
def _marker_ends() -> tuple[str, ...]:
    """What stands before the colon of a glued marker: its last word."""
    return tuple({word.capitalize().split()[-1] for word in _marker_phrases()[0]})


@cache
def _marker(glued: bool) -> re.Pattern[str]:
    """What marks a credit; `glued`: words that a caption runs into, too, which are looked for at each letter."""
    photo, credit = _marker_phrases()
    with_colon = rf"(?:{longest_first(photo | credit)})(?:\s{_BY})?\s{{0,2}}[:：]"
    alone = r"©|\(c\)|copyright|(?:photo |image )?courtesy of|(?:photos?|picture|photograph) by|image source,|fot\."
    sign = rf"(?:{with_colon}|(?:{alone}|(?:{longest_first(photo)})\s{_BY})(?=\s|[^\W_])|©)"
    # In brackets a word counts that opens many a sentence elsewhere ("Picture: …").
    in_brackets = r"(?<=[(\[（])(?:pictures?|pics?|images?)\s{0,2}[:：]"
    run_into = f"|{_glued_marker().pattern}" if glued else ""
    return re.compile(
        rf"(?:{in_brackets}{run_into}|(?:^|(?<=[\s(\[（.|/,;:!?”\"»)]))(?:{sign}))(?:\s{{0,2}}(?:©|{sign}))?\s{{0,2}}",
        re.IGNORECASE,
    )


def _marked(text: str) -> Credit | None:
    for match in _marker(_holds_glued_marker(text)).finditer(text):
        end = len(text)
        opened = text[match.start() - 1 : match.start()] in ("(", "[", "（") if match.start() else False
        if opened and (closing := re.compile(r"[)\]）]").search(text, match.end())):
            end = closing.start()
        printed = text[match.end() : end]
        if not opened and (stop := re.search(r"(?<=[^\W_]{3})\.\s(?=\S)|\s\|\s|\n", printed)):
            printed = printed[: stop.start()]
            end = match.end() + len(printed)
        credit = _tidy(printed)
        if (
            credit is None
            or len(credit) > MAX_CREDIT
            or len(credit.split()) > 14
            or not _names_somebody(credit)
        ):
            continue
        start = match.start() - 1 if opened else match.start()
        return Credit(credit, start, min(len(text), end + 1) if opened else end, True)
    return None


def _bracketed(text: str) -> Credit | None:
    match = BRACKET_TAIL.search(text[-TAIL:]) if ")" in text or "]" in text or "）" in text else None
    if match is None:
        return None
    offset = max(0, len(text) - TAIL)
    credit = _tidy(match["credit"])
    if credit is None:
        return None
    start = offset + match.start()
    if not _is_credit(credit) and not (_is_joint(credit) and ENDS_SENTENCE.search(text[:start])):
        return None
    return Credit(credit, start, offset + match.end(), False)


def _is_joint(credit: str) -> bool:
    """Bodies we do not know that lent a picture together, "NASA/JPL/ASU": a credit only where nothing else it can be."""
    pieces = [piece.strip() for piece in credit.split("/")]
    is_short = len(pieces) > 1 and all(map(_is_short_label, pieces))
    return is_short and any(piece.isupper() and len(piece) > 2 for piece in pieces)


def _name_tail(text: str) -> Credit | None:
    """A name and an agency after a caption that no full stop ends."""
    offset = max(0, len(text) - MAX_CREDIT)
    match = NAME_TAIL.search(text[offset:]) if "/" in text else None
    if match is None or not is_person_shaped(match["name"]):
        return None
    agencies = match["agency"][1:].split("/")
    if not all(map(_is_short_label, agencies)) or not any(map(_is_agency, agencies)):
        return None
    return Credit(f"{match['name']}{match['agency']}", offset + match.start("name"), len(text), False)


def _bare_tail(text: str) -> Credit | None:
    """What follows the last sentence of a caption, where it names an agency or is written "Name/Agency"."""
    offset = max(0, len(text) - MAX_CREDIT)
    starts = [offset + match.end() for match in SENTENCE_END.finditer(text[offset:])]
    if offset == 0:
        starts.insert(0, 0)
    for start in starts:
        credit = _tidy(text[start:])
        if credit is not None and _is_credit(credit):
            return Credit(credit, start, len(text), False)
    return None


def _is_credit(credit: str) -> bool:
    """Every piece is an agency or shaped as a name, and one piece at least is an agency (or two are joined by a slash)."""
    pieces = [piece.strip(" .,") for piece in VIA.split(FILE_PHOTO.sub("", credit)) if piece.strip(" .,")]
    if not pieces or len(pieces) > 5:
        return False
    known = False
    for piece in pieces:
        if _is_agency(piece):
            known = True
        elif not (_is_short_label(piece) or is_person_shaped(piece)):
            return False
    return known or ("/" in credit and len(pieces) > 1 and any(map(is_person_shaped, pieces)))


def _is_agency(piece: str) -> bool:
    return agency_name(piece) is not None or agency_name(PHOTO_END.sub("", piece)) is not None


def _is_short_label(piece: str) -> bool:
    """An outlet, an agency we do not know, a pool: a few capitalised words."""
    words = piece.split()
    capitals = (word[:1].isupper() or word in ("of", "the", "de", "der") for word in words)
    return len(words) <= 4 and piece[:1].isupper() and all(capitals)


def _names_somebody(credit: str) -> bool:
    first = credit.lstrip("@#\"“'")[:1]
    if first.isupper() or EAST_ASIAN.match(first) or "/" in credit or "." in credit:
        return True
    return agency_name(re.split(r"[/ ]", credit)[0]) is not None


def _tidy(printed: str) -> str | None:
    credit = " ".join(printed.split()).strip(' .,:;|()[]（）•·–—-©"“”')
    if has_digit(credit):
        credit = YEAR.sub("", GLUED_YEAR.sub("", credit))
    return credit.strip(" .,:;|/") or None
