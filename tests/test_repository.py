"""The repository itself: which room may import what, what the lock holds, how modules are named and sized."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# What a room may know besides itself. desk and pipeline, which join the rooms, are not listed.
COMMON = {"records", "rows", "errors", "resources", "steps", "words", "kept", "urls", "disk"}
ROOM_MAY_IMPORT: dict[str, set[str]] = {
    "records": set(),
    "rows": {"records"},
    "errors": set(),
    "words": set(),
    "kept": set(),
    "memory": set(),
    "steps": set(),
    "turns": set(),
    "urls": {"errors"},
    "disk": {"errors", "urls"},
    "resources": {"errors"},
    "quarantine": {"records", "rows", "errors", "steps", "words"},
    "grammar": COMMON,
    "read": COMMON,
    "extract": COMMON,
    "label": COMMON | {"grammar"},
    "describe": COMMON | {"grammar"},
    "quote": COMMON | {"grammar"},
    "corpus": COMMON | {"settings", "memory"},
    "check": COMMON | {"settings"},
    "jobs": {"records", "store", "read"},
    "store": COMMON | {"check", "corpus", "jobs", "read"},
    # which tables there are, which edition stays, what is a copy, where documents lie
    "publish": COMMON | {"settings", "check", "corpus", "memory", "store"},
    "release": COMMON | {"check", "snapshot"},
    # It takes a release apart and reads documents again, as desk does.
    "rehydrate": COMMON | {"check", "corpus", "describe", "extract", "read", "release"},
    "settings": {"errors", "records"},
}

# An engine shows in one room, so replacing it is a change to one room.
ENGINE_ROOMS: dict[str, tuple[str, ...]] = {
    "trafilatura": ("copydesk/extract/",),
    "lxml": ("copydesk/extract/",),
    "markdown_it": ("copydesk/extract/",),
    "charset_normalizer": ("copydesk/read/",),
    "ftfy": ("copydesk/read/",),
    "dateparser": ("copydesk/grammar/", "copydesk/describe/"),
    "py3langid": ("copydesk/describe/",),
    "great_expectations": ("copydesk/check/",),
    "duckdb": ("copydesk/check/", "copydesk/corpus/", "copydesk/report/"),
    "tldextract": ("copydesk/describe/",),
    "open_data_contract_standard": ("copydesk/check/",),
    "rapidfuzz": ("copydesk/corpus/",),
    "matplotlib": ("copydesk/report/",),
    "jinja2": ("copydesk/report/",),
    "prefect": ("flows/",),
    "typer": ("flows/",),
    "rich": ("flows/",),
    "yaml": ("copydesk/resources/", "copydesk/label/", "copydesk/check/", "copydesk/release/"),
}

# `copydesk --help` and a worker's start must not pay for these: they are imported where they are used.
LAZY = {
    "pandas",
    "pyarrow",
    "trafilatura",
    "great_expectations",
    "prefect",
    "dateparser",
    "duckdb",
    "matplotlib",
    "py3langid",
}

LARGEST_MODULE = 400


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(path for folder in ("copydesk", "flows") for path in (ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, anywhere in it, as an absolute name with its line."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{module}.{alias.name}", node.lineno


def room(name: str) -> str | None:
    """ "copydesk.label.rules.load_rules" -> "label"; None outside the package."""
    parts = name.split(".")
    return parts[1] if parts[0] == "copydesk" and len(parts) > 1 else None


def where(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_rooms_import_only_what_stands_below_them() -> None:
    wrong = []
    for path in modules():
        own = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if own not in ROOM_MAY_IMPORT:
            continue
        for name, line in imported(path):
            other = room(name)
            if other is not None and other != own and other not in ROOM_MAY_IMPORT[own]:
                wrong.append(f"{where(path, line)}: {own} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_the_library_knows_neither_flows_nor_prefect() -> None:
    wrong = [
        f"{where(path, line)}: {name}"
        for path in modules()
        if path.is_relative_to(ROOT / "copydesk")
        for name, line in imported(path)
        if name.split(".")[0] in ("flows", "prefect", "tests", "benchmarks")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("engine", sorted(ENGINE_ROOMS))
def test_an_engine_shows_in_its_own_room_only(engine: str) -> None:
    wrong = [
        f"{where(path, line)}: {name}"
        for path in modules()
        for name, line in imported(path)
        if name.split(".")[0] == engine
        and not path.relative_to(ROOT).as_posix().startswith(ENGINE_ROOMS[engine])
    ]
    assert not wrong, "\n".join(wrong)


def test_steps_do_not_reach_for_the_network_or_for_luck() -> None:
    """extract, label, describe and quote are pure: what they need of the world is an argument."""
    wrong = [
        f"{where(path, line)}: {name}"
        for path in modules()
        if path.relative_to(ROOT).parts[1] in ("extract", "label", "describe", "quote", "grammar")
        for name, line in imported(path)
        if name.split(".")[0] in ("socket", "requests", "urllib3", "subprocess", "random", "time")
    ]
    assert not wrong, "\n".join(wrong)


def test_nobody_keeps_a_drawer_for_odds_and_ends() -> None:
    drawers = [
        str(p.relative_to(ROOT))
        for p in modules()
        if p.stem in ("utils", "util", "helpers", "common", "misc", "core", "base")
    ]
    assert not drawers


def test_modules_stay_small_enough_to_read() -> None:
    long = {
        str(p.relative_to(ROOT)): count
        for p in modules()
        if (count := len(p.read_text(encoding="utf-8").splitlines())) > LARGEST_MODULE
    }
    assert not long, f"past {LARGEST_MODULE} lines; which second thing has moved in? {long}"


def test_every_module_says_what_lives_there() -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in modules()
        if p.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(p))
    ]
    assert not silent


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    """Checked in a new interpreter, because this one has long loaded them."""
    import subprocess

    code = "import sys, flows.cli; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not LAZY & set(run.stdout.split())


# ---------------------------------------------------------------- what set-up installs
def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    assert all(len(pin) == 2 for pin in pins), "every line of constraints.txt is NAME==VERSION"
    return {_canonical(name): version for name, version in pins}


def _declared() -> list[Requirement]:
    groups = PROJECT["dependency-groups"]
    named = [*PROJECT["project"]["dependencies"], *groups["dev"], *groups["train"]]
    return [Requirement(line) for line in named]


# Asked for by name, though no line imports them: caps for prefect, and data for zoneinfo.
NEVER_IMPORTED = {"fastapi", "sqlalchemy", "tzdata"}


def test_what_the_code_imports_is_declared_and_what_is_declared_is_imported() -> None:
    homes = packages_distributions()
    used = {
        _canonical(homes[top][0])
        for path in modules()
        for name, _ in imported(path)
        if (top := name.split(".")[0]) not in sys.stdlib_module_names | {"copydesk", "flows", "schemas"}
    }
    declared = {_canonical(Requirement(line).name) for line in PROJECT["project"]["dependencies"]}
    extras = PROJECT["project"]["optional-dependencies"].values()
    optional = {_canonical(Requirement(line).name) for lines in extras for line in lines}
    assert used - declared - optional == set()
    assert declared - used == NEVER_IMPORTED


def _installed_closure() -> dict[str, str]:
    """What the declared requirements bring along here, as far as it is installed: name to version."""
    versions: dict[str, str] = {}
    todo, seen = _declared(), set()
    while todo:
        requirement = todo.pop()
        key = (_canonical(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            continue  # for another platform or Python
        versions[key[0]] = found.version
        for line in found.requires or ():
            needed = Requirement(line)
            extras = requirement.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(needed)
    versions.pop("setuptools", None)  # brought by venv itself on some Pythons
    return versions


def test_the_lock_holds_a_version_of_everything_that_is_installed() -> None:
    assert _installed_closure().keys() - _locked().keys() == set()


def test_the_lock_fits_what_the_project_asks_for() -> None:
    locked = _locked()
    wrong = [
        f"{requirement}: locked {locked.get(_canonical(requirement.name))}"
        for requirement in _declared()
        if not requirement.specifier.contains(locked.get(_canonical(requirement.name), "0"), prereleases=True)
    ]
    assert not wrong


def test_a_version_cap_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    silent = [
        line.strip()
        for line in lines
        if re.search(r'^\s+"[\w.-]+(\[\w+\])?>=[^"]*,<', line) and "#" not in line
    ]
    assert not silent, "a cap needs its reason on the line"
