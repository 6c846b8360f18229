"""Invented stories for properties: paragraphs of prose, and the furniture that outlets put around them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from hypothesis import strategies as st

PLACES = st.sampled_from(["Castrel", "Lower Tarn", "Port Harrow", "Ellmouth", "the upper valley", "Velmora"])
PEOPLE = st.sampled_from(["Ida Kolm", "Ruben Falk", "Marta Kelloway", "Sander Holm", "Joss Ferriby"])
BODIES = st.sampled_from(
    ["harbour office", "school board", "forestry office", "ministry of works", "town council"]
)
NUMBERS = st.integers(2, 900).map(str)
DAYS = st.sampled_from(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])

FRAMES = (
    "The {body} in {place} said on {day} that {number} families would have to move before the winter.",
    "It was the first time in {number} years that the road to {place} had been closed for more than a day.",
    "“We counted the boats twice and there were {number} of them,” said {person}, who has worked at the {body} since spring.",
    "\"Nobody told the people of {place} what the plan would cost,\" {person} said.",
    "{person} told reporters in {place} that the {body} had known of the leak since {day}.",
    "Two days later the water had fallen by {number} centimetres, and the shops on the quay opened again.",
    "Neither the {body} nor its contractor answered questions that were sent to them on {day}.",
    "The price of bread has risen in {place} for the third month in a row, and bakers blame the mill.",
    "According to {person}, the {body} will publish its figures once the count in {place} is over.",
    "Some {number} people walked from {place} to the bridge, where the police stopped them without force.",
    "A second report, which the {body} keeps under lock, is said to name the firms that took the money.",
    "“If the pumps hold,” {person} added, “then the school can open on {day}, and if they do not it cannot.”",
)  # fmt: skip
HEADLINES = (
    "Bridge near {place} stays shut as {body} counts the cost",
    "{number} boats missing after storm off {place}",
    "{person} to lead {body} through a hard winter",
)
LEADS = (
    "By {person}",
    "April 18, 2024",
    "Published {day}, 18 April 2024 at 10:12",
    "Photo: {person}",
    "Share this article",
)
TRAILS = (
    "Share this article",
    "You might also like",
    "Sign up for our newsletter",
    "Read more",
    "Reporting by {person}; Editing by {person}",
    "© 2024 All rights reserved.",
    "Support independent journalism with a gift today.",
    "Tags: {place}, {body}",
)


def _filled(frames: tuple[str, ...]) -> st.SearchStrategy[str]:
    slots = st.fixed_dictionaries(
        {"place": PLACES, "person": PEOPLE, "body": BODIES, "number": NUMBERS, "day": DAYS}
    )
    return st.builds(lambda frame, slot: frame.format(**slot), st.sampled_from(frames), slots)


paragraphs = st.lists(_filled(FRAMES), min_size=1, max_size=3, unique=True).map(" ".join)
bodies = st.lists(paragraphs, min_size=3, max_size=9, unique=True).map(tuple)
headlines = _filled(HEADLINES)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as a user would hand it in."""

    name: str
    text: str


def as_dump(headline: str | None, body: tuple[str, ...]) -> Document:
    """The form in which people keep a clean text: the headline, then one paragraph after another."""
    return Document("clean.txt", "\n\n".join([*([headline] if headline else []), *body]) + "\n")


def _as_page(
    headline: str, before: list[str], body: tuple[str, ...], after: list[str], kind: str
) -> Document:
    if kind == "text":
        return Document("story.txt", "\n\n".join([headline, *before, *body, *after]) + "\n")
    if kind == "markdown":
        return Document(
            "story.md",
            "\n\n".join([f"# {headline}", *before, *body, *(f"- {line}" for line in after)]) + "\n",
        )
    tags = (("h1", [headline]), ("div", before), ("p", list(body)), ("li", after))
    inside = "\n".join(f"<{tag}>{escape(line)}</{tag}>" for tag, lines in tags for line in lines)
    return Document("story.html", f"<!doctype html><html><body><article>{inside}</article></body></html>")


documents = st.builds(
    _as_page,
    headlines,
    st.lists(_filled(LEADS), max_size=4, unique=True),
    bodies,
    st.lists(_filled(TRAILS), max_size=5, unique=True),
    st.sampled_from(["text", "markdown", "html"]),
)

# Whatever people paste: marks, markup and scripts in any order, with prose between them so that some of it is an article.
_SCRAPS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(
        ["# ", "> ", "* * *", "**", "[a](b)", "<p>", "</div>", "<b", "&amp;", "“", "”", '"', "«", "„", "\u200b", "\u00ad",
         "𝔘", "İ", "\t", "\r\n", "\x85", "\u2028", "by ", "By ", "12:30", "Updated:", "1. ", "- ", "|", "---"],
    ),
)  # fmt: skip
hostile = st.builds(
    Document,
    st.sampled_from(["odd.txt", "odd.md", "odd.html", "odd"]),
    st.lists(st.one_of(_SCRAPS, _SCRAPS, paragraphs), max_size=14).flatmap(
        lambda parts: st.sampled_from(["\n", "\n\n", " ", ""]).map(lambda glue: glue.join(parts))
    ),
)
