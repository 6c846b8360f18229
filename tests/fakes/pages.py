"""The code of a Markdown page, run in its order: shell commands, Python, files that it shows, and the output that it promises."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from fakes.shell import run

FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
MORE = "…"
# They need the network, or set up what the tests run in already.
SET_UP = ("git clone ", "cd copydesk", "make setup", "source ", "pip install ")


@dataclass(frozen=True, slots=True)
class Ran:
    """One block that was run, and what the page says that it prints."""

    source: str
    printed: str
    promised: str | None


def run_page(page: Path, folder: Path) -> list[Ran]:
    """Run every console, python and toml block of a page in a folder. A `text` block behind one is its output."""
    ran: list[Ran] = []
    names: dict[str, object] = {"__name__": "__main__"}
    for fence in FENCE.finditer(page.read_text(encoding="utf-8")):
        text = fence["text"]
        match fence["language"]:
            case "console":
                ran.append(
                    Ran(
                        text,
                        "".join(_shell(line[2:], folder) for line in text.splitlines() if line[:2] == "$ "),
                        None,
                    )
                )
            case "python":
                ran.append(Ran(text, _python(text, folder, names, page.name), None))
            case "toml" if text.startswith("# "):  # a file, named in its first line
                (folder / text.splitlines()[0][2:]).write_text(text, encoding="utf-8")
            case "text" if ran and ran[-1].promised is None:
                ran[-1] = Ran(ran[-1].source, ran[-1].printed, text)
    return ran


def keeps_its_promise(ran: Ran) -> bool:
    """Whether the output is the promised one, but for the amount of space, and for what … stands for."""
    pattern = ".*?".join(re.escape(part) for part in _squeezed(ran.promised or MORE).split(MORE))
    return re.search(pattern.replace(r"\ .*?", ".*?"), _squeezed(ran.printed)) is not None


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _shell(command: str, folder: Path) -> str:
    return "" if command.startswith(SET_UP) else run(command, folder)


def _python(text: str, folder: Path, names: dict[str, object], page: str) -> str:
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(text, page, "exec"), names)
    return printed.getvalue()
