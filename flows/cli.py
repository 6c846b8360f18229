"""The command `copydesk`: arguments, exit codes, the one line on stderr. The rest is in the rooms.

Heavy libraries are imported inside the commands that need them, so that `copydesk --help` answers at once.
"""

from __future__ import annotations

import gc
import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from copydesk.errors import AuditError, CopydeskError, UsageError
from flows import console, releases, upkeep
from flows.arguments import REPORT, Out, named, put_beside, read_out

OK, FAILED, USAGE, AUDIT_FAILED, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 130, 141

COLLECT_AFTER = (
    50_000  # objects more than before; a command loads modules by the thousand, which make no garbage
)

EXIT_CODES = (
    "Exit codes: 0 done; 1 the run failed, nothing was published; 2 wrong option, setting or name; "
    "3 the audit failed, the last snapshot stays; 130 stopped by Ctrl-C."
)

app = typer.Typer(
    name="copydesk",
    help="Raw news pages in, audited Parquet tables of articles, paragraphs and attributed quotes out.",
    epilog=f"Example: copydesk build data/raw --out data/processed\n\n{EXIT_CODES}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"copydesk {version('copydesk')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Set by the options before the command's name."""


@app.command(epilog="Example: copydesk build data/raw crawl/2026-11.warc.gz --out data/processed --workers 4")
def build(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT", help="Files, folders, globs, URLs, or @FILE with one a line.", show_default=False
        ),
    ],
    out: Annotated[
        str,
        typer.Option("--out", metavar="OUT", help="Folder for the tables, or its URL.", show_default=False),
    ],
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Processes; the number of CPUs by default.", show_default=False),
    ] = None,
    flow: Annotated[
        bool, typer.Option("--flow", metavar="", help="Run it as a Prefect flow, a task per shard.")
    ] = False,
    mappings: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=KEY",
            help="Where records of JSON Lines and Parquet have a field, such as text=content; may be repeated.",
            show_default=False,
        ),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Boilerplate rules of your own; may be repeated.", show_default=False
        ),
    ] = None,
    keep: Annotated[
        int | None,
        typer.Option(metavar="N", help="Snapshots to keep, the new one included.", show_default=False),
    ] = None,
    prune: Annotated[
        bool,
        typer.Option("--prune", metavar="", help="Drop documents whose files are not among the inputs."),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", metavar="", help="No progress, no summary; faults only.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", metavar="", help="The summary as one JSON object on stdout.")
    ] = False,
) -> None:
    """Read raw pages, publish audited tables into OUT."""
    from copydesk.settings import load_settings
    from flows import summary

    settings = load_settings(
        workers=workers,
        map=tuple(mappings) if mappings else None,
        rules=tuple(rules) if rules else None,
        keep=keep,
        prune=prune or None,
    )
    _set_up_logging(settings.log_level)
    with console.make_progress(quiet=quiet) as progress:
        if flow:
            from flows.build import run_flow

            result = run_flow(inputs, out, settings, progress)
        else:
            from copydesk import pipeline
            from flows.options import build_options

            result = pipeline.build(inputs, out, settings=build_options(settings), progress=progress)
    if json:
        typer.echo(summary.to_json(result))
    elif not quiet:
        summary.print_summary(result, console.make_console())


@app.command(
    epilog="Example: copydesk inspect data/processed 1f3a9c --html page.html\n\n"
    "Example: copydesk inspect data/processed --text 'Share this article'"
)
def inspect(
    out: Out,
    document: Annotated[
        str | None,
        typer.Argument(
            metavar="[ARTICLE_ID|SOURCE_URI]",
            help="Or a prefix of the id, or the file's name.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it as a page instead, in colours.", show_default=False),
    ] = None,
    label: Annotated[
        str | None,
        typer.Option(metavar="LABEL", help="Samples of the blocks with this label.", show_default=False),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="RULE", help="Samples of the blocks that this rule removed.", show_default=False
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS", help="The blocks, kept and removed, that hold these words.", show_default=False
        ),
    ] = None,
) -> None:
    """Show one document block by block: kept or removed, by which rule, who says what; or samples of blocks."""
    if label is not None or rule is not None or text is not None:
        if document is not None:
            raise UsageError("expected a document, or --label, --rule and --text, found both")
        from copydesk.inspection_samples import draw_samples
        from copydesk.settings import load_settings
        from flows.views import print_samples

        samples = draw_samples(out, label, rule, load_settings().rules, text=text)
        if html is not None:
            from copydesk.report import write_samples

            typer.echo(console.plain(write_samples(samples, html, out)))
            return
        print_samples(samples, console.make_console())
        return
    if document is None:
        raise UsageError(
            "expected a document, --label, --rule or --text, found none of them (see copydesk --help)"
        )
    from copydesk.inspection import inspect as inspect_document

    inspection = inspect_document(out, document)
    if html is not None:
        from copydesk.report import write_inspection

        typer.echo(console.plain(write_inspection(inspection, html)))
        return
    from flows.views import print_inspection

    print_inspection(inspection, console.make_console())


@app.command(epilog="Example: copydesk report data/processed --to report.html")
def report(
    out: Out,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The page to write; OUT/report.html by default.", show_default=False
        ),
    ] = None,
    sample: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write a sample of each table here too, as CSV to be marked right or wrong.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Draws another sample.")] = 1,
    marked: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A sample with your marks: its precision goes into the report; may be repeated.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the data-quality report, one HTML page that needs nothing else."""
    from copydesk.report import write_report
    from copydesk.settings import load_settings
    from copydesk.snapshot import open_snapshot

    path = write_report(
        open_snapshot(out),
        to or out / REPORT,
        command=shlex.join(
            ["copydesk", "report", named(out), *(f"--marked={file}" for file in marked or ())]
        ),
        rule_files=load_settings().rules,
        marked=tuple(marked or ()),
        sample=sample,
        seed=seed,
    )
    typer.echo(console.plain(path if to else put_beside(out, path)))


@app.command(
    epilog="Example: copydesk quotes data/processed --speaker 'Ana Roche'\n\n"
    "Example: copydesk quotes data/processed --text 'signed for repairs'"
)
def quotes(
    out: Out,
    speaker: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only this speaker; a part of the name will do.", show_default=False
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(metavar="WORDS", help="Only quotes that hold these words.", show_default=False),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ID", help="One utterance in the wording of each article.", show_default=False),
    ] = None,
) -> None:
    """List who said what; with --cluster, how each article words one utterance."""
    from copydesk.inspection import list_quotes, show_cluster
    from flows.views import print_cluster, print_quotes

    if cluster is not None:
        if speaker is not None or text is not None:
            raise UsageError("expected --speaker and --text, or --cluster, found both")
        print_cluster(show_cluster(out, cluster), console.make_console())
        return
    print_quotes(list_quotes(out, speaker, text), console.make_console())


@app.command(epilog="Example: copydesk rules data/processed")
def rules(
    out: Annotated[
        Path | None,
        typer.Argument(
            parser=read_out,
            metavar="[OUT]",
            help="Count how often each fired in this snapshot.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """List the rules; with OUT, how often each fired and which never did."""
    from copydesk.inspection import list_rules
    from copydesk.settings import load_settings
    from flows.views import print_rules

    print_rules(list_rules(out, load_settings().rules), counted=out is not None, to=console.make_console())


@app.command(epilog="Example: copydesk schema quotes")
def schema(
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="One table in full.", show_default=False)
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", metavar="", help="All tables as one Markdown page.")
    ] = False,
) -> None:
    """Show the data dictionary: tables, columns, types and what they mean."""
    if markdown:
        from copydesk.check.dictionary import dictionary

        typer.echo(dictionary().rstrip("\n"))
        return
    from flows.views import print_schema

    print_schema(table, console.make_console())


upkeep.add_to(app)
releases.add_to(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Names of files may be no text at all; a terminal that cannot show a character shows its code.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(COLLECT_AFTER)
    # Arrow's own allocator keeps much of what was freed. Read when Arrow is loaded.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    console.leave(_run(arguments), at_once=INTERRUPTED)


def _run(arguments: list[str] | None) -> int:
    try:
        code = app(args=arguments, prog_name="copydesk", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as leaving:
        # Who reads us has seen enough (`| head`). typer turns the fault into an exit of its own.
        if not isinstance(leaving, BrokenPipeError) and not isinstance(leaving.__context__, BrokenPipeError):
            raise
        # The interpreter must not try to flush into it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return BROKEN_PIPE
    except CopydeskError as error:
        console.complain(str(error))
        return (
            AUDIT_FAILED
            if isinstance(error, AuditError)
            else USAGE
            if isinstance(error, UsageError)
            else FAILED
        )
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:
        # typer's own complaints have no public base class, but they all know how to say what is wrong.
        if not hasattr(error, "format_message"):
            raise
        console.complain(f"{error.format_message()} (see copydesk --help)")
        return USAGE
    if code == INTERRUPTED:
        console.complain("stopped; the last snapshot is as it was")
    return int(code or OK)


def _set_up_logging(level: str) -> None:
    """Our own log from `level` on, that of others from warnings on, whatever they set themselves to."""
    import logging

    def is_worth_a_line(record: logging.LogRecord) -> bool:
        # Prefect logs the traceback of a failed flow; what failed is in the one line that we end with.
        own = record.name.startswith("copydesk")
        return own or (record.levelno >= logging.WARNING and not record.exc_info)

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(is_worth_a_line)
    logging.getLogger().addHandler(handler)
    logging.getLogger("copydesk").setLevel(level.upper())


if __name__ == "__main__":
    main()
