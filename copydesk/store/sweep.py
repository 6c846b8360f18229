"""Segments that no index needs any more, and those that are hardly needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copydesk.store.index import segments_of
from copydesk.store.segment import SEGMENTS

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.store.place import Place


def sweep_store(place: Place, index: pa.Table) -> None:
    """Remove the segments of which the index of the snapshot that is now current needs no document."""
    needed = segments_of(index)
    for name in place.names(SEGMENTS):
        if name not in needed:
            place.remove(name)
    place.sweep(SEGMENTS)
