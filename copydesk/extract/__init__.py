"""From decoded text to blocks: one public verb, `extract`."""

from __future__ import annotations

from collections.abc import Iterable

from copydesk.errors import ExtractError
from copydesk.records import Limits, Page, RawPage, SourceFormat
from copydesk.steps import Steps, finish

__all__ = ["extract", "extract_in_steps"]


def extract(
    text: str,
    source_format: SourceFormat,
    raw: RawPage,
    limits: Limits | None = None,
    *,
    verbatim: bool = False,
) -> Page:
    """The document as blocks in reading order; every visible text of it is in exactly one.

    `verbatim` says that the bytes of `raw` are the text in UTF-8, which saves making them again for the parser.
    Raises ExtractError where nothing is visible, or where there are more or longer blocks than `limits` allow.
    """
    return finish(extract_in_steps(text, source_format, raw, limits or Limits(), verbatim=verbatim))


def extract_in_steps(
    text: str, source_format: SourceFormat, raw: RawPage, limits: Limits, *, verbatim: bool = False
) -> Steps[Page]:
    """The same, with pauses."""
    # Before the reading, which would take its time for it; a line of markup may be as long as it likes.
    if source_format != "html" and len(text) > limits.max_block_chars:
        _refuse_long(text.replace("\r", "\n").split("\n"), limits)
    page = yield from _extract(text, source_format, raw, limits, verbatim=verbatim)
    _refuse_long((block.text for block in page.blocks), limits)
    return page


def _refuse_long(texts: Iterable[str], limits: Limits) -> None:
    longest = max(map(len, texts), default=0)
    if longest > limits.max_block_chars:
        raise ExtractError(
            "block-too-long",
            f"expected blocks of at most {limits.max_block_chars} characters, found one of {longest}",
        )


def _extract(
    text: str, source_format: SourceFormat, raw: RawPage, limits: Limits, *, verbatim: bool
) -> Steps[Page]:
    if source_format == "text":
        from copydesk.extract.text import extract_text

        return extract_text(text, raw.source_uri, raw.sidecar, limits.max_blocks)
    if source_format == "markdown":
        from copydesk.extract.markdown import extract_markdown

        return extract_markdown(text, raw.source_uri, raw.sidecar, limits.max_blocks)
    from copydesk.extract.html import extract_html

    utf8 = raw.content if verbatim else None
    return (yield from extract_html(text, raw.source_uri, raw.sidecar, limits.max_blocks, utf8))
