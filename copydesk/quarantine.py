"""The one place where an exception becomes a quarantined row of `sources`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from copydesk.errors import PageError, RunError
from copydesk.records import Decoded, RawPage, Run, SourceFormat, Unread
from copydesk.rows import PageRows, RemovalRow, SourceRow
from copydesk.steps import Steps

MESSAGE_CHARS = 300  # a message locates a fault; it never prints a page


@dataclass(slots=True)
class Draft:
    """How far a document has come: what its row of `sources` can still say when a step fails."""

    stage: str = "read"
    decoded: Decoded | None = None
    source_format: SourceFormat | None = None
    removals: tuple[RemovalRow, ...] = ()


def guard(raw: RawPage, run: Run, work: Callable[[Draft], Steps[PageRows]]) -> Steps[PageRows]:
    """What `work` returns, with its pauses, or the quarantined row that says why it could not.

    A PageError is the expected outcome for bad input; anything else is a fault of ours, which must cost this one
    document and not the run, and is named as such by its class.
    """
    draft = Draft()
    try:
        return (yield from work(draft))
    except PageError as fault:
        return _refuse(raw, run, draft, fault.stage, fault.code, fault.message)
    except RunError:
        raise  # a broken rule or model file is no document's fault
    except (MemoryError, RecursionError) as fault:
        return _refuse(
            raw,
            run,
            draft,
            draft.stage,
            "resources",
            f"{type(fault).__name__} while the document was worked on",
        )
    except Exception as fault:
        return _refuse(
            raw, run, draft, draft.stage, type(fault).__name__, f"unexpected {type(fault).__name__}: {fault}"
        )


NO_DOCUMENTS = frozenset(
    ("folder-note", "forgotten", "hidden", "http-redirect", "media-type", "record-type", "revisit", "sidecar")
)  # codes of what was never meant as one: passed over, not refused


def unread_rows(unread: Unread, run: Run) -> PageRows:
    """The row of an input that gave no bytes."""
    return refused(
        unread.source_uri, run, stage="read", code=unread.code, message=unread.message, size=unread.bytes
    )


def refused(
    source_uri: str,
    run: Run,
    *,
    stage: str,
    code: str,
    message: str,
    size: int | None = None,
    content: bytes | None = None,
) -> PageRows:
    """A document of which nothing more is known: unread, hung, or lost with its process."""
    return PageRows(
        SourceRow(
            source_uri=source_uri,
            content_sha256=None if content is None else hashlib.sha256(content).hexdigest(),
            bytes=size if content is None else len(content),
            format=None,
            encoding=None,
            encoding_source=None,
            status="skipped" if code in NO_DOCUMENTS else "quarantined",
            article_id=None,
            stage=stage,
            error=code,
            message=_one_line(message),
            fetched_at=None,
            run_id=run.run_id,
            first_seen_at=run.started_at,
        )
    )


def _refuse(raw: RawPage, run: Run, draft: Draft, stage: str, code: str, message: str) -> PageRows:
    return PageRows(
        SourceRow(
            source_uri=raw.source_uri,
            content_sha256=raw.content_sha256,
            bytes=len(raw.content),
            format=draft.source_format,
            encoding=draft.decoded.encoding if draft.decoded else None,
            encoding_source=draft.decoded.encoding_source if draft.decoded else None,
            status="quarantined",
            article_id=None,
            stage=stage,
            error=code,
            message=_one_line(message),
            fetched_at=raw.sidecar.fetched_at,
            run_id=run.run_id,
            first_seen_at=run.started_at,
        ),
        removals=draft.removals,
    )


def _one_line(message: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    return line if len(line) <= MESSAGE_CHARS else line[: MESSAGE_CHARS - 1] + "…"
