"""What reaches the terminal: nothing that steers it, and progress that says how far and how long."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.console import Lines, clock, complain, make_progress, measure, plain


@given(st.text())
def test_no_text_can_steer_a_terminal(text: str) -> None:
    shown = plain(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in shown)
    assert plain(shown) == shown


def test_what_is_hidden_is_shown_as_its_code() -> None:
    assert plain("a\x1b[2Jb\u202ec\x9b") == r"a\x1b[2Jb\u202ec\x9b"
    assert plain("Łódź, 東京, 👩\u200d🚒, [bold]") == "Łódź, 東京, 👩\u200d🚒, [bold]"


def test_a_complaint_is_one_line() -> None:
    stream = io.StringIO()
    complain("expected this,\n found\r\nthat \x1b[31m", stream)
    assert stream.getvalue() == "copydesk: expected this, found that \\x1b[31m\n"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_read_as_people_say_them(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_progress_tells_count_rate_and_time_left() -> None:
    assert measure(1200, 4000, 40.0) == "1,200 of 4,000, 30.0/s, 1 min 33 s left"
    assert measure(4000, 4000, 100.0) == "4,000 of 4,000, 40.0/s"
    assert measure(3, None, 1.0) == "3, 3.0/s"
    assert measure(0, 10, 5.0) == "0 of 10"


def test_a_file_gets_few_lines_and_always_the_last_one() -> None:
    stream = io.StringIO()
    with Lines(stream, interval=3600) as progress:
        for done in range(1, 501):
            progress("edit", done, 500)
        progress("audit", 0, 1)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("edit: 500 of 500")
    assert lines[1] == "audit ..."


def test_quiet_says_nothing() -> None:
    stream = io.StringIO()
    with make_progress(quiet=True, stream=stream) as progress:
        progress("edit", 1, 2)
    assert stream.getvalue() == ""
