"""One inspected document as a page: its blocks in order, coloured by what became of them, quotes tied to speakers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from copydesk.inspection import Inspection, Mark, Piece
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


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text between two places where a quote begins or ends."""

    text: str
    quotes: tuple[int, ...]  # numbers of the quotes that it stands in
    ends: tuple[int, ...]  # of those that end with it


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
    return (
        make_environment()
        .get_template("document.html.j2")
        .render(
            source=inspection.source,
            article=inspection.article,
            fields=inspection.fields,
            pieces=pieces,
            legend=[(fate, meaning, counts[fate]) for fate, meaning in FATES if counts[fate]],
            speakers=list_speakers(pieces),
        )
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
    for entry in marks:
        begins[entry.mark.char_start].append(entry.number)
        ends[entry.mark.char_end].append(entry.number)
    stretches = []
    open_now: set[int] = set()
    for start, end in pairwise(sorted({0, len(text), *begins, *ends})):
        open_now = open_now.difference(ends[start]).union(begins[start])
        stretches.append(Stretch(text[start:end], tuple(sorted(open_now)), tuple(ends[end])))
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
