"""Which blocks hold the story's fields: headline, dek, byline, date, captions … What they say is read by `describe/`.

Shape alone seldom settles it ("Nora Feld" may be a byline or a subheading), so place decides with it: fields stand in
the head of the story, between its headline and its first prose, and a few right after its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from copydesk.grammar.byline import may_be_marked
from copydesk.grammar.byline_words import Byline
from copydesk.grammar.credits import read_credit
from copydesk.label.captions import find_captions
from copydesk.label.dek import Head, find_dek
from copydesk.label.headline import find_headline
from copydesk.label.lines import YEAR, Line
from copydesk.label.reading import plain
from copydesk.records import Label, Page

HEAD_SLACK = 3  # blocks past the first prose that may still hold a field: a credit or caption under the first paragraph
END_SLACK = 6  # blocks from the last paragraph down to a byline that signs it
NAME_WORDS = 4  # a longer bare name is a list of words
FIRST_PARAGRAPHS = 8  # blocks from the first prose on, among which a byline may stand as a line of its own
LONE = 3  # blocks without prose above a sentence that stands alone
LONE_NAME, DATED_WORDS = (
    3,
    14,
)  # shortest given name that signs alone, in letters, and longest line that it signs
NEAR = 6  # blocks below a first paragraph in which two more follow
BARE_WORDS = 8  # longest line of names alone
_OPENS_WITH_CLOCK = re.compile(r"\d{1,4}[^|(]{2,30}?\d{1,2}[:.]\d\d\s{0,2}[|｜]")
TAG_WORDS = 6
SUMMARY_WORDS = 6  # longest heading of a box of key points
MARKUP_REACH = 12  # class words of a block and its nearest ancestors that may call it a tag
_TAG_STEMS = ("tag", "topics", "keyword")  # of which every such word holds one
_TAGS = re.compile(
    r"(?:(?:article|post|story|entry|content)[-_]{1,2})?(?:tags?|topics|keywords)(?:[-_]{1,2}(?:list|links|items?))?"
)
# A recording's length: a clock's hour has two digits, or words beside it.
_LENGTH = re.compile(r"\d:[0-5]\d|\d{1,2}:[0-5]\d ?/ ?\d{1,2}:[0-5]\d")


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """A block taken for a field."""

    label: Label
    rule: str  # "field/headline-place"
    confidence: float  # 0-1; from 0.8 on the labeller need not look further


def find_fields(page: Page, lines: Sequence[Line]) -> dict[int, FieldGuess]:
    """The field blocks of a page, by block number; a block that is no field is not in it.

    `lines` are its blocks, each with what the rules said of it.
    """
    return _Finder(page, lines).find()


class _Finder:
    """One page's fields on their way; each step takes only blocks that no earlier one has taken."""

    def __init__(self, page: Page, lines: Sequence[Line]) -> None:
        self.page, self.lines = page, lines
        self.prose = [i for i, line in enumerate(lines) if line.is_prose]
        self.lead = _first_prose(lines, self.prose)
        self.last = self.prose[-1] if self.prose else -1
        self.taken: dict[int, FieldGuess] = {}
        self.headline: int | None = None

    def find(self) -> dict[int, FieldGuess]:
        self._headline()
        self._urls_and_images()
        self._outlet()
        self._dates()
        self._bylines()
        self._mixed_dates()
        self._captions()
        # A caption in a full sentence is not where prose begins.
        self.lead = _first_prose(self.lines, [i for i in self.prose if i not in self.taken])
        self._sign_offs()
        self._kicker()
        if (dek := find_dek(self.page, self.lines, self._head())) is not None:
            self._take(dek.index, "dek", dek.rule, dek.confidence)
        self._tags()
        self._summary_box()
        return {self.lines[i].block.number: guess for i, guess in sorted(self.taken.items())}

    def _take(self, i: int, label: Label, rule: str, confidence: float) -> None:
        self.taken.setdefault(i, FieldGuess(label, f"field/{rule}", confidence))

    @property
    def start(self) -> int:
        """Where the head begins: at the headline, else at the top."""
        return self.headline if self.headline is not None else 0

    def _in_head(self, i: int) -> bool:
        return self.start <= i < self.lead + HEAD_SLACK

    # ------------------------------------------------------------ headline
    def _headline(self) -> None:
        found = find_headline(self.page, self.lines, self.lead)
        if found is None and self.lead + 1 not in self.prose:
            # A lone sentence at the top, a dek or a caption: the story and its headline may stand further down.
            lead = _first_prose(self.lines, [i for i in self.prose if i > self.lead])
            found = find_headline(self.page, self.lines, lead)
            if found is not None:
                self.lead = lead
        if found is None:
            return
        self.headline = found.index
        self._take(found.index, "headline", found.rule.removeprefix("field/"), found.confidence)
        wanted = self.lines[found.index].plain
        if len(wanted) < 8:
            return
        for i, line in enumerate(self.lines):
            if i != found.index and line.plain == wanted:
                self._take(i, "headline_repeat", "headline-repeat", 0.95)

    # ------------------------------------------------------------ single lines
    def _urls_and_images(self) -> None:
        for i, line in enumerate(self.lines):
            if line.is_url:
                self._take(i, "url", "url-line", 0.95 if self._in_head(i) else 0.7)
            elif line.block.kind == "image":
                self._take(i, "image", "image", 0.95)

    def _dates(self) -> None:
        dated = {i for i, line in enumerate(self.lines) if line.stamp is not None and not line.boilerplate}
        for i in sorted(dated):
            stamp = self.lines[i].stamp
            assert stamp is not None
            if _LENGTH.fullmatch(self.lines[i].text):
                self._take(i, "media_player", "media-length", 0.9)
                continue
            if not stamp.dated and stamp.kind is not None and not {i - 1, i + 1} & dated:
                confidence = 0.6  # "Updated:" with no date beside it
            else:
                confidence = 0.9 if i in self.near_head else 0.6
            self._take(i, "timestamp", "date-line", confidence)
        for i, line in enumerate(self.lines):
            if not line.block.datetime or line.words > 12 or i not in self.near_head or line.is_prose:
                continue
            if line.byline is None or not line.byline.names:  # "27 May • Jane Doe" is a byline with a date
                self._take(i, "timestamp", "time-element", 0.85)

    def _mixed_dates(self) -> None:
        """Where no line of the head is a date alone, the first that dates the story among other things."""
        near_head = self.near_head
        head = [i for i in range(len(self.lines)) if i in near_head]
        dated = (i for i in head if i in self.taken and self.taken[i].label == "timestamp")
        if any((stamp := self.lines[i].stamp) is not None and stamp.dated for i in dated):
            return
        for i in head:
            line = self.lines[i]
            if i in self.taken or line.boilerplate or line.is_prose:
                continue
            if line.is_credited and not _OPENS_WITH_CLOCK.match(line.text):
                continue  # a caption's date; but "2024-04-24 23:52 | Source: SNP" dates the story
            if line.is_dated:
                self._take(
                    i, "byline" if line.byline and line.byline.names else "timestamp", "dated-line", 0.8
                )
                return

    @property
    def near_head(self) -> range:
        """In the head, or among the few lines above the headline."""
        return range(self.start - 4, self.lead + HEAD_SLACK)

    def _bylines(self) -> None:
        claimed = {plain(c.value) for c in self.page.claimed("author")} | {
            plain(a) for a in self.page.sidecar.authors
        }
        claimed = {name for name in claimed if len(name) <= 60}
        lone = {name for name in claimed if " " not in name and len(name) >= LONE_NAME}
        claimed = {name for name in claimed if " " in name}
        near_head = self.near_head
        for i, line in enumerate(self.lines):
            if (i < self.last and i not in near_head) or i in self.taken or line.words > 30:
                continue
            if self._names_next(i):
                self._take(i, "byline", "byline-lead", 0.9)
                self._take(i + 1, "byline", "byline-after-lead", 0.9)
                continue
            if line.boilerplate:
                continue
            if line.words <= 14 and any(name in line.plain for name in claimed) and not line.is_prose:
                self._take(i, "byline", "byline-claim", 0.9)
                continue
            if i in near_head and _signs(line, lone):
                self._take(i, "byline", "byline-claim-given-name", 0.9)
                continue
            byline = line.byline if self.start < i < self.lead + 1 else line.marked_byline
            if byline is None or (
                line.is_credited and (not byline.names or _is_caption_of_people(line, byline))
            ):
                continue
            if byline.marked:
                near = i in near_head or self.last < i <= self.last + END_SLACK
                self._take(i, "byline", "byline-word", 0.9 if near else 0.6)
            elif byline.names and self.start < i < self.lead + 1:
                self._take(i, "byline", "byline-bare-name", 0.8 if self._is_sure_name(i, byline) else 0.6)
        if self.page.source_format != "html" and not any(
            guess.label == "byline" and guess.confidence >= 0.8 for guess in self.taken.values()
        ):
            self._late_byline()
            self._byline_in_body()

    def _is_sure_name(self, i: int, byline: Byline) -> bool:
        """A date, the headline or another byline beside a bare name, or a role in it; no heading, no list of words."""
        line = self.lines[i]
        if line.block.kind == "heading" or line.text.endswith(("–", "-", "—", ":")):
            return False
        if len(byline.names) == 1 and len(byline.names[0].split()) > NAME_WORDS:
            return False
        if byline.roles or byline.agency or line.is_dated:
            return True
        beside = [j for j in (i - 1, i + 1, i + 2) if 0 <= j < len(self.lines)]
        labels = {self.taken[j].label for j in beside if j in self.taken}
        return bool(labels & {"timestamp", "headline", "byline"}) or any(
            self.lines[j].is_dated for j in beside[:2]
        )

    def _names_next(self, i: int) -> bool:
        """A byline word alone on its line, "By" or "Author:", and the name under it."""
        if i + 1 >= len(self.lines) or i + 1 in self.taken or not self.lines[i].is_byline_lead:
            return False
        byline = self.lines[i + 1].byline
        return byline is not None and bool(byline.names) and self.lines[i + 1].words <= BARE_WORDS

    def _late_byline(self) -> None:
        """Names alone right under the last paragraph, where some outlets sign a story that nobody signed above."""
        for i in range(self.last + 1, min(self.last + 3, len(self.lines))):
            line = self.lines[i]
            if i in self.taken or line.boilerplate or line.words > BARE_WORDS or line.is_credited:
                continue
            if line.byline is not None and line.byline.names and self.lines[self.last].words > BARE_WORDS:
                self._take(i, "byline", "byline-under-story", 0.8)
                return

    def _byline_in_body(self) -> None:
        """Where nothing else is signed: "By Jane Doe, reporter" as a line of its own between the first paragraphs."""
        if any(guess.label == "byline" for guess in self.taken.values()):
            return
        for i in range(self.lead + HEAD_SLACK, min(self.lead + FIRST_PARAGRAPHS, len(self.lines))):
            line = self.lines[i]
            if i in self.taken or line.boilerplate or line.words > BARE_WORDS or line.ends_in_full_stop:
                continue
            if line.marked_byline is not None and line.marked_byline.names:
                self._take(i, "byline", "byline-in-body", 0.8)
                return

    def _captions(self) -> None:
        for found in find_captions(self.lines, self.taken, self.near_head, self.lead):
            self._take(found.index, found.label, found.rule, found.confidence)

    def _sign_offs(self) -> None:
        for i, line in enumerate(self.lines):
            if i > self.lead and line.is_sign_off:
                self._take(i, "sign_off", "sign-off", 0.95)

    # ------------------------------------------------------------ outlet, kicker, dek
    def _outlet(self) -> None:
        claims = {plain(c.value) for c in self.page.claimed("outlet")}
        if self.page.sidecar.outlet:
            claims.add(plain(self.page.sidecar.outlet))
        urls = [self.lines[i].text for i, guess in self.taken.items() if guess.label == "url"]
        urls += [c.value for c in self.page.claimed("url")]
        hosts = {_host(url) for url in urls}
        for i, line in enumerate(self.lines[: self.lead + 1]):
            if i in self.taken or line.boilerplate or line.words > 6 or line.ends_in_full_stop:
                continue
            squashed = line.plain.replace(" ", "")
            if line.plain in claims:
                self._take(i, "outlet", "outlet-claim", 0.9)
            elif len(squashed) >= 3 and any(squashed in host for host in hosts):
                self._take(i, "outlet", "outlet-in-url", 0.9)
            elif line.block.bold and self._beside_headline(i) and not (line.byline and line.byline.marked):
                self._take(i, "outlet", "outlet-bold-line", 0.8)

    def _beside_headline(self, i: int) -> bool:
        return self.headline is not None and i in (self.headline - 1, self.headline + 1)

    def _kicker(self) -> None:
        if self.headline is None or self.headline == 0:
            return
        i = self.headline - 1
        line = self.lines[i]
        if i not in self.taken and not line.boilerplate and line.words <= 6 and not line.ends_sentence:
            sure = self.lines[self.headline].block.kind == "heading"
            self._take(i, "kicker", "kicker-above-headline", 0.85 if sure else 0.7)

    def _head(self) -> Head:
        """What is known of the story's head when only its dek is left to find."""
        labels = [self._label(i) for i in range(len(self.lines))]
        return Head(
            self.headline,
            self.lead,
            min(self.lead + HEAD_SLACK, len(self.lines)),
            labels,
            frozenset(self.taken),
        )

    def _label(self, i: int) -> str | None:
        guess = self.taken.get(i)
        return guess.label if guess is not None and guess.confidence >= 0.8 else self.lines[i].boilerplate

    def _summary_box(self) -> None:
        """The points of a list right under "Key points" and above the story."""
        for i, line in enumerate(self.lines[: self.lead]):
            if line.suspected != "summary" or line.words > SUMMARY_WORDS:
                continue
            for j in range(i + 1, self.lead):
                if j in self.taken or self.lines[j].block.kind != "list_item":
                    break
                self._take(j, "summary", "summary-list", 0.85)

    def _tags(self) -> None:
        """Short lines in an element that calls itself the story's tags."""
        for i, line in enumerate(self.lines):
            if not line.block.markup or i in self.taken or line.words > TAG_WORDS or line.ends_sentence:
                continue
            if _is_of_tags(line.block.markup):
                self._take(i, "tags", "tags-markup", 0.9)


def _first_prose(lines: Sequence[Line], prose: Sequence[int]) -> int:
    """Where prose begins in earnest: the first sentence of it with two more among the four blocks after it."""
    for n, i in enumerate(prose):
        following = prose[n + 1 : n + 5]
        if len([j for j in following if j <= i + NEAR]) >= 2 and not _is_above_date(lines, prose, n):
            return i
    # Where none follow each other, a short story or a teaser above it: the longest is the story's.
    return max(prose, key=lambda i: (lines[i].words, -i)) if prose else len(lines)


def _is_above_date(lines: Sequence[Line], prose: Sequence[int], n: int) -> bool:
    """A lone sentence with the story's date right under it, before the next of the prose: its dek."""
    here, after = prose[n], prose[n + 1]
    if after == here + 1 or (n > 0 and prose[n - 1] >= here - LONE):
        return False
    return any(line.stamp is not None and line.stamp.dated for line in lines[here + 1 : min(after, here + 3)])


@lru_cache(2048)  # an outlet's pages share their templates
def _is_of_tags(markup: tuple[str, ...]) -> bool:
    """Whether one of the innermost class words says that the block is one of a story's tags."""
    near = markup[:MARKUP_REACH]
    told = " ".join(near)
    return any(stem in told for stem in _TAG_STEMS) and any(map(_TAGS.fullmatch, near))


def _signs(line: Line, names: Set[str]) -> bool:
    """A short dated line with a byline word and one of these names, which alone may be any word: "3 May 2021 by Ana in News"."""
    if line.words > DATED_WORDS or line.is_prose or names.isdisjoint(line.lowered):
        return False
    return may_be_marked(line.text, line.letters, line.flat) and YEAR.search(line.text) is not None


def _is_caption_of_people(line: Line, byline: Byline) -> bool:
    """ "Jane Doe and Bo Roe | Photo: SNP" says who is in a picture."""
    credit = read_credit(line.text)
    return not byline.marked and credit is not None and credit.marked and credit.char_start > 0


def _host(url: str) -> str:
    return url.split("//")[-1].split("/")[0].casefold().replace("-", "")
