"""docs/how-to/own-rules.md tells of every key and slot, and its rules load."""

from __future__ import annotations

import re
from pathlib import Path

from copydesk.label.patterns import SLOTS
from copydesk.label.rulefile import KEYS
from copydesk.label.rules import load_rules

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "own-rules.md").read_text(encoding="utf-8")


def test_its_rules_load_and_match(tmp_path: Path) -> None:
    files = []
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)):
        files.append(tmp_path / f"{number}.yaml")
        files[-1].write_text(block, encoding="utf-8")
    assert len(files) == 2
    known = len(load_rules().rules)
    assert len(load_rules(files).rules) == known + 2


def test_it_explains_every_key_and_slot() -> None:
    first_cells = re.findall(r"^\| (`.+?) \|", PAGE, re.MULTILINE)
    named = [name for cell in first_cells for name in re.findall(r"`([^`]+)`", cell)]
    assert sorted(named) == sorted([*KEYS, *(f"{{{slot}}}" for slot in SLOTS)])
