"""Lines that consist of date material only: "Published Fri 27 Oct 2023, 16.37 BST • 5 min read", "Updated:", "0:00".

A date inside prose or a caption leaves words over, and the line is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from copydesk.grammar.clocks import find_any_clock
from copydesk.grammar.date_words import MarkerKind, date_words, fold, phrase_pattern
from copydesk.grammar.dates import MAX_LINE, find_yearless, read_stamps
from copydesk.grammar.keywords import SITE_LINES, UNSPACED, first_word, letter_words, opening_words
from copydesk.grammar.relative import ARTICLES, find_ago
from copydesk.grammar.zones import zone_names
from copydesk.words import has_digit

LENGTH = re.compile(r"(?<![\d:])\d{1,2}:[0-5]\d(?::[0-5]\d)?(?![\d:])")
LONE_NUMBER = re.compile(r"(?<![^\W_])\d{1,3}(?![^\W_])")
_SENTENCE_MARKS = (".", "!", "?", "…", ",")
LETTER = re.compile(r"[^\W_]")
# What dates and clocks hold besides the words of the tables: "27th", "d'octobre", "T08:00Z", "10 h", "a.m.".
_AFFIXES = "st nd rd th er º ª d de del di of t z a p m am pm h hs hr hrs hours uhr uur น"
_GLUED = re.compile(
    r"(?:st|nd|rd|th|er|[ºª]|hrs?|hours|hs?|uhr|uur|[ap]m)(.{1,20})"
)  # "27thOctober", "10hCET"
MAX_MARKER = 40  # "Most recently updated:" and the like; without a digit a longer line is prose
MAX_WORDS = (
    90  # letters that markers, weekdays and reading times can fill; more are prose, and need no closer look
)


@dataclass(frozen=True, slots=True)
class TimestampLine:
    """How much of a line is date material, and what it tells."""

    share: float  # of its letters and digits; 1.0: nothing else stands in the line
    kind: MarkerKind | None  # "Updated:"
    dated: bool  # a calendar day stands in it; else only a clock, a marker, a reading time or "3 hours ago"


def read_timestamp_line(text: str) -> TimestampLine | None:
    """What of a line is date material; None where it holds none that could make it a time stamp.

    A weekday, a year or a number alone is none.
    """
    numbered = has_digit(text)
    if len(text) > (MAX_LINE if numbered else MAX_MARKER) or not (total := len(LETTER.findall(text))):
        return None
    rest, dated = _without_dates(find_ago().sub(" ", text)) if numbered else (text, False)
    timed = rest != text
    if not 0 < (left := len(LETTER.findall(rest))) <= MAX_WORDS:
        return TimestampLine(1.0 - left / total, None, dated) if timed else None
    markers = [fold(match.group()) for match in phrase_pattern("markers").finditer(rest)]
    if markers:
        rest = phrase_pattern("markers").sub(" ", rest)
    elif not numbered:
        return None
    read = phrase_pattern("reading").search(rest) is not None and re.search(r"\d", rest) is not None
    if read:
        rest = LONE_NUMBER.sub(" ", phrase_pattern("reading").sub(" ", rest))
    marked = bool(markers) and (text.rstrip().endswith((":", "：")) or len(markers[0]) >= 9)
    if not (timed or read or marked):
        return None
    rest = _zones().sub(" ", phrase_pattern("joints").sub(" ", phrase_pattern("weekdays").sub(" ", rest)))
    rest = _days().sub(" ", rest)
    kind = date_words().markers[markers[-1]] if markers else None
    return TimestampLine(1.0 - len(LETTER.findall(rest)) / total, kind, dated)


def is_timestamp_line(text: str) -> bool:
    """Whether nothing but date material stands in the line."""
    return read_whole_timestamp(text) is not None


def read_whole_timestamp(text: str) -> TimestampLine | None:
    """The reading of a line of nothing but date material; None for any other."""
    return _read_whole(text) if len(text) <= MAX_LINE else None


@lru_cache(SITE_LINES)
def _read_whole(text: str) -> TimestampLine | None:
    if not is_date_word(first_word(text)):
        return None
    if not all(map(is_date_word, letter_words(text))):
        return None
    line = read_timestamp_line(text)
    return line if line is not None and line.share >= 1.0 else None


@lru_cache(SITE_LINES)
def is_date_word(word: str) -> bool:
    """Whether a run of letters can be part of date material: else a look at the line's patterns is spared."""
    known = _vocabulary()
    if word in known or UNSPACED.search(word) is not None:
        return True
    glued = _GLUED.match(word)
    return glued is not None and glued[1] in known


@cache
def _vocabulary() -> frozenset[str]:
    """Every word of date material; "" for a line without letters."""
    tables = date_words()
    phrases = {
        *tables.months,
        *tables.weekdays,
        *tables.joints,
        *tables.reading,
        *tables.markers,
        *tables.units,
    }
    phrases |= tables.ago | tables.today | tables.yesterday | tables.am | tables.pm | ARTICLES
    return letter_words(" ".join((*phrases, *zone_names(), _AFFIXES))) | {""}


@cache
def _zones() -> re.Pattern[str]:
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, zone_names())) + r")(?![^\W_])")


@cache
def _days() -> re.Pattern[str]:
    """Today and yesterday, where they stand beside a clock."""
    words = sorted(date_words().today | date_words().yesterday, key=len, reverse=True)
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, words)) + r")(?![^\W_])", re.IGNORECASE)


def _without_dates(text: str, mark: str = " ") -> tuple[str, bool]:
    """The text with `mark` for its dates, clocks and lengths, and whether a calendar day was among them."""
    rest = text
    readings = read_stamps(text)
    for reading in reversed(readings):
        rest = rest[: reading.char_start] + mark + rest[reading.char_end :]
    yearless = find_yearless(rest)
    if yearless is not None:
        rest = rest[: yearless[0]] + mark + rest[yearless[1] :]
    for _ in range(4):  # a line holds few clocks; the bound keeps hostile ones linear
        clock = find_any_clock(rest)
        if clock is None:
            break
        rest = rest[: clock.char_start] + mark + rest[clock.char_end :]
    return LENGTH.sub(mark, rest), bool(readings) or yearless is not None


def cut_dates(text: str) -> str:
    """The text with dates, clocks, "3 hours ago", reading times and their marker words turned into " | "."""
    if len(text) > MAX_LINE or not has_digit(text):
        return text
    rest = find_ago().sub(" | ", text)
    rest, _ = _without_dates(rest, " | ")
    if rest == text and phrase_pattern("reading").search(text) is None:
        return text
    if UNSPACED.search(rest) is not None or not letter_words(rest).isdisjoint(_dangling_words()):
        rest = _dangling().sub(" ", rest)
    return re.sub(r"(?:(?:^|\s)\|\s*)+$|^(?:\s*\|\s)+", "", rest).strip()


@cache
def _dangling_words() -> frozenset[str]:
    tables = date_words()
    return opening_words((*tables.markers, *tables.weekdays, *tables.joints, *tables.reading))


@cache
def _dangling() -> re.Pattern[str]:
    """Words left over around a cut date: "Updated on", "Uhr", "5 min read"; only beside a cut or at the end."""
    words = "|".join(f"(?:{phrase_pattern(kind).pattern})" for kind in ("markers", "weekdays", "joints"))
    reading = (
        rf"\d{{1,3}}\s?(?:{phrase_pattern('reading').pattern})(?:\s(?:{phrase_pattern('reading').pattern}))?"
    )
    return re.compile(
        rf"(?:(?:{words})[\s:,(]{{0,3}})+(?=\|)|(?<=\|)(?:[\s:,)]{{0,3}}(?:{words}))+|{reading}",
        re.IGNORECASE,
    )


def is_dated_line(text: str, max_words: int = 6) -> bool:
    """A short line that dates a story among other things: "Politics / January 11, 2024", "Written on 15 April 2025 in News".

    Only few words beside the date, no sentence. It tells nothing by itself: it counts in the head of a story, where no line
    of date material only stands.
    """
    if len(text) > MAX_LINE or not has_digit(text) or text.rstrip().endswith(_SENTENCE_MARKS):
        return False
    if sum(len(word) > 1 and not is_date_word(word) for word in letter_words(text)) > max_words:
        return False
    line = read_timestamp_line(text)
    if line is None or not line.dated or line.share >= 1.0:
        return False
    rest = re.findall(r"[^\W\d_]{2,}", cut_dates(text))
    small = sum(word.islower() for word in rest)
    set_apart = line.kind is not None or re.search(r"[|·•/]", text) is not None
    return len(rest) <= max_words and small <= 2 and line.share >= (0.3 if set_apart else 0.55)
