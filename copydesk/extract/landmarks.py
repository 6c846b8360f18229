"""The elements by which a page speaks of itself, and those that trafilatura must not see: one scan of the tree for all."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement


@dataclass(slots=True)
class Landmarks:
    """Elements by what they are, each list in the order of the page."""

    root: HtmlElement
    metas: list[HtmlElement] = field(default_factory=list)
    links: list[HtmlElement] = field(default_factory=list)
    scripts: list[HtmlElement] = field(default_factory=list)
    bases: list[HtmlElement] = field(default_factory=list)
    titles: list[HtmlElement] = field(default_factory=list)
    headings: list[HtmlElement] = field(default_factory=list)  # <h1>
    articles: list[HtmlElement] = field(default_factory=list)  # <article> and <main>
    times: list[HtmlElement] = field(default_factory=list)


def find_landmarks(root: HtmlElement) -> Landmarks:
    """All of them. Each scan of a tree costs a tenth of its parsing, so there is but this one."""
    marks = Landmarks(root)
    lists = {
        "meta": marks.metas,
        "link": marks.links,
        "script": marks.scripts,
        "base": marks.bases,
        "title": marks.titles,
        "h1": marks.headings,
        "article": marks.articles,
        "main": marks.articles,
        "time": marks.times,
    }
    for element in root.iter(*lists):
        lists[element.tag].append(element)
    return marks
