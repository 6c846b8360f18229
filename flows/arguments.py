"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[
    Path, typer.Argument(metavar="OUT", help="Folder that a build has published into.", show_default=False)
]
