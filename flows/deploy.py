"""`copydesk deploy`: pool, deployments and alarms on a Prefect server, made so often as you like: what is right stays as it is.

Whoever paused a schedule or switched an alarm off on the server finds it so after the next call.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.responses import DeploymentResponse
from prefect.deployments.runner import RunnerDeployment
from prefect.events.filters import AutomationFilter, AutomationFilterName
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from copydesk.errors import RunError, UsageError
from copydesk.settings import CONFIG_VARIABLE, Settings, config_path
from copydesk.urls import short_name
from flows.alarms import make_alarms
from flows.deployments import WEEKLY, make_deployments
from flows.options import absolute

POOL = "copydesk"


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about one thing on the server."""

    kind: Literal["work pool", "deployment", "automation"]
    name: str
    done: Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Deployed:
    """What stands on the server now."""

    server: str
    pool: str
    steps: tuple[Step, ...]
    is_silent: bool  # alarms notify nobody


def deploy(settings: Settings, *, pool: str = POOL, name: str = "") -> Deployed:
    """Make or mend the work pool, the deployments of `settings.inputs` and `settings.out`, and their alarms.

    `name` ends the names of all but the pool, where the server has another corpus already.

    Raises RunError, in one line, where no server answers or it refuses, UsageError where the block to notify through is unknown.
    """
    url = _server_url()
    suffix = f"-{name}" if name else ""
    # A run starts in a folder of its own choice; relative paths mean those from here.
    settings = settings.model_copy(
        update={
            "inputs": tuple(map(absolute, settings.inputs)),
            "out": absolute(settings.out),
        }
    )
    with _server(url), get_client(sync_client=True) as client:
        client.hello()
        block = _find_block(client, settings.alert_block)
        steps = [_make_pool(client, pool)]
        ids: dict[str, UUID] = {}
        for deployment in make_deployments(settings, suffix=suffix):
            deployment.work_pool_name = pool
            deployment.job_variables = _job_variables()
            step, ids[deployment.name] = _make_deployment(client, deployment)
            steps.append(step)
        builds = [number for name, number in ids.items() if not name.startswith(WEEKLY)]
        alarms = make_alarms(
            f"copydesk{suffix}",
            short_name(settings.out),
            builds=builds,
            every=list(ids.values()),
            hours=settings.alert_hours,
            block=block,
        )
        steps += [_make_alarm(client, alarm) for alarm in alarms]
    return Deployed(url, pool, tuple(steps), is_silent=block is None)


def describe(deployed: Deployed) -> Iterator[str]:
    """What was done, and what is left to do, line by line."""
    for step in deployed.steps:
        yield f"{step.done:9}  {step.kind:10}  {step.name}"
    yield ""
    yield f"on {deployed.server.removesuffix('/api')}; runs begin once a worker is there:"
    yield f"  prefect worker start --pool {deployed.pool}"
    if deployed.is_silent:
        yield "alarms show in the server's feed of events alone; the setting alert_block names a block to send them through"


def _server_url() -> str:
    url = get_current_settings().api.url
    if not url:
        raise UsageError(
            "expected the address of a Prefect server in PREFECT_API_URL or Prefect's profile, found none; "
            "`prefect server start` starts one, and `make serve` needs none"
        )
    return url


@contextmanager
def _server(url: str) -> Iterator[None]:
    """Faults of the server as one line."""
    try:
        yield
    except httpx.HTTPStatusError as error:
        detail = " ".join(error.response.text.split())[:300]
        raise RunError(
            f"{url}: expected a Prefect server that takes this, found: "
            f"{error.response.status_code} {detail or error.response.reason_phrase}"
        ) from error
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise RunError(
            f"{url}: expected a Prefect server, found none ({reason}); `prefect server start` starts one, "
            "PREFECT_API_URL says where it is"
        ) from error


def _find_block(client: SyncPrefectClient, named: str | None) -> UUID | None:
    if named is None:
        return None
    kind, _, name = named.partition("/")
    try:
        return client.read_block_document_by_name(name, kind, include_secrets=False).id
    except ObjectNotFound:
        raise UsageError(
            f"alert_block: expected a block of the server as TYPE/NAME, found none called {named!r} "
            "(prefect block ls shows them)"
        ) from None


def _make_pool(client: SyncPrefectClient, name: str) -> Step:
    template = ProcessWorker.get_default_base_job_template()
    try:
        # Made first and asked for afterwards: a worker that starts meanwhile makes it, too.
        client.create_work_pool(
            WorkPoolCreate(name=name, type=ProcessWorker.type, base_job_template=template)
        )
    except ObjectAlreadyExists:
        found = client.read_work_pool(name)
    else:
        return Step("work pool", name, "created")
    if found.type != ProcessWorker.type:
        raise UsageError(
            f"{name}: expected a work pool of type {ProcessWorker.type}, found {found.type!r}; name another with --pool"
        )
    return Step("work pool", name, "unchanged")


def _job_variables() -> dict[str, Any]:
    """A run works in the folder where this was called, so that copydesk.toml and paths in it count as they do here."""
    named = os.environ.get(CONFIG_VARIABLE)
    variables = {CONFIG_VARIABLE: str(Path(named).absolute())} if named and config_path() else {}
    return {"working_dir": str(Path.cwd()), "env": variables}


# ---------------------------------------------------------------- deployments
def _make_deployment(client: SyncPrefectClient, wanted: RunnerDeployment) -> tuple[Step, UUID]:
    try:
        found = client.read_deployment_by_name(wanted.full_name)
    except ObjectNotFound:
        return Step("deployment", wanted.full_name, "created"), _apply(wanted)
    if _is_as_wanted(found, wanted):
        return Step("deployment", wanted.full_name, "unchanged"), found.id
    return Step("deployment", wanted.full_name, "updated"), _apply(wanted)


def _apply(wanted: RunnerDeployment) -> UUID:
    made = wanted.apply()
    assert isinstance(made, UUID)  # a coroutine only where an event loop runs
    return made


def _is_as_wanted(found: DeploymentResponse, wanted: RunnerDeployment) -> bool:
    limit = found.global_concurrency_limit.limit if found.global_concurrency_limit else None
    options = found.concurrency_options.collision_strategy if found.concurrency_options else None
    wished = wanted.concurrency_options.collision_strategy if wanted.concurrency_options else None
    return (
        found.description == wanted.description
        and found.entrypoint == wanted.entrypoint
        and found.parameters == wanted.parameters
        and sorted(found.tags) == sorted(wanted.tags)
        and found.work_pool_name == wanted.work_pool_name
        and found.job_variables == wanted.job_variables
        and (limit, options) == (wanted.concurrency_limit, wished)
        and [_timing(entry) for entry in found.schedules]
        == [_timing(entry) for entry in wanted.schedules or ()]
    )


def _timing(entry: Any) -> dict[str, Any]:
    """When a schedule fires, whether it is switched on or not."""
    timing: dict[str, Any] = entry.schedule.model_dump(mode="json", exclude={"anchor_date"})
    return timing


# ---------------------------------------------------------------- alarms
def _make_alarm(client: SyncPrefectClient, wanted: AutomationCore) -> Step:
    named = AutomationFilter(name=AutomationFilterName(any_=[wanted.name]))
    found = next(iter(client.read_automations(automations=named)), None)
    if found is None:
        client.create_automation(wanted)
        return Step("automation", wanted.name, "created")
    mended = wanted.model_copy(update={"enabled": found.enabled})
    if _meaning(found) == _meaning(mended):
        return Step("automation", wanted.name, "unchanged")
    # The client sends what was set, and a kind of action or trigger is a default: read again, all of it is set.
    whole = AutomationCore.model_validate(mended.model_dump(mode="json", exclude={"owner_resource"}))
    client.update_automation(found.id, whole)
    return Step("automation", wanted.name, "updated")


def _meaning(automation: AutomationCore) -> dict[str, Any]:
    """What the server keeps of an automation, without the numbers that it gives."""
    return automation.model_dump(include=set(AutomationCore.model_fields))
