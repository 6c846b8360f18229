"""The alarms of a deployment, as Prefect's automations: no build for too long, a run that failed, a run that vanished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification

FLOW_RUN = "prefect.flow-run"
COMPLETED = f"{FLOW_RUN}.Completed"
ENDED_BADLY = {f"{FLOW_RUN}.{state}" for state in ("Failed", "Crashed", "TimedOut")}
ENDED = {COMPLETED, f"{FLOW_RUN}.Cancelled"} | ENDED_BADLY
HEARTBEAT = f"{FLOW_RUN}.heartbeat"
# Prefect's runs give a sign of life every three minutes; three that are missing in a row are no hiccup.
SILENCE = timedelta(minutes=10)
LOOK = "Does a worker run (systemctl status copydesk-worker)? What does the last run of the build say?"


def make_alarms(
    name: str,
    corpus: str,
    *,
    builds: Sequence[UUID],
    every: Sequence[UUID],
    hours: float,
    block: UUID | None,
) -> tuple[AutomationCore, ...]:
    """The automations on the deployments that build `corpus` and on every deployment of it; `name` begins their names.

    Without a `block` to notify through an alarm shows in the server's feed of events alone.
    """
    waited = f"{hours:g} hours"
    return (
        AutomationCore(
            name=f"{name}: no success",
            description=f"No build has completed for {waited}: no worker, or every run fails.",
            trigger=EventTrigger(
                posture=Posture.Proactive,
                match=_flow_runs(),
                match_related=_of(builds),
                # Each success starts the clock again; without `after`, periods would begin when this was deployed, and a
                # night that fails between two successes might lie in none of them.
                after={COMPLETED},
                expect={COMPLETED},
                threshold=1,
                within=timedelta(hours=hours),
            ),
            actions=[_notify(block, f"copydesk: {corpus} has not been built for {waited}", LOOK)],
        ),
        AutomationCore(
            name=f"{name}: failed or crashed",
            description="A run ended badly; readers keep the last snapshot.",
            trigger=EventTrigger(
                posture=Posture.Reactive,
                match=_flow_runs(),
                match_related=_of(every),
                expect=ENDED_BADLY,
                for_each={"prefect.resource.id"},
                threshold=1,
            ),
            actions=[
                _notify(
                    block,
                    "copydesk: {{ flow_run.name }} {{ flow_run.state.name }}",
                    "{{ flow_run.state.message }}\n\n{{ flow_run|ui_url }}",
                )
            ],
        ),
        AutomationCore(
            name=f"{name}: vanished",
            description="A run gives no sign of life: its worker or machine is gone. It is marked as crashed.",
            trigger=EventTrigger(
                posture=Posture.Proactive,
                match=_flow_runs(),
                match_related=_of(every),
                after={HEARTBEAT},
                expect={HEARTBEAT, *ENDED},
                for_each={"prefect.resource.id"},
                threshold=1,
                within=SILENCE,
            ),
            actions=[
                ChangeFlowRunState(
                    name=None,
                    state=StateType.CRASHED,
                    message="no sign of life for 10 minutes: its worker or machine is gone; "
                    "readers keep the last snapshot, the next run sweeps up",
                    force=False,
                )
            ],
        ),
    )


def _flow_runs() -> ResourceSpecification:
    return ResourceSpecification.model_validate({"prefect.resource.id": f"{FLOW_RUN}.*"})


def _of(deployments: Sequence[UUID]) -> ResourceSpecification:
    """Runs of one of these deployments."""
    return ResourceSpecification.model_validate(
        {
            "prefect.resource.role": "deployment",
            "prefect.resource.id": [f"prefect.deployment.{number}" for number in deployments],
        }
    )


def _notify(block: UUID | None, subject: str, body: str) -> ActionTypes:
    if block is None:
        return DoNothing()
    return SendNotification(block_document_id=block, subject=subject, body=body)
