"""docs/how-to/scheduling.md names what there is: deployments, alarms, settings; its units are whole."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from uuid import uuid4

import pytest

from copydesk.settings import Settings, load_settings
from flows.alarms import make_alarms
from flows.deployments import make_deployments

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "scheduling.md").read_text(encoding="utf-8")
UNITS = dict(re.findall(r"`/etc/systemd/system/(\S+)`:\n\n```ini\n(.*?)```", PAGE, re.DOTALL))


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_names_all_deployments_and_alarms() -> None:
    deployments = make_deployments(load_settings())
    alarms = make_alarms("copydesk", "corpus", builds=[], every=[uuid4()], hours=26, block=None)
    rows = set(re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE))
    assert rows == {deployment.full_name for deployment in deployments} | {alarm.name for alarm in alarms}


def test_its_settings_exist() -> None:
    given = {name: value for block in blocks("toml") for name, value in tomllib.loads(block).items()}
    assert given["alert_block"] and Settings(**given)
    assert set(re.findall(r"settings? `([a-z_]+)`", PAGE)) <= Settings.model_fields.keys()


def test_its_code_compiles() -> None:
    (code,) = blocks("python")
    compile(code, "scheduling.md", "exec")


def test_its_units_know_each_other() -> None:
    assert sorted(UNITS) == ["copydesk-server.service", "copydesk-worker.service"]
    read = {}
    for name, text in UNITS.items():
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment, method-assign]  # keys keep their capitals
        unit.read_string(text)
        read[name] = unit
        assert set(unit.sections()) == {"Unit", "Service", "Install"}
        assert unit["Service"]["Restart"] == "always" and unit["Service"]["User"] == "copydesk"
    assert read["copydesk-worker.service"]["Unit"]["After"] == "copydesk-server.service"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_its_units(tmp_path: Path) -> None:
    for name, text in UNITS.items():
        (tmp_path / name).write_text(text.replace("/opt/copydesk/bin/prefect", "/bin/true"))
    paths = [str(tmp_path / name) for name in UNITS]
    run = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, check=False)
    # It also looks for what the units stand on, and says so of a machine without PostgreSQL.
    complaints = [line for line in run.stderr.splitlines() if "copydesk-" in line]
    assert complaints == []
