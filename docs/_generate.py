"""The pages of the reference that are made from the code: `make docs` writes them, a test holds that they are current."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copydesk.check.dictionary import dictionary
from copydesk.label.rules import Rule, load_rules
from copydesk.release.datasheet import questions
from copydesk.settings import PREFIX, describe_settings

DOCS = Path(__file__).parent
MARK = "<!-- Written by `make docs` from the code; change that, not this. -->"
EXAMPLE_CHARS = 80


def pages() -> dict[str, str]:
    """Each page's path below docs/, and its text."""
    return {
        "tables.md": dictionary(),
        "reference/commands.md": commands_page(),
        "reference/settings.md": settings_page(),
        "reference/rules.md": rules_page(),
        "reference/datasheet.md": datasheet_page(),
    }


def commands_page() -> str:
    """Every command with its arguments and options, as `copydesk COMMAND --help` tells them."""
    import typer

    from flows.cli import app

    group: Any = typer.main.get_command(app)
    lines = [
        "# Commands",
        "",
        MARK,
        "",
        group.help,
        "",
        "[The command line](../cli.md) tells of exit codes, and of what goes to stdout and what to stderr.",
        "",
    ]
    names = sorted(group.commands)
    lines += [
        f"- [`copydesk {name}`](#copydesk-{name}): {_first(group.commands[name].help)}" for name in names
    ]
    for name in names:
        lines += ["", *_command_section(name, group.commands[name])]
    return "\n".join([*lines, ""])


def _command_section(name: str, command: Any) -> Iterator[str]:
    yield from (f"## copydesk {name}", "", command.help, "")
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    usage = " ".join(_argument(p) for p in arguments)
    yield from ("```text", f"copydesk {name} {usage} [OPTIONS]".replace("  ", " "), "```", "")
    rows = [(_argument(p), p.help or "") for p in arguments]
    for option in command.params:
        if option.param_type_name == "option" and "--help" not in option.opts:
            metavar = f" {option.metavar}" if option.metavar and not option.is_flag else ""
            required = " Required." if option.required else ""
            rows.append(
                (
                    ", ".join(sorted(option.opts, key=len, reverse=True)) + metavar,
                    (option.help or "") + required,
                )
            )
    yield from ("| argument or option | meaning |", "|---|---|")
    for head, text in rows:
        yield f"| `{head.replace('|', chr(92) + '|')}` | {_own(text)} |"
    for line in (command.epilog or "").split("\n\n"):
        if line.startswith("Example: "):
            yield from ("", "```text", line.removeprefix("Example: "), "```")


def _argument(parameter: Any) -> str:
    metavar = parameter.metavar or parameter.name.upper()
    return f"{metavar}..." if parameter.nargs != 1 and not metavar.endswith(("...", "]")) else str(metavar)


def settings_page() -> str:
    """Every setting, its variable, its default and its meaning."""
    lines = [
        "# Settings",
        "",
        MARK,
        "",
        "A value comes from the first of: an option, the variable, `copydesk.toml` in the folder where the command",
        "runs (or the file that `COPYDESK_CONFIG` names), the default. Several paths stand in a variable as in `PATH`, in",
        "`copydesk.toml` as a list. A name that does not exist is an error.",
        "",
        "| setting | variable | default | meaning |",
        "|---|---|---|---|",
        *(_setting_row(*setting) for setting in describe_settings()),
        "",
    ]
    return "\n".join(lines)


def _setting_row(name: str, default: str, meaning: str) -> str:
    return f"| `{name}` | `{PREFIX}{name.upper()}` | {_cell(default)} | {_own(meaning)} |"


def rules_page() -> str:
    """The bundled rules by label, each with its reason and one of its examples."""
    loaded = load_rules(()).rules
    labels = sorted({rule.label for rule in loaded})
    lines = [
        "# Rules",
        "",
        MARK,
        "",
        f"The {len(loaded)} bundled rules, which `copydesk/resources/` holds as YAML with all their examples and",
        "counterexamples. A rule is evidence: confident fields come before it and a model after it",
        "([how a block is judged](../explanation/blocks.md)). `copydesk rules OUT` counts how often each fired;",
        "[rules of your own](../how-to/own-rules.md) are read after these.",
        "",
        " · ".join(f"[{label}](#{label}) {sum(rule.label == label for rule in loaded)}" for label in labels),
    ]
    for label in labels:
        lines += ["", f"## {label}", "", "| rule | from | why | such as |", "|---|---|---|---|"]
        lines += [_rule_row(rule) for rule in sorted(loaded, key=lambda rule: rule.id) if rule.label == label]
    return "\n".join([*lines, ""])


def _rule_row(rule: Rule) -> str:
    example = " ".join(rule.examples[0].split()) if rule.examples else ""
    shown = example if len(example) <= EXAMPLE_CHARS else example[: EXAMPLE_CHARS - 1] + "…"
    return f"| `{rule.id}` | {rule.place.split('/')[0]} | {_own(rule.why)} | {_cell(shown)} |"


def datasheet_page() -> str:
    """The questions of a release's datasheet, with the ids under which its holder answers them."""
    lines = [
        "# Questions of a datasheet",
        "",
        MARK,
        "",
        "What DATASHEET.md of a [release](../how-to/publication.md) asks, after *Datasheets for Datasets*",
        "(Gebru et al., 2021). *Counted* ones are answered from the tables. Your answer, under `[datasheet]` of the",
        "file that `--about` names, is added to it or stands alone.",
        "",
        "| id | question | counted |",
        "|---|---|---|",
        *(f"| `{q.id}` | {_own(q.ask)} | {'yes' if q.answer else ''} |" for q in questions()),
        "",
    ]
    return "\n".join(lines)


def _first(text: str) -> str:
    return text.strip().splitlines()[0]


def _own(text: str) -> str:
    """Our own words in a cell, where backquotes are code."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _cell(text: str) -> str:
    """Text in a cell of a table, without effect as markup."""
    line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|~" else c for c in line)


def main() -> None:
    for name, text in pages().items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(pages())} pages written to {DOCS}\n")


if __name__ == "__main__":
    main()
