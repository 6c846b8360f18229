"""From settings to what the pipeline asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.pipeline import BuildOptions
    from copydesk.settings import Settings


def build_options(settings: Settings) -> BuildOptions:
    """The pipeline's options; rule files by absolute path, since a task may run in another folder."""
    from copydesk.pipeline import BuildOptions

    return BuildOptions(
        workers=settings.workers,
        rules=tuple(path.absolute() for path in settings.rules),
        keep=settings.keep,
        prune=settings.prune,
        limits=settings.limits,
        map=settings.map,
        document_seconds=settings.document_seconds,
        document_bytes=settings.document_bytes,
    )
