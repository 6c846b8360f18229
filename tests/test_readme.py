"""The README does what it says: its commands run, its example is in the tables, its links lead somewhere."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
from pathlib import Path

import pytest
from fakes.shell import run

import copydesk

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "benchmarks/README.md", "data")
MORE = "…"

pytestmark = pytest.mark.xdist_group("sample")


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """What stands behind a `$` in the README's console blocks."""
    return [line[2:] for block in fences("console") for line in block.splitlines() if line.startswith("$ ")]


def test_there_are_commands_to_run() -> None:
    assert {"make corpus", "copydesk report data/processed"} <= {c.split("  #")[0] for c in commands()}


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("copydesk ")])
def test_a_command_of_the_readme_runs(command: str, sample_checkout: Path) -> None:
    run(command, sample_checkout)


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("make ")])
def test_a_target_of_the_readme_exists(command: str) -> None:
    subprocess.run(["make", "--dry-run", *command.split()[1:]], cwd=ROOT, check=True, capture_output=True)


def test_every_other_command_is_known_to_need_the_network_or_a_file_of_the_reader() -> None:
    others = [c for c in commands() if not c.startswith(("copydesk ", "make "))]
    assert all(c.startswith(("git clone ", "cd ", "pip install ", "source ")) for c in others), others


def test_make_corpus_is_the_build_that_the_tests_run() -> None:
    dry = subprocess.run(
        ["make", "-n", "corpus"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert "copydesk build data/raw --out data/processed" in dry


def test_the_python_of_the_readme_runs(sample_checkout: Path) -> None:
    blocks = fences("python")
    assert blocks
    with contextlib.chdir(sample_checkout), contextlib.redirect_stdout(io.StringIO()):
        for block in blocks:
            exec(compile(block, "README.md", "exec"), {})


# ---------------------------------------------------------------- the example on the first screen
def example() -> list[tuple[str, str, str]]:
    """(text, table, label or role) of each line of the example: "| text | `table` | label |"."""
    rows = re.findall(r"^\| (.+?) \| `(paragraphs|removals)` \| ([a-z_]+).*\|$", README, re.MULTILINE)
    assert len(rows) >= 10
    return rows


def test_the_example_is_what_the_tables_hold(sample_checkout: Path) -> None:
    loaded = copydesk.load(sample_checkout / "data" / "processed")
    articles, paragraphs, removals = loaded.articles, loaded.paragraphs, loaded.removals
    (own_id,) = articles.article_id[articles.source_uri.str.endswith("continent-now-bridge.txt")]
    held = {
        "paragraphs": paragraphs.loc[paragraphs.article_id == own_id, ["text", "role"]],
        "removals": removals.loc[removals.article_id == own_id, ["text", "label"]],
    }
    for text, table, label in example():
        begins = text.removesuffix(MORE).strip()
        hits = [(t, has) for t, has in held[table].itertuples(index=False) if t.startswith(begins)]
        assert any(has == label for _, has in hits), f"{text!r}: expected {table} {label}, found {hits}"


def test_the_quotes_of_the_example_are_what_the_table_holds(sample_checkout: Path) -> None:
    loaded = copydesk.load(sample_checkout / "data" / "processed")
    (own_id,) = loaded.articles.article_id[
        loaded.articles.source_uri.str.endswith("continent-now-bridge.txt")
    ]
    held = loaded.quotes[loaded.quotes.article_id == own_id]
    shown = re.findall(r"^\| (.+?) \| (direct|mixed|indirect|term) \| (.+?) \|$", README, re.MULTILINE)
    assert len(shown) >= 5
    for text, kind, speaker in shown:
        (hit,) = held[held.text.str.startswith(text.removesuffix(MORE).strip())].itertuples()
        assert (hit.kind, hit.speaker if isinstance(hit.speaker, str) else "null") == (kind, speaker), text


def test_the_example_keeps_the_order_of_the_page() -> None:
    page = (ROOT / "data/raw/sample/dumps/continent-now-bridge.txt").read_text(encoding="utf-8")
    at = 0
    for text, _, _ in example():
        found = page.find(text.removesuffix(MORE).strip(), at)
        assert found >= 0, f"{text!r} is not in the page, or not there"
        at = found + 1


# ---------------------------------------------------------------- links
def markdown_pages() -> list[Path]:
    named = [ROOT / name for name in PAGES]
    return sorted(page for path in named for page in ([path] if path.is_file() else path.rglob("*.md")))


@pytest.mark.parametrize("page", markdown_pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    if "sample" in page.parts and page.name != "README.md":
        return  # an input, with an invented outlet's links
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    local = [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
    assert not [target for target in local if not (page.parent / target).exists()]
