"""The documentation builds to a site without a broken link, and a browser that opens it asks nobody for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.browsing import browse

ROOT = Path(__file__).parents[2]
PAGES = ("index.html", "tutorial.html", "reference/rules.html")
EXTERNAL = re.compile(
    r"""<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)"""
)

pytestmark = pytest.mark.xdist_group("site")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_of_docs_is_in_the_site(site: Path) -> None:
    pages = [page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")]
    built = [
        site / (page.with_name("index.md") if page.name == "README.md" else page).with_suffix(".html")
        for page in pages
    ]
    assert not [page for page in built if not page.is_file()]
    assert not list(site.rglob("*.py"))


def test_no_page_names_a_script_style_or_picture_elsewhere(site: Path) -> None:
    asked = {
        (page.relative_to(site).as_posix(), address)
        for page in site.rglob("*.html")
        for address in EXTERNAL.findall(page.read_text(encoding="utf-8"))
    }
    assert asked == set()
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert not [style for style in styles if re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", style)]


@pytest.mark.browser
@pytest.mark.parametrize("width", [500, 1440])
@pytest.mark.parametrize("page", PAGES)
def test_a_browser_shows_it_from_a_folder_without_a_request_or_an_error(
    site: Path, browser: str, page: str, width: int, tmp_path: Path
) -> None:
    probe = site / page
    probe = probe.with_name(f"probe-{width}-{probe.name}")
    script = (
        "<script>addEventListener('load', () => setTimeout(() => { document.title = 'PROBE ' + JSON.stringify({"
        "wide: document.documentElement.scrollWidth > innerWidth, "
        "asked: performance.getEntriesByType('resource').map(r => r.name).filter(n => !n.startsWith('file:')) }) }, 300))"
        "</script>"
    )
    probe.write_text(
        (site / page).read_text(encoding="utf-8").replace("</body>", script + "</body>"), encoding="utf-8"
    )
    try:
        options = (
            f"--window-size={width},1200",
            "--virtual-time-budget=4000",
            f"--user-data-dir={tmp_path}",
            "--dump-dom",
        )
        seen = browse(browser, probe, *options)
    finally:
        probe.unlink()
    assert '"wide":false' in seen.stdout
    assert '"asked":[]' in seen.stdout
    assert "CONSOLE" not in seen.stderr, [line for line in seen.stderr.splitlines() if "CONSOLE" in line]


@pytest.mark.browser
def test_search_finds_a_page_from_a_folder(site: Path, browser: str, tmp_path: Path) -> None:
    probe = site / "probe.html"
    page = (site / "index.html").read_text(encoding="utf-8")
    script = (
        "<script>addEventListener('load', () => setTimeout(() => { const box = document.querySelector('.md-search__input');"
        "box.focus(); box.value = 'rehydrate'; box.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true })) }, 1500))"
        "</script>"
    )
    probe.write_text(page.replace("</body>", script + "</body>"), encoding="utf-8")
    try:
        options = (
            "--window-size=1440,1200",
            "--virtual-time-budget=15000",
            f"--user-data-dir={tmp_path}",
            "--dump-dom",
        )
        seen = browse(browser, probe, *options)
    finally:
        probe.unlink()
    results = re.search(r'<ol class="md-search-result__list".*?</ol>', seen.stdout, re.DOTALL)
    assert results is not None
    assert "publication.html" in results[0]
