"""Captions and credits, datelines, and outlets' names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.grammar.credits import is_archive_picture, read_caption, read_credit
from copydesk.grammar.dateline import read_dateline
from copydesk.grammar.outlets import cut_outlet, is_same_outlet, read_self_naming


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Photo: Shutterstock.com", None, "Shutterstock.com"),
        (
            "Harrow residents. (Bo Roe/AFP via Getty Images)",
            "Harrow residents.",
            "Bo Roe/AFP via Getty Images",
        ),
        ("Harrow servicemen. Bo Roe / TASS", "Harrow servicemen.", "Bo Roe / TASS"),
        (
            "Men at a barn, April 25, 2022. REUTERS/Ann Poe/File Photo",
            "Men at a barn, April 25, 2022.",
            "REUTERS/Ann Poe/File Photo",
        ),
        (
            "Men in Harrow, Nov. 26, 2010. Copyright Bo Roe/AP2010",
            "Men in Harrow, Nov. 26, 2010.",
            "Bo Roe/AP",
        ),
        ("Die Brücke in Harrow. (Foto: Jan Doe / dpa)", "Die Brücke in Harrow.", "Jan Doe / dpa"),
        ("© Jane Doe", None, "Jane Doe"),
        ("Crédit photo : AFP", None, "AFP"),
        ("Фото: Иван Иванов / ТАСС", None, "Иван Иванов / ТАСС"),
        ("写真：共同", None, "共同"),
        ("Image source, Getty Images", None, "Getty Images"),
        ("Residents fill sandbags (Picture: Harrow Council)", "Residents fill sandbags", "Harrow Council"),
        ("The ferry in May (Image: GETTY )", "The ferry in May", "GETTY"),
        ("The first map of the bay. (NASA/JPL/HSU)", "The first map of the bay.", "NASA/JPL/HSU"),
        ("She spoke to both camps. (Left/Right)", "She spoke to both camps. (Left/Right)", None),
        (
            "The mayor at the Lee show Ann Poe/Getty Images Europe",
            "The mayor at the Lee show",
            "Ann Poe/Getty Images Europe",
        ),
        ("She told her friend Bo Roe/Ann Lee", "She told her friend Bo Roe/Ann Lee", None),
        ("A pier in Harrow. AP Photo", "A pier in Harrow.", "AP Photo"),
        (
            "Der Bürgermeister im HafenstadionBild: Jan Doe/dpa",
            "Der Bürgermeister im Hafenstadion",
            "Jan Doe/dpa",
        ),
        ("The bigger picture: Trade is down", "The bigger picture: Trade is down", None),
        ("A man walks (left) near the river.", "A man walks (left) near the river.", None),
        ("The mayor said the bridge is safe.", "The mayor said the bridge is safe.", None),
    ],
)
def test_a_caption_is_cut_from_its_credit(text: str, caption: str | None, credit: str | None) -> None:
    read = read_caption(text)
    assert (read.caption, read.credit) == (caption, credit)


@pytest.mark.parametrize(
    "text",
    [
        "Die Brücke im Mai. (Archivbild)",
        "The pier (file photo)",
        "Le pont (photo d’archives)",
        "台風の港（資料写真）",
    ],
)
def test_a_note_at_the_end_says_that_the_picture_is_an_older_one(text: str) -> None:
    assert is_archive_picture(text)


@pytest.mark.parametrize(
    "text", ["The archive (file 12) is lost", "He went to the archive.", "Sie fand es im Archiv", "(sic)"]
)
def test_no_note_of_an_older_picture(text: str) -> None:
    assert not is_archive_picture(text)


@pytest.mark.parametrize(
    ("paragraph", "place", "agency"),
    [
        ("KYIV, Ukraine (AP) — The", "KYIV, Ukraine", "AP"),
        ("BERLIN, Oct 26 (Reuters) - The", "BERLIN", "Reuters"),
        ("Berlin/Potsdam (dpa/bb) - Die", "Berlin/Potsdam", "dpa"),
        ("PARIS — The", "PARIS", None),
        ("WASHINGTON: The", "WASHINGTON", None),
        ("(Reuters) - The", None, "Reuters"),
        ("新华社北京4月24日电 The", "北京", "Xinhua"),
        ("（中央社記者王小明台北24日電）The", "台北", "CNA"),
        ("【ワシントン共同】The", "ワシントン", "Kyodo"),
        ("【パリ=時事】The", "パリ", "Jiji"),
        ("(서울=연합뉴스) 홍길동 기자 = The", "서울", "Yonhap"),
    ],
)
def test_a_dateline_opens_a_story(paragraph: str, place: str | None, agency: str | None) -> None:
    dateline = read_dateline(paragraph)
    assert dateline is not None
    assert (dateline.place, dateline.agency) == (place, agency)
    assert paragraph[dateline.char_end :] in ("The", "Die")


@pytest.mark.parametrize(
    "paragraph",
    [
        "NATO — the alliance",
        "Jane Doe — who",
        "The bridge - an old one",
        "UPDATE: The",
        "Harrow (pop. 900) - it",
        "新华社说他们4月",
        "北京4月24日电视台",
        "【特集】港の朝",
    ],
)
def test_prose_has_no_dateline(paragraph: str) -> None:
    assert read_dateline(paragraph) is None


def test_only_a_known_outlet_is_cut_off_a_headline() -> None:
    known = ("The Harrow Gazette", "harrowgazette.com")
    assert (
        cut_outlet("Bridge to close for repairs | The Harrow Gazette", known) == "Bridge to close for repairs"
    )
    assert cut_outlet("Harrow Gazette: Bridge to close for repairs", known) == "Bridge to close for repairs"
    assert (
        cut_outlet("Bridge to close for repairs – White House", known)
        == "Bridge to close for repairs – White House"
    )
    assert cut_outlet("Bridge to close | Local", (), ["Bridge to close"]) == "Bridge to close"
    assert is_same_outlet("HARROWGAZETTE.COM", known) and not is_same_outlet("Jane Doe", known)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A message from The Harrow Gazette:", ("The Harrow Gazette", True)),
        ("© 2024 Harrow Gazette. All rights reserved.", ("Harrow Gazette", True)),
        ("Support The Harrow Gazette!", ("The Harrow Gazette", False)),
        ("Support us today", None),
        ("the gazette in Harrow", None),
    ],
)
def test_boilerplate_names_its_outlet(text: str, named: tuple[str, bool] | None) -> None:
    assert read_self_naming(text) == named


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    credit = read_credit(text)
    assert credit is None or 0 <= credit.char_start < credit.char_end <= len(text)
    read_dateline(text)
    read_self_naming(text)


@pytest.mark.parametrize(
    "hostile", ["Photo: " * 150, "(" * 1000, "/a" * 500, "A. " * 300, "A-" * 300, "© " * 400]
)
def test_hostile_captions_cost_little(hostile: str) -> None:
    started = time.process_time()
    read_caption(hostile)
    read_dateline(hostile)
    assert time.process_time() - started < 1.0
