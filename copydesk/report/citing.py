"""What names a snapshot in a paper: versions, the hash of what went in, the command."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from copydesk.report.reading import Tables

INPUTS_METHOD = "SHA-256 over the content_sha256 of all documents in sources, sorted, a line each"


@dataclass(frozen=True, slots=True)
class Citation:
    """How to name the data."""

    snapshot_id: str
    run_id: str
    built_at: datetime
    inputs: tuple[str, ...]
    inputs_sha256: str
    command: str | None  # None where the run did not keep it
    copydesk_version: str
    rules_version: str
    contracts_version: str
    versions: tuple[tuple[str, str], ...]

    def text(self, title: str, articles: int) -> str:
        """A sentence for the list of references."""
        return (
            f"{title}, snapshot {self.snapshot_id} ({articles:,} articles), built with copydesk {self.copydesk_version} on "
            f"{self.built_at:%Y-%m-%d}; rules {self.rules_version}, contracts {self.contracts_version}, "
            f"inputs sha256:{self.inputs_sha256}."
        )


def cite(snapshot_id: str, run: Mapping[str, Any], tables: Tables) -> Citation:
    """What there is to say of the run that published these tables."""
    return Citation(
        snapshot_id,
        run["run_id"],
        run["finished_at"],
        tuple(run["inputs"] or ()),
        hash_inputs(tables),
        run.get("command"),
        run["copydesk_version"],
        run["rules_version"],
        run["contracts_version"],
        tuple(sorted(dict(run["versions"] or ()).items())),
    )


def hash_inputs(tables: Tables) -> str:
    """One hash for all documents, whatever their names and order; documents that could not be read have none."""
    digest = hashlib.sha256()
    for (content,) in tables.rows(
        "SELECT content_sha256 FROM sources WHERE content_sha256 IS NOT NULL ORDER BY 1"
    ):
        digest.update(f"{content}\n".encode())
    return digest.hexdigest()
