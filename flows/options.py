"""From settings to what the pipeline asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.urls import is_url

if TYPE_CHECKING:
    from copydesk.pipeline import BuildOptions
    from copydesk.settings import Settings


def absolute(named: str | Path) -> str:
    """A path as it is called from any folder; a URL as it is."""
    return str(named) if is_url(named) else str(Path(named).absolute())


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
        shard_bytes=settings.shard_bytes,
        shard_inputs=settings.shard_inputs,
        document_seconds=settings.document_seconds,
        document_bytes=settings.document_bytes,
    )
