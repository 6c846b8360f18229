"""Reading a page as a parser and as a real browser see it."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Structure(HTMLParser):
    """Tags, attributes and ids of a page, and whether every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href"):
                self.addresses.append(value or "")
            assert not name.startswith("on"), f"an event handler: {name}"
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parse(page: str) -> Structure:
    structure = Structure()
    structure.feed(page)
    structure.close()
    return structure


def browse(browser: str, page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
        f"--user-data-dir={page.parent / 'profile'}", *options, page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


PROBE = """<script>
addEventListener("load", () => {
  const seen = [document.documentElement.scrollWidth <= innerWidth ? "fits" : "overflows",
    innerWidth, performance.getEntriesByType("resource").length,
    document.querySelectorAll("script:not([data-probe])").length];
  for (const text of document.querySelectorAll("svg text")) {
    const box = text.getBoundingClientRect(), card = text.closest("figure").getBoundingClientRect();
    const inside = box.left >= card.left && box.right <= card.right + 1 && box.bottom <= card.bottom + 1;
    if (!inside) seen.push("clipped:" + text.textContent);
  }
  document.title = "PROBE " + seen.join(" ");
});
</script>"""


def probe(browser: str, page: str, folder: Path, width: int) -> list[str]:
    """What a browser of this width makes of the page, asked by a script that only the test puts in."""
    # A frame, since a headless window is never narrower than some hundred pixels.
    inner = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    inner = inner.replace("<head>", "<head>" + PROBE.replace("<script>", "<script data-probe>"))
    (folder / "inner.html").write_text(inner, encoding="utf-8")
    outer = folder / "outer.html"
    outer.write_text(
        f'<iframe src="inner.html" style="width:{width}px;height:3000px;border:0"></iframe>'
        "<script>"
        "onload = () => { document.body.append(frames[0].document.title) }</script>",
        encoding="utf-8",
    )
    dom = browse(
        browser, outer, "--dump-dom", "--allow-file-access-from-files", "--window-size=2000,3200"
    ).stdout
    found = re.search(r"PROBE ([^<]*)", dom)
    assert found, dom[-500:]
    return found[1].split(" ", 4)
