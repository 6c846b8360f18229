"""What passes between the rooms: frozen values, no behaviour beyond small derived properties.

Two families: what is read (RawPage, Sidecar), and what one page becomes on its way (Block, Page, Labelled, Description,
Quote). The rows of the published tables stand in `rows.py`.
Offsets are half-open spans of Unicode code points. None means "the page does not say".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar, dataclass_transform

# ---------------------------------------------------------------- vocabularies
SourceFormat = Literal["html", "text", "markdown"]
BlockKind = Literal[
    "paragraph", "heading", "list_item", "blockquote", "caption", "image", "table_row", "control", "preformatted",
]  # fmt: skip
BodyRole = Literal["body", "subheading", "list_item", "blockquote", "correction"]
RemovalLabel = Literal[
    "headline", "headline_repeat", "kicker", "dek", "byline", "timestamp", "dateline", "caption", "credit", "image", "sign_off",
    "outlet", "url", "tags", "summary", "donation_appeal", "payment_widget", "newsletter", "app_promotion", "related_links",
    "related_teaser", "share_bar", "comments", "paywall_notice", "cookie_notice", "advertisement", "author_bio", "navigation",
    "editors_note", "legal", "live_chrome", "media_player", "other_article", "unknown",
]  # fmt: skip
Label = BodyRole | RemovalLabel
QuoteKind = Literal["direct", "mixed", "indirect", "term"]
SpeakerType = Literal["person", "organisation", "group", "document"]
Precision = Literal["second", "minute", "day", "month"]
ZoneSource = Literal["explicit", "outlet", "none"]
SourceStatus = Literal["article", "duplicate", "superseded", "skipped", "quarantined"]
DuplicateKind = Literal["exact", "near", "syndicated"]

BODY_ROLES: frozenset[str] = frozenset(("body", "subheading", "list_item", "blockquote", "correction"))

_Value = TypeVar("_Value")


@dataclass_transform(frozen_default=True)
def record(cls: type[_Value]) -> type[_Value]:
    """A frozen dataclass, for values of which a page has hundreds.

    That nobody changes them is seen to by the type checker alone: `frozen=True` makes each field by a call, which takes
    eight times as long.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


# ---------------------------------------------------------------- read
@dataclass(frozen=True, slots=True)
class Sidecar:
    """What the holder of a document knows beside it (`NAME.meta.json`, `_meta.json`); outranks the page's own claims."""

    url: str | None = None
    outlet: str | None = None
    zone: str | None = None  # IANA name of the outlet's clock, "Europe/Kyiv"
    language: str | None = None  # BCP 47, "en", "pt-BR"
    fetched_at: datetime | None = None  # aware, UTC
    headline: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None  # as the holder wrote it; read like a printed date


@dataclass(frozen=True, slots=True)
class RawPage:
    """One input document as it came, after decompression."""

    source_uri: str  # relative to the INPUT that was named, percent-encoded, "#n" for record n of a container
    name: str  # file or record name; its extension is a hint at the format
    content: bytes
    sidecar: Sidecar = Sidecar()
    declared_encoding: str | None = None  # from HTTP or the container, not from the document itself
    declared_format: SourceFormat | None = None
    content_sha256: str = field(init=False, repr=False)  # told once, since several ask for it

    def __post_init__(self) -> None:
        object.__setattr__(self, "content_sha256", hashlib.sha256(self.content).hexdigest())


@dataclass(frozen=True, slots=True)
class Unread:
    """An input that gave no bytes: unreadable, oversized, damaged. Becomes a quarantined row of `sources`."""

    source_uri: str
    code: str
    message: str
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text, and how the encoding was known."""

    text: str
    encoding: str  # Python codec name, "utf-8"
    encoding_source: Literal["bom", "http", "meta", "utf-8", "detected", "fallback"]
    repaired: bool = False  # mojibake was found and undone
    verbatim: bool = False  # the bytes are this text in UTF-8


# ---------------------------------------------------------------- extract
@record
class Link:
    text: str
    url: str  # absolute where the page gives a base, else as written
    char_start: int  # in Block.text
    char_end: int


@record
class Image:
    url: str | None
    alt: str | None


@record
class Block:
    """A visible stretch of text, before anybody judges it: a paragraph, a heading, a list item, a line of a dump.

    `text` is what a reader sees: one space for any run of white space, no zero-width or soft-hyphen characters, no
    markup. It is never empty and holds no line break, except kind "image" (alt text, may be "").
    """

    number: int  # running in the document, from 0, without gaps
    text: str
    kind: BlockKind
    level: int = 0  # 1-6 for headings
    source_start: int | None = None  # in the decoded source; None for HTML
    source_end: int | None = None
    links: tuple[Link, ...] = ()
    image: Image | None = None
    bold: bool = False  # the whole of it is set in bold (Markdown **…**, <b>, <strong>)
    blank_before: int = 0  # dumps: empty lines above it
    tag: str = ""  # HTML: innermost block-level element, "p"
    # HTML: lower-case class, id, role, itemprop words of it and its ancestors, nearest first.
    markup: tuple[str, ...] = ()
    depth: int = 0  # HTML: nesting depth
    parent: int = 0  # HTML: number shared by the blocks of one parent element
    main: bool | None = None  # trafilatura chose it as main content; None where it was not asked
    datetime: str | None = None  # HTML: the attribute of a <time> inside it


@record
class Claim:
    """A value that the page states about itself outside its visible text, or an extractor read from it."""

    field: str  # headline, dek, author, published, updated, outlet, url, language, section, tag, image, agency, type, body
    value: str
    evidence: str  # "json-ld:NewsArticle.datePublished", "meta:og:title", "trafilatura:title"


@dataclass(frozen=True, slots=True)
class Page:
    """A document as blocks, in reading order, with its claims."""

    source_uri: str
    source_format: SourceFormat
    blocks: tuple[Block, ...]
    claims: tuple[Claim, ...] = ()
    sidecar: Sidecar = Sidecar()

    def claimed(self, field: str) -> tuple[Claim, ...]:
        """The claims on one field, strongest first (the order in which extract gives them)."""
        return tuple(c for c in self.claims if c.field == field)


# ---------------------------------------------------------------- label
@record
class Labelled:
    """A block with its one label and what decided it."""

    block: Block
    label: Label
    rule: str  # id of a rule ("donation-appeal/support-newsroom") or of a decision ("field/headline-claim", "model/boilerplate")

    @property
    def is_body(self) -> bool:
        return self.label in BODY_ROLES


# ---------------------------------------------------------------- describe
@dataclass(frozen=True, slots=True)
class Contributor:
    name: str
    role: str  # as printed, first letter upper: "Reporting", "Additional reporting", "Editing", "Photography"


@dataclass(frozen=True, slots=True)
class Photo:
    """One entry of `articles.images`."""

    caption: str | None
    credit: str | None
    url: str | None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """One entry of `articles.links`: a link in the body."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as printed and as an instant."""

    at: datetime  # aware, UTC; 00:00 of the printed day where only a day is known
    raw: str  # as printed: "Oct. 27, 2023 10:12 AM CET"
    precision: Precision
    zone: str | None  # as printed ("CET", "+02:00") or an IANA name
    zone_source: ZoneSource


@dataclass(frozen=True, slots=True)
class Description:
    """The metadata of one article, and which blocks fed it."""

    url: str | None = None
    domain: str | None = None
    outlet: str | None = None
    headline: str | None = None
    dek: str | None = None
    authors: tuple[str, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    agency: str | None = None
    published: Stamp | None = None
    updated: Stamp | None = None
    dateline: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    images: tuple[Photo, ...] = ()
    # (field, evidence): ("headline", "block:0"), ("published_at", "json-ld:…")
    field_sources: tuple[tuple[str, str], ...] = ()
    fed: tuple[tuple[int, str], ...] = ()  # (block number, field), for the ledger


# ---------------------------------------------------------------- quote
@dataclass(frozen=True, slots=True)
class Quote:
    """One quoted stretch (or indirect clause) of an article's text."""

    text: str  # without its marks
    kind: QuoteKind
    char_start: int  # in the article's text
    char_end: int
    paragraph: int  # index of the paragraph it stands in
    utterance: int  # parts of one utterance share it, from 0
    speaker: str | None = None  # full name as resolved in the article
    speaker_mention: str | None = None  # as printed: "he", "Kirby"
    speaker_role: str | None = None  # as printed: "National Security Council spokesman"
    speaker_type: SpeakerType | None = None
    cue: str | None = None  # as printed: "said"
    # Id of the pattern that decided: "quote-comma-speaker-cue", "continued-paragraph", …
    attribution: str = "none"
    confidence: float = 0.0  # 0-1


# ---------------------------------------------------------------- a run
@dataclass(frozen=True, slots=True)
class Run:
    """What is the same for every document of a run; the clock is read once, here."""

    run_id: str
    started_at: datetime
    copydesk_version: str
    rules_version: str
    limits: Limits = field(default_factory=lambda: Limits())


@dataclass(frozen=True, slots=True)
class Limits:
    """Per-document limits; past one of them the document is quarantined."""

    max_bytes: int = 20_000_000  # after decompression; the largest of 646 benchmark pages has 2.2 MB
    max_blocks: int = 50_000
    max_block_chars: int = 1_000_000  # a paragraph of a novel has some thousand
    min_body_words: int = 5  # what a menu or a picture leaves is less
