"""Captions and credits among the lines of a page: by markup, by a credit in or under them, by a note or the picture's text."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from copydesk.grammar.credits import opens_with_photo_word, opens_with_source_word
from copydesk.grammar.names import agency_name
from copydesk.label.lines import PROSE_WORDS, Line, ends_sentence
from copydesk.label.reading import plain
from copydesk.records import Label

TWICE_WORDS = 4  # shortest caption that is known by being printed twice
CREDIT_TAIL_WORDS = 14
MAX_WORDS = 45
MAX_SENTENCES = 4
OVER_CREDIT_WORDS = (5, 30)
OF_IMAGE_WORDS = 5
LONGEST_WORDS = 90
OF_IMAGE_SENTENCES = 2
PARAGRAPH_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A caption's or a credit's place among the lines, how it was known and how well."""

    index: int
    label: Label
    rule: str
    confidence: float


def find_captions(
    lines: Sequence[Line], taken: Container[int], near_head: range, lead: int
) -> Iterator[Found]:
    """The captions and credits among the lines; `lead` is where the story's prose begins.

    What is found must be put into `taken`, the lines that are a field already, before the next is asked for.
    """
    yield from _twice(lines, taken)
    yield from _over_credits(lines, taken, lead)
    for i, line in enumerate(lines):
        if i in taken or line.boilerplate:
            continue
        before = lines[i - 1].block if i else None
        if line.block.kind == "caption":
            yield Found(i, "caption", "caption-markup", 0.9)
        elif line.is_credited and i not in near_head and _is_source(lines, i, taken):
            yield Found(i, "sign_off", "source-line", 0.9)
        elif line.is_credited and (_ends_wire_copy(lines, i, taken) or _names_its_source(line)):
            continue
        elif line.is_credited:
            # Prose that ends in an agency's name reads like a caption; in the body only short lines are sure.
            sure = (i in near_head or line.words <= MAX_WORDS) and line.sentences <= MAX_SENTENCES
            yield Found(
                i, "credit" if _is_bare_credit(line) else "caption", "credit-line", 0.9 if sure else 0.6
            )
        elif line.is_archive_picture:
            yield Found(i, "caption", "caption-archive", 0.9)
        elif before is not None and before.kind == "image" and _is_caption_of(before.text, line):
            # Pictures of headings and lists carry the heading's words; a caption is a line of its own.
            sure = line.block.kind == "paragraph" and OF_IMAGE_WORDS <= line.words <= MAX_WORDS
            sure = sure and line.sentences <= OF_IMAGE_SENTENCES
            yield Found(i, "caption", "caption-of-image", 0.85 if sure else 0.6)


def _twice(lines: Sequence[Line], taken: Container[int]) -> Iterator[Found]:
    for (i, line), (j, after) in pairwise(enumerate(lines)):
        if line.words < TWICE_WORDS or i in taken or line.boilerplate:
            continue
        if _printed_twice(line, after):
            yield Found(i, "caption", "caption-twice", 0.95)
            yield Found(j, "caption", "caption-twice", 0.95)


def _over_credits(lines: Sequence[Line], taken: Container[int], lead: int) -> Iterator[Found]:
    """Inside the story a short line with a bare credit right under it: what the picture shows. Of such lines on 197 pages
    dumped in four ways 26 were captions and 2 body where the gap above the two sets them off, and 43 captions and none body
    where the credit says that it is a photo's; under "Source:" most were body."""
    for i, (above, line) in enumerate(pairwise(lines)):
        if i <= lead or i in taken or above.boilerplate or line.boilerplate or not line.is_credited:
            continue
        low, high = OVER_CREDIT_WORDS
        tight = not line.block.blank_before and above.block.blank_before > 0
        sure = tight or (above.words >= low and opens_with_photo_word(line.text))
        short = above.words <= high and above.sentences <= MAX_SENTENCES
        if sure and short and above.block.kind == "paragraph" and _is_bare_credit(line):
            yield Found(i, "caption", "caption-over-credit", 0.85)


def _printed_twice(line: Line, after: Line) -> bool:
    """Two lines of which the longer is the shorter and a few words more: a caption with and without its credit."""
    short, long = (line, after) if line.words <= after.words else (after, line)
    return (
        short.words >= TWICE_WORDS and long.words <= short.words + CREDIT_TAIL_WORDS
        and long.plain != short.plain and long.plain.startswith(short.plain)
    )  # fmt: skip


def _is_source(lines: Sequence[Line], i: int, taken: Container[int]) -> bool:
    """ "Source: SNP" right under prose says whom the story is from; under a picture it would be a credit."""
    is_under_prose = i > 0 and i - 1 not in taken and lines[i - 1].is_prose
    return is_under_prose and _is_bare_credit(lines[i]) and opens_with_source_word(lines[i].text)


def _ends_wire_copy(lines: Sequence[Line], i: int, taken: Container[int]) -> bool:
    """The last of several paragraphs, with the agency's name after its full stop: "… he said. SNP"."""
    line = lines[i]
    is_last = i > 0 and lines[i - 1].is_prose and not (i + 1 < len(lines) and lines[i + 1].is_prose)
    if not is_last or i - 1 in taken or line.words < PROSE_WORDS or line.credit is None:
        return False
    said, agency = line.credit.caption or "", line.credit.credit or ""
    rest = line.text.removeprefix(said).strip(" ()—–-")  # "Photo: SNP" where the name is marked
    return ends_sentence(said) and rest == agency and agency_name(agency) is not None


def _names_its_source(line: Line) -> bool:
    """A paragraph of several sentences with "(Source: …)" at its end: of a box, say; a picture has a photographer."""
    if line.sentences < PARAGRAPH_SENTENCES or line.credit is None or not line.credit.caption:
        return False
    rest = line.text.removeprefix(line.credit.caption).lstrip(" ⇥(")
    return opens_with_source_word(rest)


def _is_bare_credit(line: Line) -> bool:
    return line.credit is not None and line.credit.caption is None


def _is_caption_of(alt: str, line: Line) -> bool:
    """Whether a line says what the alternative text of the image says; a whole story holds the words of any."""
    if line.words > LONGEST_WORDS:
        return False
    ours, theirs = set(plain(alt).split()), set(line.plain.split())
    return bool(ours) and len(ours & theirs) / len(ours) > 0.5
