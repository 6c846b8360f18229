"""The commands `release` and `rehydrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.arguments import Out


def add_to(app: typer.Typer) -> None:
    """Make the commands known."""
    app.command(
        epilog="Example: copydesk release data/processed --to release/2026-11 --about about.toml\n\n"
        "Example: copydesk release data/processed --to s3://bucket/corpus/2026-11 --without-text"
    )(release)
    app.command(epilog="Example: copydesk rehydrate release/2026-11 data/raw --out with-text")(rehydrate)


def release(
    out: Out,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="DIR|URL", help="A new or empty folder, or s3://BUCKET/NAME.", show_default=False
        ),
    ],
    about: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What you know of it: title, authors, rights (TOML).", show_default=False
        ),
    ] = None,
    without_text: Annotated[
        bool, typer.Option("--without-text", metavar="", help="Hashes and offsets in the place of text.")
    ] = False,
) -> None:
    """Write the tables as a data set that others can cite: card, Croissant, datasheet, rights, checksums."""
    from copydesk.release import About, write_release
    from copydesk.release.about import read_about
    from copydesk.release.datasheet import question_ids
    from copydesk.snapshot import open_snapshot

    said = About() if about is None else read_about(about, question_ids())
    written = write_release(
        open_snapshot(out), to, title=out.resolve().name, about=said, without_text=without_text
    )
    typer.echo(
        console.plain(
            f"{written.to}: {written.articles:,} articles, {written.files} files, {written.bytes:,} bytes"
        )
    )


def rehydrate(
    release: Annotated[
        str,
        typer.Argument(
            metavar="RELEASE", help="Folder of a release without text, or its URL.", show_default=False
        ),
    ],
    raws: Annotated[
        list[str],
        typer.Argument(
            metavar="RAW", help="Files, folders or globs of the pages it was made from.", show_default=False
        ),
    ],
    out: Annotated[
        str, typer.Option("--out", metavar="DIR|URL", help="A new or empty folder.", show_default=False)
    ],
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", help="Processes; the number of CPUs by default.", show_default=False),
    ] = None,
) -> None:
    """Fill the text of a release in again from your own raw files, each value proved equal by its hash."""
    from copydesk.rehydrate import rehydrate as fill_in
    from copydesk.settings import load_settings

    settings = load_settings(workers=workers)
    with console.make_progress() as progress:
        done = fill_in(
            release,
            raws,
            out,
            limits=settings.limits,
            workers=settings.workers,
            tell=lambda count: progress("read", count, None),
        )
    for note in done.notes:
        console.complain(note)
    typer.echo(
        console.plain(f"{done.to}: {done.rebuilt:,} of {done.documents:,} documents rebuilt and proved equal")
    )
