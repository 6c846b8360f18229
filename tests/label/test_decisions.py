"""What is kept beside the model's opinion: each of these the model alone has seen too little of."""

import numpy as np

from copydesk.extract import extract
from copydesk.label.labeller import decide, gather
from copydesk.label.rules import load_rules
from copydesk.records import Limits, RawPage

HEADLINE = "Velmora to close its harbour bridge after cracks are found"
STORY = tuple(
    f"The council of Velmora will close the old harbour bridge on {day} after engineers found cracks in its pillars."
    for day in ("Monday", "Tuesday", "Friday")
)


def kept_of(*lines: str, doubtful: tuple[str, ...], chance: float = 0.1) -> list[str]:
    """The lines that stay, where the model gives `chance` to the doubtful ones and .9 to all others."""
    text = "\n\n".join(lines)
    page = extract(text, "text", RawPage("a", "a", text.encode()), Limits())
    probability = np.array([chance if b.text in doubtful else 0.9 for b in page.blocks], dtype=np.float32)
    labelled = decide(page, gather(page, load_rules()), probability, lambda rows: ["words"] * len(rows))
    return [item.block.text for item in labelled if item.is_body]


def test_short_turns_of_an_interview_stay():
    turns = ("Q: Do you miss the ships?", "A: I miss the coffee.", "Q: And the harbour?", "A: No.")
    turns += ("Q: Favourite tide?", "A: Ebb", "Q: Would you strike?", "A: I am paid by the tide.")
    assert set(turns[4:6]) <= set(kept_of(HEADLINE, *STORY, *turns, doubtful=turns[4:6]))


def test_turns_with_a_wide_colon_and_no_space_stay():
    turns = ("記者：橋はいつ閉鎖されますか。", "市長：月曜日の朝に閉鎖する予定です。") * 3 + (
        "記者：理由は。",
        "市長：亀裂です。",
    )
    assert set(turns[6:]) <= set(kept_of("港の橋、亀裂で閉鎖へ", *turns, doubtful=turns[6:], chance=0.05))


def test_lines_that_begin_alike_stay_under_a_line_that_announces_them():
    dates = ("June 9 -- Harrow", "July 12 -- Elmouth", "Aug. 3 -- Velmora")
    assert set(dates) <= set(
        kept_of(HEADLINE, *STORY, "These are the dates:", *dates, STORY[0], doubtful=dates)
    )
    assert not set(dates) & set(kept_of(HEADLINE, *STORY, *dates, doubtful=dates))


def test_a_sentence_that_opens_with_place_and_agency_stays():
    opening = "HARROW, Calif. (AP) — The latest on the closing of the bridge (all times local):"
    assert opening in kept_of(HEADLINE, opening, *STORY, doubtful=(opening,))


def test_a_piece_of_a_sentence_stays_before_the_rest_of_it():
    piece, rest = (
        "When it comes to bridges like the old one",
        ", the council is seldom in a hurry to close them.",
    )
    assert piece in kept_of(HEADLINE, *STORY, piece, rest, doubtful=(piece,))


def test_prose_stays_below_the_line_that_divides_the_paragraphs():
    divider, doubtful = "Story goes on", STORY[1].replace("Tuesday", "Sunday")
    paragraphs = [STORY[i % 3].replace("old", name) for i, name in enumerate(("low", "long", "lost", "last"))]
    divided = [line for paragraph in paragraphs for line in (divider, paragraph)]
    for lines in ((*divided, divider, doubtful), (divider, doubtful, *divided)):
        assert doubtful in kept_of(HEADLINE, *lines, doubtful=(divider, doubtful))
    assert doubtful not in kept_of(HEADLINE, *divided[2:], divider, doubtful, doubtful=(divider, doubtful))
    assert doubtful not in kept_of(HEADLINE, *divided, doubtful, doubtful=(divider, doubtful))


def test_a_tight_list_stays_under_the_line_that_announces_it():
    items = ("A new lamp", "The second-hand anchor", "Three tins of grey paint")
    listed = "\n".join(items)
    announced = "Here is what the council has bought so far:"
    assert set(items) <= set(kept_of(HEADLINE, *STORY, announced, f"{listed}\n{STORY[0]}", doubtful=items))
    assert not set(items) & set(kept_of(HEADLINE, *STORY, f"{listed}\n{STORY[0]}", doubtful=items))
    assert not set(items) & set(kept_of(HEADLINE, *STORY, announced, listed, doubtful=items))


def test_an_entry_stays_among_entries_that_begin_alike():
    results = tuple(
        f"Harrow {town}: the old harbour team won by {n}" for n, town in enumerate(("North", "West"))
    )
    results += ("Elmouth East: no team came", "Velmora South: the bridge was closed")
    doubtful = "Velmora Low: called off"
    assert doubtful in kept_of(HEADLINE, *STORY, *results, doubtful, doubtful=(doubtful,))
    assert doubtful not in kept_of(HEADLINE, *STORY, *results[:2], doubtful, doubtful=(doubtful,))


def test_an_address_between_two_paragraphs_stays():
    address = "https://harbour.example/bridge/cracks"
    assert address in kept_of(HEADLINE, *STORY, address, STORY[0], doubtful=(address,))
    assert address not in kept_of(HEADLINE, *STORY, address, "Menu", doubtful=(address, "Menu"))
