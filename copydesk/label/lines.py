"""What a line is by its shape: a date, a byline, a credit, a sentence, a title. Where it stands is judged in `fields.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from copydesk.grammar.byline import Byline, may_be_marked, read_byline
from copydesk.grammar.credits import Caption, read_caption
from copydesk.grammar.sign_off import read_sign_off
from copydesk.grammar.timestamps import TimestampLine, read_whole_timestamp
from copydesk.label.rules import Hit
from copydesk.records import BODY_ROLES, Block

TITLE_WORDS = 32  # longest headline; of the headlines on 300 news pages none is longer
STAMP_WORDS = 22
BYLINE_WORDS = 30
CREDIT_WORDS = 90  # a caption with its credit
PROSE_WORDS = 13

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"\w{1,60}")
_END = re.compile(r"""[.!?…。！？؟।][\"'”’»“)\]）」』]{0,3}$""")
_FULL_STOP = re.compile(r"""(?<![A-Z])[.。][\"'”’»“)\]）」』]{0,3}$""")
_INNER_STOP = re.compile(r"[a-zß-ÿа-я0-9)\"”’][.!?][\"'”’»“)]? [\"'“„«(]?[A-ZÀ-ÞА-Я]|[。！？]")
_URL = re.compile(r"<?(?:https?://|www\.)\S{4,600}>?", re.IGNORECASE)


def plain(text: str) -> str:
    """What two printings of the same words share: case, marks and spaces away."""
    return " ".join(_WORD.findall(text.casefold()))


def word_count(text: str) -> int:
    """Words; in scripts without spaces two characters count as one."""
    if text.isascii():
        return len(text.split())
    cjk = len(_CJK.findall(text))
    return len(text.split()) if cjk < 4 else cjk // 2 + len(_CJK.sub(" ", text).split())


Reading = TypeVar("Reading")


class once(Generic[Reading]):  # noqa: N801 - reads as the decorator that it is
    """A property that is read once. Before Python 3.12 `functools.cached_property` takes a lock, dearer than most readings."""

    def __init__(self, read: Callable[[Any], Reading]) -> None:
        self.read, self.name = read, read.__name__

    def __get__(self, line: Any, owner: object = None) -> Reading:
        value = line.__dict__[self.name] = self.read(line)
        return value


@dataclass(frozen=True)
class Line:
    """A block and what its shape tells; each reading is made once, when first asked for."""

    block: Block
    hits: Sequence[Hit]

    @property
    def text(self) -> str:
        return self.block.text

    @once
    def plain(self) -> str:
        return plain(self.block.text)

    @once
    def words(self) -> int:
        return word_count(self.block.text)

    @once
    def boilerplate(self) -> str | None:
        """The label of a rule that says for certain that this is boilerplate."""
        return next(
            (h.label for h in self.hits if h.strength == "decisive" and h.label not in BODY_ROLES), None
        )

    @once
    def suspected(self) -> str | None:
        """The label of any boilerplate rule that matches."""
        return next((h.label for h in self.hits if h.label not in BODY_ROLES), None)

    @once
    def ends_sentence(self) -> bool:
        return _END.search(self.text[-6:]) is not None

    @once
    def ends_in_full_stop(self) -> bool:
        return _FULL_STOP.search(self.text[-8:]) is not None and not self.text.endswith(("...", "…"))

    @once
    def sentences(self) -> int:
        """How many sentences it seems to be; at least one."""
        return 1 + len(_INNER_STOP.findall(self.text))

    @once
    def stamp(self) -> TimestampLine | None:
        """The reading as a line of nothing but date material; None for any other."""
        return read_whole_timestamp(self.text) if self.words <= STAMP_WORDS else None

    @once
    def byline(self) -> Byline | None:
        return read_byline(self.text) if self.words <= BYLINE_WORDS and self.stamp is None else None

    @once
    def marked_byline(self) -> Byline | None:
        """The byline where a byline word stands in it; cheaper to ask for than any byline."""
        if not may_be_marked(self.text) or self.byline is None:
            return None
        return self.byline if self.byline.marked else None

    @once
    def credit(self) -> Caption | None:
        """The line as a caption with a photo credit, or a credit alone; None where no credit stands in it."""
        if self.words > CREDIT_WORDS or self.stamp is not None:
            return None
        found = read_caption(self.text)
        return found if found.credit is not None else None

    @property
    def is_credited(self) -> bool:
        return self.credit is not None

    @once
    def is_sign_off(self) -> bool:
        return self.words <= CREDIT_WORDS and read_sign_off(self.text) is not None

    @once
    def is_url(self) -> bool:
        return _URL.fullmatch(self.text) is not None

    @once
    def is_prose(self) -> bool:
        """A full sentence or more, which no rule and no grammar claims."""
        if self.boilerplate or self.block.kind in ("image", "control", "table_row", "heading", "caption"):
            return False
        return self.words >= PROSE_WORDS and (self.ends_sentence or self.words >= 40) and not self.is_credited

    @once
    def may_be_title(self) -> bool:
        """Could be a headline by itself: some words, no boilerplate, no other field."""
        if self.boilerplate or self.is_url or self.block.kind in ("image", "control", "caption", "table_row"):
            return False
        if not 2 <= self.words <= TITLE_WORDS or self.text.endswith((":", ",")):
            return False
        return self.stamp is None and self.marked_byline is None
