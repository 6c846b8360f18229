"""The commands `learn`, `forget` and `deploy`: what keeps a corpus good and growing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.arguments import Out


def add_to(app: typer.Typer) -> None:
    """Make the commands known."""
    app.command(epilog="Example: copydesk forget data/processed 1f3a9c0b7d2e4f586a90")(forget)
    app.command(epilog="Example: copydesk learn data/processed --outlet gazette.example --to gazette.yaml")(
        learn
    )
    app.command(
        epilog="Example: PREFECT_API_URL=http://127.0.0.1:4200/api copydesk deploy data/raw --out data/processed"
    )(deploy)


def learn(
    out: Out,
    outlet: Annotated[
        str | None,
        typer.Option(metavar="OUTLET", help="Only this one: its domain, else its name.", show_default=False),
    ] = None,
    min_articles: Annotated[
        int, typer.Option(metavar="N", min=2, help="Articles of an outlet in which a block must stand.")
    ] = 3,
    to: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A new file; stdout by default.", show_default=False),
    ] = None,
) -> None:
    """Write the blocks that outlets repeat, and no good reason took out, as rules to review and build with."""
    from copydesk.learning import learn as learn_rules
    from copydesk.learning import write_new

    learned = learn_rules(out, outlet, min_articles)
    if to is None:
        typer.echo(learned.content, nl=False)
        return
    write_new(to, learned.content)
    typer.echo(f"{console.plain(to)}: rules to review: {learned.rules:,}, outlets: {learned.outlets:,}")


def forget(
    out: Out,
    documents: Annotated[
        list[str],
        typer.Argument(metavar="ARTICLE...", help="By article_id, source_uri or URL.", show_default=False),
    ],
) -> None:
    """Take documents down for good: out of tables, snapshots and store, so that no rebuild brings them back."""
    from copydesk.forget import forget as take_down
    from copydesk.settings import load_settings
    from flows.options import build_options

    summary = take_down(out, documents, build_options(load_settings()))
    left = f"{summary.articles:,} articles are left in {console.plain(out)}"
    typer.echo(f"{left}; reports, releases and copies made before may still hold what was taken down")


def deploy(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="The setting `inputs` by default.", show_default=False),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="OUT", help="The setting `out` by default.", show_default=False),
    ] = None,
    name: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Ends the names of deployments and alarms: for a second corpus on the same server.",
            show_default=False,
        ),
    ] = "",
    pool: Annotated[
        str, typer.Option(metavar="POOL", help="Work pool of type process, made where there is none.")
    ] = "copydesk",
) -> None:
    """Put the nightly build, the weekly report and their alarms on a Prefect server; again as often as you like."""
    from copydesk.settings import load_settings
    from flows import deploy as server

    settings = load_settings(inputs=tuple(inputs) if inputs else None, out=out)
    for line in server.describe(server.deploy(settings, pool=pool, name=name)):
        typer.echo(console.plain(line))
