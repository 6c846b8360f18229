"""DATASHEET.md: the questions of Gebru et al., answered from the tables, else by the holder, else said to be open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, cast

from copydesk.release import words
from copydesk.release.about import About
from copydesk.release.facts import Facts

OPEN = "*Not answered: the tables cannot tell.*"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the datasheet."""

    section: str
    id: str  # under which the holder may answer it
    ask: str
    answer: str  # from the tables, with places for facts; "" where they cannot tell


@cache
def questions() -> tuple[Question, ...]:
    """All questions, in their order."""
    import yaml

    text = (files("copydesk.release") / "datasheet.yaml").read_text(encoding="utf-8")
    sections = cast("list[dict[str, Any]]", yaml.safe_load(text))
    return tuple(
        Question(section["section"], asked["id"], asked["ask"], asked.get("answer", ""))
        for section in sections
        for asked in section["questions"]
    )


def question_ids() -> tuple[str, ...]:
    """What [datasheet] of the holder's file may answer."""
    return tuple(question.id for question in questions())


def render_datasheet(title: str, facts: Facts, about: About, *, without_text: bool) -> str:
    """The datasheet as Markdown."""
    known = _known(facts, about, without_text)
    lines = [f"# Datasheet: {title}", "", words.versions(facts), ""]
    for section, asked in groupby(questions(), lambda question: question.section):
        lines += [f"## {section}", ""]
        for question in asked:
            counted = question.answer.format_map(known).strip()
            answer = " ".join(filter(None, (counted, about.answers.get(question.id)))) or OPEN
            lines += [f"**{question.ask}** {answer}", ""]
    return "\n".join(lines)


def text_policy(without_text: bool) -> str:
    """What a release holds of the outlets' own wording."""
    if without_text:
        return (
            "The outlets' own wording is left out: texts, headlines, standfirsts, captions, link texts, quotes and removed "
            "blocks. A column NAME_sha256 holds the hash of each, and the offsets stand; `copydesk rehydrate` "
            "fills the text in again from raw files that the reader holds."
        )
    return "The outlets' own wording is included, as the pages had it."


def _known(facts: Facts, about: About, without_text: bool) -> dict[str, str]:
    missing = {name: count for name, count in facts.missing.items() if count}
    quotes = sum(facts.quotes.values())
    return {
        "authors": ", ".join(about.authors),
        "rows": words.listed(facts.rows) + f"; {facts.words:,} words of text.",
        "documents": words.listed(facts.documents),
        "refused": f"Refused were: {words.listed(facts.refused)}." if facts.refused else "None was refused.",
        "text_policy": text_policy(without_text),
        "missing": (
            "Articles of which the page does not state it: "
            + words.listed(missing, "none")
            + f", of {facts.articles:,}. "
            + f"{words.share(quotes - facts.quotes_with_speaker, quotes)} of the quotes have no speaker."
        ),
        "duplicates": "Articles that are copies of another's text, which are marked and not deleted: "
        + f"{words.listed(facts.duplicates)}.",
        "audit": words.audit(facts),
        "self_contained": (
            "The text itself must be had from raw pages; the rest is here."
            if without_text
            else "Self-contained. Links and pictures of the pages are named by address and not included."
        ),
        "quotes": f"{facts.quotes_with_speaker:,} of {quotes:,} quotes",
        "speakers": f"{facts.speakers:,}",
        "formats": words.listed(facts.formats),
        "period": words.period(facts),
        "fetched": "Where it is known, `fetched_at` says when a page was fetched.",
        "removed_share": f"{100 * facts.removed_share:.0f} %",
        "versions": words.versions(facts),
        "copydesk_version": facts.copydesk_version,
        "licence": licence(about),
        "contact": about.contact or "",
    }


def licence(about: About) -> str:
    """Under what the tables as a collection stand; nothing is assumed for the articles."""
    if about.licence is None:
        return "None is stated. The articles belong to their publishers, and RIGHTS.md says what is known of each outlet."
    return (
        f"The tables as a collection: {about.licence}. "
        "That licence does not cover the articles, which belong to their publishers."
    )
