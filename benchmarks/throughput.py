"""Speed of whole builds: start-up, what each further document costs, reruns, workers, growth; pages beside bare trafilatura.

    python benchmarks/throughput.py --kit DIR [--rounds 5] [--write docs/benchmarks.md]
        [--html 100,400] [--text 100,400] [--reruns 1000] [--workers 500] [--growth 500,1000,2500,5000]

Where no figure is named, `--html` and `--text` are measured. Rounds are interleaved (copydesk, trafilatura, copydesk …), so that
a busy machine hurts both alike; figures are medians over rounds. CPU is user and system time of the whole process tree. The
marginal cost is the slope between two sizes, which start-up does not touch. Documents are those of the kit, then variants of
them (variants.py).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from processes import Cost, run
from scoring import html, text
from sections import as_table, write_section
from variants import Document, variants

TRAFILATURA = """
import sys
from pathlib import Path
from trafilatura import bare_extraction
for path in sorted(Path(sys.argv[1]).iterdir()):
    bare_extraction(path.read_bytes(), with_metadata=True)
"""
NEW_SHARE = 0.01  # of the documents, that a rerun finds

Rows = dict[str, dict[str, object]]


def html_pages(kit: Path) -> list[Document]:
    return [
        (".html", html.page_bytes(kit, case))
        for source in ("fundus", "aeb")
        for case in html.load_gold(kit, source)
    ]


def text_dumps(kit: Path) -> list[Document]:
    return [(".txt", text.dump_bytes(kit, page_id, "reader")) for page_id in text.load_pages(kit, "reader")]


# ---------------------------------------------------------------- systems
def build(pages: Path, workers: int = 1, out: Path | None = None) -> Cost:
    """Build these pages: into OUT, or into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as scratch:
        where = str(out or Path(scratch, "tables"))
        command = [
            "-m",
            "flows.cli",
            "build",
            str(pages),
            "--out",
            where,
            "--workers",
            str(workers),
            "--quiet",
        ]
        return run(command)


def trafilatura(pages: Path) -> Cost:
    return run(["-c", TRAFILATURA, str(pages)])


# ---------------------------------------------------------------- inputs
class Pages:
    """Folders with the first documents of one endless row, each written once."""

    def __init__(self, documents: Sequence[Document], scratch: Path) -> None:
        self._row: Iterator[Document] = variants(documents)
        self._written: list[Path] = []
        self._scratch = scratch
        (scratch / "all").mkdir(parents=True)

    def first(self, number: int) -> Path:
        """A folder with so many documents."""
        folder = self._scratch / str(number)
        if not folder.exists():
            folder.mkdir()
            self.add(folder, 0, number)
        return folder

    def add(self, folder: Path, start: int, stop: int) -> None:
        """Put some documents into a folder."""
        for suffix, content in islice(self._row, max(0, stop - len(self._written))):
            path = self._scratch / "all" / f"{len(self._written):06d}{suffix}"
            path.write_bytes(content)
            self._written.append(path)
        for path in self._written[start:stop]:
            os.link(path, folder / path.name)


# ---------------------------------------------------------------- figures
def marginal(
    pages: Pages, sizes: Sequence[int], rounds: int, systems: dict[str, Callable[[Path], Cost]]
) -> Rows:
    """Start-up and what each further document costs; the last system is the measure of the others."""
    small, large = sizes
    folders = [pages.first(size) for size in (1, small, large)]
    taken: dict[str, list[list[float]]] = {name: [] for name in systems}
    for _ in range(rounds):
        for name, system in systems.items():
            taken[name].append([system(folder).cpu for folder in folders])
    slopes = {
        name: [1000 * (most - fewer) / (large - small) for _, fewer, most in runs]
        for name, runs in taken.items()
    }
    rows: Rows = {}
    baseline = next(reversed(systems))
    for name, runs in taken.items():
        rows[name] = {
            "one document, CPU s": f"{statistics.median(one for one, _, _ in runs):.2f}",
            "each further one, CPU ms": f"{statistics.median(slopes[name]):.1f}",
        }
        if name != baseline:
            ratios = [own / other for own, other in zip(slopes[name], slopes[baseline], strict=True)]
            rows[name][f"over {baseline}"] = _spread(ratios)
    return rows


def reruns(pages: Pages, sizes: Sequence[int], rounds: int) -> Rows:
    """A build, a rerun that finds nothing new and one that finds some."""
    (number,) = sizes
    more = round(NEW_SHARE * number)
    full, idle, grown, shares = [], [], [], []
    for turn in range(rounds):
        with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as scratch:
            folder, out = Path(scratch, "pages"), Path(scratch, "tables")
            folder.mkdir()
            pages.add(folder, 0, number)
            start_up = build(pages.first(1)).cpu
            full.append(build(folder, out=out).cpu)
            idle.append(build(folder, out=out).cpu)
            pages.add(folder, number, number + more)
            grown.append(build(folder, out=out).cpu)
            shares.append((grown[turn] - start_up) / (full[turn] - start_up))
    return {
        f"{number:,} dumps": {
            "all new, CPU s": f"{statistics.median(full):.1f}",
            "nothing new, CPU s": f"{statistics.median(idle):.2f}",
            f"{more} new, CPU s": f"{statistics.median(grown):.1f}",
            f"{more} new over all new, both less start-up": _spread(shares, 3),
        }
    }


def workers(pages: Pages, sizes: Sequence[int], rounds: int) -> Rows:
    """How much sooner two workers are done than one."""
    (number,) = sizes
    folder = pages.first(number)
    walls = [(build(folder, 1).wall, build(folder, 2).wall) for _ in range(rounds)]
    return {
        f"{number:,} pages": {
            "one worker, s": f"{statistics.median(one for one, _ in walls):.1f}",
            "two workers, s": f"{statistics.median(two for _, two in walls):.1f}",
            "one over two": _spread([one / two for one, two in walls]),
        }
    }


def growth(pages: Pages, sizes: Sequence[int], rounds: int) -> Rows:
    """Slope and memory of large builds over those of small ones."""
    costs = [[build(pages.first(size)) for size in sizes] for _ in range(rounds)]
    slopes = [
        [
            (later.cpu - early.cpu) / (sizes[at + 1] - sizes[at])
            for at, (early, later) in ((0, run[:2]), (2, run[2:]))
        ]
        for run in costs
    ]
    rows: Rows = {
        f"{size:,} dumps": {
            "CPU s": f"{statistics.median(run[at].cpu for run in costs):.1f}",
            "peak memory MB": f"{statistics.median(run[at].peak for run in costs) / 1e6:.0f}",
        }
        for at, size in enumerate(sizes)
    }
    rows["last over first"] = {
        "CPU s": f"slope {_spread([late / early for early, late in slopes])}",
        "peak memory MB": _spread([run[-1].peak / run[0].peak for run in costs]),
    }
    return rows


def _spread(values: Sequence[float], digits: int = 2) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


# ---------------------------------------------------------------- command
def html_speed(pages: Pages, sizes: Sequence[int], rounds: int) -> Rows:
    return marginal(pages, sizes, rounds, {"copydesk build": build, "trafilatura with metadata": trafilatura})


def text_speed(pages: Pages, sizes: Sequence[int], rounds: int) -> Rows:
    return marginal(pages, sizes, rounds, {"copydesk build": build})


FIGURES: dict[
    str, tuple[Callable[[Path], list[Document]], Callable[[Pages, Sequence[int], int], Rows], int, str]
] = {
    "html": (html_pages, html_speed, 2, "pages: cost of one and of each further one"),
    "text": (text_dumps, text_speed, 2, "the same of text dumps"),
    "reruns": (text_dumps, reruns, 1, "dumps: reruns with nothing new and with one in a hundred new"),
    "workers": (html_pages, workers, 1, "pages: two workers over one"),
    "growth": (text_dumps, growth, 4, "dumps: slopes between the first two and the last two sizes, memory"),
}
DEFAULT = {"html": (100, 400), "text": (100, 400)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kit", type=Path, required=True, metavar="DIR", help="folder with the gold cases")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this Markdown file")
    for name, (*_, sizes, what) in FIGURES.items():
        parser.add_argument(f"--{name}", metavar=",".join("NMKL"[:sizes]), help=what)
    options = parser.parse_args()
    asked = {name: _sizes(parser, name, value) for name in FIGURES if (value := getattr(options, name))}
    for name, sizes in (asked or DEFAULT).items():
        documents, figure, *_ = FIGURES[name]
        with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as scratch:
            pages = Pages(documents(options.kit), Path(scratch))
            section = as_table(figure(pages, sizes, options.rounds))
        print(f"\nspeed-{name}\n\n{section}", flush=True)
        if options.write:
            write_section(options.write, f"speed-{name}", section)


def _sizes(parser: argparse.ArgumentParser, name: str, value: str) -> list[int]:
    sizes = sorted(int(size) for size in value.split(","))
    wanted = FIGURES[name][2]
    if len(sizes) != wanted:
        parser.error(f"--{name}: expected {wanted} numbers of documents, found {value}")
    return sizes


if __name__ == "__main__":
    main()
