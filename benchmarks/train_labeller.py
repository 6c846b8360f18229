"""Trains the forests of the labeller on pages with gold, and says how good they are on outlets they have not seen.

    python benchmarks/train_labeller.py --kit DIR [--family dump|html] [--folds 5] [--write]

DIR holds benchmark sets in the format of benchmarks/README.md; the sets "fundus" and "aeb" are used. Folds keep a domain
together, so every figure is out of fold by outlet. --write fits on all pages and writes
`copydesk/resources/common/labeller_FAMILY.json`. Needs the group "train".
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
from scoring import html as pages
from scoring import text as dumps

from copydesk.extract import extract
from copydesk.label.features import FEATURES, feature_matrix
from copydesk.label.labeller import decide, gather
from copydesk.label.menus import set_menus_aside
from copydesk.label.model import Forest, forest_of
from copydesk.label.rules import Rules, load_rules
from copydesk.read.decode import decode
from copydesk.read.sniff import sniff
from copydesk.records import Block, Limits, Page, RawPage

TREES, ROUNDS_SEED = {"dump": 200, "html": 200}, 1
# Share of the measurements that a tree may ask. On HTML, where markup and trafilatura's claim often say the same, fewer
# make trees that differ more; on dumps it makes no difference.
ASKED = {"dump": 0.4, "html": 0.2}
SETTINGS: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 15,
    "max_depth": 6, "min_data_in_leaf": 60,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "verbose": -1, "num_threads": 2, "seed": ROUNDS_SEED,
    "deterministic": True,
}  # fmt: skip
SHORT_FROM = 10  # body blocks of a page from which a short version is made
MADE_UP = {
    "flat": 0.5,
    "short": 1.0,
    "clean": 0.7,
    "joined": 0.5,
}  # versions of pages that are trained on, never scored, with their weight
NEUTRAL_WEIGHT = 0.4  # a subheading that the gold leaves open is body, less surely


@dataclass(slots=True)
class Case:
    """One page with its measurements and what its gold says of each block."""

    id: str
    kind: str
    outlet: str
    page: Page
    gathered: Any
    matrix: np.ndarray
    target: np.ndarray  # 1 body, 0 not
    weight: np.ndarray
    gold: Any


def read_page(content: bytes, name: str) -> Page:
    raw = RawPage(name, name, content)
    decoded = decode(content, None)
    return extract(decoded.text, sniff(decoded.text, name, None), raw, Limits())


def make_case(
    case_id: str, kind: str, outlet: str, page: Page, rules: Rules, marks: Sequence[str], gold: Any
) -> Case:
    page, menus = set_menus_aside(page, rules)
    aside = {i for menu in menus for i in menu}
    marks = [mark for i, mark in enumerate(marks) if i not in aside]
    gathered = gather(page, rules)
    matrix = feature_matrix(page, gathered.evidence)
    body = [i for i, m in enumerate(marks) if m == "body"]
    inside = range(body[0], body[-1]) if body else range(0)
    target = np.array(
        [m == "body" or (m == "neutral" and i in inside) for i, m in enumerate(marks)], dtype=float
    )
    weight = np.array(
        [
            0.0
            if m in ("dup", "empty") or (m == "neutral" and i not in inside)
            else NEUTRAL_WEIGHT
            if m == "neutral"
            else 1.0
            for i, m in enumerate(marks)
        ]
    )
    words = np.array([len(b.text.split()) or 1 for b in page.blocks])
    # Longer blocks weigh more, as they do in every score; a page of many blocks must not outweigh the others.
    weight = weight * np.sqrt(np.minimum(words, 60) + 1) / np.sqrt(max(1, len(words)))
    return Case(case_id, kind, outlet, page, gathered, matrix, target, weight, gold)


# ---------------------------------------------------------------- gold
def dump_cases(kit: Path, rules: Rules, kinds: Iterable[str]) -> list[Case]:
    """Dumps: the gold has a label a non-empty line; a block takes that of the line where it starts."""
    out = []
    for kind in kinds:
        for page_id, gold in dumps.load_pages(kit, kind).items():
            content = dumps.dump_bytes(kit, page_id, kind)
            page = read_page(content, dumps.name_of(page_id, kind))
            starts, at = [], 0
            text = decode(content, None).text
            for line in re.split(r"\r\n?|\n", text):
                if line.strip():
                    starts.append(at)
                at += len(line) + 1
            marks = []
            for block in page.blocks:
                index = int(np.searchsorted(starts, (block.source_start or 0) + 0.5)) - 1
                marks.append(gold.labels[max(0, index)][0])
            case = make_case(page_id, kind, gold.row["publisher"], page, rules, marks, gold)
            out += [case, flattened(case), cleaned(case), *shortened(case), joined(case, rules)]
    return out


def joined(case: Case, rules: Rules) -> Case:
    """The page as a dump whose story has lost its line breaks, or most of them, half of them alone; never scored."""
    dice = random.Random(case.id + case.kind)
    if dice.random() < 0.5:
        # Nothing below it: short lines there are the ends of other pages' stories.
        case = cleaned(case)
        body = np.flatnonzero(case.target)
        case = part(case, "clean", range(int(body[-1]) + 1) if len(body) else range(0))
    left = dice.choice((0.0, 0.15))  # share of the breaks that are left
    blocks: list[Block] = []
    marks: list[str] = []
    for block, is_body in zip(case.page.blocks, case.target, strict=True):
        is_text = bool(is_body) and block.kind != "image"
        if is_text and marks and marks[-1] == "body" and dice.random() >= left:
            blocks[-1] = replace(blocks[-1], text=f"{blocks[-1].text} {block.text}", kind="paragraph")
        else:
            blocks.append(block)
            marks.append("body" if is_text else "boiler")
    numbered = tuple(replace(block, number=number) for number, block in enumerate(blocks))
    page = replace(case.page, blocks=numbered)
    whole = make_case(case.id, "joined", case.outlet, page, rules, marks, case.gold)
    return replace(whole, weight=whole.weight * MADE_UP["joined"])


def shortened(case: Case) -> list[Case]:
    """The same page with two to seven of its body blocks left, so that the model knows short articles; never scored."""
    body = [i for i, is_body in enumerate(case.target) if is_body]
    if len(body) < SHORT_FROM:
        return []
    dice = random.Random(case.id + case.kind)
    size = dice.randint(2, 7)
    kept = set(body[:size] if dice.random() < 0.5 else body[: size - 1] + body[-1:])
    return [part(case, "short", [i for i, is_body in enumerate(case.target) if not is_body or i in kept])]


def cleaned(case: Case) -> Case:
    """The page with nothing left but its body and what names it, as pasted text often is; never scored."""
    dice = random.Random(case.id + case.kind)
    fields = case.gathered.fields
    rows = [
        i
        for i, b in enumerate(case.page.blocks)
        if case.target[i] or (b.number in fields and dice.random() < 0.5)
    ]
    return part(case, "clean", rows)


def part(case: Case, kind: str, rows: Sequence[int]) -> Case:
    """The page of these blocks alone, measured anew."""
    blocks = tuple(replace(case.page.blocks[i], number=n) for n, i in enumerate(rows))
    evidence = {n: case.gathered.evidence[case.page.blocks[i].number] for n, i in enumerate(rows)}
    page = replace(case.page, blocks=blocks)
    matrix = feature_matrix(page, evidence)
    target, weight = case.target[rows], case.weight[rows] * MADE_UP[kind]
    gathered = replace(case.gathered, evidence=evidence)
    return replace(case, kind=kind, page=page, gathered=gathered, matrix=matrix, target=target, weight=weight)


def flattened(case: Case) -> Case:
    """The same dump as if it had no empty lines, so that the model does not lean on them; trained on, never scored."""
    page = replace(case.page, blocks=tuple(replace(b, blank_before=0) for b in case.page.blocks))
    matrix = feature_matrix(page, case.gathered.evidence)
    return replace(case, kind="flat", page=page, matrix=matrix, weight=case.weight * MADE_UP["flat"])


def html_cases(kit: Path, rules: Rules) -> list[Case]:
    """HTML: a block is body where its words stand in the gold body in that order (4-grams; short ones as whole lines)."""
    out = []
    for source in ("fundus", "aeb"):
        for gold in pages.load_gold(kit, source):
            page = read_page(pages.page_bytes(kit, gold), gold["id"] + ".html")
            if source == "aeb":
                lines, neutral = [t for t in gold["body"].split("\n") if t.strip()], []
            else:
                lines = [t for s in gold["sections"] for t in s["headline"] + s["paragraphs"]]
                neutral = gold["summary"]
            marks = mark_blocks([b.text for b in page.blocks], lines, neutral)
            case = make_case(gold["id"], source, gold["domain"], page, rules, marks, gold)
            out += [case, cleaned(case), *shortened(case)]
    return out


def mark_blocks(texts: Sequence[str], lines: Sequence[str], neutral: Sequence[str]) -> list[str]:
    """ "body", "neutral", "dup" (the words stand in the body, but another block has them already) or "boiler"."""
    grams, shorts, free = set(), set(), set()
    for line in lines:
        words = pages.tokens(line)
        grams.update(words[i : i + 4] for i in range(len(words) - 3))
        shorts.add(words)
    for line in neutral:
        free.add(pages.tokens(line))
    shares = []
    for text in texts:
        words = pages.tokens(text)
        if len(words) < 4:
            shares.append(float(words in shorts) if words else 0.0)
        else:
            own = [words[i : i + 4] for i in range(len(words) - 3)]
            shares.append(sum(g in grams for g in own) / len(own))
    best: dict[tuple[str, ...], int] = {}
    anchor = [i for i, (s, t) in enumerate(zip(shares, texts, strict=True)) if s >= 0.8 and len(t) > 120]
    middle = anchor[len(anchor) // 2] if anchor else 0
    marks = []
    for i, (text, share) in enumerate(zip(texts, shares, strict=True)):
        words = pages.tokens(text)
        if share >= 0.8:
            # Of two blocks with the same words the one nearer to the middle of the body is meant.
            if words in best and abs(best[words] - middle) <= abs(i - middle):
                marks.append("dup")
                continue
            if words in best:
                marks[best[words]] = "dup"
            best[words] = i
            marks.append("body")
        elif words in free:
            marks.append("neutral")
        elif share >= 0.4:
            marks.append("dup")  # partly body: say nothing
        else:
            marks.append("boiler")
    return marks


# ---------------------------------------------------------------- fitting
def fit(cases: Sequence[Case], family: str) -> lgb.Booster:
    data = lgb.Dataset(
        np.concatenate([c.matrix for c in cases]),
        np.concatenate([c.target for c in cases]),
        weight=np.concatenate([c.weight for c in cases]),
        feature_name=[re.sub(r"\W", "_", name) + f"_{i}" for i, name in enumerate(FEATURES)],
    )
    return lgb.train(SETTINGS | {"feature_fraction": ASKED[family]}, data, TREES[family])


def flatten(booster: lgb.Booster) -> list[dict[str, list[float]]]:
    """LightGBM's nested trees as arrays; numbers rounded to what a decision needs."""
    trees = []
    for info in booster.dump_model()["tree_info"]:
        tree: dict[str, list[float]] = {k: [] for k in ("feature", "threshold", "left", "right", "value")}

        def add(node: dict[str, Any], tree: dict[str, list[float]] = tree) -> int:
            me = len(tree["value"])
            leaf = "leaf_value" in node
            tree["feature"].append(0 if leaf else node["split_feature"])
            tree["threshold"].append(0.0 if leaf else float(f"{node['threshold']:.6g}"))
            tree["value"].append(round(node["leaf_value"] if leaf else node["internal_value"], 5))
            tree["left"].append(me)
            tree["right"].append(me)
            if not leaf:
                tree["left"][me] = add(node["left_child"])
                tree["right"][me] = add(node["right_child"])
            return me

        add(info["tree_structure"])
        trees.append(tree)
    return trees


def to_forest(booster: lgb.Booster) -> Forest:
    return forest_of(flatten(booster))  # LightGBM folds the prior into its first tree


def out_of_fold(cases: Sequence[Case], folds: int, family: str) -> list[Forest]:
    """For each case the forest that has not seen its outlet."""
    outlets = sorted({c.outlet for c in cases})
    random.Random(1).shuffle(outlets)
    fold = {o: i % folds for i, o in enumerate(outlets)}
    forests = [to_forest(fit([c for c in cases if fold[c.outlet] != f], family)) for f in range(folds)]
    return [forests[fold[c.outlet]] for c in cases]


def kept_text(case: Case, forest: Forest) -> str:
    leaves = forest.leaves(case.matrix)
    labelled = decide(
        case.page,
        case.gathered,
        forest.probability(leaves),
        lambda rows: forest.reasons(leaves[rows]),
    )
    return "\n\n".join(item.block.text for item in labelled if item.is_body)


def report(cases: Sequence[Case], forests: Sequence[Forest], family: str) -> None:
    kinds = dict.fromkeys(c.kind for c in cases if c.kind not in MADE_UP)
    for kind in kinds:
        chosen = [(c, f) for c, f in zip(cases, forests, strict=True) if c.kind == kind]
        if family == "dump":
            figures = dumps.aggregate({c.id: dumps.score_text(c.gold, kept_text(c, f)) for c, f in chosen})
            wanted = ("n", "f1", "p", "r", "leak", "loss", "clean")
            print(kind, {k: figures[k] for k in wanted})
        else:
            scores = pages.body_scores(
                [pages.case_body(c.gold, kept_text(c, f), "either") for c, f in chosen]
            )
            print(kind, {k: round(100 * v, 2) for k, v in scores.items()})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kit", type=Path, required=True, help="folder with the sets html/ and text/")
    parser.add_argument("--family", choices=("dump", "html"), action="append")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rules = load_rules()
    for family in options.family or ("dump", "html"):
        cases = (
            dump_cases(options.kit, rules, ("reader", "rendered", "inscriptis", "markdown"))
            if family == "dump"
            else html_cases(options.kit, rules)
        )
        blocks, outlets = sum(len(c.page.blocks) for c in cases), len({c.outlet for c in cases})
        print(f"{family}: {len(cases)} pages, {blocks} blocks, {outlets} outlets")
        report(cases, out_of_fold(cases, options.folds, family), family)
        if options.write:
            path = Path(__file__).parents[1] / f"copydesk/resources/common/labeller_{family}.json"
            model = {"features": list(FEATURES), "trees": flatten(fit(cases, family))}
            path.write_text(json.dumps(model, separators=(",", ":")), encoding="utf-8")
            print(f"wrote {path.name}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
