"""The wheel: built here, installed elsewhere, run outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's content and nothing else; its dependencies are those of this environment."""
    target = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
    ]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    return target


def run_outside(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, str(installed / "bin" / "copydesk"), *arguments]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def test_the_wheel_holds_code_data_and_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for tree in ("copydesk", "flows", "schemas"):
        expected = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / tree).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert expected <= set(names), f"missing: {sorted(expected - set(names))}"
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "data/", "benchmarks/", "docs/"))]


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    code = "import copydesk, flows, schemas; print(copydesk.__file__, flows.__file__, schemas.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert all(path.startswith(str(installed)) for path in done.stdout.split())


def test_the_command_says_its_version_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = run_outside(installed, tmp_path, "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("copydesk ")


def test_the_contracts_are_found_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = run_outside(installed, tmp_path, "schema", "quotes")
    assert done.returncode == 0, done.stderr
    assert "speaker_mention" in done.stdout


def test_a_page_becomes_tables_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    page = ROOT / "data" / "raw" / "sample" / "dumps" / "dagpost-tarn-bridge.txt"
    done = run_outside(installed, tmp_path, "build", str(page), "--out", "tables", "--quiet")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "tables" / "articles.parquet").exists()
