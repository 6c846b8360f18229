"""Which of the blocks that an outlet repeats are worth a person's look as boilerplate, and which are news.

News repeats itself too: what many outlets quote, the background of one story, a second version of an article, "He declined to
comment." Such blocks are told from furniture here, by where and how often they stand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from copydesk.corpus.repeats import Repeat, form_key
from copydesk.corpus.wording import normal_words, plain_words, weigh, word_key

SAMPLES = 3
# Labels of blocks that hold a value of the page: they repeat with the reporter, the day, the place.
FIELDS = frozenset(
    """headline headline_repeat kicker dek byline timestamp dateline caption credit image sign_off outlet url tags""".split()
)
NAMELESS = "unknown"
MEASURED = "model/"  # rules that begin so are measurements, not reasons

SHORT_WORDS = 12  # a sentence that news may print word by word on another day has no more
SHORT_SHARE = 0.2  # of an outlet's pages that must have a short block before it is furniture,
SHORT_TIMES = 2  # and that many times the pages that are asked of others
LEAST_SHARE = (
    0.01  # of an outlet's pages, for a block that was kept: in large corpora three in thousands are chance
)
SHARED_SHARE = 0.3  # of an outlet's pages, for a kept block that other outlets print as well,
SHARED_TIMES = 10  # and that many times the pages that are asked of others

LEAST_LIKENESS = (
    0.4  # shared words (Dice), without those that say little, of a block and a removal that names its label
)
LEAST_SHARED_WORDS = 2

News = Literal["quoted", "field", "one story", "rare", "shared", "short"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A block of a page and what became of it."""

    outlet: int
    page: int
    article_id: str
    story: str | None
    text: str
    label: str
    rule: str | None  # None: it was kept
    paragraph_id: str | None = None

    @property
    def is_open(self) -> bool:
        """Kept, or removed for a measurement alone: nothing said what the block is."""
        return self.rule is None or (self.label == NAMELESS and self.rule.startswith(MEASURED))


@dataclass(slots=True)
class Recurring:
    """A block that an outlet repeats, over all pages that print it."""

    outlet: int
    key: int
    repeat: Repeat
    example: str = ""  # as printed, the least in the order of characters
    kept: set[int] = field(default_factory=set)  # pages
    weakly: set[int] = field(default_factory=set)
    removed_as: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # label -> pages
    stories: set[str] = field(default_factory=set)
    storyless: bool = False  # a page of no story prints it
    samples: tuple[str, ...] = ()  # the least article_ids
    paragraphs: set[str] = field(default_factory=set)  # paragraph_ids of the kept ones
    is_quoted: bool = False

    @property
    def pages(self) -> int:
        return len(self.kept | self.weakly)

    def add(self, seen: Seen) -> None:
        if seen.rule is not None:
            self.removed_as[seen.label].add(seen.page)
        if not seen.is_open:
            return
        (self.kept if seen.rule is None else self.weakly).add(seen.page)
        if seen.paragraph_id is not None:
            self.paragraphs.add(seen.paragraph_id)
        self.example = min(self.example or seen.text, seen.text)
        self.samples = tuple(sorted({*self.samples, seen.article_id}))[:SAMPLES]
        if seen.story is None:
            self.storyless = True
        else:
            self.stories.add(seen.story)


def gather(
    blocks: Iterable[Seen], repeats: Mapping[tuple[int, int], Repeat]
) -> dict[tuple[int, int], Recurring]:
    """What was counted, read once more: by outlet and key, as in `repeats`."""
    keys = {key for _, key in repeats}
    found: dict[tuple[int, int], Recurring] = {}
    for seen in blocks:
        key = form_key(seen.text)
        if key not in keys or (seen.outlet, key) not in repeats:
            continue
        place = (seen.outlet, key)
        if place not in found:
            found[place] = Recurring(seen.outlet, key, repeats[place])
        found[place].add(seen)
    return found


def why_news(block: Recurring, outlet_pages: int, least_pages: int) -> News | None:
    """What speaks for news; None for a block to propose as boilerplate."""
    if block.is_quoted:
        return "quoted"
    if not block.kept:
        labels = Counter({label: len(pages) for label, pages in block.removed_as.items()})
        return "field" if labels and labels.most_common(1)[0][0] in FIELDS else None
    share = block.pages / outlet_pages
    if len(block.stories) == 1 and not block.storyless:
        return "one story"
    if share < LEAST_SHARE:
        return "rare"
    if block.repeat.outlet_count > 1 and (share < SHARED_SHARE or block.pages < SHARED_TIMES * least_pages):
        return "shared"
    is_short = weigh(normal_words(block.example)) <= SHORT_WORDS
    if is_short and (share < SHORT_SHARE or block.pages < SHORT_TIMES * least_pages):
        return "short"
    return None


# ---------------------------------------------------------------- labels
class LabelGuesser:
    """Labels for blocks, from how blocks like them were removed for a reason."""

    def __init__(self, blocks: Iterable[Recurring]) -> None:
        nameless = [block for block in blocks if not _names(block)]
        self.wants_examples = bool(nameless)
        self._words = {(block.outlet, block.key): _telling(block.example) for block in nameless}
        self._with: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for place, words in self._words.items():
            for word in words:
                self._with[word].append(place)
        self._best: dict[tuple[int, int], tuple[float, str]] = {}
        self._learned: set[int] = set()  # hashes of what was learned: most removals are printed many times

    def learn(self, text: str, label: str) -> None:
        """Take a removal as an example of its label."""
        mark = hash((text, label))
        if label == NAMELESS or label in FIELDS or mark in self._learned:
            return
        self._learned.add(mark)
        words = _telling(text)
        shared = Counter(place for word in words for place in self._with.get(word, ()))
        for place, count in shared.items():
            likeness = 2 * count / (len(words) + len(self._words[place]))
            if count >= LEAST_SHARED_WORDS and likeness >= LEAST_LIKENESS:
                # The greater label where two are equally like: the order of reading must not decide.
                self._best[place] = max(self._best.get(place, (0.0, "")), (likeness, label))

    def guess(self, block: Recurring) -> tuple[str, Literal["elsewhere", "alike", "nothing"]]:
        """A label, and what it stands on: the same block removed elsewhere, one like it, or nothing."""
        if named := _names(block):
            return max(named, key=lambda label: (named[label], label)), "elsewhere"
        if found := self._best.get((block.outlet, block.key)):
            return found[1], "alike"
        return NAMELESS, "nothing"


def _names(block: Recurring) -> dict[str, int]:
    """On how many pages the block was removed under a label that says what it is."""
    return {label: len(pages) for label, pages in block.removed_as.items() if label != NAMELESS}


def _telling(text: str) -> frozenset[int]:
    """The words that say something, as hashes."""
    return frozenset(map(word_key, set(normal_words(text)) - plain_words(None)))
