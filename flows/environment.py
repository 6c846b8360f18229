"""What the dependencies must find in the environment before they are imported.

Set when `flows` is imported, since Prefect reads its settings as it is loaded; children inherit them. Only
defaults: whoever has set a variable keeps it.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

# Nobody reports home.
OPT_OUTS = {
    "DO_NOT_TRACK": "1",  # the common convention (consoledonottrack.com); prefect's client reads it
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # the heartbeat of a prefect server started from here
    "GX_ANALYTICS_ENABLED": "false",  # great_expectations
}
# A server inside the process takes 8 to 20 s to start, longer on a busy machine; prefect gives up after 20.
PATIENCE = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180"}


def prepare(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what is not set yet."""
    for name, value in (OPT_OUTS | PATIENCE).items():
        environment.setdefault(name, value)
