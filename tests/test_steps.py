"""Documents that take their steps together come to the same as each alone, and it is known whose turn it is."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copydesk import desk
from copydesk.records import RawPage, Run, Unread
from copydesk.steps import Steps, finish, finish_together
from copydesk.turns import NOBODY, Turns

CASES = Path(__file__).parent / "cases"
RUN = Run("steps", datetime(2025, 1, 1, tzinfo=UTC), copydesk_version="test", rules_version="test")


def counting(name: str, steps: int, log: list[str]) -> Steps[str]:
    for step in range(steps):
        log.append(f"{name}{step}")
        yield
    return name


def test_each_step_is_taken_by_all_before_the_next() -> None:
    log: list[str] = []
    turns: list[int] = []
    documents = [counting("a", 2, log), counting("b", 0, log), counting("c", 3, log)]
    assert finish_together(documents, turns.append) == ["a", "b", "c"]
    assert log == ["a0", "c0", "a1", "c1", "c2"]
    assert turns == [0, 1, 2, 0, 2, 0, 2, 2]
    assert finish(counting("a", 2, log)) == "a"
    assert finish_together([], turns.append) == []


def failing() -> Steps[str]:
    yield
    raise LookupError("gone")


def test_what_a_step_raises_goes_through() -> None:
    with pytest.raises(LookupError, match="gone"):
        finish_together([counting("a", 3, []), failing()], lambda number: None)
    with pytest.raises(LookupError, match="gone"):
        finish(failing())


def test_documents_edited_together_have_the_rows_that_each_has_alone() -> None:
    pages: list[RawPage | Unread] = [
        RawPage(str(path.relative_to(CASES)), path.name, path.read_bytes())
        for path in sorted(CASES.rglob("input.*"))
    ]
    pages += [
        RawPage("empty.html", "empty.html", b""),
        RawPage("binary.txt", "binary.txt", b"\x00\x01\xfe" * 500),
        RawPage("deep.html", "deep.html", b"<div>" * 5000 + b"x"),
        Unread("gone.html", "unreadable", "expected a file, found none"),
    ]
    assert len(pages) > 60
    random.Random(7).shuffle(pages)
    kit = desk.load_kit()
    turns: list[int] = []
    together = desk.edit_all(pages, RUN, kit, turns.append)
    for page, rows in zip(pages, together, strict=True):
        assert isinstance(page, Unread) or rows == desk.edit(page, RUN, kit), page.source_uri
        assert rows.source.source_uri == page.source_uri
    assert {rows.source.status for rows in together} == {"article", "quarantined"}
    assert set(turns) == set(range(len(pages)))
    assert len(turns) > 5 * len(pages)


def test_a_turn_is_seen_by_the_owner_of_the_memory_when_who_took_it_is_gone() -> None:
    ours = Turns()
    assert ours.look() == (1, NOBODY)
    code = (
        "import os, sys; from copydesk.turns import Turns; turns = Turns(int(sys.argv[1])); "
        "turns.take(3); turns.take(17); os._exit(9)"
    )
    child = subprocess.run(
        [sys.executable, "-c", code, str(ours.file)], pass_fds=(ours.file,), check=False, timeout=60
    )
    assert child.returncode == 9
    assert ours.look() == (2, 17)
    ours.close()
