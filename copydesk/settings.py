"""All settings in one place: their names, types, defaults and meaning.

Where a value comes from, the strongest first: an option of the command line, a variable `COPYDESK_…`,
`copydesk.toml` (in the folder where the command runs, or the file that `COPYDESK_CONFIG` names), the default.
Loaded only by the commands that need it, since pydantic costs a quarter of a second.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from copydesk.errors import UsageError
from copydesk.records import Limits

PREFIX = "COPYDESK_"
CONFIG_VARIABLE = "COPYDESK_CONFIG"
CONFIG_FILE = "copydesk.toml"

Paths = Annotated[tuple[Path, ...], NoDecode]  # a variable holds them as the shell's PATH does, not as JSON

Names = Annotated[tuple[str, ...], NoDecode]  # a variable holds them parted by commas

Inputs = Annotated[tuple[str, ...], NoDecode]  # as paths; a colon that begins "://" parts nothing


class Settings(BaseSettings):
    """Every setting, by the name that it has in `copydesk.toml`; a variable has it in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    workers: Annotated[
        int, Field(ge=1, le=512, description="Processes that edit documents; the number of CPUs by default.")
    ] = os.cpu_count() or 1
    keep: Annotated[int, Field(ge=1, le=1000, description="Snapshots kept in OUT, the newest included.")] = 3
    prune: Annotated[bool, Field(description="Drop documents whose files are not among the inputs.")] = False
    rules: Annotated[
        Paths, Field(description="Files with rules of your own, read after the bundled ones.")
    ] = ()
    map: Annotated[
        Names,
        Field(
            description="Fields of JSON Lines and Parquet records by names of your own, such as text=content."
        ),
    ] = ()
    max_bytes: Annotated[int, Field(ge=1, description="Largest document, after decompression.")] = (
        Limits().max_bytes
    )
    max_blocks: Annotated[int, Field(ge=1, description="Most blocks in one document.")] = Limits().max_blocks
    max_block_chars: Annotated[
        int, Field(ge=1_000, description="Longest block (a paragraph, a line of a dump), in characters.")
    ] = Limits().max_block_chars
    min_body_words: Annotated[
        int, Field(ge=1, description="Fewer words of body text than this is no article.")
    ] = Limits().min_body_words
    document_seconds: Annotated[
        float, Field(gt=0, le=86_400, description="A document that takes more seconds of CPU is quarantined.")
    ] = 30.0
    document_bytes: Annotated[
        int,
        Field(
            ge=200_000_000,
            description="Memory of a worker process; a document that needs more is quarantined.",
        ),
    ] = 800_000_000
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="How much is logged on stderr.")
    ] = "warning"
    shard_bytes: Annotated[
        int,
        Field(ge=1, description="Inputs that one task edits, in bytes: more of them for slower schedulers."),
    ] = 16_000_000
    shard_inputs: Annotated[int, Field(ge=1, description="Files that one task edits, at most.")] = 500
    runner: Annotated[
        Literal["threads", "dask"],
        Field(description="Where the tasks of a flow run: workers of this machine, or a Dask cluster."),
    ] = "threads"
    dask_address: Annotated[
        str, Field(description="Scheduler of the Dask cluster; without one a cluster on this machine.")
    ] = ""
    inputs: Annotated[Inputs, Field(description="What the scheduled build reads.")] = ("data/raw",)
    out: Annotated[str, Field(description="Where the scheduled build publishes.")] = "data/processed"
    nightly_cron: Annotated[str, Field(description="When the scheduled build runs: cron, UTC.")] = (
        "15 2 * * *"
    )
    weekly_cron: Annotated[str, Field(description="When the scheduled report is written: cron, UTC.")] = (
        "0 6 * * 1"
    )
    task_retries: Annotated[
        int, Field(ge=0, le=10, description="Times that a shard's Prefect task is tried again.")
    ] = 2
    out_url: Annotated[
        str | None,
        Field(description="Address at which a web server shows OUT, for the link to the report."),
    ] = None
    alert_hours: Annotated[
        float,
        Field(ge=0.003, le=10_000, description="Without a completed build for so long, an alarm goes off."),
    ] = 26.0
    alert_block: Annotated[
        str | None,
        Field(description='Prefect block that alarms are sent through: "slack-webhook/newsroom".'),
    ] = None

    @field_validator("inputs", mode="before")
    @classmethod
    def _split_inputs(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(re.split(rf"{re.escape(os.pathsep)}(?!//)", value))
        return tuple(map(str, value)) if isinstance(value, list | tuple) else value

    @field_validator("out", mode="before")
    @classmethod
    def _name_out(cls, value: object) -> object:
        return str(value) if isinstance(value, Path) else value

    @field_validator("rules", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        return tuple(value.split(os.pathsep)) if isinstance(value, str) else value

    @field_validator("map", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @property
    def limits(self) -> Limits:
        return Limits(
            max_bytes=self.max_bytes,
            max_blocks=self.max_blocks,
            max_block_chars=self.max_block_chars,
            min_body_words=self.min_body_words,
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        path = config_path()
        if path is None:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path)


def config_path() -> Path | None:
    """The settings file in use; None where there is none. Raises UsageError when the named one is missing."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise UsageError(f"{CONFIG_VARIABLE}: expected a settings file, found none at {named}")
        return Path(named)
    return Path(CONFIG_FILE) if Path(CONFIG_FILE).is_file() else None


def load_settings(**options: Any) -> Settings:
    """The settings in force; an option that is None was not given. Raises UsageError naming key and place."""
    given = {name: value for name, value in options.items() if value is not None}
    _refuse_unknown_variables()
    try:
        return Settings(**given)
    except ValidationError as error:
        raise UsageError(_explain(error, given)) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{config_path()}: expected TOML, found a fault: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{config_path()}: expected a readable settings file: {error}") from None


def describe_settings() -> tuple[tuple[str, str, str], ...]:
    """Name, default and meaning of every setting, for help and documentation."""
    return tuple(
        (name, "the number of CPUs" if name == "workers" else _show(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    )


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_VARIABLE}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise UsageError(f"variable {name}: no setting has this name{_nearest(name.upper(), known)}")


def _explain(error: ValidationError, given: dict[str, Any]) -> str:
    first = error.errors(include_url=False)[0]
    key = str(first["loc"][0]) if first["loc"] else "settings"
    if first["type"] == "extra_forbidden":
        return f"{config_path()}: no setting is called {key!r}{_nearest(key, set(Settings.model_fields))}"
    return (
        f"{_place(key, given)}: {first['msg'][:1].lower()}{first['msg'][1:]}, found {_show(first['input'])}"
    )


def _place(key: str, given: dict[str, Any]) -> str:
    if key in given:
        return f"option --{key.replace('_', '-')}"
    variable = PREFIX + key.upper()
    return f"variable {variable}" if os.environ.get(variable) else f"{config_path()}: {key}"


def _nearest(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(sorted(known))}"


def _show(value: object) -> str:
    if isinstance(value, tuple | list):
        return os.pathsep.join(map(str, value)) or "none"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
