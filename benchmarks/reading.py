"""CPU from the bytes of a page to its metadata, beside bare trafilatura; of text dumps alone.

    python benchmarks/reading.py --kit DIR [--rounds 5] [--write docs/benchmarks.md]

A round is a process of its own that reads every page once, as many together as a worker takes, ours first and theirs first by
turns, after pages that are not counted, so that what a worker loads once is loaded (word lists, the model that tells languages).
Garbage is collected as in a worker. Figures are medians over rounds.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from sections import as_table, write_section
from throughput import html_pages, text_dumps
from variants import Document

WARM_UP = (
    '<html><head><title>The port</title><link rel="canonical" href="https://example.org/port">'
    '<meta name="author" content="Anna Berg"></head><body><article>'
    + "<p>The port of Velmora was closed in 2024, said Anna Berg, who runs it.</p>" * 20
    + "</article></body></html>"
)
FOREIGN = (
    "Velmoran satama suljettiin vuonna 2024, kertoi sataman johtaja Anna Berg. " * 20
)  # in none of our languages


def one_round(kit: Path) -> dict[str, tuple[float, ...]]:
    """Milliseconds a document: of pages ours and trafilatura's, of dumps ours."""
    from lxml.html import fromstring
    from trafilatura import bare_extraction
    from trafilatura.external import justext_rescue
    from trafilatura.settings import Extractor

    from copydesk.child import COLLECT_AFTER, TOGETHER
    from copydesk.describe import describe
    from copydesk.extract import extract_in_steps
    from copydesk.label import label_in_steps
    from copydesk.label.rules import load_rules
    from copydesk.read.decode import decode
    from copydesk.read.sniff import sniff, sniff_bytes
    from copydesk.records import Description, Limits, RawPage
    from copydesk.steps import Steps, finish_together

    rules, limits, now = load_rules(), Limits(), datetime.now(UTC)

    def read(raw: RawPage) -> Steps[Description]:
        """A document up to its metadata, as `desk` takes it."""
        sniff_bytes(raw.content)
        decoded = decode(raw.content, None)
        text = decoded.text
        source_format = sniff(text, raw.name, None)
        yield
        page = yield from extract_in_steps(text, source_format, raw, limits, verbatim=decoded.verbatim)
        yield
        labelled = yield from label_in_steps(page, rules)
        yield
        return describe(page, labelled, now=now)

    def ours(documents: Sequence[Document]) -> float:
        pages = [
            RawPage(f"{n}{suffix}", f"{n}{suffix}", content) for n, (suffix, content) in enumerate(documents)
        ]
        began = time.process_time()
        finish_together([read(page) for page in pages], lambda number: None)
        return time.process_time() - began

    def theirs(documents: Sequence[Document]) -> float:
        began = time.process_time()
        for _, content in documents:
            bare_extraction(content, with_metadata=True)
        return time.process_time() - began

    for system in (ours, theirs):
        system([(".html", WARM_UP.encode())])
    ours([(".txt", b"The port of Velmora was closed, said Anna Berg."), (".txt", FOREIGN.encode())])
    justext_rescue(fromstring(WARM_UP), Extractor())  # loads its word lists, once
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    spent = {ours: 0.0, theirs: 0.0}
    pages = html_pages(kit)
    for number, start in enumerate(range(0, len(pages), TOGETHER)):
        for system in (ours, theirs) if number % 2 else (theirs, ours):
            spent[system] += system(pages[start : start + TOGETHER])
    dumps = text_dumps(kit)
    of_dumps = sum(ours(dumps[start : start + TOGETHER]) for start in range(0, len(dumps), TOGETHER))
    return {
        "pages": tuple(1000 * seconds / len(pages) for seconds in spent.values()),
        "dumps": (1000 * of_dumps / len(dumps),),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kit", type=Path, required=True, metavar="DIR", help="folder with the gold cases")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into this Markdown file")
    options = parser.parse_args()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        rounds = list(processes.map(one_round, [options.kit] * options.rounds))
    pages = [one["pages"] for one in rounds]
    section = as_table(
        {
            "HTML page": {
                "CPU ms": _median([ours for ours, _ in pages]),
                "trafilatura with metadata": _median([theirs for _, theirs in pages]),
                "ratio": _median([ours / theirs for ours, theirs in pages]),
            },
            "text dump": {"CPU ms": _median([one["dumps"][0] for one in rounds])},
        }
    )
    print(f"speed-reading\n\n{section}")
    if options.write:
        write_section(options.write, "speed-reading", section)


def _median(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


if __name__ == "__main__":
    main()
