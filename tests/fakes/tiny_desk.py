"""A desk small enough to know what its tables must hold, and with documents that misbehave on command.

A document is lines. "# …" is the headline, "- …" a removed line, "url …" gives the URL, `"…" said NAME` is a quote and
a paragraph, all else is a paragraph. A line "!hang", "!crash", "!segfault", "!explode", "!surrogate" or "!bad-offset" does that.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from copydesk import quarantine
from copydesk.errors import ContractError, LabelError
from copydesk.records import RawPage, Run, Unread
from copydesk.rows import ArticleRow, PageRows, ParagraphRow, QuoteRow, RemovalRow, SourceRow
from copydesk.steps import Steps, finish_together


@dataclass(frozen=True)
class TinyKit:
    rules_version: str = "tiny-1"


def load_kit(rules_files: tuple[object, ...] = ()) -> TinyKit:
    if rules_files:
        raise ContractError(f"{rules_files[0]}: expected rules, found a fault at line 3")
    return TinyKit()


def edit_all(
    items: Sequence[RawPage | Unread], run: Run, kit: TinyKit, turn: Callable[[int], None]
) -> list[PageRows]:
    return finish_together([_guarded(item, run, kit) for item in items], turn)


def _guarded(item: RawPage | Unread, run: Run, kit: TinyKit) -> Steps[PageRows]:
    if isinstance(item, Unread):
        return quarantine.unread_rows(item, run)
    return (yield from quarantine.guard(item, run, lambda draft: _edit(item, run, kit)))


def _edit(raw: RawPage, run: Run, kit: TinyKit) -> Steps[PageRows]:
    lines = raw.content.decode().splitlines()
    yield
    for line in lines:
        _misbehave(line)
    url = next((line[4:] for line in lines if line.startswith("url ")), None)
    headline = next((line[2:] for line in lines if line.startswith("# ")), None)
    blocks = [line for line in lines if line and not line.startswith(("url ", "!"))]
    body = [line for line in blocks if not line.startswith(("# ", "- "))]
    if not body:
        raise LabelError("no-body", f"expected an article, found {len(blocks)} blocks")
    text = "\n\n".join(body)
    article_id = hashlib.sha256((url or f"{headline}\n{text}").encode()).hexdigest()[:20]
    paragraphs, quotes, removals, start = [], [], [], 0
    for number, line in enumerate(blocks):
        if line.startswith(("# ", "- ")):
            label = "headline" if line.startswith("# ") else "share_bar"
            removals.append(
                RemovalRow(
                    article_id,
                    raw.source_uri,
                    number,
                    line[2:],
                    label,
                    label if label == "headline" else None,
                    "tiny",
                    "label",
                )
            )
            continue
        position = len(paragraphs) + 1
        paragraph_id = f"{article_id}-p{position:04d}"
        end = start + len(line)
        paragraphs.append(
            ParagraphRow(
                paragraph_id,
                article_id,
                position,
                number,
                "body",
                line,
                start,
                end,
                None,
                None,
                len(line.split()),
            )
        )
        if line.startswith('"') and '" said ' in line:
            quoted, speaker = line[1:].split('" said ')
            at = len(quotes) + 1
            quotes.append(
                QuoteRow(
                    f"{article_id}-q{at:04d}", f"{article_id}-u{at:04d}", article_id, paragraph_id, at, quoted, "direct",
                    start + 1, start + 1 + len(quoted), speaker, speaker, None, "person", "said", "tiny", 1.0, None,
                )
            )  # fmt: skip
        start = end + 2
    if "!bad-offset" in lines:
        paragraphs[0] = replace(paragraphs[0], char_end=paragraphs[0].char_end - 1)
    if "!surrogate" in lines:
        headline = "\ud800"
    sha = hashlib.sha256(raw.content).hexdigest()
    article = ArticleRow(
        article_id=article_id, source_uri=raw.source_uri, source_format="text", content_sha256=sha, url=url, domain=None,
        outlet=raw.sidecar.outlet, headline=headline, dek=None, authors=("Ilse Marten",), contributors=(), agency=None,
        published_at=None, published_raw=None, published_precision=None, published_zone=None, published_zone_source=None,
        updated_at=None, updated_raw=None, updated_precision=None, updated_zone=None, updated_zone_source=None, dateline=None,
        language="en", section=None, tags=(), images=(), links=(), text=text, word_count=len(text.split()),
        paragraph_count=len(paragraphs), quote_count=len(quotes), removed_share=0.25, duplicate_group=None, duplicate_kind=None,
        story_id=None, field_sources=(("headline", "block:0"),), fetched_at=raw.sidecar.fetched_at,
        copydesk_version=run.copydesk_version, rules_version=run.rules_version,
    )  # fmt: skip
    source = SourceRow(
        source_uri=raw.source_uri, content_sha256=sha, bytes=len(raw.content), format="text", encoding="utf-8",
        encoding_source="utf-8", status="article", article_id=article_id, stage=None, error=None, message=None,
        fetched_at=raw.sidecar.fetched_at, run_id=run.run_id, first_seen_at=run.started_at,
    )  # fmt: skip
    return PageRows(source, article, tuple(paragraphs), tuple(quotes), tuple(removals))


def _misbehave(line: str) -> None:
    if line == "!hang":
        time.sleep(1000)
    elif line == "!crash":
        os._exit(7)
    elif line == "!segfault":
        ctypes.string_at(0)
    elif line == "!explode":
        hoard = []
        while True:
            hoard.append(bytearray(10_000_000))
