"""Sidecars: what the holder of a page knows and the page may not say, as JSON beside it.

`NAME.meta.json` describes the file NAME (`a.html.meta.json` or `a.meta.json` for `a.html` and `a.html.gz`),
`_meta.json` every file in its folder and below. The nearer one wins, key by key. A wrong key or value is
left out and named in a warning; the good ones of the same file are used. Nothing here decides what a wrong
sidecar costs.

    {"outlet": "The Harrow Gazette", "zone": "Europe/London", "language": "en", "fetched_at":
    "2024-05-02T06:00:00Z"}
"""

# Names with odd bytes, links and pipes are the business of os; a Path for each of a million files is slow.

from __future__ import annotations

import json
import re
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from copydesk.read.files import open_file
from copydesk.records import Sidecar
from copydesk.urls import is_url, open_remote, reason

if TYPE_CHECKING:
    from copydesk.read.sources import Input

SIDECAR_SUFFIX = ".meta.json"
FOLDER_SIDECAR = "_meta.json"
MAX_SIDECAR_BYTES = 1_000_000
_SHOWN_CHARS = 60
_SHOWN_FAULTS = 8

_URL = re.compile(r"https?://[^\s/?#]{1,253}([/?#]\S{0,8000})?", re.IGNORECASE)
_UNPRINTED = re.compile(
    # RFC 5646 by shape: language, script, region, variants: "en", "pt-BR", "zh-Hant-TW", "de-1996".
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)  # controls, halves of surrogate pairs
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-([A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3})){0,4}"
)


def read_sidecars(paths: tuple[str, ...]) -> tuple[Sidecar, tuple[str, ...]]:
    """What the sidecars (nearest first) say together, and a line for each file that says something wrong."""
    sidecar, warnings = Sidecar(), []
    for path in reversed(paths):
        values, warning = _read_one(path)
        sidecar = replace(sidecar, **values)  # type: ignore[arg-type]  # each value went through its key's reader
        if warning:
            warnings.append(warning)
    return sidecar, tuple(reversed(warnings))


def sidecar_warnings(items: Iterable[Input]) -> tuple[str, ...]:
    """One line for each wrong sidecar of these inputs, whatever the number of files that it describes;
    sorted.
    """
    paths = {path for item in items for path in item.sidecars}
    return tuple(sorted(warning for path in paths if (warning := _read_one(path)[1])))


def read_hint(key: str, value: object) -> object | None:
    """The value of one key as a sidecar would hold it; None for none and for what cannot be one."""
    if value is None:
        return None
    try:
        return _READERS[key](value) or None
    except (ValueError, TypeError):
        return None


def forget_sidecars() -> None:
    """Read them again: they may have changed since they were read."""
    _read_one.cache_clear()


# A folder's sidecar is asked for by every file in it.
@lru_cache(maxsize=256)
def _read_one(path: str) -> tuple[dict[str, object], str | None]:
    shown = path if path.isprintable() else ascii(path)
    try:
        with open_remote(path) if is_url(path) else open_file(path) as file:
            raw = file.read(MAX_SIDECAR_BYTES + 1)
    except OSError as fault:
        return {}, f"{shown}: expected a readable sidecar: {reason(fault).lower()}"
    if len(raw) > MAX_SIDECAR_BYTES:
        return {}, f"{shown}: expected a sidecar of at most {MAX_SIDECAR_BYTES} bytes"
    try:
        stated = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        return {}, f"{shown}: expected JSON: {str(fault)[:_SHOWN_CHARS]}"
    if not isinstance(stated, dict):
        return {}, f"{shown}: expected an object of keys and values, found {_kind(stated)}"
    values: dict[str, object] = {}
    faults = []
    for key, value in stated.items():
        if value is None:
            continue
        if key not in _READERS:
            faults.append(f"unknown key {_show(key)}{_suggest(key)}")
            continue
        try:
            values[key] = _READERS[key](value)
        except (ValueError, TypeError) as fault:
            faults.append(f"{key}: {fault}")
    return values, f"{shown}: {_joined(faults)}" if faults else None


def _joined(faults: list[str]) -> str:
    more = len(faults) - _SHOWN_FAULTS
    return "; ".join([*faults[:_SHOWN_FAULTS], *([f"and {more} more"] if more > 0 else [])])


def _text(value: object) -> str:
    text = " ".join(_UNPRINTED.sub("", value).split()) if isinstance(value, str) else ""
    if not text:
        raise ValueError(f"expected text, found {_show(value)}")
    return text


def _url(value: object) -> str:
    if not isinstance(value, str) or not _URL.fullmatch(value.strip()) or _UNPRINTED.search(value):
        raise ValueError(f"expected an http or https URL, found {_show(value)}")
    return value.strip()


def _zone(value: object) -> str:
    try:
        return zoneinfo.ZoneInfo(_text(value)).key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder's name, "Europe"
        raise ValueError(f'expected an IANA time zone such as "Europe/Kyiv", found {_show(value)}') from None


def _language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError(f'expected a language tag such as "en" or "pt-BR", found {_show(value)}')
    return value


def _instant(value: object) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(value))
        if instant.tzinfo is None:
            raise ValueError
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f'expected a time with its zone such as "2024-05-02T06:00:00Z", found {_show(value)}'
        ) from None


def _authors(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(_text(name) for name in value)
    return (_text(value),)


_READERS: dict[str, Callable[[object], object]] = {
    "url": _url,
    "outlet": _text,
    "zone": _zone,
    "language": _language,
    "fetched_at": _instant,
    "headline": _text,
    "authors": _authors,
    "published": _text,
}


def _kind(value: object) -> str:
    return {list: "a list", str: "text", int: "a number", float: "a number", bool: "true or false"}.get(
        type(value), "null"
    )


def _show(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=True)
    return shown if len(shown) <= _SHOWN_CHARS else shown[: _SHOWN_CHARS - 3] + "..."


def _suggest(key: str) -> str:
    near = get_close_matches(key[:40].lower(), _READERS, n=1, cutoff=0.7)
    return f' (did you mean "{near[0]}"?)' if near else f" (known: {', '.join(_READERS)})"
