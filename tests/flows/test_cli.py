"""The command line as its users meet it: in a process of its own, on real documents."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.flows.conftest import GAZETTE, ROOT, Command, clean_environment

HELP_CPU_SECONDS = 0.5
COMMANDS = (
    "build", "deploy", "forget", "inspect", "learn", "quotes", "rehydrate", "release", "report", "rules", "schema",
)  # fmt: skip


def cpu_seconds(*arguments: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        check=True,
        capture_output=True,
        env=clean_environment(),
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# ---------------------------------------------------------------- help
def test_help_answers_at_once() -> None:
    # The best of three: other work on the machine can only make it slower.
    assert min(cpu_seconds("--help") for _ in range(3)) < HELP_CPU_SECONDS


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from flows.cli import app\n"
        "try: app(['--help'], standalone_mode=True)\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean_environment()
    )
    loaded = {name.split(".")[0] for name in run.stderr.split()}
    heavy = {
        "prefect",
        "pandas",
        "numpy",
        "pyarrow",
        "trafilatura",
        "great_expectations",
        "duckdb",
        "matplotlib",
    }
    assert "typer" in loaded
    assert not loaded & (heavy | {"pydantic", "jinja2", "dateparser"})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(copydesk: Command, command: str) -> None:
    run = copydesk(command, "--help")
    assert run.returncode == 0
    assert re.search(rf"Example: .{{0,60}}copydesk {command}\b", run.stdout)


def test_help_documents_the_exit_codes(copydesk: Command) -> None:
    text = " ".join(copydesk("--help").stdout.split())
    assert all(
        code in text for code in ("0 done", "1 the run failed", "2 wrong", "3 the audit failed", "130")
    )


def test_the_version_is_the_packages(copydesk: Command) -> None:
    run = copydesk("--version")
    assert (run.returncode, run.stdout) == (0, "copydesk 0.1.0\n")


# ---------------------------------------------------------------- faults
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["bulid"], 2, "No such command 'bulid'"),
        (["build", "raw"], 2, "--out"),
        (["build", "raw", "--out", "o", "--workers", "many"], 2, "--workers"),
        (["build", "raw", "--out", "o", "--workers", "0"], 2, "option --workers"),
        (["build", "nowhere", "--out", "o"], 1, "nowhere"),
        (["inspect", "nowhere", "x"], 1, "nowhere"),
        (["report", "nowhere"], 1, "nowhere"),
        (["quotes", "nowhere"], 1, "nowhere"),
        (["rules", "nowhere"], 1, "nowhere"),
        (["schema", "paragraph"], 2, "found 'paragraph'"),
    ],
)
def test_a_fault_is_one_line_and_a_code(
    copydesk: Command, arguments: list[str], code: int, said: str
) -> None:
    run = copydesk(*arguments)
    assert run.returncode == code
    assert run.stdout == ""
    assert run.stderr.startswith("copydesk: ")
    assert run.stderr.count("\n") == 1
    assert said in run.stderr


def test_a_wrong_setting_is_named(copydesk: Command, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text("wrkers = 2\n")
    run = copydesk("build", "raw", "--out", "o")
    assert (run.returncode, run.stderr) == (
        2,
        "copydesk: copydesk.toml: no setting is called 'wrkers'; did you mean workers?\n",
    )
    run = copydesk("build", "raw", "--out", "o", COPYDESK_CONFIG="none.toml")
    assert run.returncode == 2
    assert not (tmp_path / "o").exists()


def test_a_wrong_mapping_is_one_line_and_nothing_written(
    copydesk: Command, pages: Path, tmp_path: Path
) -> None:
    run = copydesk("build", pages, "--out", tmp_path / "out", "--map", "txt=content")
    assert run.returncode == 2
    assert "did you mean text?" in run.stderr
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_broken_rule_file_is_named_and_nothing_written(
    copydesk: Command, pages: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("- id: [")
    run = copydesk("build", pages, "--out", "o", "--rules", "mine.yaml", "--quiet")
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "mine.yaml" in run.stderr
    assert not (tmp_path / "o" / "articles.parquet").exists()


# ---------------------------------------------------------------- work
def test_build_says_what_it_did_and_the_tables_are_there(
    copydesk: Command, pages: Path, tmp_path: Path
) -> None:
    run = copydesk("build", pages, "--out", "o", "--workers", "1")
    assert run.returncode == 0, run.stderr
    assert "4 documents" in run.stdout
    assert "2 articles" in run.stdout
    assert "quarantined by reason: read/binary 1, read/empty 1" in run.stdout
    assert "audit: passed" in run.stdout
    assert "copydesk report o" in run.stdout
    assert "edit: 4 of 4" in run.stderr
    assert pq.read_table(tmp_path / "o" / "articles.parquet").num_rows == 2


def test_json_is_one_object_and_nothing_else(copydesk: Command, pages: Path) -> None:
    run = copydesk("build", pages, "--out", "o", "--json", "--quiet")
    assert run.returncode == 0, run.stderr
    summary = json.loads(run.stdout)
    assert run.stdout.count("\n") == 1
    assert run.stderr == ""
    assert summary["documents"] == 4
    assert summary["articles"] == 2
    assert summary["quarantined_by_reason"] == {"read/binary": 1, "read/empty": 1}
    assert sum(summary["sources_by_status"].values()) == summary["documents"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that the reading commands share."""
    from tests.flows.conftest import DISPATCH, GAZETTE

    folder = tmp_path_factory.mktemp("built")
    raw = folder / "raw"
    raw.mkdir()
    (raw / "gazette-lock.txt").write_text(GAZETTE, encoding="utf-8")
    (raw / "ferry.txt").write_text(DISPATCH, encoding="utf-8")
    (raw / "ferry-2.txt").write_text(DISPATCH.replace("three", "four"), encoding="utf-8")
    command = [sys.executable, "-m", "flows.cli", "build", str(raw), "--out", str(folder / "out"), "--quiet"]
    subprocess.run(command, check=True, env=clean_environment(), timeout=240)
    return folder / "out"


def test_inspect_shows_every_block_once_and_who_speaks(copydesk: Command, built: Path) -> None:
    run = copydesk("inspect", built, "gazette-lock.txt")
    assert run.returncode == 0, run.stderr
    flat = " ".join(run.stdout.split())
    assert "removed headline" in flat
    assert "removed newsletter" in flat
    assert "kept body" in flat
    assert "direct: Ana Roche" in flat
    assert "We kept every promise that we made to the bargemen,[1]" in flat.replace("\u201d", "")
    article_id = pq.read_table(built / "articles.parquet", filters=[("source_uri", "==", "gazette-lock.txt")])
    key = article_id["article_id"][0].as_py()
    assert copydesk("inspect", built, key).stdout == run.stdout
    assert copydesk("inspect", built, key[:8]).stdout == run.stdout


def test_hostile_text_does_not_steer_the_terminal(copydesk: Command, built: Path) -> None:
    for arguments in (("inspect", built, "gazette-lock.txt"), ("quotes", built)):
        run = copydesk(*arguments, FORCE_COLOR="1")
        assert "\x1b]0;" not in run.stdout
        assert "\u202e" not in run.stdout
        assert "\x07" not in run.stdout
    assert "[bold red]lock gate[/bold red]" in copydesk("inspect", built, "gazette-lock.txt").stdout


def test_inspect_says_which_documents_a_name_may_mean(copydesk: Command, built: Path) -> None:
    run = copydesk("inspect", built, "no-such-page.txt")
    assert run.returncode == 2
    assert "found none for 'no-such-page.txt' among 3 documents" in run.stderr


def test_quotes_of_one_speaker(copydesk: Command, built: Path) -> None:
    run = copydesk("quotes", built, "--speaker", "roche")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("Ana Roche\n  We kept every promise")
    assert "Varga" not in run.stdout
    assert copydesk("quotes", built, "--speaker", "nobody of this name").stdout == "no quotes\n"


def test_one_utterance_in_the_words_of_each_outlet(copydesk: Command, tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for name, outlet, said in (
        ("one", "The Harrow Gazette", "We kept every promise that we made to the bargemen of the Tarn,"),
        ("two", "Riverland Daily", "We have kept each promise that we made to the bargemen,"),
    ):
        body = GAZETTE[GAZETTE.index("CASTREL") :]
        body = body.replace("We kept every promise that we made to the bargemen,", said)
        story = f"Lock gate opens, {outlet} reports\n\nBy Mira Tolland\n\nApril 12, 2024\n\n{body}"
        (raw / f"{name}.txt").write_text(story, encoding="utf-8")
        (raw / f"{name}.meta.json").write_text(json.dumps({"outlet": outlet, "language": "en"}))
    assert copydesk("build", raw, "--out", out, "--quiet").returncode == 0

    listed = copydesk("quotes", out).stdout
    cluster_id = re.search(r"cluster\s+(\S+)", listed)[1]
    shown = copydesk("quotes", out, "--cluster", cluster_id)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("Ana Roche\n  We kept every promise")
    assert "We {+have+} kept [-every-]{+each+} promise" in shown.stdout
    assert "2 quotes in 2 articles, 2 outlets known" in shown.stdout
    assert copydesk("quotes", out, "--cluster", cluster_id[:12]).stdout == shown.stdout

    unknown = copydesk("quotes", out, "--cluster", "no-such-cluster")
    assert unknown.returncode == 2
    assert "found none for 'no-such-cluster' among 1 clusters" in unknown.stderr
    both = copydesk("quotes", out, "--cluster", cluster_id, "--speaker", "roche")
    assert (both.returncode, both.stderr) == (
        2,
        "copydesk: expected --speaker and --text, or --cluster, found both\n",
    )


def test_quotes_and_blocks_are_found_by_their_words(copydesk: Command, built: Path) -> None:
    said = copydesk("quotes", built, "--text", "KEPT EVERY promise")
    assert said.stdout.startswith("Ana Roche\n")
    assert said.stdout.rstrip().endswith("quotes")
    assert copydesk("quotes", built, "--text", "nobody said this").stdout == "no quotes\n"
    lines = copydesk("inspect", built, "--text", "kept every promise")
    assert "body · " in lines.stdout
    assert "no such block here" in copydesk("inspect", built, "--text", "nobody printed this").stdout


def test_rules_are_counted_and_the_silent_ones_named(copydesk: Command, built: Path) -> None:
    plain, counted = copydesk("rules"), copydesk("rules", built)
    assert plain.returncode == counted.returncode == 0
    assert "newsletter" in counted.stdout
    assert "rules never fired here:" in counted.stdout
    assert "fired" not in plain.stdout


def test_schema_shows_a_table_in_full(copydesk: Command) -> None:
    assert "articles" in copydesk("schema").stdout
    run = copydesk("schema", "quotes")
    assert "speaker_mention" in run.stdout
    assert "direct, mixed, indirect, term" in " ".join(run.stdout.split())
    assert copydesk("schema", "--markdown").stdout == (ROOT / "docs" / "tables.md").read_text(
        encoding="utf-8"
    )


def test_report_writes_one_page_and_says_where(copydesk: Command, built: Path, tmp_path: Path) -> None:
    run = copydesk("report", built, "--to", tmp_path / "page.html")
    assert (run.returncode, run.stdout.strip()) == (0, str(tmp_path / "page.html")), run.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Audit passed" in page
    assert "\x1b" not in page
    assert copydesk("report", built, "--to", tmp_path / "none" / "page.html").returncode == 1


# ---------------------------------------------------------------- leaving early
def test_a_reader_that_leaves_is_no_fault(built: Path) -> None:
    reading = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "schema", "--markdown"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environment(),
    )
    assert reading.stdout is not None
    reading.stdout.close()
    _, said = reading.communicate(timeout=60)
    assert (reading.returncode, said) == (141, b"")


def test_ctrl_c_ends_a_build_with_one_line(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for number in range(400):
        (raw / f"{number}.txt").write_text(
            f"Headline {number}\n\n" + "Some words of a story. " * 400, encoding="utf-8"
        )
    building = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "build", str(raw), "--out", str(tmp_path / "o")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
        start_new_session=True,
    )
    staging = tmp_path / "o" / ".staging"
    deadline = time.monotonic() + 60
    while not (staging.is_dir() and any(staging.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(building.pid, signal.SIGINT)  # as a terminal does: to the children too
    _, said = building.communicate(timeout=60)
    assert building.returncode == 130, said
    assert said.splitlines()[-1] == "copydesk: stopped; the last snapshot is as it was"
    assert "Traceback" not in said
    assert not (tmp_path / "o" / "articles.parquet").exists()


# ---------------------------------------------------------------- its page
def test_the_documentation_names_every_command_and_exit_code() -> None:
    from flows import cli

    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    commands = [
        command.name or command.callback.__name__
        for command in cli.app.registered_commands
        if command.callback
    ]
    assert sorted(commands) == sorted(COMMANDS)
    assert all(f"`copydesk {name} " in text for name in commands)
    codes = (cli.OK, cli.FAILED, cli.USAGE, cli.AUDIT_FAILED, cli.INTERRUPTED, cli.BROKEN_PIPE)
    assert all(f"\n| {code} | " in text for code in codes)
