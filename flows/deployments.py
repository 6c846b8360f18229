"""What runs when: the deployments of the flows, and serving them from this machine.

    python -m flows.deployments serve

`prefect.yaml` says the same for a work pool; a test holds the two together.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.errors import CopydeskError
from copydesk.settings import Settings, load_settings
from copydesk.urls import short_name
from flows import console
from flows.options import absolute
from flows.server import free_port, local_server

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule

PREFECTS_PORT = 4200  # where its own tools look for a server
SERVER_HOME = Path.home() / ".copydesk" / "prefect"
NIGHTLY, REBUILD, WEEKLY = "nightly-build", "rebuild", "weekly-report"


def make_deployments(
    settings: Settings, every: timedelta | None = None, suffix: str = ""
) -> tuple[RunnerDeployment, ...]:
    """The deployments: built every night, built by hand, reported on every week.

    `every` puts an interval in the place of the nightly schedule, to see it fire. `suffix` ends all names, where one server
    runs several corpora.
    """
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron, Interval
    from prefect.types.entrypoint import EntrypointType

    from flows.build import TAG, build_corpus
    from flows.report import report_corpus

    # A second build of the same OUT would only meet the first one's lock.
    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    nightly: Schedule = Interval(every) if every else Cron(settings.nightly_cron, timezone="UTC")
    build_parameters = {"inputs": list(settings.inputs), "out": settings.out}
    tags = [TAG, f"out:{short_name(settings.out)}"]
    return (
        RunnerDeployment.from_flow(
            build_corpus,
            f"{NIGHTLY}{suffix}",
            description="Builds the corpus every night.",
            schedules=[nightly],
            parameters=build_parameters,
            tags=[*tags, "nightly"],
            concurrency_limit=alone,
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
        RunnerDeployment.from_flow(
            build_corpus,
            f"{REBUILD}{suffix}",
            description="Builds the corpus now.",
            parameters=build_parameters,
            tags=[*tags, "manual"],
            concurrency_limit=alone,
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
        RunnerDeployment.from_flow(
            report_corpus,
            f"{WEEKLY}{suffix}",
            description="Writes the data-quality report again.",
            schedules=[Cron(settings.weekly_cron, timezone="UTC")],
            parameters={"out": settings.out},
            tags=[*tags, "weekly"],
            entrypoint_type=EntrypointType.MODULE_PATH,
        ),
    )


def serve(settings: Settings, every: timedelta | None = None) -> None:
    """Run the schedules from this process until it is stopped; on a server of its own where there is none."""
    with _server() as url:
        # Prefect reads its settings as it is imported, so the address must stand there before.
        os.environ["PREFECT_API_URL"] = url
        from prefect import serve as serve_deployments

        print(f"serving from {url.removesuffix('/api')}; Ctrl-C ends it", file=sys.stderr, flush=True)
        serve_deployments(
            *make_deployments(settings, every), pause_on_shutdown=False, print_starting_message=False
        )


def _server() -> AbstractContextManager[str]:
    configured = os.environ.get("PREFECT_API_URL")
    return nullcontext(configured) if configured else local_server(SERVER_HOME, free_port(PREFECTS_PORT))


def main(arguments: Sequence[str] | None = None) -> int:
    """`serve` the deployments; options win over the settings of the same name."""
    parser = argparse.ArgumentParser(prog="python -m flows.deployments", description=serve.__doc__)
    parser.add_argument("action", choices=["serve"], nargs="?", default="serve")
    parser.add_argument("--input", dest="inputs", action="append", metavar="INPUT", help="what to build from")
    parser.add_argument("--out", metavar="OUT", help="where to publish")
    parser.add_argument(
        "--every", type=float, metavar="SECONDS", help="build at this interval, not every night"
    )
    options = parser.parse_args(arguments)
    try:
        inputs = tuple(map(absolute, options.inputs)) if options.inputs else None
        out = absolute(options.out) if options.out else None
        settings = load_settings(inputs=inputs, out=out)
        serve(settings, timedelta(seconds=options.every) if options.every else None)
    except CopydeskError as error:
        console.complain(str(error))
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
