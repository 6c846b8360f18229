"""A snapshot as a data set that others can cite: `write_release`.

README.md       data set card (Hugging Face)      data/NAME.parquet   the tables
DATASHEET.md    questions of Gebru et al.         contracts/          their columns, meaning and rules
RIGHTS.md       rights by outlet                  croissant.json      Croissant 1.1
CITATION.cff    how to cite                       release.json        versions and figures
SHA256SUMS      of every other file
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.release.about import About
from copydesk.release.layout import CONTRACTS, DATA, FORMAT, MANIFEST, SUMS, table_path
from copydesk.release.target import open_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from copydesk.release.facts import Facts
    from copydesk.release.shape import Shape
    from copydesk.snapshot import Snapshot

__all__ = ["About", "Released", "write_release", "write_sums"]


@dataclass(frozen=True, slots=True)
class Released:
    """What was written, and where."""

    to: str
    articles: int
    files: int
    bytes: int


def write_release(
    snapshot: Snapshot, to: str, *, title: str, about: About | None = None, without_text: bool = False
) -> Released:
    """Write a snapshot as a data set, whole or not at all; the same snapshot gives the same bytes.

    `to` is a folder that does not exist or is empty, or such a place on an object store (s3://BUCKET/NAME). Raises RunError
    where the snapshot is not of this version, or `to` holds something or cannot be written.
    """
    from copydesk.release.facts import check_tables, gather_facts
    from copydesk.release.shape import RELEASED_TABLES, shape_of

    about = about or About()
    title = about.title or title
    check_tables(snapshot)
    shapes = [shape_of(table, without_text=without_text) for table in RELEASED_TABLES]
    with open_target(to) as folder:
        rows = _write_tables(snapshot, shapes, folder)
        facts = gather_facts(snapshot, rows)
        _write_pages(folder, title, facts, about, shapes, without_text=without_text)
        write_sums(folder)
        files = [path for path in folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
    return Released(to, facts.articles, len(files), size)


def write_sums(folder: Path) -> None:
    """SHA256SUMS of all files below a folder, as `sha256sum -c` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _write_tables(snapshot: Snapshot, shapes: Sequence[Shape], folder: Path) -> dict[str, int]:
    from copydesk.release.parquet import write_parquet

    (folder / DATA).mkdir()
    rows: dict[str, int] = {}
    for shape in shapes:
        if shape.table == "audit":  # the history holds other runs too
            batches = iter(
                snapshot.table("audit", filters=[("run_id", "==", snapshot.snapshot_id)]).to_batches()
            )
        else:
            batches = snapshot.batches(shape.table)
        path = folder / table_path(shape.table)
        rows[shape.table] = write_parquet(path, shape.table, shape.schema, shape.release(batches))
    return rows


def _write_pages(
    folder: Path, title: str, facts: Facts, about: About, shapes: Sequence[Shape], *, without_text: bool
) -> None:
    from copydesk.release.card import describe_data_set, render_card
    from copydesk.release.citation import render_citation
    from copydesk.release.contracts import released_contract
    from copydesk.release.croissant import render_croissant
    from copydesk.release.datasheet import render_datasheet
    from copydesk.release.rights import render_rights

    tables = {shape.table: folder / table_path(shape.table) for shape in shapes}
    files: dict[str, tuple[int, str]] = {
        table: (path.stat().st_size, _sha256(path)) for table, path in tables.items()
    }
    description = describe_data_set(facts, about)
    pages: Mapping[str, str] = {
        "README.md": render_card(title, facts, about, shapes, without_text=without_text),
        "DATASHEET.md": render_datasheet(title, facts, about, without_text=without_text),
        "RIGHTS.md": render_rights(title, facts, about),
        "CITATION.cff": render_citation(title, facts, about, description),
        "croissant.json": render_croissant(title, facts, about, shapes, files, description),
        MANIFEST: _manifest(title, facts, shapes, without_text),
        **{f"{CONTRACTS}/{shape.table}.yaml": released_contract(shape) for shape in shapes},
    }
    (folder / CONTRACTS).mkdir()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def _manifest(title: str, facts: Facts, shapes: Sequence[Shape], without_text: bool) -> str:
    content = {
        "format": FORMAT,
        "title": title,
        "snapshot": facts.snapshot_id,
        "built_at": facts.built_at.isoformat(),
        "without_text": without_text,
        "copydesk_version": facts.copydesk_version,
        "rules_version": facts.rules_version,
        "contracts_version": facts.contracts_version,
        "engines": dict(sorted(facts.engines.items())),
        "tables": {
            shape.table: {"rows": facts.rows[shape.table], "left_out": list(shape.withheld)}
            for shape in shapes
        },
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
