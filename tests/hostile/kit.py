"""What an input of the hostile corpus is, and the sound news that hostile things are put into."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from fakes.newsroom import article, event

ANY = ".*"
ARTICLE = "article"
REFUSED = "quarantined/.*"
HEAVY_BYTES = 150_000


@dataclass(frozen=True)
class Input:
    """One thing in the corpus folder and what may become of it."""

    path: str  # below the folder; bytes that are no UTF-8 as surrogates
    make: Callable[[Path], None]
    outcome: str = ANY  # pattern of each row's status, or status/error
    rows: int | None = 1  # of `sources`; None: one or more
    control: bool = False  # sound news: its rows are the same whatever lies beside it
    heavy: bool = False  # takes seconds: left out where all must be quick


def of(
    path: str, content: bytes | str, outcome: str = ANY, rows: int | None = 1, *, control: bool = False
) -> Input:
    """An input that is a file with this content."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return Input(path, lambda file: _write(file, data), outcome, rows, control, len(data) > HEAVY_BYTES)


def late(path: str, content: Callable[[], bytes], outcome: str = ANY, rows: int | None = 1) -> Input:
    """The same for content that is too large to keep in memory beside all others."""
    return Input(path, lambda file: _write(file, content()), outcome, rows, heavy=True)


def _write(file: Path, data: bytes) -> None:
    with open(os.fsencode(file), "wb") as out:  # noqa: PTH123  names with any byte
        out.write(data)


def write_corpus(folder: Path, inputs: Iterable[Input]) -> None:
    for item in inputs:
        file = folder / item.path
        file.parent.mkdir(parents=True, exist_ok=True)
        item.make(file)


@dataclass(frozen=True)
class Story:
    """Invented news, another one for each key."""

    headline: str
    byline: str
    date: str
    paragraphs: tuple[str, ...]

    @property
    def dump(self) -> str:
        return "\n\n".join([self.headline, self.byline, self.date, *self.paragraphs]) + "\n"

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    def html(
        self, *, head: str = "", before: str = "", after: str = "", charset: str | None = "utf-8"
    ) -> str:
        body = "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in self.paragraphs)
        meta = f'<meta charset="{charset}">' if charset else ""
        return (
            f"<!doctype html>\n<html><head>{meta}<title>{escape(self.headline)}</title>{head}</head><body>\n"
            f"<article><h1>{escape(self.headline)}</h1><p class=byline>{self.byline}</p><time>{self.date}</time>\n"
            f"{before}\n{body}\n{after}</article></body></html>\n"
        )


def story(key: str, paragraphs: int = 5) -> Story:
    number = zlib.crc32(key.encode("utf-8", "surrogatepass")) % 1_000_000
    about = event(number)
    text = article(about, number % 4, paragraphs=paragraphs)
    return Story(
        text.headline or "",
        f"By {about.words['name']}",
        f"{about.at:%B} {about.at.day}, {about.at.year}",
        tuple(text.text.split("\n\n")),
    )
