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


CONTRAST = """<script>
addEventListener("load", () => {
  const square = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
  const canvas = square.getContext("2d", {willReadFrequently: true});
  const paint = colours => { // over one another, as the eye sees them
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = rgb => { const [r, g, b] = rgb.map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = element => { const own = [];
    for (let e = element; e; e = e.parentElement) own.unshift(getComputedStyle(e).backgroundColor);
    return own; };
  const faint = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    if (["STYLE", "SCRIPT", "TITLE", "DESC"].includes(element.tagName.toUpperCase())) continue;
    const style = getComputedStyle(element), colour = element.closest("svg") ? style.fill : style.color;
    const back = ground(element.closest("svg")?.parentElement ?? element);
    const [a, b] = [light(paint(back)), light(paint([...back, colour]))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.add(`${element.tagName}.${element.className.baseVal ?? element.className}:${ratio.toFixed(1)}`);
  }
  const paper = light(paint([getComputedStyle(document.body).backgroundColor])) > .5 ? "light" : "dark";
  document.title = "CONTRAST " + paper + " " + [...faint].join(" ");
});
</script>"""


def contrast(browser: str, page: str, folder: Path, scheme: str) -> list[str]:
    """Whether the page is light or dark under this scheme, and which texts stand out too little from their ground (WCAG AA)."""
    path = folder / f"{scheme}.html"
    inner = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    path.write_text(inner.replace("<head>", "<head>" + CONTRAST), encoding="utf-8")
    preferred = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    dom = browse(browser, path, "--dump-dom", preferred).stdout
    found = re.search(r"<title>CONTRAST ([^<]*)</title>", dom)
    assert found, dom[-500:]
    return found[1].split()
