"""Speed of a whole build beside bare trafilatura on the same pages: CPU per document, as medians and ratios.

    python benchmarks/throughput.py --kit DIR [--sizes 100,400] [--rounds 5] [--write docs/benchmarks.md]

Rounds are interleaved (copydesk, trafilatura, copydesk …), so that a busy machine hurts both alike. CPU is
user and system time of the whole process tree. The marginal cost is the slope between the two sizes, which
start-up does not touch. Pages repeat where the kit has fewer than asked for, each with a mark of its own, so
that no two are equal.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scoring import html, text
from sections import as_table, write_section

TRAFILATURA = """
import sys
from pathlib import Path
from trafilatura import bare_extraction
for path in sorted(Path(sys.argv[1]).iterdir()):
    bare_extraction(path.read_bytes(), with_metadata=True)
"""


def cpu_seconds(command: list[str]) -> float:
    """User and system time that a command and its children take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} ended with {done.returncode}: {done.stderr[-2000:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def copydesk_cpu(pages: Path) -> float:
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as out:
        command = [
            "-m",
            "flows.cli",
            "build",
            str(pages),
            "--out",
            f"{out}/tables",
            "--workers",
            "1",
            "--quiet",
        ]
        return cpu_seconds([sys.executable, *command])


def trafilatura_cpu(pages: Path) -> float:
    return cpu_seconds([sys.executable, "-c", TRAFILATURA, str(pages)])


def html_pages(kit: Path) -> Iterator[tuple[str, bytes]]:
    for source in ("fundus", "aeb"):
        for case in html.load_gold(kit, source):
            yield ".html", html.page_bytes(kit, case)


def text_dumps(kit: Path) -> Iterator[tuple[str, bytes]]:
    for page_id in text.load_pages(kit, "reader"):
        yield ".txt", text.dump_bytes(kit, page_id, "reader")


def lay_out(documents: list[tuple[str, bytes]], count: int, folder: Path) -> Path:
    """`count` files in a new folder, the documents in turn, no two of them equal."""
    folder.mkdir()
    for number, (suffix, content) in zip(range(count), itertools.cycle(documents), strict=False):
        mark = f"<!-- {number} -->" if suffix == ".html" else f"\nCopy {number} of this page.\n"
        (folder / f"{number:06d}{suffix}").write_bytes(content + mark.encode())
    return folder


def measure(
    documents: list[tuple[str, bytes]],
    sizes: tuple[int, int],
    rounds: int,
    systems: dict[str, Callable[[Path], float]],
) -> dict[str, dict[str, object]]:
    """Start-up in seconds and marginal milliseconds of each system, medians over the rounds."""
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as scratch:
        folders = [lay_out(documents, size, Path(scratch) / str(size)) for size in (1, *sizes)]
        taken: dict[str, list[list[float]]] = {name: [] for name in systems}
        for _ in range(rounds):
            for name, system in systems.items():
                taken[name].append([system(folder) for folder in folders])
    slopes = {
        name: [1000 * (large - small) / (sizes[1] - sizes[0]) for _, small, large in runs]
        for name, runs in taken.items()
    }
    rows: dict[str, dict[str, object]] = {}
    baseline = next(reversed(systems))
    for name, runs in taken.items():
        ratios = [own / other for own, other in zip(slopes[name], slopes[baseline], strict=True)]
        rows[name] = {
            "one document, CPU s": f"{statistics.median(run[0] for run in runs):.2f}",
            "each further one, CPU ms": f"{statistics.median(slopes[name]):.1f}",
        }
        if name != baseline:
            spread = f"({min(ratios):.2f}-{max(ratios):.2f})"
            rows[name][f"over {baseline}"] = f"{statistics.median(ratios):.2f} {spread}"
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kit", type=Path, required=True, metavar="DIR", help="folder with the gold cases")
    parser.add_argument("--sizes", default="100,400", metavar="N,M", help="two numbers of documents")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this Markdown file")
    options = parser.parse_args()
    small, large = sorted(int(size) for size in options.sizes.split(","))
    html_systems = {"copydesk build": copydesk_cpu, "trafilatura with metadata": trafilatura_cpu}
    for name, documents, systems in (
        ("speed-html", html_pages(options.kit), html_systems),
        ("speed-text", text_dumps(options.kit), {"copydesk build": copydesk_cpu}),
    ):
        section = as_table(measure(list(documents), (small, large), options.rounds, systems))
        print(f"\n{name}\n\n{section}", flush=True)
        if options.write:
            write_section(options.write, name, section)


if __name__ == "__main__":
    main()
