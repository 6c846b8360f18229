"""One place that says no to every dependency that would report home. Called before any of them is imported.

Only defaults: who has set a variable on purpose keeps it.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

OPT_OUTS = {
    "DO_NOT_TRACK": "1",  # the common convention (consoledonottrack.com); prefect's client reads it
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # the heartbeat of a prefect server started from here
    "GX_ANALYTICS_ENABLED": "false",  # great_expectations
}


def switch_off(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set the opt-outs that are not set yet; child processes inherit them."""
    for name, value in OPT_OUTS.items():
        environment.setdefault(name, value)
