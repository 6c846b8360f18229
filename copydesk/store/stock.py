"""What is in store when a run begins, and the index of what it leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import StoreError
from copydesk.store.index import (
    INDEX_FILE,
    empty_index,
    in_order,
    index_schema,
    join_indexes,
    read_documents,
    read_index,
    segments_of,
)
from copydesk.store.segment import SEGMENTS, generation_of

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.jobs import Same
    from copydesk.store.place import Place


@dataclass(frozen=True, slots=True)
class Stock:
    """The documents of the last snapshot, and those that a run edited which never published."""

    published: pa.Table
    unfinished: pa.Table
    generation: int  # of the segments that this run writes
    warnings: tuple[str, ...]  # what is damaged, a line each


def take_stock(place: Place, snapshot: Path | None, damaged: Collection[str] = ()) -> Stock:
    """What the store holds. Documents of `damaged` and of missing segments count as unknown."""
    names = [name for name in place.names(SEGMENTS) if name not in damaged]
    generation = max(map(generation_of, (*names, *damaged)), default=0) + 1
    warnings: list[str] = []
    published = empty_index()
    if snapshot is not None:
        try:
            published = read_index(snapshot / INDEX_FILE)
        except StoreError as fault:
            published, faults = read_documents(place, names)
            published = _last_of_each(published)  # names of segments sort by run
            warnings += [f"{fault}; it was made again from {len(names)} segments", *faults]
    published, lost = _without(published, segments_of(published) - set(names))
    if lost:
        warnings.append(
            f"{SEGMENTS}: expected all documents of the last snapshot, found {lost} of them missing or damaged"
            "; those whose files are there are edited again"
        )
    loose = sorted(set(names) - segments_of(published))
    unfinished, faults = read_documents(place, loose)
    return Stock(published, unfinished, generation, (*warnings, *faults))


def new_index(
    place: Place,
    kept: pa.Table,
    known: pa.Table,
    published: pa.Table,
    segments: Iterable[str],
    same: Iterable[Same],
) -> pa.Table:
    """The index of a run: what stays, what was found again, and what its segments hold. Raises StoreError for a damaged one."""
    edited, faults = read_documents(place, segments)
    if faults:
        raise StoreError(faults[0])
    together = join_indexes([kept, _found_again(known, tuple(same)), edited])
    return in_order(_first_seen(_last_of_each(together), published))


def _without(index: pa.Table, segments: Collection[str]) -> tuple[pa.Table, int]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not segments:
        return index, 0
    lost = pc.is_in(index["segment"].cast(pa.string()), value_set=pa.array(sorted(segments), pa.string()))
    return index.filter(pc.invert(lost)), int(pc.sum(lost).as_py() or 0)


def _found_again(known: pa.Table, same: tuple[Same, ...]) -> pa.Table:
    """Documents that the store knew, with the place where they stand now."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not same:
        return empty_index()
    keys = pc.binary_join_element_wise(known["source_uri"], known["page_key"], "\n")
    wanted = pa.array([f"{page.source_uri}\n{page.page_key}" for page in same], pa.string())
    found = known.take(pc.index_in(wanted, value_set=keys.combine_chunks()))
    for name in ("input_uri", "input_key", "place"):
        at = index_schema().get_field_index(name)
        values = pa.array([getattr(page, name) for page in same], index_schema().field(at).type)
        found = found.set_column(at, index_schema().field(at), values)
    return found


def _last_of_each(index: pa.Table) -> pa.Table:
    """The last document of each source_uri."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbered = pa.table(
        {"source_uri": index["source_uri"], "number": pa.array(range(index.num_rows), pa.int64())}
    )
    last = numbered.group_by("source_uri").aggregate([("number", "max")])["number_max"]
    if len(last) == index.num_rows:
        return index
    return index.take(last.take(pc.sort_indices(last)))


def _first_seen(index: pa.Table, published: pa.Table) -> pa.Table:
    """A document keeps the time at which its name was seen first, whatever became of its content."""
    import pyarrow.compute as pc

    known = pc.index_in(index["source_uri"], value_set=published["source_uri"])
    before = published["first_seen_at"].take(known.combine_chunks())
    at = index_schema().get_field_index("first_seen_at")
    return index.set_column(at, index_schema().field(at), pc.coalesce(before, index["first_seen_at"]))
