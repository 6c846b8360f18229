"""Every usual encoding, declared rightly, wrongly or not at all; marks of byte order; broken and doubly encoded text."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.kit import ANY, ARTICLE, Input, of, story

# A few sentences of a script's own, so that a detector has something to go by.
LINES = {
    "cyrillic": "Паром остался в порту Тарна, и никто не ждал его до вечера, сообщили жители острова. " * 6,
    "greek": "Το πλοίο έμεινε στο λιμάνι και οι κάτοικοι του νησιού περίμεναν ως το βράδυ. " * 6,
    "japanese": "連絡船は港にとどまり、島の住民は夕方まで待つことになったと町役場が発表した。" * 6,
    "chinese": "渡轮停在港口，岛上的居民一直等到晚上，市政府说明天会有新的消息。" * 6,
    "traditional": "渡輪停在港口，島上的居民一直等到晚上，市政府說明天會有新的消息。" * 6,
    "korean": "여객선은 항구에 머물렀고 섬 주민들은 저녁까지 기다렸다고 시청이 밝혔다. " * 6,
    "hebrew": "המעבורת נשארה בנמל ותושבי האי חיכו עד הערב, כך נמסר מהעירייה. " * 6,
    "arabic": "بقيت العبارة في الميناء وانتظر سكان الجزيرة حتى المساء، وفق ما أعلنته البلدية. " * 6,
    "central": "Prám zůstal v přístavu a obyvatelé ostrova čekali až do večera, řekl starosta města. " * 6,
    "turkish": "Feribot limanda kaldı ve ada sakinleri akşama kadar bekledi, dedi belediye başkanı. " * 6,
    "western": "Le bac est resté à quai et les habitants de l’île ont attendu jusqu’au soir, a déclaré la mairie. "
    * 6,
    "baltic": "Kelts palika ostā, un salas iedzīvotāji gaidīja līdz vakaram, paziņoja pašvaldība. " * 6,
    "thai": "เรือข้ามฟากจอดอยู่ที่ท่าเรือและชาวเกาะรอจนถึงเย็น เทศบาลกล่าว " * 6,
    "vietnamese": "Chiếc phà vẫn ở cảng và người dân trên đảo đã chờ đến tối. " * 6,
}
CODECS = {
    "cp1251": "cyrillic", "koi8-r": "cyrillic", "koi8-u": "cyrillic", "iso8859-5": "cyrillic", "cp866": "cyrillic",
    "mac-cyrillic": "cyrillic", "cp1253": "greek", "iso8859-7": "greek", "shift_jis": "japanese", "euc_jp": "japanese",
    "iso2022_jp": "japanese", "gb18030": "chinese", "gb2312": "chinese", "hz": "chinese", "big5": "traditional",
    "euc_kr": "korean", "cp949": "korean", "cp1255": "hebrew", "iso8859-8": "hebrew", "cp1256": "arabic",
    "iso8859-6": "arabic", "cp1250": "central", "iso8859-2": "central", "cp1254": "turkish", "iso8859-9": "turkish",
    "cp1252": "western", "iso8859-15": "western", "cp1257": "baltic", "cp874": "thai", "utf-8": "vietnamese",
}  # fmt: skip


def inputs() -> Iterator[Input]:
    for codec, script in CODECS.items():
        told = story(f"encoding-{codec}")
        line = LINES[script].strip()
        page = told.html(before=f"<p>{line} {codec}</p>", charset=codec)
        yield of(f"encodings/{codec}-declared.html", page.encode(codec, "replace"), ARTICLE)
        undeclared = "\n\n".join([told.headline, line, *told.paragraphs[:2], f"{line} {codec}"])
        yield of(f"encodings/{codec}-undeclared.txt", undeclared.encode(codec, "replace"), ARTICLE)
    for declared, true in (
        ("utf-8", "cp1252"), ("utf-8", "cp1251"), ("utf-8", "shift_jis"), ("iso-8859-1", "utf-8"), ("ascii", "utf-8"),
        ("utf-16", "utf-8"), ("utf-32", "cp1252"), ("shift_jis", "utf-8"), ("utf-7", "utf-8"), ("rot13", "utf-8"),
        ("idna", "utf-8"), ("unicode_escape", "utf-8"), ("zlib_codec", "utf-8"), ("../../etc/passwd", "utf-8"),
        ("x" * 3000, "utf-8"), ("", "cp1252"), ("big5", "gb18030"), ("undefined", "utf-8"), ("punycode", "utf-8"),
    ):  # fmt: skip
        script = (
            "japanese" if true in ("shift_jis", "gb18030") else "cyrillic" if true == "cp1251" else "western"
        )
        told = story(f"wrong-{declared[:30]}-{true}")
        page = told.html(before=f"<p>{LINES[script]}</p>", charset=declared)
        name = f"{declared[:20].replace('/', '_').lstrip('.') or 'none'}-is-{true}"
        yield of(f"encodings/wrong/{name}.html", page.encode(true, "replace"), ARTICLE)
    yield from _unicode()


def _unicode() -> Iterator[Input]:
    for name, codec in (
        ("utf-8-bom", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"), ("utf-32-le", "utf-32-le"), ("utf-32-be", "utf-32-be"),
    ):  # fmt: skip
        told = story(f"unicode-{name}")
        yield of(f"encodings/unicode/{name}.txt", told.dump.encode(codec), ANY)
        yield of(f"encodings/unicode/{name}.html", told.html(charset=None).encode(codec), ANY)
    told = story("marks")
    yield of("encodings/unicode/utf-16-odd-byte.html", told.html().encode("utf-16") + b"x", ANY)
    yield of("encodings/unicode/utf-16-bom-only.txt", b"\xff\xfe", "quarantined/.*")
    yield of("encodings/unicode/utf-8-bom-only.txt", b"\xef\xbb\xbf", "quarantined/.*")
    yield of("encodings/unicode/bom-twice.txt", b"\xef\xbb\xbf" * 2 + story("twice").dump.encode(), ARTICLE)
    yield of("encodings/unicode/wrong-bom.html", b"\xff\xfe" + told.html().encode(), ANY)
    yield of("encodings/unicode/be-bom-on-le.html", b"\xfe\xff" + told.html().encode("utf-16-le"), ANY)
    yield of(
        "encodings/unicode/surrogates-in-utf-8.txt",
        told.dump.encode() + b"\n\n\xed\xa0\x80 and \xed\xbf\xbf stand alone.\n",
        ANY,
    )
    yield of(
        "encodings/unicode/surrogates-in-utf-16.txt",
        b"\xff\xfe" + "".join(f"{w} \ud800 " for w in told.dump.split()).encode("utf-16-le", "surrogatepass"),
        ANY,
    )
    yield of("encodings/unicode/overlong.txt", told.dump.encode() + b"\xc0\xaf\xe0\x80\xaf" * 500, ANY)
    yield of(
        "encodings/unicode/noncharacters.html",
        story("nonchar").html(before="<p>\ufffe\uffff\U0010ffff\ufdd0 words</p>"),
        ARTICLE,
    )
    yield of(
        "encodings/unicode/private-use.html",
        story("pua").html(before="<p>" + "\ue000\uf8ff" * 999 + "</p>"),
        ARTICLE,
    )
    yield of(
        "encodings/unicode/direction.html",
        story("bidi").html(before="<p>\u202ereversed\u2066 name\u202c</p>"),
        ARTICLE,
    )
    yield of(
        "encodings/unicode/combining.html",
        story("zalgo").html(before="<p>" + "a" + "\u0301" * 100_000 + "</p>"),
        ANY,
    )
    yield of(
        "encodings/unicode/zero-width.html",
        story("zero").html(before="<p>" + "\u200b\u200d\ufeff" * 50_000 + "</p>"),
        ARTICLE,
    )
    yield of(
        "encodings/unicode/tags.html",
        story("tags").html(before="<p>" + "\U000e0041" * 5000 + "</p>"),
        ARTICLE,
    )
    yield of("encodings/nul/in-text.txt", story("nul").dump.replace(" ", "\0", 20), ANY)
    yield of("encodings/nul/in-html.html", story("nulh").html().replace(" ", " \0", 50), ANY)
    yield of("encodings/nul/all.txt", b"\0" * 100_000, "quarantined/.*")
    yield of("encodings/nul/half.txt", (b"word \0" * 5000), ANY)
    told = story("mojibake")
    curly = told.text.replace(" the ", " “the” ").replace(" a ", " à ")
    for times in (1, 2, 3):
        broken = curly
        for _ in range(times):
            broken = broken.encode("utf-8").decode("cp1252", "replace")
        yield of(f"encodings/mojibake/{times}-times.txt", f"{told.headline} {times}\n\n{broken}", ANY)
    yield of("encodings/mojibake/long.txt", story("mlong").dump + "Ã©â€™" * 200_000, ANY)
    for name, data in (
        ("latin-in-utf-8", b"caf\xe9 and na\xefve "),
        ("cp1252-in-utf-8", b"\x93quoted\x94 \x96 and "),
    ):
        yield of(
            f"encodings/mixed/{name}.txt",
            story(name).dump.encode() + "\n\nŽižkov ".encode() + data * 40,
            ARTICLE,
        )
    yield of("encodings/mixed/all-bytes.txt", story("all").dump.encode() + bytes(range(256)) * 20, ANY)
    yield of("encodings/mixed/line-ends.txt", "\r".join(story("cr").dump.splitlines()), ARTICLE)
    yield of(
        "encodings/mixed/odd-breaks.txt",
        "\u2028".join(story("ls").paragraphs) + "\x85\x0b\x0c\x1c\x1d" * 50,
        ANY,
    )
