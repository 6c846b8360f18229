"""What rehydration knows of each document, on disk: what the release wants of it, and its wording once it was rebuilt.

A scratch database of our own, gone when the command ends; memory does not grow with the release.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from copydesk.rehydrate.rebuild import Rebuilt
from copydesk.rehydrate.wanted import Wanted

_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE documents (
  uri TEXT PRIMARY KEY, content TEXT, position INTEGER, wanted BLOB, wording BLOB, proved INTEGER DEFAULT 0, reason TEXT);
CREATE INDEX by_content ON documents (content);
"""


class Drawer:
    """Documents by their content and by their source_uri."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._at_hand: tuple[str, Rebuilt | None] | None = None

    def expect(self, documents: Iterable[Wanted]) -> None:
        """Note what the release wants."""
        rows = ((w.source_uri, w.content_sha256, at, pickle.dumps(w)) for at, w in enumerate(documents))
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO documents (uri, content, position, wanted) VALUES (?, ?, ?, ?)", rows
        )
        self._database.execute("COMMIT")

    def wanted(self, content_sha256: str) -> list[Wanted]:
        """The documents of this content that are not proved yet."""
        found = self._database.execute(
            "SELECT wanted FROM documents WHERE content = ? AND NOT proved ORDER BY position",
            (content_sha256,),
        )
        return [pickle.loads(row[0]) for row in found]

    def put(self, uri: str, found: Rebuilt | str) -> None:
        """Keep a document's wording, or why it could not be had; what is there stays where this is no better."""
        if isinstance(found, str):
            self._database.execute(
                "UPDATE documents SET reason = ? WHERE uri = ? AND wording IS NULL", (found, uri)
            )
            return
        self._database.execute(
            "UPDATE documents SET wording = ?, proved = ? WHERE uri = ? AND (wording IS NULL OR ?)",
            (pickle.dumps(found), found.proved, uri, found.proved),
        )

    def get(self, uri: str) -> Rebuilt | None:
        """A document's wording. The last one stays at hand, since rows come in the order of documents."""
        if self._at_hand is None or self._at_hand[0] != uri:
            row = self._database.execute("SELECT wording FROM documents WHERE uri = ?", (uri,)).fetchone()
            self._at_hand = (uri, pickle.loads(row[0]) if row and row[0] is not None else None)
        return self._at_hand[1]

    def count(self) -> tuple[int, int, int]:
        """Documents in all, rebuilt, and proved in every field."""
        query = "SELECT count(*), count(wording), coalesce(sum(proved), 0) FROM documents"
        total, rebuilt, proved = self._database.execute(query).fetchone()
        return int(total), int(rebuilt), int(proved)

    def missing(self) -> Iterator[tuple[str, str, str | None]]:
        """(uri, SHA-256, reason) of each document without wording; no reason where nobody brought its bytes."""
        yield from self._database.execute(
            "SELECT uri, content, reason FROM documents WHERE wording IS NULL ORDER BY position"
        )

    def close(self) -> None:
        self._database.close()
