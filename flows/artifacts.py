"""What a flow run leaves on Prefect's pages: how far it is, the summary, the audit, the removals, the way to the report.

No text of a page goes there: Prefect shows artifacts as Markdown.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
from prefect import get_run_logger
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows import summary as words

if TYPE_CHECKING:
    from copydesk.summary import RunSummary

# Per cent done when a stage begins; the first has as much of the way as the documents take.
BEGINS = {"edit": 0.0, "assemble": 85.0, "audit": 92.0, "publish": 98.0}
EDITED = BEGINS["assemble"]
LEAST_STEP = 1.0  # per cent
LEAST_SECONDS = 1.0  # between two updates, which are requests

_OUTSIDE_A_KEY = re.compile(r"[^a-z0-9]+")


def artifact_key(out: str, what: str) -> str:
    """A key of its own for each corpus, so that Prefect shows the history of one: "processed-audit"."""
    name = _OUTSIDE_A_KEY.sub("-", Path(out).resolve().name.lower()).strip("-")
    return f"{name or 'corpus'}-{what}"


def leave_results(summary: RunSummary) -> None:
    """Summary, audit and removals of a run, published or refused."""
    out = summary.out
    create_markdown_artifact(
        words.to_markdown(summary), key=artifact_key(out, "summary"), description=f"Build of {out}"
    )
    create_table_artifact(
        words.audit_rows(summary),
        key=artifact_key(out, "audit"),
        description=f"Audit of {out}: {words.verdict(summary)}",
    )
    create_table_artifact(
        words.removal_rows(summary),
        key=artifact_key(out, "removals"),
        description=f"{summary.removals:,} blocks that are not body text, in {out}",
    )


def leave_report(out: str, page: str, url: str | None) -> None:
    """The way to the report, by its path or URL: below the address where OUT is served, where there is one."""
    name = page.rpartition("/")[2]
    place = page if "://" in page else Path(page).resolve().as_uri()
    create_link_artifact(
        f"{url.rstrip('/')}/{name}" if url else place,
        link_text=name,
        key=artifact_key(out, "report"),
        description=f"Data-quality report on {out}, at {place}",
    )


class ProgressArtifact:
    """Progress as an artifact of the run. The pipeline tells it how far it is; a server that does not answer stops no build."""

    def __init__(self, out: str) -> None:
        self._key = artifact_key(out, "progress")
        self._out = out
        self._id: UUID | None = None
        self._shown = -LEAST_STEP
        self._asked = float("-inf")
        self._is_broken = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """The pipeline's `Progress`."""
        begin = BEGINS.get(stage, self._shown)
        share = min(1.0, done / total) if stage == "edit" and total else 0.0
        self._show(begin + share * (EDITED if stage == "edit" else 0.0), is_step=stage != "edit")

    def finish(self) -> None:
        """The run has published."""
        self._show(100.0, is_step=True)

    def _show(self, percent: float, is_step: bool) -> None:
        now = time.monotonic()
        is_due = percent - self._shown >= LEAST_STEP and now - self._asked >= LEAST_SECONDS
        if self._is_broken or not (is_due or is_step):
            return
        self._shown, self._asked = percent, now
        try:
            if self._id is None:
                made = create_progress_artifact(
                    percent, key=self._key, description=f"How far the build of {self._out} is"
                )
                assert isinstance(made, UUID)  # a coroutine only where an event loop runs
                self._id = made
            else:
                update_progress_artifact(self._id, percent)
        except httpx.HTTPError as error:
            self._is_broken = True
            get_run_logger().warning("progress is not shown any more: %s", error)
