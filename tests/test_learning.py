"""`copydesk learn`: built, learned, reviewed, built again; what an outlet repeats is then removed by the learned rule."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

import copydesk as library
from copydesk import pipeline
from copydesk.errors import RunError, UsageError
from copydesk.label.rulefile import parse_rule_file
from copydesk.learning import learn, write_new
from copydesk.pipeline import BuildOptions

WEIR = "Whoever would like to watch how this paper is made can visit the press in Mill Lane on any weekday morning."
LONG = (
    "The hours at which the press is open change with the season: from May it can be seen until 19 in the evening, in "
    "winter until the light goes, and groups of more than 12 should ask the caretaker in Mill Lane a week before."
)
SHARED = (
    "The river Tarn has flooded the lower quarter of the town in each of the last four winters, records show."
)
PROMISE = "“We kept every promise that we made to the bargemen of the lower quarter,” Mayor Ana Roche told reporters."
SHORT = "Nobody was hurt."
SYLLABLES = "bar del fon gri hul jor kel lum mar nor pel quo ras sil tor ven wim zan".split()


def story(number: int, *furniture: str) -> str:
    """An invented article with words of its own: nothing in it is in another."""
    dice = random.Random(number)

    def word() -> str:
        return "".join(dice.choices(SYLLABLES, k=3))

    def sentence() -> str:
        return f"The {word()} of {word()} {word()} when {word()} {word()}, and {word()} has {word()} the {word()} near {word()}."

    body = [f"{sentence()} {sentence()}" for _ in range(5)]
    return (
        "\n\n".join((f"{word()} {word()} {word()} {word()}".capitalize(), *body[:3], *furniture, *body[3:]))
        + "\n"
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two outlets: one known by its name, one by its address; furniture in both, and news that repeats."""
    raw = tmp_path_factory.mktemp("learning") / "raw"
    gazette, dispatch = raw / "gazette", raw / "dispatch"
    for folder in (gazette, dispatch):
        folder.mkdir(parents=True)
    (gazette / "_meta.json").write_text(json.dumps({"outlet": "The Harrow Gazette"}))
    for n in range(8):
        own = [WEIR] if n != 3 else []
        own += [SHORT] if n in (1, 2, 4, 5) else []
        own += [PROMISE, SHARED] if n in (0, 2, 6) else []
        (gazette / f"{n}.txt").write_text(story(n, *own), encoding="utf-8")
    # The same article three times over is no outlet's habit.
    for copy in range(3):
        (gazette / f"copy-{copy}.txt").write_text(story(9) + f"\nSeen in print on page {'abc'[copy]}.\n")
    for n in range(4):
        (dispatch / f"{n}.txt").write_text(
            story(n + 20, LONG.replace("12", str(12 + n)), *([PROMISE, SHARED] if n < 3 else [])),
            encoding="utf-8",
        )
        meta = {"url": f"https://www.dispatch.example/{n}", "outlet": "The Dispatch"}
        (dispatch / f"{n}.txt.meta.json").write_text(json.dumps(meta))
    return raw


@pytest.fixture(scope="module")
def out(pages: Path) -> Path:
    pipeline.build([pages], pages.parent / "out", settings=BuildOptions(workers=2))
    return pages.parent / "out"


def texts_of(content: str) -> dict[str, set[str]]:
    """What a rule file proposes, by outlet: the examples of its rules."""
    rules, faults = parse_rule_file(content, "learned.yaml")
    assert not faults
    found: dict[str, set[str]] = {}
    for rule in rules:
        (outlet,) = rule.outlets
        found.setdefault(outlet, set()).update(rule.examples or rule.phrases)
    return found


def test_an_outlets_furniture_is_proposed_and_news_is_not(out: Path) -> None:
    learned = learn(out)
    assert texts_of(learned.content) == {"the harrow gazette": {WEIR}, "dispatch.example": {LONG}}
    assert (learned.rules, learned.outlets) == (2, 2)
    assert "# in 7 of 9 articles (78%): kept in 7" in learned.content
    assert "# in 4 of 4 articles (100%): kept in 4" in learned.content
    assert "Left out as news: 2 somebody's words" in learned.content


def test_the_order_of_documents_changes_nothing(out: Path, pages: Path) -> None:
    again = pages.parent / "again"
    pipeline.build([pages / "gazette", pages / "dispatch"], again, settings=BuildOptions(workers=1))
    renamed = learn(again).content
    assert renamed == learn(out).content


def test_one_outlet_and_how_many_articles_can_be_asked_for(out: Path) -> None:
    assert texts_of(learn(out, outlet="Dispatch.example").content) == {"dispatch.example": {LONG}}
    assert texts_of(learn(out, min_articles=5).content) == {"the harrow gazette": {WEIR}}
    with pytest.raises(UsageError, match=r"found 'Dispach'; it has dispatch\.example"):
        learn(out, outlet="Dispach")


def test_the_command_writes_one_outlets_rules(out: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "learn", str(out), "--outlet", "dispatch.example"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert texts_of(shown.stdout) == {"dispatch.example": {LONG}}
    file = tmp_path / "dispatch.yaml"
    for code, says in (
        (0, "dispatch.yaml: rules to review: 1, outlets: 1"),
        (2, "expected a new file, found one"),
    ):
        run = subprocess.run([*command, "--to", str(file)], capture_output=True, text=True, check=False)
        assert run.returncode == code
        assert says in (run.stderr if code else run.stdout)
    assert file.read_text(encoding="utf-8") == shown.stdout


def test_built_with_the_learned_rules_the_blocks_are_removed_by_them(out: Path, pages: Path) -> None:
    file = pages.parent / "learned.yaml"
    write_new(file, learn(out).content)
    second = pages.parent / "second"
    pipeline.build([pages], second, settings=BuildOptions(workers=2, rules=(file,)))
    removals = library.load(second).removals
    taken = removals[removals.rule.str.startswith("learned-")]
    assert taken.groupby("rule").size().to_dict() == {
        "learned-the-harrow-gazette/whoever-would-like-to-fbbe564b": 7,
        "learned-dispatch-example/the-hours-at-which-a5e17990": 4,
    }
    body = library.load(second).paragraphs.text
    assert WEIR not in set(body) and not body.str.startswith("The hours at which").any()
    assert (body == SHARED).sum() == 6 and (body == PROMISE).sum() == 6
    # What a rule takes is not proposed again.
    assert texts_of(learn(second).content) == {}


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "reviewed.yaml"
    file.write_text("- mine\n")
    with pytest.raises(UsageError, match="expected a new file, found one"):
        write_new(file, "")
    assert file.read_text() == "- mine\n"
    with pytest.raises(RunError, match="expected to write here, found"):
        write_new(tmp_path / "nowhere" / "learned.yaml", "")
    assert [path.name for path in tmp_path.iterdir()] == ["reviewed.yaml"]
    with pytest.raises(RunError, match="expected a folder with tables of copydesk"):
        learn(tmp_path / "nothing")
