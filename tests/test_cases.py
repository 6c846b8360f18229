"""Golden cases: each folder under `cases/` holds a document and what a careful editor would expect of it.

`expected.yaml` names only the fields that the case is about, and every field is a test of its own:

    why: one line
    sidecar: {zone: Europe/Berlin}       what the holder knows beside the document
    article: {headline: …, authors: […]} columns of `articles`
    body: [text, …]                      all paragraphs, in order
    roles: {subheading: [text, …]}       all paragraphs of a role
    removed: {caption: [text, …]}        blocks that the ledger holds with this label ("any": any)
    nowhere: [text, …]                   text that no reader sees, so no table may hold it
    quotes: [{text: …, speaker: …}, …]   quotes that must be found, with the named columns
    quote_texts: [text, …]               all direct and mixed quotes, in order
    source: {status: …}                  columns of `sources`

A text that ends in " …" stands for every text that begins so. Everything in `known_failures/` is expected to
fail, strictly: the day one passes, the suite says so.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from copydesk import desk
from copydesk.records import RawPage, Run, Sidecar
from copydesk.rows import PageRows

CASES = Path(__file__).parent / "cases"
KINDS = ("in_the_wild", "made_up", "must_not_change", "known_failures")
MORE = " …"
NOW = datetime(2025, 1, 1, tzinfo=UTC)  # later than every date in the cases
SPOKEN = ("direct", "mixed")


# ---------------------------------------------------------------- the cases
def folders() -> list[Path]:
    return sorted(path.parent for path in CASES.glob("*/*/expected.yaml"))


def expectations(folder: Path) -> dict[str, Any]:
    loaded = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict), f"{folder.name}: expected a mapping"
    return loaded


def document(folder: Path) -> Path:
    (found,) = folder.glob("input.*")
    return found


def checks(folder: Path) -> list[tuple[str, Any]]:
    """The fields of one case, one to a test: ("article.headline", "…"), ("removed.caption", […])."""
    found: list[tuple[str, Any]] = []
    for part, value in expectations(folder).items():
        if part in ("article", "roles", "removed", "source"):
            found += [(f"{part}.{name}", wanted) for name, wanted in value.items()]
        elif part not in ("why", "sidecar"):
            found.append((part, value))
    return found


@cache
def edited(folder: Path) -> PageRows:
    path = document(folder)
    raw = RawPage(source_uri=path.name, name=path.name, content=path.read_bytes(), sidecar=_sidecar(folder))
    kit = desk.load_kit()
    run = Run(run_id="golden", started_at=NOW, copydesk_version="test", rules_version="test")
    return desk.edit(raw, run, kit)


def _sidecar(folder: Path) -> Sidecar:
    known = dict(expectations(folder).get("sidecar", {}))
    if "fetched_at" in known:
        known["fetched_at"] = datetime.fromisoformat(known["fetched_at"])
    return Sidecar(**known)


# ------------------------------------------------------------- what was found, in the shape of the expected
def _roles(rows: PageRows, role: str, _: Any) -> Any:
    return [p.text for p in rows.paragraphs if p.role == role]


def _removed(rows: PageRows, label: str, wanted: Any) -> Any:
    """The wanted texts as far as the ledger holds them, each with its label there where that is another."""
    ledger = [(row.text, row.label) for row in rows.removals]
    found = []
    for text in wanted:
        hits = [(t, has) for t, has in ledger if same(text, t)]
        right = [(t, has) for t, has in hits if label in ("any", has)]
        if right:
            ledger.remove(right[0])
            found.append(right[0][0])
        elif hits:
            found.append(f"{hits[0][0]}  [as {hits[0][1]}]")
    return found


def _quotes(rows: PageRows, wanted: Any) -> Any:
    """For each wanted quote the named columns of the one with its text."""
    found = []
    for quote in wanted:
        hit = next((q for q in rows.quotes if _bare(q.text) == _bare(quote["text"])), None)
        if hit is not None:
            found.append({name: quote["text"] if name == "text" else getattr(hit, name) for name in quote})
    return found


def _nowhere(rows: PageRows, wanted: Iterable[str]) -> Any:
    shown = "\n".join([p.text for p in rows.paragraphs] + [r.text for r in rows.removals])
    return [text for text in wanted if text not in shown]


def _bare(text: str) -> str:
    """A quote's words: whether the comma before the closing mark belongs to it is a matter of style."""
    return text.strip(" ,.")


def actual(rows: PageRows, name: str, wanted: Any) -> Any:
    part, _, column = name.partition(".")
    if part in ("article", "source"):
        row = getattr(rows, part)
        assert row is not None, f"no {part}: {rows.source.error}: {rows.source.message}"
        return plain(getattr(row, column), wanted)
    if part in ("roles", "removed"):
        reader: Callable[[PageRows, str, Any], Any] = {"roles": _roles, "removed": _removed}[part]
        return reader(rows, column, wanted)
    if part == "quotes":
        return _quotes(rows, wanted)
    if part == "nowhere":
        return _nowhere(rows, wanted)
    if part == "quote_texts":
        return [q.text for q in rows.quotes if q.kind in SPOKEN]
    assert part == "body", f"no such field of a golden case: {part}"
    return [p.text for p in rows.paragraphs]


def plain(value: Any, wanted: Any) -> Any:
    """A value of a table as YAML has it; of a record only what the case names."""
    if is_dataclass(value) and not isinstance(value, type):
        named = wanted if isinstance(wanted, Mapping) else [f.name for f in fields(value)]
        return {name: plain(getattr(value, name), None) for name in named}
    if isinstance(value, tuple):
        samples = list(wanted or ()) + [None] * len(value)
        return [plain(item, samples[i] or samples[0]) for i, item in enumerate(value)]
    return value


# ---------------------------------------------------------------- comparing
def same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, str) and isinstance(found, str) and wanted.endswith(MORE):
        return found.startswith(wanted.removesuffix(MORE))
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(same, wanted, found))
    return bool(wanted == found)


def difference(wanted: Any, found: Any) -> str:
    """What was wanted and what was found, line by line where they are lists."""
    if not (isinstance(wanted, list) and isinstance(found, list)):
        return f"expected {show(wanted)}\n   found {show(found)}"
    missing = [item for item in wanted if not any(same(item, other) for other in found)]
    extra = [item for item in found if not any(same(other, item) for other in wanted)]
    lines = [f"  - {show(item)}" for item in missing] + [f"  + {show(item)}" for item in extra]
    return "\n".join(lines) or f"the same items in another order or number: {show(found)}"


def show(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _parameters() -> list[Any]:
    marks = {"known_failures": (pytest.mark.xfail(strict=True, reason="a known failure"),)}
    return [
        pytest.param(
            folder,
            name,
            wanted,
            id=f"{folder.parent.name}/{folder.name}:{name}",
            marks=marks.get(folder.parent.name, ()),
        )
        for folder in folders()
        for name, wanted in checks(folder)
    ]


@pytest.mark.parametrize(("folder", "name", "wanted"), _parameters())
def test_a_document_becomes_what_an_editor_expects(folder: Path, name: str, wanted: Any) -> None:
    found = actual(edited(folder), name, wanted)
    assert same(wanted, found), f"{expectations(folder)['why']}\n{name}\n{difference(wanted, found)}"


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_a_case_says_why_it_exists_and_expects_something(folder: Path) -> None:
    assert folder.parent.name in KINDS
    assert document(folder).suffix in (".txt", ".md", ".html")
    assert isinstance(expectations(folder)["why"], str)
    assert checks(folder)


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_every_block_of_a_case_has_one_place(folder: Path) -> None:
    rows = edited(folder)
    blocks = [p.block for p in rows.paragraphs] + [r.block for r in rows.removals]
    assert sorted(blocks) == list(range(len(blocks))), "block numbers are not 0, 1, 2 … once each"


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_every_span_of_a_case_cuts_its_own_text(folder: Path) -> None:
    rows = edited(folder)
    if rows.article is None:
        assert rows.source.status == "quarantined"
        assert not (rows.paragraphs or rows.quotes)
        return
    for row in (*rows.paragraphs, *rows.quotes):
        assert rows.article.text[row.char_start : row.char_end] == row.text


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_no_case_meets_a_fault_of_ours(folder: Path) -> None:
    message = edited(folder).source.message
    assert message is None or not message.startswith("unexpected"), message


# ---------------------------------------------------------------- make golden
def rewrite(names: Iterable[str]) -> int:
    """Put what is found in place of what was expected; gives how many files changed. Review the diff."""
    changed = 0
    for folder in folders():
        if folder.parent.name == "known_failures" or (names and folder.name not in names):
            continue
        wrong = [(n, w, f) for n, w in checks(folder) if not same(w, f := actual(edited(folder), n, w))]
        if wrong:
            new = expectations(folder)
            for name, _, found in wrong:
                part, _, column = name.partition(".")
                if column:
                    new[part][column] = found
                else:
                    new[part] = found
            text = yaml.safe_dump(new, allow_unicode=True, sort_keys=False, width=120)
            (folder / "expected.yaml").write_text(text, encoding="utf-8")
            print(f"{folder.parent.name}/{folder.name}: {', '.join(name for name, _, _ in wrong)}")
            changed += 1
    return changed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="Golden cases: rewrite the expected values by what is found."
    )
    parser.add_argument("--rewrite", action="store_true", required=True)
    parser.add_argument("names", nargs="*", help="slugs; all where none is given")
    print(f"{rewrite(parser.parse_args().names)} files changed")
