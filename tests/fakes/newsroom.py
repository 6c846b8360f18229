"""Invented news in any amount: events, articles about them in several outlets' words, and copies made in known ways.

Everything is drawn with a seed, so what is one event, one text or one utterance is known by construction.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np

from copydesk.corpus.texts import ArticleText, QuoteText
from copydesk.corpus.traces import trace_quotes

Item = TypeVar("Item")


def words(text: str) -> list[str]:
    return text.split()


OUTLETS = ("The Harrow Gazette", "Nordlicht Zeitung", "Riverland Daily", "Castrel Courier", "Tarn Observer")
FIRST = words(
    """
    Ana Tom Mira Piet Jonas Ada Lena Ravi Sofia Milan Ines Oskar Nadia Felix Greta Hugo
    """
)
SYLLABLES = words(
    """
    bar cas dor fen gal hal jor kel lin mor nor pol quil ras sel tar ul ven wes zan
    """
)
THINGS = words(
    """
    bridge lock ferry school clinic harbour library tram quarry dam orchard market theatre prison
    stadium airport mill lighthouse railway court museum brewery bakery pharmacy monastery depot tunnel
    canal forest reservoir factory shipyard
    """
)
HAPPENED = words(
    """
    closed flooded reopened sold renamed burned shut inspected fined cleared rebuilt audited auctioned
    evacuated abandoned expanded blocked searched stormed privatised
    """
)
FILLERS = (
    "Officials at the {thing} declined to say how long the work would last.",
    "Residents of {place} had complained about the {thing} for years, letters seen by this newspaper show.",
    "A report on the {thing} is expected before the end of the month, the council said.",
    "{name}, who has run the {thing} since the spring, was not available for comment.",
    "The opposition in {place} called for an inquiry and for the resignation of {name}.",
    "Shops near the {thing} stayed open, but few customers came on the first morning.",
    "The region of {place} has lost two other buildings of its kind within a decade.",
    "An engineer who inspected the {thing} described cracks, rust and missing signatures.",
    "Traffic was sent through {place}, where queues reached the old town by noon.",
    "The cost was put at {count} million marks, twice what had been planned in the budget.",
    "Insurance covers a part of the damage, according to papers that {name} filed with the court.",
    "School children from {place} watched from the embankment as the crews arrived.",
    "It was the {count}th case of its kind since records began, the statistics office said.",
    "{name} thanked the volunteers, who had worked through the night without a break.",
)
HEADLINES = (
    "{place} {thing} {happened} after row over {other}",
    "Anger in {place} as {thing} is {happened}",
    "{thing} of {place} {happened}, says {name}",
    "How {name} lost the {thing}: {place} wakes up to find it {happened}",
    "{happened} overnight: the {thing} that {place} argued about",
)
LEDES = (
    "The {thing} of {place} was {happened} on {day}, and {name} blamed the {other} for it.",
    "When {name} came to work on {day}, the {thing} in {place} had already been {happened} because of the {other}.",
    "{place} woke on {day} to the news that its {thing} would be {happened} over a dispute about the {other}, {name} confirmed.",
    "A quarrel over the {other} ended on {day} with the {thing} {happened}, according to {name}, who speaks for {place}.",
)
QUOTES = (
    "We told the council of {place} three winters ago that the {thing} would not survive another {other}",
    "Nobody who signed for the {thing} had ever set foot in {place}, and the {other} proves it",
    "I will repay every family in {place} that trusted the {thing} and believed our word about the {other}",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPRING = datetime(2024, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    """What happened, and what its articles share: names, things, a day, what somebody said."""

    number: int
    words: dict[str, str]
    at: datetime

    def fill(self, template: str) -> str:
        text = template.format(**self.words)
        return text[0].upper() + text[1:]

    def quote(self, at: int) -> str:
        return self.fill(QUOTES[at % len(QUOTES)])


def event(number: int, seed: int = 0) -> Event:
    """The event of this number; other numbers share things, days and verbs with it, but hardly names."""
    rng = random.Random(f"{seed}-{number}")
    place = "".join(rng.sample(SYLLABLES, 3)).capitalize()
    name = f"{rng.choice(FIRST)} {''.join(rng.sample(SYLLABLES, 2)).capitalize()}"
    at = SPRING + timedelta(days=rng.randrange(60), hours=rng.randrange(24))
    thing, other = rng.sample(THINGS, 2)
    words = {
        "place": place,
        "name": name,
        "thing": thing,
        "other": other,
        "happened": rng.choice(HAPPENED),
        "day": DAYS[at.weekday()],
        "count": str(rng.randrange(3, 90)),
    }
    return Event(number, words, at)


def article(about: Event, outlet: int, seed: int = 0, paragraphs: int = 10) -> ArticleText:
    """The event in one outlet's words: its own headline, lede, order and choice of facts; it may quote the same sentence."""
    rng = random.Random(f"{seed}-{about.number}-{outlet}")
    body = [about.fill(LEDES[outlet % len(LEDES)])]
    body += [about.fill(filler) for filler in rng.sample(FILLERS, paragraphs - 1)]
    body.insert(rng.randrange(1, len(body)), f"“{about.quote(about.number)},” {about.words['name']} said.")
    # A sentence that no other article has, so that two articles of one event are not one text.
    own = [
        f"{word(rng)} {word(rng)} {word(rng)} said the {rng.choice(THINGS)} had {word(rng)} the {rng.choice(THINGS)}."
        for _ in range(8)
    ]
    for sentence in own:
        body.insert(rng.randrange(1, len(body)), sentence)
    return ArticleText(
        article_id=f"{about.number:05d}-{outlet}",
        headline=about.fill(HEADLINES[outlet % len(HEADLINES)]),
        text="\n\n".join(body),
        outlet=OUTLETS[outlet % len(OUTLETS)],
        language="en",
        published_at=about.at + timedelta(hours=rng.randrange(30)),
    )


def word(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.randrange(2, 4)))


# ---------------------------------------------------------------- copies
def cut_short(original: ArticleText) -> ArticleText:
    """As behind a paywall or in a small box: the first half."""
    paragraphs = original.text.split("\n\n")
    return replace(original, text="\n\n".join(paragraphs[: len(paragraphs) // 2]))


def with_own_ends(original: ArticleText, seed: int = 0) -> ArticleText:
    """As an outlet prints agency copy: another headline, a lede and a last paragraph of its own."""
    rng = random.Random(f"{seed}-{original.article_id}")
    own = " ".join(word(rng) for _ in range(18)).capitalize() + "."
    paragraphs = original.text.split("\n\n")
    return replace(original, headline=own, text="\n\n".join([own, *paragraphs[1:], own]))


def edited(original: ArticleText, share: float = 0.04, seed: int = 0) -> ArticleText:
    """One word in 25 is another one."""
    rng = random.Random(f"{seed}-{original.article_id}")
    words = [word(rng) if rng.random() < share else each for each in original.text.split(" ")]
    return replace(original, text=" ".join(words))


def respaced(original: ArticleText) -> ArticleText:
    """The same words with other marks and breaks."""
    return replace(
        original, text=original.text.replace("\n\n", " ").replace("“", '"').replace("”", '"').upper()
    )


def under(original: ArticleText, article_id: str, outlet: str | None, wire: str | None = None) -> ArticleText:
    return replace(original, article_id=article_id, outlet=outlet, wire=wire)


# ---------------------------------------------------------------- quotes
def quote(
    text: str, article_id: str, speaker: str | None = "Ana Roche", number: int = 1, kind: str = "direct"
) -> QuoteText:
    return QuoteText(f"{article_id}-q{number:04d}", article_id, text, kind, speaker)  # type: ignore[arg-type]


class GivenQuotes:
    """Quotes as the comparison asks for them."""

    def __init__(self, quotes: Sequence[QuoteText], languages: Mapping[str, str | None]) -> None:
        self._quotes, self._languages = quotes, languages  # of the articles

    def traces(self):
        for quote in self._quotes:
            said = [(quote.quote_id, quote.text, quote.kind)]
            (trace,) = trace_quotes(said, self._languages[quote.article_id])
            yield trace.keys, np.array([len(trace.keys)]), np.array([trace.tie], np.uint64)

    def texts(self, wanted):
        return (numbered for numbered in enumerate(self._quotes) if wanted[numbered[0]])


def shuffled(items: Sequence[Item], seed: int) -> list[Item]:
    return random.Random(seed).sample(items, len(items))
