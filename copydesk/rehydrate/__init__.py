"""The text of a release without text, from the reader's own raw files: `rehydrate`.

Documents are matched by the SHA-256 of their bytes, wherever they lie and whatever they are called. Nothing is written that
is not proved equal by its hash.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import RunError
from copydesk.records import Limits, RawPage
from copydesk.release import write_sums
from copydesk.release.layout import CONTRACTS, DATA, MANIFEST, SUMS, table_path

if TYPE_CHECKING:
    from copydesk.rehydrate.drawer import Drawer
    from copydesk.rehydrate.wanted import OpenedRelease, Wanted

__all__ = ["Rehydrated", "rehydrate"]

Tell = Callable[[int], None]  # documents looked at so far


@dataclass(frozen=True, slots=True)
class Rehydrated:
    """What came of it."""

    to: str
    documents: int  # that have wording in the release
    rebuilt: int
    notes: tuple[str, ...]  # a line for each document that is not whole, saying why


def rehydrate(
    release: str | Path,
    raws: Sequence[str],
    to: str,
    *,
    limits: Limits | None = None,
    workers: int = 1,
    tell: Tell | None = None,
) -> Rehydrated:
    """Write a release's tables with their text to `to`, whole or not at all.

    Documents that RAW does not hold keep their rows, with null for text. Raises RunError where the release was made by another
    version, or none of its documents could be rebuilt.
    """
    from copydesk.rehydrate.drawer import Drawer
    from copydesk.rehydrate.wanted import fetch_release, open_release
    from copydesk.release.target import open_target

    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copydesk-rehydrate-")))
        opened = open_release(fetch_release(release, scratch))
        _check_version(opened)
        opened.check()
        folder = stack.enter_context(open_target(to))
        drawer = Drawer(scratch / "documents.sqlite")
        try:
            drawer.expect(opened.wanted())
            _rebuild_all(raws, drawer, limits or Limits(), workers, tell)
            total, rebuilt, proved = drawer.count()
            if not rebuilt:
                raise RunError(
                    f"{' '.join(raws)}: expected raw files of {release}, found none of its {total} documents"
                )
            notes = _write(opened, drawer, folder, complete=proved == total)
        finally:
            drawer.close()
    return Rehydrated(to, total, rebuilt, notes)


def _check_version(opened: OpenedRelease) -> None:
    import copydesk
    from copydesk.check.contracts import contracts_version

    made, here = opened.manifest["copydesk_version"], copydesk.__version__
    if (made, opened.manifest["contracts_version"]) != (here, contracts_version()):
        tables = "" if made != here else f" with tables {opened.manifest['contracts_version']}"
        raise RunError(
            f"{opened.folder}: expected a release by copydesk {here}, found one by {made}{tables}; rehydrate it with that one"
        )


def _rebuild_all(
    raws: Sequence[str], drawer: Drawer, limits: Limits, workers: int, tell: Tell | None
) -> None:
    from copydesk.rehydrate.crew import rebuild_each

    def jobs() -> Iterator[tuple[RawPage, Wanted]]:
        for number, page in enumerate(_pages(raws, limits), start=1):
            if tell is not None:
                tell(number)
            for wanted in drawer.wanted(page.content_sha256):
                yield page, wanted

    for uri, found in rebuild_each(jobs(), limits, workers):
        drawer.put(uri, found)


def _pages(raws: Sequence[str], limits: Limits) -> Iterator[RawPage]:
    from copydesk.read import find_inputs, read_pages

    for item in find_inputs(raws):
        for page in read_pages(item, limits):
            if isinstance(page, RawPage):
                yield page


def _write(opened: OpenedRelease, drawer: Drawer, folder: Path, *, complete: bool) -> tuple[str, ...]:
    """Write the tables and what stands beside them; gives a line for each document that is not whole."""
    from copydesk.rehydrate.fill import Filler
    from copydesk.release.contracts import released_contract
    from copydesk.release.parquet import write_parquet
    from copydesk.release.shape import RELEASED_TABLES, shape_of

    (folder / DATA).mkdir()
    (folder / CONTRACTS).mkdir()
    filler = Filler(opened, drawer)
    for table in RELEASED_TABLES:
        shape = shape_of(table, without_text=False)
        rows = filler.fill(shape, complete=complete)
        write_parquet(folder / table_path(table), table, filler.schema(shape, complete=complete), rows)
        (folder / CONTRACTS / f"{table}.yaml").write_text(released_contract(shape), encoding="utf-8")
    notes = tuple(_notes(drawer, filler.open_fields))
    total, rebuilt, _ = drawer.count()
    (folder / "README.md").write_text(_page(opened, total, rebuilt, notes), encoding="utf-8")
    manifest = {
        **opened.manifest,
        "without_text": False,
        "rehydrated": {"documents": total, "rebuilt": rebuilt},
    }
    (folder / MANIFEST).write_text(
        json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    write_sums(folder)
    return notes


def _notes(drawer: Drawer, open_fields: dict[str, list[str]]) -> Iterator[str]:
    for uri, digest, reason in drawer.missing():
        why = reason or f"no raw file with SHA-256 {digest}"
        yield f"{uri}: not rebuilt: {why}"
    for uri, names in open_fields.items():
        yield f"{uri}: rebuilt without {', '.join(names)}, which its releaser knew from elsewhere"


def _page(opened: OpenedRelease, total: int, rebuilt: int, notes: Sequence[str]) -> str:
    sums = opened.folder / SUMS
    digest = hashlib.sha256(sums.read_bytes()).hexdigest() if sums.is_file() else "unknown"
    lines = [
        f"# {opened.manifest['title']}, with its text",
        "",
        f"The release whose {SUMS} has the SHA-256 `{digest}`, with the text of {rebuilt:,} of {total:,} documents filled in "
        "from raw files by `copydesk rehydrate`. Every value was proved equal by its hash; what could not be proved is null. "
        "The text belongs to its publishers: what the release may be used for does not extend to it.",
        "",
        *(f"- {note}" for note in notes),
    ]
    return "\n".join(lines) + "\n"
