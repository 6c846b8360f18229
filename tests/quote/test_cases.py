"""Golden cases: one pattern or one oddity each, in `cases/*.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from copydesk.quote import quote

FOLDER = Path(__file__).parent / "cases"
CASES: list[dict[str, Any]] = [
    case | {"id": f"{path.stem}: {case['name']}"}
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_quotes_of_a_case_are_as_expected(case: dict[str, Any]) -> None:
    rows = quote(case["paragraphs"], language=case.get("language", "en"), context=case.get("context", ()))
    got = [{key: getattr(row, key) for key in want} for row, want in zip(rows, case["expect"], strict=False)]
    if case.get("exact", True):
        assert len(rows) == len(case["expect"]), [row.text for row in rows]
        assert got == case["expect"]
    else:
        found = [row for row in rows if row.kind != "indirect"]
        wanted = [want for want in case["expect"] if want.get("kind") != "indirect"]
        assert [{k: getattr(r, k) for k in w} for r, w in zip(found, wanted, strict=True)] == wanted


def test_every_case_compares_something() -> None:
    assert all(case["expect"] for case in CASES)
    assert len({case["id"] for case in CASES}) == len(CASES)
