"""What the holder of a corpus says about it, and its pages cannot: a TOML file, read and checked.

title = "Velmora bridge coverage"
authors = ["Ana Roche", "Centre for News Studies"]
[outlets."The Harrow Gazette"]
rights = "Licensed for research until 2030"
[datasheet]
motivation-purpose = "To compare how ten outlets quote one ministry."
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from copydesk.errors import UsageError


@dataclass(frozen=True, slots=True)
class About:
    """Facts that nothing but the holder knows; None where nothing was said."""

    title: str | None = None
    version: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()  # people or institutions, in the order of the citation
    contact: str | None = None
    url: str | None = None
    doi: str | None = None
    licence: str | None = None  # of the tables as a collection: an SPDX id
    keywords: tuple[str, ...] = ()
    rights: Mapping[str, str] = field(default_factory=dict)  # by outlet
    answers: Mapping[str, str] = field(default_factory=dict)  # by question of the datasheet


_LISTS = ("authors", "keywords")
_TEXTS = tuple(f.name for f in fields(About) if f.name not in (*_LISTS, "rights", "answers"))
_OUTLETS, _RIGHTS, _DATASHEET = "outlets", "rights", "datasheet"


def read_about(path: Path, questions: Iterable[str]) -> About:
    """Read such a file; `questions` are those of the datasheet. Raises UsageError naming the key that is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(
            f"{path}: expected a readable file: {getattr(fault, 'strerror', None) or fault}"
        ) from None
    except tomllib.TOMLDecodeError as fault:
        raise UsageError(f"{path}: expected TOML, found a fault: {fault}") from None
    _check_keys(path, "", content, (*_TEXTS, *_LISTS, _OUTLETS, _DATASHEET))
    rights = {}
    for outlet, said in _table(path, content, _OUTLETS).items():
        where = f"{_OUTLETS}.{outlet}"
        if not isinstance(said, dict):
            raise _wrong(path, where, "a table with rights", said)
        _check_keys(path, f"{where}.", said, (_RIGHTS,))
        rights[outlet] = _text(path, f"{where}.{_RIGHTS}", said.get(_RIGHTS))
    answers = _table(path, content, _DATASHEET)
    _check_keys(path, f"{_DATASHEET}.", answers, questions)
    about = About(
        rights=rights,
        answers={name: _text(path, f"{_DATASHEET}.{name}", said) for name, said in answers.items()},
    )
    texts = {name: _text(path, name, content[name]) for name in _TEXTS if name in content}
    lists = {name: _texts(path, name, content[name]) for name in _LISTS if name in content}
    return replace(about, **texts, **lists)  # type: ignore[arg-type]  # by the two lists of names


def _check_keys(path: Path, above: str, found: Mapping[str, object], known: Iterable[str]) -> None:
    allowed = sorted(known)
    for key in found:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(allowed)}"
            raise UsageError(f"{path}: nothing is called {above}{key}; {hint}")


def _table(path: Path, content: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = content.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(path, name, "a table", found)
    return found


def _text(path: Path, where: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path, where, "a text", value)
    return " ".join(value.split())


def _texts(path: Path, where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong(path, where, "a list of texts", value)
    return tuple(_text(path, where, item) for item in value)


def _wrong(path: Path, where: str, expected: str, found: object) -> UsageError:
    return UsageError(f"{path}: {where}: expected {expected}, found {str(found)[:60]!r}")
