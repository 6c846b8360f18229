"""One inspected document as a page: its blocks in order, coloured by what became of them, quotes tied to speakers."""

from __future__ import annotations

import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from copydesk.inspection import Inspection, Mark, Piece
from copydesk.inspection_samples import Samples
from copydesk.report.formats import page_text
from copydesk.report.page import make_environment

Fate = Literal["kept", "field", "cut", "doubt"]
FATES: tuple[tuple[Fate, str], ...] = (
    ("kept", "kept as body text"),
    ("field", "about the article: headline, byline and the like"),
    ("cut", "removed"),
    ("doubt", "removed, cause unknown"),
)
# Labels of what tells about the article, even where another place gave the field its value.
_ABOUT = frozenset(
    (
        "headline", "headline_repeat", "kicker", "dek", "byline", "timestamp", "dateline", "caption", "credit",
        "image", "sign_off", "outlet", "url", "tags",
    )
)  # fmt: skip


HUES = 6  # colours for speakers; who is quoted more seldom than the first ones shares theirs
_BLOCK = re.compile(r"block:(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text between two places where a quote begins or ends."""

    text: str
    quotes: tuple[int, ...]  # numbers of the quotes that it stands in
    ends: tuple[int, ...]  # of those that end with it
    speaker: str | None = None  # of the innermost of them


@dataclass(frozen=True, slots=True)
class NumberedMark:
    """A quote with its number in the document, from 1."""

    number: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A block as the page shows it."""

    piece: Piece
    fate: Fate
    stretches: tuple[Stretch, ...]
    marks: tuple[NumberedMark, ...]


def render_document(inspection: Inspection) -> str:
    """The page of one document; it needs nothing else, and all text of the document in it is escaped."""
    pieces = show_pieces(inspection.pieces)
    counts = Counter(piece.fate for piece in pieces)
    speakers = list_speakers(pieces)
    first_kept = next((shown.piece.block for shown in pieces if shown.fate == "kept"), None)
    return (
        make_environment()
        .get_template("document.html.j2")
        .render(
            source=inspection.source,
            article=inspection.article,
            fields=[(field, find_block(field.evidence, inspection.pieces)) for field in inspection.fields],
            field_names={field.name for field in inspection.fields},
            pieces=pieces,
            legend=[(fate, meaning, counts[fate]) for fate, meaning in FATES if counts[fate]],
            speakers=speakers,
            hues={speaker: 1 + at % HUES for at, (speaker, _) in enumerate(speakers) if speaker},
            first_kept=first_kept,
        )
    )


def render_samples(samples: Samples, out: str) -> str:
    """The page of a label's or a rule's samples, each between its neighbours; `out` is where their tables are."""
    return (
        make_environment()
        .get_template("samples.html.j2")
        .render(title=samples.asked, why=samples.why, drawn=samples, out=page_text(shlex.quote(out)))
    )


def show_pieces(pieces: Sequence[Piece]) -> tuple[ShownPiece, ...]:
    """The blocks with their quotes numbered through the document."""
    shown = []
    first = 1
    for piece in pieces:
        marks = tuple(NumberedMark(number, mark) for number, mark in enumerate(piece.marks, start=first))
        first += len(marks)
        shown.append(ShownPiece(piece, judge(piece), cut_text(piece.text, marks), marks))
    return tuple(shown)


def find_block(evidence: str | None, pieces: Sequence[Piece]) -> int | None:
    """The block that the evidence of a field names, where the document has it.

    >>> find_block("block:7", [Piece(7, "By Ana Roche", False, "byline", "field/byline")])
    7
    """
    named = _BLOCK.match(evidence or "")
    return int(named[1]) if named and any(piece.block == int(named[1]) for piece in pieces) else None


def judge(piece: Piece) -> Fate:
    """What became of a block, in one of the four colours."""
    if piece.kept:
        return "kept"
    if piece.field is not None or piece.label in _ABOUT:
        return "field"
    return "doubt" if piece.label == "unknown" else "cut"


def cut_text(text: str, marks: Sequence[NumberedMark]) -> tuple[Stretch, ...]:
    """The text cut where quotes begin and end; they may stand inside one another."""
    begins: defaultdict[int, list[int]] = defaultdict(list)
    ends: defaultdict[int, list[int]] = defaultdict(list)
    speakers = {entry.number: entry.mark.speaker for entry in marks}
    for entry in marks:
        begins[entry.mark.char_start].append(entry.number)
        ends[entry.mark.char_end].append(entry.number)
    stretches = []
    open_now: set[int] = set()
    for start, end in pairwise(sorted({0, len(text), *begins, *ends})):
        open_now = open_now.difference(ends[start]).union(begins[start])
        speaker = next(
            (speakers[number] for number in sorted(open_now, reverse=True) if speakers[number]), None
        )
        stretches.append(Stretch(text[start:end], tuple(sorted(open_now)), tuple(ends[end]), speaker))
    return tuple(stretches)


def list_speakers(pieces: Sequence[ShownPiece]) -> tuple[tuple[str | None, tuple[int, ...]], ...]:
    """Who is quoted, with the numbers of their quotes; None for quotes without a settled speaker, which come last."""
    numbers: defaultdict[str | None, list[int]] = defaultdict(list)
    for piece in pieces:
        for entry in piece.marks:
            if entry.mark.kind != "term":
                numbers[entry.mark.speaker].append(entry.number)
    ranked = sorted(numbers.items(), key=lambda item: (item[0] is None, -len(item[1]), item[1]))
    return tuple((speaker, tuple(own)) for speaker, own in ranked)
