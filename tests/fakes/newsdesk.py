"""Pages for the tiny desk, and builds of them."""

from __future__ import annotations

from pathlib import Path

from copydesk.pipeline import BuildOptions, build
from copydesk.summary import RunSummary

TINY = BuildOptions(desk="fakes.tiny_desk", document_seconds=60)


def page(number: int, extra: str = "") -> str:
    return (
        f"url https://harrow-gazette.example/{number}\n# Ferries stand still, day {number}\n- Share this story\n"
        f"The crews of the Velmora ferries stayed ashore for day {number} and nobody in Port Harrow expected them back"
        f" before the talks begin.\n"
        f'"We will stay out for {number} weeks if we must" said Ada Quill\n- Copyright\n'
        f"The next boat is due when the talks are over.\n{extra}"
    )


def write_pages(folder: Path, count: int, **more: str) -> Path:
    """`count` sound pages, and one NAME.txt for each of `more`."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"page-{number:03d}.txt").write_text(page(number))
    for name, text in more.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def tiny_build(source: Path, out: Path, **changes: object) -> RunSummary:
    from dataclasses import replace

    return build([source], out, settings=replace(TINY, **changes))
