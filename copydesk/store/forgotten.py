"""What was taken down for good: by content and by article, so that neither another name nor another rebuild brings it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copydesk.errors import StoreError

if TYPE_CHECKING:
    import pyarrow as pa

    from copydesk.store.place import Place

FILE = "forgotten.json"
CODE = "forgotten"
MESSAGE = "taken down for good with copydesk forget"
EMPTIED = ("article_id", "content_sha256", "fetched_at", "page_time")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Content hashes and article ids; an article's id stands for its URL where that is known, else for its words."""

    contents: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()

    def __or__(self, other: Forgotten) -> Forgotten:
        return Forgotten(self.contents | other.contents, self.articles | other.articles)


NOTHING_FORGOTTEN = Forgotten()


def read_forgotten(place: Place) -> Forgotten:
    """The list of a store. Raises StoreError where it is damaged: nothing may come back because a file was lost."""
    try:
        with place.reading(FILE) as file:
            stated = json.loads(file.read())
        return Forgotten(frozenset(stated["contents"]), frozenset(stated["articles"]))
    except FileNotFoundError:
        return NOTHING_FORGOTTEN
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StoreError(f"{FILE}: expected the list of what was forgotten, found: {fault}") from fault


def write_forgotten(place: Place, forgotten: Forgotten) -> None:
    stated = {"articles": sorted(forgotten.articles), "contents": sorted(forgotten.contents)}
    with place.writing(FILE) as file:
        file.write(json.dumps(stated, indent=1).encode() + b"\n")


def is_listed(documents: pa.Table | pa.RecordBatch, listed: Forgotten) -> pa.Array | pa.ChunkedArray:
    """For each document, whether its content or its article is on the list."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.or_(
        pc.is_in(documents["article_id"], value_set=pa.array(sorted(listed.articles), pa.string())),
        pc.is_in(documents["content_sha256"], value_set=pa.array(sorted(listed.contents), pa.string())),
    )


def emptied(index: pa.Table, listed: Forgotten) -> pa.Table:
    """The index, where nothing is said of what is on the list but that it was there."""
    import pyarrow as pa
    import pyarrow.compute as pc

    taken = is_listed(index, listed)
    values: dict[str, object] = {**dict.fromkeys(EMPTIED), "status": "skipped", "has_raw": False}
    for name, value in values.items():
        at = index.schema.get_field_index(name)
        field = index.schema.field(at)
        index = index.set_column(at, field, pc.if_else(taken, pa.scalar(value, field.type), index[name]))
    return index
