"""One document through all steps, on one screen: start reading here.

`edit` takes the bytes of a page and gives its rows for every table; `edit_all` does so for some together, which pause at each
`yield` for the others. No step sees a second document, so documents run in any order and anywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from copydesk import quarantine
from copydesk.describe import describe
from copydesk.errors import LabelError
from copydesk.extract import extract_in_steps
from copydesk.label import label_in_steps
from copydesk.label.notices import find_notice
from copydesk.label.rules import Rules, load_rules
from copydesk.quote import quote
from copydesk.read.decode import decode
from copydesk.read.sniff import sniff, sniff_bytes
from copydesk.records import Description, Hyperlink, Labelled, Quote, RawPage, RemovalLabel, Run, Unread
from copydesk.rows import ArticleRow, PageRows, ParagraphRow, QuoteRow, RemovalRow, SourceRow
from copydesk.steps import Steps, finish, finish_together
from copydesk.words import count_words

PARAGRAPH_BREAK = "\n\n"
ID_HEX = 20  # 80 bits: among 10^9 articles two different ones share an id with probability 4e-7


@dataclass(frozen=True, slots=True)
class Kit:
    """What the steps know beyond the document: built once a process, the same for every document."""

    rules: Rules

    @property
    def rules_version(self) -> str:
        return self.rules.version


@lru_cache(maxsize=2)
def load_kit(rules_files: tuple[Path, ...] = ()) -> Kit:
    """The bundled rules and the user's own. Raises ContractError naming file and line."""
    return Kit(load_rules(rules_files))


def edit_all(
    items: Sequence[RawPage | Unread], run: Run, kit: Kit, turn: Callable[[int], None]
) -> list[PageRows]:
    """The rows of each document, in the order given; `turn` is told whose turn it is, by its place among them."""
    return finish_together([_guarded(item, run, kit) for item in items], turn)


def edit(raw: RawPage, run: Run, kit: Kit) -> PageRows:
    """All rows of one document. Never raises: a bad document gives its quarantined row of `sources`."""
    return finish(_guarded(raw, run, kit))


def _guarded(item: RawPage | Unread, run: Run, kit: Kit) -> Steps[PageRows]:
    if isinstance(item, Unread):
        return quarantine.unread_rows(item, run)
    return (yield from quarantine.guard(item, run, lambda draft: _edit(item, run, kit, draft)))


def _edit(raw: RawPage, run: Run, kit: Kit, draft: quarantine.Draft) -> Steps[PageRows]:
    sniff_bytes(raw.content)  # refuses what is no text
    draft.decoded = decode(raw.content, raw.declared_encoding)
    draft.source_format = sniff(draft.decoded.text, raw.name, raw.declared_format)

    draft.stage = "extract"
    yield
    page = yield from extract_in_steps(
        draft.decoded.text, draft.source_format, raw, run.limits, verbatim=draft.decoded.verbatim
    )

    draft.stage = "label"
    yield
    labelled = yield from label_in_steps(page, kit.rules)
    if notice := find_notice(page, labelled):
        draft.removals = _removals(raw.source_uri, None, notice.labelled, {})
        raise LabelError(notice.code, f"expected an article, found {notice.found}")
    body = tuple(item for item in labelled if item.is_body)
    if not body:
        draft.removals = _removals(raw.source_uri, None, labelled, {})
        raise LabelError(
            "no-body", f"expected an article, found {len(labelled)} blocks of which none is body text"
        )
    if (words := _few_words(body, run.limits.min_body_words)) is not None:
        draft.removals = _removals(raw.source_uri, None, tuple(map(_cut_as_too_short, labelled)), {})
        raise LabelError(
            "too-short", f"expected an article of {run.limits.min_body_words} words or more, found {words}"
        )

    draft.stage = "describe"
    yield
    description = describe(page, labelled, now=run.started_at)

    draft.stage = "quote"
    yield
    texts = [item.block.text for item in body]
    context = tuple(
        text
        for text in (description.headline, description.dek, *(i.caption for i in description.images))
        if text
    )
    quotes = quote(texts, language=description.language, context=context, roles=[item.label for item in body])

    draft.stage = "assemble"
    yield
    return _assemble(raw, run, draft, labelled, body, description, quotes)


def _few_words(body: Sequence[Labelled], wanted: int) -> int | None:
    """How many words these blocks have where that is fewer than wanted; None where they suffice."""
    words = 0
    for item in body:
        words += count_words(item.block.text)
        if words >= wanted:
            return None
    return words


def _cut_as_too_short(item: Labelled) -> Labelled:
    return replace(item, label="unknown", rule="notice/too-short") if item.is_body else item


def _assemble(
    raw: RawPage,
    run: Run,
    draft: quarantine.Draft,
    labelled: Sequence[Labelled],
    body: Sequence[Labelled],
    description: Description,
    quotes: Sequence[Quote],
) -> PageRows:
    text = PARAGRAPH_BREAK.join(item.block.text for item in body)
    article_id = _article_id(description, text)
    removals = _removals(raw.source_uri, article_id, labelled, dict(description.fed))
    paragraphs = _paragraphs(article_id, body)
    removed_words = count_words("\n".join(row.text for row in removals))
    word_count = sum(row.word_count for row in paragraphs)
    published, updated = description.published, description.updated
    article = ArticleRow(
        article_id=article_id,
        source_uri=raw.source_uri,
        source_format=draft.source_format or "text",
        content_sha256=raw.content_sha256,
        url=description.url,
        domain=description.domain,
        outlet=description.outlet,
        headline=description.headline,
        dek=description.dek,
        authors=description.authors,
        contributors=description.contributors,
        agency=description.agency,
        published_at=published.at if published else None,
        published_raw=published.raw if published else None,
        published_precision=published.precision if published else None,
        published_zone=published.zone if published else None,
        published_zone_source=published.zone_source if published else None,
        updated_at=updated.at if updated else None,
        updated_raw=updated.raw if updated else None,
        updated_precision=updated.precision if updated else None,
        updated_zone=updated.zone if updated else None,
        updated_zone_source=updated.zone_source if updated else None,
        dateline=description.dateline,
        language=description.language,
        section=description.section,
        tags=description.tags,
        images=description.images,
        links=tuple(Hyperlink(link.text, link.url) for item in body for link in item.block.links),
        text=text,
        word_count=word_count,
        paragraph_count=len(body),
        quote_count=sum(q.kind in ("direct", "mixed") for q in quotes),
        removed_share=removed_words / max(1, removed_words + word_count),
        duplicate_group=None,
        duplicate_kind=None,
        story_id=None,
        field_sources=description.field_sources,
        fetched_at=raw.sidecar.fetched_at,
        copydesk_version=run.copydesk_version,
        rules_version=run.rules_version,
    )
    source = SourceRow(
        source_uri=raw.source_uri,
        content_sha256=raw.content_sha256,
        bytes=len(raw.content),
        format=draft.source_format,
        encoding=draft.decoded.encoding if draft.decoded else None,
        encoding_source=draft.decoded.encoding_source if draft.decoded else None,
        status="article",
        article_id=article_id,
        stage=None,
        error=None,
        message=None,
        fetched_at=raw.sidecar.fetched_at,
        run_id=run.run_id,
        first_seen_at=run.started_at,
    )
    return PageRows(source, article, paragraphs, _quotes(article_id, paragraphs, quotes), removals)


def _article_id(description: Description, text: str) -> str:
    """Hash of the canonical URL where known, else of headline and body."""
    identity = f"url\n{description.url}" if description.url else f"text\n{description.headline or ''}\n{text}"
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:ID_HEX]


def _paragraphs(article_id: str, body: Sequence[Labelled]) -> tuple[ParagraphRow, ...]:
    rows, start = [], 0
    for position, item in enumerate(body, start=1):
        block, end = item.block, start + len(item.block.text)
        rows.append(
            ParagraphRow(
                paragraph_id=f"{article_id}-p{position:04d}",
                article_id=article_id,
                position=position,
                block=block.number,
                role=item.label,  # type: ignore[arg-type]  # is_body held
                text=block.text,
                char_start=start,
                char_end=end,
                source_start=block.source_start,
                source_end=block.source_end,
                word_count=count_words(block.text),
            )
        )
        start = end + len(PARAGRAPH_BREAK)
    return tuple(rows)


def _quotes(
    article_id: str, paragraphs: Sequence[ParagraphRow], quotes: Sequence[Quote]
) -> tuple[QuoteRow, ...]:
    return tuple(
        QuoteRow(
            quote_id=f"{article_id}-q{position:04d}",
            utterance_id=f"{article_id}-u{q.utterance:04d}",
            article_id=article_id,
            paragraph_id=paragraphs[q.paragraph].paragraph_id,
            position=position,
            text=q.text,
            kind=q.kind,
            char_start=q.char_start,
            char_end=q.char_end,
            speaker=q.speaker,
            speaker_mention=q.speaker_mention,
            speaker_role=q.speaker_role,
            speaker_type=q.speaker_type,
            cue=q.cue,
            attribution=q.attribution,
            confidence=q.confidence,
            cluster_id=None,
        )
        for position, q in enumerate(quotes, start=1)
    )


def _removals(
    source_uri: str, article_id: str | None, labelled: Sequence[Labelled], fed: dict[int, str]
) -> tuple[RemovalRow, ...]:
    rows = []
    for item in labelled:
        if not item.is_body:
            block = item.block
            label: RemovalLabel = item.label  # type: ignore[assignment]  # not is_body
            # By position: a page has hundreds, and by name they cost half as much again.
            rows.append(
                RemovalRow(
                    article_id,
                    source_uri,
                    block.number,
                    block.text,
                    label,
                    fed.get(block.number),
                    item.rule,
                    "label",
                )
            )
    return tuple(rows)
