"""Dates as news pages print them, in many languages, and what must not be taken for one."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.grammar.dates import MAX_LINE, read_stamp, read_stamps
from copydesk.grammar.timestamps import is_dated_line, is_timestamp_line, read_timestamp_line

FETCHED = datetime(2023, 10, 28, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "at", "precision", "zone_source"),
    [
        ("Oct.27 - 2023 10:12 AM CET", "2023-10-27T09:12", "minute", "explicit"),
        ("10/27/2023", "2023-10-27T00:00", "day", "none"),
        ("27.10.2023, 21:07 Uhr", "2023-10-27T21:07", "minute", "none"),
        ("28.04.2023-19:20", "2023-04-28T19:20", "minute", "none"),
        ("2023年10月27日 10時12分", "2023-10-27T10:12", "minute", "none"),
        ("2023. 10. 27. 오후 3:05", "2023-10-27T15:05", "minute", "none"),
        ("10:12 a.m. ET, October 27, 2023", "2023-10-27T14:12", "minute", "explicit"),
        ("10:12 a.m. ET, December 27, 2022", "2022-12-27T15:12", "minute", "explicit"),
        ("Fri 27 Oct 2023 16.37 BST", "2023-10-27T15:37", "minute", "explicit"),
        ("Mis à jour le 27 octobre 2023 à 18h30", "2023-10-27T18:30", "minute", "none"),
        ("27 de octubre de 2023 a las 10:12 p. m.", "2023-10-27T22:12", "minute", "none"),
        ("27 października 2023, 21:07", "2023-10-27T21:07", "minute", "none"),
        ("28 октября 2023, 13:00 МСК", "2023-10-28T10:00", "minute", "explicit"),
        ("1 Aralık 2022 Cuma, 10:12", "2022-12-01T10:12", "minute", "none"),
        ("2023-10-27T10:12:00.000+0200", "2023-10-27T08:12", "second", "explicit"),
        ("Fri, 27 Oct 2023 10:12:00 GMT", "2023-10-27T10:12", "second", "explicit"),
        ("20231027T101200Z", "2023-10-27T10:12", "second", "explicit"),
        ("1698401520", "2023-10-27T10:12", "second", "explicit"),
        ("Fri Oct 27 12:12:00 CEST 2023", "2023-10-27T10:12", "second", "explicit"),
        ("Sun Jan  8 10:12:00 2023", "2023-01-08T10:12", "second", "none"),
        ("March 2021", "2021-03-01T00:00", "month", "none"),
        ("27/10/23 10h30", "2023-10-27T10:30", "minute", "none"),
        ("12:05 a.m., Oct. 27, 2023", "2023-10-27T00:05", "minute", "none"),
    ],
)
def test_a_printed_date_is_an_instant_with_its_precision(
    printed: str, at: str, precision: str, zone_source: str
) -> None:
    reading = read_stamp(printed)
    assert reading is not None
    assert reading.stamp.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (reading.stamp.precision, reading.stamp.zone_source) == (precision, zone_source)
    assert printed[reading.char_start : reading.char_end].strip() == reading.stamp.raw


@pytest.mark.parametrize(
    "printed",
    [
        "Thursday",
        "27",
        "2023",
        "May",
        "the 27th",
        "99/99/2023",
        "31.02.2023",
        "Room 10:12",
        "",
        "20231399",
        "12 Monkeys 2023x",
    ],
)
def test_what_is_no_whole_date_gives_nothing(printed: str) -> None:
    assert read_stamp(printed) is None


def test_central_european_time_is_used_as_written_in_summer_too() -> None:
    reading = read_stamp("1 July 2023 10:00 CET")
    assert reading is not None and reading.stamp.at == datetime(2023, 7, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "source"),
    [
        ("Asia/Kolkata", "2023-10-27T04:42", "explicit"),
        ("Europe/Dublin", "2023-10-27T09:12", "explicit"),
        (None, "2023-10-27T10:12", "none"),
    ],
)
def test_letters_of_several_countries_are_settled_by_the_outlets_clock(
    zone: str | None, at: str, source: str
) -> None:
    reading = read_stamp("10:12 IST, 27 October 2023", zone=zone)
    assert reading is not None
    assert reading.stamp.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert reading.stamp.zone_source == source


def test_a_clock_without_a_zone_is_the_outlets() -> None:
    reading = read_stamp("27.10.2023, 21:07 Uhr", zone="Europe/Berlin")
    assert reading is not None
    assert reading.stamp.at == datetime(2023, 10, 27, 19, 7, tzinfo=UTC)
    assert (reading.stamp.zone, reading.stamp.zone_source) == ("Europe/Berlin", "outlet")


@pytest.mark.parametrize(
    ("printed", "options", "month", "certain"),
    [
        ("03/04/2023", {}, 3, False),
        ("03.04.2023", {}, 4, False),
        ("03/04/2023", {"order": "dmy"}, 4, True),
        ("03/04/2023", {"language": "de"}, 4, True),
        ("03/04/2023 - 13:55 GMT+1", {}, 4, True),
        ("03/04/2023 1:55 PM EST", {}, 3, True),
        ("13/04/2023", {"order": "mdy"}, 4, True),
        ("04/13/2023", {"order": "dmy"}, 4, True),
    ],
)
def test_day_and_month_are_told_apart(
    printed: str, options: dict[str, str], month: int, certain: bool
) -> None:
    reading = read_stamp(printed, **options)  # type: ignore[arg-type]
    assert reading is not None
    assert (reading.stamp.at.month, reading.certain) == (month, certain)


def test_words_say_which_date_it_is() -> None:
    line = "Published Oct. 27, 2023 at 9:00 a.m. EDT | Updated Oct 28, 2023 3:15 p.m. EDT"
    assert [reading.kind for reading in read_stamps(line)] == ["published", "updated"]
    assert [
        reading.kind for reading in read_stamps("입력 2023.10.27. 오전 10:12 수정 2023.10.27. 오후 1:05")
    ] == ["published", "updated"]
    assert [reading.kind for reading in read_stamps("1 giugno 2022 (modifica il 2 giugno 2022 | 10:33)")] == [
        None,
        "updated",
    ]


@pytest.mark.parametrize(
    ("printed", "at", "precision"),
    [
        ("vor 20 Minuten", "2023-10-28T11:40", "minute"),
        ("3 hours ago", "2023-10-28T00:00", "day"),
        ("hace 2 días", "2023-10-26T00:00", "day"),
        ("27 Oct, 10:12", "2023-10-27T10:12", "minute"),
        ("gestern, 18:30", "2023-10-27T00:00", "day"),
        ("3小时前", "2023-10-28T00:00", "day"),
    ],
)
def test_relative_dates_need_the_time_of_fetching(printed: str, at: str, precision: str) -> None:
    reading = read_stamp(printed, fetched_at=FETCHED)
    assert reading is not None
    assert (reading.stamp.at, reading.stamp.precision) == (
        datetime.fromisoformat(at).replace(tzinfo=UTC),
        precision,
    )
    assert read_stamp(printed) is None


def test_no_date_lies_in_the_future_of_the_page() -> None:
    assert read_stamp("1 December 2023", fetched_at=FETCHED) is None
    assert read_stamp("29 October 2023", fetched_at=FETCHED) is not None


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Published Fri 27 Oct 2023, 16.37 BST • 5 min read", "published"),
        ("Updated:", "updated"),
        ("0:00", None),
        ("Lesezeit 3 Min.", None),
        ("Stand: 12.04.2024, 10:12 Uhr", "published"),
        ("Zuletzt aktualisiert am 3. März 2024 um 9.05 Uhr", "updated"),
        ("公開日：2023年10月27日", "published"),
        ("vor 3 Stunden", None),
        ("2時間前", None),
        ("27 Oct, 10:12", None),
    ],
)
def test_lines_of_date_material_only(line: str, kind: str | None) -> None:
    assert is_timestamp_line(line)
    read = read_timestamp_line(line)
    assert read is not None and read.kind == kind


@pytest.mark.parametrize(
    "line",
    [
        "On Friday the river rose.",
        "Four dead after a fire on 27 October 2023",
        "Thursday",
        "2023",
        "By Jane Doe, 27 October 2023",
        "The council meets at 10:12 on Monday.",
        "Velmora's army on parade, 6 October 2022. (Bo Roe/AFP)",
    ],
)
def test_prose_and_captions_are_no_time_stamps(line: str) -> None:
    assert not is_timestamp_line(line)


@pytest.mark.parametrize(
    ("line", "dated"),
    [
        ("von Landesbote 30. Juni 2025", True),
        ("Written | Local | 11.2.2025 | 23:55", True),
        ("Politics / January 11, 2024", True),
        ("Harrow bridge, 6 October 2022", False),
        ("Four dead after a fire on 27 October 2023", False),
        ("27 October 2023", False),
    ],
)
def test_a_line_may_date_a_story_among_other_things(line: str, dated: bool) -> None:
    assert is_dated_line(line) is dated


@given(st.text(max_size=MAX_LINE))
def test_any_text_is_read_without_a_fault_and_spans_fit(text: str) -> None:
    for reading in read_stamps(text, fetched_at=FETCHED):
        assert 0 <= reading.char_start < reading.char_end <= len(text)
        assert reading.stamp.at.tzinfo is not None
    read_timestamp_line(text)


@pytest.mark.parametrize(
    "hostile", ["1" * 400, "1/" * 200, "May " * 100, "10:12 " * 66, "? " * 200, "a." * 200, "1 Oct " * 66]
)
def test_hostile_lines_cost_little(hostile: str) -> None:
    started = time.process_time()
    read_stamps(hostile, fetched_at=FETCHED)
    read_timestamp_line(hostile)
    assert time.process_time() - started < 1.0  # the tables are loaded within it


def test_only_dates_in_languages_without_words_of_their_own_are_given_to_dateparser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def parse(text: str, settings: object) -> datetime:
        asked.append(text)
        return datetime(2023, 10, 27)

    monkeypatch.setattr("dateparser.parse", parse)
    assert read_stamp("2023. október 27.", foreign=True, language="hu") is not None
    assert read_stamp("vitrine, 22 de textos de 2018", foreign=True, language="pt") is None
    assert asked == ["2023. október 27."]
