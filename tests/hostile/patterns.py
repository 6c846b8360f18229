"""Every regular expression that the package compiles, what it repeats, and text made against it.

Run as a program it prints them, pickled: a fresh process sees all of them being made, those read from data too.
"""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]  # no public way to a pattern's parts
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

PACKAGES = ("copydesk", "flows")
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)
SAMPLES = {
    codes.CATEGORY_SPACE: " ", codes.CATEGORY_DIGIT: "1", codes.CATEGORY_WORD: "a", codes.CATEGORY_NOT_SPACE: "a",
    codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_NOT_WORD: "-",
}  # fmt: skip


@dataclass(frozen=True)
class Pattern:
    source: str | bytes
    flags: int
    where: str  # file and line

    @property
    def tree(self) -> Any:
        return parser.parse(self.source, self.flags)

    def __str__(self) -> str:
        return f"{self.where} {self.source[:90]!r}"


def all_patterns() -> tuple[Pattern, ...]:
    """Raises CalledProcessError where the package cannot be loaded."""
    tests = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "hostile.patterns"],
        cwd=tests,
        env={"PYTHONPATH": f"{tests}:{tests.parent}"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return tuple(Pattern(*item) for item in pickle.loads(done.stdout))


# ---------------------------------------------------------------- what repeats
def nested_without_end(tree: Any, *, inside: bool = False) -> bool:
    """Whether something without an upper bound, which may give back what it took, is repeated without one."""
    for code, value in tree:
        endless = code in REPEATS and value[1] is codes.MAXREPEAT and value[0] != value[1]
        if endless and inside:
            return True
        # Possessive and atomic parts give nothing back, so there is nothing to try again in them.
        if code is codes.ATOMIC_GROUP or code is codes.POSSESSIVE_REPEAT:
            continue
        if any(nested_without_end(part, inside=inside or endless) for part in _parts(code, value)):
            return True
    return False


def _parts(code: Any, value: Any) -> Iterator[Any]:
    if code in REPEATS or code is codes.POSSESSIVE_REPEAT:
        yield value[2]
    elif code is codes.SUBPATTERN:
        yield value[3]
    elif code is codes.ATOMIC_GROUP:
        yield value
    elif code is codes.BRANCH:
        yield from value[1]
    elif code in (codes.ASSERT, codes.ASSERT_NOT):
        yield value[1]
    elif code is codes.GROUPREF_EXISTS:
        yield from (part for part in value[1:] if part is not None)


# ---------------------------------------------------------------- text made against it
def attacks(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """For each repeat what leads to it, and what to repeat."""
    for code, value in tree:
        if code in REPEATS and value[1] > 1:
            yield before, _example(value[2])
        for part in _parts(code, value):
            yield from attacks(part, before)
        before += _example([(code, value)])


def _example(tree: Any) -> str:
    """A text that this part of a pattern is likely to match."""
    text = ""
    for code, value in tree:
        if code is codes.LITERAL:
            text += chr(value)
        elif code is codes.NOT_LITERAL:
            text += "b" if value == ord("a") else "a"
        elif code is codes.ANY:
            text += "a"
        elif code is codes.IN:
            text += _one_of(value)
        elif code in REPEATS or code is codes.POSSESSIVE_REPEAT:
            text += _example(value[2]) * max(1, min(value[0], 3))
        elif code not in (codes.ASSERT, codes.ASSERT_NOT):
            text += next((_example(part) for part in _parts(code, value)), "")
    return text


def _one_of(items: Any) -> str:
    named = []
    for code, value in items:
        if code is codes.LITERAL:
            named.append(chr(value))
        elif code is codes.RANGE:
            named.append(chr(value[0]))
        elif code is codes.CATEGORY:
            named.append(SAMPLES[value])
    if items[0][0] is codes.NEGATE:
        return next((char for char in 'aA 1-"' if char not in named), "a")
    return named[0]


# ---------------------------------------------------------------- the program
def _watch(seen: dict[tuple[str | bytes, int], str]) -> None:
    compile_ = re._compile  # type: ignore[attr-defined]
    root = str(Path(__file__).parents[2])

    def watched(source: Any, flags: Any) -> Any:
        frame: Any = sys._getframe(1)
        while frame.f_code.co_filename == re.__file__:
            frame = frame.f_back
        file = frame.f_code.co_filename
        if isinstance(source, str | bytes) and file.startswith(tuple(f"{root}/{name}/" for name in PACKAGES)):
            seen.setdefault((source, int(flags)), f"{file.removeprefix(root + '/')}:{frame.f_lineno}")
        return compile_(source, flags)

    re._compile = watched  # type: ignore[attr-defined]


def _edit_in_all_languages() -> None:
    """Patterns made from word lists come into being when they are needed."""
    from copydesk import desk, resources
    from copydesk.pipeline import new_run
    from copydesk.records import RawPage, Sidecar
    from hostile.encodings import LINES
    from hostile.kit import story

    kit, run = desk.load_kit(()), new_run()
    folders = [path.name for path in Path(resources.__file__).parent.iterdir() if len(path.name) == 2]
    for language in sorted(folders):
        for script, line in LINES.items():
            told = story(f"{language}-{script}", 2)
            dump = f"{told.headline}\n\n{told.byline}\n\n{told.date} 10:12\n\n{line}\n\n“{line}” said Ana Roche.\n\n{told.text}\n"
            for name, text in (("a.txt", dump), ("a.html", told.html(before=f"<p>{line}</p>"))):
                desk.edit(RawPage(name, name, text.encode(), Sidecar(language=language)), run, kit)


def main() -> None:
    seen: dict[tuple[str | bytes, int], str] = {}
    _watch(seen)
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            importlib.import_module(module.name)
    _edit_in_all_languages()
    sys.stdout.buffer.write(pickle.dumps([(*key, where) for key, where in seen.items()]))


if __name__ == "__main__":
    main()
