"""Sound news in every usual form: what must come out the same whatever lies beside it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

from hostile.kit import ARTICLE, Input, of, story
from hostile.records import response


def inputs() -> Iterator[Input]:
    for number in range(8):
        path = f"controls/dump-{number}.txt"
        yield of(path, story(path).dump, ARTICLE, control=True)
    for number in range(8):
        path = f"controls/page-{number}.html"
        yield of(path, story(path).html(), ARTICLE, control=True)
    for number in range(4):
        path = f"controls/note-{number}.md"
        told = story(path)
        yield of(path, f"# {told.headline}\n\n{told.byline}\n\n{told.text}\n", ARTICLE, control=True)
    path = "controls/packed.html.gz"
    yield of(path, gzip.compress(story(path).html().encode(), mtime=0), ARTICLE, control=True)
    path = "controls/box.jsonl"
    records = [
        {"url": f"https://harrow-gazette.example/{n}", "text": story(f"{path}{n}").dump} for n in range(4)
    ]
    yield of(path, "".join(json.dumps(record) + "\n" for record in records), ARTICLE, 4, control=True)
    path = "controls/crawl.warc.gz"
    pages = [response(f"https://castrel-courier.example/{n}", story(f"{path}{n}").html()) for n in range(4)]
    yield of(path, b"".join(gzip.compress(page, mtime=0) for page in pages), ARTICLE, 4, control=True)
