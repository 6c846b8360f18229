"""Encodings right, wrong and undeclared, and mojibake."""

import codecs

import ftfy.bad_codecs  # noqa: F401  the codec with which browsers make mojibake
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.read import decode
from copydesk.read.charsets import charset_in_head, codec_of

ENGLISH = "“We’ll rebuild it,” the mayor of Velmora said – at a cost of €40m. "
GERMAN = (
    "Die Brücke über den Fluß wird für Fußgänger geöffnet, heißt es in Köln. Das größte Dorf wählt später. "
    * 8
)
RUSSIAN = "Мост через реку открыли в четверг, сообщила мэрия города. Жители ждали этого два года. " * 8
POLISH = (
    "Most został otwarty w środę, powiedział burmistrz. Mieszkańcy czekali na to więcej niż dwa lata, źródło. "
    * 8
)
JAPANESE = "橋は木曜日に開通した、と市長は述べた。住民は二年間これを待っていた。" * 10
CHINESE = "大桥于星期四开通，市长表示。居民为此等待了两年。" * 12


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_no_text(codec):
    decoded = decode(ENGLISH.encode(codec), "iso-8859-1")
    assert (decoded.text, decoded.encoding_source) == (ENGLISH, "bom")


def test_a_utf8_mark_before_other_bytes_is_not_believed():
    assert decode(codecs.BOM_UTF8 + GERMAN.encode("cp1252")).text == GERMAN


def test_utf8_needs_no_declaration():
    decoded = decode(ENGLISH.encode())
    assert (decoded.text, decoded.encoding, decoded.encoding_source) == (ENGLISH, "utf-8", "utf-8")


@pytest.mark.parametrize(
    "declared", ["iso-8859-1", "windows-1251", "gb2312", "shift_jis", "utf-16", "no-such", "utf-7"]
)
def test_utf8_under_a_wrong_declaration_is_utf8(declared):
    decoded = decode(ENGLISH.encode() * 3, declared)
    assert (decoded.text, decoded.encoding, decoded.encoding_source) == (ENGLISH * 3, "utf-8", "utf-8")


def test_windows_1252_declared_as_utf8_is_found_out():
    for text in (GERMAN, ENGLISH * 4):
        decoded = decode(text.encode("cp1252"), "utf-8")
        assert decoded.text == text
        assert decoded.encoding_source in ("detected", "fallback")


def test_latin1_means_windows_1252_as_in_browsers():
    decoded = decode(ENGLISH.encode("cp1252"), "ISO-8859-1")
    assert (decoded.text, decoded.encoding, decoded.encoding_source) == (ENGLISH, "cp1252", "http")


@pytest.mark.parametrize(
    ("text", "label"),
    [(RUSSIAN, "koi8-r"), (RUSSIAN, "windows-1251"), (POLISH, "iso-8859-2"), (JAPANESE, "shift_jis"), (JAPANESE, "euc-jp"),
     (JAPANESE, "iso-2022-jp"), (CHINESE, "gb2312"), (CHINESE, "big5-hkscs"), (GERMAN, "iso-8859-15"), (ENGLISH, "macintosh")],
)  # fmt: skip
def test_a_declaration_is_believed_from_http_and_from_the_page(text, label):
    if label.startswith("big5"):
        text = "大橋於星期四開通，市長表示。" * 9
    assert decode(text.encode(label), label).text == text
    page = f'<html><head><meta charset="{label}"></head><p>{text}</p>'
    decoded = decode(page.encode(label))
    assert (decoded.text, decoded.encoding_source) == (page, "meta")


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
        (CHINESE, "gb18030"),
        (GERMAN, "cp1252"),
    ],
)
def test_what_is_not_declared_is_detected(text, codec):
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(codec):
    assert decode((ENGLISH * 3).encode(codec)).text == ENGLISH * 3
    assert decode(b"plain words".decode().encode(codec)).text == "plain words"


def test_utf7_is_never_read_as_such():
    trap = b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
    assert "<" not in decode(trap, "utf-7").text


def test_a_few_broken_bytes_do_not_cost_the_rest():
    decoded = decode(GERMAN.encode()[:-3] + b"\x93quoted\x94 " + "später".encode()[:-3] + b"\xc3", "utf-8")
    assert decoded.encoding == "utf-8" and "“quoted”" in decoded.text and decoded.text.endswith("�")


def test_nul_bytes_do_no_harm():
    assert decode(b"A story\x00 of Velmora").text == "A story\x00 of Velmora"


@pytest.mark.parametrize(
    "text",
    [
        "“We’ll rebuild it,” she said.",
        "Café in São Tomé — €5",
        "Мост открыт для движения",
        "日本の橋が開通した",
        "ߒߞߏ ߞߊ߲",
    ],
)
@pytest.mark.parametrize("through", ["cp1252", "latin-1"])
def test_mojibake_is_undone(text, through):
    broken = text.encode().decode("sloppy-windows-1252" if through == "cp1252" else through)
    decoded = decode(f"Plain “first” line.\n{broken}\n".encode())
    assert (decoded.text, decoded.repaired) == (f"Plain “first” line.\n{text}\n", True)


@pytest.mark.parametrize(
    "text",
    [
        "SÃO PAULO, NÃO",
        "Âge d’or – à la carte…",
        "Російські війська, Сірий дім",
        "ﬁve ﬂags ‘single’",
        "Ａ full width 100％",
        "naïve &amp; co.",
    ],
)
def test_good_text_is_left_as_it_is(text):
    decoded = decode(text.encode())
    assert (decoded.text, decoded.repaired) == (text, False)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\x00\x1b"), max_size=300))
def test_any_utf8_comes_back_unless_it_was_mojibake(text):
    decoded = decode(text.encode())
    assert decoded.repaired or decoded.text == text


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "utf-8", "gbk", "utf-16", "big5", "iso-2022-jp", "hz", "\0"]),
)
def test_any_bytes_give_some_text(content, declared):
    assert isinstance(decode(content, declared).text, str)


def test_the_page_is_asked_as_the_html_standard_says():
    assert charset_in_head(b"<!-- <meta charset=koi8-r> --><meta charset='utf-16le'>") == "utf-8"
    assert (
        charset_in_head(b'<META http-equiv="Content-Type" content="text/html; charset=Shift_JIS">') == "cp932"
    )
    assert charset_in_head(b'<meta name="description" content="charset=koi8-r explained">') is None
    assert charset_in_head(b'<?xml version="1.0" encoding="iso-8859-2"?><html>') == "iso8859-2"
    assert charset_in_head(b"no markup; charset=koi8-r") is None


def test_only_charsets_of_the_web_have_a_codec():
    assert [codec_of(x) for x in ("latin1", "x-sjis", "UTF8", " 'big5' ", "ks_c_5601-1987")] == [
        "cp1252", "cp932", "utf-8", "big5hkscs", "cp949",
    ]  # fmt: skip
    for label in ("utf-7", "rot13", "unicode_escape", "idna", "base64", "zlib", "", "é", "a" * 99, None):
        assert codec_of(label) is None
