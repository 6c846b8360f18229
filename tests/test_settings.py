"""Where a setting comes from, and what a wrong one is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copydesk.errors import UsageError
from copydesk.settings import describe_settings, load_settings


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without settings, and no variable of ours."""
    for name in [n for n in os.environ if n.upper().startswith("COPYDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_options_win_over_variables_and_variables_over_the_file(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("copydesk.toml").write_text("workers = 3\nkeep = 4\nmax_blocks = 500\n")
    monkeypatch.setenv("COPYDESK_KEEP", "5")
    monkeypatch.setenv("COPYDESK_MAX_BLOCKS", "600")
    settings = load_settings(max_blocks=700, workers=None)
    assert (settings.workers, settings.keep, settings.max_blocks) == (3, 5, 700)
    assert settings.limits.max_blocks == 700


def test_defaults_hold_where_nothing_is_said() -> None:
    settings = load_settings()
    assert settings.workers == (os.cpu_count() or 1)
    assert settings.rules == ()


def test_a_settings_file_can_be_named(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = empty_folder / "other.toml"
    other.write_text("keep = 9\n")
    monkeypatch.setenv("COPYDESK_CONFIG", str(other))
    assert load_settings().keep == 9
    other.unlink()
    with pytest.raises(
        UsageError, match=r"COPYDESK_CONFIG: expected a settings file, found none at .*other\.toml"
    ):
        load_settings()


def test_several_rule_files_fit_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_RULES", os.pathsep.join(["a.yaml", "b.yaml"]))
    assert load_settings().rules == (Path("a.yaml"), Path("b.yaml"))
    Path("copydesk.toml").write_text('inputs = ["raw", "more"]\n')
    assert load_settings().inputs == ("raw", "more")
    monkeypatch.setenv("COPYDESK_INPUTS", os.pathsep.join(["s3://bucket/a", "/data/b", "s3://bucket/c"]))
    assert load_settings().inputs == ("s3://bucket/a", "/data/b", "s3://bucket/c")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("worker = 3\n", r"copydesk\.toml: no setting is called 'worker'; did you mean workers\?"),
        ("workers = 0\n", r"copydesk\.toml: workers: .*greater than or equal to 1, found 0"),
        ('keep = "many"\n', r"copydesk\.toml: keep: .*integer.*, found 'many'"),
        ("keep = \n", r"copydesk\.toml: expected TOML, found a fault"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(text: str, message: str) -> None:
    Path("copydesk.toml").write_text(text)
    with pytest.raises(UsageError, match=message) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_a_wrong_variable_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_LOG_LEVEL", "loud")
    with pytest.raises(UsageError, match=r"variable COPYDESK_LOG_LEVEL: .*'debug'.*found 'loud'"):
        load_settings()
    monkeypatch.delenv("COPYDESK_LOG_LEVEL")
    monkeypatch.setenv("COPYDESK_WORKRES", "2")
    with pytest.raises(
        UsageError, match=r"variable COPYDESK_WORKRES: no setting .* did you mean COPYDESK_WORKERS\?"
    ):
        load_settings()


def test_a_wrong_option_is_told_by_its_name() -> None:
    with pytest.raises(UsageError, match=r"option --max-bytes: .*found 0"):
        load_settings(max_bytes=0)


def test_every_setting_says_what_it_means() -> None:
    assert all(meaning.endswith(".") for _, _, meaning in describe_settings())


def test_the_documentation_lists_every_setting() -> None:
    text = (Path(__file__).parents[1] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert [
        name for name, _, _ in describe_settings() if f"| `{name}` | `COPYDESK_{name.upper()}` |" not in text
    ] == []
