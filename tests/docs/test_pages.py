"""The documentation does what it says: its commands run in order, its Python prints what it shows, its reference is current."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from fakes.pages import Ran, keeps_its_promise, run_page

import copydesk

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader's folder: a checkout's sample, and what the pages leave there."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "data" / "raw" / "sample", folder / "data" / "raw" / "sample")
    return folder


@pytest.fixture(scope="session")
def tutorial(reader: Path) -> list[Ran]:
    """The tutorial's blocks, run once."""
    return run_page(DOCS / "tutorial.md", reader)


def broken(ran: list[Ran]) -> list[str]:
    return [
        f"{one.source}\nprints\n{one.printed}\nnot\n{one.promised}"
        for one in ran
        if not keeps_its_promise(one)
    ]


def test_the_tutorial_runs_and_prints_what_it_shows(tutorial: list[Ran]) -> None:
    assert sum(one.promised is not None for one in tutorial) >= 5
    assert not broken(tutorial), "\n\n".join(broken(tutorial))


@pytest.mark.usefixtures("tutorial")
def test_the_tutorial_ends_in_the_plot_that_it_shows(reader: Path) -> None:
    drawn = (reader / "who-is-quoted.svg").read_text(encoding="utf-8")
    shown = (DOCS / "assets" / "who-is-quoted.svg").read_text(encoding="utf-8")
    for svg in (drawn, shown):
        assert "Who is quoted on the Tarn Bridge" in svg
        assert "Ilka Dorrin" in svg


@pytest.mark.usefixtures("tutorial")
@pytest.mark.parametrize("page", ["explanation/blocks.md", "explanation/dates.md"])
def test_the_python_of_an_explanation_runs_on_the_tutorials_corpus(page: str, reader: Path) -> None:
    ran = run_page(DOCS / page, reader)
    assert ran
    assert all(one.printed for one in ran)


@pytest.mark.usefixtures("tutorial")
def test_taking_down_runs_as_it_is_told(reader: Path, tmp_path: Path) -> None:
    for name in ("pages", "corpus"):
        shutil.copytree(reader / name, tmp_path / name, symlinks=True)
    ran = run_page(DOCS / "how-to" / "take-down.md", tmp_path)
    assert "forgotten" in ran[1].printed
    tables = copydesk.load(tmp_path / "corpus")
    assert len(tables.articles) == 8
    assert not tables.articles.source_uri.isin(
        ["dumps/dagpost-tarn-bridge.txt", "pages/riverland-daily-bridge.html"]
    ).any()


def test_publication_runs_as_it_is_told(sample_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(sample_checkout / "hub"))
    run_page(DOCS / "how-to" / "publication.md", sample_checkout)
    again = sample_checkout / "release" / "with-text-again" / "data"
    original = sample_checkout / "release" / "tarn-bridge" / "data"
    assert {p.name: p.read_bytes() for p in again.iterdir()} == {
        p.name: p.read_bytes() for p in original.iterdir()
    }
    card = (sample_checkout / "release" / "with-about" / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\npretty_name: Velmora bridge coverage\nlicense: cc-by-4.0\n")


# ---------------------------------------------------------------- reference
@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "_generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_make_docs_writes(generator: ModuleType) -> None:
    for name, text in generator.pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"docs/{name} is not current: make docs"
