"""No text makes a regular expression, a grammar function or the desk run for ever."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import desk
from copydesk.grammar.byline import read_byline
from copydesk.grammar.credits import read_caption, read_credit
from copydesk.grammar.dateline import read_dateline
from copydesk.grammar.dates import read_stamp, read_stamps
from copydesk.grammar.names import read_person, without_contacts
from copydesk.grammar.outlets import cut_outlet, read_self_naming
from copydesk.grammar.sign_off import read_sign_off
from copydesk.grammar.timestamps import cut_dates, is_dated_line, read_timestamp_line
from copydesk.pipeline import new_run
from copydesk.records import RawPage
from copydesk.words import count_words
from hostile.baits import BAITS
from hostile.kit import story
from hostile.patterns import Pattern, all_patterns, attacks, nested_without_end

MOST_GROWTH = 2.6  # of the time when the text doubles: 2 where it is linear, 4 where it is quadratic
NOISE_SECONDS = 0.02  # less than this says nothing about growth
CHARS = 1_000
# Short texts that most repeats match somewhere, besides those that each pattern's own parts suggest.
COMMON = (" ", "a", "A", "1", '"', "“", "-", "(", "[", "?", ".", ",", "\n", "a ", "A. ", "Ana Roche, ", "By Ana ", "2024-", "May 2, ", "a@b.", "/a")  # fmt: skip

pytestmark = pytest.mark.xdist_group("patterns")


def seconds(work: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def grows_linearly(work: Callable[[str], object], text: Callable[[int], str], chars: int) -> bool:
    """Whether twice the text takes about twice the time.

    Looked at more closely where it seems not to: a busy machine may make a single run look twice as long, and a text that is
    body from some length on has more done to it from there, once.
    """
    for rounds, size in ((1, chars), (3, chars), (3, 2 * chars), (9, chars)):
        twice = seconds(lambda size=size: work(text(2 * size)), rounds)
        if twice < NOISE_SECONDS:
            return True
        if twice < MOST_GROWTH * seconds(lambda size=size: work(text(size)), rounds):
            return True
    return False


def repeated(part: str, before: str = "", after: str = "\x01") -> Callable[[int], str]:
    return lambda chars: before + (part * (chars // len(part) + 1))[:chars] + after


@pytest.fixture(scope="module")
def patterns() -> tuple[Pattern, ...]:
    found = all_patterns()
    assert len(found) > 500
    return found


def test_no_pattern_repeats_without_end_what_repeats_without_end(patterns):
    assert not [str(pattern) for pattern in patterns if nested_without_end(pattern.tree)]


@pytest.mark.parametrize(
    ("source", "nested"),
    [
        (r"(?:a+)*", True), (r"(a|b+c)+", True), (r"(?:a{2,}b?)*x", True), (r"(?=(?:\s+a)+)", True), (r"(?:.*?,)+", True),
        (r"a+b*", False), (r"(?:a{1,9})*", False), (r"(?:a+){0,9}", False), (r"(?:\w++,)*", False), (r"(?:(?>a+)b)*", False),
    ],
)  # fmt: skip
def test_nested_repeats_are_seen(source, nested):
    assert nested_without_end(Pattern(source, 0, "here").tree) is nested


def test_no_pattern_takes_more_than_linear_time(patterns):
    slow = []
    for pattern in patterns:
        compiled = re.compile(pattern.source, pattern.flags)

        def scan(text: str, compiled: re.Pattern = compiled) -> None:
            data = text if isinstance(compiled.pattern, str) else text.encode("utf-8", "replace")
            for _ in compiled.finditer(data):
                pass

        own = list(dict.fromkeys((before[-30:], part) for before, part in attacks(pattern.tree) if part))[:20]
        for before, part in [*(("", part) for part in COMMON), *own]:
            if not grows_linearly(scan, repeated(part, before), CHARS):
                slow.append(f"{pattern} on {before!r} and {part!r} repeated")
    assert not slow


GRAMMAR: dict[str, Callable[[str], object]] = {
    "byline": read_byline,
    "caption": read_caption,
    "credit": read_credit,
    "dateline": read_dateline,
    "stamp": lambda text: read_stamp(text, latest=datetime(2026, 1, 1, tzinfo=UTC)),
    "stamps": lambda text: read_stamps(text, latest=datetime(2026, 1, 1, tzinfo=UTC)),
    "person": read_person,
    "contacts": without_contacts,
    "outlet": lambda text: cut_outlet(text, ["The Harrow Gazette"]),
    "self-naming": read_self_naming,
    "sign-off": read_sign_off,
    "dates": cut_dates,
    "dated-line": is_dated_line,
    "timestamp": read_timestamp_line,
    "words": count_words,
}


@pytest.mark.parametrize("form", GRAMMAR)
def test_printed_forms_are_read_in_linear_time(form):
    assert not [
        name for name, bait in BAITS.items() if not grows_linearly(GRAMMAR[form], repeated(bait), 4_000)
    ]


_RUN, _KIT = new_run(), desk.load_kit(())


def edit_paragraph(text: str, name: str = "a.txt") -> None:
    told = story("fuzz")
    dump = "\n\n".join(
        [told.headline, told.byline, *told.paragraphs[:2], text, told.paragraphs[2], text[:300]]
    )
    page = dump if name == "a.txt" else told.html(before=f"<p>{text}</p><p class=byline>{text[:2000]}</p>")
    desk.edit(RawPage(name, name, page.encode("utf-8", "surrogatepass")), _RUN, _KIT)


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_a_document_full_of_bait_takes_linear_time(name):
    edit_paragraph("words")  # the first document loads what all need
    assert not [
        bait
        for bait, text in BAITS.items()
        if not grows_linearly(lambda text: edit_paragraph(text, name), repeated(text, after=" x"), 10_000)
    ]


scraps = st.one_of(
    st.sampled_from(sorted({bait[:12] for bait in BAITS.values()} | set(COMMON))),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4),
)


@settings(max_examples=60)
@given(st.lists(scraps, min_size=1, max_size=3), st.lists(scraps, max_size=2), st.lists(scraps, max_size=1))
def test_whatever_is_repeated_takes_linear_time(parts, before, after):
    text = repeated("".join(parts), "".join(before), "".join(after) + " x")
    assert grows_linearly(edit_paragraph, text, 8_000)
