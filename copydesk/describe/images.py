"""The pictures of an article: caption, credit, address. A caption printed twice is one picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from copydesk.describe.context import Context, Found, evidence_of
from copydesk.grammar.credits import read_caption
from copydesk.records import Block, Photo

MAX_GAP = 2  # blocks between an image and its caption or credit
MAX_SAME = 40  # images; a picture gallery has more, and then only the first are merged
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class _Entry:
    photo: Photo
    last_block: int


def find_images(context: Context) -> Found[tuple[Photo, ...]] | None:
    """All pictures in order of their first block; where the page shows none, the one that it claims for itself."""
    entries: list[_Entry] = []
    fed: list[int] = []
    for block in context.blocks("image", "caption", "credit"):
        fed.append(block.number)
        photo = _photo_of(block, context)
        entry = _belongs_to(photo, block, entries)
        if entry is None:
            entries.append(_Entry(photo, block.number))
        else:
            entry.photo, entry.last_block = _merged(entry.photo, photo), block.number
    photos = tuple(
        entry.photo for entry in entries if any((entry.photo.caption, entry.photo.credit, entry.photo.url))
    )
    if photos:
        first = context.blocks("image", "caption", "credit")[0]
        return Found(photos, evidence_of(first), tuple(fed))
    claim = next(iter(context.claims("image")), None)
    return Found((Photo(None, None, claim.value),), claim.evidence) if claim else None


def _photo_of(block: Block, context: Context) -> Photo:
    url = block.image.url if block.image else None
    alt = (block.image.alt or None) if block.image else None
    if block.kind == "image" or (block.image and block.text == (alt or "")):
        return Photo(None, None, url, alt)
    caption = read_caption(block.text, context.language)
    return Photo(caption.caption, caption.credit, url, alt)


def _belongs_to(photo: Photo, block: Block, entries: list[_Entry]) -> _Entry | None:
    """The picture that this block tells more of: the one with the same caption, else the one just above."""
    if photo.caption:
        for entry in entries[-MAX_SAME:]:
            if entry.photo.caption and _is_same(photo.caption, entry.photo.caption):
                return entry
    if not entries or block.number - entries[-1].last_block > MAX_GAP:
        return None
    above = entries[-1].photo
    if photo.url and (above.url or block.kind == "image"):
        return None
    clash = (photo.caption and above.caption) or (photo.credit and above.credit)
    return None if clash else entries[-1]


def _merged(above: Photo, photo: Photo) -> Photo:
    return Photo(
        caption=above.caption or photo.caption,
        credit=above.credit or photo.credit,
        url=above.url or photo.url,
        alt=above.alt or photo.alt,
    )


def _is_same(one: str, other: str) -> bool:
    shorter, longer = sorted((_letters(one), _letters(other)), key=len)
    return bool(shorter) and longer.startswith(shorter) and len(longer) - len(shorter) <= 40


@lru_cache(maxsize=2 * MAX_SAME)  # each caption is compared with those above it
def _letters(caption: str) -> str:
    return _NO_LETTERS.sub("", caption).casefold()
