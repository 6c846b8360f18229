"""What was taken down for good: by content and by article, so that neither another name nor another rebuild brings it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copydesk.errors import StoreError

if TYPE_CHECKING:
    from copydesk.store.place import Place

FILE = "forgotten.json"
CODE = "forgotten"
MESSAGE = "taken down for good with copydesk forget"


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
