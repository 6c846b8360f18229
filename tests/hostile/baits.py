"""Text that makes a careless pattern run for ever, and values that no field expects."""

from __future__ import annotations

from collections.abc import Iterator

from hostile.kit import ANY, ARTICLE, Input, of, story

LONG = 20_000
# What to repeat, and how often: long runs of one thing, with an end that spoils the match.
BAITS: dict[str, str] = {
    "questions": "?" * LONG,
    "dashes": "-" * LONG,
    "long-dashes": "—" * LONG,
    "spaces": "x" + " " * LONG + "x",
    "tabs": "x" + "\t" * LONG + "x",
    "non-breaking-spaces": "x" + "\u00a0" * LONG + "x",
    "quotes": '"' * LONG,
    "apostrophes": "'" * LONG,
    "curly-open": "“" * LONG,
    "curly-mixed": "“a” ‘b’ «c» „d“ " * 2_000,
    "quotes-and-words": '"a ' * LONG,
    "guillemets": "«" * 5_000 + "x" + "»" * 5_000,
    "capitals": "A" * LONG,
    "capital-words": "Ana Roche " * 3_000,
    "capital-initials": "A. " * 8_000,
    "capitals-with-marks": "A-" * 10_000 + "!",
    "names-and-commas": "Ana Roche, " * 3_000,
    "names-and-and": "Ana Roche and " * 3_000,
    "digits": "1" * LONG,
    "digits-and-dots": "1." * 10_000,
    "digits-and-colons": "12:" * 8_000,
    "digits-and-slashes": "1/" * 10_000,
    "digits-and-dashes": "2024-" * 5_000,
    "digits-and-spaces": "1 " * 10_000,
    "parentheses": "(" * LONG,
    "parentheses-closed": "(" * 5_000 + "x" + ")" * 5_000,
    "brackets": "[" * LONG,
    "brackets-nested": "[a](" * 8_000,
    "image-brackets": "![" * 10_000,
    "braces": "{" * LONG,
    "stars": "*" * LONG,
    "stars-and-words": "*a **b " * 5_000,
    "underscores": "_a_" * 8_000,
    "backticks": "`" * LONG,
    "tildes": "~~~\n" * 5_000,
    "hashes": "# " * 10_000,
    "greater-thans": "> " * 10_000,
    "pipes": "|a" * 10_000,
    "equals": "=" * LONG,
    "by": "By " * 8_000,
    "by-names": "By Ana Roche " * 2_000,
    "by-in-many-languages": "By Von Par Por De Di Av Door Przez " * 1_000,
    "photo": "Photo: " * 4_000,
    "reporting-by": "Reporting by Ana Roche; editing by " * 1_000,
    "months": "January February March " * 1_500,
    "months-and-days": "Jan 1, " * 4_000,
    "weekdays": "Monday, " * 4_000,
    "zones": "CET GMT+1 EST " * 2_000,
    "clocks": "10:12 AM " * 3_000,
    "ago": "3 hours ago " * 2_000,
    "published": "Published: Updated: " * 2_000,
    "said": "said " * 5_000,
    "he-said": 'he said, "she said, ' * 2_000,
    "according": "according to " * 2_000,
    "titles": "President Minister Mr. Dr. " * 1_500,
    "datelines": "CASTREL, Velmora (VBP) — " * 1_500,
    "dots": "." * LONG,
    "ellipses": "…" * LONG,
    "commas": "," * LONG,
    "semicolons-and-words": "a;" * 10_000,
    "ampersands": "&" * LONG,
    "entities": "&amp;" * 5_000,
    "urls": "https://x.example/a?" * 1_500,
    "url-of-dots": "www." * 6_000,
    "mails": "a@b." * 6_000,
    "mail-without-end": "a" * LONG + "@",
    "handles": "@name " * 4_000,
    "hashtags": "#tag " * 4_000,
    "at-signs": "@" * LONG,
    "copyright": "© 2024 " * 3_000,
    "all-rights": "All rights reserved " * 1_500,
    "subscribe": "Subscribe sign up for our newsletter " * 1_000,
    "donate": "please support our independent " * 1_000,
    "share": "Share Facebook Twitter " * 1_500,
    "read-more": "Read more: " * 3_000,
    "accents": "é" * LONG,
    "combining": "e" + "\u0301" * LONG,
    "turkish": "İ" * LONG,
    "sharp-s": "ẞß" * 8_000,
    "emoji": "👩‍👩‍👧" * 3_000,
    "ideographs": "新" * LONG,
    "ideographs-and-marks": "「新」" * 5_000,
    "arabic": "ق" * LONG,
    "arabic-digits": "١٢:" * 5_000,
    "zero-widths": "\u200b" * LONG,
    "soft-hyphens": "a\u00ad" * 8_000,
    "line-feeds-and-spaces": " \n" * 10_000,
    "bullets": "• " * 8_000,
    "numbers-listed": "1) " * 8_000,
    "dollars": "$1 " * 8_000,
    "percent": "1% " * 8_000,
    "backslashes": "\\" * LONG,
    "escapes": "\\n\\t" * 5_000,
    "shell": "$(`x`)" * 3_000,
    "format": "{0}{x!r}%s%n" * 2_000,
}

DATES = (
    "0000-00-00", "9999-12-31T23:59:60Z", "2024-02-30", "32 May 2024", "99/99/9999", "1 January 1", "31 December 9999",
    "May 2, 20240", "-2024-05-02", "2024-05-02T25:61:61+99:99", "2024-W99-9", "1714629600", "1714629600000",
    "999999999999999999999", "13:99 PM, Octember 40", "yesterday", "99999 years ago", "-3 hours ago", "in 900 years",
    "٢٠٢٤-٠٥-٠٢", "二〇二四年五月二日", "2 Mai 2024 um 24 Uhr", "Feb 29, 2023", "2024-05-02T06:00:00[Europe/../../etc]",
    "May 2, 2024 06:00 XYZ", "May 2, 2024 06:00 UTC+25", "Thu, 02 May 2024 06:00:00 GMT" * 50, "0", "1e309", "NaN",
)  # fmt: skip

ESCAPES = (
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07", "\x1b[2J\x1b[H", "\x9b31m",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "]]><!--", "{{7*7}}", "${7*7}",
    "[bold red]marked[/bold red]", "[/]", "[link=http://evil.example]x[/link]", "javascript:alert(1)", "\r\x08\x08over",
    "=cmd|' /C calc'!A0", "\u202ereversed", "a\x00b", "%s%n{0}",
)  # fmt: skip


def inputs() -> Iterator[Input]:
    for name, bait in BAITS.items():
        told = story(f"bait-{name}")
        parts = [
            told.headline,
            bait[:600],
            *told.paragraphs[:3],
            bait,
            told.paragraphs[3],
            bait + " x",
            bait[:200],
        ]
        yield of(f"baits/{name}.txt", "\n\n".join(parts), ANY)
    for name in (
        "questions",
        "spaces",
        "quotes",
        "capital-words",
        "by",
        "months",
        "brackets",
        "digits",
        "names-and-and",
    ):
        bait, told = BAITS[name], story(f"bait-html-{name}")
        head = f'<meta name=author content="{bait}"><meta name=date content="{bait}">'.replace('""', "")
        yield of(
            f"baits/html/{name}.html",
            told.html(head=head, before=f"<p>{bait}</p><p class=byline>{bait}</p>"),
            ANY,
        )
        yield of(f"baits/markdown/{name}.md", f"# {bait}\n\n{told.text}\n\n> {bait}\n\n- {bait}\n", ANY)
    for number, date in enumerate(DATES):
        told = story(f"date-{number}")
        head = f'<meta property="article:published_time" content="{date}">'
        yield of(f"dates/{number:02d}.html", told.html(head=head).replace(told.date, date), ARTICLE)
    for number, escape in enumerate(ESCAPES):
        yield of(f"escapes/{number:02d}.html", _escaped(f"escape-{number}", escape), ANY)
        told = story(f"escape-text-{number}")
        dump = f"{told.headline} {escape}\n\nBy Ana {escape} Roche\n\n{told.paragraphs[0]} {escape}\n\n“We saw {escape},” said Tom {escape} Field, who was there.\n\n{told.text}\n"
        yield of(f"escapes/{number:02d}.txt", dump, ANY)
    authors = ", ".join(f"Ana{chr(97 + n % 26)} Roche{chr(97 + n // 26)}" for n in range(500))
    told = story("authors")
    yield of("baits/500-authors.txt", f"{told.headline}\n\nBy {authors}\n\n{told.text}\n", ARTICLE)
    yield of(
        "baits/500-authors.html",
        told.html(before="".join(f"<span class=author>{a}</span>" for a in authors.split(", "))),
        ARTICLE,
    )


def _escaped(key: str, escape: str) -> str:
    told = story(key)
    attribute = escape.replace('"', "&quot;")
    head = "".join(
        f'<meta {name}="{key}" content="{attribute} {value}">'
        for name, key, value in (
            ("property", "og:title", told.headline), ("property", "og:site_name", "The Harrow Gazette"),
            ("name", "author", "Ana Roche"), ("property", "article:section", "World"), ("property", "article:tag", "boats"),
            ("property", "og:image", "https://x.example/a.jpg"), ("name", "description", told.paragraphs[0]),
        )
    )  # fmt: skip
    before = f'<figure><img src="a.jpg" alt="{attribute}"><figcaption>{escape} caption</figcaption></figure>'
    after = f"<p>“We saw {escape} it,” said Tom {escape} Field.</p><p><a href='https://x.example/{attribute}'>{escape}</a> stands there too.</p>"
    return told.html(head=head, before=before, after=after)
