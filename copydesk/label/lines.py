"""What a line is by its shape: a date, a byline, a credit, a sentence, a title. Where it stands is judged in `fields.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from copydesk.grammar.byline import Byline, may_be_marked, read_byline
from copydesk.grammar.byline_words import is_byline_lead
from copydesk.grammar.credits import Caption, is_archive_picture, may_be_credited, read_caption
from copydesk.grammar.keywords import first_word
from copydesk.grammar.sign_off import may_be_sign_off, read_sign_off
from copydesk.grammar.timestamps import TimestampLine, is_date_word, is_dated_line, read_whole_timestamp
from copydesk.label.reading import Reading, once
from copydesk.label.rules import Hit
from copydesk.records import BODY_ROLES, Block
from copydesk.words import FULL_STOPS, SENTENCE_ENDS

TITLE_WORDS = 32  # longest headline; of the headlines on 300 news pages none is longer
STAMP_WORDS = 22
BYLINE_WORDS = 30
CREDIT_WORDS = 90  # a caption with its credit
PROSE_WORDS = 13
NO_PROSE = frozenset(("image", "control", "table_row", "heading", "caption"))
SHARED_CHARS = 120  # longest text whose readings are kept for the next line that says the same
SHARED_LINES = 16_000  # kept at most, those that were met last, some 3 kB each

Value = TypeVar("Value")

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOSERS = "\"'”’»“«‹›)\\]）」』"  # »so« in German and Danish
# Up to the initials of the writer or an agency in brackets, "… is free. (kas)".
_END = re.compile(
    rf"""[{SENTENCE_ENDS}](?: ?[{_CLOSERS}]){{0,3}} ?(?:\([^\W\d_]{{2,5}}(?:/[^\W\d_]{{2,5}})?\))?$"""
)
_TAIL = 22  # characters that it may reach
_FULL_STOP = re.compile(rf"""(?<![A-Z])[{FULL_STOPS}][\"'”’»“)\]）」』]{{0,3}}$""")
_INNER_STOP = re.compile(
    r"[a-zß-ÿа-я0-9)\"”’][.!?][\"'”’»“)]? [\"'“„«(]?[A-ZÀ-ÞА-Я]|[。！？]|[।॥۔።။។؟][\"'”’»“)]? "
)
_URL = re.compile(r"<?(?:https?://|www\.)\S{4,600}>?", re.IGNORECASE)


def ends_sentence(text: str) -> bool:
    """Does it close with a full stop or its like, quotation marks and brackets after it allowed?"""
    if text.endswith("」") and text.startswith("「"):
        return True  # Japanese quotes have no full stop
    last = text[-1:]
    if last and last in SENTENCE_ENDS:
        return True
    return not last.isalnum() and _END.search(text[-_TAIL:]) is not None


def link_share_of(block: Block) -> float:
    linked = 0
    for link in block.links:
        linked += link.char_end - link.char_start
    return min(1.0, linked / (len(block.text) or 1))


@lru_cache(SHARED_LINES)
def _shared(text: str) -> dict[str, object]:
    return Reading(text).__dict__


class Line(Reading):
    """A block and what its shape tells; each reading is made once, when first asked for.

    What the text alone tells stands in the instance's dictionary, which all lines of one short text share, on this page and
    the next: half the blocks of a page are menus and teasers that were seen before. What belongs to the block or to the
    rules that match it has slots.
    """

    __slots__ = ("_prose", "block", "boilerplate", "hits", "link_share", "suspected")

    block: Block
    link_share: float  # of its characters that stand in links
    hits: Sequence[Hit]
    boilerplate: str | None  # the label of a rule that says for certain that this is boilerplate
    suspected: str | None  # the label of any boilerplate rule that matches

    def __init__(self, block: Block, hits: Sequence[Hit] = ()) -> None:
        text = block.text
        if len(text) <= SHARED_CHARS:
            self.__dict__ = _shared(text)
        else:
            super().__init__(text)
        self.block = block
        self.link_share = link_share_of(block) if block.links else 0.0
        self._prose: bool | None = None
        self.hits = ()
        self.boilerplate = self.suspected = None
        if hits:
            self.heed(hits)

    def heed(self, hits: Sequence[Hit]) -> None:
        """Take in which rules match."""
        self.hits = hits
        for hit in hits:
            if hit.label not in BODY_ROLES:
                self.suspected = self.suspected or hit.label
                if hit.strength == "decisive":
                    self.boilerplate = hit.label
                    break

    def recall(self, read: Callable[[Line], Value]) -> Value:
        """What `read` tells of the text, and of nothing else; read once."""
        name = read.__name__
        known = self.__dict__
        if name not in known:
            known[name] = read(self)
        return known[name]  # type: ignore[no-any-return]  # what `read` gave

    @once
    def ends_sentence(self) -> bool:
        return ends_sentence(self.text)

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
        if self.words > STAMP_WORDS:
            return None
        words = self.letters
        if isinstance(words, list) and not all(map(is_date_word, words)):
            return None
        return read_whole_timestamp(self.text)

    @once
    def is_dated(self) -> bool:
        """Dates a story among other things; see `is_dated_line`."""
        return is_dated_line(self.text)

    @once
    def byline(self) -> Byline | None:
        return read_byline(self.text) if self.words <= BYLINE_WORDS and self.stamp is None else None

    @once
    def marked_byline(self) -> Byline | None:
        """The byline where a byline word stands in it; cheaper to ask for than any byline."""
        if not may_be_marked(self.text, self.letters, self.flat) or self.byline is None:
            return None
        return self.byline if self.byline.marked else None

    @once
    def credit(self) -> Caption | None:
        """The line as a caption with a photo credit, or a credit alone; None where no credit stands in it."""
        if (
            self.words > CREDIT_WORDS
            or not may_be_credited(self.text, self.letters)
            or self.stamp is not None
        ):
            return None
        found = read_caption(self.text)
        return found if found.credit is not None else None

    @property
    def is_credited(self) -> bool:
        return self.credit is not None

    @once
    def is_archive_picture(self) -> bool:
        """A caption that ends with a note on its picture, "(file photo)"."""
        return self.words <= CREDIT_WORDS and is_archive_picture(self.text)

    @once
    def is_sign_off(self) -> bool:
        if self.words > CREDIT_WORDS:
            return False
        words = self.letters
        first = words[0] if isinstance(words, list) and words else first_word(self.text)
        return may_be_sign_off(first, words) and read_sign_off(self.text) is not None

    @once
    def is_url(self) -> bool:
        text = self.text
        return (":" in text or "." in text) and _URL.fullmatch(text) is not None

    @once
    def is_byline_lead(self) -> bool:
        """A byline word and nothing else."""
        return is_byline_lead(self.text)

    @property
    def is_prose(self) -> bool:
        """A full sentence or more, which no rule and no grammar claims."""
        if self._prose is None:
            self._prose = self._is_prose()
        return self._prose

    def _is_prose(self) -> bool:
        if (
            self.words < PROSE_WORDS
            or self.boilerplate
            or self.block.kind in ("image", "control", "table_row", "heading", "caption")
        ):
            return False
        return (self.ends_sentence or self.words >= 40) and not self.is_credited

    @property
    def may_be_title(self) -> bool:
        """Could be a headline by itself: some words, no boilerplate, no other field."""
        return self.is_title_shaped and self.marked_byline is None

    @property
    def is_title_shaped(self) -> bool:
        """The same, but for bylines, which are dear to read."""
        if self.boilerplate or self.is_url or self.block.kind in ("image", "control", "caption", "table_row"):
            return False
        if not 2 <= self.words <= TITLE_WORDS or self.text.endswith((":", ",")):
            return False
        return self.stamp is None
