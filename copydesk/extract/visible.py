"""What a reader sees of a string: white space and invisible characters settled in one place."""

from __future__ import annotations

import re

# Soft hyphen, zero-width space/joiners, word joiner, BOM, and C0/C1 controls other than white space.
# ZWNJ and ZWJ (U+200C, U+200D) stay: Persian, Indic scripts and emoji sequences need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def visible_text(raw: str) -> str:
    """The text as a reader sees it: single spaces, trimmed, nothing invisible.

    >>> visible_text("  Two\\u00a0words,\\n one  soft\\u00adhyphen ")
    'Two words, one softhyphen'
    """
    if raw.isprintable():  # nearly all lines: nothing invisible, no white space but spaces
        return " ".join(raw.split()) if "  " in raw else raw.strip(" ")
    spaced = raw.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\xa0", " ")
    if not spaced.isprintable():
        spaced = _INVISIBLE.sub("", raw)
    return " ".join(spaced.split())
