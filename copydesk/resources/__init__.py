"""Words, names and patterns of the trade as YAML: a folder a language (`en`, `de`, …) and `common`. One loader, no logic."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from copydesk.errors import ContractError

LANGUAGES = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "sv",
    "da",
    "no",
    "tr",
    "ru",
    "uk",
    "ja",
    "ko",
    "zh",
)


@cache
def read_resource(path: str) -> object:
    """The value of one YAML file of this folder, `read_resource("en/cues.yaml")`; shared, so never to be changed.

    Raises ContractError where the file is missing or no YAML.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # some builds of PyYAML come without libyaml
    try:
        text = files(__name__).joinpath(path).read_text(encoding="utf-8")
        return yaml.load(text, Loader=loader)
    except OSError as error:
        raise ContractError(f"expected a resource file {path!r} in copydesk/resources, found none") from error
    except yaml.YAMLError as error:
        raise ContractError(
            f"expected YAML in copydesk/resources/{path}, found: {error}".replace("\n", " ")
        ) from error
