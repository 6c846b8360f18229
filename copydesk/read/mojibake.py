"""Mojibake: UTF-8 that was once read as a single-byte encoding ("cafÃ©") and stored so.

A cheap search comes first, and ftfy, which knows the cases, sees only the lines that it hits.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# The lead bytes of UTF-8 as windows-1252, Latin-1, windows-1251 or Mac Roman show them, each before a
# continuation byte as they show that. "SÃO" is Portuguese: a letter follows. "Â°" is mojibake: a sign follows.
_CONTINUATION = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122"
)
_SUSPECT = re.compile(
    f"[\u00c2-\u00de][{_CONTINUATION}]"  # two bytes: accented Latin, Greek, Cyrillic, Hebrew, Arabic
    f"|(?:\u00df[{_CONTINUATION}]){{2}}"  # N'Ko: two pairs, since „Spaß“ is German
    f"|\u00e2[\u0080\u20ac][{_CONTINUATION}]"  # quotation marks and dashes
    f"|[\u00e0-\u00ef][{_CONTINUATION}]{{2}}"  # three bytes: Indic, East Asian
    f"|\u00f0[\u0178\u009f][{_CONTINUATION}]"  # emoji
    "|\u0432\u0402[\u2122\u045a\u0153\u201c\u201d\u02dc]"  # windows-1251, quotation marks
    # windows-1251, Cyrillic: two pairs, since one is an everyday beginning of a Ukrainian word
    "|(?:[\u0420\u0421][\u0080-\u00bf\u0401-\u040f\u0451-\u045f\u0490\u0491\u2013-\u2122]){2}"
    "|\u201a\u00c4[\u00ec\u00ee\u00f4\u00fa\u00f9]"  # Mac Roman
)  # fmt: skip


# What all of these have in common, in UTF-8. Every text that is not ASCII is searched for it, so each pattern opens with a byte,
# which is sought several times as fast as a class, and runs only where the byte beside it is there at all.
_LEADS = (
    (b"\xc3", re.compile(rb"\xc3[\x82-\xb0][\xc2\xc5\xc6\xcb\xe2]")),
    (
        b"\xd0",
        re.compile(rb"\xd0[\xa0\xa1\xb2](?:[\xc2\xe2]|\xd0[\x81-\x8f]|\xd1[\x91-\x9f]|\xd2[\x90\x91])"),
    ),
    (b"\x9a", re.compile(rb"\xe2\x80\x9a\xc3\x84")),
)
_ASCII_TO_SPACE = bytes(0x20 if byte < 0x80 else byte for byte in range(0x100))


def repair(text: str, utf8: bytes) -> str | None:
    """The text with its mojibake undone; None where there is none, which is nearly always.

    `utf8` is the text in UTF-8, perhaps with a few broken characters, which are no mojibake.
    """
    if not any(byte in utf8 and lead.search(utf8) for byte, lead in _LEADS):
        return None
    if not _SUSPECT.search(_beyond_ascii(utf8)):  # which all that is suspect consists of
        return None
    mended = "\n".join(
        _mend(line) if not line.isascii() and _SUSPECT.search(line) else line for line in text.split("\n")
    )
    return mended if mended != text else None


def _beyond_ascii(utf8: bytes) -> str:
    """The runs of characters beyond ASCII, which are next to nothing of most pages and searched in no time."""
    return b" ".join(utf8.translate(_ASCII_TO_SPACE).split()).decode("utf-8", "replace")


def _mend(line: str) -> str:
    from ftfy import fix_text

    mended: str = fix_text(line, _gentle())
    return mended


@cache
def _gentle() -> Any:
    """ftfy for the encoding alone: curly quotation marks carry direction, and offsets should move no more
    than they must.
    """
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )
