"""What a run has to do: the inputs as they are now, against what the store knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copydesk.store.index import empty_index, join_indexes

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Changes:
    """Every document of the last snapshot is in `kept`, `redone`, `pruned`, or belongs to an input that is to be read."""

    kept: pa.Table  # documents that stay as they are
    to_read: tuple[int, ...]  # numbers of the inputs that are new, have changed or were edited by other rules
    known: pa.Table  # documents that may be taken over where such an input holds the same page
    redone: pa.Table  # documents without their input, to be edited again from the store's own bytes
    pruned: int
    vanished: int  # documents without their input that stay


def find_changes(
    uris: Sequence[str],
    keys: Sequence[str],
    published: pa.Table,
    unfinished: pa.Table,
    editions: Sequence[str],
    *,
    prune: bool = False,
) -> Changes:
    """Compare the inputs, by uri and key, with the documents of the last snapshot and with those that a killed run left.

    `editions` are those under which a document needs no editing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    named = pa.array(uris, pa.string())
    at = pc.index_in(published["input_uri"], value_set=named)
    present = pc.is_valid(at)
    fresh = pc.is_in(published["edition"], value_set=pa.array(editions))
    same = pc.equal(published["input_key"], pa.array(keys, pa.string()).take(at.combine_chunks()))
    sound = pc.and_(pc.fill_null(same, False), fresh)
    changed = pc.unique(published["input_uri"].filter(pc.and_(present, pc.invert(sound))))
    complete = pc.and_(
        pc.is_in(named, value_set=pc.unique(published["input_uri"])),
        pc.invert(pc.is_in(named, value_set=changed)),
    )
    to_read = tuple(number for number, done in enumerate(complete.to_pylist()) if not done)
    reading = named.filter(pc.invert(complete))

    staying = pc.and_(present, pc.invert(pc.is_in(published["input_uri"], value_set=reading)))
    gone = pc.invert(present)
    redo = pc.and_(gone, pc.and_(pc.invert(fresh), published["has_raw"]))
    kept = published.filter(staying if prune else pc.or_(staying, pc.and_(gone, pc.invert(redo))))
    vanished = pc.sum(pc.cast(gone, pa.int64())).as_py() or 0
    pool = join_indexes([published, unfinished])
    wanted = pc.and_(
        pc.is_in(pool["input_uri"], value_set=reading),
        pc.and_(pc.is_in(pool["edition"], value_set=pa.array(editions)), pc.not_equal(pool["page_key"], "")),
    )
    return Changes(
        kept=kept,
        to_read=to_read,
        known=pool.filter(wanted),
        redone=empty_index() if prune else published.filter(redo),
        pruned=vanished if prune else 0,
        vanished=0 if prune else vanished,
    )


def known_pages(known: pa.Table) -> dict[str, frozenset[tuple[str, str]]]:
    """(source_uri, page key) of each known document, by input."""
    by_input: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    columns = ("input_uri", "source_uri", "page_key")
    for input_uri, source_uri, page_key in zip(*(known[name].to_pylist() for name in columns), strict=True):
        by_input[input_uri].add((source_uri, page_key))
    return {input_uri: frozenset(pages) for input_uri, pages in by_input.items()}


def count_changes(published: pa.Table, index: pa.Table, vanished: int) -> dict[str, int]:
    """How the documents of an index came to be in it, seen from the last snapshot, and how many of that are gone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    at = pc.index_in(index["source_uri"], value_set=published["source_uri"]).combine_chunks()
    before = published.select(["segment", "row", "content_sha256"]).take(at)
    lies_there = pc.and_(
        pc.equal(before["segment"].cast(pa.string()), index["segment"].cast(pa.string())),
        pc.equal(before["row"], index["row"]),
    )
    known = pc.is_valid(at)
    untouched = pc.fill_null(lies_there, False)
    same_content = pc.fill_null(pc.equal(before["content_sha256"], index["content_sha256"]), False)
    redone = pc.and_(pc.invert(untouched), same_content)

    def count(flags: pa.ChunkedArray) -> int:
        return int(pc.sum(flags).as_py() or 0)

    counts = {
        "new": index.num_rows - count(known),
        "changed": count(known) - count(untouched) - count(redone),
        "redone": count(redone),
        "unchanged": count(untouched),
        "removed": published.num_rows - count(known),
        "vanished": vanished,
    }
    return {name: number for name, number in counts.items() if number}
