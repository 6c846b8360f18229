"""Names and bylines: who signs a story, and lines that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.grammar.byline import read_byline
from copydesk.grammar.byline_words import is_byline_lead
from copydesk.grammar.names import agency_name, read_person, usual_case
from copydesk.grammar.sign_off import is_initials, read_sign_off


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Jane Doe", "Jane Doe"),
        ("Doe, Jane", "Jane Doe"),
        ("Dr. Jane Doe, PhD", "Jane Doe"),
        ("Jane Doe, Political Editor", "Jane Doe"),
        ("Jan van der Hoek", "Jan van der Hoek"),
        ("María de la Fuente", "María de la Fuente"),
        ("Siobhán O’Dea", "Siobhán O’Dea"),
        ("Bo R", "Bo R"),
        ("Kim Son", "Kim Son"),
        ("Jane Doe @janedoe", "Jane Doe"),
        ("Jane Doe (Reuters)", "Jane Doe"),
        ("Пётр Иванов", "Пётр Иванов"),
        ("王小明", "王小明"),
        ("山田 太郎", "山田 太郎"),
        ("홍길동 기자", "홍길동"),
        ("Reuters", None),
        ("Associated Press", None),
        ("Staff Writer", None),
        ("Harrow News", None),
        ("Sportredaktion", None),
        ("編集部", None),
        ("New York", None),
        ("By Friday", None),
        ("jane@harrow.example", None),
        ("Jane", None),
        ("admin", None),
    ],
)
def test_a_person_is_told_from_everybody_else(text: str, person: str | None) -> None:
    assert read_person(text) == person


@pytest.mark.parametrize(
    ("line", "names", "marked"),
    [
        ("By Jane Doe, Bo Roe and Ann Poe", ("Jane Doe", "Bo Roe", "Ann Poe"), True),
        ("Written by Bo R", ("Bo R",), True),
        ("Jane Doe in Velmora", ("Jane Doe",), False),
        ("By Jane Doe | The Harrow Gazette", ("Jane Doe",), True),
        ("By Doe, Jane", ("Jane Doe",), True),
        ("By JANE DOE, October 27, 2023 5 min read", ("JANE DOE",), True),
        ("Von Jan Doe und Eva Roe", ("Jan Doe", "Eva Roe"), True),
        ("Ein Kommentar von Jan Doe", ("Jan Doe",), True),
        ("Par Jeanne Doe avec AFP", ("Jeanne Doe",), True),
        ("Por Juan Pérez y María Gómez", ("Juan Pérez", "María Gómez"), True),
        ("di Marco Rossi", ("Marco Rossi",), True),
        ("Door Jan van der Hoek", ("Jan van der Hoek",), True),
        ("Av Kari Nordmann", ("Kari Nordmann",), True),
        ("Автор: Пётр Иванов", ("Пётр Иванов",), True),
        ("Yazan: Ayşe Yılmaz", ("Ayşe Yılmaz",), True),
        ("記者 王小明", ("王小明",), True),
        ("홍길동 기자", ("홍길동",), True),
        ("山田太郎記者", ("山田太郎",), True),
        ("山田太郎2025年1月13日 21時37分", ("山田太郎",), False),
        ("27. Januar 2026 • Jan Doe • 3 Minuten", ("Jan Doe",), False),
        ("Von Jan DoeKorrespondent", ("Jan Doe",), True),
        ("Jane Doe and Bo Roe", ("Jane Doe", "Bo Roe"), False),
        ("Jane Doe Political Correspondent", ("Jane Doe",), False),
        ("Von Eva Roe Landespolitische Korrespondentin", ("Eva Roe",), True),
        ("By Jane O’Doe Follow", ("Jane O’Doe",), True),
        ("Jane Doe@janedoe", ("Jane Doe",), False),
        ("Jane Doe5 hours ago", ("Jane Doe",), False),
        ("Kolumne von Eva Roe - 28.04.2024 um 08:52 Uhr - 12 Kommentare", ("Eva Roe",), True),
        ("田中 美香", ("田中 美香",), False),
    ],
)
def test_a_byline_names_its_people(line: str, names: tuple[str, ...], marked: bool) -> None:
    byline = read_byline(line)
    assert byline is not None
    assert (byline.names, byline.marked) == (names, marked)


def test_agencies_roles_places_and_photographers_stand_apart() -> None:
    byline = read_byline("By Jane Doe, Political Editor, Associated Press")
    assert byline is not None and (byline.names, byline.roles, byline.agency) == (
        ("Jane Doe",),
        ("Political Editor",),
        "AP",
    )
    byline = read_byline("Jane Doe in Velmora")
    assert byline is not None and byline.place == "Velmora"
    byline = read_byline("Text: Anna Doe Foto: Bo Roe")
    assert byline is not None and byline.names == ("Anna Doe",)
    assert [(who.name, who.role) for who in byline.contributors] == [("Bo Roe", "Foto")]


@pytest.mark.parametrize(
    ("line", "agency"),
    [("Reuters", "Reuters"), ("(AP)", "AP"), ("By Reuters", "Reuters"), ("Von dpa", "dpa")],
)
def test_an_agency_may_sign_alone(line: str, agency: str) -> None:
    byline = read_byline(line)
    assert byline is not None and (byline.agency, byline.names) == (agency, ())


@pytest.mark.parametrize(
    ("line", "agency", "collective"),
    [
        ("By Jane Doe with SNP", "SNP", None),
        ("Von Eva Roe mit AP", "AP", None),
        ("By Jane Doe with agencies", None, "agencies"),
    ],
)
def test_an_agency_behind_with_needs_no_list(line: str, agency: str | None, collective: str | None) -> None:
    byline = read_byline(line)
    assert byline is not None
    assert (len(byline.names), byline.agency, byline.collective) == (1, agency, collective)


@pytest.mark.parametrize(
    ("line", "alone"),
    [("By", True), ("Autor:", True), ("Author of the article:", True), ("By the way", False), ("", False)],
)
def test_a_byline_word_alone_announces_a_name(line: str, alone: bool) -> None:
    assert is_byline_lead(line) is alone


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("JANE DE LA DOE", "Jane de la Doe"),
        ("J.R. O’DOE", "J.R. O’Doe"),
        ("Jane DOE", "Jane DOE"),
        ("ИВАН ПЕТРОВ", "Иван Петров"),
        ("AB CD", "AB CD"),
    ],
)
def test_a_name_in_capitals_is_written_as_usual(name: str, usual: str) -> None:
    assert usual_case(name) == usual


def test_a_newsroom_is_nobody() -> None:
    byline = read_byline("By Staff reporters")
    assert byline is not None and (byline.names, byline.collective) == ((), "Staff reporters")


@pytest.mark.parametrize(
    "line",
    [
        "By the time the police arrived, the river was up",
        "By Friday the river had fallen",
        "By Friday",
        "Di Maria scores twice",
        "Van Dijk returns",
        "By Jane Doe, who has covered the port for years",
        "Harrow bridge to close",
        "White House",
        "Read More",
        "Bo Roe/Getty Images",
        "",
    ],
)
def test_prose_teasers_and_credits_are_no_bylines(line: str) -> None:
    assert read_byline(line) is None


def test_a_sign_off_gives_people_with_their_roles() -> None:
    sign_off = read_sign_off(
        "Reporting by Jane Doe in Velmora; Additional reporting by Ann Poe and Cy Loe; Editing by Bo Roe"
    )
    assert sign_off is not None
    assert [(who.role, who.name) for who in sign_off.contributors] == [
        ("Reporting", "Jane Doe"),
        ("Additional reporting", "Ann Poe"),
        ("Additional reporting", "Cy Loe"),
        ("Editing", "Bo Roe"),
    ]


@pytest.mark.parametrize(
    ("line", "names", "agency"),
    [
        ("(mit Material von dpa)", [], "dpa"),
        ("Mitarbeit: Jan Doe", ["Jan Doe"], None),
        ("Jane Doe and Bo Roe contributed to this report.", ["Jane Doe", "Bo Roe"], None),
        ("The Associated Press contributed to this report.", [], "AP"),
    ],
)
def test_other_sign_offs(line: str, names: list[str], agency: str | None) -> None:
    sign_off = read_sign_off(line)
    assert sign_off is not None
    assert ([who.name for who in sign_off.contributors], sign_off.agency) == (names, agency)


@pytest.mark.parametrize(
    "line",
    ["Reporting by journalists has shown that", "Editing is hard work", "Our Standards: fair and fast.", ""],
)
def test_prose_is_no_sign_off(line: str) -> None:
    assert read_sign_off(line) is None


def test_initials_count_only_with_a_slash() -> None:
    assert is_initials("(jd/bo)") and not is_initials("jd") and not is_initials("and/or what")


def test_agencies_have_one_usual_name() -> None:
    assert agency_name("The Associated Press") == "AP" and agency_name("Deutsche Presse-Agentur") == "dpa"
    assert agency_name("Harrow Gazette") is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    byline = read_byline(text)
    assert byline is None or byline.names or byline.agency or byline.collective or byline.contributors
    read_sign_off(text)
    read_person(text)
