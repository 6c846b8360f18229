"""From decoded text to blocks: one public verb, `extract`."""

from __future__ import annotations

from copydesk.records import Limits, Page, RawPage, SourceFormat

__all__ = ["extract"]


def extract(text: str, source_format: SourceFormat, raw: RawPage, limits: Limits | None = None) -> Page:
    """The document as blocks in reading order; every visible text of it is in exactly one.

    Raises ExtractError where nothing is visible, or where there are more blocks than `limits` allow.
    """
    limits = limits or Limits()
    if source_format == "text":
        from copydesk.extract.text import extract_text

        return extract_text(text, raw.source_uri, raw.sidecar, limits.max_blocks)
    if source_format == "markdown":
        from copydesk.extract.markdown import extract_markdown

        return extract_markdown(text, raw.source_uri, raw.sidecar, limits.max_blocks)
    from copydesk.extract.html import extract_html

    return extract_html(text, raw.source_uri, raw.sidecar, limits.max_blocks)
