"""What a run has to do, found out before anything heavy is loaded: the inputs against the store and the last snapshot."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk.jobs import Source
from copydesk.publish.layout import CURRENT, MANIFEST
from copydesk.shards import Task
from copydesk.store.changes import Changes, find_changes
from copydesk.store.fingerprint import assembling_key, editing_key, lost_key
from copydesk.store.forgotten import NOTHING_FORGOTTEN, Forgotten, emptied, is_listed, read_forgotten
from copydesk.store.place import Place
from copydesk.store.stock import Stock, take_stock
from copydesk.store.work import sources_of

if TYPE_CHECKING:
    from copydesk.pipeline import BuildOptions
    from copydesk.read import Input
    from copydesk.records import Run
    from copydesk.workers import Setup


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of a run, and what it stands on."""

    store: Place
    stock: Stock
    changes: Changes
    sources: tuple[Source, ...]
    edition: str
    lost_edition: str
    assembling_key: str
    forgotten: Forgotten
    is_half_forgotten: bool  # a `forget` was killed before it could publish
    manifest: Mapping[str, Any]  # of the last snapshot; empty where there is none

    @property
    def is_idle(self) -> bool:
        """Whether the last snapshot is what this run would publish."""
        same_tables = self.manifest.get("assembling_key") == self.assembling_key
        return same_tables and not (
            self.sources or self.changes.pruned or self.stock.warnings or self.is_half_forgotten
        )

    def task(self, run: Run, setup: Setup) -> Task:
        return Task(
            run, setup, self.store, self.stock.generation, self.edition, self.lost_edition, self.forgotten
        )


def make_plan(
    out: Path,
    store: Place,
    items: Sequence[Input],
    keys: Sequence[str],
    options: BuildOptions,
    damaged: Collection[str],
) -> Plan:
    """Compare inputs, by their keys, with what OUT holds. Segments in `damaged` count as lost."""
    snapshot = out / CURRENT if (out / CURRENT).is_symlink() else None
    stock = take_stock(store, snapshot, damaged)
    forgotten = read_forgotten(store)
    is_half_forgotten = False
    if forgotten != NOTHING_FORGOTTEN:
        is_half_forgotten = any(is_listed(stock.published, forgotten).to_pylist())
        stock = replace(stock, published=emptied(stock.published, forgotten))
    edition = editing_key(options.desk, options.rules, options.limits)
    lost_edition = lost_key(edition, options.document_seconds, options.document_bytes)
    changes = find_changes(
        [item.uri for item in items],
        keys,
        stock.published,
        stock.unfinished,
        (edition, lost_edition),
        prune=options.prune,
    )
    return Plan(
        store=store,
        stock=stock,
        changes=changes,
        sources=sources_of(changes, items, keys, options.workers),
        edition=edition,
        lost_edition=lost_edition,
        assembling_key=assembling_key(),
        forgotten=forgotten,
        is_half_forgotten=is_half_forgotten,
        manifest=_manifest(snapshot),
    )


def _manifest(snapshot: Path | None) -> Mapping[str, Any]:
    if snapshot is None:
        return {}
    try:
        stated = json.loads((snapshot / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stated if isinstance(stated, dict) else {}
